//! The permissions of organizations' own APIs, and who is granted which.

pub mod api_keys;

use std::collections::BTreeMap;

use diesel::{dsl::exists, prelude::*};

use super::{
    Conn, Error,
    schema::{api_permissions, member_api_grants, role_api_grants},
};
use crate::domain::{
    ApiGrant, ApiGrants, ApiPermission, ApiPermissionCatalogue, ApiPermissionName, OrganizationId, Role, Timestamp,
    UserId, api_permission::ApiPermissionDescription,
};

/// [`Error::Duplicate`] if the organization has a permission with that name.
pub fn insert(conn: &mut Conn, organization_id: &OrganizationId, permission: &ApiPermission) -> Result<(), Error> {
    diesel::insert_into(api_permissions::table)
        .values((
            api_permissions::organization_id.eq(organization_id.as_str()),
            api_permissions::name.eq(permission.name.as_str()),
            api_permissions::description.eq(permission.description.as_str()),
            api_permissions::created_at.eq(permission.created_at.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// All permissions of the organization, by name.
pub fn list(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<ApiPermission>, Error> {
    let rows: Vec<(String, String, i64)> = api_permissions::table
        .filter(api_permissions::organization_id.eq(organization_id.as_str()))
        .select((api_permissions::name, api_permissions::description, api_permissions::created_at))
        .load(conn)?;
    let permission = |(name, description, created_at): (String, String, i64)| {
        Ok(ApiPermission {
            name: stored_name(&name)?,
            description: ApiPermissionDescription::from_stored(description),
            created_at: Timestamp::from_unix_micros(created_at),
        })
    };
    let mut permissions = rows.into_iter().map(permission).collect::<Result<Vec<_>, Error>>()?;
    // The database may have an order of its own.
    permissions.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(permissions)
}

/// Whether the organization has a permission.
pub fn exist(conn: &mut Conn, organization_id: &OrganizationId) -> Result<bool, Error> {
    let of_organization = api_permissions::organization_id.eq(organization_id.as_str());
    Ok(diesel::select(exists(api_permissions::table.filter(of_organization))).get_result(conn)?)
}

pub fn find(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    name: &ApiPermissionName,
) -> Result<Option<ApiPermission>, Error> {
    let row: Option<(String, i64)> = api_permissions::table
        .find((organization_id.as_str(), name.as_str()))
        .select((api_permissions::description, api_permissions::created_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(description, created_at)| ApiPermission {
        name: name.clone(),
        description: ApiPermissionDescription::from_stored(description),
        created_at: Timestamp::from_unix_micros(created_at),
    }))
}

pub fn catalogue(conn: &mut Conn, organization_id: &OrganizationId) -> Result<ApiPermissionCatalogue, Error> {
    let names: Vec<String> = api_permissions::table
        .filter(api_permissions::organization_id.eq(organization_id.as_str()))
        .select(api_permissions::name)
        .load(conn)?;
    names.iter().map(|name| stored_name(name)).collect()
}

/// Returns whether there is such a permission.
pub fn update_description(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    name: &ApiPermissionName,
    description: &ApiPermissionDescription,
) -> Result<bool, Error> {
    let permission = api_permissions::table.find((organization_id.as_str(), name.as_str()));
    let description = api_permissions::description.eq(description.as_str());
    Ok(diesel::update(permission).set(description).execute(conn)? == 1)
}

/// Returns whether there was such a permission. Grants of it stay.
pub fn delete(conn: &mut Conn, organization_id: &OrganizationId, name: &ApiPermissionName) -> Result<bool, Error> {
    let permission = api_permissions::table.find((organization_id.as_str(), name.as_str()));
    Ok(diesel::delete(permission).execute(conn)? == 1)
}

/// What each role is granted, in the order of [`Role::ALL`].
pub fn role_grants(conn: &mut Conn, organization_id: &OrganizationId) -> Result<[ApiGrants; Role::ALL.len()], Error> {
    let rows: Vec<(String, String)> = role_api_grants::table
        .filter(role_api_grants::organization_id.eq(organization_id.as_str()))
        .select((role_api_grants::role, role_api_grants::api_grant))
        .load(conn)?;
    let mut grants: [ApiGrants; Role::ALL.len()] = Default::default();
    for (role, grant) in rows {
        let role = Role::parse(&role).map_err(|_| Error::Corrupt("role_api_grants.role"))?;
        grants[role as usize].insert(stored_grant(&grant, "role_api_grants.api_grant")?);
    }
    Ok(grants)
}

pub fn replace_role_grants(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    role: Role,
    grants: &ApiGrants,
) -> Result<(), Error> {
    let of_role = role_api_grants::organization_id.eq(organization_id.as_str());
    let of_role = role_api_grants::table.filter(of_role).filter(role_api_grants::role.eq(role.as_str()));
    diesel::delete(of_role).execute(conn)?;
    for grant in grants.iter() {
        diesel::insert_into(role_api_grants::table)
            .values((
                role_api_grants::organization_id.eq(organization_id.as_str()),
                role_api_grants::role.eq(role.as_str()),
                role_api_grants::api_grant.eq(grant.as_str()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What a person is granted beside the grants of their role.
pub fn member_grants(conn: &mut Conn, user_id: &UserId) -> Result<ApiGrants, Error> {
    let grants: Vec<String> = member_api_grants::table
        .filter(member_api_grants::user_id.eq(user_id.as_str()))
        .select(member_api_grants::api_grant)
        .load(conn)?;
    grants.iter().map(|grant| stored_grant(grant, "member_api_grants.api_grant")).collect()
}

/// What each person of the organization is granted beside the grants of their role. People without any are missing.
pub fn list_member_grants(
    conn: &mut Conn,
    organization_id: &OrganizationId,
) -> Result<BTreeMap<UserId, ApiGrants>, Error> {
    let rows: Vec<(String, String)> = member_api_grants::table
        .filter(member_api_grants::organization_id.eq(organization_id.as_str()))
        .select((member_api_grants::user_id, member_api_grants::api_grant))
        .load(conn)?;
    let mut grants: BTreeMap<UserId, ApiGrants> = BTreeMap::new();
    for (user_id, grant) in rows {
        let user_id = UserId::parse(&user_id).map_err(|_| Error::Corrupt("member_api_grants.user_id"))?;
        grants.entry(user_id).or_default().insert(stored_grant(&grant, "member_api_grants.api_grant")?);
    }
    Ok(grants)
}

pub fn replace_member_grants(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    user_id: &UserId,
    grants: &ApiGrants,
) -> Result<(), Error> {
    let of_member = member_api_grants::table.filter(member_api_grants::user_id.eq(user_id.as_str()));
    diesel::delete(of_member).execute(conn)?;
    for grant in grants.iter() {
        diesel::insert_into(member_api_grants::table)
            .values((
                member_api_grants::user_id.eq(user_id.as_str()),
                member_api_grants::organization_id.eq(organization_id.as_str()),
                member_api_grants::api_grant.eq(grant.as_str()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes a removed permission from all roles and members who were granted it by its name.
pub fn delete_grants_of(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    name: &ApiPermissionName,
) -> Result<(), Error> {
    let of_roles = role_api_grants::organization_id.eq(organization_id.as_str());
    let of_roles = role_api_grants::table.filter(of_roles).filter(role_api_grants::api_grant.eq(name.as_str()));
    diesel::delete(of_roles).execute(conn)?;
    let of_members = member_api_grants::organization_id.eq(organization_id.as_str());
    let of_members = member_api_grants::table.filter(of_members).filter(member_api_grants::api_grant.eq(name.as_str()));
    diesel::delete(of_members).execute(conn)?;
    Ok(())
}

fn stored_name(name: &str) -> Result<ApiPermissionName, Error> {
    ApiPermissionName::parse(name).map_err(|_| Error::Corrupt("api_permissions.name"))
}

fn stored_grant(grant: &str, column: &'static str) -> Result<ApiGrant, Error> {
    ApiGrant::parse(grant).map_err(|_| Error::Corrupt(column))
}
