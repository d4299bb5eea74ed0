//! Changes of a person's own account: name, address, password, language and theme.

use super::{
    Context, Error, Failure, Fault,
    mail::{EmailMessage, Mail},
};
use crate::{
    domain::{EmailAddress, Language, Password, PersonName, Theme, UserEvent, audit::UserSubject},
    store::{
        self, Conn,
        users::{Account, Credentials},
    },
};

/// Why an email address was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailNotChanged {
    Taken,
    /// See [`PasswordChanged`].
    PasswordChanged,
}

/// Another request changed the password just after it had matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordChanged;

/// A new password for this account. It must not be made of what others know about the person.
pub fn parse_password(input: &str, account: &Account) -> Result<Password, Fault> {
    let personal = [account.name.as_str(), &account.email, &account.organization_name];
    Password::parse(input, &personal).map_err(Fault::Password)
}

pub fn rename(conn: &mut Conn, context: &mut Context, account: &Account, name: &PersonName) -> Result<(), Error> {
    if name.as_str() == account.name {
        return Ok(());
    }
    store::users::update_name(conn, &account.person.id, name)?;
    let event = UserEvent::Renamed { before: account.name.clone(), after: name.as_str().to_owned() };
    record(conn, context, account, &event)
}

/// None follows the browser. Records no event, because it is only a preference.
pub fn change_theme(conn: &mut Conn, account: &Account, theme: Option<Theme>) -> Result<(), Error> {
    Ok(store::users::update_theme(conn, &account.person.id, theme)?)
}

/// None follows the browser. Records no event either.
pub fn change_language(conn: &mut Conn, account: &Account, language: Option<Language>) -> Result<(), Error> {
    Ok(store::users::update_language(conn, &account.person.id, language)?)
}

/// Returns the email to the previous address. Links for a new password that were sent there are no longer valid.
/// `matched` is the hash that the current password matched.
pub fn change_email(
    conn: &mut Conn,
    context: &mut Context,
    account: &Account,
    matched: &Credentials,
    email: &EmailAddress,
) -> Result<Option<Mail>, Failure<EmailNotChanged>> {
    if email.as_str() == account.email {
        return Ok(None);
    }
    let user_id = &account.person.id;
    store::users::update_email(conn, user_id, &matched.password_hash, email).map_err(|error| match error {
        store::Error::Duplicate => Failure::Refused(EmailNotChanged::Taken),
        store::Error::NotFound => Failure::Refused(EmailNotChanged::PasswordChanged),
        other => other.into(),
    })?;
    store::password_resets::delete(conn, user_id)?;
    let new_email = email.as_str().to_owned();
    let event = UserEvent::EmailChanged { before: account.email.clone(), after: new_email.clone() };
    record(conn, context, account, &event)?;
    let message = EmailMessage::EmailChanged { new_email, at: context.now, address: context.address.clone() };
    Ok(Some(mail_to(account, message)))
}

/// Ends every session of the person, including this one; the caller begins a new one. `matched` is the hash that the
/// current password matched. Returns the email to the person.
pub fn change_password(
    conn: &mut Conn,
    context: &mut Context,
    account: &Account,
    matched: &Credentials,
    new_hash: &str,
) -> Result<Mail, Failure<PasswordChanged>> {
    let user_id = &account.person.id;
    store::users::update_password(conn, user_id, &matched.password_hash, new_hash).map_err(|error| match error {
        store::Error::NotFound => Failure::Refused(PasswordChanged),
        other => other.into(),
    })?;
    let sessions_ended = store::sessions::delete_of_user(conn, user_id, None)?;
    store::password_resets::delete(conn, user_id)?;
    record(conn, context, account, &UserEvent::PasswordChanged { sessions_ended })?;
    Ok(password_changed(context, account))
}

/// Records that the person typed the password again, for actions that require it.
pub fn record_proof(conn: &mut Conn, context: &mut Context, account: &Account) -> Result<(), Error> {
    record(conn, context, account, &UserEvent::PasswordConfirmed)
}

/// Records what the person did to their account, signed in or with a link for a new password.
pub(super) fn record(
    conn: &mut Conn,
    context: &mut Context,
    account: &Account,
    event: &UserEvent,
) -> Result<(), Error> {
    let subject = UserSubject {
        organization_id: account.person.organization_id.clone(),
        id: account.person.id.clone(),
        name: Some(account.name.clone()),
    };
    context.record(conn, &account.actor(), &subject, event)
}

/// The email about a new password.
pub(super) fn password_changed(context: &Context, account: &Account) -> Mail {
    let message = EmailMessage::PasswordChanged { at: context.now, address: context.address.clone() };
    mail_to(account, message)
}

fn mail_to(account: &Account, message: EmailMessage) -> Mail {
    let organization_id = account.person.organization_id.clone();
    Mail { organization_id, to: account.email.clone(), language: account.language, message }
}
