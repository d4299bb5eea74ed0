//! Records the end of pauses. Paused keys work again from that time on, whenever this runs.

use super::in_batches;
use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    in_batches(state, "keys were marked as enabled again", app::api_keys::pauses::record_ended).await
}
