//! "I have copied the key": a new key starts working, or the new token of a rotation takes over.

use super::{lock_manageable, rotation};
use url::Url;

use crate::{
    app::{
        Context, Error, Failure,
        mail::{EmailMessage, ForeignRotation, Mail},
    },
    domain::{Actor, ApiKey, ApiKeyEvent, ApiKeyId, ApiKeyTokenId, Status, Timestamp},
    store::{self, Conn},
};

/// Why a token was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotConfirmed {
    /// Somebody has discarded the token, or has started another rotation since.
    Replaced,
}

/// What a confirmation has changed, if it was the first.
#[derive(Debug)]
pub enum Confirmed {
    /// The key works now, unless it is disabled.
    New(ApiKey),
    /// The new token works now, and the former one until its end.
    Rotated(Box<Rotated>),
    /// It was confirmed before.
    Before(ApiKey),
}

#[derive(Debug)]
pub struct Rotated {
    pub api_key: ApiKey,
    pub former_ends_at: Timestamp,
    /// For the owner, if somebody else has the new token.
    pub mail: Option<Mail>,
}

impl Confirmed {
    pub fn api_key(&self) -> &ApiKey {
        match self {
            Self::New(api_key) | Self::Before(api_key) => api_key,
            Self::Rotated(rotated) => &rotated.api_key,
        }
    }
}

/// The actor has copied the token that they created, by default the first of the key. Confirming twice changes nothing.
pub fn confirm(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    token_id: Option<&ApiKeyTokenId>,
    base_url: &Url,
) -> Result<Confirmed, Failure<NotConfirmed>> {
    let (actor, api_key) = lock_manageable(conn, context, actor, id)?;
    let tokens = store::api_key_tokens::list(conn, id)?;
    let first = ApiKeyTokenId::first_of(id);
    let token = tokens.iter().find(|token| token.id == *token_id.unwrap_or(&first));
    let Some(token) = token else {
        // Nobody but the owner knows what the first token was.
        let may_know = token_id.is_some() || actor.owns(&api_key);
        return Err(if may_know { Failure::Refused(NotConfirmed::Replaced) } else { Error::Forbidden.into() });
    };
    // Nobody else has seen the token.
    if *token.created_by.as_ref().unwrap_or(&api_key.owner_id) != actor.person.id {
        return Err(Error::Forbidden.into());
    }
    match api_key.status(context.now) {
        Status::Expired | Status::Revoked => Err(Error::ApiKeyEnded.into()),
        _ if token.confirmed_at.is_some() => Ok(Confirmed::Before(api_key)),
        Status::Pending => {
            store::verification::record_change(conn, Some(id), context.now)?;
            store::api_keys::update_confirmed(conn, id, context.now)?;
            context.record(conn, &actor, &api_key, &ApiKeyEvent::Confirmed)?;
            Ok(Confirmed::New(api_key))
        }
        Status::Active | Status::Disabled => {
            let former_ends_at = rotation::complete(conn, context, &actor, &api_key, &tokens, token)?;
            let mail =
                if actor.owns(&api_key) { None } else { tell_owner(conn, &actor, &api_key, former_ends_at, base_url)? };
            Ok(Confirmed::Rotated(Box::new(Rotated { api_key, former_ends_at, mail })))
        }
    }
}

/// None if the owner cannot sign in.
fn tell_owner(
    conn: &mut Conn,
    actor: &Actor,
    api_key: &ApiKey,
    former_ends_at: Timestamp,
    base_url: &Url,
) -> Result<Option<Mail>, Error> {
    let owner = store::users::find_account(conn, &api_key.owner_id)?.filter(|owner| owner.disabled_at.is_none());
    let (Some(owner), Some(other)) = (owner, store::users::find_account(conn, &actor.person.id)?) else {
        return Ok(None);
    };
    let mut link = base_url.clone();
    link.set_path(&format!("/settings/developers/api-keys/{}", api_key.id));
    let message = EmailMessage::RotatedByOther(ForeignRotation {
        name: api_key.name.as_str().to_owned(),
        organization: owner.organization_name,
        hint: api_key.hint.clone(),
        rotated_by: other.name,
        former_ends_at,
        link: link.into(),
    });
    let organization_id = api_key.organization_id.clone();
    Ok(Some(Mail { organization_id, to: owner.email, language: owner.language, message }))
}
