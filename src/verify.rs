//! The verification door: services ask whether a presented token is good. No session, no pages, and for keys that were
//! presented lately no database.

mod answer;
mod caller;
mod credentials;
mod forward_auth;
mod headers;
mod introspection;
mod oauth_problem;
mod problem;
mod throttle;
mod verification;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderValue},
    web,
};

use crate::{
    app::usage::Source,
    domain::{
        Permission, Token,
        api_key::restrictions::Caller,
        verification::{Code, Question, Subject},
    },
    http::client,
    state::{State, security_log::SecurityEvent},
};
use credentials::Presented;
use oauth_problem::OAuthProblem;
pub use problem::Problem;
pub use throttle::Throttle;

/// The largest body that a request may have, in bytes.
const BODY_LIMIT: usize = 8 * 1024;
/// How long a question waits for the database. Whoever asks has a caller waiting.
const PATIENCE: Duration = Duration::from_secs(2);

pub fn configure(config: &mut web::ServiceConfig, throttle: &web::Data<Throttle>) {
    let resource = |path| web::resource(path).app_data(throttle.clone()).default_service(web::to(only_post));
    config
        .service(resource("/v1/verify").post(verification::create))
        .service(resource("/oauth2/introspect").post(introspection::create))
        // Proxies pass on the method of the request that they ask about.
        .service(resource("/v1/forward-auth").route(web::to(forward_auth::show)))
        // Envoy appends the path of that request, and its query, which says nothing about permissions.
        .service(resource("/v1/forward-auth/{path:.*}").route(web::to(forward_auth::show)));
}

/// What became of a presented token.
enum Verdict {
    /// Somebody holds the right secret of this key; it may still not be good.
    Known(Code, Arc<Subject>),
    /// No such key, or not its secret: nobody is told which.
    Unknown,
}

/// The one way in which all doors check a token. `caller` is asked only when the key is restricted.
async fn verify(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    presented: Option<&Token>,
    wanted: Option<Permission>,
    source: Source<'_>,
    caller: impl FnOnce() -> Caller,
) -> Result<Verdict, Problem> {
    let mut known = None;
    if let Some(token) = presented {
        let found = find(state, throttle, request, token).await?;
        let stored = found.as_ref().map(|subject| subject.stored_digest());
        let later = match stored.map(|stored| stored.digest.version()) {
            // In a box, since it is rare.
            Some(version) if !state.token_keys.knows(version) => {
                let later = Box::pin(state.later_token_keys(version)).await;
                later.map_err(|awaited| Problem::Unavailable(awaited.to_string()))?
            }
            _ => None,
        };
        // As dear for an unknown key as for a known one, whichever master key it depends on.
        let digest = later.as_deref().unwrap_or(&state.token_keys).digest_like(stored, token);
        if let Some(subject) = found {
            let now = state.clock.now();
            let caller = if subject.restrictions.is_some() { caller() } else { Caller::default() };
            let question = Question { digest: &digest, wanted, caller: &caller, now };
            let code = subject.verify(&question);
            if code != Code::NotFound {
                tracing::debug!(code = code.as_str(), key = subject.api_key_id.as_str(), "verified");
                state.usage.count(&subject, code, now, source);
                state.note_outdated_digest(&subject, token);
                if code != Code::Valid {
                    count_refused(state, request, code, &subject);
                }
                return Ok(Verdict::Known(code, subject));
            }
            known = Some((subject, now));
        }
    }
    let network = client::network(request);
    if !throttle.note_wrong_token(request) {
        state.security_log.count(SecurityEvent::RateLimited, network, None);
        return Err(Problem::RateLimited);
    }
    state.security_log.count(SecurityEvent::WrongToken, network, None);
    if let Some((subject, now)) = known {
        state.usage.count(&subject, Code::NotFound, now, source);
    }
    Ok(Verdict::Unknown)
}

/// Counts a key that is known but not good for what is asked. The address is that of the service that asks.
#[cold]
fn count_refused(state: &State, request: &HttpRequest, code: Code, subject: &Subject) {
    let event = match code {
        Code::Revoked => SecurityEvent::RevokedTokenUsed,
        Code::InsufficientPermissions | Code::OriginNotAllowed | Code::NetworkNotAllowed | Code::AppNotAllowed => {
            SecurityEvent::TokenForbidden
        }
        _ => SecurityEvent::TokenNotActive,
    };
    state.security_log.count(event, client::network(request), Some(subject.api_key_id.as_str()));
}

/// The key that the request itself presents, if it is good and may do what is wanted.
pub async fn authenticate(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    wanted: Permission,
) -> Result<Arc<Subject>, Problem> {
    authenticate_by(state, throttle, request, &Presented::read(request.headers())?, wanted).await
}

async fn authenticate_by(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    presented: &Presented,
    wanted: Permission,
) -> Result<Arc<Subject>, Problem> {
    let (source, caller) = (source_of(request), || caller::read(request));
    match verify(state, throttle, request, presented.token(), Some(wanted), source, caller).await? {
        Verdict::Known(Code::Valid, subject) => Ok(subject),
        Verdict::Known(Code::InsufficientPermissions, _) => Err(Problem::Forbidden(wanted)),
        Verdict::Known(code, _) => Err(Problem::Unauthorized(Some(code))),
        Verdict::Unknown if *presented == Presented::Nothing => Err(Problem::Unauthorized(None)),
        Verdict::Unknown => Err(Problem::Unauthorized(Some(Code::NotFound))),
    }
}

/// Where the token came from when it is the request itself that presents it.
fn source_of(request: &HttpRequest) -> Source<'_> {
    let agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    Source { address: client::address(request), agent: agent.unwrap_or_default() }
}

/// From memory, or else from the database, unless that is held up for what the client has sent before.
async fn find(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    token: &Token,
) -> Result<Option<Arc<Subject>>, Problem> {
    match state.memory.recall(token) {
        Some(subject) => Ok(Some(subject)),
        // In a box, so that the usual way has little to carry about.
        None => Box::pin(load(state, throttle, request, token)).await,
    }
}

async fn load(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    token: &Token,
) -> Result<Option<Arc<Subject>>, Problem> {
    let (memory, token) = (state.memory.clone(), token.clone());
    let load = async {
        let permit = throttle.permit_load(request).await?;
        let loaded = state.read(move |conn| {
            // Goes with the work, which may hang on a broken network when nobody waits for it any more.
            let _permit = permit;
            memory.load(conn, &token)
        });
        loaded.await.map_err(|error| Problem::Unavailable(error.to_string()))
    };
    let in_time = tokio::time::timeout(PATIENCE, load).await;
    in_time.unwrap_or_else(|_| Err(Problem::Unavailable("the database does not answer".to_owned())))
}

async fn only_post() -> Result<actix_web::HttpResponse, Problem> {
    Err(Problem::MethodNotAllowed { allow: "POST" })
}
