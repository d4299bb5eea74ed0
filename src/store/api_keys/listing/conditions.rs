//! A filter as conditions of a statement.
//!
//! A plus sign before a column keeps both databases from using an index for that condition. The scan has the range of
//! its index as bounds.

use super::{SortKey, attribute_conditions, rotation_conditions};
use crate::domain::{
    Scope, Status, Timestamp,
    api_key::{
        listing::{Filter, InProject, Whose},
        search::{Search, Term, Terms},
    },
};
use crate::store::sql::Sql;

/// A text with this at its end sorts after all texts that begin with it.
const AFTER_ALL: char = char::MAX;

pub(super) fn conditions(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let mut all = besides_status(filter, now);
    all.extend(status(filter, now));
    all
}

pub(super) fn besides_status(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let mut all = vec![whose(filter)];
    all.extend(filter.criteria.project.as_ref().map(project));
    all.extend(filter.criteria.scope.map(scope));
    let end = filter.criteria.expires_before(now);
    all.extend(end.map(|end| Sql::new("+k.expires_at <= ?").with(end.unix_micros())));
    let since = filter.criteria.unused_since(now);
    all.extend(since.map(|since| Sql::new("+COALESCE(k.last_used_at, k.created_at) <= ?").with(since.unix_micros())));
    all.extend(rotation_conditions::is_due(filter, now));
    all.extend(filter.criteria.has_unused_permissions.then(|| has_unused_permissions(now)));
    all.extend(filter.criteria.environment.as_ref().map(attribute_conditions::environment));
    all.extend(filter.criteria.external_id.as_ref().map(attribute_conditions::external_id));
    if let Some(search) = &filter.criteria.search {
        all.extend(search_conditions(search));
    }
    all
}

pub(super) fn whose(filter: &Filter) -> Sql {
    match &filter.whose {
        Whose::Person(id) => Sql::new("k.owner_id = ?").with(id.as_str()),
        Whose::Organization(id) => Sql::new("k.organization_id = ?").with(id.as_str()),
    }
}

pub(super) fn project(project: &InProject) -> Sql {
    match project {
        InProject::None => Sql::new("k.project_id IS NULL"),
        InProject::This(id) => Sql::new("k.project_id = ?").with(id.as_str()),
    }
}

pub(super) fn scope(scope: Scope) -> Sql {
    Sql::new("k.scope = ?").with(scope.as_str())
}

/// That an active key is marked. A scalar subquery, so that PostgreSQL does not collect all marked keys first.
fn has_unused_permissions(now: Timestamp) -> Sql {
    Sql::new("(SELECT 1 FROM unused_permission_marks u WHERE u.api_key_id = k.id) = 1")
        .then(" AND k.confirmed_at IS NOT NULL AND (k.disabled_at IS NULL OR k.disabled_until <= ?)")
        .with(now.unix_micros())
}

/// [`crate::domain::ApiKey::status`] in SQL, and whether the key is live if the filter needs that.
fn status(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let now = now.unix_micros();
    let is_live = || Sql::new("k.revoked_at IS NULL AND +k.expires_at > ?").with(now);
    let mut all: Vec<Sql> = filter.criteria.is_of_live().then(is_live).into_iter().collect();
    all.extend(filter.criteria.status.map(|status| {
        match status {
            Status::Pending => is_live().then(" AND k.confirmed_at IS NULL"),
            Status::Active => is_live()
                .then(" AND k.confirmed_at IS NOT NULL AND (k.disabled_at IS NULL OR k.disabled_until <= ?)")
                .with(now),
            Status::Disabled => is_live()
                .then(" AND k.confirmed_at IS NOT NULL AND k.disabled_at IS NOT NULL")
                .then(" AND (k.disabled_until IS NULL OR k.disabled_until > ?)")
                .with(now),
            Status::Expired => Sql::new("k.revoked_at IS NULL AND +k.expires_at <= ?").with(now),
            Status::Revoked => Sql::new("k.revoked_at IS NOT NULL"),
        }
    }));
    all
}

/// The range of the sorted column in which all keys lie that pass: above the first value, up to the second.
pub(super) fn bounds(filter: &Filter, sort_key: SortKey, now: Timestamp) -> (Option<i64>, Option<i64>) {
    let is_live = filter.criteria.is_of_live() || filter.criteria.status.is_some_and(Status::is_live);
    let (since, end) = (filter.criteria.unused_since(now), filter.criteria.expires_before(now));
    let (above, up_to) = match sort_key {
        SortKey::Name => (None, None),
        SortKey::Created | SortKey::Used => (None, since),
        SortKey::Expires if filter.criteria.status == Some(Status::Expired) => (None, Some(now)),
        SortKey::Expires => (is_live.then_some(now), end),
    };
    (above.map(Timestamp::unix_micros), up_to.map(Timestamp::unix_micros))
}

fn search_conditions(search: &Search) -> Vec<Sql> {
    match search.terms() {
        Terms::Id(id) => vec![Sql::new("k.id = ?").with(id.as_str())],
        Terms::NameBeginning(beginning) => vec![name_begins(beginning)],
        Terms::Words(terms) => terms.iter().map(is_matched).collect(),
    }
}

pub(super) fn name_begins(beginning: &str) -> Sql {
    let after = format!("{beginning}{AFTER_ALL}");
    Sql::new("k.name_folded >= ? AND k.name_folded < ?").with(beginning).with(after)
}

/// Terms are letters and digits, so LIKE needs no escapes.
fn is_matched(term: &Term) -> Sql {
    let like = |text: String| Sql::new("k.search_text LIKE ?").with(text);
    let begins = [Some(term.word().to_owned()), term.lookup()];
    let begins = begins.into_iter().flatten().map(|beginning| like(format!("% {beginning}%")));
    let is = term.hint().map(|hint| like(format!("% {hint} %")));
    Sql::joined(begins.chain(is), " OR ").in_parentheses()
}

/// Selects the keys with a word that matches, one row for each such word. One selection for each kind of match: with
/// OR, SQLite would read all words of the organization.
pub(super) fn keys_with(organization_id: &str, term: &Term) -> Sql {
    let rows = word_ranges(term).into_iter().map(|range| {
        Sql::new(
            "SELECT w.api_key_id AS id, w.created_at AS created_at FROM api_key_words w WHERE w.organization_id = ?",
        )
        .with(organization_id)
        .then(" AND ")
        .then_sql(range.condition("w"))
    });
    Sql::joined(rows, " UNION ALL ")
}

/// That the key of the scanned word has a word of this term too. Not EXISTS: PostgreSQL would collect all keys with
/// such a word first.
pub(super) fn has_word_of(term: &Term) -> Sql {
    let ranges = word_ranges(term).into_iter().map(|range| {
        Sql::new("(SELECT 1 FROM api_key_words o WHERE o.api_key_id = w.api_key_id AND ")
            .then_sql(range.condition("o"))
            .then(" LIMIT 1) = 1")
    });
    Sql::joined(ranges, " OR ").in_parentheses()
}

/// Words that match a term, from the first to before the second.
pub(super) struct WordRange {
    pub from: String,
    pub until: String,
}

impl WordRange {
    fn condition(&self, table: &str) -> Sql {
        let both = format!("{table}.word >= ? AND {table}.word < ?");
        Sql::new(both).with(self.from.as_str()).with(self.until.as_str())
    }
}

/// A term matches the beginning of a word or of a lookup, and a whole hint.
pub(super) fn word_ranges(term: &Term) -> Vec<WordRange> {
    let beginning = |from: String| WordRange { until: format!("{from}{AFTER_ALL}"), from };
    let whole = |word: String| WordRange { until: format!("{word}\u{1}"), from: word };
    let beginnings = [Some(beginning(term.word().to_owned())), term.lookup().map(beginning)];
    beginnings.into_iter().flatten().chain(term.hint().map(whole)).collect()
}
