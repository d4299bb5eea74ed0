//! Keeps lists of keys fast: notes which keys have expired, and makes those of earlier versions searchable. Until it has
//! run lists are right all the same, but slower, and a search does not find all.

use super::in_batches;
use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    in_batches(state, "keys were made searchable", app::api_keys::search::fill_in).await?;
    in_batches(state, "keys were marked as expired", app::api_keys::search::note_expiries).await
}
