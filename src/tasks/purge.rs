//! Deletes what is no longer needed: keys that nobody confirmed, expired sessions, old forms, and links for a new
//! password.

use crate::{
    app::{self, Context},
    state::State,
    store::Conn,
};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    each(state, |conn, context| app::verification_cache::purge(conn, context).map(drop)).await?;
    each(state, |conn, context| app::usage::purge(conn, context).map(drop)).await?;
    each(state, |conn, context| app::ended_tokens::purge(conn, context)).await?;
    each(state, |conn, context| app::key_limits::purge(conn, context)).await?;
    each(state, |conn, context| app::throttle::purge(conn, context).map(drop)).await?;
    each(state, |conn, context| app::password_resets::purge(conn, context).map(drop)).await?;
    let api_keys = each(state, app::api_keys::creation::purge).await?;
    let rotations = each(state, app::api_keys::rotation::purge).await?;
    let sessions = each(state, |conn, context| app::sessions::purge(conn, context)).await?;
    if api_keys + rotations + sessions > 0 {
        tracing::info!(api_keys, rotations, sessions, "unconfirmed keys and tokens, and ended sessions, were removed");
    }
    Ok(())
}

/// In separate transactions: a single one would take locks in a different order than others do.
async fn each<T: Send + 'static>(
    state: &State,
    purge: fn(&mut Conn, &mut Context) -> Result<T, app::Error>,
) -> Result<T, app::Error> {
    let mut context = state.context_of_task();
    state.write_in_background(move |conn| purge(conn, &mut context)).await
}
