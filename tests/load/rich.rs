//! Keys of a company that sells an API: permissions of its own, and on each key 20 of them, the customer's id, metadata of
//! 1 KiB and a rate limit of the key's own. `tests/load/verification` measures what that costs.

use std::num::NonZeroU32;

use anyhow::Context as _;
use latchkey::{
    app::Context,
    domain::{
        ApiGrant, ApiGrants, ApiKey, ApiPermission, ApiPermissionName, OrganizationId, Role,
        api_key::{
            ChosenPermissions, KeyPermissions,
            attributes::{ExternalId, KeyAttributes, Metadata},
        },
        api_permission::ApiPermissionDescription,
        key_limits::{OwnLimit, OwnLimits, RateLimit, RatePeriod},
    },
    store::{self, Conn},
};

const RESOURCES: usize = 50;
const VERBS: [&str; 10] =
    ["read", "list", "create", "update", "delete", "export", "import", "approve", "archive", "share"];
/// Keys whose numbers differ by this have the same permissions: `tests/load/verification` computes them, too.
const KINDS: usize = 25;
const METADATA_BYTES: usize = 1_024;
/// In any minute: more than any of them gets, so that each verification takes and none is refused.
const RATE: u32 = 1_000_000;

fn name(permission: usize) -> String {
    format!("resource-{}:{}", permission / VERBS.len(), VERBS[permission % VERBS.len()])
}

/// Gives the organization its permissions, all of which its owners and administrators have.
pub fn add_permissions(conn: &mut Conn, of: &OrganizationId, context: &Context) -> anyhow::Result<()> {
    if !store::api_permissions::list(conn, of)?.is_empty() {
        return Ok(());
    }
    for permission in 0..RESOURCES * VERBS.len() {
        let permission = ApiPermission {
            name: ApiPermissionName::parse(&name(permission))?,
            description: ApiPermissionDescription::default(),
            created_at: context.now,
        };
        store::api_permissions::insert(conn, of, &permission)?;
    }
    let mut all = ApiGrants::default();
    for resource in 0..RESOURCES {
        all.insert(ApiGrant::wildcard_of(&format!("resource-{resource}"))?);
    }
    for role in [Role::Owner, Role::Administrator] {
        store::api_permissions::replace_role_grants(conn, of, role, &all)?;
    }
    Ok(())
}

/// What key number `number` says to the API.
pub fn add_to(api_key: ApiKey, number: usize) -> anyhow::Result<ApiKey> {
    let mut chosen = ChosenPermissions::default();
    for permission in (number % KINDS..RESOURCES * VERBS.len()).step_by(KINDS) {
        chosen.api.insert(ApiPermissionName::parse(&name(permission))?.into());
    }
    let rate = RateLimit { count: NonZeroU32::new(RATE).context("zero")?, period: RatePeriod::Minute, burst: None };
    let begin = format!(r#"{{"customer":{number},"plan":"gold","note":""#);
    let metadata = format!(r#"{begin}{}"}}"#, "m".repeat(METADATA_BYTES - begin.len() - 2));
    let attributes = KeyAttributes {
        external_id: ExternalId::parse(&format!("customer-{number}"))?,
        metadata: Some(Metadata::parse(&metadata)?.context("not empty")?),
        limits: OwnLimits { rate: OwnLimit::Own(rate), ..OwnLimits::default() },
        ..KeyAttributes::default()
    };
    Ok(ApiKey { permissions: KeyPermissions::Only(chosen), attributes, ..api_key })
}
