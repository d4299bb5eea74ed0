//! Messages for invalid input.

use super::date;
use crate::{
    app::Fault,
    catalogue::Words,
    domain::{
        ApiPermissionName, ExpirationDateError, PasswordError, TextError,
        account::Guessable,
        api_key::{
            KeyPermissionsError,
            attributes::{Metadata, MetadataError},
            restrictions::{AppIdentifierError, EntryError, Kind, ListError, TrustedDomainError},
            rotation_schedule::RotationIntervalError,
        },
        api_permission::{ApiPermissionNameError, MAX_API_PERMISSIONS},
        key_limits::{self, LimitError},
        policy::ROTATION_DAYS,
    },
    web::html_message::{HtmlMessage, Markup},
};

/// The fault of one field of a form.
#[derive(Clone, Debug)]
pub struct FieldError {
    pub field: &'static str,
    pub message: Markup,
}

/// The message for a fault, with its field.
pub fn fault(words: Words, fault: &Fault) -> FieldError {
    FieldError { field: fault.field(), message: message(words, fault) }
}

fn message(words: Words, fault: &Fault) -> Markup {
    let id = match fault {
        Fault::ApiKeyName(error) | Fault::ProjectName(error) => {
            return text(words, "name", "fault-name-empty", *error);
        }
        Fault::Description(error) => return text(words, "description", "fault-description-empty", *error),
        Fault::RevocationReason(error) => return text(words, "reason", "fault-name-empty", *error),
        Fault::RotationNote(error) => return text(words, "note", "fault-name-empty", *error),
        Fault::OrganizationName(error) => return text(words, "name", "fault-organization-name-empty", *error),
        Fault::PersonName(error) => return text(words, "person", "fault-person-name-empty", *error),
        Fault::ExpirationDate(error) => return expiration_date(words, *error),
        Fault::Password(error) => return password(words, *error),
        Fault::ApiKeyNameTaken(Some(holder)) => {
            let text = words.say("fault-api-key-name-taken").with("status", holder.status.as_str());
            return HtmlMessage::new(text).verbatim("name", &holder.name).into();
        }
        Fault::ApiKeyNameTaken(None) => "fault-api-key-name-taken-meanwhile",
        Fault::EmailAddress => "fault-email",
        Fault::EmailAddressTaken => "fault-email-taken",
        Fault::Role => "fault-role",
        Fault::MemberAlready => "fault-member-already",
        Fault::Heir => "fault-heir",
        Fault::Project => "fault-project",
        Fault::ProjectNameTaken => "fault-project-name-taken",
        Fault::ApiKeyExpired => "fault-api-key-expired",
        Fault::Scope => "fault-scope",
        Fault::Environment => "fault-environment",
        Fault::ExternalId(error) => return text(words, "external-id", "fault-name-empty", *error),
        Fault::Metadata(error) => return metadata(words, error),
        Fault::Limit(_, LimitError::Unknown) => "fault-limit-unknown",
        Fault::Limit(field, LimitError::OutOfRange) => {
            let text = words.say("fault-limit-range").with("field", field.as_str());
            return text.with("max", i64::from(key_limits::MOST)).into();
        }
        Fault::Limit(_, LimitError::BurstAboveLimit) => "fault-limit-burst",
        Fault::Permissions(error) => permissions(*error),
        Fault::RotationInterval(error) => return rotation_interval(words, *error),
        Fault::RotationDate(error) => return rotation_date(words, *error),
        Fault::Unrestricted(kind) => return words.say("fault-unrestricted").with("kind", kind.as_str()).into(),
        Fault::Restriction(kind, error) => return restriction(words, *kind, error),
        Fault::ApiPermissionName(error) => return api_permission_name(words, *error),
        Fault::ApiPermissionNameTaken => "fault-api-permission-name-taken",
        Fault::TooManyApiPermissions { left } => {
            let text = words.say("fault-api-permissions-too-many").with("max", MAX_API_PERMISSIONS);
            return text.with("left", left).into();
        }
        Fault::ApiPermissionLine { line, entry, fault } => {
            let text = HtmlMessage::new(words.say("fault-restriction-line").with("line", *line));
            return text.verbatim("entry", entry).with_markup("reason", &message(words, fault)).into();
        }
        Fault::NoApiPermissionLine => "fault-api-permission-lines-empty",
        Fault::RemovalNotConfirmed => "fault-api-permission-removal",
    };
    words.say(id).into()
}

/// `what` identifies the text in the message.
fn text(words: Words, what: &'static str, when_empty: &'static str, error: TextError) -> Markup {
    match error {
        TextError::Empty => words.say(when_empty).into(),
        TextError::TooLong { max } => words.say("fault-too-long").with("what", what).with("max", max).into(),
        TextError::ForbiddenCharacter => words.say("fault-forbidden-character").with("what", what).into(),
    }
}

fn metadata(words: Words, error: &MetadataError) -> Markup {
    match error {
        MetadataError::TooLong { bytes } => {
            let text = words.say("fault-metadata-too-long").with("max", Metadata::MAX_BYTES);
            text.with("bytes", *bytes).into()
        }
        MetadataError::Syntax { line, column } => {
            words.say("fault-metadata-syntax").with("line", *line).with("column", *column).into()
        }
        MetadataError::NotAnObject => words.say("fault-metadata-not-an-object").into(),
        MetadataError::Duplicate(name) => {
            HtmlMessage::new(words.say("fault-metadata-duplicate")).verbatim("name", name).into()
        }
        MetadataError::TooDeep => words.say("fault-metadata-too-deep").with("max", Metadata::MAX_DEPTH).into(),
    }
}

fn api_permission_name(words: Words, error: ApiPermissionNameError) -> Markup {
    let id = match error {
        ApiPermissionNameError::Empty => "fault-name-empty",
        ApiPermissionNameError::TooLong => {
            let max = ApiPermissionName::MAX_LENGTH;
            return words.say("fault-too-long").with("what", "name").with("max", max).into();
        }
        ApiPermissionNameError::ForbiddenCharacter => "fault-api-permission-name",
        ApiPermissionNameError::Reserved => "fault-api-permission-name-reserved",
    };
    words.say(id).into()
}

fn restriction(words: Words, kind: Kind, error: &ListError) -> Markup {
    match error {
        ListError::OtherScope => words.say("fault-restriction-of-other-scope").with("kind", kind.as_str()).into(),
        ListError::TooMany { max } => words.say("fault-restriction-too-many").with("max", *max).into(),
        ListError::Entry { line, entry, reason } => {
            let text = words.say("fault-restriction-line").with("line", *line);
            HtmlMessage::new(text).verbatim("entry", entry).with("reason", words.say(entry_reason(*reason))).into()
        }
    }
}

fn entry_reason(reason: EntryError) -> &'static str {
    match reason {
        EntryError::TrustedDomain(TrustedDomainError::Name) => "fault-domain-name",
        EntryError::TrustedDomain(TrustedDomainError::Scheme) => "fault-domain-scheme",
        EntryError::TrustedDomain(TrustedDomainError::MoreThanAnOrigin) => "fault-domain-more-than-an-origin",
        EntryError::TrustedDomain(TrustedDomainError::Port) => "fault-domain-port",
        EntryError::TrustedDomain(TrustedDomainError::Wildcard) => "fault-domain-wildcard",
        EntryError::AppIdentifier(AppIdentifierError::Name) => "fault-app-name",
        EntryError::AppIdentifier(AppIdentifierError::Fingerprint) => "fault-app-fingerprint",
        EntryError::Network => "fault-network",
    }
}

fn permissions(error: KeyPermissionsError) -> &'static str {
    match error {
        KeyPermissionsError::Contradictory => "fault-permissions-contradictory",
        KeyPermissionsError::Unknown => "fault-permissions-unknown",
        KeyPermissionsError::NotHeld => "fault-permissions-not-held",
        KeyPermissionsError::NotHeldByOwner => "fault-permissions-not-held-by-owner",
    }
}

fn expiration_date(words: Words, error: ExpirationDateError) -> Markup {
    let text = match error {
        ExpirationDateError::Missing => words.say("fault-expiration-missing"),
        ExpirationDateError::Malformed => words.say("fault-expiration-malformed"),
        ExpirationDateError::InThePast { earliest } => {
            words.say("fault-expiration-in-the-past").with("earliest", date(words, earliest))
        }
        ExpirationDateError::TooLate { latest } => {
            words.say("fault-expiration-too-late").with("latest", date(words, latest))
        }
    };
    text.into()
}

fn rotation_interval(words: Words, error: RotationIntervalError) -> Markup {
    let text = match error {
        RotationIntervalError::OutOfRange => {
            let text = words.say("fault-rotation-interval").with("min", ROTATION_DAYS.start());
            text.with("max", ROTATION_DAYS.end())
        }
        RotationIntervalError::LongerThanPolicy { policy_days } => {
            words.say("fault-rotation-interval-policy").with("days", policy_days)
        }
    };
    text.into()
}

fn rotation_date(words: Words, error: ExpirationDateError) -> Markup {
    let text = match error {
        ExpirationDateError::Missing => words.say("fault-rotation-date-missing"),
        ExpirationDateError::Malformed => words.say("fault-rotation-date-malformed"),
        ExpirationDateError::InThePast { earliest } => {
            words.say("fault-rotation-date-past").with("earliest", date(words, earliest))
        }
        ExpirationDateError::TooLate { latest } => {
            words.say("fault-rotation-date-late").with("latest", date(words, latest))
        }
    };
    text.into()
}

fn password(words: Words, error: PasswordError) -> Markup {
    let text = match error {
        PasswordError::TooShort { min } => words.say("fault-password-too-short").with("min", min),
        PasswordError::TooLong { max } => words.say("fault-password-too-long").with("max", max),
        PasswordError::Guessable(Guessable::Common) => words.say("fault-password-common"),
        PasswordError::Guessable(Guessable::Personal) => words.say("fault-password-personal"),
        PasswordError::Guessable(Guessable::Pattern) => words.say("fault-password-pattern"),
    };
    text.into()
}
