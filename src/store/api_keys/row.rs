//! The row of a key.

use diesel::prelude::*;

use super::NEVER;
use crate::{
    domain::{
        ApiKey, ApiKeyId, ApiKeyName, Description, KeyAttributes, KeyPermissions, LastUse, OrganizationId, ProjectId,
        Restrictions, Scope, Timestamp, UserAgent, UserId,
        api_key::restrictions::{Kind, Texts},
    },
    store::{Error, api_key_tokens::label_and_hint, schema::api_keys},
};

/// Defines the struct of a row, and the columns to read, in the same order: `as_returning` does not work with two
/// databases. A field is read from the column of its name, or from those after `=`.
macro_rules! api_key_row {
    (@column $field:ident) => { api_keys::$field };
    (@column $field:ident $columns:tt) => { $columns };
    ($($visibility:vis $field:ident: $kind:ty $(= $columns:tt)?,)*) => {
        #[derive(Queryable)]
        pub(super) struct ApiKeyRow {
            $($visibility $field: $kind,)*
        }

        pub(super) type Columns = ($(api_key_row!(@column $field $($columns)?),)*);

        pub(super) const COLUMNS: Columns = ($(api_key_row!(@column $field $($columns)?),)*);
    };
}

api_key_row! {
    pub id: String,
    organization_id: String,
    owner_id: String,
    name: String,
    description: String,
    lookup: String,
    hint: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    disabled_at: Option<i64>,
    expires_at: i64,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    project_id: Option<String>,
    scope: String,
    disabled_until: Option<i64>,
    revocation_reason: Option<String>,
    created_by: Option<String>,
    rotate_every_days: Option<i64>,
    rotated_at: Option<i64>,
    rotation_marked_for: Option<i64>,
    edits: i64,
    restrictions: RestrictionColumns =
        (api_keys::trusted_domains, api_keys::app_identifiers, api_keys::allowed_networks),
    permissions: Option<String>,
}

/// Trusted domains, app identifiers, allowed networks.
pub(in crate::store) type RestrictionColumns = (String, String, String);

/// The attributes are in a table of their own: [`super::attributes::load`] adds them.
impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = Error;

    fn try_from(row: ApiKeyRow) -> Result<Self, Error> {
        let (token_label, hint) = label_and_hint(&row.hint);
        Ok(Self {
            restrictions: restrictions(&row.restrictions)?,
            permissions: KeyPermissions::from_stored(row.permissions.as_deref())
                .ok_or(Error::Corrupt("api_keys.permissions"))?,
            id: ApiKeyId::parse(&row.id).map_err(|_| Error::Corrupt("api_keys.id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("api_keys.organization_id"))?,
            owner_id: UserId::parse(&row.owner_id).map_err(|_| Error::Corrupt("api_keys.owner_id"))?,
            name: ApiKeyName::from_stored(row.name),
            description: Description::from_stored(row.description),
            created_by: row
                .created_by
                .map(|id| UserId::parse(&id).map_err(|_| Error::Corrupt("api_keys.created_by")))
                .transpose()?,
            project_id: row.project_id.as_deref().map(project_id).transpose()?,
            scope: Scope::parse(&row.scope).ok_or(Error::Corrupt("api_keys.scope"))?,
            lookup: row.lookup,
            hint,
            token_label,
            created_at: Timestamp::from_unix_micros(row.created_at),
            confirmed_at: row.confirmed_at.map(Timestamp::from_unix_micros),
            disabled_at: row.disabled_at.map(Timestamp::from_unix_micros),
            disabled_until: row.disabled_until.map(Timestamp::from_unix_micros),
            expires_at: (row.expires_at != NEVER).then(|| Timestamp::from_unix_micros(row.expires_at)),
            revoked_at: row.revoked_at.map(Timestamp::from_unix_micros),
            revocation_reason: row.revocation_reason.map(Description::from_stored),
            rotate_every_days: row.rotate_every_days,
            rotated_at: row.rotated_at.map(Timestamp::from_unix_micros),
            rotation_marked_for: row.rotation_marked_for.map(Timestamp::from_unix_micros),
            edits: row.edits,
            attributes: KeyAttributes::default(),
            last_use: row.last_used_at.map(|at| LastUse {
                at: Timestamp::from_unix_micros(at),
                address: row.last_used_address.and_then(|address| address.parse().ok()),
                agent: row.last_used_agent.map(UserAgent::from_stored),
            }),
        })
    }
}

pub(in crate::store) fn restrictions((domains, apps, networks): &RestrictionColumns) -> Result<Restrictions, Error> {
    let texts = Texts { trusted_domains: domains, app_identifiers: apps, allowed_networks: networks };
    Restrictions::from_stored(texts).map_err(|kind| {
        Error::Corrupt(match kind {
            Kind::TrustedDomains => "api_keys.trusted_domains",
            Kind::AppIdentifiers => "api_keys.app_identifiers",
            Kind::AllowedNetworks => "api_keys.allowed_networks",
        })
    })
}

fn project_id(text: &str) -> Result<ProjectId, Error> {
    ProjectId::parse(text).map_err(|_| Error::Corrupt("api_keys.project_id"))
}
