//! Revoking an invitation. Discarding a new one is the same action.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{super::PATH, HOME, MEMBERS, SETTINGS, parse_id};
use crate::{
    app,
    web::{
        answer,
        error::Error,
        flash::Flash,
        labels,
        page::{Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/members/invitations/revocation.html")]
struct RevocationPage {
    shell: Shell,
    id: String,
    email: String,
    role: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let invitation = request.read(move |conn, context, actor| app::invitations::get(conn, context, actor, &id)).await?;
    answer::ok(&RevocationPage {
        shell: request.dialog(
            request.say("invitation-revocation-heading"),
            Section::Members,
            &[HOME, SETTINGS, MEMBERS],
        ),
        id: invitation.id.to_string(),
        email: invitation.email.as_str().to_owned(),
        role: labels::role(request.words(), invitation.role),
    })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let invitation =
        request.write(move |conn, context, actor| app::invitations::revoke(conn, context, actor, &id)).await?;
    request.set_flash(Flash::InvitationRevoked { email: invitation.email.as_str().to_owned() })?;
    Ok(request.redirect(PATH))
}
