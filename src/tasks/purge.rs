//! Removes what has had its time: keys that nobody confirmed, sessions that are over, forms that were used long
//! ago, links for a new password.

use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    let mut context = state.context(None, None);
    let (api_keys, sessions) = state
        .write(move |conn| {
            app::verification::purge(conn, &context)?;
            app::usage::purge(conn, &context)?;
            app::throttle::purge(conn, &context)?;
            app::password_resets::purge(conn, &context)?;
            Ok((app::api_keys::purge(conn, &mut context)?, app::sessions::purge(conn, &context)?))
        })
        .await?;
    if api_keys + sessions > 0 {
        tracing::info!(api_keys, sessions, "purged unconfirmed keys and ended sessions");
    }
    Ok(())
}
