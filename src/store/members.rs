//! The members of an organization, without removed ones.

use std::collections::BTreeMap;

use diesel::{dsl::count_star, prelude::*};

use super::{
    Conn, Error,
    schema::{api_keys, password_resets, users},
};
use crate::domain::{Member, OrganizationId, Role, Timestamp, UserId};

#[derive(Queryable)]
struct MemberRow {
    id: String,
    organization_id: String,
    name: String,
    email: String,
    role: String,
    disabled_at: Option<i64>,
    last_signed_in_at: Option<i64>,
}

pub fn find(conn: &mut Conn, organization_id: &OrganizationId, id: &UserId) -> Result<Option<Member>, Error> {
    let row: Option<MemberRow> = users::table
        .filter(users::id.eq(id.as_str()))
        .filter(users::organization_id.eq(organization_id.as_str()).and(users::removed_at.is_null()))
        .select(COLUMNS)
        .get_result(conn)
        .optional()?;
    row.map(Member::try_from).transpose()
}

pub fn list(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<Member>, Error> {
    let rows: Vec<MemberRow> = users::table
        .filter(users::organization_id.eq(organization_id.as_str()).and(users::removed_at.is_null()))
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(Member::try_from).collect()
}

pub fn count(conn: &mut Conn, organization_id: &OrganizationId) -> Result<i64, Error> {
    Ok(users::table
        .filter(users::organization_id.eq(organization_id.as_str()).and(users::removed_at.is_null()))
        .count()
        .get_result(conn)?)
}

/// The number of Owners who can sign in.
pub fn count_active_owners(conn: &mut Conn, organization_id: &OrganizationId) -> Result<i64, Error> {
    Ok(users::table
        .filter(users::organization_id.eq(organization_id.as_str()).and(users::removed_at.is_null()))
        .filter(users::role.eq(Role::Owner.as_str()).and(users::disabled_at.is_null()))
        .count()
        .get_result(conn)?)
}

/// The number of keys per member that are neither expired nor revoked. Members without any are missing.
pub fn count_live_api_keys(conn: &mut Conn, ids: &[&UserId], now: Timestamp) -> Result<BTreeMap<UserId, i64>, Error> {
    let rows: Vec<(String, i64)> = api_keys::table
        .filter(api_keys::owner_id.eq_any(ids.iter().map(|id| id.as_str())))
        .filter(api_keys::revoked_at.is_null().and(api_keys::expires_at.gt(now.unix_micros())))
        .group_by(api_keys::owner_id)
        .select((api_keys::owner_id, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(id, count)| Ok((user_id(&id)?, count))).collect()
}

pub fn update_role(conn: &mut Conn, id: &UserId, role: Role) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str())).set(users::role.eq(role.as_str())).execute(conn)?;
    Ok(())
}

pub fn update_disabled(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str())).set(users::disabled_at.eq(now.unix_micros())).execute(conn)?;
    Ok(())
}

pub fn update_enabled(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str()))
        .set((users::disabled_at.eq(None::<i64>), users::enabled_at.eq(now.unix_micros())))
        .execute(conn)?;
    Ok(())
}

/// Removes the person from the organization. The row stays for keys and events, without address and password. The
/// address is free for another account.
pub fn remove(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str()))
        .set((
            users::removed_at.eq(now.unix_micros()),
            users::email.eq(""),
            // Unique, and not an email address.
            users::email_folded.eq(id.as_str()),
            users::password_hash.eq(""),
        ))
        .execute(conn)?;
    diesel::delete(password_resets::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

type Columns = (
    users::id,
    users::organization_id,
    users::name,
    users::email,
    users::role,
    users::disabled_at,
    users::last_signed_in_at,
);

const COLUMNS: Columns = (
    users::id,
    users::organization_id,
    users::name,
    users::email,
    users::role,
    users::disabled_at,
    users::last_signed_in_at,
);

impl TryFrom<MemberRow> for Member {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self, Error> {
        Ok(Self {
            id: user_id(&row.id)?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("users.organization_id"))?,
            name: row.name,
            email: row.email,
            role: Role::parse(&row.role).map_err(|_| Error::Corrupt("users.role"))?,
            disabled_at: row.disabled_at.map(Timestamp::from_unix_micros),
            last_signed_in_at: row.last_signed_in_at.map(Timestamp::from_unix_micros),
        })
    }
}

fn user_id(text: &str) -> Result<UserId, Error> {
    UserId::parse(text).map_err(|_| Error::Corrupt("users.id"))
}
