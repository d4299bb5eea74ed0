//! `POST /v1/verify`: whether a token is valid, and what it allows.

use std::{borrow::Cow, net::IpAddr, rc::Rc};

use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use futures_util::StreamExt as _;
use serde::Deserialize;

use super::{
    Conditions, accepted, answer,
    conditions::{AddressPart, deserialize_cost, deserialize_organizations},
    wanted_names::{self, deserialize_permissions},
};
use crate::{
    app::usage::UsageSource,
    domain::{
        Organizations,
        api_key::restrictions::{AppIdentifier, Caller, Origin},
        verification::WantedNames,
    },
    http::{
        api_headers,
        authentication::{Verdict, VerificationRequest, source_of, verify},
        client,
        credentials::Presented,
        problem::Problem,
        routes,
        throttle::Throttle,
    },
    state::State,
};

/// Optional if a header carries the token.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct VerificationBody<'a> {
    #[serde(borrow)]
    token: Option<Cow<'a, str>>,
    /// A permission that the key must have.
    #[serde(borrow)]
    permission: Option<Cow<'a, str>>,
    /// More of them. The key must have all.
    #[serde(default, deserialize_with = "deserialize_permissions")]
    permissions: Option<Rc<WantedNames>>,
    /// The organization of the key: an id, a list of ids, or `any`.
    #[serde(default, deserialize_with = "deserialize_organizations")]
    organization: Option<Organizations>,
    /// The address of the service's client. It is recorded as the key's last use, and it alone counts for keys
    /// restricted to networks. The address of the service itself is not the caller's.
    #[serde(borrow)]
    client_ip: Option<Cow<'a, str>>,
    /// The `Origin` header of the client's browser, unchanged. A malformed one matches no trusted domain.
    #[serde(borrow)]
    origin: Option<Cow<'a, str>>,
    /// The client's app. A malformed identifier matches none.
    #[serde(borrow)]
    app_identifier: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_agent: Option<Cow<'a, str>>,
    /// The environment that the key must have.
    #[serde(borrow)]
    environment: Option<Cow<'a, str>>,
    /// A browser presents the key to the service.
    #[serde(default)]
    browser: bool,
    /// What a valid answer takes from the limits of the key.
    #[serde(default, deserialize_with = "deserialize_cost")]
    cost: Option<u32>,
}

impl<'a> VerificationBody<'a> {
    fn take_conditions(&mut self) -> Result<Conditions<'a>, Problem> {
        let organizations = self.organization.take();
        let permissions = self.permissions.take();
        let is_browser = self.browser || self.origin.as_deref().is_some_and(|origin| !origin.trim().is_empty());
        let mut conditions = Conditions { permissions, environment: None, is_browser, organizations, cost: self.cost };
        if let Some(environment) = self.environment.take() {
            conditions.require_environment(environment)?;
        }
        if let Some(permission) = self.permission.take() {
            wanted_names::add(&mut conditions.permissions, &permission)?;
        }
        Ok(conditions)
    }

    /// In the spelling of proxies and frameworks. None for their words for an unknown address (RFC 7239 §6). A list is
    /// refused, because a client can write its first entry.
    fn address(&self) -> Result<Option<IpAddr>, Problem> {
        match self.client_ip.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("unknown") || text.starts_with('_') => Ok(None),
            Some(text) => client::parse_address(text).map(Some).ok_or(Problem::Malformed(
                "The field “client_ip” must be one IP address, or empty if it is not known.",
            )),
        }
    }

    /// Services pass on what strangers send. So a malformed value leads to a refusal of the key, not to an error.
    fn caller(&self, address: Option<IpAddr>, is_browser: bool) -> Caller {
        Caller {
            origin: self.origin.as_deref().and_then(Origin::parse),
            address,
            app: self.app_identifier.as_deref().and_then(|text| AppIdentifier::parse(text).ok()),
            is_browser,
        }
    }
}

pub async fn create(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse, Problem> {
    let body = if has_body(&request) { read_body(&request, payload).await? } else { web::Bytes::new() };
    let mut question = parse_question(&request, &body)?;
    let in_body = question.token.as_deref().map_or(Presented::Nothing, Presented::parse);
    let presented = Presented::read_beside(in_body, request.headers())?;
    if presented == Presented::Nothing {
        return Err(Problem::Malformed("The request has no token."));
    }
    let address = question.address()?;
    let in_body = question.take_conditions()?;
    let mut conditions = match request.query_string() {
        "" => in_body,
        query => in_body.merge(Conditions::clone(&*Conditions::recall(AddressPart::Query, query)?))?,
    };

    let asker = source_of(&request);
    let is_reported = address.is_some() || question.user_agent.is_some();
    let source = UsageSource {
        reported_by: asker.address.filter(|_| is_reported),
        address: address.or(asker.address),
        agent: question.user_agent.as_ref().map_or(asker.agent, |agent| agent.as_bytes()),
    };
    let token_question = VerificationRequest {
        token: presented.token(),
        organizations: accepted(&state, &throttle, &request, conditions.organizations.take()).await?,
        permissions: conditions.wanted_permissions(),
        environment: conditions.environment.as_deref(),
        cost: conditions.cost.unwrap_or(1),
        source,
    };
    let verdict =
        verify(&state, &throttle, &request, token_question, || question.caller(address, conditions.is_browser)).await?;
    let answer = match &verdict {
        Verdict::Known(code, subject, readings) => answer::known(*code, subject, readings),
        Verdict::Unknown => answer::unknown(),
    };
    let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(answer));
    let headers = response.headers_mut();
    api_headers::append(headers);
    headers.append(header::CONTENT_TYPE, const { HeaderValue::from_static("application/json") });
    Ok(response)
}

fn parse_question<'a>(request: &HttpRequest, body: &'a [u8]) -> Result<VerificationBody<'a>, Problem> {
    if body.is_empty() {
        return Ok(VerificationBody::default());
    }
    if !media_type_is(request, "application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    let malformed = Problem::Malformed(
        "The body must be a JSON object with the fields token, permission, permissions, organization, environment, \
         origin, client_ip, app_identifier, user_agent, browser and cost: each is optional, a string, and given at most \
         once. permissions is a list, organization may be one, browser is true or false, and cost \
         is a whole number from 0 to 1000000.",
    );
    // Checked at once, since serde_json would check each string.
    let Ok(text) = str::from_utf8(body) else { return Err(malformed) };
    // serde would read a list as the fields in their order.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(malformed);
    }
    serde_json::from_str(text).map_err(|_| malformed)
}

/// Ignores case and parameters (RFC 9110 §8.3.1).
pub fn media_type_is(request: &HttpRequest, wanted: &str) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let content_type = content_type.filter(|bytes| bytes.is_ascii()).unwrap_or_default();
    let media_type = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    media_type.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes())
}

/// RFC 9112 §6.3
fn has_body(request: &HttpRequest) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// Reads the whole body. Refuses compressed ones, because a small one may expand to a very large one.
pub async fn read_body(request: &HttpRequest, mut payload: web::Payload) -> Result<web::Bytes, Problem> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::UnsupportedMediaType);
    }
    let limit = routes::row_of(request).map_or(0, |row| row.body_limit);
    let mut body = web::Bytes::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Problem::Malformed("The body could not be read."))?;
        if body.len() + piece.len() > limit {
            return Err(Problem::TooLarge { limit });
        }
        // It usually arrives in one piece.
        body = if body.is_empty() { piece } else { [body, piece].concat().into() };
    }
    Ok(body)
}
