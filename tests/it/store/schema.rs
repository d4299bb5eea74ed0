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
         FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
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
         FROM information_schema.columns WHERE table_schema = 'public' AND is_generated = 'NEVER'",
    );
    assert_eq!(described(rows.load(&mut connection).unwrap()), in_code());
}

/// What the database answers in a column called `text`, of both databases, each with all tables.
fn lines_of_both(sqlite: &str, postgres: &str) -> [BTreeSet<String>; 2] {
    [(Kind::Sqlite, sqlite), (Kind::Postgres, postgres)].map(|(kind, query)| {
        let database = TestDatabase::create(kind);
        Pool::open(&Database::parse(&database.url()).unwrap()).unwrap();
        database.texts(query).into_iter().collect()
    })
}

#[test]
fn both_databases_have_the_same_indexes_and_foreign_keys() {
    let [sqlite, postgres] = lines_of_both(
        "SELECT tbl_name || ': ' || name AS text FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "SELECT tablename || ': ' || indexname AS text FROM pg_indexes WHERE schemaname = 'public' \
         AND indexname::text NOT IN (SELECT conname::text FROM pg_constraint)",
    );
    assert!(sqlite.len() > 30, "{sqlite:#?}");
    assert_eq!(sqlite, postgres);

    let [sqlite, postgres] = lines_of_both(
        "SELECT t.name || '.' || k.\"from\" || ' -> ' || k.\"table\" || '.' || k.\"to\" || ' ' || k.on_delete AS text \
         FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
        "SELECT c.conrelid::regclass || '.' || child.attname || ' -> ' || c.confrelid::regclass || '.' || parent.attname \
         || CASE c.confdeltype WHEN 'c' THEN ' CASCADE' ELSE ' NO ACTION' END AS text FROM pg_constraint c \
         JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = c.conkey[1] \
         JOIN pg_attribute parent ON parent.attrelid = c.confrelid AND parent.attnum = c.confkey[1] WHERE c.contype = 'f'",
    );
    assert!(sqlite.len() > 15, "{sqlite:#?}");
    assert_eq!(sqlite, postgres);
}

/// SQLite could extend a list only by creating its table again.
#[test]
fn no_table_lists_the_values_that_a_column_may_have() {
    let [sqlite, postgres] = lines_of_both(
        "SELECT name || ': ' || sql AS text FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%'",
        "SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE contype = 'c' \
         AND connamespace = 'public'::regnamespace",
    );
    assert_eq!(sqlite.len(), postgres.len(), "{sqlite:#?} {postgres:#?}");
    assert!(!sqlite.is_empty(), "tables with one row have a check");
    for check in sqlite {
        assert_eq!(check.matches("CHECK").count(), check.matches("CHECK (id = 1)").count(), "{check}");
    }
    for check in postgres {
        assert!(check.ends_with("CHECK ((id = 1))"), "{check}");
    }
}
