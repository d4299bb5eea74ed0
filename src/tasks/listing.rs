//! Keeps lists of keys fast: marks keys that have expired, and indexes those of earlier versions. Before it has run,
//! lists are correct but slower, and a search does not find all keys.

use super::in_batches;
use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    in_batches(state, "keys were made searchable", app::api_keys::search::index_missing).await?;
    in_batches(state, "keys were marked as expired", app::api_keys::search::mark_expired).await
}
