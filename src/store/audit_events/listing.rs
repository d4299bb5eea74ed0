//! Pages of the audit log, newest events first.
//!
//! Each index of events ends with the id, and ids sort by time. So every criterion has a scan that yields its events in
//! the order of the list. The scan with the fewest events is read until the page is full. A criterion with several
//! values has a scan for each, and the first events of all scans are merged.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};

use super::{AuditEventRow, PastEvent};
use crate::{
    domain::{
        ApiKeyId, AuditEventId, OrganizationId, Timestamp, UserId,
        audit::{
            ActionFilter, EventCriteria, EventFilter, EventPosition, FoundSubjects, InitiatorKind, SubjectId,
            SubjectKind, WhoseEvents, actions_about,
        },
    },
    store::{Conn, Error, sql::Sql},
};

/// Events of a scan that are counted to compare it with another.
const PROBED: i64 = 2_000;

/// Must be written as in the index.
const IS_API_KEY: &str = "subject_kind = 'api_key'";
const OWNER_ON_SQLITE: &str = "json_extract(details, '$.owner_id')";
const OWNER_ON_POSTGRES: &str = "(CAST(details AS json) ->> 'owner_id')";
const NAME_ON_SQLITE: &str = "lower(subject_name)";
const NAME_ON_POSTGRES: &str = "lower(subject_name COLLATE \"C\")";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPage {
    pub events: Vec<PastEvent>,
    pub has_newer: bool,
    pub has_older: bool,
}

/// Events that one index has in the order of the list.
struct EventScan {
    /// For SQLite, which knows no counts. PostgreSQL selects an index itself, since it knows how many events have a value.
    index: &'static str,
    condition: Sql,
}

/// Scans that together have every event of the filter.
struct Choice {
    criterion: Criterion,
    scans: Vec<EventScan>,
}

/// What the scans of a choice have already. Only criteria with many scans have a name: PostgreSQL would plan their
/// condition once more for each scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Criterion {
    Action,
    Found,
    Other,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct ProbedCount {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Choice {
    fn other(scans: Vec<EventScan>) -> Self {
        Self { criterion: Criterion::Other, scans }
    }
}

/// A page of at most `limit` events. A page before an event that would not be full is the first page.
pub fn list_page(
    conn: &mut Conn,
    filter: &EventFilter,
    position: &EventPosition,
    limit: usize,
) -> Result<EventPage, Error> {
    let is_ascending = matches!(position, EventPosition::Before(_) | EventPosition::Oldest);
    let mut events = read(conn, filter, position, limit + 1)?;
    let has_more = events.len() > limit;
    if matches!(position, EventPosition::Before(_)) && events.len() < limit {
        return list_page(conn, filter, &EventPosition::Newest, limit);
    }
    events.truncate(limit);
    if is_ascending {
        events.reverse();
    }
    let (has_newer, has_older) = match position {
        EventPosition::Newest => (false, has_more),
        EventPosition::After(_) => (true, has_more),
        EventPosition::Before(_) => (has_more, true),
        EventPosition::Oldest => (has_more, false),
    };
    Ok(EventPage { events, has_newer, has_older })
}

/// At most `limit` events that are older than `after`, newest first.
pub fn list_chunk(
    conn: &mut Conn,
    filter: &EventFilter,
    after: Option<&AuditEventId>,
    limit: usize,
) -> Result<Vec<PastEvent>, Error> {
    let position = after.map_or(EventPosition::Newest, |id| EventPosition::After(id.clone()));
    read(conn, filter, &position, limit)
}

/// In the direction of the position: ascending for the pages that are read backwards.
fn read(
    conn: &mut Conn,
    filter: &EventFilter,
    position: &EventPosition,
    limit: usize,
) -> Result<Vec<PastEvent>, Error> {
    let Choice { criterion, mut scans } = select(conn, filter)?;
    if scans.is_empty() {
        return Ok(Vec::new());
    }
    let (beyond, order) = match position {
        EventPosition::Newest => (None, "id DESC"),
        EventPosition::After(id) => (Some(Sql::new("id < ?").with(id.as_str())), "id DESC"),
        EventPosition::Before(id) => (Some(Sql::new("id > ?").with(id.as_str())), "id"),
        EventPosition::Oldest => (None, "id"),
    };
    let beyond = beyond.into_iter().collect();
    let conditions =
        Sql::joined([conditions(conn, filter, criterion), period(&filter.criteria), beyond].concat(), " AND ");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let first = |columns: &str, scan: EventScan| {
        Sql::new(format!("SELECT {columns} FROM audit_events"))
            .then(&hint(conn, scan.index))
            .then(" WHERE ")
            .then_sql(Sql::joined(
                [scan.condition, conditions.clone()].into_iter().filter(|sql| !sql.is_empty()),
                " AND ",
            ))
            .then(&format!(" ORDER BY {order} LIMIT ?"))
            .with(limit)
    };
    let columns = "id, at, actor_kind, actor_id, credential_id, action, subject_kind, subject_id, subject_name, \
                   details, address, request_id";
    let statement = if scans.len() == 1 {
        first(columns, scans.remove(0))
    } else {
        // An event that several scans have is one row.
        let parts = scans
            .into_iter()
            .map(|scan| Sql::new("SELECT * FROM ").then_sql(first("id", scan).in_parentheses()).then(" s"));
        Sql::new(format!("SELECT {columns} FROM audit_events WHERE id IN (SELECT id FROM ("))
            .then_sql(Sql::joined(parts, " UNION "))
            .then(&format!(") u ORDER BY {order} LIMIT ?"))
            .with(limit)
            .then(&format!(") ORDER BY {order}"))
    };
    let rows: Vec<AuditEventRow> = statement.load(conn)?;
    rows.into_iter().map(PastEvent::try_from).collect()
}

fn hint(conn: &Conn, index: &str) -> String {
    match conn {
        Conn::Sqlite(_) => format!(" INDEXED BY {index}"),
        Conn::Postgres(_) => String::new(),
    }
}

/// The choice with the fewest events.
fn select(conn: &mut Conn, filter: &EventFilter) -> Result<Choice, Error> {
    let mut choices = choices(conn, filter);
    if choices.len() < 2 {
        return Ok(choices.pop().unwrap_or_else(|| Choice::other(vec![of_organization(filter)])));
    }
    let mut best = (i64::MAX, Choice::other(Vec::new()));
    for choice in choices {
        let mut count = 0;
        for scan in &choice.scans {
            if count <= PROBED {
                count += probe(conn, filter, scan)?;
            }
        }
        if count < best.0 {
            best = (count, choice);
        }
    }
    Ok(best.1)
}

/// How many events a scan has, up to [`PROBED`].
fn probe(conn: &mut Conn, filter: &EventFilter, scan: &EventScan) -> Result<i64, Error> {
    let statement = Sql::new("SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM audit_events")
        .then(&hint(conn, scan.index))
        .then(" WHERE ")
        .then_sql(Sql::joined([scan.condition.clone()].into_iter().chain(period(&filter.criteria)), " AND "))
        .then(" LIMIT ?) s")
        .with(PROBED + 1);
    let rows: Vec<ProbedCount> = statement.load(conn)?;
    Ok(rows.first().map_or(0, |row| row.count))
}

/// One for each criterion that an index answers.
fn choices(conn: &Conn, filter: &EventFilter) -> Vec<Choice> {
    let EventCriteria { actor_id, action, kind, subject_id, via, credential_id, .. } = &filter.criteria;
    let equal = |index, column: &str, value: &str| {
        let condition = Sql::new(format!("{column} = ?")).with(value);
        EventScan { index, condition: in_organization(filter).then(" AND ").then_sql(condition) }
    };
    let by_action = |name: &str| equal("audit_events_by_action", "action", name);
    let mut choices: Vec<Choice> = Vec::new();
    if let Some(id) = subject_id {
        choices.push(Choice::other(vec![equal("audit_events_by_subject", "subject_id", id.as_str())]));
    }
    if let Some(id) = credential_id {
        choices.push(Choice::other(vec![equal("audit_events_by_credential", "credential_id", id.as_str())]));
    }
    if let Some(FoundSubjects { ids, names, .. }) = &filter.found {
        let name_column = name_column(conn);
        let of_names = names.iter().map(|name| equal("audit_events_by_name", name_column, name));
        let of_ids = ids.iter().map(|id| equal("audit_events_by_subject", "subject_id", id));
        choices.push(Choice { criterion: Criterion::Found, scans: of_ids.chain(of_names).collect() });
    }
    let of_actions = |scans| Choice { criterion: Criterion::Action, scans };
    match action {
        Some(ActionFilter::One(name)) => choices.push(of_actions(vec![by_action(name)])),
        Some(ActionFilter::Group(group)) => choices.push(of_actions(group.actions().map(by_action).collect())),
        None => {}
    }
    if let (Some(kind), None) = (kind, action) {
        choices.push(of_actions(actions_about(*kind).map(by_action).collect()));
    }
    if let Some(id) = actor_id {
        choices.push(Choice::other(vec![equal("audit_events_by_actor", "actor_id", id.as_str())]));
    }
    if let Some(via) = via {
        choices.push(Choice::other(vec![equal("audit_events_by_initiator", "actor_kind", via.as_str())]));
    }
    if let (WhoseEvents::Person(_, id), true) = (&filter.whose, choices.is_empty()) {
        choices.push(Choice::other(of_person(conn, filter, id)));
    }
    choices
}

fn of_organization(filter: &EventFilter) -> EventScan {
    EventScan { index: "audit_events_by_organization", condition: in_organization(filter) }
}

/// What a person did, what was done to their account, and what was done to their keys.
fn of_person(conn: &Conn, filter: &EventFilter, id: &UserId) -> Vec<EventScan> {
    let scan = |index, condition: &str| EventScan {
        index,
        condition: in_organization(filter).then(" AND ").then_sql(Sql::new(condition).with(id.as_str())),
    };
    let of_keys = format!("{IS_API_KEY} AND {} = ?", owner_column(conn));
    vec![
        scan("audit_events_by_actor", "actor_id = ?"),
        scan("audit_events_by_subject", "subject_id = ?"),
        scan("audit_events_by_owner", &of_keys),
    ]
}

/// Everything that the filter asks for, but for organization, period and what the scans have already. Each scan has all
/// of it, so that a bad plan costs time and never returns a wrong event.
fn conditions(conn: &Conn, filter: &EventFilter, of_scans: Criterion) -> Vec<Sql> {
    let EventCriteria { actor_id, action, kind, subject_id, via, credential_id, .. } = &filter.criteria;
    let equal = |column: &str, value: Option<&str>| value.map(|value| Sql::new(format!("{column} = ?")).with(value));
    let action = action.as_ref().filter(|_| of_scans != Criterion::Action).map(|action| match action {
        ActionFilter::One(name) => Sql::new("action = ?").with(name.as_str()),
        ActionFilter::Group(group) => {
            let names: Vec<_> = group.actions().map(|name| format!("'{name}'")).collect();
            Sql::new(format!("action IN ({})", names.join(", ")))
        }
    });
    let of_person = match &filter.whose {
        WhoseEvents::Organization(_) => None,
        WhoseEvents::Person(_, id) => {
            let any = format!("(actor_id = ? OR subject_id = ? OR ({IS_API_KEY} AND {} = ?))", owner_column(conn));
            Some(Sql::new(any).with(id.as_str()).with(id.as_str()).with(id.as_str()))
        }
    };
    let found = filter.found.as_ref().filter(|_| of_scans != Criterion::Found).map(|found| {
        let among = |column: &str, values: &[String]| {
            Sql::new(format!("{column} IN ({})", elements(conn))).with(serde_json::json!(values).to_string())
        };
        let (ids, names) = (among("subject_id", &found.ids), among(name_column(conn), &found.names));
        ids.then(" OR ").then_sql(names).in_parentheses()
    });
    [
        equal("actor_id", actor_id.as_ref().map(UserId::as_str)),
        action,
        equal("subject_kind", kind.map(SubjectKind::as_str)),
        equal("subject_id", subject_id.as_ref().map(SubjectId::as_str)),
        equal("actor_kind", via.map(InitiatorKind::as_str)),
        equal("credential_id", credential_id.as_ref().map(ApiKeyId::as_str)),
        of_person,
        found,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn in_organization(filter: &EventFilter) -> Sql {
    Sql::new("organization_id = ?").with(filter.whose.organization_id().as_str())
}

/// The id bounds the scan. The time is what counts.
fn period(criteria: &EventCriteria) -> Vec<Sql> {
    let bound = |sign: &str, instant: Timestamp| {
        Sql::new(format!("id {sign} ? AND at {sign} ?"))
            .with(AuditEventId::least_at(instant).as_str())
            .with(instant.unix_micros())
    };
    let from = criteria.from.map(|from| bound(">=", from.start()));
    from.into_iter().chain(criteria.to.map(|to| bound("<", to.end()))).collect()
}

/// The elements of a JSON array, as a subquery.
fn elements(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "SELECT value FROM json_each(?)",
        Conn::Postgres(_) => "SELECT json_array_elements_text(CAST(? AS json))",
    }
}

fn owner_column(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => OWNER_ON_SQLITE,
        Conn::Postgres(_) => OWNER_ON_POSTGRES,
    }
}

fn name_column(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => NAME_ON_SQLITE,
        Conn::Postgres(_) => NAME_ON_POSTGRES,
    }
}

/// At most `limit` of the names of subjects, in lower-case ASCII, that begin with `beginning`. Skips from name to name,
/// however many events a name has.
pub fn list_names(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    beginning: &str,
    limit: usize,
) -> Result<Vec<String>, Error> {
    let (column, hint) = (name_column(conn), hint(conn, "audit_events_by_name"));
    let mut names: Vec<String> = Vec::new();
    while names.len() < limit {
        let (sign, last) = names.last().map_or((">=", beginning), |last| (">", last.as_str()));
        let statement = Sql::new(format!("SELECT {column} AS name FROM audit_events{hint} WHERE organization_id = ?"))
            .with(organization_id.as_str())
            .then(&format!(" AND {column} {sign} ? ORDER BY {column} LIMIT 1"))
            .with(last)
            .cached_if(true);
        let rows: Vec<Named> = statement.load(conn)?;
        match rows.into_iter().next() {
            Some(Named { name }) if name.starts_with(beginning) => names.push(name),
            _ => break,
        }
    }
    Ok(names)
}
