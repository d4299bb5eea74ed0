//! `column IN (…)` for many ids. The statement is the same for any number of them, so it is prepared once.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, Text},
    sqlite::Sqlite,
};

#[derive(Debug)]
pub(super) struct InList<C> {
    column: C,
    ids: String,
}

impl<C> InList<C> {
    pub fn new<'a>(column: C, ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self { column, ids: json_array(ids) }
    }
}

/// Formats ids as a JSON array. They need no escapes.
pub(super) fn json_array<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut list = String::from("[");
    for id in ids {
        list.extend([if list.len() == 1 { "\"" } else { ",\"" }, id, "\""]);
    }
    list.push(']');
    list
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for InList<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.ids)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for InList<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(ARRAY(SELECT json_array_elements_text(CAST(");
        out.push_bind_param::<Text, _>(&self.ids)?;
        out.push_sql(" AS json))))");
        Ok(())
    }
}

impl<C: QueryId> QueryId for InList<C> {
    type QueryId = InList<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C> Expression for InList<C> {
    type SqlType = Bool;
}

impl<C> ValidGrouping<()> for InList<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<T>, T> AppearsOnTable<T> for InList<C> {}
impl<C: SelectableExpression<T>, T> SelectableExpression<T> for InList<C> {}

/// Runs a query with an [`InList`] on either database.
macro_rules! load_on_either {
    ($conn:expr, $query:expr) => {
        match $conn {
            crate::store::Conn::Sqlite(sqlite) => $query.load(sqlite)?,
            crate::store::Conn::Postgres(postgres) => $query.load(postgres)?,
        }
    };
}
pub(super) use load_on_either;
