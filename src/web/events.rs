//! Events of the audit log in the reader's language: a row with a sentence, who, when and where.

mod changes;
mod sentence;

use askama::{Template, filters::HtmlSafe};

use self::changes::EventChange;
use super::{
    html_message::HtmlMessage,
    labels::{self, Moment},
    request_context::RequestContext,
    settings::{
        developers::{api_keys, permissions},
        members, projects,
    },
};
use crate::{
    app::audit_log::{AuditPage, EventNames, LATEST, query::AuditQuery},
    catalogue::Words,
    domain::{
        Actor, ApiKeyId, Initiator, Permission, Policy, ProjectId, Timestamp, UserId,
        audit::{SubjectId, SubjectKind},
    },
    store::audit_events::PastEvent,
};

const AUDIT_LOG: &str = "/settings/audit-log";

/// A row of a table of events.
pub struct EventRow {
    pub id: String,
    pub action: String,
    pub at: Moment,
    pub sentence: HtmlMessage<'static>,
    pub actor: EventActor,
    pub address: Option<String>,
    pub changes: Vec<EventChange>,
    /// The exact time.
    pub exact: String,
    pub subject_id: String,
    pub request_id: Option<String>,
}

/// Who or what caused an event.
pub struct EventActor {
    /// A person.
    pub name: Option<String>,
    /// What it was, if it was not a person who is signed in.
    pub kind: Option<String>,
    /// The key that a program presented.
    pub through: Option<HtmlMessage<'static>>,
}

/// A name that somebody typed, with a link to its page if the reader may open it.
#[derive(Template)]
#[template(path = "ui/name.html")]
struct NameLink<'a> {
    name: &'a str,
    href: Option<String>,
}

impl HtmlSafe for NameLink<'_> {}

/// The latest events about one subject, on its own page.
pub struct History {
    pub rows: Vec<EventRow>,
    pub caption: String,
    /// The address of all of them, if the reader may see the audit log.
    pub all: Option<String>,
}

/// Describes events to one reader.
struct EventWords<'a> {
    words: Words,
    names: &'a EventNames,
    reader: &'a Actor,
    policy: &'a Policy,
}

/// The rows of a page of events.
pub fn rows(request: &RequestContext, page: &AuditPage) -> Result<Vec<EventRow>, super::error::Error> {
    let (reader, policy, now) = (request.actor()?, request.policy(), request.now());
    let describe = EventWords { words: request.words(), names: &page.names, reader: &reader, policy: &policy };
    Ok(page.events.events.iter().map(|event| describe.row(event, now)).collect())
}

impl History {
    pub fn new(request: &RequestContext, page: &AuditPage, subject: SubjectId) -> Result<Self, super::error::Error> {
        let may_see_all = request.actor()?.may(Permission::SeeAuditLog, &request.policy());
        Ok(Self {
            rows: rows(request, page)?,
            caption: request.words().say("api-key-history-caption").with("count", LATEST).into(),
            all: may_see_all.then(|| AuditQuery::about(subject).address(AUDIT_LOG, [])),
        })
    }
}

impl EventWords<'_> {
    fn row(&self, event: &PastEvent, now: Timestamp) -> EventRow {
        EventRow {
            id: event.id.to_string(),
            action: event.action.clone(),
            at: labels::ago(self.words, event.at, now),
            sentence: self.sentence(event),
            actor: self.actor(event),
            address: event.address.clone(),
            changes: self.changes(event),
            exact: labels::second(self.words, event.at),
            subject_id: event.subject_id.clone(),
            request_id: event.request_id.clone(),
        }
    }

    fn actor(&self, event: &PastEvent) -> EventActor {
        let kind = match &event.initiator {
            Some(Initiator::User(_) | Initiator::ApiKey { .. }) => None,
            Some(Initiator::CommandLine(_)) => Some("event-by-command-line"),
            Some(Initiator::Visitor) => Some("event-by-visitor"),
            Some(Initiator::Server) => Some("event-by-server"),
            None => Some("event-by-unknown"),
        };
        let credential = event.initiator.as_ref().and_then(Initiator::credential_id);
        EventActor {
            name: event.actor_id.as_ref().map(|id| self.person(id)),
            kind: kind.map(|kind| self.words.say(kind).into()),
            through: credential.map(|id| {
                let name = self.names.api_keys.get(id).map_or_else(|| id.to_string(), |key| key.name.clone());
                let link = NameLink { name: &name, href: self.api_key_page(id) };
                HtmlMessage::new(self.words.say("event-through-key")).with_markup("key", &link)
            }),
        }
    }

    /// The name of a person, or their id if the organization does not have them.
    fn person(&self, id: &UserId) -> String {
        self.names.people.get(id).map_or_else(|| id.to_string(), |person| person.name.clone())
    }

    /// The subject under the name that it had, with a link while it exists.
    fn subject(&self, event: &PastEvent) -> impl HtmlSafe {
        let name = event.subject_name.as_deref().unwrap_or(&event.subject_id);
        self.subject_named(event, name)
    }

    fn subject_named<'n>(&self, event: &PastEvent, name: &'n str) -> NameLink<'n> {
        NameLink { name, href: self.page_of(event) }
    }

    fn page_of(&self, event: &PastEvent) -> Option<String> {
        let id = event.subject_id.as_str();
        match event.subject_kind? {
            SubjectKind::ApiKey => self.api_key_page(&ApiKeyId::parse(id).ok()?),
            SubjectKind::ApiPermission => {
                let may_open = self.reader.may(Permission::ManageApiPermissions, self.policy);
                may_open.then(|| permissions::address_of(id))
            }
            SubjectKind::User => {
                let person = self.names.people.get(&UserId::parse(id).ok()?)?;
                let is_open = !person.is_removed && self.reader.may(Permission::SeeMembers, self.policy);
                is_open.then(|| format!("{}/{id}", members::PATH))
            }
            SubjectKind::Project => {
                let is_open = self.names.projects.contains_key(&ProjectId::parse(id).ok()?)
                    && self.reader.may(Permission::ManageProjects, self.policy);
                is_open.then(|| format!("{}/{id}", projects::PATH))
            }
            SubjectKind::Invitation | SubjectKind::Organization => None,
        }
    }

    fn api_key_page(&self, id: &ApiKeyId) -> Option<String> {
        let owner_id = self.names.api_keys.get(id)?.owner_id.as_ref()?;
        let may_see = *owner_id == self.reader.person.id || self.reader.may(Permission::SeeAllApiKeys, self.policy);
        may_see.then(|| format!("{}/{id}", api_keys::PATH))
    }
}
