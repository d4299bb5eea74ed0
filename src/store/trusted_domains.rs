//! The pages that may use Web keys, kept consistent with the keys.

use diesel::{
    dsl::{exists, select},
    prelude::*,
    sql_types::Bool,
};

use super::{
    Conn, Error,
    in_list::{InList, load_on_either},
    schema::{api_keys, trusted_domains, users},
};
use crate::domain::{ApiKey, OrganizationId, Organizations, Scope, Timestamp};

/// Must be called in the transaction that creates the key.
pub fn insert(conn: &mut Conn, api_key: &ApiKey) -> Result<(), Error> {
    if api_key.scope != Scope::Web {
        return Ok(());
    }
    let mut domains: Vec<String> = api_key.restrictions.trusted_domains.iter().map(ToString::to_string).collect();
    if domains.is_empty() {
        // Any page may use it.
        domains.push(String::new());
    }
    for domain in domains {
        diesel::insert_into(trusted_domains::table)
            .values((
                trusted_domains::domain.eq(domain),
                trusted_domains::organization_id.eq(api_key.organization_id.as_str()),
                trusted_domains::api_key_id.eq(api_key.id.as_str()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Must be called in the transaction that changes the restrictions of the key.
pub fn replace(conn: &mut Conn, api_key: &ApiKey) -> Result<(), Error> {
    let of_key = trusted_domains::api_key_id.eq(api_key.id.as_str());
    diesel::delete(trusted_domains::table.filter(of_key)).execute(conn)?;
    insert(conn, api_key)
}

/// Whether a valid Web key has one of these domains, or can be used by any page.
pub fn is_trusted(
    conn: &mut Conn,
    organizations: &Organizations,
    domains: &[String],
    now: Timestamp,
) -> Result<bool, Error> {
    let now = now.unix_micros();
    let domains = domains.iter().map(String::as_str).chain([""]);
    let ids = match organizations {
        Organizations::Any => &[],
        Organizations::One(only) => std::slice::from_ref(only),
        Organizations::Several(all) => all.as_slice(),
    };
    let ids = ids.iter().map(OrganizationId::as_str);
    let of_organizations = InList::new(trusted_domains::organization_id, ids);
    let keys = trusted_domains::table
        .inner_join(api_keys::table.on(api_keys::id.eq(trusted_domains::api_key_id)))
        .inner_join(users::table.on(users::id.eq(api_keys::owner_id)))
        .filter(InList::new(trusted_domains::domain, domains))
        .filter(of_organizations.or((*organizations == Organizations::Any).into_sql::<Bool>()))
        .filter(api_keys::confirmed_at.is_not_null().and(api_keys::revoked_at.is_null()))
        .filter(api_keys::expires_at.gt(now))
        .filter(api_keys::disabled_at.is_null().or(api_keys::disabled_until.le(now)))
        .filter(users::disabled_at.is_null().and(users::removed_at.is_null()));
    let found: Vec<bool> = load_on_either!(conn, select(exists(keys)));
    Ok(found.contains(&true))
}
