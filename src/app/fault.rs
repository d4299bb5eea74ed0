//! Faults of single fields of a command, each with its field and a stable code. Only the pages have messages for them.

use crate::domain::{
    ExpirationDateError, PasswordError, Status, TextError,
    api_key::{
        KeyPermissionsError,
        attributes::MetadataError,
        restrictions::{self, ListError},
        rotation_schedule::RotationIntervalError,
    },
    api_permission::ApiPermissionNameError,
    key_limits::{LimitError, LimitField},
};

/// A key that already has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameHolder {
    pub name: String,
    pub status: Status,
}

/// A field of a command: its value, or the fault of its text. A use case adds the faults of its own rules, so that one
/// answer names the faults of all fields.
pub type Field<T> = Result<T, Fault>;

/// Why the content of a field was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    ApiKeyName(TextError),
    /// The other key of the same owner, if known.
    ApiKeyNameTaken(Option<NameHolder>),
    Description(TextError),
    RevocationReason(TextError),
    ExpirationDate(ExpirationDateError),
    /// The expiration date of an expired key cannot be changed.
    ApiKeyExpired,
    OrganizationName(TextError),
    PersonName(TextError),
    EmailAddress,
    EmailAddressTaken,
    Password(PasswordError),
    /// No role was selected, or an unknown one.
    Role,
    /// The address belongs to a member of this organization.
    MemberAlready,
    /// No new owner was selected, or a person who cannot have keys.
    Heir,
    /// The project does not exist or takes no keys.
    Project,
    /// The scope does not exist.
    Scope,
    /// The policy does not offer the environment.
    Environment,
    ExternalId(TextError),
    Metadata(MetadataError),
    Limit(LimitField, LimitError),
    Restriction(restrictions::Kind, ListError),
    /// Anybody can read this key, but it has no restrictions, and nobody confirmed that this is intended.
    Unrestricted(restrictions::Kind),
    Permissions(KeyPermissionsError),
    RotationInterval(RotationIntervalError),
    /// The date by which a key is to be rotated.
    RotationDate(ExpirationDateError),
    /// The note to the owners of keys that are to be rotated.
    RotationNote(TextError),
    ProjectName(TextError),
    ProjectNameTaken,
    ApiPermissionName(ApiPermissionNameError),
    ApiPermissionNameTaken,
    /// The organization would have more than it may.
    TooManyApiPermissions {
        /// How many more it may have.
        left: usize,
    },
    /// A line of a list of new API permissions.
    ApiPermissionLine {
        line: usize,
        entry: String,
        fault: Box<Fault>,
    },
    /// A list of new API permissions is empty.
    NoApiPermissionLine,
    /// Nobody confirmed that the API permission is taken from these roles, people and keys.
    RemovalNotConfirmed,
}

impl Fault {
    /// The name of the field, as forms send it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::ApiKeyName(_)
            | Self::ApiKeyNameTaken(_)
            | Self::PersonName(_)
            | Self::ProjectName(_)
            | Self::ProjectNameTaken
            | Self::ApiPermissionName(_)
            | Self::ApiPermissionNameTaken
            | Self::TooManyApiPermissions { .. } => "name",
            Self::Description(_) => "description",
            Self::RevocationReason(_) => "reason",
            Self::ExpirationDate(_) | Self::ApiKeyExpired => "expires_on",
            Self::OrganizationName(_) => "organization_name",
            Self::EmailAddress | Self::EmailAddressTaken | Self::MemberAlready => "email",
            Self::Password(_) => "password",
            Self::Role => "role",
            Self::Heir => "heir",
            Self::Project => "project",
            Self::Scope => "scope",
            Self::Environment => "environment",
            Self::ExternalId(_) => "external_id",
            Self::Metadata(_) => "metadata",
            Self::Limit(field, _) => field.as_str(),
            Self::Restriction(kind, _) | Self::Unrestricted(kind) => kind.as_str(),
            Self::Permissions(_) => "permissions",
            Self::RotationInterval(_) => "rotate_every_days",
            Self::RotationDate(_) => "rotate_by",
            Self::RotationNote(_) => "note",
            Self::ApiPermissionLine { .. } | Self::NoApiPermissionLine => "lines",
            Self::RemovalNotConfirmed => "confirmed",
        }
    }

    /// A stable code for programs. No two faults of a field share one.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ApiKeyName(error)
            | Self::Description(error)
            | Self::ExternalId(error)
            | Self::RevocationReason(error)
            | Self::RotationNote(error)
            | Self::OrganizationName(error)
            | Self::PersonName(error)
            | Self::ProjectName(error) => text_code(*error),
            Self::ApiKeyNameTaken(_)
            | Self::ProjectNameTaken
            | Self::ApiPermissionNameTaken
            | Self::EmailAddressTaken => "taken",
            Self::ApiPermissionName(error) => api_permission_code(*error),
            Self::NoApiPermissionLine => "empty",
            Self::RemovalNotConfirmed => "not_confirmed",
            Self::ExpirationDate(error) | Self::RotationDate(error) => date_code(*error),
            Self::EmailAddress => "malformed",
            Self::RotationInterval(RotationIntervalError::OutOfRange) | Self::Limit(_, LimitError::OutOfRange) => {
                "out_of_range"
            }
            Self::RotationInterval(RotationIntervalError::LongerThanPolicy { .. }) => "longer_than_policy",
            Self::ApiKeyExpired => "key_ended",
            Self::Password(PasswordError::TooShort { .. }) => "too_short",
            Self::Password(PasswordError::TooLong { .. }) => "too_long",
            Self::Password(PasswordError::Guessable(_)) => "guessable",
            Self::MemberAlready => "already_member",
            Self::Role
            | Self::Heir
            | Self::Project
            | Self::Scope
            | Self::Environment
            | Self::Limit(_, LimitError::Unknown)
            | Self::Permissions(KeyPermissionsError::Unknown) => "unknown",
            Self::Limit(_, LimitError::BurstAboveLimit) => "above_limit",
            Self::Restriction(_, ListError::OtherScope) => "other_scope",
            Self::Restriction(_, ListError::TooMany { .. }) | Self::TooManyApiPermissions { .. } => "too_many",
            Self::Restriction(_, ListError::Entry { .. }) | Self::ApiPermissionLine { .. } => "malformed_entry",
            Self::Unrestricted(_) => "unrestricted",
            Self::Metadata(error) => metadata_code(error),
            Self::Permissions(KeyPermissionsError::Contradictory) => "contradictory",
            Self::Permissions(KeyPermissionsError::NotHeld) => "not_held",
            Self::Permissions(KeyPermissionsError::NotHeldByOwner) => "not_held_by_owner",
        }
    }
}

fn api_permission_code(error: ApiPermissionNameError) -> &'static str {
    match error {
        ApiPermissionNameError::Empty => "empty",
        ApiPermissionNameError::TooLong => "too_long",
        ApiPermissionNameError::ForbiddenCharacter => "forbidden_character",
        ApiPermissionNameError::Reserved => "reserved",
    }
}

fn date_code(error: ExpirationDateError) -> &'static str {
    match error {
        ExpirationDateError::Missing => "missing",
        ExpirationDateError::Malformed => "malformed",
        ExpirationDateError::InThePast { .. } => "in_the_past",
        ExpirationDateError::TooLate { .. } => "too_late",
    }
}

fn metadata_code(error: &MetadataError) -> &'static str {
    match error {
        MetadataError::TooLong { .. } => "too_long",
        MetadataError::Syntax { .. } => "malformed",
        MetadataError::NotAnObject => "not_an_object",
        MetadataError::Duplicate(_) => "duplicate_name",
        MetadataError::TooDeep => "too_deep",
    }
}

fn text_code(error: TextError) -> &'static str {
    match error {
        TextError::Empty => "empty",
        TextError::TooLong { .. } => "too_long",
        TextError::ForbiddenCharacter => "forbidden_character",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::api_key::restrictions::Kind;

    #[test]
    fn a_program_can_tell_the_faults_of_a_field_apart() {
        let of_key = [
            Fault::ApiKeyName(TextError::Empty),
            Fault::ApiKeyName(TextError::TooLong { max: 100 }),
            Fault::ApiKeyName(TextError::ForbiddenCharacter),
            Fault::ApiKeyNameTaken(None),
            Fault::ExpirationDate(ExpirationDateError::Missing),
            Fault::ExpirationDate(ExpirationDateError::Malformed),
            Fault::ApiKeyExpired,
            Fault::Restriction(Kind::AllowedNetworks, ListError::OtherScope),
            Fault::Restriction(Kind::AllowedNetworks, ListError::TooMany { max: 50 }),
            Fault::Unrestricted(Kind::AllowedNetworks),
            Fault::Unrestricted(Kind::TrustedDomains),
            Fault::Permissions(KeyPermissionsError::Contradictory),
            Fault::Permissions(KeyPermissionsError::Unknown),
            Fault::Permissions(KeyPermissionsError::NotHeld),
            Fault::Permissions(KeyPermissionsError::NotHeldByOwner),
            Fault::Project,
            Fault::Scope,
            Fault::RotationInterval(RotationIntervalError::OutOfRange),
            Fault::RotationInterval(RotationIntervalError::LongerThanPolicy { policy_days: 90 }),
            Fault::RotationDate(ExpirationDateError::Missing),
            Fault::RotationDate(ExpirationDateError::Malformed),
            Fault::Limit(LimitField::RateLimitChoice, LimitError::Unknown),
            Fault::Limit(LimitField::RateLimitBurst, LimitError::OutOfRange),
            Fault::Limit(LimitField::RateLimitBurst, LimitError::BurstAboveLimit),
            Fault::Limit(LimitField::Quota, LimitError::OutOfRange),
        ];
        let of_api_permission = [
            Fault::ApiPermissionName(ApiPermissionNameError::Empty),
            Fault::ApiPermissionName(ApiPermissionNameError::TooLong),
            Fault::ApiPermissionName(ApiPermissionNameError::ForbiddenCharacter),
            Fault::ApiPermissionName(ApiPermissionNameError::Reserved),
            Fault::ApiPermissionNameTaken,
            Fault::TooManyApiPermissions { left: 3 },
            Fault::RemovalNotConfirmed,
        ];
        let of_person = [Fault::EmailAddress, Fault::EmailAddressTaken, Fault::MemberAlready, Fault::Role, Fault::Heir];
        for faults in [&of_key[..], &of_person, &of_api_permission] {
            let named: BTreeSet<_> = faults.iter().map(|fault| (fault.field(), fault.code())).collect();
            assert_eq!(named.len(), faults.len(), "{named:?}");
            let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(named.iter().all(|(field, code)| is_plain(field) && is_plain(code)), "{named:?}");
        }
        assert_eq!((of_key[3].field(), of_key[3].code()), ("name", "taken"));
    }
}
