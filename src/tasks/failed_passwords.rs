//! Records wrong passwords for accounts, if there were several in a short time.

use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    record(state, false).await
}

/// At the end of the server.
pub async fn finish(state: &State) -> Result<(), app::Error> {
    record(state, true).await
}

async fn record(state: &State, is_last: bool) -> Result<(), app::Error> {
    let mut context = state.context_of_task();
    let due = state.failed_passwords.list_due(context.now, is_last);
    if due.is_empty() {
        return Ok(());
    }
    let recorded = due.clone();
    state.write_in_background(move |conn| app::failed_passwords::record(conn, &mut context, &due)).await?;
    state.failed_passwords.settle(&recorded);
    Ok(())
}
