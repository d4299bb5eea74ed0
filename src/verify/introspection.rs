//! `POST /oauth2/introspect`: OAuth 2.0 Token Introspection (RFC 7662), for gateways and frameworks that support it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use url::form_urlencoded;

use super::{
    Conditions, OAuthProblem, answer,
    conditions::ORGANIZATION,
    token_verification::{media_type_is, read_body},
};
use crate::{
    domain::{
        Organizations, Permission,
        api_key::restrictions::Caller,
        verification::{Code, WantedPermissions},
    },
    http::{
        api_headers,
        authentication::{Verdict, VerificationRequest, authenticate_by, source_of, verify},
        credentials::Presented,
        form,
        problem::Problem,
        throttle::Throttle,
    },
    state::State,
};

/// The caller authenticates with a key of its own, whose owner may verify keys (§2.1). By default it introspects keys
/// of its own organization. It may name any other, as `/v1/verify` allows everybody.
pub async fn create(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse, OAuthProblem> {
    let is_form = media_type_is(&request, "application/x-www-form-urlencoded");
    let body = read_body(&request, payload).await?;
    let client = present_client(&request, if is_form { &body } else { &[] })?;
    let asker = authenticate_by(&state, &throttle, &request, &client, Permission::VerifyApiKeys).await?;
    if !is_form {
        return Err(Problem::UnsupportedMediaType.into());
    }
    let form = Form::parse(&body, request.query_string())?;
    let presented = Presented::parse(&form.token);
    let own = || Organizations::One(asker.organization_id.clone());
    let question = VerificationRequest {
        token: presented.token(),
        organizations: form.organizations.unwrap_or_else(own),
        permissions: WantedPermissions::None,
        environment: None,
        // Whether a token is active does not depend on how often it was used, and gateways keep the answer.
        cost: 0,
        source: source_of(&request),
    };
    // The request does not describe the caller, so the token of a restricted key is not active.
    let verdict = verify(&state, &throttle, &request, question, Caller::default).await?;
    let answer = match verdict {
        Verdict::Known(Code::Valid, subject, _) => {
            let mut answer = json!({
                "active": true,
                "scope": answer::scope(Code::Valid, &subject),
                "client_id": subject.api_key_id.as_str(),
                "sub": subject.owner_id.as_str(),
                "token_type": "Bearer",
                // Members of our own (§2.2).
                "token": subject.token_role().as_str(),
                "environment": subject.environment(),
            });
            if let Some(id) = subject.attributes.as_ref().and_then(|attributes| attributes.external_id.as_ref()) {
                answer["external_id"] = id.as_str().into();
            }
            if let Some(end) = subject.token_expires_at() {
                // Seconds since 1970-01-01T00:00:00Z.
                answer["exp"] = (end.unix_micros() / 1_000_000).into();
            }
            answer
        }
        // Nothing else is returned about an inactive token (§2.2).
        _ => json!({ "active": false }),
    };
    let mut response = HttpResponse::Ok().json(answer);
    api_headers::append(response.headers_mut());
    Ok(response)
}

/// The client's own key, from a header or as `client_secret_post` (RFC 6749 §2.3.1). A client id alone is not a
/// credential.
fn present_client(request: &HttpRequest, body: &[u8]) -> Result<Presented, Problem> {
    let field = |name| form::field(body, name).unwrap_or_default();
    let secret = field("client_secret");
    let in_body = if secret.trim().is_empty() {
        Presented::Nothing
    } else {
        Presented::parse_pair(&field("client_id"), &secret)?
    };
    Presented::read_beside(in_body, request.headers())
}

/// Fields without a condition. There is one kind of token, so the hint is ignored (§2.1).
const OTHER_FIELDS: [&str; 3] = ["token_type_hint", "client_id", "client_secret"];
const UNKNOWN_FIELD: Problem = Problem::Malformed("The body has an unknown field, or a field more than once.");

struct Form {
    token: String,
    /// None means the caller's own.
    organizations: Option<Organizations>,
}

impl Form {
    /// Organizations may be in the query, because many gateways let you configure an address but no fields.
    fn parse(body: &[u8], query: &str) -> Result<Self, Problem> {
        let mut named = Conditions::default();
        let mut token = None;
        let mut others = OTHER_FIELDS.to_vec();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "token" if token.is_none() => token = Some(value.into_owned()),
                ORGANIZATION => named.accept(&value)?,
                other => {
                    let place = others.iter().position(|known| *known == other).ok_or(UNKNOWN_FIELD)?;
                    others.swap_remove(place);
                }
            }
        }
        let in_address = Conditions::parse_query(query)?;
        let is_asked = in_address.permissions.is_some() || in_address.environment.is_some() || in_address.is_browser;
        if is_asked || in_address.cost.is_some() {
            return Err(Problem::Malformed(
                "Introspection does not accept a permission, an environment or a cost: read “scope” and “environment” in \
                 the response.",
            ));
        }
        let token = token.ok_or(Problem::Malformed("The body has no “token” field."))?;
        Ok(Self { token, organizations: named.merge(in_address)?.organizations })
    }
}
