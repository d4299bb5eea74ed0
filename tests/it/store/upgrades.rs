//! Databases of every earlier schema, with data, opened by this version: nothing is lost, and all of it still works.
//!
//! `upgrades/NUMBER.sql` puts data into what step NUMBER has added, as a release of that time stored it. A new step that
//! adds a table gets such a file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
};

use latchkey::{
    app::audit_chain,
    domain::{ApiKeyId, OrganizationId},
    store::{self, Database, Pool},
};

use crate::support::{Kind, PASSWORD, TestApp, TestDatabase};

/// The first step after which there are keys and events.
const EARLIEST: &str = "0003";
const MASTER_KEY: &str = "1:9266405b4f7677fa0268e0ccc7e592cec143868bb5ebed92bf7340e5a257ddbd";
const ORGANIZATION: &str = "org_06gp8pv801d5kcdb7qvpha86uc";
/// The key "Deploy" of Ana, with a digest of version 0.1.
const DEPLOY: (&str, &str) =
    ("key_06gp8pv803vu3oo1g9rt4201jo", "lk_pa0MC0RKFKFF_0fmx4QScK0IVGKHPwJCk6GjsTpVs9lhjrW62TpAXh0d389vyC");
/// The key "Current" of Ana, with a digest of version 0.2. It is there from step 0020 on.
const CURRENT: (&str, &str) =
    ("key_06gp8pv800h2tojbohumatib9o", "lk_mqJzf1VDduE1_gvabRnagepp43Cj9VNx8KwZSUPSay94QxRpxTGtkZzD0biBU3");

/// Tables and columns whose rows an upgrade moves, and the step that does.
const MOVED: &[(&str, &str)] = &[("api_key_callers", "0020"), ("sealed_tokens", "0023")];

/// The text between `open` and the first `close` after it.
fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    text.split_once(open).and_then(|(_, rest)| rest.split_once(close)).unwrap().0
}

/// The steps of this version: the number and the SQL of each.
fn steps(kind: Kind) -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let code = fs::read_to_string(root.join("src/store/migrations.rs")).unwrap();
    let list = match kind {
        Kind::Sqlite => between(&code, "const SQLITE: &[Step] = steps![", "];"),
        Kind::Postgres => between(&code, "const POSTGRES: &[Step] = steps![", "];"),
    };
    let step = |path: &str| {
        let number = between(path, "/", "_").to_owned();
        (number, fs::read_to_string(root.join(format!("migrations/{path}.sql"))).unwrap())
    };
    list.split('"').skip(1).step_by(2).map(step).collect()
}

/// A database of an earlier version that knew the steps up to `last`, with its secret key file.
fn database_of(kind: Kind, last: &str) -> TestDatabase {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/store/upgrades");
    // As Diesel makes it.
    let mut script = "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
                      run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);"
        .to_owned();
    for (number, sql) in steps(kind).into_iter().filter(|(number, _)| number.as_str() <= last) {
        let data = fs::read_to_string(fixtures.join(format!("{number}.sql"))).unwrap_or_default();
        let taken = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{number}');");
        script.extend([&sql, "\n", &data, "\n", &taken, "\n"]);
    }
    let database = TestDatabase::create(kind);
    database.run_script(&script);
    let secret_key = database.directory.path().join("secret.key");
    fs::write(&secret_key, MASTER_KEY).unwrap();
    fs::set_permissions(&secret_key, fs::Permissions::from_mode(0o600)).unwrap();
    database
}

/// By table and column.
fn columns(database: &TestDatabase) -> BTreeMap<String, BTreeSet<String>> {
    let query = match database.kind {
        Kind::Sqlite => {
            "SELECT t.name || '.' || c.name AS text FROM sqlite_master t, pragma_table_xinfo(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        }
        Kind::Postgres => {
            "SELECT table_name || '.' || column_name AS text FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    };
    let mut tables = BTreeMap::<_, BTreeSet<_>>::new();
    for name in database.texts(query) {
        let (table, column) = name.split_once('.').unwrap();
        tables.entry(table.to_owned()).or_default().insert(column.to_owned());
    }
    tables
}

type Row = BTreeMap<String, String>;

/// Between the name of a table and its cells.
const SEPARATOR: char = '\u{1f}';

/// Every row of every table, as text. By one query, since a connection to PostgreSQL takes longer than the rows.
fn contents(database: &TestDatabase) -> BTreeMap<String, Vec<Row>> {
    let tables = columns(database);
    let queries = tables.iter().map(|(table, columns)| {
        let cell = |column| format!("'{SEPARATOR}' || COALESCE(CAST({column} AS TEXT), 'NULL')");
        format!(
            "SELECT '{table}' || {} AS text FROM {table}",
            columns.iter().map(cell).collect::<Vec<_>>().join(" || ")
        )
    });
    let lines = database.texts(&queries.collect::<Vec<_>>().join(" UNION ALL "));
    let mut contents: BTreeMap<_, Vec<Row>> = tables.keys().map(|table| (table.clone(), Vec::new())).collect();
    for line in lines {
        let mut cells = line.split(SEPARATOR).map(str::to_owned);
        let table = cells.next().unwrap();
        contents.get_mut(&table).unwrap().push(tables[&table].iter().cloned().zip(cells).collect());
    }
    contents
}

/// Compares all columns that both versions have.
fn assert_nothing_is_lost(database: &TestDatabase, before: &BTreeMap<String, Vec<Row>>, last: &str) {
    let (now, columns) = (contents(database), columns(database));
    for (table, rows) in before {
        if MOVED.iter().any(|(moved, step)| moved == table && last < *step) {
            continue;
        }
        let Some(columns) = columns.get(table) else { panic!("{table} of {last} is gone and not in MOVED") };
        let shared = |row: &Row| -> Row {
            row.iter().filter(|(column, _)| columns.contains(*column)).map(|(a, b)| (a.clone(), b.clone())).collect()
        };
        let now: Vec<_> = now[table].iter().map(|row| (shared(row), row)).collect();
        for row in rows {
            let is_there =
                |(now, _): &(Row, &Row)| shared(row).iter().all(|(column, value)| now.get(column) == Some(value));
            assert!(now.iter().any(is_there), "{table} of {last} has lost {row:#?}\nIt has {now:#?}");
        }
    }
}

fn assert_references_hold(database: &TestDatabase, last: &str) {
    let violations = match database.kind {
        Kind::Sqlite => database.count("SELECT count(*) AS count FROM pragma_foreign_key_check"),
        // Checked at every change, as long as the constraints are valid.
        Kind::Postgres => database.count("SELECT count(*) AS count FROM pg_constraint WHERE NOT convalidated"),
    };
    assert_eq!(violations, 0, "{last}");
}

/// Uses all of it: keys, people, lists, history.
fn assert_it_works(app: &TestApp, last: &str) {
    let mut visitor = app.visitor();
    assert_eq!(visitor.verify(DEPLOY.1), (200, "VALID".to_owned()), "{last}");

    let mut ana = app.visitor();
    let signed_in = ana.post("/sign-in", &[("email", "ana@acme.example"), ("password", PASSWORD)]);
    assert_eq!(signed_in.status, 303, "{last}: {}", signed_in.body);
    let mut expected = vec![("Deploy", "active"), ("Paused", "disabled"), ("Reports", "active")];
    if last >= "0008" {
        expected.push(("Widget", "active"));
    }
    if last >= "0020" {
        expected.push(("Current", "active"));
        assert_eq!(visitor.verify(CURRENT.1), (200, "VALID".to_owned()), "{last}");
    }
    let expected: BTreeSet<_> =
        expected.into_iter().map(|(name, status)| (name.to_owned(), status.to_owned())).collect();
    assert_eq!(ana.listed().into_iter().collect::<BTreeSet<_>>(), expected, "{last}");

    let page = ana.get(&format!("/settings/developers/api-keys/{}", DEPLOY.0));
    assert_eq!(page.test_id("detail-description").text, "Line one\nZeile zwei: Straße", "{last}");
    let history = page.find_all("[data-testid=history-table] tbody th");
    assert_eq!(history.len(), 2, "{last}: {history:?}");

    if last >= "0011" {
        let (key, organization) = (ApiKeyId::parse(DEPLOY.0).unwrap(), OrganizationId::parse(ORGANIZATION).unwrap());
        let sealed = app.state.pool.read(|conn| store::sealed_tokens::find(conn, &key)).unwrap().unwrap();
        let token = app.state.token_keys.open(&sealed, &key, &organization).unwrap();
        assert_eq!(token.expose(), DEPLOY.1, "{last}");
    }
    if last >= "0006" {
        let valid = |rest| format!("SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS count FROM {rest}");
        let days = valid("usage_days WHERE code = 'VALID' AND day = 1794268800000000 GROUP BY subject_id");
        assert_eq!(
            app.database.count(&format!("SELECT COUNT(*) AS count FROM ({days}) d WHERE count = 41")),
            2,
            "{last}"
        );
        let busiest = valid("busiest_api_keys WHERE day = 1794268800000000");
        assert_eq!(app.database.count(&busiest), 41, "{last}");
    }
    let created = ana.create_api_key("New");
    assert_eq!(created.status, 200, "{last}: {}", created.body);
    let verification = app.state.pool.read(|conn| audit_chain::verify(conn, ORGANIZATION, &[], &[])).unwrap();
    assert!(verification.fault.is_none() && verification.end.number > 4, "{last}: {verification:?}");
}

fn upgrade_from_each_step(kind: Kind) {
    let mut lasts: Vec<_> = steps(kind).into_iter().map(|(number, _)| number).collect();
    assert!(lasts.len() > 15, "{lasts:?}");
    lasts.retain(|number| number.as_str() >= EARLIEST);
    for last in lasts {
        let database = database_of(kind, &last);
        let before = contents(&database);
        drop(Pool::open(&Database::parse(&database.url()).unwrap()).unwrap());
        assert_nothing_is_lost(&database, &before, &last);
        assert_references_hold(&database, &last);
        assert_it_works(&TestApp::start_on(database, |_| {}), &last);
    }
}

#[test]
fn sqlite_is_upgraded_from_each_step() {
    upgrade_from_each_step(Kind::Sqlite);
}

#[test]
fn postgres_is_upgraded_from_each_step() {
    upgrade_from_each_step(Kind::Postgres);
}

#[test]
fn every_table_has_data_in_these_tests_and_every_file_belongs_to_a_step() {
    let steps = steps(Kind::Sqlite);
    let (last, _) = steps.last().unwrap();
    let database = database_of(Kind::Sqlite, last);
    for (table, rows) in contents(&database) {
        let is_moved = MOVED.iter().any(|(moved, _)| *moved == table);
        assert!(is_moved || !rows.is_empty(), "add tests/it/store/upgrades/NUMBER.sql with rows of {table}");
    }
    for file in fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/store/upgrades")).unwrap() {
        let name = file.unwrap().file_name().to_string_lossy().into_owned();
        let number = name.strip_suffix(".sql").unwrap();
        assert!(steps.iter().any(|(step, _)| step == number), "{name}");
    }
}
