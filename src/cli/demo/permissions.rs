//! The permissions of the demo's own API, and who holds them.

use super::customers::SOLD_FOR;
use crate::{
    app::{
        Context,
        api_permissions::{
            self, NewApiPermissions, RoleGrants,
            grants::{self, GrantsProposal},
        },
    },
    domain::{Actor, ApiGrant, ApiGrants, Role, UserId},
    store::Conn,
};

const PERMISSIONS: &str = "\
customers:read    See customers and their contacts
customers:write   Create and change customers
customers:delete  Delete customers and their data
invoices:read     See invoices and their status
invoices:write    Create and change drafts
invoices:send     Send invoices to customers
invoices:void     Void an invoice that was sent
invoices:lines:read   See the lines of an invoice
invoices:lines:write  Change the lines of a draft
webhooks:read     See webhooks and their deliveries
webhooks:write    Create and change webhooks
webhooks:replay   Send a delivery again";

const ROLES: [(Role, &[&str]); 5] = [
    (Role::Owner, &["customers:*", "invoices:*", "webhooks:*"]),
    (Role::Administrator, &["customers:*", "invoices:*", "webhooks:*"]),
    (Role::Support, &["customers:read", "invoices:read", "invoices:lines:read", "invoices:send"]),
    (Role::Analytics, &["customers:read", "invoices:read", "invoices:lines:*"]),
    (Role::Member, &["customers:read", "invoices:read"]),
];

/// Creates the permissions, grants them to roles, and grants some of them to one member.
pub fn add(conn: &mut Conn, context: &mut Context, owner: &Actor, member: &UserId) -> anyhow::Result<()> {
    let now = context.now;
    context.now = now.minus(SOLD_FOR);
    let new = NewApiPermissions::parse_lines(PERMISSIONS, Vec::new());
    let created = api_permissions::create(conn, context, owner, &new);
    created.map_err(|failure| anyhow::anyhow!("demo permissions: {failure}"))?;
    let seen = grants::matrix(conn, context, owner)?.version();
    let mut of_roles = RoleGrants::default();
    for (role, names) in ROLES {
        of_roles[role as usize] = parse(names)?;
    }
    grants::change_of_roles(conn, context, owner, &GrantsProposal { grants: of_roles, seen, agreed: None })?;
    let seen = grants::of_member(conn, context, owner, member)?.version();
    let proposal = GrantsProposal { grants: parse(&["webhooks:*", "invoices:send"])?, seen, agreed: None };
    grants::change_of_member(conn, context, owner, member, &proposal)?;
    context.now = now;
    Ok(())
}

fn parse(names: &[&str]) -> anyhow::Result<ApiGrants> {
    Ok(names.iter().map(|name| ApiGrant::parse(name)).collect::<Result<_, _>>()?)
}
