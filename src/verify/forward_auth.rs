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
    header_values::{self, HeaderValues},
    limits,
};
use crate::{
    app::key_limits::LimitReadings,
    domain::{
        Organizations,
        api_key::restrictions::Caller,
        verification::{Code, WantedPermissions},
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

const X_KEY_ID: HeaderName = HeaderName::from_static("x-latchkey-key-id");
const X_OWNER_ID: HeaderName = HeaderName::from_static("x-latchkey-owner-id");
const X_ORGANIZATION_ID: HeaderName = HeaderName::from_static("x-latchkey-organization-id");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-latchkey-project-id");
const X_ROLE: HeaderName = HeaderName::from_static("x-latchkey-role");
const X_PERMISSIONS: HeaderName = HeaderName::from_static("x-latchkey-permissions");
const X_ENVIRONMENT: HeaderName = HeaderName::from_static("x-latchkey-environment");
const X_EXTERNAL_ID: HeaderName = HeaderName::from_static("x-latchkey-external-id");
const X_EXPIRES_AT: HeaderName = HeaderName::from_static("x-latchkey-expires-at");
const X_TOKEN: HeaderName = HeaderName::from_static("x-latchkey-token");
const X_TOKEN_ENDS_AT: HeaderName = HeaderName::from_static("x-latchkey-token-ends-at");

const EMPTY: HeaderValue = HeaderValue::from_static("");
/// In bytes: of the values of most answers without permissions.
const USUAL_LENGTH: usize = 384;

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
        permissions: WantedPermissions::Named(&conditions.permissions),
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
    let permissions = answer::permissions_header(code, &subject, &conditions.permissions);
    let mut values = HeaderValues::with_capacity(USUAL_LENGTH);
    let mut response = HttpResponse::Ok();
    api_headers::set(&mut response)
        .append_header((X_CODE, HeaderValue::from_static(code.as_str())))
        .append_header((X_KEY_ID, values.text(subject.api_key_id.as_str())?))
        .append_header((X_OWNER_ID, values.text(subject.owner_id.as_str())?))
        .append_header((X_ORGANIZATION_ID, values.text(subject.organization_id.as_str())?))
        // Empty rather than absent: Caddy would copy the name of a missing header.
        .append_header((X_PROJECT_ID, values.text(subject.project.as_ref().map_or("", |project| project.id.as_str()))?))
        .append_header((X_ROLE, HeaderValue::from_static(subject.owner_role.as_str())))
        .append_header((X_PERMISSIONS, header_values::shared(&permissions)?))
        .append_header((X_ENVIRONMENT, values.text(subject.environment())?))
        .append_header((X_EXTERNAL_ID, values.text(&answer::external_id_header(&subject))?))
        .append_header((X_TOKEN, HeaderValue::from_static(subject.token_role().as_str())))
        // Empty for the current token, as above.
        .append_header((X_TOKEN_ENDS_AT, subject.token_ends_at.map_or(Ok(EMPTY), |end| values.format(end))?));
    if let Some(end) = subject.expires_at {
        response.append_header((X_EXPIRES_AT, values.format(end)?));
    }
    limits::insert_headers(&mut response, &mut values, &readings)?;
    if let Some(origin) = cors::origin_of_page(&request, &subject) {
        cors::expose(&mut response, origin);
    }
    Ok(response.finish())
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
    let mut response = HttpResponse::build(status);
    api_headers::set(&mut response).insert_header((X_CODE, code.as_str()));
    if let Some(challenge) = challenge {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    limits::insert_headers(&mut response, &mut HeaderValues::with_capacity(0), readings)?;
    if let Some(wait) = limits::retry_after(code, readings) {
        response.insert_header((header::RETRY_AFTER, wait));
    }
    if let Some(origin) = origin {
        cors::expose(&mut response, origin);
    }
    Ok(response.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::wanted_names::WantedNames;

    #[test]
    fn no_condition_is_lost_behind_a_slash_and_none_comes_from_the_client_of_envoy() {
        let asks = "permission=policy.manage";
        let manage =
            Some(Conditions { permissions: WantedNames::Own(vec!["policy.manage".into()]), ..Conditions::default() });
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
