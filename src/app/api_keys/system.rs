//! The system key, which the server creates for each person where the policy says so.
//!
//! It is created at a sign-in, and in the transaction that deletes the one before. Both hold the lock of the person's
//! keys, so there is never a second one. Its token is always sealed, whatever the policy says about others, because
//! nobody saw it when it was created.

use std::collections::BTreeSet;

use crate::{
    app::{By, Context, Error, actors},
    domain::{
        ApiKey, ApiKeyEvent, ApiKeyId, ApiKeyName, ExpirationDate, KeyAttributes, Person, Policy, Timestamp, Token,
        TokenKeys, UserId,
        audit::{ApiKeyFields, Difference},
    },
    store::{self, Conn},
};

/// Creates the person's system key at sign-in, unless they have one that is neither expired nor revoked.
pub fn ensure(conn: &mut Conn, context: &mut Context, token_keys: &TokenKeys, owner_id: &UserId) -> Result<(), Error> {
    let wants = |conn: &mut Conn| {
        let account = actors::find_active(conn, owner_id)?;
        Ok::<_, Error>(account.filter(|account| account.policy.system_default_key))
    };
    if wants(conn)?.is_none() || find(conn, owner_id)?.is_some_and(|key| key.status(context.now).is_live()) {
        return Ok(());
    }
    // Checks again, because another request may have created it before the lock was held.
    store::users::lock_api_keys(conn, owner_id)?;
    let Some(account) = wants(conn)? else { return Ok(()) };
    if let Some(former) = find(conn, owner_id)? {
        if former.status(context.now).is_live() {
            return Ok(());
        }
        step_aside(conn, context, &former)?;
    }
    make(conn, context, token_keys, &account.person, &account.policy)
}

/// Must be called after system keys of these people were deleted, under the locks of their keys. Returns how many were
/// created: none for removed people, and none if the policy no longer wants such keys.
pub(super) fn make_anew(
    conn: &mut Conn,
    context: &mut Context,
    token_keys: &TokenKeys,
    owner_ids: &BTreeSet<UserId>,
) -> Result<usize, Error> {
    let mut count = 0;
    for owner_id in owner_ids {
        let account = store::users::find_account(conn, owner_id)?;
        if let Some(account) = account.filter(|account| account.policy.system_default_key) {
            make(conn, context, token_keys, &account.person, &account.policy)?;
            count += 1;
        }
    }
    Ok(count)
}

/// Those of `api_keys` that are created again when they are deleted, and so cannot be revoked.
pub fn list_among<'a>(
    conn: &mut Conn,
    policy: &Policy,
    api_keys: impl IntoIterator<Item = &'a ApiKey>,
) -> Result<BTreeSet<ApiKeyId>, Error> {
    if !policy.system_default_key {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<_> = api_keys.into_iter().map(|key| &key.id).collect();
    Ok(store::system_api_keys::list_among(conn, &ids)?)
}

/// The number of keys that count towards the limit. The system key does not.
pub fn count_beside(conn: &mut Conn, policy: &Policy, owner_id: &UserId, now: Timestamp) -> Result<i64, Error> {
    let live = store::api_keys::count_live_of_owner(conn, owner_id, now)?;
    let has_one = policy.system_default_key && find(conn, owner_id)?.is_some_and(|key| key.status(now).is_live());
    Ok(live - i64::from(has_one))
}

fn find(conn: &mut Conn, owner_id: &UserId) -> Result<Option<ApiKey>, Error> {
    let Some(id) = store::system_api_keys::find(conn, owner_id)? else { return Ok(None) };
    Ok(store::api_keys::find(conn, &id)?)
}

/// Renames an ended system key, which stays in the list like any other key, so that its name is free for the next.
fn step_aside(conn: &mut Conn, context: &mut Context, former: &ApiKey) -> Result<(), Error> {
    store::system_api_keys::delete(conn, &former.id)?;
    if former.name.folded() != ApiKeyName::of_system().folded() {
        return Ok(());
    }
    let renamed = ApiKey { name: free_name(conn, &former.owner_id)?, ..former.clone() };
    store::verification::record_change(conn, Some(&former.id), context.now)?;
    if !store::api_keys::update(conn, &renamed, former.edits)? {
        return Err(Error::Store(store::Error::Corrupt("api_keys.edits")));
    }
    let difference = Difference::of("name", former.name.as_str(), renamed.name.as_str());
    context.record(conn, By::Server, &renamed, &ApiKeyEvent::Renamed(difference))
}

fn make(
    conn: &mut Conn,
    context: &mut Context,
    token_keys: &TokenKeys,
    owner: &Person,
    policy: &Policy,
) -> Result<(), Error> {
    let environment = policy.default_environment();
    let token = Token::generate(&policy.token_label(&environment), &mut context.rng);
    let id = ApiKeyId::generate(context.now, &mut context.rng);
    let last_day = (!policy.allow_no_expiry).then(|| policy.latest_expiration(context.now));
    let api_key = ApiKey {
        created_by: None,
        scope: policy.default_scope(),
        attributes: KeyAttributes { environment, ..KeyAttributes::default() },
        confirmed_at: Some(context.now),
        expires_at: last_day.map(ExpirationDate::expires_at),
        ..ApiKey::pending(id, owner, free_name(conn, &owner.id)?, &token, context.now)
    };
    let digest = token_keys.digest(&token, &api_key.id, &api_key.organization_id);
    store::api_keys::insert(conn, &api_key, &digest)?;
    let sealed = token_keys.seal(&token, &api_key.id, &api_key.organization_id, &mut context.rng);
    store::sealed_tokens::insert(conn, &api_key.lookup, &sealed)?;
    store::system_api_keys::insert(conn, &owner.id, &api_key.id)?;
    let fields = Box::new(ApiKeyFields::from(&api_key));
    let event = ApiKeyEvent::Created { fields, needs_confirmation: false, replaces: None };
    context.record(conn, By::Server, &api_key, &event)
}

/// The standard name, or the first one with a number that is free.
fn free_name(conn: &mut Conn, owner_id: &UserId) -> Result<ApiKeyName, Error> {
    let name = ApiKeyName::of_system();
    let taken = store::api_keys::list_names(conn, owner_id, &name.folded())?;
    Ok(name.free_beside(&taken.into_iter().collect()))
}
