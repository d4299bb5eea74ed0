//! Disabling a member, who is signed out at once and can be enabled again.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{HOME, MEMBERS, PATH, SETTINGS, parse_id};
use crate::{
    app,
    domain::member::MemberChange,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/members/disablement.html")]
struct DisablementPage {
    shell: Shell,
    id: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let who = id.clone();
    let member = request
        .read(move |conn, context, actor| {
            app::members::get_changeable(conn, context, actor, &who, MemberChange::Disable)
        })
        .await?;
    let title = Title::naming(|| request.say("member-disablement-heading"), "name", &member.name);
    let shell = request.dialog(title, Section::Members, &[HOME, SETTINGS, MEMBERS]);
    answer::ok(&DisablementPage { shell, id: id.to_string() })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let member = request.write(move |conn, context, actor| app::members::disable(conn, context, actor, &id)).await?;
    request.set_flash(Flash::MemberDisabled { name: member.name })?;
    Ok(request.redirect(PATH))
}
