//! Keeps lists of keys fast: notes which keys have expired, and makes those of earlier versions searchable. Until it has
//! run lists are right all the same, but slower, and a search does not find all.

use std::time::Instant;

use actix_web::rt;

use crate::{app, state::State, store::Conn};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    let now = state.clock.now();
    repeat(state, "keys were made searchable", app::api_keys::search::fill_in).await?;
    repeat(state, "keys were noted as expired", move |conn| app::api_keys::search::note_expiries(conn, now)).await
}

/// In many small transactions, since others wait for each, with pauses as long, in which they have their turn.
async fn repeat(
    state: &State,
    what: &str,
    work: impl Fn(&mut Conn) -> Result<(usize, bool), app::Error> + Clone + Send + 'static,
) -> Result<(), app::Error> {
    let mut all = 0;
    loop {
        let began = Instant::now();
        let (done, is_all) = state.write(work.clone()).await?;
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
