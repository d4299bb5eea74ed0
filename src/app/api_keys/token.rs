//! Displaying the token of a key again, where the policy keeps tokens.

use super::get_visible;
use crate::{
    app::{Context, Error, NotShown},
    domain::{Actor, ApiKey, ApiKeyEvent, ApiKeyId, Sha256Digest, Status, Token, TokenKeys, token_keys::OpenError},
    store::{self, Conn},
};

/// A key with its token, for its owner.
#[derive(Debug)]
pub struct Shown {
    pub api_key: ApiKey,
    pub token: Token,
}

/// The key, if its token can be displayed now. People who may not create keys can still see their system key's token.
pub fn find_viewable(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    if !(actor.owns(&api_key) && actor.is_signed_in()) {
        return Err(Error::Forbidden);
    }
    match find_obstacle(conn, context, &api_key)? {
        Some(obstacle) => Err(Error::TokenNotShown(obstacle)),
        None => Ok(api_key),
    }
}

/// Whether the owner of the key can see its token again.
pub fn is_viewable(conn: &mut Conn, context: &Context, api_key: &ApiKey) -> Result<bool, Error> {
    Ok(find_obstacle(conn, context, api_key)?.is_none())
}

/// Displays the token and records that. One form displays it only once, so a reload does not display it again.
pub fn show(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    keys: &TokenKeys,
    id: &ApiKeyId,
    form_token: Option<&str>,
) -> Result<Shown, Error> {
    store::users::lock_api_keys(conn, &actor.person.id)?;
    context.policy = store::policies::get(conn, &actor.person.organization_id)?.policy.into();
    let api_key = find_viewable(conn, context, actor, id)?;
    if let Some(form_token) = form_token.map(Sha256Digest::compute) {
        if store::form_submissions::find(conn, &actor.person.id, &form_token)?.is_some() {
            return Err(Error::TokenNotShown(NotShown::FormUsed));
        }
        store::form_submissions::insert(conn, &actor.person.id, &form_token, id.as_str(), context.now)?;
    }
    let sealed = store::sealed_tokens::find(conn, id)?.ok_or(Error::TokenNotShown(NotShown::NotKept))?;
    let token = keys.open(&sealed, id, &api_key.organization_id).map_err(|error| {
        tracing::error!(%error, key = id.as_str(), "a stored token cannot be displayed");
        Error::TokenNotShown(match error {
            OpenError::MasterKeyMissing(_) => NotShown::MasterKeyMissing,
            OpenError::Damaged => NotShown::Damaged,
        })
    })?;
    context.record(conn, actor, &api_key, &ApiKeyEvent::TokenShown)?;
    Ok(Shown { api_key, token })
}

fn find_obstacle(conn: &mut Conn, context: &Context, api_key: &ApiKey) -> Result<Option<NotShown>, Error> {
    match api_key.status(context.now) {
        Status::Active | Status::Disabled => {}
        Status::Pending => return Ok(Some(NotShown::Pending)),
        Status::Expired | Status::Revoked => return Ok(Some(NotShown::Ended)),
    }
    // If the policy no longer keeps tokens, it displays none that were kept before.
    let is_allowed = context.policy.keeps_token_of(api_key.scope)
        || store::system_api_keys::list_among(conn, &[&api_key.id])?.contains(&api_key.id);
    let is_kept = is_allowed && store::sealed_tokens::find(conn, &api_key.id)?.is_some();
    Ok((!is_kept).then_some(NotShown::NotKept))
}
