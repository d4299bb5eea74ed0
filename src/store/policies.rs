//! The rules that organizations set on their keys.

pub mod impact;

use diesel::prelude::*;

use super::{Conn, Error, schema::policies};
use crate::domain::{OrganizationId, Policy, Timestamp};

/// The policy of an organization, and what is kept beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredPolicy {
    pub policy: Policy,
    /// From when on keys that nobody uses are revoked.
    pub unused_revoked_from: Option<Timestamp>,
    /// Counted up by every change; 0 where it was never changed.
    pub edits: i64,
}

/// That of every organization which has not changed it is the default one.
pub fn get(conn: &mut Conn, organization_id: &OrganizationId) -> Result<StoredPolicy, Error> {
    let row: Option<(String, Option<i64>, i64)> = policies::table
        .find(organization_id.as_str())
        .select((policies::settings, policies::unused_revoked_from, policies::edits))
        .get_result(conn)
        .optional()?;
    let Some((settings, unused_revoked_from, edits)) = row else { return Ok(StoredPolicy::default()) };
    Ok(StoredPolicy {
        policy: read(&settings)?,
        unused_revoked_from: unused_revoked_from.map(Timestamp::from_unix_micros),
        edits,
    })
}

/// Replaces the policy, provided that nobody has changed it since `expected` edits. Whether that was so. The
/// organization must be locked.
pub fn replace(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    policy: &Policy,
    unused_revoked_from: Option<Timestamp>,
    expected: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    let settings = serde_json::to_string(policy).map_err(|_| Error::Corrupt("policies.settings"))?;
    let values = (
        policies::settings.eq(settings),
        policies::who_may_create.eq(policy.who_may_create.as_str()),
        policies::unused_revoked_from.eq(unused_revoked_from.map(Timestamp::unix_micros)),
        policies::edits.eq(expected + 1),
        policies::changed_at.eq(now.unix_micros()),
    );
    let present = policies::table.find(organization_id.as_str());
    if diesel::update(present.filter(policies::edits.eq(expected))).set(values.clone()).execute(conn)? == 1 {
        return Ok(true);
    }
    let is_there = present.select(policies::edits).get_result::<i64>(conn).optional()?.is_some();
    if is_there || expected != 0 {
        return Ok(false);
    }
    diesel::insert_into(policies::table)
        .values((policies::organization_id.eq(organization_id.as_str()), values))
        .execute(conn)?;
    Ok(true)
}

/// What [`replace`] wrote.
pub(super) fn read(settings: &str) -> Result<Policy, Error> {
    serde_json::from_str(settings).map_err(|_| Error::Corrupt("policies.settings"))
}
