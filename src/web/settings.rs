//! Settings, by category.

pub mod account;
pub mod audit_log;
pub mod developers;
pub mod members;
pub mod policy;
pub mod projects;

use actix_web::HttpResponse;
use askama::Template;

use super::{
    answer,
    error::Error,
    page::{Crumb, Section, Shell},
    request_context::RequestContext,
};
use crate::domain::Permission;

const HOME: Crumb = Crumb { label: "home", href: "/" };
const SETTINGS: Crumb = Crumb { label: "settings", href: "/settings" };

#[derive(Template)]
#[template(path = "settings.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a row of its own")]
struct SettingsPage {
    shell: Shell,
    may_manage_api_permissions: bool,
    may_see_members: bool,
    may_manage_projects: bool,
    may_manage_policy: bool,
    may_see_audit_log: bool,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let (actor, policy) = (request.actor()?, request.policy());
    answer::ok(&SettingsPage {
        shell: request.page(request.say("settings"), Section::Settings, &[HOME]),
        may_manage_api_permissions: actor.may(Permission::ManageApiPermissions, &policy),
        may_see_members: actor.may(Permission::SeeMembers, &policy),
        may_manage_projects: actor.may(Permission::ManageProjects, &policy),
        may_manage_policy: actor.may(Permission::ManagePolicy, &policy),
        may_see_audit_log: actor.may(Permission::SeeAuditLog, &policy),
    })
}
