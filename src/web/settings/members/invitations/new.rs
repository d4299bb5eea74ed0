//! Inviting a person: the form, and the only answer with the link.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{HOME, MEMBERS, RoleChoice, SETTINGS, require_open, role_choices};
use crate::{
    app::{
        self, Failure,
        invitations::{CreatedInvitation, NewInvitation, NotInvited},
        mail::{EmailMessage, Mail},
    },
    domain::{Invitation, LinkToken, OrganizationName, Role},
    web::{
        answer, csrf,
        error::Error,
        labels::{self, Moment},
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/members/invitations/new.html")]
struct InvitationNewPage {
    shell: Shell,
    form_token: String,
    email: String,
    choices: Vec<RoleChoice>,
    sends_mail: bool,
    errors: Errors,
}

/// Holds the link: it is rendered and dropped, and has no `Debug`.
#[derive(Template)]
#[template(path = "settings/members/invitations/reveal.html")]
struct InvitationRevealPage {
    shell: Shell,
    id: String,
    email: String,
    role: String,
    link: String,
    expires: Moment,
    is_mailed: bool,
    /// Too many emails are waiting to be sent.
    is_mail_refused: bool,
    has_replaced: bool,
}

#[derive(Template)]
#[template(path = "settings/members/invitations/form_used.html")]
struct InvitationFormUsedPage {
    shell: Shell,
    /// The address that the form invited.
    made: Option<String>,
    /// Invites again, with a new link in place of the old one.
    again: [(&'static str, String); 3],
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InvitationNewForm {
    email: String,
    role: String,
    form_token: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    // Inviting an Owner gives away as much power as changing a role.
    request.require_proof()?;
    require_open(&request)?;
    let form_token = csrf::seed(&mut (request.state.rng)());
    let form = InvitationNewForm { role: Role::Member.as_str().to_owned(), form_token, ..InvitationNewForm::default() };
    render(&request, StatusCode::OK, form, Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    request.require_proof()?;
    require_open(&request)?;
    let form: InvitationNewForm = request.form()?;
    if form.form_token.is_empty() || form.form_token.len() > 64 {
        return Err(Error::Malformed);
    }
    let new = NewInvitation::parse(&form.email, &form.role, &form.form_token);
    let made = request.write_if_room(move |conn, context, actor| app::invitations::create(conn, context, actor, &new));
    match made.await {
        Ok(made) => reveal(&request, &made),
        Err(Failure::Refused(NotInvited::Invalid(faults))) => {
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, form, Errors::new(request.words(), &faults))
        }
        Err(Failure::Refused(NotInvited::FormUsed(made))) => form_used(&request, form, made.as_deref()),
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

/// A double submit, a reload, or a retry after the answer with the link was lost.
fn form_used(
    request: &RequestContext,
    form: InvitationNewForm,
    made: Option<&Invitation>,
) -> Result<HttpResponse, Error> {
    let shell = request.dialog(request.say("form-used-heading"), Section::Members, &[HOME, SETTINGS, MEMBERS]);
    let made = made.map(|invitation| invitation.email.as_str().to_owned());
    let again = [("email", form.email), ("role", form.role), ("form_token", request.form_token())];
    answer::render(StatusCode::CONFLICT, &InvitationFormUsedPage { shell, made, again })
}

fn reveal(
    request: &RequestContext,
    CreatedInvitation { invitation, token, mail_token, has_replaced }: &CreatedInvitation,
) -> Result<HttpResponse, Error> {
    let account = request.account()?;
    let link = |token: &LinkToken| format!("{}registration?invitation={}", request.state.site.base_url, token.expose());
    let has_mail_server = request.state.mailer.is_configured();
    let mut is_mailed = false;
    if let (true, Ok(organization)) = (has_mail_server, OrganizationName::parse(&account.organization_name)) {
        let message = EmailMessage::Invitation {
            id: invitation.id.clone(),
            organization,
            invited_by: account.name.clone(),
            role: invitation.role,
            // Differs from the displayed link: only the owner of the mailbox can open it.
            link: link(mail_token),
            expires_at: invitation.expires_at,
        };
        // A new person has no language yet. The inviter's language is the best guess.
        let organization_id = invitation.organization_id.clone();
        let mail = Mail { organization_id, to: invitation.email.as_str().to_owned(), language: None, message };
        is_mailed = request.state.mailer.try_send(mail, request.words().language()).is_ok();
    }
    answer::ok(&InvitationRevealPage {
        shell: request.dialog(request.say("invitation-reveal-heading"), Section::Members, &[HOME, SETTINGS, MEMBERS]),
        id: invitation.id.to_string(),
        email: invitation.email.as_str().to_owned(),
        role: labels::role(request.words(), invitation.role),
        link: link(token),
        expires: labels::day(request.words(), invitation.expires_at),
        is_mailed,
        is_mail_refused: has_mail_server && !is_mailed,
        has_replaced: *has_replaced,
    })
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    form: InvitationNewForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let (actor, policy) = (request.actor()?, request.policy());
    let page = InvitationNewPage {
        shell: request.dialog(request.say("invitation-new-heading"), Section::Members, &[HOME, SETTINGS, MEMBERS]),
        form_token: form.form_token,
        email: form.email,
        choices: role_choices(request.words(), &actor, &policy, &form.role),
        sends_mail: request.state.mailer.is_configured(),
        errors,
    };
    answer::render(status, &page)
}
