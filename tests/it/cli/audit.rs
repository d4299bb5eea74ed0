//! `latchkey audit`: verification, checkpoints and archives.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use latchkey::domain::{OrganizationId, Role};

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";
/// The exit code for a chain that is not intact.
const NOT_INTACT: Option<i32> = Some(3);
/// The day after the events of these tests.
const NEXT_DAY: &str = "2026-11-22";

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// An organization with the events of a few keys.
fn with_events(app: &TestApp) -> OrganizationId {
    let mut owner = app.sign_in(Role::Owner);
    for name in ["Deploy", "Reports", "Widget"] {
        owner.create_confirmed_api_key(name);
    }
    app.actor(OWNER).person.organization_id
}

fn events(app: &TestApp, id: &OrganizationId) -> i64 {
    app.database.count(&format!("SELECT count(*) AS count FROM audit_events WHERE organization_id = '{id}'"))
}

fn path(app: &TestApp, name: &str) -> PathBuf {
    app.database.directory.path().join(name)
}

/// Archives all events of the day, and returns the file.
fn archived(app: &TestApp) -> PathBuf {
    let file = path(app, "archive.jsonl");
    let output = app.run(&["audit", "archive", "--before", NEXT_DAY, &file.to_string_lossy()]);
    assert!(output.status.success(), "{}", said(&output));
    file
}

fn verify_file(app: &TestApp, file: &Path) -> Output {
    app.run(&["audit", "verify", "--archive", &file.to_string_lossy()])
}

on_both_databases! {
    fn verification_says_which_chains_are_intact_and_names_the_fault_of_another(app: &TestApp) {
        let acme = with_events(app);
        let brick = app.create_organization("Brick");
        let count = events(app, &acme);
        let intact = app.run(&["audit", "verify"]);
        assert!(intact.status.success(), "{}", said(&intact));
        let mut lines =
            [format!("{acme} Acme: intact, events 1 to {count}\n"), format!("{brick} Brick: intact, no events\n")];
        // In the order of their ids, which may be of the same millisecond.
        lines.sort();
        assert_eq!(said(&intact), lines.concat());
        let (of_acme, of_brick) = if lines[0].contains("Acme") { (0, 1) } else { (1, 0) };

        app.database.allow_event_changes();
        app.database.execute("UPDATE audit_events SET actor_id = 'user_1' WHERE number = 3");
        let broken = app.run(&["audit", "verify", "--organization", "Acme"]);
        assert_eq!(broken.status.code(), NOT_INTACT, "{}", said(&broken));
        assert!(said(&broken).contains("NOT INTACT: event 3 (event_"), "{}", said(&broken));
        let other = app.run(&["audit", "verify", "--organization", brick.as_str()]);
        assert!(other.status.success(), "{}", said(&other));
        let json = app.run(&["audit", "verify", "--json"]);
        assert_eq!(json.status.code(), NOT_INTACT);
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!((&json[of_acme]["intact"], &json[of_brick]["intact"]), (&false.into(), &true.into()));
        assert_eq!((&json[of_acme]["fault"]["fault"], &json[of_acme]["fault"]["number"]), (&"changed".into(), &3.into()));
        assert_eq!(app.run(&["audit", "verify", "--organization", "Clay"]).status.code(), Some(1));
    }

    fn a_checkpoint_finds_a_rewritten_chain_also_after_a_rotation_of_the_master_key(app: &TestApp) {
        // Without keys, so that nothing but the checkpoint depends on the master key.
        app.sign_in(Role::Owner);
        let acme = app.actor(OWNER).person.organization_id;
        let lines = app.run(&["audit", "checkpoint"]);
        let line = said(&lines).trim().to_owned();
        let public_key = said(&app.run(&["audit", "public-key"])).trim().to_owned();
        assert!(line.starts_with(&format!("latchkey-audit-checkpoint-1 {acme} ")) && line.contains(&public_key), "{line}");
        let file = path(app, "checkpoints");
        fs::write(&file, format!("{line}\n")).unwrap();
        let by_file = ["audit", "verify", "--checkpoint-file", &file.to_string_lossy()].map(str::to_owned);
        let by_file: Vec<_> = by_file.iter().map(String::as_str).collect();
        assert!(app.run(&["secret-key", "rotate"]).status.success());
        for arguments in [&by_file[..], &["audit", "verify", "--checkpoint", &line]] {
            assert!(app.run(arguments).status.success());
        }
        let forged = line.replacen(&format!("{acme} "), &format!("{acme} 1"), 1);
        let refused = app.run(&["audit", "verify", "--checkpoint", &forged]);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(said(&refused).contains("signature is wrong"), "{}", said(&refused));

        // The master key that has signed it is forgotten.
        assert!(app.run(&["secret-key", "forget-retired"]).status.success());
        let unknown = app.run(&by_file);
        assert!(unknown.status.code() == Some(1) && said(&unknown).contains(&public_key), "{}", said(&unknown));
        assert!(app.run(&[&by_file[..], &["--public-key", &public_key]].concat()).status.success());

        app.database.allow_event_changes();
        app.database.execute("UPDATE audit_events SET number = NULL, actor_kind = 'server'");
        app.database.execute(&format!("UPDATE audit_chains SET last_number = 0, last_hash = '{}'", "0".repeat(64)));
        drop(app.second_instance());
        assert!(app.run(&["audit", "verify"]).status.success());
        let rewritten = app.run(&[&by_file[..], &["--public-key", &public_key]].concat());
        assert_eq!(rewritten.status.code(), NOT_INTACT, "{}", said(&rewritten));
        assert!(said(&rewritten).contains("is not the one of the checkpoint"), "{}", said(&rewritten));
    }

    fn archived_events_are_in_a_file_that_is_verified_on_its_own_and_the_chain_goes_on(app: &TestApp) {
        let acme = with_events(app);
        let count = events(app, &acme);
        let checkpoint = said(&app.run(&["audit", "checkpoint"])).trim().to_owned();
        let file = archived(app);
        assert_eq!(events(app, &acme), 1, "only the event of the archive is left");
        assert_eq!(app.audited("audit_log.archived"), 1);
        let lines = fs::read_to_string(&file).unwrap();
        assert_eq!(i64::try_from(lines.lines().count()).unwrap(), count + 2);
        let whole = app.run(&["audit", "verify"]);
        let next = count + 1;
        assert!(whole.status.success() && said(&whole).contains(&format!("events {next} to {next}")), "{}", said(&whole));
        let alone = verify_file(app, &file);
        assert!(alone.status.success() && said(&alone).contains(&format!("events 1 to {count}")), "{}", said(&alone));
        let with_checkpoint =
            app.run(&["audit", "verify", "--archive", &file.to_string_lossy(), "--checkpoint", &checkpoint]);
        assert!(with_checkpoint.status.success(), "{}", said(&with_checkpoint));

        // Others can still be neither changed nor deleted.
        assert!(app.database.refusal("DELETE FROM audit_events").contains("cannot be deleted"));
        let mut owner = app.sign_in_as(OWNER);
        owner.create_confirmed_api_key("Later");
        assert!(app.run(&["audit", "verify"]).status.success());
        let again = app.run(&["audit", "archive", "--before", NEXT_DAY, &file.to_string_lossy()]);
        assert!(!again.status.success() && said(&again).contains("exists"), "{}", said(&again));
        // The keys of the archives' signatures are kept.
        assert!(app.run(&["secret-key", "rotate"]).status.success());
        let kept = app.run(&["secret-key", "forget-retired"]);
        assert!(!kept.status.success() && said(&kept).contains("archives of the audit log"), "{}", said(&kept));
        assert!(app.run(&["audit", "verify"]).status.success());
        assert!(verify_file(app, &file).status.success());
    }

    fn a_second_archive_continues_the_first(app: &TestApp) {
        let acme = with_events(app);
        archived(app);
        let mut owner = app.sign_in_as(OWNER);
        owner.create_confirmed_api_key("Later");
        let (before, second) = (events(app, &acme), path(app, "second.jsonl"));
        let nothing = app.run(&["audit", "archive", "--before", "2020-01-01", &second.to_string_lossy()]);
        assert!(nothing.status.success() && said(&nothing).contains("has no events from before"), "{}", said(&nothing));
        // The event of the first archive is of the machine's time, so all are from before this date.
        let output = app.run(&["audit", "archive", "--before", "2999-01-01", &second.to_string_lossy()]);
        assert!(output.status.success() && before > 1, "{}", said(&output));
        assert_eq!(events(app, &acme), 1);
        assert!(app.run(&["audit", "verify"]).status.success());
        assert!(verify_file(app, &second).status.success());
        owner.create_confirmed_api_key("Latest");
        assert!(app.run(&["audit", "verify"]).status.success());
    }

    fn a_forged_archive_is_found(app: &TestApp) {
        let acme = with_events(app);
        // Somebody lets the trigger allow a deletion.
        app.database.execute(&format!(
            "INSERT INTO audit_archives (organization_id, first_number, last_number, statement) \
             VALUES ('{acme}', 1, 3, 'latchkey-audit-archive-1 {acme} 1 x 3 y 2026-11-21T12:00:00Z z z')"
        ));
        // The command does not do it for them.
        let count = events(app, &acme);
        let trapped = app.run(&["audit", "archive", "--before", NEXT_DAY, &path(app, "a").to_string_lossy()]);
        assert!(!trapped.status.success() && events(app, &acme) == count, "{}", said(&trapped));
        app.database.execute("DELETE FROM audit_events WHERE number <= 3");
        let found = app.run(&["audit", "verify"]);
        assert_eq!(found.status.code(), NOT_INTACT, "{}", said(&found));
        assert!(said(&found).contains("events 1 to 3 are missing"), "{}", said(&found));
        let refused = app.run(&["audit", "archive", "--before", NEXT_DAY, &path(app, "a").to_string_lossy()]);
        assert!(!refused.status.success() && said(&refused).contains("nothing was archived"), "{}", said(&refused));
    }

    fn a_removed_archive_and_an_event_inserted_into_an_archived_range_are_found(app: &TestApp) {
        let acme = with_events(app);
        let count = events(app, &acme);
        archived(app);
        app.database.allow_event_changes();
        app.database.execute(&format!(
            "INSERT INTO audit_events (id, organization_id, at, action, subject_id, details, number, hash) \
             VALUES ('event_x', '{acme}', 1, 'session.started', 'user_1', '{{}}', 2, '')"
        ));
        let inserted = app.run(&["audit", "verify"]);
        assert_eq!(inserted.status.code(), NOT_INTACT);
        assert!(said(&inserted).contains("event 2 (event_x) is there although it was archived"), "{}", said(&inserted));
        // It is taken for what an interrupted command left.
        let later = app.run(&["audit", "archive", "--before", "2020-01-01", &path(app, "b").to_string_lossy()]);
        assert!(later.status.success() && app.run(&["audit", "verify"]).status.success(), "{}", said(&later));
        app.database.execute("DELETE FROM audit_archives");
        let removed = app.run(&["audit", "verify"]);
        assert!(said(&removed).contains(&format!("events 1 to {count} were removed")), "{}", said(&removed));
    }
}

/// What somebody did to a file, and what the command must say about it.
#[test]
fn every_edit_of_a_file_is_found() {
    let app = TestApp::start(crate::support::Kind::Sqlite);
    let acme = with_events(&app);
    let last = events(&app, &acme);
    let file = archived(&app);
    let original: Vec<String> = fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    let check = |edit: &dyn Fn(&mut Vec<String>), code: i32, reason: &str| {
        let mut lines = original.clone();
        edit(&mut lines);
        fs::write(&file, lines.join("\n") + "\n").unwrap();
        let output = verify_file(&app, &file);
        assert!(output.status.code() == Some(code) && said(&output).contains(reason), "{reason}: {}", said(&output));
    };
    // Line 0 is the header, so line and number are the same.
    check(&|_| {}, 0, "intact");
    check(&|lines| lines[3] = lines[3].replacen("owner", "0wner", 1), 3, "event 3 ");
    check(&|lines| lines[3] = lines[3].replacen(':', ": ", 1), 3, "event 3 ");
    check(&|lines| drop(lines.remove(3)), 3, "event 3 was removed");
    check(&|lines| drop(lines.drain(3..5)), 3, "events 3 to 4 were removed");
    check(&|lines| lines.insert(3, lines[3].clone()), 3, "event 3 ");
    check(&|lines| lines.swap(3, 4), 3, "reordered from event 3 on");
    check(&|lines| lines.swap(3, 5), 3, "reordered from event 3 on");
    let end = original.len() - 1;
    check(&|lines| drop(lines.remove(end - 1)), 3, &format!("event {last} was removed"));
    check(&|lines| drop(lines.remove(end)), 1, "the end of the file may be missing");
    check(&|lines| lines[end] = lines[end].replace(" 1 ", " 2 "), 1, "the end of the file may be missing");
    check(&|lines| lines[2].truncate(20), 1, "line 3 is not an event");
    check(&|lines| drop(lines.remove(0)), 1, "is not an archive");
}
