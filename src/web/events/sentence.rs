//! The sentence of an event. The match is exhaustive: an event without a sentence does not compile.

use askama::filters::HtmlSafe;
use serde_json::Value;

use super::{EventWords, NameLink, changes};
use crate::{
    domain::{
        ApiKeyEvent, ApiPermissionEvent, InvitationEvent, OrganizationEvent, ProjectEvent, Role, UserEvent, UserId,
        audit::{Difference, EndedSession, Event, ReminderAbout},
    },
    store::audit_events::PastEvent,
    web::{html_message::HtmlMessage, labels},
};

type Sentence = HtmlMessage<'static>;

impl EventWords<'_> {
    /// What happened, without who did it. An event of a later version has only its name.
    pub(super) fn sentence(&self, past: &PastEvent) -> Sentence {
        match &past.event {
            Some(Event::ApiKey(event)) => self.of_api_key(past, event),
            Some(Event::ApiPermission(event)) => self.of_api_permission(past, event),
            Some(Event::Invitation(event)) => self.of_invitation(past, event),
            Some(Event::Organization(event)) => self.of_organization(past, event),
            Some(Event::Project(event)) => self.of_project(past, event),
            Some(Event::User(event)) => self.of_user(past, event),
            None => self.about(past, "event-unknown").with("action", &past.action),
        }
    }

    fn say(&self, id: &'static str) -> Sentence {
        HtmlMessage::new(self.words.say(id))
    }

    /// A sentence about the subject.
    fn about(&self, past: &PastEvent, id: &'static str) -> Sentence {
        self.say(id).with_markup("subject", &self.subject(past))
    }

    fn of_api_key(&self, past: &PastEvent, event: &ApiKeyEvent) -> Sentence {
        let about = |id| self.about(past, id);
        match event {
            ApiKeyEvent::Confirmed => about("event-api-key-confirmed"),
            ApiKeyEvent::Created { .. } => about("event-api-key-created"),
            ApiKeyEvent::Deleted => about("event-api-key-deleted"),
            ApiKeyEvent::Disabled { until: None } => about("event-api-key-disabled"),
            ApiKeyEvent::Disabled { until: Some(until) } => {
                about("event-api-key-paused").with("until", labels::minute(self.words, *until).text)
            }
            ApiKeyEvent::Edited(difference) => about("event-api-key-edited").with("fields", self.fields_of(difference)),
            ApiKeyEvent::Enabled => about("event-api-key-enabled"),
            ApiKeyEvent::Expired => about("event-api-key-expired"),
            ApiKeyEvent::ExpiryShortened(_) => about("event-api-key-expiry-shortened"),
            ApiKeyEvent::HandedOver(difference) => {
                let (before, after) = self.owners_of(difference);
                about("event-api-key-handed-over")
                    .with_markup("before", &plain(&before))
                    .with_markup("after", &plain(&after))
            }
            ApiKeyEvent::LimitsReset => about("event-api-key-limits-reset"),
            ApiKeyEvent::EndedTokenUsed { .. } => about("event-api-key-ended-token-used"),
            ApiKeyEvent::OverlapEnded { .. } => about("event-api-key-overlap-ended"),
            ApiKeyEvent::Rotated { former_ends_at, .. } => {
                about("event-api-key-rotated").with("until", labels::minute(self.words, *former_ends_at).text)
            }
            ApiKeyEvent::RotationDiscarded => about("event-api-key-rotation-discarded"),
            ApiKeyEvent::RotationStarted { .. } => about("event-api-key-rotation-started"),
            ApiKeyEvent::Purged => about("event-api-key-purged"),
            ApiKeyEvent::ReminderSent { about: reminded, email, .. } => {
                let id = match reminded {
                    ReminderAbout::Expiry => "event-api-key-reminder-sent",
                    ReminderAbout::Rotation => "event-api-key-rotation-reminder-sent",
                    ReminderAbout::Overlap => "event-api-key-overlap-reminder-sent",
                };
                about(id).with_markup("email", &plain(email))
            }
            ApiKeyEvent::RotationMarked { due_at, .. } => {
                let day = labels::last_day(self.words, *due_at).text;
                about("event-api-key-rotation-marked").with("date", day)
            }
            ApiKeyEvent::Renamed(difference) => {
                let name = |fields: &serde_json::Map<_, Value>| changes::text_of(fields.get("name"));
                self.renamed(past, "event-api-key-renamed", &name(&difference.before), &name(&difference.after))
            }
            ApiKeyEvent::Revoked { unused_for_days: Some(days), .. } => {
                about("event-api-key-revoked-unused").count("count", days)
            }
            ApiKeyEvent::Revoked { reason: Some(reason), .. } => {
                about("event-api-key-revoked-because").with_markup("reason", &plain(reason))
            }
            ApiKeyEvent::Revoked { .. } => about("event-api-key-revoked"),
            ApiKeyEvent::TokenShown => about("event-api-key-token-shown"),
            ApiKeyEvent::Viewed => about("event-api-key-viewed"),
        }
    }

    fn of_api_permission(&self, past: &PastEvent, event: &ApiPermissionEvent) -> Sentence {
        match event {
            ApiPermissionEvent::Created { .. } => self.about(past, "event-api-permission-created"),
            ApiPermissionEvent::Changed(_) => self.about(past, "event-api-permission-changed"),
            ApiPermissionEvent::Removed { .. } => self.about(past, "event-api-permission-removed"),
        }
    }

    fn of_invitation(&self, past: &PastEvent, event: &InvitationEvent) -> Sentence {
        match event {
            InvitationEvent::Created => {
                let role = past.details.get("role").and_then(Value::as_str).and_then(|role| Role::parse(role).ok());
                self.about(past, "event-invitation-created").with("role", self.role(role))
            }
            InvitationEvent::Accepted => self.about(past, "event-invitation-accepted"),
            InvitationEvent::MailFailed => self.about(past, "event-invitation-mail-failed"),
            InvitationEvent::Refused => self.about(past, "event-invitation-refused"),
            InvitationEvent::Revoked { is_replaced: true } => self.about(past, "event-invitation-replaced"),
            InvitationEvent::Revoked { is_replaced: false } => self.about(past, "event-invitation-revoked"),
        }
    }

    fn of_organization(&self, past: &PastEvent, event: &OrganizationEvent) -> Sentence {
        match event {
            OrganizationEvent::ApiKeysExported { format, .. } => {
                self.say("event-api-keys-exported").with("format", format.to_uppercase())
            }
            OrganizationEvent::AuditLogExported { format, .. } => {
                self.say("event-audit-log-exported").with("format", format.to_uppercase())
            }
            OrganizationEvent::AuditLogArchived { first, last } => {
                self.say("event-audit-log-archived").count("first", first).count("last", last)
            }
            OrganizationEvent::Created { name } => {
                self.say("event-organization-created").with_markup("subject", &plain(name))
            }
            OrganizationEvent::DefaultChanged { is_default: true } => self.about(past, "event-organization-default"),
            OrganizationEvent::DefaultChanged { is_default: false } => {
                self.about(past, "event-organization-not-default")
            }
            OrganizationEvent::MasterKeysForgotten { .. } => self.say("event-master-keys-forgotten"),
            OrganizationEvent::MasterKeyReplaced { .. } => self.say("event-master-key-replaced"),
            OrganizationEvent::MasterKeyRotated { .. } => self.say("event-master-key-rotated"),
            OrganizationEvent::MasterKeyRotationUndone { .. } => self.say("event-master-key-rotation-undone"),
            OrganizationEvent::RoleApiGrantsChanged { role, .. } => {
                self.say("event-role-api-grants-changed").with("role", self.role(Some(*role)))
            }
            OrganizationEvent::PolicyChanged { difference, .. } => {
                self.say("event-policy-changed").with("fields", self.fields_of(difference))
            }
        }
    }

    fn of_project(&self, past: &PastEvent, event: &ProjectEvent) -> Sentence {
        match event {
            ProjectEvent::Archived => self.about(past, "event-project-archived"),
            ProjectEvent::Created => self.about(past, "event-project-created"),
            ProjectEvent::Renamed { before, after } => self.renamed(past, "event-project-renamed", before, after),
            ProjectEvent::Restored => self.about(past, "event-project-restored"),
        }
    }

    fn of_user(&self, past: &PastEvent, event: &UserEvent) -> Sentence {
        let about = |id| self.about(past, id);
        match event {
            UserEvent::Created { role, .. } => about("event-user-created").with("role", self.role(Some(*role))),
            UserEvent::EmailChanged { before, after } => about("event-user-email-changed")
                .with_markup("before", &plain(before))
                .with_markup("after", &plain(after)),
            UserEvent::EmailConfirmed { email } => {
                about("event-user-email-confirmed").with_markup("email", &plain(email))
            }
            UserEvent::EmailReleased { before, .. } => {
                about("event-user-email-released").with_markup("email", &plain(before))
            }
            UserEvent::PasswordChanged { .. } => about("event-user-password-changed"),
            UserEvent::PasswordReset { .. } => about("event-user-password-reset"),
            UserEvent::PasswordResetRequested { .. } => about("event-user-password-reset-requested"),
            UserEvent::RegistrationRefused => about("event-user-registration-refused"),
            UserEvent::Renamed { before, after } => self.renamed(past, "event-user-renamed", before, after),
            UserEvent::ApiGrantsChanged(_) => about("event-member-api-grants-changed"),
            UserEvent::Disabled => about("event-member-disabled"),
            UserEvent::Enabled => about("event-member-enabled"),
            UserEvent::Removed { role, .. } => about("event-member-removed").with("role", self.role(Some(*role))),
            UserEvent::RoleChanged { before, after } => about("event-member-role-changed")
                .with("before", self.role(Some(*before)))
                .with("after", self.role(Some(*after))),
            UserEvent::SessionStarted { is_new_device: false } => self.say("event-session-started"),
            UserEvent::SessionStarted { is_new_device: true } => self.say("event-session-started-new-device"),
            UserEvent::PasswordFailuresBegan(failures) => {
                about("event-session-failures-began").count("count", i64::from(failures.count))
            }
            UserEvent::PasswordFailuresEnded(failures) => {
                about("event-session-failures-ended").count("count", i64::from(failures.count))
            }
            UserEvent::PasswordConfirmed => self.say("event-session-password-confirmed"),
            UserEvent::SessionEnded(ended) => self.of_ended_session(ended),
        }
    }

    fn of_ended_session(&self, ended: &EndedSession) -> Sentence {
        match ended {
            EndedSession::Own {} => self.say("event-session-ended"),
            EndedSession::Others { sessions_ended } => {
                self.say("event-session-ended-others").count("count", count(*sessions_ended))
            }
            EndedSession::Other { began_at, .. } => {
                self.say("event-session-ended-other").with("began", labels::minute(self.words, *began_at).text)
            }
        }
    }

    /// From the name before to the subject under its new name.
    fn renamed(&self, past: &PastEvent, id: &'static str, before: &str, after: &str) -> Sentence {
        self.say(id).with_markup("before", &plain(before)).with_markup("subject", &self.subject_named(past, after))
    }

    fn role(&self, role: Option<Role>) -> String {
        role.map(|role| labels::role(self.words, role)).unwrap_or_default()
    }

    /// The names of the fields that differ: "Description, Expires".
    fn fields_of(&self, difference: &Difference) -> String {
        let labels = difference.after.keys().map(|field| changes::label(self.words, field));
        labels.collect::<Vec<_>>().join(", ")
    }

    fn owners_of(&self, difference: &Difference) -> (String, String) {
        let name = |value: Option<&Value>| {
            let id = changes::text_of(value);
            UserId::parse(&id).map_or(id, |id| self.person(&id))
        };
        (name(difference.before.get("owner_id")), name(difference.after.get("owner_id")))
    }
}

/// A name or an address without a link.
fn plain(name: &str) -> impl HtmlSafe {
    NameLink { name, href: None }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
