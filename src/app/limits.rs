//! Limits on how much a person, an organization, an address or the whole server may create: keys, exports,
//! organizations, and emails that nobody asked for. They are far above what people need, and stop runaway programs.

use time::Duration;

use super::{Context, Error, throttle::take};
use crate::{
    domain::{Actor, OrganizationId, rate_limit::Rate},
    store::{self, Conn},
};

/// Keys that one person creates.
const KEYS_OF_PERSON: Rate = Rate { burst: 60, interval: Duration::seconds(2) };
/// Keys that one organization creates.
const KEYS_OF_ORGANIZATION: Rate = Rate { burst: 300, interval: Duration::milliseconds(500) };
/// Exports of one person and all their keys: each reads all keys and writes an audit event.
const EXPORTS_OF_PERSON: Rate = Rate { burst: 60, interval: Duration::seconds(2) };
/// Exports of one organization.
const EXPORTS_OF_ORGANIZATION: Rate = Rate { burst: 300, interval: Duration::milliseconds(500) };
/// Organizations that are registered from one address, where registration is open.
const ORGANIZATIONS_OF_ADDRESS: Rate = Rate { burst: 5, interval: Duration::minutes(30) };
/// How old an organization must be before its invitations have the normal limit.
const PROBATION: Duration = Duration::days(7);
/// Invitations of one new organization.
const INVITATIONS_OF_NEW: Rate = Rate { burst: 10, interval: Duration::minutes(30) };
/// Invitations of all new organizations together.
const INVITATIONS_OF_ALL_NEW: Rate = Rate { burst: 50, interval: Duration::minutes(15) };
/// Invitations of the whole server: 1,440 a day after the first 1,000.
const INVITATIONS_OF_SERVER: Rate = Rate { burst: 1_000, interval: Duration::minutes(1) };

/// Must be called before a key is created.
pub(super) fn take_api_key(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<(), Error> {
    take(conn, &format!("keys of {}", actor.person.id), KEYS_OF_PERSON, context.now)?;
    take(conn, &format!("keys of {}", actor.person.organization_id), KEYS_OF_ORGANIZATION, context.now)
}

/// Must be called before an export begins.
pub(super) fn take_export(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<(), Error> {
    take(conn, &format!("exports of {}", actor.person.id), EXPORTS_OF_PERSON, context.now)?;
    take(conn, &format!("exports of {}", actor.person.organization_id), EXPORTS_OF_ORGANIZATION, context.now)
}

/// Must be called before an open registration.
pub fn take_organization(conn: &mut Conn, context: &Context, network: &str) -> Result<(), Error> {
    take(conn, &format!("organizations from {network}"), ORGANIZATIONS_OF_ADDRESS, context.now)
}

/// Must be called before an invitation; the limit of every organization also applies. New organizations share a small
/// token bucket, so that none of them affects the others.
pub fn take_invitation(conn: &mut Conn, context: &Context, organization_id: &OrganizationId) -> Result<(), Error> {
    if is_new(conn, context, organization_id)? {
        take(conn, &format!("invitations of new {organization_id}"), INVITATIONS_OF_NEW, context.now)?;
        take(conn, "invitations of all new organizations", INVITATIONS_OF_ALL_NEW, context.now)?;
    }
    take(conn, "invitations of the server", INVITATIONS_OF_SERVER, context.now)
}

/// The first organization belongs to the operator and is never new.
fn is_new(conn: &mut Conn, context: &Context, organization_id: &OrganizationId) -> Result<bool, Error> {
    if store::installation::is_of(conn, organization_id)? {
        return Ok(false);
    }
    let created_at = store::organizations::get_created_at(conn, organization_id)?;
    Ok(context.now.is_within(created_at, created_at.plus(PROBATION)))
}
