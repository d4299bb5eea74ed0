//! "I have copied the link".

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{super::PATH, HOME, MEMBERS, SETTINGS, parse_id};
use crate::{
    app,
    domain::invitation::InvitationStatus,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

/// The answer if the box was not ticked. It cannot display the link again.
#[derive(Template)]
#[template(path = "settings/members/invitations/confirmation.html")]
struct InvitationConfirmationPage {
    shell: Shell,
    id: String,
    email: String,
    sends_mail: bool,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InvitationConfirmationForm {
    copied: String,
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let now = request.now();
    let invitation = request.read(move |conn, context, actor| app::invitations::get(conn, context, actor, &id)).await?;
    let email = invitation.email.as_str().to_owned();
    if request.form::<InvitationConfirmationForm>()?.copied != "yes" {
        let mut errors = Errors::default();
        errors.push("copied", request.say("invitation-not-copied"));
        let shell = request.dialog(
            request.say("invitation-confirmation-heading"),
            Section::Members,
            &[HOME, SETTINGS, MEMBERS],
        );
        let (id, sends_mail) = (invitation.id.to_string(), request.state.mailer.is_configured());
        let page = InvitationConfirmationPage { shell, id, email, sends_mail, errors };
        return answer::render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    // Changes nothing: the link works from the beginning, and may already be used.
    request.set_flash(match invitation.status(now) {
        InvitationStatus::Pending | InvitationStatus::Accepted => Flash::MemberInvited { email },
        InvitationStatus::Revoked | InvitationStatus::Expired => Flash::InvitationEnded { email },
    })?;
    Ok(request.redirect(PATH))
}
