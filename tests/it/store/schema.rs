//! The tables as the code has them, held against both databases.

use std::{collections::BTreeSet, fs, path::Path};

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use latchkey::store::{Database, Pool};

use crate::support::{Kind, TestDatabase};

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Text)]
    nullable: String,
}

/// `table.column Type` for every column in `src/store/schema.rs`.
fn in_code() -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs")).unwrap();
    let mut table = "";
    let mut columns = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, type_name)) = line.split_once(" -> ") {
            if !name.starts_with("diesel::") {
                columns.insert(format!("{table}.{name} {}", type_name.trim_end_matches(',')));
            }
        } else if let Some((name, "")) =
            line.split_once(" (").map(|(name, rest)| (name, rest.split_once(") {").map_or("x", |(_, rest)| rest)))
        {
            table = name;
        }
    }
    assert!(columns.len() > 40, "{columns:?}");
    columns
}

fn described(rows: Vec<ColumnRow>) -> BTreeSet<String> {
    let rows = rows.into_iter().filter(|row| row.table_name != "__diesel_schema_migrations");
    rows.map(|row| {
        let type_name = match row.type_name.to_lowercase().as_str() {
            "text" => "Text",
            "bigint" => "BigInt",
            "integer" => "Integer",
            other => panic!("{}.{} is {other}", row.table_name, row.column_name),
        };
        let type_name = if row.nullable == "YES" { format!("Nullable<{type_name}>") } else { type_name.to_owned() };
        format!("{}.{} {type_name}", row.table_name, row.column_name)
    })
    .collect()
}

#[test]
fn sqlite_has_the_tables_of_the_code() {
    let database = TestDatabase::create(Kind::Sqlite);
    Pool::open(&Database::parse(&database.url()).unwrap()).unwrap();
    let mut connection = SqliteConnection::establish(database.url().strip_prefix("sqlite:").unwrap()).unwrap();
    let rows = sql_query(
        "SELECT t.name AS table_name, c.name AS column_name, c.type AS type_name, \
         CASE c.\"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS nullable \
         FROM sqlite_master t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    );
    assert_eq!(described(rows.load(&mut connection).unwrap()), in_code());
}

#[test]
fn postgres_has_the_tables_of_the_code() {
    let database = TestDatabase::create(Kind::Postgres);
    Pool::open(&Database::parse(&database.url()).unwrap()).unwrap();
    let mut connection = PgConnection::establish(&database.url()).unwrap();
    let rows = sql_query(
        "SELECT table_name::text, column_name::text, data_type::text AS type_name, is_nullable::text AS nullable \
         FROM information_schema.columns WHERE table_schema = 'public'",
    );
    assert_eq!(described(rows.load(&mut connection).unwrap()), in_code());
}
