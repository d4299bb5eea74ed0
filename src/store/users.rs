//! The accounts of people.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    Conn, Error, policies as stored_policies,
    schema::{organizations, policies, users},
};
use crate::domain::{
    Actor, EmailAddress, Language, OrganizationId, Person, PersonName, Policy, Role, Sha256Digest, Theme, Timestamp,
    UserId,
};

/// Holds the hash of a password: no `Debug`.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "it would show the hash")]
pub struct NewUser<'a> {
    pub id: &'a UserId,
    pub organization_id: &'a OrganizationId,
    pub email: &'a EmailAddress,
    pub name: &'a PersonName,
    pub password_hash: &'a str,
    pub role: Role,
    pub created_at: Timestamp,
    /// When the address was proven. None if it was only typed.
    pub email_proven_at: Option<Timestamp>,
}

/// An account, with what every page displays about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub person: Person,
    pub email: String,
    pub name: String,
    pub organization_name: String,
    pub disabled_at: Option<Timestamp>,
    /// None follows the browser. So does a theme or language that this version does not know.
    pub theme: Option<Theme>,
    pub language: Option<Language>,
    /// Changes with every password.
    pub password_mark: Sha256Digest,
    /// The policy of the organization.
    pub policy: Arc<Policy>,
}

impl Account {
    /// The signed-in actor. A request with an API key has another actor.
    pub fn actor(&self) -> Actor {
        self.person.clone().signed_in()
    }
}

/// What a sign-in is compared with.
#[derive(Clone)]
pub struct Credentials {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub password_hash: String,
    pub disabled_at: Option<Timestamp>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

#[derive(Queryable)]
struct AccountRow {
    id: String,
    organization_id: String,
    role: String,
    email: String,
    name: String,
    organization_name: String,
    disabled_at: Option<i64>,
    theme: Option<String>,
    language: Option<String>,
    password_hash: String,
    policy: Option<String>,
}

/// [`Error::Duplicate`] if the email address is taken.
pub fn insert(conn: &mut Conn, user: &NewUser<'_>) -> Result<(), Error> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(user.id.as_str()),
            users::organization_id.eq(user.organization_id.as_str()),
            users::email.eq(user.email.as_str()),
            users::email_folded.eq(user.email.folded()),
            users::name.eq(user.name.as_str()),
            users::password_hash.eq(user.password_hash),
            users::role.eq(user.role.as_str()),
            users::created_at.eq(user.created_at.unix_micros()),
            users::api_key_changes.eq(0),
            users::email_proven_at.eq(user.email_proven_at.map(Timestamp::unix_micros)),
        ))
        .execute(conn)?;
    Ok(())
}

/// None for a removed account.
pub fn find_account(conn: &mut Conn, id: &UserId) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> = users::table
        .inner_join(organizations::table)
        .left_join(policies::table.on(policies::organization_id.eq(users::organization_id)))
        .filter(users::id.eq(id.as_str()).and(users::removed_at.is_null()))
        .select((
            users::id,
            users::organization_id,
            users::role,
            users::email,
            users::name,
            organizations::name,
            users::disabled_at,
            users::theme,
            users::language,
            users::password_hash,
            policies::settings.nullable(),
        ))
        .get_result(conn)
        .optional()?;
    row.map(Account::try_from).transpose()
}

pub fn find_name(conn: &mut Conn, id: &UserId) -> Result<Option<String>, Error> {
    Ok(users::table.find(id.as_str()).select(users::name).get_result(conn).optional()?)
}

pub fn find_credentials(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Credentials>, Error> {
    let row: Option<(String, String, String, Option<i64>)> = users::table
        .filter(users::email_folded.eq(email.folded()).and(users::removed_at.is_null()))
        .select((users::id, users::organization_id, users::password_hash, users::disabled_at))
        .get_result(conn)
        .optional()?;
    row.map(|(id, organization_id, password_hash, disabled_at)| {
        Ok(Credentials {
            user_id: user_id(&id)?,
            organization_id: organization(&organization_id)?,
            password_hash,
            disabled_at: disabled_at.map(Timestamp::from_unix_micros),
        })
    })
    .transpose()
}

/// The account that has an address.
#[derive(Clone, Debug)]
pub struct Holder {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub is_proven: bool,
}

/// The account with this address, in any organization.
pub fn find_holder(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Holder>, Error> {
    let row: Option<(String, String, Option<i64>)> = users::table
        .filter(users::email_folded.eq(email.folded()))
        .select((users::id, users::organization_id, users::email_proven_at))
        .get_result(conn)
        .optional()?;
    row.map(|(id, organization_id, proven_at)| {
        Ok(Holder {
            user_id: user_id(&id)?,
            organization_id: organization(&organization_id)?,
            is_proven: proven_at.is_some(),
        })
    })
    .transpose()
}

/// Changes the address, unless it is proven. Returns whether it was changed.
pub fn update_unproven_email(conn: &mut Conn, id: &UserId, email: &str) -> Result<bool, Error> {
    let unproven = users::table.find(id.as_str()).filter(users::email_proven_at.is_null());
    let updated = diesel::update(unproven)
        .set((users::email.eq(email), users::email_folded.eq(crate::domain::text::fold(email))))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Records that the account's address is proven.
pub fn update_email_proven(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<(), Error> {
    let proven_at = users::email_proven_at.eq(now.unix_micros());
    diesel::update(users::table.find(id.as_str())).set(proven_at).execute(conn)?;
    Ok(())
}

pub fn update_last_signed_in(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str())).set(users::last_signed_in_at.eq(now.unix_micros())).execute(conn)?;
    Ok(())
}

pub fn update_name(conn: &mut Conn, id: &UserId, name: &PersonName) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str())).set(users::name.eq(name.as_str())).execute(conn)?;
    Ok(())
}

/// The new address is not proven yet. [`Error::Duplicate`] if it is taken. [`Error::NotFound`] if the password has
/// changed since it matched, or the account is removed or disabled.
pub fn update_email(conn: &mut Conn, id: &UserId, matched_hash: &str, email: &EmailAddress) -> Result<(), Error> {
    let unchanged = users::table
        .find(id.as_str())
        .filter(users::password_hash.eq(matched_hash))
        .filter(users::disabled_at.is_null())
        .filter(users::removed_at.is_null());
    let updated = diesel::update(unchanged)
        .set((
            users::email.eq(email.as_str()),
            users::email_folded.eq(email.folded()),
            users::email_proven_at.eq(None::<i64>),
        ))
        .execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// None follows the browser.
pub fn update_language(conn: &mut Conn, id: &UserId, language: Option<Language>) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str()))
        .set(users::language.eq(language.map(Language::as_str)))
        .execute(conn)?;
    Ok(())
}

pub fn update_theme(conn: &mut Conn, id: &UserId, theme: Option<Theme>) -> Result<(), Error> {
    diesel::update(users::table.find(id.as_str())).set(users::theme.eq(theme.map(Theme::as_str))).execute(conn)?;
    Ok(())
}

/// Replaces the hash that the password has just matched. [`Error::NotFound`] if it has changed since, or the account is
/// removed or disabled.
pub fn update_password(conn: &mut Conn, id: &UserId, matched_hash: &str, new_hash: &str) -> Result<(), Error> {
    let unchanged = users::table
        .find(id.as_str())
        .filter(users::password_hash.eq(matched_hash))
        .filter(users::disabled_at.is_null())
        .filter(users::removed_at.is_null());
    let updated = diesel::update(unchanged).set(users::password_hash.eq(new_hash)).execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Replaces any hash. [`Error::NotFound`] if the account is removed or disabled.
pub fn reset_password(conn: &mut Conn, id: &UserId, new_hash: &str) -> Result<(), Error> {
    let active =
        users::table.find(id.as_str()).filter(users::disabled_at.is_null()).filter(users::removed_at.is_null());
    let updated = diesel::update(active).set(users::password_hash.eq(new_hash)).execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Blocks all other changes of the organization's members and their roles until the transaction ends. Must be called
/// before [`lock_api_keys`] and `verification::record_change`.
pub fn lock_members(conn: &mut Conn, organization_id: &OrganizationId) -> Result<(), Error> {
    let locked = diesel::update(organizations::table.find(organization_id.as_str()))
        .set(organizations::member_changes.eq(organizations::member_changes + 1))
        .execute(conn)?;
    if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Blocks all other changes of this person's keys until the transaction ends, so that counts and free names stay valid.
/// Lock several people in the order of their ids.
pub fn lock_api_keys(conn: &mut Conn, id: &UserId) -> Result<(), Error> {
    let locked = diesel::update(users::table.find(id.as_str()))
        .set(users::api_key_changes.eq(users::api_key_changes + 1))
        .execute(conn)?;
    if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
}

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(row: AccountRow) -> Result<Self, Error> {
        Ok(Self {
            person: Person {
                id: user_id(&row.id)?,
                organization_id: organization(&row.organization_id)?,
                role: Role::parse(&row.role).map_err(|_| Error::Corrupt("users.role"))?,
            },
            email: row.email,
            name: row.name,
            organization_name: row.organization_name,
            disabled_at: row.disabled_at.map(Timestamp::from_unix_micros),
            theme: row.theme.as_deref().and_then(Theme::parse),
            language: row.language.as_deref().and_then(Language::parse),
            password_mark: password_mark(&row.password_hash),
            policy: row.policy.as_deref().map(stored_policies::read).transpose()?.unwrap_or_default().into(),
        })
    }
}

/// Binds a session to the password that it began with.
pub fn password_mark(password_hash: &str) -> Sha256Digest {
    Sha256Digest::compute(password_hash)
}

fn user_id(text: &str) -> Result<UserId, Error> {
    UserId::parse(text).map_err(|_| Error::Corrupt("users.id"))
}

fn organization(text: &str) -> Result<OrganizationId, Error> {
    OrganizationId::parse(text).map_err(|_| Error::Corrupt("users.organization_id"))
}
