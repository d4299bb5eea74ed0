//! The stream of the audit log: complete, in order, and never twice without a reason.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use latchkey::{
    domain::Role,
    tasks::{AuditStreamer, Sink},
};
use serde_json::Value;
use time::Duration;

use crate::{on_both_databases, support::TestApp};

/// A server's file, in the folder of the database.
fn path(app: &TestApp, name: &str) -> PathBuf {
    app.database.directory.path().join(name)
}

fn streamer(app: &TestApp, path: &Path) -> AuditStreamer {
    AuditStreamer::new(app.state.clone().into_inner(), Sink::file(path))
}

/// The events of a file. A line may be incomplete while it is written, or if the server was killed then.
pub fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The numbers of each organization, in the order of the lines.
pub fn numbers(lines: &[Value]) -> BTreeMap<String, Vec<i64>> {
    let mut numbers = BTreeMap::<_, Vec<_>>::new();
    for line in lines {
        let organization = line["organization"]["id"].as_str().unwrap().to_owned();
        numbers.entry(organization).or_default().push(line["event"]["sequence"].as_i64().unwrap());
    }
    numbers
}

/// The same as the database has them.
pub fn stored(app: &TestApp) -> BTreeMap<String, Vec<i64>> {
    let query = "SELECT organization_id || ' ' || number AS text FROM audit_events ORDER BY organization_id, number";
    let mut stored = BTreeMap::<_, Vec<_>>::new();
    for text in app.database.texts(query) {
        let (organization, number) = text.split_once(' ').unwrap();
        stored.entry(organization.to_owned()).or_default().push(number.parse().unwrap());
    }
    stored
}

fn make_events(app: &TestApp, names: impl IntoIterator<Item = u32>) {
    for name in names {
        app.create_user(Role::Member, &format!("member-{name}"));
    }
}

on_both_databases! {
    fn each_event_is_one_line_in_the_order_of_its_organization(app: &TestApp) {
        let file = path(app, "audit.jsonl");
        app.sign_in(Role::Owner);
        app.create_user_of("Rival", Role::Owner, "rival");
        make_events(app, 0..5);
        let mut streamer = streamer(app, &file);
        streamer.run_once().unwrap();
        streamer.run_once().unwrap();
        assert_eq!(numbers(&lines(&file)), stored(app));
        assert_eq!(lines(&file).len(), fs::read_to_string(&file).unwrap().lines().count());
        assert!(stored(app).len() == 2 && fs::metadata(&file).unwrap().permissions().mode() & 0o777 == 0o600);
        make_events(app, 5..8);
        streamer.run_once().unwrap();
        assert_eq!(numbers(&lines(&file)), stored(app));

        let hashes = app.database.texts("SELECT id || ' ' || hash AS text FROM audit_events ORDER BY id");
        let mut found: Vec<_> = lines(&file)
            .iter()
            .map(|line| format!("{} {}", line["event"]["id"].as_str().unwrap(), line["event"]["hash"].as_str().unwrap()))
            .collect();
        found.sort();
        assert_eq!(found, hashes);
        let all = lines(&file);
        let sign_in = all.iter().find(|line| line["event"]["action"] == "session.started").unwrap();
        assert_eq!((&sign_in["source"]["ip"], &sign_in["organization"]["name"]), (&"127.0.0.1".into(), &"Acme".into()));
        assert_eq!(sign_in["user"]["id"], app.user_id("owner@acme.example").as_str());
    }

    fn a_server_that_dies_before_it_stores_its_position_repeats_lines_and_leaves_none_out(app: &TestApp) {
        let file = path(app, "audit.jsonl");
        app.create_user(Role::Owner, "owner");
        let mut dying = streamer(app, &file);
        dying.run_once().unwrap();
        let before = lines(&file).len();
        make_events(app, 0..3);
        app.database.refuse_updates("audit_stream_positions");
        for _ in 0..3 {
            assert!(dying.run_once().is_err());
            assert_eq!(lines(&file).len(), before + 3, "they are not written again and again");
        }
        drop(dying);
        app.database.allow_updates("audit_stream_positions");

        let mut next = streamer(app, &file);
        next.run_once().unwrap();
        assert_eq!(lines(&file).len(), before + 3, "the lease of the dead server lasts a while");
        app.clock.advance(Duration::seconds(31));
        next.run_once().unwrap();
        let (all, organization) = (lines(&file), stored(app).into_keys().next().unwrap());
        let (mut streamed, expected) = (numbers(&all).remove(&organization).unwrap(), stored(app).remove(&organization).unwrap());
        assert_eq!(streamed.len(), expected.len() + 3);
        streamed.sort_unstable();
        streamed.dedup();
        assert_eq!(streamed, expected);
    }

    fn one_server_streams_at_a_time(app: &TestApp) {
        let (here, there) = (path(app, "here.jsonl"), path(app, "there.jsonl"));
        app.create_user(Role::Owner, "owner");
        let (mut one, mut other) = (streamer(app, &here), streamer(app, &there));
        for round in 0..3 {
            one.run_once().unwrap();
            make_events(app, [round]);
            other.run_once().unwrap();
            one.run_once().unwrap();
            assert_eq!((numbers(&lines(&here)), lines(&there).len()), (stored(app), 0));
            app.clock.advance(Duration::seconds(16));
        }
        one.release().unwrap();
        make_events(app, [10]);
        other.run_once().unwrap();
        one.run_once().unwrap();
        assert_eq!(lines(&there).len(), 1);
        // The other one has died, or was stopped for a while.
        app.clock.advance(Duration::seconds(31));
        make_events(app, [11]);
        one.run_once().unwrap();
        make_events(app, [12]);
        other.run_once().unwrap();
        assert_eq!(lines(&there).len(), 1);
        one.run_once().unwrap();
        let mut all = numbers(&[lines(&here), lines(&there)].concat());
        for numbers in all.values_mut() {
            numbers.sort_unstable();
        }
        assert_eq!(all, stored(app));
    }

    fn a_file_that_is_moved_away_or_cannot_be_written_costs_no_event(app: &TestApp) {
        let directory = path(app, "not yet there");
        let file = directory.join("audit.jsonl");
        app.create_user(Role::Owner, "owner");
        let mut streamer = streamer(app, &file);
        assert!(streamer.run_once().is_err());
        make_events(app, [0]);
        assert!(streamer.run_once().is_err());
        fs::create_dir(&directory).unwrap();
        streamer.run_once().unwrap();
        let first = lines(&file);
        assert_eq!(numbers(&first), stored(app));

        let moved = directory.join("audit.jsonl.1");
        fs::rename(&file, &moved).unwrap();
        make_events(app, [1]);
        streamer.run_once().unwrap();
        assert_eq!((lines(&moved).len(), lines(&file).len()), (first.len(), 1), "the new file is used at once");
        fs::remove_file(&file).unwrap();
        make_events(app, [2]);
        streamer.run_once().unwrap();
        assert_eq!(lines(&file).len(), 1);
    }

    fn a_line_that_was_cut_off_does_not_spoil_the_next_one(app: &TestApp) {
        let file = path(app, "audit.jsonl");
        app.create_user(Role::Owner, "owner");
        fs::write(&file, "{\"@timestamp\":\"2026-11-2").unwrap();
        streamer(app, &file).run_once().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let good = text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
        assert_eq!((good, text.lines().count()), (stored(app).into_values().flatten().count(), good + 1));
    }

    fn events_that_are_no_longer_there_do_not_stop_the_stream(app: &TestApp) {
        let file = path(app, "audit.jsonl");
        app.create_user(Role::Owner, "owner");
        // As after an archive of all earlier events.
        app.database.execute("UPDATE audit_chains SET last_number = last_number + 3");
        streamer(app, &file).run_once().unwrap();
        make_events(app, [0]);
        app.clock.advance(Duration::seconds(31));
        streamer(app, &file).run_once().unwrap();
        assert_eq!(numbers(&lines(&file)), stored(app));
    }
}
