//! Output that cannot be written: a full disk, a closed pipe, a pipe that nobody reads.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, PipeWriter, pipe},
    process::{Output, Stdio},
    thread,
};

use latchkey::domain::{Role, policy::Viewable};

use super::{Program, text};
use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const NEW_USER: [&str; 8] = ["user", "create", "--name", "Sam", "--email", "sam@acme.example", "--role", "member"];

fn full_disk() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

fn unread_pipe() -> PipeWriter {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    writer
}

fn is_reasoned(output: &Output) -> bool {
    output.status.code() == Some(1) && text(&output.stderr).contains("standard output cannot be written")
}

on_both_databases! {
    fn what_must_not_be_lost_is_not_made_where_it_cannot_be_printed(app: &TestApp) {
        app.sign_in(Role::Owner);
        let count = |table: &str| app.database.count(&format!("SELECT COUNT(*) AS count FROM {table}"));
        let before = count("users");
        for stdout in [Stdio::from(full_disk()), unread_pipe().into()] {
            let output = app.run_into(&NEW_USER, stdout);
            assert!(is_reasoned(&output), "{}", text(&output.stderr));
            assert!(text(&output.stderr).contains("No account was created"));
        }
        assert_eq!(count("users"), before);
        for stdout in [Stdio::from(full_disk()), unread_pipe().into()] {
            let output = app.run_into(&["user", "reset-password", "owner@acme.example"], stdout);
            assert!(is_reasoned(&output) && text(&output.stderr).contains("No link"), "{}", text(&output.stderr));
        }
        assert_eq!(count("password_resets"), 0);
    }

    fn a_rotation_that_cannot_be_told_of_is_finished(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        owner.create_confirmed_api_key("Deploy");
        let told = app.run_into(&["secret-key", "rotate"], full_disk().into());
        assert!(is_reasoned(&told), "{}", text(&told.stderr));
        let status = text(&app.run(&["secret-key", "status"]).stdout);
        assert!(status.contains("Master key 2, current: it verifies 0 tokens and decrypts 1 token."), "{status}");
    }
}

#[test]
fn a_command_ends_as_others_do_when_its_output_cannot_be_written() {
    let program = Program::new();
    let run = |arguments: &[&str], stdout: Stdio| program.command(arguments).stdout(stdout).output().unwrap();
    let owner = [&NEW_USER[..7], &["owner", "--organization", "Acme"]].concat();
    assert!(program.run(&owner, "").status.success());
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["help", "serve"],
        &["migrate"],
        &["policy", "show"],
        &["policy", "apply", "key-and-secret", "--dry-run"],
        &["doctor"],
    ] {
        let full = run(arguments, full_disk().into());
        assert!(is_reasoned(&full), "{arguments:?}: {}", text(&full.stderr));
        let unread = run(arguments, unread_pipe().into());
        assert_eq!((unread.status.code(), text(&unread.stderr)), (Some(141), String::new()), "{arguments:?}");
        let nowhere = program.command(arguments).stdout(full_disk()).stderr(full_disk()).status().unwrap();
        assert_eq!(nowhere.code(), Some(1), "{arguments:?}");
    }
    let wrong = program.command(&["serve", "--nonsense"]).stderr(full_disk()).status().unwrap();
    assert_eq!(wrong.code(), Some(2));
}

#[test]
fn a_fault_is_told_by_the_exit_code_where_nobody_reads_the_lines() {
    let program = Program::new().with("LATCHKEY_BASE_URL", "keys");
    let output = program.command(&["doctor"]).stdout(unread_pipe()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_log_that_cannot_be_written_stops_no_page() {
    for log in [Stdio::from(full_disk()), unread_pipe().into()] {
        let program = Program::new();
        let mut server = program.serve_logging(&["serve"], log);
        let mut client = Client::new(&server.address);
        for path in ["/healthz", "/registration", "/healthz"] {
            assert_eq!(client.get(path).status, 200, "{path}");
        }
        server.terminate();
    }
}

#[test]
fn a_log_that_nobody_reads_for_a_while_stops_no_page_and_comes_back() {
    let (reader, writer) = pipe().unwrap();
    let program = Program::new().with("LATCHKEY_LOG", "trace");
    let mut server = program.serve_logging(&["serve"], writer.into());
    let mut client = Client::new(&server.address);
    for _ in 0..REQUESTS {
        assert_eq!(client.get("/healthz").status, 200);
    }
    let reading = thread::spawn(|| BufReader::new(reader).lines().map(Result::unwrap).collect::<Vec<_>>());
    server.terminate();
    let log = reading.join().unwrap();
    assert!(log.len() > 1000 && log.iter().any(|line| line.contains("log lines were lost")), "{}", log.len());
}

/// At this level they log more than the pipe and the program buffer.
const REQUESTS: usize = 1500;

#[test]
fn a_server_that_cannot_say_where_it_is_serves() {
    let port = crate::support::program::free_port();
    let address = format!("127.0.0.1:{port}");
    let program = Program::new().with("LATCHKEY_BIND", &address);
    let (reader, writer) = pipe().unwrap();
    let mut child = program.command(&["serve"]).stdout(full_disk()).stderr(writer).spawn().unwrap();
    let warned = BufReader::new(reader).lines().any(|line| line.unwrap().contains("could not be printed"));
    let status = Client::new(&format!("http://{address}")).get("/healthz").status;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(warned && status == 200);
}
