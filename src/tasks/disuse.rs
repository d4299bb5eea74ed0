//! Revokes keys that nobody uses, where the policy of their organization says so.

use std::sync::Arc;

use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    let mut all = 0;
    loop {
        let mut context = state.context(Arc::default(), None, None);
        let (revoked, is_all) = state.write(move |conn| app::policies::disuse::revoke(conn, &mut context)).await?;
        all += revoked;
        if is_all {
            break;
        }
    }
    if all > 0 {
        tracing::info!(api_keys = all, "revoked keys that nobody uses");
    }
    Ok(())
}
