//! What the server does by itself, from time to time. Each task runs once when told to; this loop tells them.

mod follow;
mod purge;

use std::time::Duration;

use actix_web::{rt, web};

use crate::state::State;

const INTERVAL: Duration = Duration::from_secs(10 * 60);

/// Until the server stops.
pub fn spawn(state: web::Data<State>) -> rt::task::JoinHandle<()> {
    rt::spawn(async move {
        loop {
            if let Err(error) = purge::run_once(&state).await {
                tracing::error!(%error, "a background task failed and will be tried again");
            }
            rt::time::sleep(INTERVAL).await;
        }
    })
}

pub use follow::Follower;
pub use purge::run_once as purge;
