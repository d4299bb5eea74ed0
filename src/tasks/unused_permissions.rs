//! Marks the keys with permissions that nobody asks for, for the filter of the list. Every server does it each day.

use std::time::Instant;

use actix_web::rt;

use crate::{app, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    let mut last = None;
    loop {
        let began = Instant::now();
        let mut context = state.context_of_task();
        let after = last.take();
        let work = move |conn: &mut _| app::api_keys::unused_permissions::mark_next(conn, &mut context, after.as_ref());
        last = state.write_in_background(work).await?;
        if last.is_none() {
            return Ok(());
        }
        // Others get their turn.
        rt::time::sleep(began.elapsed()).await;
    }
}
