//! `POST /v1/verify`: is this token good, and for what?

use std::{borrow::Cow, net::IpAddr};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use futures_util::StreamExt as _;
use serde::Deserialize;

use super::{BODY_LIMIT, Problem, Throttle, Verdict, answer, credentials::Presented, source_of, verify};
use crate::{
    app::usage::Source,
    domain::{
        Permission,
        api_key::restrictions::{AppIdentifier, Caller, Origin},
    },
    state::State,
};

/// The body is optional for who presents the token in a header.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question<'a> {
    #[serde(borrow)]
    token: Option<Cow<'a, str>>,
    /// What the token must allow, by name.
    #[serde(borrow)]
    permission: Option<Cow<'a, str>>,
    /// Who presented the token to the service that asks: shown as the key's last use, and the only address that a key
    /// which is restricted to networks is admitted by. The address of the service itself is not the caller's.
    client_ip: Option<IpAddr>,
    /// The header `Origin` of the caller's browser, as it came. What is none matches no trusted domain.
    #[serde(borrow)]
    origin: Option<Cow<'a, str>>,
    /// The caller's app. What is none matches no app identifier.
    #[serde(borrow)]
    app_identifier: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_agent: Option<Cow<'a, str>>,
}

impl Question<'_> {
    /// Strangers write what a service passes on: what cannot be read is refused with the code and not as an error of
    /// the service.
    fn caller(&self) -> Caller {
        Caller {
            origin: self.origin.as_deref().and_then(Origin::parse),
            address: self.client_ip,
            app: self.app_identifier.as_deref().and_then(|text| AppIdentifier::parse(text).ok()),
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
    let question = parse_question(&request, &body)?;
    let presented = match (&question.token, Presented::read(request.headers())?) {
        (Some(_), Presented::NoToken | Presented::Token(_)) => {
            return Err(Problem::Malformed("The token is presented twice: in the body and in a header."));
        }
        (Some(token), Presented::Nothing) => Presented::parse(token),
        (None, Presented::Nothing) => return Err(Problem::Malformed("No token is presented.")),
        (None, presented) => presented,
    };
    let wanted = parse_permission(question.permission.as_deref())?;

    let asker = source_of(&request);
    let source = Source {
        address: question.client_ip.or(asker.address),
        agent: question.user_agent.as_ref().map_or(asker.agent, |agent| agent.as_bytes()),
    };
    let caller = || question.caller();
    let verdict = verify(&state, &throttle, &request, presented.token(), wanted, source, caller).await?;
    let answer = match &verdict {
        Verdict::Known(code, subject) => answer::known(*code, subject),
        Verdict::Unknown => answer::unknown(),
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(answer))
}

pub fn parse_permission(name: Option<&str>) -> Result<Option<Permission>, Problem> {
    let parse = |name| Permission::parse(name).ok_or(Problem::Malformed("There is no permission of that name."));
    name.map(parse).transpose()
}

fn parse_question<'a>(request: &HttpRequest, body: &'a [u8]) -> Result<Question<'a>, Problem> {
    if body.is_empty() {
        return Ok(Question::default());
    }
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|text| text.split(';').next()).map(str::trim).unwrap_or_default();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    serde_json::from_slice(body).map_err(|_| {
        Problem::Malformed(
            "The body must be a JSON object with some of token, permission, origin, client_ip, app_identifier and \
             user_agent, all text.",
        )
    })
}

/// RFC 9112 §6.3
fn has_body(request: &HttpRequest) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// The whole body, as it was sent: one that is compressed is refused, since a small one may hide a very large one.
pub async fn read_body(request: &HttpRequest, mut payload: web::Payload) -> Result<web::Bytes, Problem> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::UnsupportedMediaType);
    }
    let mut body = web::Bytes::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Problem::Malformed("The body could not be read."))?;
        if body.len() + piece.len() > BODY_LIMIT {
            return Err(Problem::TooLarge);
        }
        // Nearly always it comes in one piece.
        body = if body.is_empty() { piece } else { [body, piece].concat().into() };
    }
    Ok(body)
}
