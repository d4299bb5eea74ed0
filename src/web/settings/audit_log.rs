//! The organization's audit log: newest events first, with filters in the address.

pub mod actors;
pub mod export;
mod filters;
pub mod search;

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use self::{
    actors::{ActorFilter, FIELD},
    filters::AuditFilters,
};
use super::{HOME, SETTINGS};
use crate::{
    app::{
        audit_chain,
        audit_log::{self, AuditPage, query::AuditQuery},
    },
    catalogue::Words,
    domain::{Permission, audit::EventPosition},
    http::form::Fields,
    web::{
        answer,
        error::Error,
        events::{self, EventRow},
        labels::{self, Moment},
        page::{Section, Shell},
        request_context::RequestContext,
    },
};

pub const PATH: &str = "/settings/audit-log";
const EXPORTS: [(&str, &str); 2] =
    [("csv", "/settings/audit-log/export.csv"), ("json", "/settings/audit-log/export.json")];

#[derive(Template)]
#[template(path = "settings/audit_log.html")]
struct AuditLogPage {
    shell: Shell,
    rows: Vec<EventRow>,
    filters: AuditFilters,
    pages: EventPages,
    /// When the chain was last verified.
    verified: Option<Moment>,
    /// Whether that found a fault.
    is_broken: bool,
    /// The list as a file: name of the format, and address. Empty for people who may not export.
    exports: Vec<(&'static str, String)>,
}

/// Links to the other pages, where they exist.
pub struct EventPages {
    pub newest: Option<String>,
    pub newer: Option<String>,
    pub older: Option<String>,
    pub oldest: Option<String>,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let mut fields = request.query_fields();
    let acted_by = fields.take(FIELD)?;
    let asked = read_query(&fields)?;
    let ActorFilter { query, unclear, is_found } = actors::resolve(&request, asked, acted_by).await?;
    if is_found {
        return Ok(request.redirect(&query.address(PATH, [])));
    }
    let wanted = query.clone();
    let (page, last) = request
        .read(move |conn, context, actor| {
            let page = audit_log::list(conn, context, actor, &wanted)?;
            Ok((page, audit_chain::last_verification(conn, &actor.person.organization_id)?))
        })
        .await?;
    let page = if unclear.is_some() { page.emptied() } else { page };
    let may_export = request.actor()?.may(Permission::ExportAuditLog, &request.policy());
    let exports = EXPORTS.into_iter().filter(|_| may_export);
    let status = if unclear.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    answer::render(
        status,
        &AuditLogPage {
            shell: request.page(request.say("audit-log"), Section::AuditLog, &[HOME, SETTINGS]),
            rows: events::rows(&request, &page)?,
            filters: AuditFilters::new(request.words(), &query, &page, unclear.as_ref()),
            pages: EventPages::new(&query, PATH, &page),
            verified: last.as_ref().map(|last| labels::ago(request.words(), last.at, request.now())),
            is_broken: last.is_some_and(|last| last.fault.is_some()),
            exports: exports.map(|(format, path)| (format, query.address(path, []))).collect(),
        },
    )
}

/// The query in the fields of an address.
pub fn read_query(fields: &Fields) -> Result<AuditQuery, Error> {
    Ok(AuditQuery::parse(fields.pairs())?)
}

impl EventPages {
    pub fn new(query: &AuditQuery, path: &str, page: &AuditPage) -> Self {
        let events = &page.events.events;
        let (newest, oldest) = (events.first().map(|event| &event.id), events.last().map(|event| &event.id));
        let (newer, older) = (newest.filter(|_| page.events.has_newer), oldest.filter(|_| page.events.has_older));
        let address = |position| query.page_address(path, &position);
        Self {
            newest: newer.map(|_| address(EventPosition::Newest)),
            newer: newer.map(|id| address(EventPosition::Before(id.clone()))),
            older: older.map(|id| address(EventPosition::After(id.clone()))),
            oldest: older.map(|_| address(EventPosition::Oldest)),
        }
    }

    pub fn is_only_one(&self) -> bool {
        self.newer.is_none() && self.older.is_none()
    }
}

/// "12 events", "More than 50 events"
fn found(words: Words, page: &AuditPage) -> String {
    let is_whole = !page.events.has_newer && !page.events.has_older;
    let (id, count) =
        if is_whole { ("audit-found", page.events.events.len()) } else { ("audit-found-more", audit_log::PAGE_SIZE) };
    words.say(id).with("count", count).into()
}
