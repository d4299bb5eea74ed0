//! The filter as conditions of a statement.
//!
//! Numbers are compared with a plus sign in front of the column: it keeps both databases from choosing an index by such a
//! condition. What an index is to be used for is said beside, as a bound.

use super::Base;
use crate::domain::{
    Scope, Status, Timestamp,
    api_key::{
        listing::{Filter, InProject, Whose},
        search::{Search, Term, Terms},
    },
};
use crate::store::sql::Sql;

/// Stands after everything that begins with the text before it.
const AFTER_ALL: char = char::MAX;

/// All of the filter.
pub(super) fn conditions(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let mut all = besides_status(filter, now);
    all.extend(status(filter, now));
    all
}

/// All of it but the status.
pub(super) fn besides_status(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let mut all = vec![whose(filter)];
    all.extend(filter.project.as_ref().map(project));
    all.extend(filter.scope.map(scope));
    let end = filter.expires_before(now);
    all.extend(end.map(|end| Sql::new("+k.expires_at <= ?").with(end.unix_micros())));
    let since = filter.unused_since(now);
    all.extend(since.map(|since| Sql::new("+COALESCE(k.last_used_at, k.created_at) <= ?").with(since.unix_micros())));
    if let Some(search) = &filter.search {
        all.extend(found(search));
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

/// [`crate::domain::ApiKey::status`], and that the key is live when the filter asks for such.
fn status(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let now = now.unix_micros();
    let is_live = || Sql::new("k.revoked_at IS NULL AND +k.expires_at > ?").with(now);
    let mut all: Vec<Sql> = filter.is_of_live().then(is_live).into_iter().collect();
    all.extend(filter.status.map(|status| {
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

/// Between which values of the sorted column all keys lie that pass: above the first, up to the second.
pub(super) fn bounds(filter: &Filter, base: Base, now: Timestamp) -> (Option<i64>, Option<i64>) {
    let is_live = filter.is_of_live() || filter.status.is_some_and(Status::is_live);
    let (since, end) = (filter.unused_since(now), filter.expires_before(now));
    let (above, up_to) = match base {
        Base::Name => (None, None),
        Base::Created | Base::Used => (None, since),
        Base::Expires if filter.status == Some(Status::Expired) => (None, Some(now)),
        Base::Expires => (is_live.then_some(now), end),
    };
    (above.map(Timestamp::unix_micros), up_to.map(Timestamp::unix_micros))
}

fn found(search: &Search) -> Vec<Sql> {
    match search.terms() {
        Terms::NameBeginning(beginning) => vec![name_begins(beginning)],
        Terms::Words(terms) => terms.iter().map(contained).collect(),
    }
}

pub(super) fn name_begins(beginning: &str) -> Sql {
    let after = format!("{beginning}{AFTER_ALL}");
    Sql::new("k.name_folded >= ? AND k.name_folded < ?").with(beginning).with(after)
}

/// Terms are letters and digits: no sign that LIKE takes for something else.
fn contained(term: &Term) -> Sql {
    let like = |text: String| Sql::new("k.search_text LIKE ?").with(text);
    let begins = [Some(term.word().to_owned()), term.lookup()];
    let begins = begins.into_iter().flatten().map(|beginning| like(format!("% {beginning}%")));
    let is = term.hint().map(|hint| like(format!("% {hint} %")));
    Sql::joined(begins.chain(is), " OR ").in_parentheses()
}

/// The ids of the keys with a word that fits, one for each such word. A selection for each way to fit: with OR in between,
/// SQLite would read all the words of the organization.
pub(super) fn keys_with(organization_id: &str, term: &Term) -> Sql {
    let rows = fitting(term).into_iter().map(|fits| {
        Sql::new(
            "SELECT w.api_key_id AS id, w.created_at AS created_at FROM api_key_words w WHERE w.organization_id = ?",
        )
        .with(organization_id)
        .then(" AND ")
        .then_sql(fits.of("w"))
    });
    Sql::joined(rows, " UNION ALL ")
}

/// That the key of the word at hand has a word that fits too. Not EXISTS: PostgreSQL would gather all keys with such a
/// word first.
pub(super) fn has_too(term: &Term) -> Sql {
    let fitting = fitting(term).into_iter().map(|fits| {
        Sql::new("(SELECT 1 FROM api_key_words o WHERE o.api_key_id = w.api_key_id AND ")
            .then_sql(fits.of("o"))
            .then(" LIMIT 1) = 1")
    });
    Sql::joined(fitting, " OR ").in_parentheses()
}

/// The words that fit a term lie between two.
pub(super) struct Fitting {
    pub from: String,
    /// Not this one itself.
    pub until: String,
}

impl Fitting {
    fn of(&self, table: &str) -> Sql {
        let both = format!("{table}.word >= ? AND {table}.word < ?");
        Sql::new(both).with(self.from.as_str()).with(self.until.as_str())
    }
}

pub(super) fn fitting(term: &Term) -> Vec<Fitting> {
    let begins = |from: String| Fitting { until: format!("{from}{AFTER_ALL}"), from };
    let is = |word: String| Fitting { until: format!("{word}\u{1}"), from: word };
    let begin = [Some(begins(term.word().to_owned())), term.lookup().map(begins)];
    begin.into_iter().flatten().chain(term.hint().map(is)).collect()
}
