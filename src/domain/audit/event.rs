//! The events, each with its contents. A kind of subject has its own events.
//!
//! serde writes and reads them: the name is the tag `action`, the contents are the details. Names are stable:
//! `noun.past_participle`. A field that is added later needs a default, since earlier rows lack it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ApiKeyFields, Difference, SubjectKind};
use crate::domain::{ApiKeyId, Role, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    ApiKey(ApiKeyEvent),
    ApiPermission(ApiPermissionEvent),
    Invitation(InvitationEvent),
    Organization(OrganizationEvent),
    Project(ProjectEvent),
    User(UserEvent),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum ApiKeyEvent {
    #[serde(rename = "api_key.confirmed")]
    Confirmed,
    #[serde(rename = "api_key.created")]
    Created {
        #[serde(flatten)]
        fields: Box<ApiKeyFields>,
        #[serde(default)]
        needs_confirmation: bool,
        /// The key that this one takes the place of: nobody had copied its token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<ApiKeyId>,
    },
    #[serde(rename = "api_key.deleted")]
    Deleted,
    #[serde(rename = "api_key.disabled")]
    Disabled {
        /// When it is enabled again by itself.
        #[serde(default)]
        until: Option<Timestamp>,
    },
    #[serde(rename = "api_key.edited")]
    Edited(Difference),
    #[serde(rename = "api_key.enabled")]
    Enabled,
    /// Somebody presented a token after its end, and was refused. Recorded at most once a day.
    #[serde(rename = "api_key.ended_token_used")]
    EndedTokenUsed {
        token_hint: String,
        last_used_at: Timestamp,
        used_from: Option<String>,
        /// The service that reported the address and the agent.
        reported_by: Option<String>,
        agent: Option<String>,
        /// How often until then on that day.
        count_today: i64,
    },
    /// Its last day is over.
    #[serde(rename = "api_key.expired")]
    Expired,
    /// A new policy ends it earlier than before.
    #[serde(rename = "api_key.expiry_shortened")]
    ExpiryShortened(Difference),
    #[serde(rename = "api_key.handed_over")]
    HandedOver(Difference),
    /// Somebody reset what was used of its limits.
    #[serde(rename = "api_key.limits_reset")]
    LimitsReset,
    /// A pending key was removed because nobody confirmed it in time.
    #[serde(rename = "api_key.purged")]
    Purged,
    /// Its owner got an email about a date that is near or has passed.
    #[serde(rename = "api_key.reminder_sent")]
    ReminderSent {
        #[serde(default)]
        about: ReminderAbout,
        /// So many days before. 0 once the date of a rotation has passed.
        days: i64,
        email: String,
    },
    #[serde(rename = "api_key.renamed")]
    Renamed(Difference),
    /// Somebody ended the former token before its time.
    #[serde(rename = "api_key.overlap_ended")]
    OverlapEnded { hint: String },
    #[serde(rename = "api_key.revoked")]
    Revoked {
        #[serde(default)]
        reason: Option<String>,
        /// Set when the policy revoked it for this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unused_for_days: Option<i64>,
    },
    /// Somebody wants it rotated by a date.
    #[serde(rename = "api_key.rotation_marked")]
    RotationMarked {
        /// The end of that day.
        due_at: Timestamp,
        /// The due date of an earlier mark.
        #[serde(default)]
        before: Option<Timestamp>,
        /// The note in the email to the owner.
        #[serde(default)]
        note: Option<String>,
    },
    /// The new token was confirmed. `before` and `after` are the hints of the tokens.
    #[serde(rename = "api_key.rotated")]
    Rotated { before: String, after: String, former_ends_at: Timestamp },
    /// The new token was never confirmed, and nothing changed.
    #[serde(rename = "api_key.rotation_discarded")]
    RotationDiscarded,
    #[serde(rename = "api_key.rotation_started")]
    RotationStarted {
        /// Of the new token.
        hint: String,
        overlap_seconds: i64,
    },
    /// Its owner saw the token again.
    #[serde(rename = "api_key.token_shown")]
    TokenShown,
    /// Somebody looked at the details of another person's key.
    #[serde(rename = "api_key.viewed")]
    Viewed,
}

/// The date that an email reminds of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderAbout {
    /// The key expires.
    #[default]
    Expiry,
    /// The key is due for rotation.
    Rotation,
    /// The former token ends, and is still used.
    Overlap,
}

/// What happens to a permission of the organization's own API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum ApiPermissionEvent {
    #[serde(rename = "api_permission.created")]
    Created { description: String },
    /// Its description.
    #[serde(rename = "api_permission.changed")]
    Changed(Difference),
    #[serde(rename = "api_permission.removed")]
    Removed {
        description: String,
        /// The roles, people and keys that lost it because they had it by its name.
        roles: Vec<Role>,
        members: Vec<UserId>,
        api_keys: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum InvitationEvent {
    #[serde(rename = "member.invited")]
    Created,
    #[serde(rename = "invitation.accepted")]
    Accepted,
    /// The mail server refused the mail with its link.
    #[serde(rename = "invitation.mail_failed")]
    MailFailed,
    /// It was accepted, but another organization has an account with the address.
    #[serde(rename = "invitation.refused")]
    Refused,
    #[serde(rename = "invitation.revoked")]
    Revoked {
        /// A newer invitation takes its place.
        #[serde(default)]
        is_replaced: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum OrganizationEvent {
    /// Somebody exported a list of keys.
    #[serde(rename = "api_keys.exported")]
    ApiKeysExported {
        format: String,
        /// What the list was filtered and ordered by: the fields of its URL.
        #[serde(flatten)]
        query: BTreeMap<String, String>,
    },
    /// The operator moved old events to a file. The numbers are those of the first and the last of them.
    #[serde(rename = "audit_log.archived")]
    AuditLogArchived { first: i64, last: i64 },
    /// Somebody exported the audit log.
    #[serde(rename = "audit_log.exported")]
    AuditLogExported {
        format: String,
        /// What the log was filtered by: the fields of its URL.
        #[serde(flatten)]
        query: BTreeMap<String, String>,
    },
    #[serde(rename = "organization.created")]
    Created { name: String },
    /// The operator made it, or another one instead of it, the default: the one whose keys a verification accepts that
    /// names no organization.
    #[serde(rename = "organization.default_changed")]
    DefaultChanged { is_default: bool },
    /// The operator removed retired master keys that nothing depended on.
    #[serde(rename = "master_key.forgotten")]
    MasterKeysForgotten { versions: Vec<i32> },
    /// The operator replaced lost master keys. Tokens that depend on them no longer verify.
    #[serde(rename = "master_key.replaced")]
    MasterKeyReplaced { version: i32, lost: Vec<i32> },
    /// The operator made a new master key, and retired the previous one.
    #[serde(rename = "master_key.rotated")]
    MasterKeyRotated { version: i32, previous: i32 },
    /// The secret key file could not be written, so the previous master key is the current one again.
    #[serde(rename = "master_key.rotation_undone")]
    MasterKeyRotationUndone { version: i32 },
    #[serde(rename = "policy.changed")]
    PolicyChanged {
        #[serde(flatten)]
        difference: Difference,
        /// How many keys end earlier.
        #[serde(default)]
        shortened: usize,
        /// How many stored tokens were erased.
        #[serde(default)]
        tokens_erased: i64,
        /// From when on keys are revoked that nobody uses.
        #[serde(default)]
        unused_revoked_from: Option<Timestamp>,
    },
    /// What people with this role are granted of the organization's own API, before and after.
    #[serde(rename = "role.api_grants_changed")]
    RoleApiGrantsChanged {
        role: Role,
        #[serde(flatten)]
        difference: Difference,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum ProjectEvent {
    #[serde(rename = "project.archived")]
    Archived,
    #[serde(rename = "project.created")]
    Created,
    #[serde(rename = "project.renamed")]
    Renamed { before: String, after: String },
    /// No longer archived.
    #[serde(rename = "project.restored")]
    Restored,
}

/// What happens to an account, and to its person as a member of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum UserEvent {
    #[serde(rename = "user.created")]
    Created { name: String, email: String, role: Role },
    #[serde(rename = "user.email_changed")]
    EmailChanged { before: String, after: String },
    /// The server's operator vouched for the address.
    #[serde(rename = "user.email_confirmed")]
    EmailConfirmed { email: String },
    /// The account lost the address: nobody had proven it, and the mailbox's owner opened an invitation.
    #[serde(rename = "user.email_released")]
    EmailReleased { before: String, after: String },
    #[serde(rename = "user.password_changed")]
    PasswordChanged { sessions_ended: usize },
    /// With a link, not with the former password.
    #[serde(rename = "user.password_reset")]
    PasswordReset { sessions_ended: usize },
    #[serde(rename = "user.password_reset_requested")]
    PasswordResetRequested { expires_at: Timestamp },
    /// Somebody tried to register with the address of this account.
    #[serde(rename = "user.registration_refused")]
    RegistrationRefused,
    #[serde(rename = "user.renamed")]
    Renamed { before: String, after: String },
    #[serde(rename = "session.started")]
    SessionStarted {
        /// Nobody had signed in to the account with this browser.
        #[serde(default)]
        is_new_device: bool,
    },
    /// Several wrong passwords in a short time.
    #[serde(rename = "session.failures_began")]
    PasswordFailuresBegan(PasswordFailures),
    /// There were none for some time, or there were some for an hour.
    #[serde(rename = "session.failures_ended")]
    PasswordFailuresEnded(PasswordFailures),
    /// Somebody who is signed in typed the password again, for actions that require it.
    #[serde(rename = "session.password_confirmed")]
    PasswordConfirmed,
    #[serde(rename = "session.ended")]
    SessionEnded(EndedSession),
    /// What the person is granted of the organization's own API beside their role, before and after.
    #[serde(rename = "member.api_grants_changed")]
    ApiGrantsChanged(Difference),
    #[serde(rename = "member.disabled")]
    Disabled,
    #[serde(rename = "member.enabled")]
    Enabled,
    #[serde(rename = "member.removed")]
    Removed {
        role: Role,
        api_keys_revoked: usize,
        api_keys_handed_over: usize,
        #[serde(default)]
        handed_over_to: Option<UserId>,
    },
    #[serde(rename = "member.role_changed")]
    RoleChanged { before: Role, after: Role },
}

/// Wrong passwords for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordFailures {
    pub prompt: PasswordPrompt,
    pub count: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// The clients of the first ones.
    pub addresses: Vec<String>,
    /// Whether there were further clients.
    #[serde(default)]
    pub has_more_addresses: bool,
}

/// The page that asks for a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordPrompt {
    SignIn,
    /// For somebody who is signed in.
    Proof,
}

/// Which session of a person ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EndedSession {
    /// All but the one in which the person did it.
    Others { sessions_ended: usize },
    /// Another one, which began at this time, at this address.
    Other { began_at: Timestamp, address: Option<String> },
    /// The person signed out.
    Own {},
}

impl Event {
    /// Reads an event as the database keeps it. None for an event of a later version.
    pub fn parse(kind: SubjectKind, action: &str, mut details: Map<String, Value>) -> Option<Self> {
        details.insert("action".to_owned(), action.into());
        let event = Value::Object(details);
        match kind {
            SubjectKind::ApiKey => serde_json::from_value(event).map(Self::ApiKey),
            SubjectKind::ApiPermission => serde_json::from_value(event).map(Self::ApiPermission),
            SubjectKind::Invitation => serde_json::from_value(event).map(Self::Invitation),
            SubjectKind::Organization => serde_json::from_value(event).map(Self::Organization),
            SubjectKind::Project => serde_json::from_value(event).map(Self::Project),
            SubjectKind::User => serde_json::from_value(event).map(Self::User),
        }
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::{
        ApiKey, ApiKeyName, OrganizationId, Person, Project, ProjectId, ProjectName, Token, TokenLabel,
        audit::{ApiPermissionSubject, AuditSubject, OrganizationSubject, UserSubject},
    };

    /// What the database gives back for what it was given.
    fn read_back<S: AuditSubject>(subject: &S, event: &S::Event) -> Option<Event> {
        let (action, details) = subject.describe(event, Timestamp::from_unix_micros(0)).unwrap();
        let text = serde_json::to_string(&details).unwrap();
        assert!(action.contains('.') && !details.contains_key("action"), "{action} {text}");
        Event::parse(subject.subject().kind, &action, serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn an_event_is_read_back_as_it_was_recorded() {
        let (now, mut rng) = (Timestamp::from_unix_micros(1_764_000_000_000_000), StdRng::seed_from_u64(1));
        let organization_id = OrganizationId::generate(now, &mut rng);
        let user_id = UserId::generate(now, &mut rng);
        let owner = Person { id: user_id.clone(), organization_id: organization_id.clone(), role: Role::Owner };
        let (token, name) = (Token::generate(&TokenLabel::default(), &mut rng), ApiKeyName::parse("Shop").unwrap());
        let api_key = ApiKey::pending(ApiKeyId::generate(now, &mut rng), &owner, name, &token, now);
        let difference = Difference::of("name", "Shop", "Store").and("expires_at", Value::Null, now.to_string());
        let fields = Box::new(ApiKeyFields::from(&api_key));
        for event in [
            ApiKeyEvent::Confirmed,
            ApiKeyEvent::Created { fields, needs_confirmation: true, replaces: Some(api_key.id.clone()) },
            ApiKeyEvent::Disabled { until: Some(now) },
            ApiKeyEvent::EndedTokenUsed {
                token_hint: "vyCd".to_owned(),
                last_used_at: now,
                used_from: Some("10.0.0.7".to_owned()),
                reported_by: None,
                agent: Some("curl/8.5.0".to_owned()),
                count_today: 12,
            },
            ApiKeyEvent::Edited(difference.clone()),
            ApiKeyEvent::Revoked { reason: Some("Leaked".to_owned()), unused_for_days: Some(90) },
            ApiKeyEvent::RotationMarked { due_at: now, before: Some(now), note: Some("Leaver".to_owned()) },
        ] {
            assert_eq!(read_back(&api_key, &event), Some(Event::ApiKey(event.clone())));
        }
        let organization = OrganizationSubject { id: organization_id.clone(), name: None };
        let query = BTreeMap::from([("status".to_owned(), "active".to_owned())]);
        let permission = ApiPermissionSubject {
            organization_id: organization_id.clone(),
            name: crate::domain::ApiPermissionName::parse("invoices:read").unwrap(),
        };
        for event in [
            ApiPermissionEvent::Created { description: "See invoices".to_owned() },
            ApiPermissionEvent::Changed(difference.clone()),
            ApiPermissionEvent::Removed {
                description: String::new(),
                roles: vec![Role::Support],
                members: vec![user_id.clone()],
                api_keys: 3,
            },
        ] {
            assert_eq!(read_back(&permission, &event), Some(Event::ApiPermission(event.clone())));
        }
        for event in [
            OrganizationEvent::RoleApiGrantsChanged { role: Role::Member, difference: difference.clone() },
            OrganizationEvent::ApiKeysExported { format: "csv".to_owned(), query },
            OrganizationEvent::PolicyChanged {
                difference,
                shortened: 2,
                tokens_erased: 3,
                unused_revoked_from: Some(now),
            },
        ] {
            assert_eq!(read_back(&organization, &event), Some(Event::Organization(event.clone())));
        }
        let user = UserSubject { organization_id: organization_id.clone(), id: user_id.clone(), name: None };
        for event in [
            UserEvent::SessionEnded(EndedSession::Own {}),
            UserEvent::SessionEnded(EndedSession::Others { sessions_ended: 2 }),
            UserEvent::SessionEnded(EndedSession::Other { began_at: now, address: None }),
            UserEvent::RoleChanged { before: Role::Member, after: Role::Owner },
            UserEvent::Removed {
                role: Role::Member,
                api_keys_revoked: 1,
                api_keys_handed_over: 2,
                handed_over_to: Some(user_id),
            },
            UserEvent::SessionStarted { is_new_device: true },
            UserEvent::ApiGrantsChanged(Difference::of("api_grants", vec!["a:b"], vec!["a:*"])),
        ] {
            assert_eq!(read_back(&user, &event), Some(Event::User(event.clone())));
        }
        let (id, name) = (ProjectId::generate(now, &mut rng), ProjectName::parse("Shop").unwrap());
        let project = Project { id, organization_id, name, created_at: now, archived_at: None };
        let renamed = ProjectEvent::Renamed { before: "Shop".to_owned(), after: "Store".to_owned() };
        assert_eq!(read_back(&project, &renamed), Some(Event::Project(renamed.clone())));
    }

    #[test]
    fn an_event_of_a_later_version_is_none() {
        assert_eq!(Event::parse(SubjectKind::ApiKey, "api_key.painted", Map::new()), None);
        assert_eq!(Event::parse(SubjectKind::Project, "api_key.confirmed", Map::new()), None);
        assert_eq!(Event::parse(SubjectKind::ApiKey, "api_key.edited", Map::new()), None);
    }
}
