//! Takes the cost of a verification from the limits of its key.

use std::time::Duration;

use actix_web::web;

use super::problem::Problem;
use crate::{
    app::key_limits::{LimitAnswer, LimitQuestion, LimitReadings},
    domain::{
        Timestamp,
        key_limits::{LimitMoment, LimitWindow},
        verification::{Code, PresentedKey},
    },
    state::State,
};

/// How long a request waits for the thread. The service that sent it has a client waiting, too.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the claims of a key are brought up to date for one request.
const ATTEMPTS: u32 = 5;
/// How soon other servers may have given something back.
const RETRY_INTERVAL: Duration = Duration::from_millis(150);

/// Takes it from all limits or from none. The code says which of them is used up.
pub async fn take(
    state: &web::Data<State>,
    subject: &PresentedKey,
    cost: u32,
    now: Timestamp,
) -> Result<(Code, LimitReadings), Problem> {
    match ask(state, subject, cost, now, false) {
        LimitAnswer::Allowed(readings) => Ok((Code::Valid, readings)),
        LimitAnswer::Refused { window, readings, .. } => Ok((code_of(window), readings)),
        // Boxed, because it is rare.
        LimitAnswer::NeedsSync => Box::pin(take_from_database(state, subject, cost)).await,
    }
}

fn ask(state: &State, subject: &PresentedKey, cost: u32, now: Timestamp, is_synced: bool) -> LimitAnswer {
    let moment = LimitMoment { elapsed: state.clock.elapsed(), now };
    let PresentedKey { api_key_id, limits, .. } = subject;
    state.key_limits.take(LimitQuestion { api_key_id, limits, cost, moment, is_synced })
}

/// Waits until the thread has brought the claims up to date. Only this future waits, and no thread.
async fn take_from_database(
    state: &web::Data<State>,
    subject: &PresentedKey,
    cost: u32,
) -> Result<(Code, LimitReadings), Problem> {
    let unavailable = |message: &str| Problem::Unavailable(format!("the limits of a key are not known: {message}"));
    for attempt in 1..=ATTEMPTS {
        let synced = state.key_limits.request_sync(&subject.api_key_id, cost);
        let synced = synced.ok_or_else(|| unavailable("too many requests wait for them"))?;
        match tokio::time::timeout(PATIENCE, synced).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(unavailable("the database cannot be written")),
            Err(_) => return Err(unavailable("the database did not answer")),
        }
        match ask(state, subject, cost, state.clock.now(), true) {
            LimitAnswer::Allowed(readings) => return Ok((Code::Valid, readings)),
            LimitAnswer::Refused { is_first_contact: true, .. } if attempt < ATTEMPTS => {
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            LimitAnswer::Refused { window, readings, .. } => return Ok((code_of(window), readings)),
            // Forgotten or changed in the meantime.
            LimitAnswer::NeedsSync => {}
        }
    }
    Err(unavailable("they change too often"))
}

fn code_of(window: LimitWindow) -> Code {
    if window.is_quota() { Code::QuotaExceeded } else { Code::RateLimited }
}
