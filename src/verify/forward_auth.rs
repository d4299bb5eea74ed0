//! `/v1/forward-auth`: a proxy asks about the request in its hands, with that request's headers. 200 lets it pass, with
//! what is known in `X-Latchkey-…` headers; 401 and 403 stop it. For nginx `auth_request`, Caddy `forward_auth`, Traefik
//! `ForwardAuth`, Envoy `ext_authz`.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web,
};

use super::{
    Problem, Throttle, Verdict, answer, caller, credentials::Presented, headers, source_of,
    verification::parse_permission, verify,
};
use crate::{domain::verification::Code, http::form, state::State};

const X_CODE: HeaderName = HeaderName::from_static("x-latchkey-code");
const X_KEY_ID: HeaderName = HeaderName::from_static("x-latchkey-key-id");
const X_OWNER_ID: HeaderName = HeaderName::from_static("x-latchkey-owner-id");
const X_ORGANIZATION_ID: HeaderName = HeaderName::from_static("x-latchkey-organization-id");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-latchkey-project-id");
const X_ROLE: HeaderName = HeaderName::from_static("x-latchkey-role");
const X_PERMISSIONS: HeaderName = HeaderName::from_static("x-latchkey-permissions");
const X_EXPIRES_AT: HeaderName = HeaderName::from_static("x-latchkey-expires-at");

/// `?permission=NAME` asks for a permission.
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse, Problem> {
    let query = request.query_string();
    let is_ours = !query.is_empty() && request.match_info().get("path").is_none();
    let wanted = if is_ours { form::field(query.as_bytes(), "permission") } else { None };
    let wanted = parse_permission(wanted.as_deref())?;
    // Whatever is wrong with the credentials, it is the client's doing and not the proxy's, which would call a 400 an
    // error of its own.
    let presented = Presented::read(request.headers()).unwrap_or(Presented::Nothing);
    if presented == Presented::Nothing {
        return Ok(refuse(Code::NotFound));
    }
    let (source, caller) = (source_of(&request), || caller::read(&request));
    let verdict = verify(&state, &throttle, &request, presented.token(), wanted, source, caller).await?;
    let (code, subject) = match verdict {
        Verdict::Known(Code::Valid, subject) => (Code::Valid, subject),
        Verdict::Known(code, _) => return Ok(refuse(code)),
        Verdict::Unknown => return Ok(refuse(Code::NotFound)),
    };
    let permissions = match answer::scope(code, &subject) {
        Cow::Borrowed(names) => HeaderValue::from_static(names),
        Cow::Owned(names) => HeaderValue::try_from(names).map_err(|error| Problem::Unavailable(error.to_string()))?,
    };
    let mut response = HttpResponse::Ok();
    headers::set(&mut response)
        .insert_header((X_CODE, HeaderValue::from_static(code.as_str())))
        .insert_header((X_KEY_ID, subject.api_key_id.as_str()))
        .insert_header((X_OWNER_ID, subject.owner_id.as_str()))
        .insert_header((X_ORGANIZATION_ID, subject.organization_id.as_str()))
        // Empty rather than absent: Caddy copies the name of a header that is not there.
        .insert_header((X_PROJECT_ID, subject.project.as_ref().map_or("", |project| project.id.as_str())))
        .insert_header((X_ROLE, HeaderValue::from_static(subject.owner_role.as_str())))
        .insert_header((X_PERMISSIONS, permissions));
    if let Some(end) = subject.expires_at {
        response.insert_header((X_EXPIRES_AT, end.to_string()));
    }
    Ok(response.finish())
}

/// 403 when the key is good, but not for this; 401 when it is not good (RFC 6750 §3.1).
fn refuse(code: Code) -> HttpResponse {
    let (status, challenge) = match code {
        Code::InsufficientPermissions => (StatusCode::FORBIDDEN, "Bearer error=\"insufficient_scope\""),
        Code::OriginNotAllowed | Code::NetworkNotAllowed | Code::AppNotAllowed => (StatusCode::FORBIDDEN, "Bearer"),
        _ => (StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\""),
    };
    headers::set(&mut HttpResponse::build(status))
        .insert_header((header::WWW_AUTHENTICATE, challenge))
        .insert_header((X_CODE, code.as_str()))
        .finish()
}
