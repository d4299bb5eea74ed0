//! The first registration: makes the organization and its Owner.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::{
    error::Error,
    flash::Flash,
    gate,
    page::{self, Errors, Section, Shell},
    visit::Visit,
};
use crate::{
    app::{
        self, Fault,
        accounts::{AccountForm, NewAccount},
    },
    domain::OrganizationName,
};

#[derive(Template)]
#[template(path = "registration.html")]
struct RegistrationPage {
    shell: Shell,
    organization_name: String,
    name: String,
    email: String,
    asks_setup_code: bool,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RegistrationForm {
    organization_name: String,
    name: String,
    email: String,
    password: String,
    setup_code: String,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    if !visit.state.read(app::accounts::is_registration_open).await? {
        return Err(Error::RegistrationClosed);
    }
    render(&visit, StatusCode::OK, RegistrationForm::default(), Errors::default())
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    if !visit.state.read(app::accounts::is_registration_open).await? {
        return Err(Error::RegistrationClosed);
    }
    let form: RegistrationForm = visit.form()?;
    let (organization_name, account) = match parse(&form, visit.state.setup_code.as_deref()) {
        Ok(parsed) => parsed,
        Err(errors) => return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, errors),
    };

    let (password, mut rng) = (account.password.clone(), (visit.state.rng)());
    let hash = visit.state.with_hasher(move |hasher| hasher.hash(&password, &mut rng)).await?.ok_or(Error::Busy)?;
    let (mut context, organization) = (visit.context(), organization_name.as_str().to_owned());
    let password_hash = hash.clone();
    let registered = visit
        .state
        .write(move |conn| app::accounts::register_first(conn, &mut context, &organization_name, &account, &hash));
    let user_id = match registered.await {
        Ok(user_id) => user_id,
        Err(app::Error::Invalid(faults)) => {
            return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Errors::new(&faults));
        }
        Err(other) => return Err(other.into()),
    };
    gate::sign_in(&visit, &user_id, &password_hash)?;
    visit.set_flash(Flash::Welcome { organization })?;
    Ok(visit.redirect("/"))
}

fn parse(form: &RegistrationForm, setup_code: Option<&str>) -> Result<(OrganizationName, NewAccount), Errors> {
    if setup_code.is_some_and(|code| !bool::from(code.as_bytes().ct_eq(form.setup_code.trim().as_bytes()))) {
        let mut errors = Errors::default();
        errors.push("setup_code", "Enter the setup code that the server printed when it started");
        return Err(errors);
    }
    let organization_name = OrganizationName::parse(&form.organization_name);
    let typed = AccountForm { name: &form.name, email: &form.email, password: &form.password };
    let account = NewAccount::parse(&typed, organization_name.as_ref().ok());
    let mut faults: Vec<Fault> =
        organization_name.as_ref().err().map(|error| Fault::OrganizationName(*error)).into_iter().collect();
    faults.extend(account.as_ref().err().cloned().unwrap_or_default());
    match (organization_name, account) {
        (Ok(organization_name), Ok(account)) => Ok((organization_name, account)),
        _ => Err(Errors::new(&faults)),
    }
}

fn render(visit: &Visit, status: StatusCode, form: RegistrationForm, errors: Errors) -> Result<HttpResponse, Error> {
    let RegistrationForm { organization_name, name, email, .. } = form;
    let asks_setup_code = visit.state.setup_code.is_some();
    let shell = visit.page("Create your account", Section::None, &[]);
    page::render(status, &RegistrationPage { shell, organization_name, name, email, asks_setup_code, errors })
}
