//! The policies of organizations.

pub mod impact;

use diesel::prelude::*;

use super::{Conn, Error, former_token_labels, schema::policies};
use crate::domain::{OrganizationId, Policy, Timestamp};

/// The policy of an organization, with its stored state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredPolicy {
    pub policy: Policy,
    /// From when on unused keys are revoked.
    pub unused_revoked_from: Option<Timestamp>,
    /// The number of changes; 0 if it was never changed.
    pub edits: i64,
}

/// Organizations without a row have the default policy.
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

/// When the policy was last changed. None if it never was.
pub fn find_changed_at(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Option<Timestamp>, Error> {
    let changed_at = policies::table.find(organization_id.as_str()).select(policies::changed_at).get_result(conn);
    Ok(changed_at.optional()?.map(Timestamp::from_unix_micros))
}

/// Replaces the policy, if it still has `expected` edits. Returns whether it had. The organization must be locked. Keeps
/// what tokens have begun with until now.
pub fn replace(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    policy: &Policy,
    unused_revoked_from: Option<Timestamp>,
    expected: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    let (mut former, labels) = (get(conn, organization_id)?.policy.token_labels(), policy.token_labels());
    former.retain(|label| !labels.contains(label));
    former_token_labels::insert(conn, organization_id, &former)?;
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

/// Parses what [`replace`] wrote.
pub(super) fn read(settings: &str) -> Result<Policy, Error> {
    serde_json::from_str(settings).map_err(|_| Error::Corrupt("policies.settings"))
}
