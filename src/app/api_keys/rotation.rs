//! Rotation: a key gets a new token, and the former one works until the end of an overlap.
//!
//! The new token is pending until the person who started the rotation confirms that they copied it. Until then nothing
//! changes for the former one, so nobody loses a key by leaving the page. A key never has more than two tokens that
//! work.

use std::collections::BTreeSet;

use time::Duration;

use super::{get_owner, lock_manageable, permissions::HeldPermissions, selection::get_manageable};
use crate::{
    app::{By, Context, Error, Failure, limits},
    domain::{
        Actor, ApiKey, ApiKeyAction, ApiKeyEvent, ApiKeyId, ApiKeyToken, ApiKeyTokenId, Sha256Digest, Timestamp, Token,
        TokenKeys, Tokens, policy::CONFIRMATION_WINDOW,
    },
    store::{self, Conn},
};

/// How long ended tokens are known, so that a use of one is noticed.
const ENDED_TOKENS_KEPT: Duration = Duration::days(400);

/// Why no rotation was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotStarted {
    /// This form has already started one. Its token was displayed once.
    FormUsed,
    /// The overlap is longer than the policy allows.
    TooLong,
    /// The token before the current one works until then.
    Overlapping { ends_at: Timestamp },
}

/// A new token, which is displayed only now.
#[derive(Debug)]
pub struct Started {
    pub api_key: ApiKey,
    pub token: Token,
    pub token_id: ApiKeyTokenId,
    /// The key worked before, so the new token takes over from another one.
    pub has_former: bool,
}

/// The key and its tokens, if this actor may rotate it.
pub fn find(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<(ApiKey, Tokens), Error> {
    let (api_key, tokens) = find_managed(conn, context, actor, id)?;
    authorize(conn, context, actor, &api_key)?;
    Ok((api_key, tokens))
}

/// The key and its tokens, if this actor may end its overlap.
pub fn find_managed(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    id: &ApiKeyId,
) -> Result<(ApiKey, Tokens), Error> {
    let api_key = get_manageable(conn, context, actor, id)?;
    let tokens = get_tokens(conn, id)?;
    Ok((api_key, tokens))
}

fn get_tokens(conn: &mut Conn, id: &ApiKeyId) -> Result<Tokens, Error> {
    Tokens::of(&store::api_key_tokens::list(conn, id)?).ok_or(Error::NotFound)
}

/// Whether this actor may see a new token of this key. It speaks for the owner, so nobody gets permissions by it that
/// they do not have.
pub(super) fn may_rotate(conn: &mut Conn, context: &Context, actor: &Actor, api_key: &ApiKey) -> Result<bool, Error> {
    if !(actor.is_signed_in() && actor.may_manage(api_key, &context.policy)) {
        return Ok(false);
    }
    if !ApiKeyAction::Rotate.applies_to(api_key.status(context.now)) {
        return Ok(false);
    }
    if actor.owns(api_key) {
        return Ok(true);
    }
    let owner = get_owner(conn, api_key)?;
    let of_owner = HeldPermissions::of_owner(conn, context, &api_key.organization_id, &owner)?;
    Ok(of_owner.of_key(&api_key.permissions).is_within(&HeldPermissions::of_actor(conn, context, actor)?))
}

fn authorize(conn: &mut Conn, context: &Context, actor: &Actor, api_key: &ApiKey) -> Result<(), Error> {
    if !ApiKeyAction::Rotate.applies_to(api_key.status(context.now)) {
        return Err(Error::ApiKeyEnded);
    }
    if may_rotate(conn, context, actor, api_key)? { Ok(()) } else { Err(Error::Forbidden) }
}

/// Makes a new token. A pending one from before is discarded, even if somebody else made it. For a key that was never
/// confirmed, the new token takes the place of the first.
pub fn start(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    token_keys: &TokenKeys,
    id: &ApiKeyId,
    form_token: &str,
    overlap: Duration,
) -> Result<Started, Failure<NotStarted>> {
    let (actor, api_key) = lock_manageable(conn, context, actor, id)?;
    context.policy = store::policies::get(conn, &actor.person.organization_id)?.policy.into();
    authorize(conn, context, &actor, &api_key)?;
    let form_token = Sha256Digest::compute(form_token);
    if store::form_submissions::find(conn, &actor.person.id, &form_token)?.is_some() {
        return Err(Failure::Refused(NotStarted::FormUsed));
    }
    if overlap > Duration::hours(context.policy.max_rotation_overlap_hours) || overlap.is_negative() {
        return Err(Failure::Refused(NotStarted::TooLong));
    }
    let tokens = get_tokens(conn, id)?;
    if let Some(running) = tokens.overlap(context.now) {
        return Err(Failure::Refused(NotStarted::Overlapping { ends_at: running.ends_at }));
    }
    limits::take_api_key(conn, context, &actor)?;

    let has_former = api_key.confirmed_at.is_some();
    let token = Token::generate(&context.policy.token_label(&api_key.attributes.environment), &mut context.rng);
    let new = ApiKeyToken {
        id: ApiKeyTokenId::generate(context.now, &mut context.rng),
        api_key_id: id.clone(),
        organization_id: api_key.organization_id.clone(),
        lookup: token.lookup().to_owned(),
        hint: token.hint().to_owned(),
        label: token.label(),
        created_at: context.now,
        confirmed_at: None,
        ends_at: None,
        last_use: None,
        used_on: None,
        used_count: 0,
        overlap: has_former.then_some(overlap),
        created_by: Some(actor.person.id.clone()),
    };
    insert(conn, context, token_keys, &api_key, &token, &new)?;
    store::form_submissions::insert(conn, &actor.person.id, &form_token, id.as_str(), context.now)?;
    let event = ApiKeyEvent::RotationStarted { hint: new.hint, overlap_seconds: overlap.whole_seconds() };
    context.record(conn, &actor, &api_key, &event)?;
    Ok(Started { api_key, token, token_id: new.id, has_former })
}

fn insert(
    conn: &mut Conn,
    context: &mut Context,
    token_keys: &TokenKeys,
    api_key: &ApiKey,
    token: &Token,
    new: &ApiKeyToken,
) -> Result<(), Error> {
    let (id, organization_id) = (&api_key.id, &api_key.organization_id);
    store::verification::record_change(conn, Some(id), context.now)?;
    store::api_key_tokens::delete_pending(conn, id)?;
    store::api_key_tokens::insert(conn, new, &token_keys.digest(token, id, organization_id))?;
    store::api_keys::update_current_token(conn, id)?;
    let is_of_system = !store::system_api_keys::list_among(conn, &[id])?.is_empty();
    if is_of_system || context.policy.keeps_token_of(api_key.scope) {
        let sealed = token_keys.seal(token, id, organization_id, &mut context.rng);
        store::sealed_tokens::insert(conn, token.lookup(), &sealed)?;
    }
    Ok(())
}

/// The new token takes over. Returns when the former one ends. Call it under the lock of the owner's keys. The owner may
/// have got another role since the start, so the actor is authorized again.
pub(super) fn complete(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    api_key: &ApiKey,
    tokens: &[ApiKeyToken],
    new: &ApiKeyToken,
) -> Result<Timestamp, Error> {
    authorize(conn, context, actor, api_key)?;
    let corrupt = || Error::Store(store::Error::Corrupt("api_key_tokens.confirmed_at"));
    let former = Tokens::of(tokens).ok_or_else(corrupt)?.current;
    let ends_at = context.now.plus(new.overlap.unwrap_or_default());
    store::verification::record_change(conn, Some(&api_key.id), context.now)?;
    store::api_keys::update_rotated(conn, &api_key.id, context.now)?;
    store::api_key_tokens::update_end(conn, &former.id, ends_at)?;
    store::api_key_tokens::update_confirmed(conn, &api_key.id, context.now)?;
    store::api_keys::update_current_token(conn, &api_key.id)?;
    if ends_at <= context.now {
        store::sealed_tokens::delete_of_token(conn, &former.id)?;
    }
    let event = ApiKeyEvent::Rotated { before: former.hint, after: new.hint.clone(), former_ends_at: ends_at };
    context.record(conn, actor, api_key, &event)?;
    Ok(ends_at)
}

/// Discards the pending token. Nothing happens if it is already gone, or was confirmed.
pub fn cancel(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    token_id: &ApiKeyTokenId,
) -> Result<ApiKey, Error> {
    let (actor, api_key) = lock_manageable(conn, context, actor, id)?;
    let tokens = get_tokens(conn, id)?;
    if tokens.pending.is_some_and(|pending| pending.id == *token_id) {
        discard(conn, context, By::Actor(&actor), &api_key)?;
    }
    Ok(api_key)
}

fn discard(conn: &mut Conn, context: &mut Context, by: By<'_>, api_key: &ApiKey) -> Result<(), Error> {
    store::verification::record_change(conn, Some(&api_key.id), context.now)?;
    store::api_key_tokens::delete_pending(conn, &api_key.id)?;
    context.record(conn, by, api_key, &ApiKeyEvent::RotationDiscarded)
}

/// Ends the former token now. Nothing happens if it has ended.
pub fn end_overlap(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let (actor, api_key) = lock_manageable(conn, context, actor, id)?;
    let tokens = get_tokens(conn, id)?;
    if let (Some(_), Some(previous)) = (tokens.overlap(context.now), tokens.previous) {
        store::verification::record_change(conn, Some(id), context.now)?;
        store::api_key_tokens::update_end(conn, &previous.id, context.now)?;
        store::sealed_tokens::delete_of_token(conn, &previous.id)?;
        context.record(conn, &actor, &api_key, &ApiKeyEvent::OverlapEnded { hint: previous.hint })?;
    }
    Ok(api_key)
}

/// Discards new tokens that nobody confirmed in time, and erases stored tokens that have ended. Returns the number of
/// discarded ones.
pub fn purge(conn: &mut Conn, context: &mut Context) -> Result<usize, Error> {
    store::sealed_tokens::delete_ended(conn, context.now)?;
    store::api_key_tokens::delete_ended_before(conn, context.now.minus(ENDED_TOKENS_KEPT))?;
    let kept = context.now.around(CONFIRMATION_WINDOW);
    let abandoned = store::api_key_tokens::list_abandoned(conn, &kept)?;
    let owners: BTreeSet<_> = abandoned.iter().map(|rotation| &rotation.owner_id).collect();
    for owner_id in owners {
        store::users::lock_api_keys(conn, owner_id)?;
    }
    // Under the locks, because some may have been confirmed in between.
    let abandoned: BTreeSet<_> = abandoned.into_iter().collect();
    let still = store::api_key_tokens::list_abandoned(conn, &kept)?;
    let mut count = 0;
    for rotation in still.into_iter().filter(|rotation| abandoned.contains(rotation)) {
        if let Some(api_key) = store::api_keys::find(conn, &rotation.api_key_id)? {
            discard(conn, context, By::Server, &api_key)?;
            count += 1;
        }
    }
    Ok(count)
}
