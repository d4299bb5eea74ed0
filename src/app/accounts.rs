//! Accounts: the first registration, sign-in and sign-out, and accounts created on the command line.

use super::{By, Context, Error, Failure, Fault, api_keys::system, own_account, subjects};
use crate::{
    domain::{
        EmailAddress, OrganizationEvent, OrganizationId, OrganizationName, Password, PersonName, Role, Sha256Digest,
        TokenKeys, UserEvent, UserId,
        audit::{EndedSession, OrganizationSubject, UserSubject},
    },
    store::{
        self, Conn,
        users::{Account, Credentials, Holder, NewUser},
    },
};

/// A signed-in session.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub id_digest: Sha256Digest,
    pub account: Account,
}

/// The registration form, or the arguments of an operator. Holds a password: no `Debug`.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it would show the password")]
pub struct AccountForm<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub password: &'a str,
}

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: PersonName,
    pub email: EmailAddress,
    pub password: Password,
}

impl NewAccount {
    /// The password must not be made of `organization`, or of the person's own name or address.
    pub fn parse(form: &AccountForm<'_>, organization: Option<&OrganizationName>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = PersonName::parse(form.name).map_err(|error| faults.push(Fault::PersonName(error))).ok();
        let email = EmailAddress::parse(form.email).map_err(|_| faults.push(Fault::EmailAddress)).ok();
        let personal = [
            name.as_ref().map_or("", PersonName::as_str),
            email.as_ref().map_or("", EmailAddress::as_str),
            organization.map_or("", OrganizationName::as_str),
        ];
        let password =
            Password::parse(form.password, &personal).map_err(|error| faults.push(Fault::Password(error))).ok();
        match (name, email, password) {
            (Some(name), Some(email), Some(password)) => Ok(Self { name, email, password }),
            _ => Err(faults),
        }
    }
}

/// Another account has the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailAddressTaken;

/// Whether nobody has registered yet.
pub fn is_registration_open(conn: &mut Conn) -> Result<bool, Error> {
    Ok(!store::installation::exists(conn)?)
}

/// Creates the organization and its Owner. Of several concurrent attempts, one succeeds.
pub fn register_first(
    conn: &mut Conn,
    context: &mut Context,
    organization_name: &OrganizationName,
    account: &NewAccount,
    password_hash: &str,
    token_keys: &TokenKeys,
) -> Result<UserId, Failure<EmailAddressTaken>> {
    let organization_id = create_organization(conn, context, organization_name)?;
    store::installation::insert(conn, &organization_id, context.now).map_err(|error| match error {
        store::Error::Duplicate => Error::RegistrationClosed,
        other => other.into(),
    })?;
    let user_id = create_user(conn, context, &organization_id, Role::Owner, account, password_hash, true)?;
    start_session(conn, context, &user_id, &organization_id, true, token_keys)?;
    Ok(user_id)
}

/// Creates an organization and its Owner, where registration is open. If an account with that address exists, nothing
/// is created, and only the audit log of its organization records it. Both cases take equally long.
pub fn register(
    conn: &mut Conn,
    context: &mut Context,
    organization_name: &OrganizationName,
    account: &NewAccount,
    password_hash: &str,
) -> Result<(), Failure<EmailAddressTaken>> {
    if let Some(taken) = store::users::find_credentials(conn, &account.email)? {
        return Ok(record(conn, context, &taken, &UserEvent::RegistrationRefused)?);
    }
    let organization_id = create_organization(conn, context, organization_name)?;
    create_user(conn, context, &organization_id, Role::Owner, account, password_hash, false)?;
    Ok(())
}

/// Creates an account in the named organization, or in the only one. On an empty server, also creates the organization.
pub fn create_by_command(
    conn: &mut Conn,
    context: &mut Context,
    organization_name: Option<&OrganizationName>,
    role: Role,
    account: &NewAccount,
    password_hash: &str,
) -> Result<UserId, Failure<EmailAddressTaken>> {
    let organizations = store::organizations::list(conn)?;
    let is_meant = |(_, name): &&(_, String)| organization_name.is_none_or(|wanted| wanted.as_str() == name);
    let existing: Vec<_> = organizations.iter().filter(is_meant).collect();
    let organization_id = match (&existing[..], organization_name) {
        // Names are not unique, so the command does not guess.
        ([(id, _)], _) => id.clone(),
        ([], Some(name)) if organizations.is_empty() && role == Role::Owner => {
            let id = create_organization(conn, context, name)?;
            store::installation::insert(conn, &id, context.now)?;
            id
        }
        _ => return Err(Error::NotFound.into()),
    };
    create_user(conn, context, &organization_id, role, account, password_hash, true)
}

/// The operator vouches for the address, so that an invitation can no longer take it.
pub fn confirm_email(conn: &mut Conn, context: &mut Context, email: &EmailAddress) -> Result<(), Error> {
    let known = store::users::find_credentials(conn, email)?.ok_or(Error::NotFound)?;
    store::users::update_email_proven(conn, &known.user_id, context.now)?;
    record(conn, context, &known, &UserEvent::EmailConfirmed { email: email.as_str().to_owned() })
}

/// Takes an unproven address from an account, because the owner of the mailbox claims it. The account gets a
/// placeholder, by which the operator can restore it. False if the address is proven.
pub(super) fn release_email(
    conn: &mut Conn,
    context: &mut Context,
    holder: &Holder,
    email: &EmailAddress,
) -> Result<bool, Error> {
    // A domain that receives no email (RFC 2606 §2).
    let name = format!("{}@released.invalid", holder.user_id);
    if !store::users::update_unproven_email(conn, &holder.user_id, &name)? {
        return Ok(false);
    }
    store::sessions::delete_of_user(conn, &holder.user_id, None)?;
    store::password_resets::delete(conn, &holder.user_id)?;
    let subject = subjects::find_user(conn, &holder.organization_id, &holder.user_id)?;
    let event = UserEvent::EmailReleased { before: email.as_str().to_owned(), after: name };
    context.record(conn, By::Nobody, &subject, &event)?;
    Ok(true)
}

/// Creates an account in an existing organization.
pub fn create_in_organization(
    conn: &mut Conn,
    context: &mut Context,
    organization_id: &OrganizationId,
    role: Role,
    account: &NewAccount,
    password_hash: &str,
) -> Result<UserId, Failure<EmailAddressTaken>> {
    create_user(conn, context, organization_id, role, account, password_hash, true)
}

/// What to compare the password with. The comparison takes long, so it runs outside any transaction.
pub fn find_credentials(conn: &mut Conn, email: &str) -> Result<Option<Credentials>, Error> {
    match EmailAddress::parse(email) {
        Ok(email) => Ok(store::users::find_credentials(conn, &email)?),
        Err(_) => Ok(None),
    }
}

/// Records a sign-in after the password matched. Ends the session that the browser had before. `is_new_device`: nobody
/// had signed in to the account with this browser.
pub fn start_session_after(
    conn: &mut Conn,
    context: &mut Context,
    user_id: &UserId,
    organization_id: &OrganizationId,
    earlier: Option<&OpenSession>,
    is_new_device: bool,
    token_keys: &TokenKeys,
) -> Result<(), Error> {
    if let Some(earlier) = earlier {
        end_session(conn, context, earlier)?;
    }
    start_session(conn, context, user_id, organization_id, is_new_device, token_keys)
}

fn start_session(
    conn: &mut Conn,
    context: &mut Context,
    user_id: &UserId,
    organization_id: &OrganizationId,
    is_new_device: bool,
    token_keys: &TokenKeys,
) -> Result<(), Error> {
    store::users::update_last_signed_in(conn, user_id, context.now)?;
    system::ensure(conn, context, token_keys, user_id)?;
    let subject = subjects::find_user(conn, organization_id, user_id)?;
    context.record(conn, By::SigningIn(user_id), &subject, &UserEvent::SessionStarted { is_new_device })
}

/// Signs out. The cookie no longer works.
pub fn end_session(conn: &mut Conn, context: &mut Context, session: &OpenSession) -> Result<(), Error> {
    store::sessions::delete(conn, &session.id_digest)?;
    own_account::record(conn, context, &session.account, &UserEvent::SessionEnded(EndedSession::Own {}))
}

/// Records an event of an account while nobody is signed in to it.
fn record(conn: &mut Conn, context: &mut Context, known: &Credentials, event: &UserEvent) -> Result<(), Error> {
    let subject = subjects::find_user(conn, &known.organization_id, &known.user_id)?;
    context.record(conn, By::Nobody, &subject, event)
}

fn create_organization(
    conn: &mut Conn,
    context: &mut Context,
    name: &OrganizationName,
) -> Result<OrganizationId, Error> {
    let id = OrganizationId::generate(context.now, &mut context.rng);
    store::organizations::insert(conn, &id, name, context.now)?;
    let subject = OrganizationSubject { id: id.clone(), name: Some(name.as_str().to_owned()) };
    let event = OrganizationEvent::Created { name: name.as_str().to_owned() };
    context.record(conn, By::Nobody, &subject, &event)?;
    Ok(id)
}

/// `is_proven`: the address is known to belong to the person.
pub(super) fn create_user(
    conn: &mut Conn,
    context: &mut Context,
    organization_id: &OrganizationId,
    role: Role,
    account: &NewAccount,
    password_hash: &str,
    is_proven: bool,
) -> Result<UserId, Failure<EmailAddressTaken>> {
    let id = UserId::generate(context.now, &mut context.rng);
    let user = NewUser {
        id: &id,
        organization_id,
        email: &account.email,
        name: &account.name,
        password_hash,
        role,
        created_at: context.now,
        email_proven_at: is_proven.then_some(context.now),
    };
    store::users::insert(conn, &user).map_err(|error| match error {
        store::Error::Duplicate => Failure::Refused(EmailAddressTaken),
        other => other.into(),
    })?;
    let (name, email) = (account.name.as_str().to_owned(), account.email.as_str().to_owned());
    let subject = UserSubject { organization_id: organization_id.clone(), id: id.clone(), name: Some(name.clone()) };
    context.record(conn, By::Nobody, &subject, &UserEvent::Created { name, email, role })?;
    Ok(id)
}
