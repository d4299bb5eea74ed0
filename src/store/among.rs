//! Whether a column is one of many ids, in a statement that is the same however many they are, and so is prepared once.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, Text},
    sqlite::Sqlite,
};

#[derive(Debug)]
pub(super) struct Among<C> {
    column: C,
    ids: String,
}

impl<C> Among<C> {
    pub fn new<'a>(column: C, ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self { column, ids: json_of(ids) }
    }
}

/// An array of JSON, of ids that need no escapes.
pub(super) fn json_of<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut list = String::from("[");
    for id in ids {
        list.extend([if list.len() == 1 { "\"" } else { ",\"" }, id, "\""]);
    }
    list.push(']');
    list
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.ids)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(ARRAY(SELECT json_array_elements_text(CAST(");
        out.push_bind_param::<Text, _>(&self.ids)?;
        out.push_sql(" AS json))))");
        Ok(())
    }
}

impl<C: QueryId> QueryId for Among<C> {
    type QueryId = Among<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C> ValidGrouping<()> for Among<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<T>, T> AppearsOnTable<T> for Among<C> {}
impl<C: SelectableExpression<T>, T> SelectableExpression<T> for Among<C> {}

/// Runs a query that has an [`Among`] on whichever database.
macro_rules! on_either {
    ($conn:expr, $query:expr) => {
        match $conn {
            crate::store::Conn::Sqlite(sqlite) => $query.load(sqlite)?,
            crate::store::Conn::Postgres(postgres) => $query.load(postgres)?,
        }
    };
}
pub(super) use on_either;
