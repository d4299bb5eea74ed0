//! The commands that create and edit a key: parsing them from text, and the rules that both share.

use super::attributes::{AttributeFields, AttributeTexts};
use crate::{
    app::{Error, Fault, Field, NameHolder},
    domain::{
        ApiKeyName, Description, ExpirationDate, KeyPermissions, Policy, ProjectId, Restrictions, Scope, Timestamp,
        UserId,
        api_key::{
            restrictions::{Kind, ParsedLists, Texts},
            rotation_schedule,
        },
    },
    store::{self, Conn},
};

/// The unparsed fields of a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyTexts<'a> {
    pub name: &'a str,
    pub description: &'a str,
    /// `YYYY-MM-DD`. Empty for a key that never expires.
    pub expires_on: &'a str,
    /// An id. Empty for no project.
    pub project: &'a str,
    /// For a new key. Empty for the scope that the policy proposes.
    pub scope: &'a str,
    pub restrictions: Texts<'a>,
    /// The list that is empty on purpose, for a key that anybody can read in a page or an app.
    pub unrestricted: &'a str,
    /// A number of days. Empty for the policy's interval.
    pub rotate_every_days: &'a str,
    /// In the format of [`KeyPermissions::parse`]. In an edit, no value leaves them unchanged.
    pub permissions: &'a [String],
    pub attributes: AttributeTexts<'a>,
}

/// The command that creates a key.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub name: Field<ApiKeyName>,
    pub description: Field<Description>,
    pub expires_on: Field<Option<ExpirationDate>>,
    pub project_id: Field<Option<ProjectId>>,
    /// None for the scope that the policy proposes.
    pub scope: Field<Option<Scope>>,
    pub restrictions: ParsedLists,
    /// The list that is empty on purpose.
    pub unrestricted: Option<Kind>,
    pub permissions: Field<KeyPermissions>,
    /// None for the policy's interval.
    pub rotate_every_days: Field<Option<i64>>,
    /// Creates the key disabled.
    pub is_disabled: bool,
    pub attributes: AttributeFields,
}

/// The command that edits a key.
#[derive(Clone, Debug)]
pub struct ApiKeyChanges {
    pub name: Field<ApiKeyName>,
    pub description: Field<Description>,
    pub expires_on: Field<Option<ExpirationDate>>,
    pub project_id: Field<Option<ProjectId>>,
    pub restrictions: ParsedLists,
    /// The list that is emptied on purpose.
    pub unrestricted: Option<Kind>,
    /// None leaves them unchanged.
    pub permissions: Option<Field<KeyPermissions>>,
    /// None for the policy's interval.
    pub rotate_every_days: Field<Option<i64>>,
    /// The date by which it is to be rotated; no date for none. None leaves the mark unchanged.
    pub rotate_by: Option<Field<Option<ExpirationDate>>>,
    pub attributes: AttributeFields,
    /// The value of [`crate::domain::ApiKey::edits`] when the editor last saw the key.
    pub edits: i64,
}

impl KeyTexts<'_> {
    pub fn parse_new(&self, is_disabled: bool) -> NewApiKey {
        NewApiKey {
            name: self.parse_name(),
            description: self.parse_description(),
            expires_on: self.parse_expiration(),
            project_id: self.parse_project(),
            scope: match self.scope {
                "" => Ok(None),
                name => Scope::parse(name).map(Some).ok_or(Fault::Scope),
            },
            restrictions: ParsedLists::parse(self.restrictions),
            unrestricted: Kind::parse(self.unrestricted),
            permissions: KeyPermissions::parse(self.permissions).map_err(Fault::Permissions),
            rotate_every_days: self.parse_rotation_interval(),
            is_disabled,
            attributes: self.attributes.parse(),
        }
    }

    /// `rotate_by` is a date, empty for none, or None if the form does not have the field.
    pub fn parse_changes(&self, rotate_by: Option<&str>, edits: i64) -> ApiKeyChanges {
        let permissions = || KeyPermissions::parse(self.permissions).map_err(Fault::Permissions);
        ApiKeyChanges {
            name: self.parse_name(),
            description: self.parse_description(),
            expires_on: self.parse_expiration(),
            project_id: self.parse_project(),
            restrictions: ParsedLists::parse(self.restrictions),
            unrestricted: Kind::parse(self.unrestricted),
            permissions: (!self.permissions.is_empty()).then(permissions),
            rotate_every_days: self.parse_rotation_interval(),
            rotate_by: rotate_by.map(|date| ExpirationDate::parse(date).map_err(Fault::RotationDate)),
            attributes: self.attributes.parse(),
            edits,
        }
    }

    fn parse_name(&self) -> Field<ApiKeyName> {
        ApiKeyName::parse(self.name).map_err(Fault::ApiKeyName)
    }

    fn parse_description(&self) -> Field<Description> {
        Description::parse(self.description).map_err(Fault::Description)
    }

    fn parse_expiration(&self) -> Field<Option<ExpirationDate>> {
        ExpirationDate::parse(self.expires_on).map_err(Fault::ExpirationDate)
    }

    fn parse_rotation_interval(&self) -> Field<Option<i64>> {
        rotation_schedule::parse_interval(self.rotate_every_days).map_err(Fault::RotationInterval)
    }

    fn parse_project(&self) -> Field<Option<ProjectId>> {
        match self.project {
            "" => Ok(None),
            id => ProjectId::parse(id).map(Some).map_err(|_| Fault::Project),
        }
    }
}

/// Requires that no other key of the owner has the name. `own` is the key's current name.
pub(super) fn check_name(
    conn: &mut Conn,
    owner_id: &UserId,
    own: Option<&ApiKeyName>,
    name: &Field<ApiKeyName>,
    now: Timestamp,
) -> Result<Field<ApiKeyName>, Error> {
    let name = match name {
        Ok(name) if own.is_some_and(|own| own.folded() == name.folded()) => return Ok(Ok(name.clone())),
        Ok(name) => name,
        Err(fault) => return Ok(Err(fault.clone())),
    };
    let holder = store::api_keys::find_by_name(conn, owner_id, name)?;
    Ok(holder.map_or_else(
        || Ok(name.clone()),
        |key| {
            let holder = NameHolder { name: key.name.as_str().to_owned(), status: key.status(now) };
            Err(Fault::ApiKeyNameTaken(Some(holder)))
        },
    ))
}

/// A key may be rotated more often than the policy asks for. It keeps its own interval, whatever the policy says now.
pub(super) fn check_rotation_interval(
    wanted: Field<Option<i64>>,
    own: Option<i64>,
    policy: &Policy,
) -> Field<Option<i64>> {
    let days = wanted?;
    if days != own {
        rotation_schedule::check_interval(days, policy.rotate_every_days).map_err(Fault::RotationInterval)?;
    }
    Ok(days)
}

/// `is_open` returns whether a list is empty on purpose, for a key that anybody can read.
pub(super) fn check_restrictions(
    scope: Scope,
    lists: &ParsedLists,
    is_open: impl Fn(Kind) -> bool,
) -> Result<Restrictions, Vec<Fault>> {
    let fault = |(kind, error)| Fault::Restriction(kind, error);
    let restrictions = lists.of_scope(scope).map_err(|faults| faults.into_iter().map(fault).collect::<Vec<_>>())?;
    match Kind::guarding(scope) {
        Some(kind) if restrictions.is_empty() && !is_open(kind) => Err(vec![Fault::Unrestricted(kind)]),
        _ => Ok(restrictions),
    }
}
