//! Revokes unused keys, where the policy of their organization says so.

use super::in_batches;
use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    in_batches(state, "unused keys were revoked", app::policies::disuse::revoke).await
}
