//! A database that is newer than the program, or damaged.

use std::{fs::OpenOptions, os::unix::fs::FileExt as _};

use latchkey::{
    domain::Role,
    store::{Database, Error, Pool},
};

use crate::{
    on_both_databases,
    support::{Client, Kind, TestApp},
};

const OWN: &str = env!("CARGO_PKG_VERSION");

on_both_databases! {
    fn a_database_of_a_later_version_is_refused_with_both_versions(app: &TestApp) {
        app.database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9998')");
        let url = Database::parse(&app.database.url()).unwrap();
        let refused = Pool::open(&url).unwrap_err();
        assert!(matches!(&refused, Error::Newer { step, own, .. } if step == "9998" && *own == OWN), "{refused}");

        app.database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
        app.database.execute("INSERT INTO migration_releases (step, release) VALUES ('9999', '9.8.7')");
        for command in [&["serve"][..], &["migrate"], &["policy", "show"], &["doctor"]] {
            let output = app.run(command);
            assert!(!output.status.success(), "{command:?}");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            for words in ["Latchkey 9.8.7", "9999", &format!("Latchkey {OWN}")] {
                assert!(said.contains(words), "{command:?}: {said}");
            }
        }
    }

    fn an_undamaged_database_is_found_so(app: &TestApp) {
        app.sign_in(Role::Owner);
        if app.database.kind == Kind::Postgres {
            let said = String::from_utf8(app.run(&["doctor"]).stdout).unwrap();
            assert!(said.contains("warning  database: its tables can be read"), "{said}");
            app.database.execute("CREATE EXTENSION amcheck");
        }
        let said = String::from_utf8(app.run(&["doctor"]).stdout).unwrap();
        assert!(said.contains("ok       database: its tables and indexes are consistent"), "{said}");
    }
}

#[test]
fn a_damaged_index_is_found_and_no_answer_comes_from_it() {
    let app = TestApp::start(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    let (_, token) = app.insert_token("owner@acme.example", "Deploy", |_| {});
    app.database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    // That of the column lookup, by which verification finds a token.
    let page = app.database.count(
        "SELECT rootpage AS count FROM sqlite_master WHERE tbl_name = 'api_key_tokens' AND name = ( \
         SELECT l.name FROM pragma_index_list('api_key_tokens') l, pragma_index_info(l.name) i WHERE i.name = 'lookup' LIMIT 1)",
    );
    let file = OpenOptions::new().write(true).open(app.database.directory.path().join("latchkey.db")).unwrap();
    let offset = u64::try_from((page - 1) * 4096).unwrap();
    file.write_all_at(&[0xa5; 4096], offset).unwrap();

    let doctor = app.run(&["doctor"]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(!doctor.status.success() && said.contains("fault    database: damaged"), "{said}");

    let second = app.second_instance();
    let mut service = Client::new(&second.address);
    assert_eq!(service.get("/readyz").status, 200, "nothing damaged was read yet");
    assert_eq!(service.verify(token.expose()), (503, String::new()));
    let ready = service.get("/readyz");
    assert_eq!((ready.status, ready.body.as_str()), (503, "the database is damaged\n"));
    assert_eq!(service.get("/sign-in").status, 200);
}
