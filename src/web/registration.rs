//! Registration: of the first person, who creates the organization; by invitation; and, where it is open, of anyone
//! with their own organization.
//!
//! Only the first person is signed in at once. All others get the same answer after the same work, whether or not their
//! address already had an account: the sign-in page.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::{
    answer,
    error::Error,
    flash::Flash,
    gate, known_device, labels,
    page::{Errors, Section, Shell},
    request_context::RequestContext,
};
use crate::{
    app::{
        self, Failure, Fault,
        accounts::{AccountForm, EmailAddressTaken, NewAccount},
        invitations::{Accepted, Address, InvitationOffer},
    },
    config::Registration,
    domain::{LinkToken, OrganizationName},
};

/// The target after every registration except the first.
const DONE: &str = "/sign-in?registered=1";

#[derive(Template)]
#[template(path = "registration.html")]
struct RegistrationPage {
    shell: Shell,
    organization_name: String,
    name: String,
    email: String,
    asks_setup_code: bool,
    invitation: Option<InvitationNotice>,
    errors: Errors,
}

/// The invitation that a person followed.
struct InvitationNotice {
    token: String,
    organization: String,
    invited_by: String,
    role: String,
    /// An account elsewhere has the address without proof, and loses it.
    is_address_unproven: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RegistrationForm {
    organization_name: String,
    name: String,
    email: String,
    password: String,
    setup_code: String,
    invitation: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RegistrationQuery {
    invitation: String,
}

/// Why a person may register.
enum RegistrationKind {
    First,
    Open,
    Invited { token: LinkToken, offer: Box<InvitationOffer> },
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let RegistrationQuery { invitation } = request.query()?;
    let way = find_way(&request, &invitation).await?;
    render(&request, StatusCode::OK, &way, RegistrationForm::default(), Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let form: RegistrationForm = request.form()?;
    let way = find_way(&request, &form.invitation).await?;
    if let Some(errors) = check_setup_code(&request, &way, &form) {
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, &way, form, errors);
    }
    let (context, network) = (request.context(), request.network.clone());
    request.state.write(move |conn| app::throttle::take_new_password(conn, &context, &network)).await?;
    let turn = request.password_turn(false).await?;
    let typed = RegistrationInput::new(&form, &way);
    let (organization_name, account) = match turn.run(move |_| Ok(typed.parse())).await? {
        Ok(parsed) => parsed,
        Err(faults) => {
            let errors = Errors::new(request.words(), &faults);
            return render(&request, StatusCode::UNPROCESSABLE_ENTITY, &way, form, errors);
        }
    };

    let (context, network) = (request.context(), request.network.clone());
    let is_open = matches!(way, RegistrationKind::Open);
    let work = move |conn: &mut _| {
        app::throttle::take_form_of_stranger(conn, &context, &network)?;
        if is_open { app::limits::take_organization(conn, &context, &network) } else { Ok(()) }
    };
    request.state.write(work).await?;
    let (password, mut rng) = (account.password.clone(), (request.state.rng)());
    let hash = turn.run(move |hasher| hasher.hash(&password, &mut rng)).await?;
    drop(turn);
    if let (RegistrationKind::First, Some(organization_name)) = (&way, &organization_name) {
        return register_first(&request, organization_name, account, hash).await;
    }
    match register(&request, &way, organization_name.as_ref(), &account, &hash).await {
        // Somebody else took the address just now, which is no longer a secret.
        Err(Failure::Refused(EmailAddressTaken)) => {
            if let Err(Failure::Error(error)) =
                register(&request, &way, organization_name.as_ref(), &account, &hash).await
            {
                return Err(error.into());
            }
        }
        Ok(Accepted::AddressTaken) => return Err(Error::AddressTaken),
        Ok(Accepted::Done) => {}
        Err(Failure::Error(error)) => return Err(error.into()),
    }
    Ok(request.redirect(DONE))
}

async fn find_way(request: &RequestContext, invitation: &str) -> Result<RegistrationKind, Error> {
    if request.state.read(app::accounts::is_registration_open).await? {
        return Ok(RegistrationKind::First);
    }
    match request.state.registration {
        Registration::Closed => Err(Error::RegistrationClosed),
        Registration::Open if invitation.is_empty() => Ok(RegistrationKind::Open),
        Registration::Invite if invitation.is_empty() => Err(Error::RegistrationClosed),
        Registration::Open | Registration::Invite => {
            let (token, context) = (LinkToken::presented(invitation), request.context());
            let presented = token.clone();
            let offer =
                request.state.read(move |conn| app::invitations::find_offer(conn, &context, &presented)).await?;
            let offer = Box::new(offer.ok_or(Error::InvitationNotValid)?);
            if matches!(offer.address, Address::Taken) {
                return Err(Error::AddressTaken);
            }
            Ok(RegistrationKind::Invited { token, offer })
        }
    }
}

async fn register_first(
    request: &RequestContext,
    organization_name: &OrganizationName,
    account: NewAccount,
    hash: String,
) -> Result<HttpResponse, Error> {
    let (mut context, name) = (request.context(), organization_name.clone());
    let email = account.email.as_str().to_owned();
    let (password_hash, token_keys) = (hash.clone(), request.state.current_token_keys().await?);
    let user_id = request
        .state
        .write_if_room(move |conn| {
            app::accounts::register_first(conn, &mut context, &name, &account, &hash, &token_keys)
        })
        .await
        .map_err(|failure| match failure {
            // Somebody else was first.
            Failure::Refused(EmailAddressTaken) => Error::RegistrationClosed,
            Failure::Error(error) => error.into(),
        })?;
    gate::sign_in(request, &user_id, &password_hash)?;
    request.set_flash(Flash::Welcome { organization: organization_name.as_str().to_owned() })?;
    let mut response = request.redirect("/");
    known_device::remember(request, &email, &mut response);
    Ok(response)
}

async fn register(
    request: &RequestContext,
    way: &RegistrationKind,
    organization_name: Option<&OrganizationName>,
    account: &NewAccount,
    hash: &str,
) -> Result<Accepted, Failure<EmailAddressTaken>> {
    let (mut context, account, hash) = (request.context(), account.clone(), hash.to_owned());
    match (way, organization_name.cloned()) {
        (RegistrationKind::Invited { token, .. }, _) => {
            let token = token.clone();
            let work = move |conn: &mut _| app::invitations::accept(conn, &mut context, &token, &account, &hash);
            request.state.write_if_room(work).await
        }
        (RegistrationKind::Open, Some(name)) => {
            let work = move |conn: &mut _| app::accounts::register(conn, &mut context, &name, &account, &hash);
            request.state.write_if_room(work).await.map(|()| Accepted::Done)
        }
        (RegistrationKind::First, _) | (RegistrationKind::Open, None) => Err(app::Error::RegistrationClosed.into()),
    }
}

/// The fault of the setup code, where one is required.
fn check_setup_code(request: &RequestContext, way: &RegistrationKind, form: &RegistrationForm) -> Option<Errors> {
    let code = request.state.setup_code.as_deref().filter(|_| matches!(way, RegistrationKind::First))?;
    if bool::from(code.as_bytes().ct_eq(form.setup_code.trim().as_bytes())) {
        return None;
    }
    let mut errors = Errors::default();
    errors.push("setup_code", request.say("registration-setup-code-wrong"));
    Some(errors)
}

/// The content of the form. An invited person chooses neither organization nor address.
struct RegistrationInput {
    organization_name: String,
    name: String,
    email: String,
    password: String,
    makes_organization: bool,
}

impl RegistrationInput {
    fn new(form: &RegistrationForm, way: &RegistrationKind) -> Self {
        let RegistrationForm { organization_name, name, email, password, .. } = form;
        let (organization_name, email, makes_organization) = match way {
            RegistrationKind::Invited { offer, .. } => {
                (offer.organization_name.as_str(), offer.invitation.email.as_str(), false)
            }
            RegistrationKind::First | RegistrationKind::Open => (organization_name.as_str(), email.as_str(), true),
        };
        Self {
            organization_name: organization_name.to_owned(),
            name: name.clone(),
            email: email.to_owned(),
            password: password.clone(),
            makes_organization,
        }
    }

    /// The account, and the organization to create. Slow, because it estimates the strength of the password.
    fn parse(&self) -> Result<(Option<OrganizationName>, NewAccount), Vec<Fault>> {
        let Self { name, email, password, .. } = self;
        let organization_name = OrganizationName::parse(&self.organization_name);
        let account = NewAccount::parse(&AccountForm { name, email, password }, organization_name.as_ref().ok());
        if !self.makes_organization {
            return Ok((None, account?));
        }
        match (organization_name, account) {
            (Ok(organization_name), Ok(account)) => Ok((Some(organization_name), account)),
            (organization_name, account) => {
                let name = organization_name.err().map(Fault::OrganizationName);
                Err(name.into_iter().chain(account.err().into_iter().flatten()).collect())
            }
        }
    }
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    way: &RegistrationKind,
    form: RegistrationForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let RegistrationForm { organization_name, name, email, .. } = form;
    let (email, invitation) = match way {
        RegistrationKind::Invited { token, offer } => {
            let InvitationOffer { invitation, organization_name, invited_by, address } = &**offer;
            let said = InvitationNotice {
                token: token.expose().to_owned(),
                organization: organization_name.clone(),
                invited_by: invited_by.clone(),
                role: labels::role(request.words(), invitation.role),
                is_address_unproven: matches!(address, Address::Unproven(_)),
            };
            (invitation.email.as_str().to_owned(), Some(said))
        }
        RegistrationKind::First | RegistrationKind::Open => (email, None),
    };
    let asks_setup_code = matches!(way, RegistrationKind::First) && request.state.setup_code.is_some();
    let shell = request.page(request.say("registration-heading"), Section::None, &[]);
    let page = RegistrationPage { shell, organization_name, name, email, asks_setup_code, invitation, errors };
    answer::render(status, &page)
}
