//! Data for verification, and the changes of keys and owners that it must follow.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    Conn, Error,
    api_keys::{ATTRIBUTE_COLUMNS, AttributesRow, RestrictionColumns, restrictions},
    api_permissions,
    schema::{
        api_key_attributes, api_key_tokens, api_keys, installation, policies, projects, users, verification_changes,
        verification_state,
    },
};
use crate::domain::{
    ApiGrants, ApiKeyId, ApiKeyTokenId, DefaultOrganization, KeyAttributes, KeyPermissions, OrganizationId, Policy,
    ProjectId, Role, Scope, Timestamp, TokenDigest, UserId,
    policy::WhoMayCreate,
    verification::{AnswerTexts, ExercisedToday, KeyProject, OrganizationRules, PresentedKey},
};

/// Stands for "no default organization" in the table.
const NO_DEFAULT: &str = "none";

/// A change of one API key, or of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationChange {
    pub number: i64,
    /// None if many keys have changed.
    pub api_key_id: Option<ApiKeyId>,
}

/// Must be called in the transaction of the change. Other such transactions wait until it ends, so that numbers become
/// visible in order and none is overlooked.
pub fn record_change(conn: &mut Conn, id: Option<&ApiKeyId>, now: Timestamp) -> Result<(), Error> {
    let number: i64 = diesel::update(verification_state::table)
        .set(verification_state::last_change.eq(verification_state::last_change + 1))
        .returning(verification_state::last_change)
        .get_result(conn)?;
    diesel::insert_into(verification_changes::table)
        .values((
            verification_changes::number.eq(number),
            verification_changes::api_key_id.eq(id.map(ApiKeyId::as_str)),
            verification_changes::changed_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The number of the last change; 0 if there was none.
pub fn last_change(conn: &mut Conn) -> Result<i64, Error> {
    // Not `first`: SQLite would prepare a statement with a bound LIMIT every time.
    Ok(verification_state::table.select(verification_state::last_change).get_result(conn)?)
}

/// The number of the last change, and the default organization.
pub fn state(conn: &mut Conn) -> Result<(i64, DefaultOrganization), Error> {
    let (last_change, chosen, first): (i64, Option<String>, Option<String>) = verification_state::table
        .left_join(installation::table.on(installation::id.eq(verification_state::id)))
        .select((
            verification_state::last_change,
            verification_state::default_organization,
            installation::organization_id.nullable(),
        ))
        // Not `first`, as above.
        .get_result(conn)?;
    let default = match chosen.or(first) {
        None => DefaultOrganization::Missing,
        Some(text) if text == NO_DEFAULT => DefaultOrganization::None,
        Some(id) => DefaultOrganization::This(
            OrganizationId::parse(&id).map_err(|_| Error::Corrupt("verification_state.default_organization"))?,
        ),
    };
    Ok((last_change, default))
}

pub fn default_organization(conn: &mut Conn) -> Result<DefaultOrganization, Error> {
    Ok(state(conn)?.1)
}

/// Also blocks other changes until the end of the transaction.
pub fn lock_default_organization(conn: &mut Conn) -> Result<DefaultOrganization, Error> {
    let unchanged = verification_state::last_change.eq(verification_state::last_change);
    diesel::update(verification_state::table).set(unchanged).execute(conn)?;
    default_organization(conn)
}

/// None is stored too: every request must then name an organization.
pub fn update_default_organization(conn: &mut Conn, id: Option<&OrganizationId>) -> Result<(), Error> {
    let chosen = id.map_or(NO_DEFAULT, OrganizationId::as_str);
    diesel::update(verification_state::table).set(verification_state::default_organization.eq(chosen)).execute(conn)?;
    Ok(())
}

/// The changes after `number`, in order. Old ones are deleted, so there may be a gap before the first.
pub fn list_changes(conn: &mut Conn, number: i64) -> Result<Vec<VerificationChange>, Error> {
    let rows: Vec<(i64, Option<String>)> = verification_changes::table
        .filter(verification_changes::number.gt(number))
        .order(verification_changes::number)
        .select((verification_changes::number, verification_changes::api_key_id))
        .load(conn)?;
    let change = |(number, id): (i64, Option<String>)| {
        let id = id.map(|id| ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("verification_changes.api_key_id")));
        Ok(VerificationChange { number, api_key_id: id.transpose()? })
    };
    rows.into_iter().map(change).collect()
}

pub fn delete_changes_older_than(conn: &mut Conn, instant: Timestamp) -> Result<usize, Error> {
    let old = verification_changes::changed_at.lt(instant.unix_micros());
    Ok(diesel::delete(verification_changes::table.filter(old)).execute(conn)?)
}

#[derive(Queryable)]
struct PresentedKeyRow {
    token_id: String,
    token_ends_at: Option<i64>,
    id: String,
    organization_id: String,
    name: String,
    digest: String,
    digest_version: i32,
    confirmed_at: Option<i64>,
    disabled_at: Option<i64>,
    revoked_at: Option<i64>,
    expires_at: i64,
    owner_id: String,
    owner_role: String,
    owner_disabled_at: Option<i64>,
    owner_removed_at: Option<i64>,
    project: Option<(String, String)>,
    disabled_until: Option<i64>,
    scope: String,
    restrictions: RestrictionColumns,
    permissions: Option<String>,
    who_may_create: Option<String>,
    attributes: Option<AttributesRow>,
}

/// What verification needs to know of an organization beside its keys.
pub fn rules(conn: &mut Conn, organization_id: &OrganizationId) -> Result<OrganizationRules, Error> {
    let policy = super::policies::get(conn, organization_id)?.policy;
    let catalogue = api_permissions::catalogue(conn, organization_id)?;
    let mut rules = if catalogue.is_empty() {
        OrganizationRules::default()
    } else {
        let role_grants = api_permissions::role_grants(conn, organization_id)?;
        OrganizationRules::new(catalogue, &role_grants)
    };
    rules.allowed_networks = policy.allowed_networks();
    rules.refuses_browsers = policy.refuse_browsers_with_server_keys;
    rules.limits = policy.key_limits();
    Ok(rules)
}

/// The key of the token with this lookup. `rules_of` returns the rules of its organization.
pub fn find_presented_key(
    conn: &mut Conn,
    lookup: &str,
    rules_of: impl FnOnce(&mut Conn, &OrganizationId) -> Result<Arc<OrganizationRules>, Error>,
) -> Result<Option<PresentedKey>, Error> {
    let Some(row) = find_row(conn, lookup)? else { return Ok(None) };
    let organization_id =
        OrganizationId::parse(&row.organization_id).map_err(|_| Error::Corrupt("api_keys.organization_id"))?;
    let owner_id = UserId::parse(&row.owner_id).map_err(|_| Error::Corrupt("users.id"))?;
    let rules = rules_of(conn, &organization_id)?;
    // Most organizations have no API permissions.
    let owner_grants = if rules.api_permissions().is_empty() {
        ApiGrants::default()
    } else {
        api_permissions::member_grants(conn, &owner_id)?
    };
    row.into_presented_key(organization_id, owner_id, rules, &owner_grants).map(Some)
}

fn find_row(conn: &mut Conn, lookup: &str) -> Result<Option<PresentedKeyRow>, Error> {
    Ok(api_key_tokens::table
        .inner_join(api_keys::table.on(api_keys::id.eq(api_key_tokens::api_key_id)))
        .inner_join(users::table.on(users::id.eq(api_keys::owner_id)))
        .left_join(projects::table.on(api_keys::project_id.eq(projects::id.nullable())))
        .left_join(policies::table.on(policies::organization_id.eq(api_keys::organization_id)))
        .left_join(api_key_attributes::table.on(api_key_attributes::api_key_id.eq(api_keys::id)))
        .filter(api_key_tokens::lookup.eq(lookup))
        .select((
            api_key_tokens::id,
            api_key_tokens::ends_at,
            api_keys::id,
            api_keys::organization_id,
            api_keys::name,
            api_key_tokens::digest,
            api_key_tokens::digest_version,
            api_key_tokens::confirmed_at,
            api_keys::disabled_at,
            api_keys::revoked_at,
            api_keys::expires_at,
            users::id,
            users::role,
            users::disabled_at,
            users::removed_at,
            (projects::id, projects::name).nullable(),
            api_keys::disabled_until,
            api_keys::scope,
            (api_keys::trusted_domains, api_keys::app_identifiers, api_keys::allowed_networks),
            api_keys::permissions,
            policies::who_may_create.nullable(),
            ATTRIBUTE_COLUMNS.nullable(),
        ))
        // Not `first`, as above. The lookup is unique.
        .get_result(conn)
        .optional()?)
}

impl PresentedKeyRow {
    fn into_presented_key(
        self,
        organization_id: OrganizationId,
        owner_id: UserId,
        rules: Arc<OrganizationRules>,
        owner_grants: &ApiGrants,
    ) -> Result<PresentedKey, Error> {
        let row = self;
        let restrictions = restrictions(&row.restrictions)?;
        let attributes = row.attributes.map(KeyAttributes::try_from).transpose()?.map(Box::new);
        let own_limits = attributes.as_ref().map(|attributes| attributes.limits).unwrap_or_default();
        let owner_role = Role::parse(&row.owner_role).map_err(|_| Error::Corrupt("users.role"))?;
        let chosen = match KeyPermissions::from_stored(row.permissions.as_deref()) {
            Some(KeyPermissions::Inherited) => None,
            Some(KeyPermissions::Only(chosen)) => Some(chosen),
            None => return Err(Error::Corrupt("api_keys.permissions")),
        };
        Ok(PresentedKey {
            token_id: ApiKeyTokenId::parse(&row.token_id).map_err(|_| Error::Corrupt("api_key_tokens.id"))?,
            token_ends_at: row.token_ends_at.map(Timestamp::from_unix_micros),
            api_key_id: ApiKeyId::parse(&row.id).map_err(|_| Error::Corrupt("api_keys.id"))?,
            organization_id,
            name: row.name.into(),
            project: row.project.map(KeyProject::try_from).transpose()?,
            digest: TokenDigest::from_stored(row.digest_version, &row.digest)
                .ok_or(Error::Corrupt("api_key_tokens.digest"))?,
            is_confirmed: row.confirmed_at.is_some(),
            is_disabled: row.disabled_at.is_some(),
            disabled_until: row.disabled_until.map(Timestamp::from_unix_micros),
            is_revoked: row.revoked_at.is_some(),
            expires_at: (row.expires_at != super::api_keys::NEVER).then(|| Timestamp::from_unix_micros(row.expires_at)),
            scope: Scope::parse(&row.scope).ok_or(Error::Corrupt("api_keys.scope"))?,
            attributes,
            restrictions: (!restrictions.is_empty()).then(|| Box::new(restrictions)),
            api_permissions: rules.permissions_of_key(
                owner_role,
                owner_grants,
                chosen.as_ref().map(|chosen| &chosen.api),
            ),
            exercised_today: ExercisedToday::of(rules.api_permissions()).map(Arc::new),
            json_texts: AnswerTexts::default(),
            header_texts: AnswerTexts::default(),
            limits: own_limits.or(rules.limits),
            rules,
            chosen: chosen.map(|chosen| chosen.latchkey),
            owner_id,
            owner_role,
            owner_is_active: row.owner_disabled_at.is_none() && row.owner_removed_at.is_none(),
            who_may_create: row.who_may_create.map_or(Ok(Policy::default().who_may_create), |name| {
                WhoMayCreate::parse(&name).ok_or(Error::Corrupt("policies.who_may_create"))
            })?,
        })
    }
}

impl TryFrom<(String, String)> for KeyProject {
    type Error = Error;

    fn try_from((id, name): (String, String)) -> Result<Self, Error> {
        let id = ProjectId::parse(&id).map_err(|_| Error::Corrupt("projects.id"))?;
        Ok(Self { id, name: name.into() })
    }
}
