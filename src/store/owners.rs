//! Owners of keys, as lists and details display them.

use diesel::{dsl::exists, prelude::*};

use super::{
    Conn, Error,
    in_list::{InList, load_on_either},
    schema::{api_keys, users},
};
use crate::domain::{OrganizationId, Role, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub id: UserId,
    pub name: String,
    /// Never empty: a removed person has none.
    pub email: String,
    pub role: Role,
    /// Keys of inactive owners do not work.
    pub is_active: bool,
    /// Whether the person has left the organization.
    pub is_removed: bool,
}

impl Owner {
    /// The name, and the address, which distinguishes people with the same name.
    pub fn label(&self) -> String {
        if self.email.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.email) }
    }
}

#[derive(Queryable)]
struct OwnerRow {
    id: String,
    name: String,
    email: String,
    role: String,
    disabled_at: Option<i64>,
    removed_at: Option<i64>,
}

/// Everybody in the organization who has keys, in the order of their ids.
pub fn list(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<Owner>, Error> {
    let keys = api_keys::table.filter(api_keys::owner_id.eq(users::id)).select(api_keys::id);
    let rows: Vec<OwnerRow> = users::table
        .filter(users::organization_id.eq(organization_id.as_str()))
        .filter(exists(keys))
        .order(users::id)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(Owner::try_from).collect()
}

/// Everybody who is or was in the organization, in the order of their ids.
pub fn list_all(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<Owner>, Error> {
    let rows: Vec<OwnerRow> = users::table
        .filter(users::organization_id.eq(organization_id.as_str()))
        .order(users::id)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(Owner::try_from).collect()
}

/// The people with these `ids`, whether they have keys or not.
pub fn list_by_id(conn: &mut Conn, organization_id: &OrganizationId, ids: &[&UserId]) -> Result<Vec<Owner>, Error> {
    let among = InList::new(users::id, ids.iter().map(|id| id.as_str()));
    let owners = users::table
        .filter(among)
        .filter(users::organization_id.eq(organization_id.as_str()))
        .order(users::id)
        .select(COLUMNS);
    let rows: Vec<OwnerRow> = load_on_either!(conn, owners);
    rows.into_iter().map(Owner::try_from).collect()
}

type Columns = (users::id, users::name, users::email, users::role, users::disabled_at, users::removed_at);
const COLUMNS: Columns = (users::id, users::name, users::email, users::role, users::disabled_at, users::removed_at);

impl TryFrom<OwnerRow> for Owner {
    type Error = Error;

    fn try_from(row: OwnerRow) -> Result<Self, Error> {
        Ok(Self {
            id: UserId::parse(&row.id).map_err(|_| Error::Corrupt("users.id"))?,
            name: row.name,
            email: row.email,
            role: Role::parse(&row.role).map_err(|_| Error::Corrupt("users.role"))?,
            is_active: row.disabled_at.is_none() && row.removed_at.is_none(),
            is_removed: row.removed_at.is_some(),
        })
    }
}
