//! `latchkey policy`.

use std::fs;

use super::{Program, text};
use crate::support::{Kind, PASSWORD, TestDatabase};

fn program(database: &TestDatabase) -> Program {
    let program = Program::new().with("LATCHKEY_DATABASE_URL", &database.url());
    let owner =
        ["user", "create", "--name", "Ada", "--password-stdin", "--email", "ada@acme.example", "--role", "owner"];
    let made = program.run(&[&owner[..], &["--organization", "Acme"]].concat(), PASSWORD);
    assert!(made.status.success(), "{}", text(&made.stderr));
    program
}

#[test]
fn what_is_shown_can_be_applied_and_a_preset_too() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let program = program(&database);
        let show = |which| text(&program.run(&["policy", which], "").stdout);
        let shown = show("show");
        assert!(shown.contains("\nmax_keys_per_user = 10\n") && shown.starts_with("# Who may create"), "{shown}");
        assert_eq!(shown, show("export"));
        let said = |arguments: &[&str]| {
            let output = program.run(&[&["policy", "apply"], arguments].concat(), "");
            assert!(output.status.success(), "{}", text(&output.stderr));
            text(&output.stdout)
        };
        let dry_run = said(&["token-vault", "--dry-run"]);
        assert!(dry_run.contains("\nviewable: \"never\" -> \"all\"\n"), "{dry_run}");
        assert!(dry_run.ends_with("\nNothing was changed.\n"), "{dry_run}");
        assert_eq!(show("show"), shown);
        let applied = said(&["token-vault"]);
        assert!(applied.contains("\nviewable: \"never\" -> \"all\"\n"), "{applied}");
        assert!(applied.ends_with("\nThe new policy of Acme is in effect.\n"), "{applied}");
        assert!(show("show").contains("viewable = \"all\""));
        assert!(said(&["token-vault", "--organization", "Acme"]).contains("already has this policy"));
        fs::write(program.directory.path().join("part.toml"), "max_keys_per_user = 77\n").unwrap();
        let part = said(&["part.toml"]);
        assert!(part.starts_with("max_keys_per_user: ") && part.contains(" -> 77\nThe new policy"), "{part}");
        assert!(show("show").contains("viewable = \"all\""), "what the file leaves out stays");
        fs::write(program.directory.path().join("mine.toml"), &shown).unwrap();
        assert!(said(&["mine.toml"]).contains("in effect"));
        assert_eq!(show("show"), shown);
        let actors = "SELECT count(*) AS count FROM audit_events WHERE action = 'policy.changed' AND actor_id IS NULL";
        assert_eq!(database.count(actors), 3);
    }
}

#[test]
fn a_misspelt_folder_gets_no_new_database() {
    let program = Program::new();
    for command in [
        &["policy", "show"][..],
        &["policy", "apply", "token-vault"],
        &["organization", "list"],
        &["user", "reset-password", "ada@acme.example"],
    ] {
        let folder = program.directory.path().join("misspelt");
        let output = program.run(&[command, &["--data-dir", folder.to_str().unwrap()]].concat(), "");
        assert!(!output.status.success() && text(&output.stderr).contains("latchkey.db does not exist"), "{command:?}");
        assert!(!folder.exists(), "{command:?}");
    }
}

#[test]
fn it_counts_as_the_page_does_and_shortens_when_told_to() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let program = program(&database);
        for (name, expires_at) in [("endless", "9223372036854775807"), ("late", "9000000000000000")] {
            let id = format!("key_0000000000000000000000000{}", name.len() % 2 * 4);
            database.execute(&format!(
                "INSERT INTO api_keys (id, organization_id, owner_id, name, name_folded, description, lookup, hint, \
                 created_at, confirmed_at, expires_at) SELECT '{id}', organization_id, id, \
                 '{name}', '{name}', '', '{name}', 'abcd', 1, 1, {expires_at} FROM users"
            ));
        }
        program.run(&["policy", "apply", "key-and-secret"], "");
        let shorter = "max_lifetime_days = 90\ndefault_lifetime_days = 90\nallow_no_expiry = false\n";
        fs::write(program.directory.path().join("shorter.toml"), shorter).unwrap();
        let run = |more: &[&str]| {
            let output = program.run(&[&["policy", "apply", "shorter.toml"], more].concat(), "");
            assert!(output.status.success(), "{}", text(&output.stderr));
            text(&output.stdout)
        };
        for said in [run(&["--dry-run"]), run(&["--shorten"])] {
            assert!(said.contains("1 key lives longer than 90 days.\n1 key never expires.\n"), "{said}");
        }
        assert_eq!(database.count("SELECT count(*) AS count FROM api_keys WHERE expires_at < 9000000000000000"), 2);
        let events = "SELECT count(*) AS count FROM audit_events WHERE action = 'api_key.expiry_shortened'";
        assert_eq!(database.count(events), 2);
    }
}

#[test]
fn every_fault_of_a_file_gets_a_line_and_nothing_is_changed() {
    let database = TestDatabase::create(Kind::Sqlite);
    let program = program(&database);
    fs::write(program.directory.path().join("bad.toml"), "max_keys = 3\nviewable = \"some\"\n").unwrap();
    let output = program.run(&["policy", "apply", "bad.toml"], "");
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.contains("max_keys: there is no such setting") && errors.contains("viewable: "), "{errors}");
    for arguments in [&["none.toml"][..], &["token-vault", "--organization", "Rival"]] {
        let output = program.run(&[&["policy", "apply"], arguments].concat(), "");
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    }
    assert_eq!(database.count("SELECT count(*) AS count FROM policies"), 0);
}
