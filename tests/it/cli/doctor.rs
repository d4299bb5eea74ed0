//! `latchkey doctor`.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Output};

use latchkey::domain::{Role, policy::Viewable};

use super::Program;
use crate::{
    on_both_databases,
    support::{Kind, TestApp},
};

const OWNER: &str = "owner@acme.example";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn has(output: &Output, health: &str, words: &str) -> bool {
    said(output).lines().any(|line| line.starts_with(health) && line.contains(words))
}

/// The content of the database; for SQLite without the shared-memory file, which readers change.
fn written(app: &TestApp) -> Vec<u8> {
    match app.database.kind {
        Kind::Sqlite => ["latchkey.db", "latchkey.db-wal"]
            .into_iter()
            .flat_map(|name| fs::read(app.database.directory.path().join(name)).unwrap())
            .collect(),
        Kind::Postgres => app.database.stolen(),
    }
}

on_both_databases! {
    fn a_healthy_server_gets_a_line_for_everything_and_is_not_changed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        owner.create_confirmed_api_key("Deploy");
        let before = written(app);
        fs::set_permissions(app.database.directory.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let doctor = app.run(&["doctor"]);
        assert!(doctor.status.success(), "{}", said(&doctor));
        for words in [
            "configuration: all settings are valid",
            "mail: no mail server",
            "data directory:",
            "master key 1 is the current one; retired master keys: 0",
            "database: reachable and up to date",
            "matches the database",
            "master key 1 verifies 1 and decrypts 1",
            "1 of 1 stored tokens in the sample",
        ] {
            assert!(has(&doctor, "ok", words), "{words}: {}", said(&doctor));
        }
        assert!(said(&doctor).contains("clock:"));
        assert!(written(app) == before, "it changes nothing");
    }

    fn what_is_wrong_is_a_fault_and_the_exit_code_says_so(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (id, _) = owner.create_confirmed_api_key("Deploy");
        app.insert_token(OWNER, "other", |_| {});
        app.database.execute(&format!("UPDATE api_key_tokens SET sealed = '00' WHERE api_key_id = '{id}'"));
        let damaged = app.run(&["doctor"]);
        assert_eq!(damaged.status.code(), Some(1));
        assert!(has(&damaged, "fault", "0 of 1 stored tokens in the sample"), "{}", said(&damaged));

        let path = app.secret_key_file();
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(has(&app.run(&["doctor"]), "warning", "can be read by every account"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o620)).unwrap();
        assert!(has(&app.run(&["doctor"]), "fault", "can be changed by other accounts"));
        fs::remove_file(path).unwrap();
        let missing = app.run(&["doctor"]);
        assert_eq!(missing.status.code(), Some(1));
        assert!(has(&missing, "fault", "does not exist, but the database contains keys"), "{}", said(&missing));
        assert!(has(&missing, "warning", "master key 1 is not in the file"), "{}", said(&missing));
        assert!(!path.exists(), "it makes nothing");
    }
}

#[test]
fn before_the_first_start_there_are_warnings_only_and_nothing_is_made() {
    let program = Program::new();
    let doctor = program.run(&["doctor"], "");
    assert!(doctor.status.success(), "{}", said(&doctor));
    assert!(has(&doctor, "warning", "latchkey.db does not exist") && has(&doctor, "warning", "data directory"));
    assert_eq!(fs::read_dir(program.directory.path()).unwrap().count(), 0);
}

#[test]
fn each_wrong_setting_is_a_fault() {
    let program = Program::new().with("LATCHKEY_BASE_URL", "keys").with("LATCHKEY_DATABASE_URL", "postgres:hunter2");
    let doctor = program.run(&["doctor"], "");
    assert_eq!(doctor.status.code(), Some(1));
    assert!(has(&doctor, "fault", "LATCHKEY_BASE_URL") && has(&doctor, "fault", "LATCHKEY_DATABASE_URL"));
    assert!(!said(&doctor).contains("hunter2"));
}

#[test]
fn a_database_that_is_away_is_a_fault() {
    let program = Program::new().with("LATCHKEY_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?sslmode=disable");
    let doctor = program.run(&["doctor"], "");
    assert_eq!(doctor.status.code(), Some(1));
    assert!(has(&doctor, "fault", "database: the database cannot be reached"), "{}", said(&doctor));
}
