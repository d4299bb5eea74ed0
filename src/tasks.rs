//! Background tasks of the server. Each has a function that runs it once; this loop calls them.

mod audit_chain;
mod audit_stream;
mod clock;
mod disuse;
mod failed_passwords;
mod follow;
mod key_limits;
mod listing;
mod pauses;
mod purge;
mod reminders;
mod reseal;
mod unused_permissions;
mod usage;

use std::time::{Duration, Instant};

use actix_web::{rt, web};

use crate::{
    app::{self, Context, usage::WRITE_INTERVAL},
    state::State,
    store::Conn,
};

const PURGE_INTERVAL: Duration = Duration::from_secs(10 * 60);
const LISTING_INTERVAL: Duration = Duration::from_secs(60);
const DISUSE_INTERVAL: Duration = Duration::from_secs(60 * 60);
const UNUSED_PERMISSIONS_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);
const REMINDER_INTERVAL: Duration = Duration::from_secs(5 * 60);
const AUDIT_CHAIN_INTERVAL: Duration = Duration::from_secs(60 * 60);
const FAILED_PASSWORDS_INTERVAL: Duration = Duration::from_secs(5);
const SECURITY_LOG_INTERVAL: Duration = Duration::from_secs(60);
/// How long a stopping server waits for emails in progress.
const MAIL_PATIENCE: Duration = Duration::from_secs(2);
const FINISHING_TRIES: usize = 3;
const FINISHING_PAUSE: Duration = Duration::from_millis(200);

/// The tasks run until the server stops.
pub fn spawn(state: &web::Data<State>) -> Vec<rt::task::JoinHandle<()>> {
    vec![
        repeat(state, PURGE_INTERVAL, async |state| when_clock_is_trusted(state, purge::run_once).await),
        // At the start nothing has been counted yet.
        repeat(state, Duration::ZERO, async |state| {
            rt::time::sleep(WRITE_INTERVAL).await;
            report(usage::run_once(state).await);
        }),
        repeat(state, LISTING_INTERVAL, async |state| {
            when_clock_is_trusted(state, listing::run_once).await;
            when_clock_is_trusted(state, pauses::run_once).await;
            report(reseal::run_once(state).await);
        }),
        repeat(state, Duration::ZERO, async |state| {
            rt::time::sleep(SECURITY_LOG_INTERVAL).await;
            state.security_log.write();
        }),
        repeat(state, FAILED_PASSWORDS_INTERVAL, async |state| report(failed_passwords::run_once(state).await)),
        repeat(state, DISUSE_INTERVAL, async |state| when_clock_is_trusted(state, disuse::run_once).await),
        repeat(state, UNUSED_PERMISSIONS_INTERVAL, async |state| {
            report(unused_permissions::run_once(state).await);
        }),
        repeat(state, AUDIT_CHAIN_INTERVAL, async |state| report(audit_chain::run_once(state).await)),
        repeat(state, REMINDER_INTERVAL, async |state| when_clock_is_trusted(state, reminders::run_once).await),
    ]
}

/// Runs the task now, and again after each pause.
fn repeat(
    state: &web::Data<State>,
    pause: Duration,
    work: impl AsyncFn(&web::Data<State>) + 'static,
) -> rt::task::JoinHandle<()> {
    let state = state.clone();
    rt::spawn(async move {
        loop {
            work(&state).await;
            rt::time::sleep(pause).await;
        }
    })
}

/// Final actions wait while the clock is in doubt.
async fn when_clock_is_trusted(state: &State, work: impl AsyncFn(&State) -> Result<(), app::Error>) {
    match clock::is_trusted(state).await {
        Ok(true) => report(work(state).await),
        Ok(false) => {}
        Err(error) => report(Err(error)),
    }
}

/// The remaining work after the last request.
pub async fn finish(state: &web::Data<State>) {
    state.security_log.write();
    report(failed_passwords::finish(state).await);
    let mailing = state.clone();
    drop(rt::task::spawn_blocking(move || mailing.mailer.finish(MAIL_PATIENCE)).await);
    // A key that somebody else is changing is skipped the first time.
    for _ in 0..FINISHING_TRIES {
        let outcome = usage::write(state).await;
        if outcome.is_ok() && state.usage.is_written() && state.redigests.is_empty() {
            return;
        }
        report(outcome);
        rt::time::sleep(FINISHING_PAUSE).await;
    }
    tracing::error!("the key usage of the last seconds could not be stored and is lost");
}

/// Repeats `work` until everything is done. It runs in many small transactions, because others wait for each. A pause
/// of the same length follows each, so that others get their turn. The log says what happened to how many keys.
async fn in_batches(
    state: &State,
    what: &str,
    work: impl Fn(&mut Conn, &mut Context) -> Result<(usize, bool), app::Error> + Copy + Send + 'static,
) -> Result<(), app::Error> {
    let mut all = 0;
    loop {
        let began = Instant::now();
        let mut context = state.context_of_task();
        let (done, is_all) = state.write_in_background(move |conn| work(conn, &mut context)).await?;
        all += done;
        if is_all {
            break;
        }
        rt::time::sleep(began.elapsed()).await;
    }
    if all > 0 {
        tracing::info!(keys = all, "{what}");
    }
    Ok(())
}

fn report(outcome: Result<(), app::Error>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "a background task failed and will run again");
    }
}

pub use audit_chain::run_once as verify_audit_log;
pub use audit_stream::{AuditStreamThread, AuditStreamer, Sink};
pub use clock::is_trusted as trusts_clock;
pub use disuse::run_once as revoke_unused;
pub use failed_passwords::{finish as finish_failed_passwords, run_once as record_failed_passwords};
pub use follow::Follower;
pub use key_limits::{LimitThread, run_once as sync_limits};
pub use listing::run_once as keep_lists_fast;
pub use pauses::run_once as end_pauses;
pub use purge::run_once as purge;
pub use reminders::run_once as remind;
pub use reseal::run_once as reseal;
pub use unused_permissions::run_once as mark_unused_permissions;
pub use usage::run_once as write_usage;
