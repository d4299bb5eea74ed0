//! System keys: at most one per person.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{
    Conn, Error,
    schema::{system_api_keys, users},
};
use crate::domain::{ApiKeyId, OrganizationId, UserId};

/// The system key of this person.
pub fn find(conn: &mut Conn, owner_id: &UserId) -> Result<Option<ApiKeyId>, Error> {
    let id: Option<String> = system_api_keys::table
        .find(owner_id.as_str())
        .select(system_api_keys::api_key_id)
        .get_result(conn)
        .optional()?;
    id.as_deref().map(parse).transpose()
}

/// The system keys among `ids`.
pub fn list_among(conn: &mut Conn, ids: &[&ApiKeyId]) -> Result<BTreeSet<ApiKeyId>, Error> {
    let found: Vec<String> = system_api_keys::table
        .filter(system_api_keys::api_key_id.eq_any(ids.iter().map(|id| id.as_str())))
        .select(system_api_keys::api_key_id)
        .load(conn)?;
    found.iter().map(|id| parse(id)).collect()
}

/// [`Error::Duplicate`] if the person has one.
pub fn insert(conn: &mut Conn, owner_id: &UserId, api_key_id: &ApiKeyId) -> Result<(), Error> {
    diesel::insert_into(system_api_keys::table)
        .values((system_api_keys::owner_id.eq(owner_id.as_str()), system_api_keys::api_key_id.eq(api_key_id.as_str())))
        .execute(conn)?;
    Ok(())
}

/// The key stays, as an ordinary one.
pub fn delete(conn: &mut Conn, api_key_id: &ApiKeyId) -> Result<(), Error> {
    diesel::delete(system_api_keys::table.filter(system_api_keys::api_key_id.eq(api_key_id.as_str()))).execute(conn)?;
    Ok(())
}

/// All of the organization's system keys stay, as ordinary ones.
pub fn delete_of_organization(conn: &mut Conn, organization_id: &OrganizationId) -> Result<(), Error> {
    let people = users::table.filter(users::organization_id.eq(organization_id.as_str())).select(users::id);
    diesel::delete(system_api_keys::table.filter(system_api_keys::owner_id.eq_any(people))).execute(conn)?;
    Ok(())
}

fn parse(id: &str) -> Result<ApiKeyId, Error> {
    ApiKeyId::parse(id).map_err(|_| Error::Corrupt("system_api_keys.api_key_id"))
}
