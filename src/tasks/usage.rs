//! Stores the uses of keys that were counted in memory, and replaced digests.

use actix_web::web;

use crate::{app, state::State, store};

pub async fn run_once(state: &web::Data<State>) -> Result<(), app::Error> {
    let state = state.clone();
    let written = web::block(move || write_all(&state).and(redigest(&state)).and(state.refresh_token_keys()));
    written.await.unwrap_or_else(|_| Err(store::Error::Panicked.into()))
}

fn write_all(state: &State) -> Result<(), app::Error> {
    let mut again = app::usage::UsageBatch::new();
    let mut outcome = Ok(());
    state.usage.collect();
    while let Some(batch) = state.usage.take_batch() {
        match state.pool.write_if_room(|conn| app::usage::record(conn, &batch)) {
            Ok(busy) => again.extend(busy),
            Err(error) => {
                let is_written = matches!(error, app::Error::Store(store::Error::OutcomeUnknown(_)));
                again.extend(if is_written { app::usage::repeatable(&batch) } else { batch });
                outcome = Err(error);
                break;
            }
        }
    }
    state.usage.put_back(again);
    outcome
}

/// Stores the digests of tokens that verified by a retired master key or an unbound digest.
fn redigest(state: &State) -> Result<(), app::Error> {
    let mut again = app::master_keys::DigestBatch::new();
    let mut outcome = Ok(());
    while let Some(batch) = state.redigests.take_batch() {
        match state.pool.write_if_room(|conn| app::master_keys::redigest(conn, &batch)) {
            Ok(busy) => {
                for redigest in batch.values() {
                    state.verification_cache.forget_token(&redigest.lookup);
                }
                again.extend(busy);
            }
            Err(error) => {
                // Storing them twice is harmless.
                again.extend(batch);
                outcome = Err(error);
                break;
            }
        }
    }
    state.redigests.put_back(again);
    outcome
}
