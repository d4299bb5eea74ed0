//! Statements that are built at run time. Most are planned again each time, for their values.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    backend::Backend,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::Error as DieselError,
    serialize::ToSql,
    sql_types::{BigInt, HasSqlType, Text, Untyped},
    sqlite::Sqlite,
};

use super::{Conn, Error};
use crate::domain::{ApiKeyId, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
}

/// A part of a statement, with a `?` for each value.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    text: String,
    values: Vec<Value>,
    is_cached: bool,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Sql {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new(), is_cached: false }
    }

    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    #[must_use]
    pub fn then_sql(mut self, other: Self) -> Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
        self
    }

    /// Keeps the statement prepared. Only if one plan is best for all values and there are few such texts: each connection
    /// keeps all of them.
    #[must_use]
    pub fn cached_if(mut self, is_cached: bool) -> Self {
        self.is_cached = is_cached;
        self
    }

    pub fn is_cached(&self) -> bool {
        self.is_cached
    }

    /// Whether text and values are equal.
    pub fn is_same(&self, other: &Self) -> bool {
        self.text == other.text && self.values == other.values
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Joins the parts, with `between` between them.
    pub fn joined(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        parts.into_iter().reduce(|all, next| all.then(between).then_sql(next)).unwrap_or_default()
    }

    pub fn in_parentheses(self) -> Self {
        Self::new("(").then_sql(self).then(")")
    }

    pub fn load<Row>(self, conn: &mut Conn) -> Result<Vec<Row>, Error>
    where
        Row: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
    {
        Ok(match conn {
            Conn::Sqlite(sqlite) => RunQueryDsl::load(self, sqlite)?,
            Conn::Postgres(postgres) => RunQueryDsl::load(self, postgres)?,
        })
    }

    /// The number of rows that it has changed.
    pub fn execute_on(self, conn: &mut Conn) -> Result<usize, Error> {
        Ok(match conn {
            Conn::Sqlite(sqlite) => RunQueryDsl::execute(self, sqlite)?,
            Conn::Postgres(postgres) => RunQueryDsl::execute(self, postgres)?,
        })
    }
}

impl<DB> QueryFragment<DB> for Sql
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.is_cached {
            out.unsafe_to_cache_prepared();
        }
        let mut parts = self.text.split('?');
        // Otherwise the rest of the statement would be dropped, and conditions with it.
        if parts.clone().count() != self.values.len() + 1 {
            return Err(DieselError::QueryBuilderError("not one value for each `?`".into()));
        }
        out.push_sql(parts.next().unwrap_or_default());
        for (value, part) in self.values.iter().zip(parts) {
            match value {
                Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Value::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
            out.push_sql(part);
        }
        Ok(())
    }
}

impl Query for Sql {
    type SqlType = Untyped;
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for Sql {}

#[derive(QueryableByName)]
struct KeyAndOwner {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    owner_id: String,
}

/// Runs a statement that selects `id` and `owner_id` of keys.
pub(super) fn list_keys_and_owners(conn: &mut Conn, statement: Sql) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let rows: Vec<KeyAndOwner> = statement.load(conn)?;
    rows.into_iter()
        .map(|row| {
            let id = ApiKeyId::parse(&row.id).map_err(|_| Error::Corrupt("api_keys.id"))?;
            Ok((id, UserId::parse(&row.owner_id).map_err(|_| Error::Corrupt("api_keys.owner_id"))?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use diesel::{Connection as _, SqliteConnection};

    use super::*;

    #[test]
    fn a_statement_with_a_value_too_few_or_too_many_is_refused() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let statement = || Sql::new("SELECT 1 WHERE 1 = ? AND 2 = ?");
        assert!(statement().with(1).with(2).execute(&mut conn).is_ok());
        for wrong in [statement(), statement().with(1), statement().with(1).with(2).with(3)] {
            let outcome = wrong.execute(&mut conn);
            assert!(matches!(outcome, Err(DieselError::QueryBuilderError(_))), "{outcome:?}");
        }
    }
}
