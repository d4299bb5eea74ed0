//! Statements that are put together while the program runs: which index serves a question depends on the filter, on
//! the order and on how many keys each filter lets pass. They are planned afresh every time, with the values at hand.

use diesel::{
    QueryableByName, RunQueryDsl,
    pg::Pg,
    sql_query,
    sql_types::{BigInt, Text},
    sqlite::Sqlite,
};

use crate::store::{Conn, Error};

#[derive(Clone, Debug)]
pub(in crate::store) enum Value {
    Text(String),
    Number(i64),
}

/// A condition or a longer part of a statement, with a `?` for each value.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Sql {
    text: String,
    values: Vec<Value>,
}

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

#[derive(QueryableByName)]
pub(super) struct Counted {
    #[diesel(sql_type = BigInt)]
    pub visited: i64,
    #[diesel(sql_type = BigInt)]
    pub passed: i64,
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
        Self { text: text.into(), values: Vec::new() }
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

    /// The parts, with `between` between them.
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
        macro_rules! load {
            ($conn:expr, $backend:ty, $text:expr) => {{
                let mut query = sql_query($text).into_boxed::<$backend>();
                for value in self.values {
                    query = match value {
                        Value::Text(text) => query.bind::<Text, _>(text),
                        Value::Number(number) => query.bind::<BigInt, _>(number),
                    };
                }
                Ok(query.load($conn)?)
            }};
        }
        match conn {
            Conn::Sqlite(sqlite) => load!(sqlite, Sqlite, self.text),
            Conn::Postgres(postgres) => load!(postgres, Pg, numbered(&self.text)),
        }
    }
}

/// `$1`, `$2` … instead of `?`.
fn numbered(text: &str) -> String {
    let mut parts = text.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |all, (index, part)| format!("{all}${}{part}", index + 1))
}
