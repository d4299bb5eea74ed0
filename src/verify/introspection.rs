//! `POST /oauth2/introspect`: OAuth 2.0 Token Introspection (RFC 7662), for gateways and frameworks that speak it.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde_json::json;

use super::{
    Problem, Throttle, Verdict, answer, authenticate, credentials::Presented, source_of, verification::read_body,
    verify,
};
use crate::{
    domain::{Permission, api_key::restrictions::Caller, verification::Code},
    http::form,
    state::State,
};

/// The caller presents a key of its own, whose owner may verify keys (§2.1).
pub async fn create(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse, Problem> {
    authenticate(&state, &throttle, &request, Permission::VerifyApiKeys).await?;
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded")) {
        return Err(Problem::UnsupportedMediaType);
    }
    let body = read_body(&request, payload).await?;
    let asked = form::field(&body, "token").ok_or(Problem::Malformed("The body has no field “token”."))?;
    let presented = Presented::parse(&asked);
    // The question does not say who presented the token: one that is restricted is not active.
    let source = source_of(&request);
    let verdict = verify(&state, &throttle, &request, presented.token(), None, source, Caller::default).await?;
    let answer = match verdict {
        Verdict::Known(Code::Valid, subject) => {
            let mut answer = json!({
                "active": true,
                "scope": answer::scope(Code::Valid, &subject),
                "client_id": subject.api_key_id.as_str(),
                "sub": subject.owner_id.as_str(),
                "token_type": "Bearer",
            });
            if let Some(end) = subject.expires_at {
                // Seconds since 1970-01-01T00:00:00Z.
                answer["exp"] = (end.unix_micros() / 1_000_000).into();
            }
            answer
        }
        // Of a token that is not active nothing else is said (§2.2).
        _ => json!({ "active": false }),
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(answer))
}
