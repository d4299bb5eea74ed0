//! What is typed into the form that makes a key and into the one that edits it.

use crate::{
    app::{Error, Fault, NameHolder},
    domain::{
        ApiKeyName, KeyPermissions, PermissionSet, Restrictions, Scope, Timestamp, UserId,
        api_key::{
            KeyPermissionsError,
            restrictions::{Kind, Texts},
        },
    },
    store::{self, Conn},
};

/// A name that no other key of the owner has.
pub(super) fn name(
    conn: &mut Conn,
    owner_id: &UserId,
    own: Option<&ApiKeyName>,
    text: &str,
    now: Timestamp,
) -> Result<Result<ApiKeyName, Fault>, Error> {
    let name = match ApiKeyName::parse(text) {
        Ok(name) if own.is_some_and(|own| own.folded() == name.folded()) => return Ok(Ok(name)),
        Ok(name) => name,
        Err(error) => return Ok(Err(Fault::ApiKeyName(error))),
    };
    let holder = store::api_keys::find_by_name(conn, owner_id, &name)?;
    Ok(holder.map_or(Ok(name), |key| {
        let holder = NameHolder { name: key.name.as_str().to_owned(), status: key.status(now) };
        Err(Fault::ApiKeyNameTaken(Some(holder)))
    }))
}

/// `is_open` says of which list somebody knows that it is empty, for a key that anybody can find.
pub(super) fn restrictions(
    scope: Scope,
    texts: Texts<'_>,
    is_open: impl Fn(Kind) -> bool,
) -> Result<Restrictions, Vec<Fault>> {
    let fault = |(kind, error)| Fault::Restriction(kind, error);
    let restrictions =
        Restrictions::parse(scope, texts).map_err(|faults| faults.into_iter().map(fault).collect::<Vec<_>>())?;
    match Kind::guarding(scope) {
        Some(kind) if restrictions.is_empty() && !is_open(kind) => Err(vec![Fault::Unrestricted(kind)]),
        _ => Ok(restrictions),
    }
}

/// Permissions of a key whose owner may `of_owner`, none of them outside of `given`.
pub(super) fn permissions(
    typed: &[String],
    of_owner: PermissionSet,
    given: PermissionSet,
) -> Result<KeyPermissions, Fault> {
    let permissions = KeyPermissions::parse(typed).map_err(Fault::Permissions)?;
    let wanted = match permissions {
        KeyPermissions::Inherited => of_owner,
        KeyPermissions::Only(chosen) => chosen,
    };
    if wanted.is_within(given) { Ok(permissions) } else { Err(Fault::Permissions(KeyPermissionsError::NotHeld)) }
}
