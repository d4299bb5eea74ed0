//! Places of keys in a list, and how many there are: what the statements of a list find.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};

use crate::store::{Conn, Error, sql::Sql};

/// What one key is sorted by: a text or a number, and then its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub(super) struct Place {
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    #[diesel(sql_type = Text)]
    pub id: String,
}

/// A place of one of several selections that are read as one.
#[derive(Debug, QueryableByName)]
pub(super) struct NumberedPlace {
    #[diesel(sql_type = BigInt)]
    pub selection: i64,
    #[diesel(embed)]
    pub place: Place,
}

#[derive(QueryableByName)]
pub(super) struct Counted {
    #[diesel(sql_type = BigInt)]
    pub visited: i64,
    #[diesel(sql_type = BigInt)]
    pub passed: i64,
}

/// How many rows there are.
pub(super) fn count_rows(conn: &mut Conn, rows: Sql) -> Result<i64, Error> {
    let is_kept = rows.is_kept();
    let counted = Sql::new("SELECT count(*) AS visited, count(*) AS passed FROM (").then_sql(rows).then(") c");
    Ok(counted.kept_if(is_kept).load::<Counted>(conn)?.first().map_or(0, |row| row.passed))
}

/// Selections of the same columns as one, each in its own order and with its own end, and with its number before it.
pub(super) fn numbered(selections: impl IntoIterator<Item = (i64, Sql)>) -> Sql {
    let mut are_kept = true;
    let numbered = selections.into_iter().map(|(number, selection)| {
        are_kept &= selection.is_kept();
        Sql::new(format!("SELECT CAST({number} AS BIGINT) AS selection, s{number}.* FROM ("))
            .then_sql(selection)
            .then(&format!(") s{number}"))
    });
    let all = Sql::joined(numbered, " UNION ALL ");
    all.kept_if(are_kept)
}
