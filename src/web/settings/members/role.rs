//! Changing a member's role. The person must sign in again, and their keys get the permissions of the new role.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, MEMBERS, PATH, RoleChoice, SETTINGS, parse_id, role_choices};
use crate::{
    app::{self, Failure, Fault},
    domain::{Member, Role, UserId, member::MemberChange},
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/members/role.html")]
struct RolePage {
    shell: Shell,
    id: String,
    is_own: bool,
    choices: Vec<RoleChoice>,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RoleForm {
    role: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    request.require_proof()?;
    render(&request, StatusCode::OK, parse_id(&id)?, Errors::default()).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    request.require_proof()?;
    let id = parse_id(&id)?;
    let RoleForm { role } = request.form()?;
    let (who, role) = (id.clone(), Role::parse(&role).map_err(|_| Fault::Role));
    let changed =
        request.write(move |conn, context, actor| app::members::change_role(conn, context, actor, &who, &role)).await;
    match changed {
        Ok((Member { name, role: before, .. }, role)) => {
            if role != before {
                request.set_flash(Flash::MemberRoleChanged { name, role: role.as_str().to_owned() })?;
            }
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(fault)) => {
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, id, Errors::new(request.words(), &[fault])).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    id: UserId,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let (policy, actor, who) = (request.policy(), request.actor()?, id.clone());
    // An actor who may take the role away may also change it.
    let change = MemberChange::Role(Role::Member);
    let member = request
        .read(move |conn, context, actor| app::members::get_changeable(conn, context, actor, &who, change))
        .await?;
    let title = Title::naming(|| request.say("member-role-heading"), "name", &member.name);
    let shell = request.dialog(title, Section::Members, &[HOME, SETTINGS, MEMBERS]);
    let page = RolePage {
        shell,
        id: id.to_string(),
        is_own: actor.person.id == id,
        choices: role_choices(request.words(), &actor, &policy, member.role.as_str()),
        errors,
    };
    answer::render(status, &page)
}
