//! `/v1/forward-auth`: a proxy asks whether to let a request pass, and sends that request's headers. 200 lets it pass
//! and describes the key in `X-Latchkey-…` headers; 401 and 403 stop it. A preflight that reaches this endpoint itself
//! is answered. For nginx `auth_request`, Caddy `forward_auth`, Traefik `ForwardAuth`, Envoy `ext_authz`.

use std::rc::Rc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web,
};

use super::{
    Conditions, X_CODE, accepted, answer,
    conditions::AddressPart,
    cors::{self, Preflight},
    header_values, limits,
};
use crate::{
    app::key_limits::LimitReadings,
    domain::{
        Organizations, Timestamp,
        api_key::restrictions::Caller,
        verification::{Code, PresentedKey},
    },
    http::{
        api_headers,
        authentication::{Verdict, VerificationRequest, source_of, verify},
        caller, client,
        credentials::Presented,
        problem::Problem,
        throttle::Throttle,
    },
    state::{State, security_log::SecurityEvent},
};

const X_PERMISSIONS: HeaderName = HeaderName::from_static("x-latchkey-permissions");
/// Each has the text of [`header_texts`] at the same place. The last is absent for a key that never expires.
static KEY_HEADERS: [HeaderName; 10] = [
    HeaderName::from_static("x-latchkey-key-id"),
    HeaderName::from_static("x-latchkey-owner-id"),
    HeaderName::from_static("x-latchkey-organization-id"),
    HeaderName::from_static("x-latchkey-project-id"),
    HeaderName::from_static("x-latchkey-role"),
    HeaderName::from_static("x-latchkey-environment"),
    HeaderName::from_static("x-latchkey-external-id"),
    HeaderName::from_static("x-latchkey-token"),
    HeaderName::from_static("x-latchkey-token-ends-at"),
    HeaderName::from_static("x-latchkey-expires-at"),
];

const PATH: &str = "/v1/forward-auth";
const AMBIGUOUS: Problem = Problem::Malformed(
    "Latchkey does not read a query string after an appended path. Put parameters right after the endpoint: \
     /v1/forward-auth?permission=NAME. In Envoy, use the prefix /v1/forward-auth;permission=NAME.",
);

/// `?permission=NAME` requires a permission and may be repeated, `?organization=ID` a key of an organization,
/// `?environment=NAME` one of an environment.
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse, Problem> {
    let conditions = parse_conditions(request.path(), request.query_string())?;
    // Malformed credentials are the client's fault. A 400 would make the proxy report an error of its own.
    let presented = Presented::read(request.headers()).unwrap_or(Presented::Nothing);
    if presented == Presented::Nothing {
        return Box::pin(answer_without_key(&state, &throttle, &request, conditions.organizations.clone())).await;
    }
    // Needed only for a page that presents no valid key.
    let asked_about =
        if request.headers().contains_key(header::ORIGIN) { conditions.organizations.clone() } else { None };
    let asked = VerificationRequest {
        token: presented.token(),
        organizations: accepted(&state, &throttle, &request, conditions.organizations.clone()).await?,
        permissions: conditions.wanted_permissions(),
        environment: conditions.environment.as_deref(),
        cost: conditions.cost.unwrap_or(1),
        source: source_of(&request),
    };
    let verdict = verify(&state, &throttle, &request, asked, || {
        let caller = caller::read(&request);
        Caller { is_browser: caller.is_browser || conditions.is_browser, ..caller }
    })
    .await?;
    let (code, subject, readings) = match verdict {
        Verdict::Known(Code::Valid, subject, readings) => (Code::Valid, subject, readings),
        Verdict::Known(code, subject, readings) => {
            return refusal(code, cors::origin_of_page(&request, &subject), &readings);
        }
        Verdict::Unknown => {
            let origin = Box::pin(cors::trusted_origin(&state, &throttle, &request, asked_about)).await;
            return refusal(Code::NotFound, origin.ok().flatten(), &LimitReadings::default());
        }
    };
    let permissions = answer::permissions_header(code, &subject, conditions.permissions.as_deref());
    let mut response = HttpResponse::new(StatusCode::OK);
    let headers = response.headers_mut();
    api_headers::append(headers);
    headers.append(X_CODE, HeaderValue::from_static(code.as_str()));
    headers.append(X_PERMISSIONS, header_values::shared(&permissions)?);
    let of_key = subject.header_texts.get_or_write(|| header_texts(&subject));
    let mut text = String::with_capacity(of_key.joined.len() + limits::USUAL_LENGTH);
    text.push_str(&of_key.joined);
    let of_limits = limits::write_fields(&mut text, &readings);
    // A key that never expires does not have the last header.
    let count = KEY_HEADERS.len() - usize::from(subject.expires_at.is_none());
    header_values::append(headers, text, KEY_HEADERS.iter().zip(of_key.ends).take(count).chain(of_limits))?;
    if let Some(origin) = cors::origin_of_page(&request, &subject) {
        cors::expose(headers, origin);
    }
    Ok(response)
}

/// The values of [`KEY_HEADERS`]. Of the others, empty ones are sent, too, since Caddy would copy the name of a missing
/// header.
fn header_texts(subject: &PresentedKey) -> [String; KEY_HEADERS.len()] {
    let instant = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string()).unwrap_or_default();
    [
        subject.api_key_id.to_string(),
        subject.owner_id.to_string(),
        subject.organization_id.to_string(),
        subject.project.as_ref().map(|project| project.id.to_string()).unwrap_or_default(),
        subject.owner_role.as_str().to_owned(),
        subject.environment().to_owned(),
        answer::external_id_header(subject).into_owned(),
        subject.token_role().as_str().to_owned(),
        instant(subject.token_ends_at),
        instant(subject.expires_at),
    ]
}

/// Proxies call the path itself, with conditions in its query. Envoy appends the client's path and query, so its
/// conditions are in the prefix, which no client can change.
fn parse_conditions(path: &str, query: &str) -> Result<Rc<Conditions<'static>>, Problem> {
    let Some(rest) = path.strip_prefix(PATH) else { return Err(AMBIGUOUS) };
    let (segment, appended) = match rest.split_once('/') {
        Some((segment, appended)) => (segment, Some(appended)),
        None => (rest, None),
    };
    // Such as `%3B`, which the router takes for a semicolon.
    if !segment.is_empty() && !segment.starts_with(';') {
        return Err(AMBIGUOUS);
    }
    match (segment.strip_prefix(';'), appended) {
        (None, None) => Conditions::recall(AddressPart::Query, query),
        (Some(conditions), Some(_)) => Conditions::recall(AddressPart::Segment, conditions),
        (Some(conditions), None) if query.is_empty() => Conditions::recall(AddressPart::Segment, conditions),
        (Some(_), None) => Err(AMBIGUOUS),
        // An extra slash in the configured address looks just like Envoy.
        (None, Some(appended)) => {
            let is_bare = appended.bytes().all(|byte| byte == b'/');
            let is_ambiguous = !query.is_empty() && (is_bare || Conditions::are_meant_by(query));
            if is_ambiguous { Err(AMBIGUOUS) } else { Ok(Rc::default()) }
        }
    }
}

async fn answer_without_key(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    organizations: Option<Organizations>,
) -> Result<HttpResponse, Problem> {
    let origin = cors::trusted_origin(state, throttle, request, organizations).await;
    // Nobody can find out by trial which pages are trusted.
    let is_stranger = matches!(origin, Ok(None)) && request.headers().contains_key(header::ORIGIN);
    if is_stranger && !throttle.count_wrong_token(request) {
        state.security_log.count(SecurityEvent::RateLimited, client::network(request), None);
        return Err(Problem::RateLimited);
    }
    match Preflight::read(request) {
        None => refusal(Code::NotFound, origin.ok().flatten(), &LimitReadings::default()),
        Some(preflight) if origin?.is_some() => Ok(preflight.allow()),
        Some(_) => Ok(Preflight::refusal()),
    }
}

/// 403 if the key is valid but does not meet the conditions, 401 if it is not valid (RFC 6750 §3.1), 429 if it is used
/// too often (RFC 6585 §4).
fn refusal(code: Code, origin: Option<&HeaderValue>, readings: &LimitReadings) -> Result<HttpResponse, Problem> {
    let (status, challenge) = match code {
        Code::InsufficientPermissions => (StatusCode::FORBIDDEN, Some("Bearer error=\"insufficient_scope\"")),
        Code::BrowserNotAllowed
        | Code::OriginNotAllowed
        | Code::NetworkNotAllowed
        | Code::AppNotAllowed
        | Code::EnvironmentNotAllowed => (StatusCode::FORBIDDEN, Some("Bearer")),
        Code::RateLimited | Code::QuotaExceeded => (StatusCode::TOO_MANY_REQUESTS, None),
        _ => (StatusCode::UNAUTHORIZED, Some("Bearer error=\"invalid_token\"")),
    };
    let mut response = HttpResponse::new(status);
    let headers = response.headers_mut();
    api_headers::append(headers);
    headers.append(X_CODE, HeaderValue::from_static(code.as_str()));
    if let Some(challenge) = challenge {
        headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    limits::append_fields(headers, readings)?;
    if let Some(wait) = limits::retry_after(code, readings) {
        headers.append(header::RETRY_AFTER, wait.into());
    }
    if let Some(origin) = origin {
        cors::expose(headers, origin);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verification::WantedNames;

    #[test]
    fn no_condition_is_lost_behind_a_slash_and_none_comes_from_the_client_of_envoy() {
        let asks = "permission=policy.manage";
        let names: WantedNames = ["policy.manage"].into_iter().collect();
        let manage = Some(Conditions { permissions: Some(Rc::new(names)), ..Conditions::default() });
        let none = Some(Conditions::default());
        for (path, query, expected) in [
            ("/v1/forward-auth", "", &none),
            ("/v1/forward-auth", asks, &manage),
            ("/v1/forward-auth", "page=2", &None),
            ("/v1/forward-auth/", "", &none),
            ("/v1/forward-auth/", asks, &None),
            ("/v1/forward-auth/", "page=2", &None),
            ("/v1/forward-auth//", asks, &None),
            ("/v1/forward-auth/orders/1", "page=2", &none),
            ("/v1/forward-auth/orders/1", asks, &None),
            ("/v1/forward-auth/orders/1", "x=1;permission=policy.manage", &None),
            ("/v1/forward-auth/orders;permission=policy.manage/1", "", &none),
            ("/v1/forward-auth/;permission=policy.manage/1", "", &none),
            ("/v1/forward-auth;permission=policy.manage", "", &manage),
            ("/v1/forward-auth;permission=policy.manage", asks, &None),
            ("/v1/forward-auth;permission=policy.manage/", "", &manage),
            ("/v1/forward-auth;permission=policy.manage/orders/1", "permission=x&page=2", &manage),
            ("/v1/forward-auth;permission=policy.manage/;organization=any/", "organization=any", &manage),
            ("/v1/forward-auth;permissions=policy.manage/orders/1", "", &None),
            ("/v1/forward-auth;/orders/1", asks, &none),
            ("/v1/forward%2Dauth", asks, &None),
            ("/v1/forward-auth%3Bpermission=policy.manage", "", &None),
            ("/v1/forward-auth%3Bpermission=policy.manage/orders/1", "", &None),
            ("/v1/forward-auth%3bpermission=policy.manage/orders/1", "page=2", &None),
            ("/v1/forward-auth/orders/1", "environment=test", &None),
            ("/v1/forward-auth/orders/1", "browser=true", &None),
        ] {
            assert_eq!(parse_conditions(path, query).ok().as_deref(), expected.as_ref(), "{path}?{query}");
        }
    }
}
