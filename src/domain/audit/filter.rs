//! Which events a list contains, and the cursors of its pages.

use time::{Date, Duration, PrimitiveDateTime, format_description::FormatItem, macros::format_description};

use super::{ActionGroup, SubjectKind, action};
use crate::domain::{ApiKeyId, AuditEventId, InvitationId, OrganizationId, ProjectId, Timestamp, UserId};

/// Whose events a list contains. Always those of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhoseEvents {
    Organization(OrganizationId),
    /// What this person did, and what was done to their account and their keys.
    Person(OrganizationId, UserId),
}

/// What people filter by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventCriteria {
    pub actor_id: Option<UserId>,
    pub action: Option<ActionFilter>,
    pub kind: Option<SubjectKind>,
    pub subject_id: Option<SubjectId>,
    pub via: Option<InitiatorKind>,
    /// The key that a program presented.
    pub credential_id: Option<ApiKeyId>,
    /// Inclusive.
    pub from: Option<EventTime>,
    /// Inclusive: the whole day or minute counts.
    pub to: Option<EventTime>,
}

/// An event, or a group of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionFilter {
    One(String),
    Group(ActionGroup),
}

/// The id of anything that events are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectId(String);

impl From<&ApiKeyId> for SubjectId {
    fn from(id: &ApiKeyId) -> Self {
        Self(id.to_string())
    }
}

impl From<&UserId> for SubjectId {
    fn from(id: &UserId) -> Self {
        Self(id.to_string())
    }
}

impl From<&ProjectId> for SubjectId {
    fn from(id: &ProjectId) -> Self {
        Self(id.to_string())
    }
}

/// By what an event came about: the kinds of [`super::Initiator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiatorKind {
    User,
    ApiKey,
    CommandLine,
    Visitor,
    Server,
}

/// A day or a minute, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTime {
    Day(Date),
    Minute(PrimitiveDateTime),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use YYYY-MM-DD or YYYY-MM-DDThh:mm, in UTC")]
pub struct EventTimeError;

/// Subjects that a search has found. An event is found by either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundSubjects {
    pub ids: Vec<String>,
    /// Names that a subject had at the time of the event, in lower-case ASCII.
    pub names: Vec<String>,
    /// Others match too, but were left out.
    pub has_more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFilter {
    pub whose: WhoseEvents,
    pub criteria: EventCriteria,
    /// None without a search.
    pub found: Option<FoundSubjects>,
}

/// A page of a list with the newest events first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EventPosition {
    #[default]
    Newest,
    /// Older than this event.
    After(AuditEventId),
    /// Newer than this event.
    Before(AuditEventId),
    Oldest,
}

impl WhoseEvents {
    pub fn organization_id(&self) -> &OrganizationId {
        match self {
            Self::Organization(id) | Self::Person(id, _) => id,
        }
    }
}

impl ActionFilter {
    pub fn parse(text: &str) -> Option<Self> {
        ActionGroup::parse(text).map(Self::Group).or_else(|| action::parse_action(text).map(Self::One))
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::One(name) => name,
            Self::Group(group) => group.as_str(),
        }
    }
}

impl SubjectId {
    pub fn parse(text: &str) -> Option<Self> {
        let is_known = ApiKeyId::parse(text).is_ok()
            || UserId::parse(text).is_ok()
            || ProjectId::parse(text).is_ok()
            || InvitationId::parse(text).is_ok()
            || OrganizationId::parse(text).is_ok();
        is_known.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl InitiatorKind {
    pub const ALL: [Self; 5] = [Self::User, Self::ApiKey, Self::CommandLine, Self::Server, Self::Visitor];

    /// The spelling of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::CommandLine => "command_line",
            Self::Visitor => "visitor",
            Self::Server => "server",
        }
    }

    /// The spelling in addresses.
    pub fn name(self) -> &'static str {
        if self == Self::User { "session" } else { self.as_str() }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl EventTime {
    const DAY: &'static [FormatItem<'static>] = format_description!("[year]-[month]-[day]");
    const MINUTE: &'static [FormatItem<'static>] = format_description!("[year]-[month]-[day]T[hour]:[minute]");

    /// Years from 1970 to 9998.
    pub fn parse(text: &str) -> Result<Self, EventTimeError> {
        let parsed = Date::parse(text, Self::DAY)
            .map(Self::Day)
            .or_else(|_| PrimitiveDateTime::parse(text, Self::MINUTE).map(Self::Minute))
            .map_err(|_| EventTimeError)?;
        let date = match parsed {
            Self::Day(date) => date,
            Self::Minute(minute) => minute.date(),
        };
        if (1970..=9998).contains(&date.year()) { Ok(parsed) } else { Err(EventTimeError) }
    }

    pub fn as_text(self) -> String {
        // Neither format can fail for a year of four digits.
        match self {
            Self::Day(date) => date.format(Self::DAY),
            Self::Minute(minute) => minute.format(Self::MINUTE),
        }
        .unwrap_or_default()
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        match self {
            Self::Day(date) => Timestamp::start_of(date),
            Self::Minute(minute) => minute.assume_utc().into(),
        }
    }

    /// The first instant after it.
    pub fn end(self) -> Timestamp {
        match self {
            Self::Day(_) => self.start().plus(Duration::DAY),
            Self::Minute(_) => self.start().plus(Duration::MINUTE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_or_a_minute() {
        let seconds = |text: &str| {
            let time = EventTime::parse(text).unwrap();
            assert_eq!(time.as_text(), text);
            (time.start().unix_micros() / 1_000_000, time.end().since(time.start()).whole_seconds())
        };
        assert_eq!(seconds("1970-01-02"), (86_400, 86_400));
        assert_eq!(seconds("1970-01-01T00:02"), (120, 60));
        for bad in [
            "",
            "today",
            "2026-02-30",
            "2026-2-3",
            "2026-11-21T24:00",
            "2026-11-21T12:00:00Z",
            "0000-01-01",
            "9999-12-31",
        ] {
            assert_eq!(EventTime::parse(bad), Err(EventTimeError), "{bad}");
        }
    }

    #[test]
    fn names_in_addresses_are_read_back() {
        assert!(InitiatorKind::ALL.into_iter().all(|kind| InitiatorKind::parse(kind.name()) == Some(kind)));
        for text in ["api_key.revoked", "api_key.painted", "sign_ins"] {
            assert_eq!(ActionFilter::parse(text).map(|filter| filter.as_str().to_owned()).as_deref(), Some(text));
        }
        assert_eq!(ActionFilter::parse("everything"), None);
        assert!(SubjectId::parse("user_06hb3s1q0000000000000000a0").is_some());
        assert!(
            SubjectId::parse("user_06hb3s1q").is_none()
                && SubjectId::parse("event_06hb3s1q0000000000000000a0").is_none()
        );
    }
}
