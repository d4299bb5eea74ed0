//! Lists of keys: pages found by seeking, and counts, however many keys there are.

mod access_paths;
mod attribute_conditions;
mod conditions;
mod count;
mod indexes;
mod plan;
mod probes;
mod rotation;
mod rotation_conditions;
mod scan;
mod seek_key;
mod word_scan;

use std::collections::BTreeMap;

use diesel::prelude::*;

pub(super) use self::indexes::{LIVE_BY_ROTATION_DUE, LIVE_OF_PROJECT};
use self::{probes::Probes, scan::Window, seek_key::SeekKey};
use super::{
    NEVER, all_with_attributes,
    row::{ApiKeyRow, COLUMNS},
};
use crate::{
    domain::{
        ApiKey, ApiKeyId, Scope, Status, Timestamp,
        api_key::listing::{Column, Count, Criteria, Cursor, CursorValue, End, Filter, Order, Page, Position},
    },
    store::{
        Conn, Error,
        in_list::{InList, load_on_either},
        schema::api_keys,
    },
};

/// How many rows each step of a plan reads at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Keys of one part of a filter that are fetched and sorted. With more, the list is scanned in its order.
    pub fetch: i64,
    /// The same, multiplied by the number of parts, if there are several or the list is not sorted by creation. Of a
    /// million keys, fetching so many costs about as much as scanning until a page of them is found.
    pub fetch_combined: i64,
    /// Rows of the index of words that are read and intersected.
    pub word_rows: i64,
    /// Rows of an index that are sorted without reading the keys.
    pub index_rows: i64,
    /// Keys that are counted exactly.
    pub count: i64,
    /// Keys that are read to estimate how many pass.
    pub sample: usize,
    /// Up to so many keys a word is rare: they are fetched.
    pub rare: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fetch: 2_000,
            fetch_combined: 7_000,
            word_rows: 15_000,
            index_rows: 6_000,
            count: 1_000,
            sample: 1_000,
            rare: 150,
        }
    }
}

/// The time of a request, and the limits of its plans.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    pub now: Timestamp,
    pub limits: Limits,
}

impl From<Timestamp> for ReadOptions {
    fn from(now: Timestamp) -> Self {
        Self { now, limits: Limits::default() }
    }
}

/// What the rows of a list are ordered by. Status and scope are lists by creation, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SortKey {
    Name,
    Created,
    Expires,
    Used,
}

/// Reads the page at `position`, at most `size` keys.
pub fn page(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    position: &Position,
    size: usize,
    options: impl Into<ReadOptions>,
) -> Result<Page, Error> {
    Ok(read_page(conn, &mut Probes::new(filter, options.into()), order, position, size)?.0)
}

/// Reads a page, and counts the keys that pass the filter: exactly, or more than a number, if counting reads too many.
pub fn page_and_count(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    position: &Position,
    size: usize,
    options: impl Into<ReadOptions>,
) -> Result<(Page, Count), Error> {
    let mut probes = Probes::new(filter, options.into());
    let (page, counted) = read_page(conn, &mut probes, order, position, size)?;
    // The keys of the page, and one more if the page does not end the list in the direction of reading.
    let is_backwards = matches!(position, Position::Before(_) | Position::Last);
    let has_more = if is_backwards { page.has_previous } else { page.has_next };
    let known = i64::try_from(page.api_keys.len() + usize::from(has_more)).unwrap_or(i64::MAX);
    let count = match counted {
        Some(count) => Count::Exactly(count),
        None if !page.has_previous && !page.has_next => Count::Exactly(known),
        None => count::count(conn, &mut probes, known)?,
    };
    Ok((page, count))
}

/// Also returns the count of the list, if all of its keys were read.
fn read_page(
    conn: &mut Conn,
    probes: &mut Probes<'_>,
    order: Order,
    position: &Position,
    size: usize,
) -> Result<(Page, Option<i64>), Error> {
    let (cursor, backwards) = match position {
        Position::First => (None, false),
        Position::After(cursor) => (Some(cursor), false),
        Position::Before(cursor) => (Some(cursor), true),
        Position::Last => (None, true),
    };
    let ascending = order.descending == backwards;
    let (mut ids, count) = seek(conn, probes, order.column, ascending, cursor, size + 1)?;
    let has_more = ids.len() > size;
    ids.truncate(size);
    if backwards {
        ids.reverse();
    }
    let (has_previous, has_next) = if backwards { (has_more, cursor.is_some()) } else { (cursor.is_some(), has_more) };
    Ok((Page { api_keys: load(conn, &ids)?, has_previous, has_next }, count))
}

/// Lists the ids of the first `limit` keys that pass the filter, in order.
pub fn list_ids(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    limit: usize,
    options: impl Into<ReadOptions>,
) -> Result<Vec<ApiKeyId>, Error> {
    let mut probes = Probes::new(filter, options.into());
    let (ids, _) = seek(conn, &mut probes, order.column, !order.descending, None, limit)?;
    ids.iter().map(|id| ApiKeyId::parse(id).map_err(|_| Error::Corrupt("api_keys.id"))).collect()
}

/// Counts the keys that pass the filter: exactly, or more than a number, if counting reads too many.
pub fn count_up_to(conn: &mut Conn, filter: &Filter, options: impl Into<ReadOptions>) -> Result<Count, Error> {
    count::count(conn, &mut Probes::new(filter, options.into()), 0)
}

/// Finds the ids of the next keys after the cursor. Also returns the count of the list, if all of its keys were read.
fn seek(
    conn: &mut Conn,
    probes: &mut Probes<'_>,
    column: Column,
    ascending: bool,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<(Vec<String>, Option<i64>), Error> {
    let sort_key = match column {
        Column::Name => SortKey::Name,
        Column::Created | Column::Status | Column::Scope => SortKey::Created,
        Column::Expires => SortKey::Expires,
        Column::Used => SortKey::Used,
    };
    let (first_group, after) = cursor.map(seek_key_of).unzip();
    let Some(groups) = groups(probes.filter, column, ascending) else {
        let found = plan::find(conn, probes, Window { sort_key, ascending, after: after.as_ref(), limit })?;
        return Ok((found.seek_keys.into_iter().map(|key| key.id).collect(), found.count));
    };
    let mut ids = Vec::new();
    for (group, filter) in groups {
        let after = match first_group {
            Some(first) if group == first => after.as_ref(),
            Some(first) if (group < first) == ascending => continue,
            _ => None,
        };
        // The whole limit for each group, although fewer may do: so the statements stay the same.
        let window = Window { sort_key, ascending, after, limit };
        let found = plan::find(conn, &mut Probes::new(&filter, probes.options), window)?;
        ids.extend(found.seek_keys.into_iter().map(|key| key.id));
        if ids.len() >= limit {
            break;
        }
    }
    ids.truncate(limit);
    Ok((ids, None))
}

/// A list sorted by status or scope is several lists, one for each value. Returns their filters with their numbers.
fn groups(filter: &Filter, column: Column, ascending: bool) -> Option<Vec<(usize, Filter)>> {
    let criteria = &filter.criteria;
    let with = |criteria| Filter { criteria, ..filter.clone() };
    let mut groups: Vec<_> = match column {
        Column::Status => {
            let statuses = Status::ALL.into_iter().enumerate();
            let statuses = statuses.filter(|(_, status)| criteria.status.is_none_or(|wanted| wanted == *status));
            statuses
                .map(|(group, status)| (group, with(Criteria { status: Some(status), ..criteria.clone() })))
                .collect()
        }
        Column::Scope => {
            let scopes = Scope::ALL.into_iter().enumerate();
            let scopes = scopes.filter(|(_, scope)| criteria.scope.is_none_or(|wanted| wanted == *scope));
            scopes.map(|(group, scope)| (group, with(Criteria { scope: Some(scope), ..criteria.clone() }))).collect()
        }
        _ => return None,
    };
    if !ascending {
        groups.reverse();
    }
    Some(groups)
}

/// Returns the number of the cursor's group, and its seek key there.
fn seek_key_of(cursor: &Cursor) -> (usize, SeekKey) {
    let (group, text, number) = match &cursor.value {
        CursorValue::Name(name) => (0, name.clone(), 0),
        CursorValue::Instant(instant) | CursorValue::End(End::At(instant)) | CursorValue::Use(Some(instant)) => {
            (0, String::new(), instant.unix_micros())
        }
        CursorValue::End(End::Never) => (0, String::new(), NEVER),
        CursorValue::Use(None) => (0, String::new(), 0),
        CursorValue::Group(group, created) => (*group, String::new(), created.unix_micros()),
    };
    (group, SeekKey { text, number, id: cursor.id.as_str().to_owned() })
}

/// Loads the keys in the order of their ids. A key that was deleted in the meantime is missing.
fn load(conn: &mut Conn, ids: &[String]) -> Result<Vec<ApiKey>, Error> {
    let in_list = api_keys::table.filter(InList::new(api_keys::id, ids.iter().map(String::as_str))).select(COLUMNS);
    let rows: Vec<ApiKeyRow> = load_on_either!(conn, in_list);
    let mut rows: BTreeMap<String, ApiKeyRow> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    let rows = ids.iter().filter_map(|id| rows.remove(id)).collect();
    all_with_attributes(conn, rows)
}
