//! People: the first registration, sign-in and sign-out, and accounts made from the command line.

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

/// A session that somebody is signed in with.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub id_digest: Sha256Digest,
    pub account: Account,
}

/// What a person typed to register, or what an administrator typed for somebody else. Holds a password: no `Debug`.
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
    /// The password must not be made of `organization`, nor of the person's own name or address.
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

/// Whether the first person has still to come.
pub fn is_registration_open(conn: &mut Conn) -> Result<bool, Error> {
    Ok(!store::installation::exists(conn)?)
}

/// Makes the organization and its Owner. Of several who try at once, one succeeds.
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
    start_session(conn, context, &user_id, &organization_id, token_keys)?;
    Ok(user_id)
}

/// Makes an organization and its Owner, where anybody may. When some organization has an account with that address
/// already, nothing is made, and nobody is told but that organization's audit log. So it takes as long either way.
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

/// Makes an account in the organization named, or in the only one there is; with a name that is new, on an empty
/// server, the organization as well.
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
        // Of several with that name, none is guessed.
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

/// The operator of the server vouches that the address is the person's, so that it does not yield to an invitation.
pub fn confirm_email(conn: &mut Conn, context: &mut Context, email: &EmailAddress) -> Result<(), Error> {
    let known = store::users::find_credentials(conn, email)?.ok_or(Error::NotFound)?;
    store::users::update_email_proven(conn, &known.user_id, context.now)?;
    record(conn, context, &known, &UserEvent::EmailConfirmed { email: email.as_str().to_owned() })
}

/// Takes the address from an account that has not proven it: it belongs to somebody else, who has the mailbox. The account
/// gets a name in place of the address by which whoever runs the server can hand it back. False when it is proven.
pub(super) fn release_email(
    conn: &mut Conn,
    context: &mut Context,
    holder: &Holder,
    email: &EmailAddress,
) -> Result<bool, Error> {
    // No mail reaches it (RFC 2606 §2).
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

/// Makes an account in an organization that is there.
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

/// What the password is to be compared with. It is compared outside of any transaction: that takes long.
pub fn find_credentials(conn: &mut Conn, email: &str) -> Result<Option<Credentials>, Error> {
    match EmailAddress::parse(email) {
        Ok(email) => Ok(store::users::find_credentials(conn, &email)?),
        Err(_) => Ok(None),
    }
}

/// The person is who they say: notes the sign-in. Whoever was signed in in the same browser is so no more.
pub fn start_session_after(
    conn: &mut Conn,
    context: &mut Context,
    user_id: &UserId,
    organization_id: &OrganizationId,
    earlier: Option<&OpenSession>,
    token_keys: &TokenKeys,
) -> Result<(), Error> {
    if let Some(earlier) = earlier {
        end_session(conn, context, earlier)?;
    }
    start_session(conn, context, user_id, organization_id, token_keys)
}

fn start_session(
    conn: &mut Conn,
    context: &mut Context,
    user_id: &UserId,
    organization_id: &OrganizationId,
    token_keys: &TokenKeys,
) -> Result<(), Error> {
    store::users::update_last_signed_in(conn, user_id, context.now)?;
    system::ensure(conn, context, token_keys, user_id)?;
    let subject = subjects::find_user(conn, organization_id, user_id)?;
    context.record(conn, By::SigningIn(user_id), &subject, &UserEvent::SessionStarted)
}

/// The person signs out: their cookie opens nothing from now on.
pub fn end_session(conn: &mut Conn, context: &mut Context, session: &OpenSession) -> Result<(), Error> {
    store::sessions::delete(conn, &session.id_digest)?;
    own_account::record(conn, context, &session.account, &UserEvent::SessionEnded(EndedSession::Own {}))
}

/// What happens to an account while nobody is signed in to it.
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

/// `is_proven` says that the address is known to be the person's.
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
