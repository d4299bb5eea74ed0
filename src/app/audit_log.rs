//! The audit log: pages of events, with the names that a reader needs.

pub mod actors;
pub mod export;
mod names;
pub mod query;
mod search;

pub use names::{EventNames, NamedApiKey};

use self::query::AuditQuery;
use super::{Context, Error};
use crate::{
    domain::{
        Actor, Permission, UserId,
        audit::{EventCriteria, EventFilter, EventPosition, SubjectId, WhoseEvents},
    },
    store::{self, Conn, audit_events::EventPage},
};

/// Events per page.
pub const PAGE_SIZE: usize = 50;
/// Events on the page of a key, a member or a project.
pub const LATEST: usize = 10;

/// Events with the names that they refer to.
#[derive(Debug)]
pub struct AuditPage {
    pub events: EventPage,
    pub names: EventNames,
    /// The search matches more keys, people and projects than were searched for.
    pub has_more_subjects: bool,
}

impl AuditPage {
    /// The same page without events.
    #[must_use]
    pub fn emptied(self) -> Self {
        let events = EventPage { events: Vec::new(), has_newer: false, has_older: false };
        Self { events, ..self }
    }
}

/// A page of the organization's log. [`Error::NotFound`] if it has no such actor.
pub fn list(conn: &mut Conn, context: &Context, actor: &Actor, query: &AuditQuery) -> Result<AuditPage, Error> {
    authorize(actor, context, Permission::SeeAuditLog)?;
    let filter = organization_filter(conn, context, actor, query)?;
    page(conn, actor, &filter, &query.position, query.criteria.actor_id.as_ref())
}

/// A page of what the actor did, and of what was done to their account and their keys.
pub fn list_own(conn: &mut Conn, context: &Context, actor: &Actor, query: &AuditQuery) -> Result<AuditPage, Error> {
    authorize(actor, context, Permission::SeeOwnAuditEvents)?;
    let whose = WhoseEvents::Person(actor.person.organization_id.clone(), actor.person.id.clone());
    let filter = EventFilter { whose, criteria: query.criteria.clone(), found: None };
    page(conn, actor, &filter, &query.position, None)
}

/// The latest events about one subject, for its page. None if the actor may not see the audit log.
pub(super) fn find_latest(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    subject_id: &SubjectId,
) -> Result<Option<AuditPage>, Error> {
    let may_see = actor.may(Permission::SeeAuditLog, &context.policy);
    if may_see { list_latest(conn, actor, subject_id).map(Some) } else { Ok(None) }
}

/// The latest events about one subject. The caller has decided that the actor may see them.
pub(super) fn list_latest(conn: &mut Conn, actor: &Actor, subject_id: &SubjectId) -> Result<AuditPage, Error> {
    let criteria = EventCriteria { subject_id: Some(subject_id.clone()), ..EventCriteria::default() };
    let whose = WhoseEvents::Organization(actor.person.organization_id.clone());
    let filter = EventFilter { whose, criteria, found: None };
    let events = store::audit_events::list_page(conn, &filter, &EventPosition::Newest, LATEST)?;
    let names = EventNames::of(conn, &actor.person.organization_id, &events.events, None)?;
    Ok(AuditPage { events, names, has_more_subjects: false })
}

fn page(
    conn: &mut Conn,
    actor: &Actor,
    filter: &EventFilter,
    position: &EventPosition,
    selected: Option<&UserId>,
) -> Result<AuditPage, Error> {
    let events = store::audit_events::list_page(conn, filter, position, PAGE_SIZE)?;
    let names = EventNames::of(conn, &actor.person.organization_id, &events.events, selected)?;
    let has_more_subjects = filter.found.as_ref().is_some_and(|found| found.has_more);
    Ok(AuditPage { events, names, has_more_subjects })
}

/// The filter of the organization's log. [`Error::NotFound`] if it has no such actor.
fn organization_filter(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &AuditQuery,
) -> Result<EventFilter, Error> {
    let organization_id = &actor.person.organization_id;
    let EventCriteria { actor_id, .. } = &query.criteria;
    if let Some(id) = actor_id
        && store::owners::list_by_id(conn, organization_id, &[id])?.is_empty()
    {
        return Err(Error::NotFound);
    }
    let found = match &query.search {
        Some(search) => Some(search::find_subjects(conn, context, organization_id, search)?),
        None => None,
    };
    let whose = WhoseEvents::Organization(organization_id.clone());
    Ok(EventFilter { whose, criteria: query.criteria.clone(), found })
}

fn authorize(actor: &Actor, context: &Context, permission: Permission) -> Result<(), Error> {
    if actor.may(permission, &context.policy) { Ok(()) } else { Err(Error::Forbidden) }
}
