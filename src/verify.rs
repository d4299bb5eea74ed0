//! The verification door: services ask whether a presented token is good. No session, no pages, and for keys that were
//! presented lately no database.

mod answer;
mod caller;
mod conditions;
mod cors;
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
    app::{self, usage::Source},
    domain::{
        Organizations, Permission, Token,
        api_key::restrictions::Caller,
        verification::{Code, Question, Subject},
    },
    http::client,
    state::{State, security_log::SecurityEvent},
    store::{self, Conn},
};
use conditions::Conditions;
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
        // Envoy appends the path of that request, and its query, to the path that it is told to ask.
        .service(resource("/v1/forward-auth/{path:.*}").route(web::to(forward_auth::show)))
        .service(resource("/v1/forward-auth;{conditions:.*}").route(web::to(forward_auth::show)));
}

/// What became of a presented token.
enum Verdict {
    /// Somebody holds the right secret of this key; it may still not be good.
    Known(Code, Arc<Subject>),
    /// No such key, not its secret, or another organization's: nobody is told which.
    Unknown,
}

/// The one way in which all doors check a token. `caller` is asked only when the key is restricted.
async fn verify(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    presented: Option<&Token>,
    conditions: Conditions,
    source: Source<'_>,
    caller: impl FnOnce() -> Caller,
) -> Result<Verdict, Problem> {
    let organizations = accepted(state, throttle, request, conditions.organizations).await?;
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
            let question = Question {
                digest: &digest,
                organizations: &organizations,
                wanted: conditions.permission,
                caller: &caller,
                now,
            };
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

/// Whose keys a question accepts: those of the organizations that it names, else of the server's default one.
async fn accepted(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    named: Option<Organizations>,
) -> Result<Organizations, Problem> {
    if let Some(named) = named {
        return Ok(named);
    }
    let default = if let Some(default) = state.memory.default_organization() {
        default
    } else {
        let read = |conn: &mut Conn| Ok(store::verification::default_organization(conn)?);
        // In a box, since it is rare.
        Box::pin(read_in_time(state, throttle, request, read)).await?
    };
    default.accepted().ok_or(Problem::Malformed(
        "The request must name an organization, because this server has no default one. Add organization=ID for the \
         organization whose keys you accept (its page “Check keys from your service” shows the ID), or \
         organization=any.",
    ))
}

/// The key that the request itself presents, whatever organization it belongs to, if it is good and may do what is
/// wanted there.
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
    let conditions = Conditions { permission: Some(wanted), organizations: Some(Organizations::Any) };
    match verify(state, throttle, request, presented.token(), conditions, source, caller).await? {
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
    Source { reported_by: None, address: client::address(request), agent: agent.unwrap_or_default() }
}

/// From memory, or else from the database.
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
    read_in_time(state, throttle, request, move |conn| memory.load(conn, &token)).await
}

/// Reads from the database while somebody waits, unless that is held up for what the client has sent before.
async fn read_in_time<T: Send + 'static>(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    work: impl FnOnce(&mut Conn) -> Result<T, app::Error> + Send + 'static,
) -> Result<T, Problem> {
    let read = async {
        let permit = throttle.permit_load(request).await?;
        let read = state.pool.read_sound_within(PATIENCE, move |conn| {
            // Goes with the work, which may hang on a broken network when nobody waits for it any more.
            let _permit = permit;
            work(conn)
        });
        read.await.map_err(Problem::from)
    };
    let in_time = tokio::time::timeout(PATIENCE * 2, read).await;
    in_time.unwrap_or_else(|_| Err(Problem::Unavailable("the database did not answer".to_owned())))
}

async fn only_post() -> Result<actix_web::HttpResponse, Problem> {
    Err(Problem::MethodNotAllowed { allow: "POST" })
}
