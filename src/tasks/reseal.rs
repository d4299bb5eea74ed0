//! Reseals tokens that depend on retired master keys and that the rotating command left over.

use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    let keys = state.current_token_keys().await?;
    if keys.retired_versions().is_empty() {
        return Ok(());
    }
    let (mut done, mut damaged, mut last) = (0, 0, None);
    loop {
        let (keys, mut rng) = (keys.clone(), (state.rng)());
        let batch = state
            .write_in_background(move |conn| app::master_keys::reseal(conn, &keys, last.as_ref(), &mut rng))
            .await?;
        done += batch.done;
        damaged += batch.damaged;
        last = batch.last;
        if last.is_none() {
            break;
        }
    }
    if done > 0 {
        tracing::info!(tokens = done, damaged, "tokens were encrypted with the current master key");
    }
    Ok(())
}
