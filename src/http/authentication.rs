//! Verifies presented tokens: for the verification API, and for requests that authenticate with an API key. Keys that
//! were presented recently need no database.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderValue},
    web,
};

use super::{caller, client, credentials::Presented, limits, problem::Problem, throttle::Throttle};
use crate::{
    app::{self, key_limits::LimitReadings, usage::UsageSource},
    domain::{
        Organizations, Permission, Token,
        api_key::restrictions::Caller,
        verification::{Code, ExercisedPermissions, PresentedKey, VerificationCriteria, WantedPermissions},
    },
    state::{State, security_log::SecurityEvent},
    store::Conn,
};

/// How long a request waits for the database. The service that sent it has a client waiting, too.
const PATIENCE: Duration = Duration::from_secs(2);

/// A token to verify, and what it must satisfy.
#[derive(Debug)]
pub struct VerificationRequest<'a> {
    /// None if what was presented is not a token.
    pub token: Option<&'a Token>,
    /// The organizations whose keys are accepted.
    pub organizations: Organizations,
    pub permissions: WantedPermissions<'a>,
    /// The environment that the key must have.
    pub environment: Option<&'a str>,
    /// What a valid answer takes from the limits of the key. 0 takes nothing and is never refused for them.
    pub cost: u32,
    pub source: UsageSource<'a>,
}

/// The result for a presented token.
#[derive(Debug)]
pub enum Verdict {
    /// The token has the right secret of this key. The key itself may still be refused, as the code says.
    Known(Code, Arc<PresentedKey>, LimitReadings),
    /// No such key, a wrong secret, or a key of another organization. Callers cannot tell which.
    Unknown,
}

/// Verifies a token, counts its use, and limits how many wrong tokens an address may send. Calls `caller` only if the
/// answer depends on it.
pub async fn verify(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    asked: VerificationRequest<'_>,
    caller: impl FnOnce() -> Caller,
) -> Result<Verdict, Problem> {
    let VerificationRequest { token, organizations, permissions, environment, cost, source } = asked;
    let mut known = None;
    if let Some(token) = token {
        let found = find(state, throttle, request, token).await?;
        let stored = found.as_ref().map(|subject| subject.stored_digest());
        let later = match stored.map(|stored| stored.digest.version()) {
            // Boxed, because it is rare.
            Some(version) if !state.token_keys.knows(version) => {
                let later = Box::pin(state.later_token_keys(version)).await;
                later.map_err(|awaited| Problem::Unavailable(awaited.to_string()))?
            }
            _ => None,
        };
        // Costs the same for unknown and known keys, whichever master key they depend on.
        let digest = later.as_deref().unwrap_or(&state.token_keys).digest_like(stored, token);
        if let Some(subject) = found {
            let now = state.clock.now();
            let caller = if subject.depends_on_caller() { caller() } else { Caller::default() };
            let question = VerificationCriteria {
                digest: &digest,
                organizations: &organizations,
                wanted: permissions,
                environment,
                caller: &caller,
                now,
            };
            let (mut code, exercised) = subject.verify(&question);
            let mut readings = LimitReadings::default();
            if code == Code::Valid && !subject.limits.is_empty() {
                (code, readings) = limits::take(state, &subject, cost, now).await?;
            }
            if code != Code::NotFound {
                tracing::debug!(code = code.as_str(), key = subject.api_key_id.as_str(), "verified");
                state.usage.count(&subject, code, &exercised, now, source);
                state.queue_redigest(&subject, token);
                if code != Code::Valid {
                    count_refused(state, request, code, &subject);
                }
                return Ok(Verdict::Known(code, subject, readings));
            }
            known = Some((subject, now));
        }
    }
    let network = client::network(request);
    if !throttle.count_wrong_token(request) {
        state.security_log.count(SecurityEvent::RateLimited, network, None);
        return Err(Problem::RateLimited);
    }
    state.security_log.count(SecurityEvent::WrongToken, network, None);
    if let Some((subject, now)) = known {
        state.usage.count(&subject, Code::NotFound, &ExercisedPermissions::default(), now, source);
    } else if let Some(token) = token {
        // It may be of a deleted key. That is found out later, so that the answer comes as soon as for any other.
        state.unknown_tokens.add(token, state.clock.now(), source);
    }
    Ok(Verdict::Unknown)
}

/// Returns the key that the request presents in its headers, if it is valid and has the permission. It may belong to any
/// organization.
pub async fn authenticate(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    permission: Permission,
) -> Result<Arc<PresentedKey>, Problem> {
    authenticate_by(state, throttle, request, &Presented::read(request.headers())?, permission).await
}

/// The same for credentials that were read from elsewhere in the request.
pub async fn authenticate_by(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    presented: &Presented,
    permission: Permission,
) -> Result<Arc<PresentedKey>, Problem> {
    let asked = VerificationRequest {
        token: presented.token(),
        organizations: Organizations::Any,
        permissions: WantedPermissions::Latchkey(permission),
        environment: None,
        // Limits are about the organization's API, not about Latchkey's.
        cost: 0,
        source: source_of(request),
    };
    match verify(state, throttle, request, asked, || caller::read(request)).await? {
        Verdict::Known(Code::Valid, subject, _) => Ok(subject),
        Verdict::Known(Code::InsufficientPermissions, ..) => Err(Problem::Forbidden(permission)),
        Verdict::Known(code, ..) => Err(Problem::Unauthorized(Some(code))),
        Verdict::Unknown if *presented == Presented::Nothing => Err(Problem::Unauthorized(None)),
        Verdict::Unknown => Err(Problem::Unauthorized(Some(Code::NotFound))),
    }
}

/// Where the token came from if the sender of the request is its user.
pub fn source_of(request: &HttpRequest) -> UsageSource<'_> {
    let agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    UsageSource { reported_by: None, address: client::address(request), agent: agent.unwrap_or_default() }
}

/// Reads from the database while a client waits. Addresses that sent too many wrong tokens may be refused.
pub async fn read_in_time<T: Send + 'static>(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    work: impl FnOnce(&mut Conn) -> Result<T, app::Error> + Send + 'static,
) -> Result<T, Problem> {
    let read = async {
        let permit = throttle.permit_load(request).await?;
        let read = state.pool.read_sound_within(PATIENCE, move |conn| {
            // Held by the work itself, which may hang on a broken network after the request has given up.
            let _permit = permit;
            work(conn)
        });
        read.await.map_err(Problem::from)
    };
    let in_time = tokio::time::timeout(PATIENCE * 2, read).await;
    in_time.unwrap_or_else(|_| Err(Problem::Unavailable("the database did not answer".to_owned())))
}

/// Finds the key of a token in the cache, or else in the database.
async fn find(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    token: &Token,
) -> Result<Option<Arc<PresentedKey>>, Problem> {
    match state.verification_cache.get(token) {
        Some(subject) => Ok(Some(subject)),
        // Boxed, so that the usual case has a small future.
        None => Box::pin(load(state, throttle, request, token)).await,
    }
}

async fn load(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    token: &Token,
) -> Result<Option<Arc<PresentedKey>>, Problem> {
    let (cache, token) = (state.verification_cache.clone(), token.clone());
    read_in_time(state, throttle, request, move |conn| cache.load(conn, &token)).await
}

/// Counts a known token that was refused. The recorded address is that of the verifying service.
#[cold]
fn count_refused(state: &State, request: &HttpRequest, code: Code, subject: &PresentedKey) {
    let event = match code {
        // Busy, but not suspicious.
        Code::RateLimited | Code::QuotaExceeded => return,
        Code::Revoked => SecurityEvent::RevokedTokenUsed,
        Code::InsufficientPermissions
        | Code::BrowserNotAllowed
        | Code::OriginNotAllowed
        | Code::NetworkNotAllowed
        | Code::AppNotAllowed
        | Code::EnvironmentNotAllowed => SecurityEvent::TokenForbidden,
        _ => SecurityEvent::TokenNotActive,
    };
    state.security_log.count(event, client::network(request), Some(subject.api_key_id.as_str()));
}
