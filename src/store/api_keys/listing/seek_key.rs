//! Seek keys (what a key is sorted by) and counts: the rows that the statements of a list return.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};

use crate::store::{Conn, Error, sql::Sql};

/// The sorted value of a key, a text or a number, then its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub(super) struct SeekKey {
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    #[diesel(sql_type = Text)]
    pub id: String,
}

/// A row of one of several selections that are read in one statement.
#[derive(Debug, QueryableByName)]
pub(super) struct NumberedRow {
    #[diesel(sql_type = BigInt)]
    pub selection: i64,
    #[diesel(embed)]
    pub seek_key: SeekKey,
}

#[derive(QueryableByName)]
pub(super) struct Counted {
    #[diesel(sql_type = BigInt)]
    pub visited: i64,
    #[diesel(sql_type = BigInt)]
    pub passed: i64,
}

pub(super) fn count_rows(conn: &mut Conn, rows: Sql) -> Result<i64, Error> {
    let is_cached = rows.is_cached();
    let counted = Sql::new("SELECT count(*) AS visited, count(*) AS passed FROM (").then_sql(rows).then(") c");
    Ok(counted.cached_if(is_cached).load::<Counted>(conn)?.first().map_or(0, |row| row.passed))
}

/// Joins selections of seek keys into one statement. Each keeps its own order and limit, and its rows get its number.
pub(super) fn union_all(selections: impl IntoIterator<Item = (i64, Sql)>) -> Sql {
    let mut are_cached = true;
    let numbered = selections.into_iter().map(|(number, selection)| {
        are_cached &= selection.is_cached();
        Sql::new(format!("SELECT CAST({number} AS BIGINT) AS selection, s{number}.* FROM ("))
            .then_sql(selection)
            .then(&format!(") s{number}"))
    });
    let all = Sql::joined(numbered, " UNION ALL ");
    all.cached_if(are_cached)
}
