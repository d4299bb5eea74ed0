//! The stream of the audit log, by the program itself.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Kind, TestApp, program::free_port},
    tasks::audit_stream::{lines, numbers, stored},
};

const OWNER: &str = "owner@acme.example";

/// A server of the program, on the database of the app.
struct Streaming {
    child: Child,
    directory: PathBuf,
}

impl Streaming {
    fn start(app: &TestApp, stream: &str) -> Self {
        Self::start_by(app, app.command(&["serve"]), stream)
    }

    fn start_by(app: &TestApp, mut command: Command, stream: &str) -> Self {
        let directory = app.database.directory.path().to_owned();
        let file = |name: &str| File::options().append(true).create(true).open(directory.join(name)).unwrap();
        command.env("LATCHKEY_AUDIT_STREAM", stream).env("LATCHKEY_DRAIN_SECONDS", "0");
        command.env("LATCHKEY_BIND", format!("127.0.0.1:{}", free_port())).current_dir(&directory);
        let child = command.stdout(file("stdout")).stderr(file("stderr")).stdin(Stdio::null()).spawn().unwrap();
        Self { child, directory }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.join("stderr")).unwrap()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    fn terminate(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success(), "{}", self.log());
    }

    fn wait_for(&mut self, what: &str, condition: impl Fn() -> bool) {
        let began = Instant::now();
        while !condition() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < Duration::from_secs(60), "{what}: {ended:?} {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whole lines, in order and without repetitions.
fn distinct(paths: &[&Path]) -> std::collections::BTreeMap<String, Vec<i64>> {
    let all: Vec<_> = paths.iter().flat_map(|path| lines(path)).collect();
    let mut all = numbers(&all);
    for numbers in all.values_mut() {
        numbers.sort_unstable();
        numbers.dedup();
    }
    all
}

on_both_databases! {
    fn a_renamed_file_is_opened_again_on_sighup_and_a_restart_goes_on(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (file, moved) = (app.database.directory.path().join("audit.jsonl"), app.database.directory.path().join("audit.jsonl.1"));
        let mut server = Streaming::start(app, "audit.jsonl");
        server.wait_for("the first lines", || numbers(&lines(&file)) == stored(app));
        let first = lines(&file).len();
        fs::rename(&file, &moved).unwrap();
        server.signal("HUP");
        app.create_user(Role::Member, "one");
        server.wait_for("a line in the new file", || lines(&file).len() == 1);
        app.create_user(Role::Member, "two");
        // Whether or not it was streamed before: a stopping server streams what is left.
        server.terminate();
        assert_eq!((lines(&moved).len(), lines(&file).len()), (first, 2));
        app.create_user(Role::Member, "down");
        let mut server = Streaming::start(app, "audit.jsonl");
        server.wait_for("the line of the restart", || lines(&file).len() == 3);
        assert_eq!(numbers(&[lines(&moved), lines(&file)].concat()), stored(app));
    }

    fn a_server_that_is_killed_again_and_again_leaves_no_event_out(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let file = app.database.directory.path().join("audit.jsonl");
        for round in 0..6_u32 {
            // Another run must not wait for the lease of the one that was killed.
            app.database.execute("DELETE FROM audit_stream_leases");
            let mut server = Streaming::start(app, "audit.jsonl");
            let known = lines(&file).len();
            for number in 0..20 {
                app.create_user(Role::Member, &format!("member-{round}-{number}"));
            }
            let at_least = known + 1 + round as usize * 3;
            server.wait_for("some lines", || fs::read_to_string(&file).unwrap_or_default().lines().count() >= at_least);
            server.signal("KILL");
            drop(server);
        }
        app.database.execute("DELETE FROM audit_stream_leases");
        app.create_user(Role::Member, "last");
        let mut server = Streaming::start(app, "audit.jsonl");
        server.wait_for("all lines", || distinct(&[&file]) == stored(app));
        server.terminate();
    }

    fn standard_output_has_the_stream_and_nothing_else(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let file = app.database.directory.path().join("stdout");
        let mut server = Streaming::start(app, "stdout");
        server.wait_for("the lines", || numbers(&lines(&file)) == stored(app));
        let log = server.log();
        assert!(log.contains("Latchkey is running at"), "{log}");
        server.terminate();
        assert_eq!(numbers(&lines(&file)), stored(app));
        assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), lines(&file).len(), "nothing else is there");
    }
}

/// As on a full disk: the file can no longer grow. The database is elsewhere.
#[test]
fn a_file_that_cannot_grow_delays_the_stream_and_nothing_else() {
    let app = TestApp::start(Kind::Postgres);
    app.create_user(Role::Owner, "owner");
    for number in 0..20 {
        app.create_user(Role::Member, &format!("member-{number}"));
    }
    let directory = app.database.directory.path().to_owned();
    let (file, moved) = (directory.join("audit.jsonl"), directory.join("audit.jsonl.1"));
    fs::write(&file, " ".repeat(36_000) + "\n").unwrap();
    let mut command = Command::new("bash");
    // Otherwise the signal would end the program.
    command.args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$0\" serve", env!("CARGO_BIN_EXE_latchkey")]);
    command.env("LATCHKEY_DATABASE_URL", app.database.url()).env("LATCHKEY_DATA_DIR", &directory);
    let mut server = Streaming::start_by(&app, command, "audit.jsonl");
    server
        .wait_for("the error", || fs::read_to_string(directory.join("stderr")).unwrap().contains("cannot be streamed"));
    assert_eq!(lines_after_padding(&file), 0, "no part of a line stays");
    let (mut client, started) = (app.visitor(), Instant::now());
    assert_eq!(client.post("/sign-in", &[("email", OWNER), ("password", crate::support::PASSWORD)]).status, 303);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(server.log().matches("cannot be streamed").count(), 1, "once: {}", server.log());
    fs::rename(&file, &moved).unwrap();
    server.wait_for("a line in a new file", || !lines(&file).is_empty());
}

fn lines_after_padding(file: &Path) -> usize {
    fs::read_to_string(file).unwrap().lines().filter(|line| !line.trim().is_empty()).count()
}

#[test]
fn doctor_says_whether_the_file_can_be_written() {
    let app = TestApp::start(Kind::Sqlite);
    let directory = app.database.directory.path();
    let doctor = |stream: &str| {
        let output = app.run_with(&["doctor"], &[("LATCHKEY_AUDIT_STREAM", stream)]);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find(|line| line.contains("audit stream: ")).unwrap().to_owned()
    };
    let inside = |name: &str| directory.join(name).display().to_string();
    assert!(doctor("stdout").starts_with("ok"));
    assert!(doctor("").starts_with("ok"));
    assert!(doctor(&inside("audit.jsonl")).contains("the server creates it"));
    assert!(!directory.join("audit.jsonl").exists(), "it changes nothing");
    assert!(doctor(&inside("missing/audit.jsonl")).starts_with("fault"));
    fs::create_dir(directory.join("folder")).unwrap();
    assert!(doctor(&inside("folder")).starts_with("fault"));
    fs::write(directory.join("open"), "").unwrap();
    fs::set_permissions(directory.join("open"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(doctor(&inside("open")).starts_with("warning"));
}

#[test]
fn events_that_were_not_streamed_are_not_archived() {
    let app = TestApp::start(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    let archive = |name: &str, stream: &str| {
        let file = app.database.directory.path().join(name).display().to_string();
        let arguments = ["audit", "archive", "--before", "2026-11-22", file.as_str()];
        app.run_with(&arguments, &[("LATCHKEY_AUDIT_STREAM", stream)])
    };
    let count = || stored(&app).into_values().flatten().count();
    let before = count();
    let refused = archive("one", "stdout");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("streamed only up to 0"), "{said}");
    assert_eq!(count(), before);
    assert!(archive("two", "").status.success());
    assert!(count() < before);
}
