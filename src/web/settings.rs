//! Settings, by category.

pub mod account;
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
struct SettingsPage {
    shell: Shell,
    may_see_members: bool,
    may_manage_projects: bool,
    may_manage_policy: bool,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let (actor, policy) = (request.actor()?, request.policy());
    answer::ok(&SettingsPage {
        shell: request.page(request.say("settings"), Section::Settings, &[HOME]),
        may_see_members: actor.may(Permission::SeeMembers, &policy),
        may_manage_projects: actor.may(Permission::ManageProjects, &policy),
        may_manage_policy: actor.may(Permission::ManagePolicy, &policy),
    })
}
