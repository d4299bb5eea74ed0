//! Stores the uses of keys that were counted in memory, and replaced digests. Reports tokens that are presented after
//! their end.

use std::collections::BTreeSet;

use actix_web::web;

use crate::{
    app::{self, mail::Mail},
    domain::{ApiKeyId, Language},
    state::State,
    store,
};

pub async fn run_once(state: &web::Data<State>) -> Result<(), app::Error> {
    let writing = state.clone();
    let written = web::block(move || {
        let (ended, outcome) = write_all(&writing);
        let mails = raise_alarms(&writing, &ended)?;
        Ok::<_, app::Error>((mails, outcome))
    });
    let (mails, outcome) = written.await.unwrap_or_else(|_| Err(store::Error::Panicked.into()))?;
    for mail in mails {
        state.mailer.send(mail, Language::default());
    }
    outcome
}

/// The same without emails, which a stopping server no longer sends.
pub async fn write(state: &web::Data<State>) -> Result<(), app::Error> {
    let state = state.clone();
    let written = web::block(move || write_all(&state).1);
    written.await.unwrap_or_else(|_| Err(store::Error::Panicked.into()))
}

/// The keys of which somebody presented a token after its end, and whether everything is stored.
fn write_all(state: &State) -> (BTreeSet<ApiKeyId>, Result<(), app::Error>) {
    let mut ended = BTreeSet::new();
    let written = write_uses(state, &mut ended);
    let recognized = recognize(state, &mut ended);
    (ended, written.and(redigest(state)).and(state.refresh_token_keys()).and(recognized))
}

fn write_uses(state: &State, ended: &mut BTreeSet<ApiKeyId>) -> Result<(), app::Error> {
    let mut again = app::usage::UsageBatch::new();
    let mut outcome = Ok(());
    state.usage.collect();
    while let Some(batch) = state.usage.take_batch() {
        match state.pool.write_if_room(|conn| app::usage::record(conn, &batch)) {
            Ok(busy) => {
                ended.extend(app::usage::ids_of_ended(&batch).cloned());
                again.extend(busy);
            }
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

/// Stores uses of deleted keys. What fails is not tried again: if somebody still uses such a key, there is a next time.
fn recognize(state: &State, ended: &mut BTreeSet<ApiKeyId>) -> Result<(), app::Error> {
    let unknown = state.unknown_tokens.take();
    if unknown.is_empty() {
        return Ok(());
    }
    let keys = state.latest_token_keys();
    let uses = state.pool.read(|conn| app::ended_tokens::recognize(conn, &keys, &unknown))?;
    if !uses.is_empty() {
        state.pool.write_if_room(|conn| app::ended_tokens::record(conn, &uses))?;
        ended.extend(uses.into_iter().map(|ended| ended.api_key_id));
    }
    Ok(())
}

/// The emails are sent only if there is a mail server.
fn raise_alarms(state: &State, ended: &BTreeSet<ApiKeyId>) -> Result<Vec<Mail>, app::Error> {
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    let (mut context, base_url) = (state.context_of_task(), &state.site.base_url);
    let mails = state.pool.write_if_room(|conn| app::ended_tokens::raise(conn, &mut context, ended, base_url))?;
    Ok(if state.mailer.is_configured() { mails } else { Vec::new() })
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
