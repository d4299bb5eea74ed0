//! `latchkey health`, as a container or a supervisor runs it.

use std::{io::Write as _, net::TcpListener, thread};

use super::{Program, text};
use crate::support::program::free_port;

#[test]
fn a_server_that_answers_is_healthy_whatever_address_it_listens_on() {
    for host in ["127.0.0.1", "0.0.0.0", "[::1]", "[::]"] {
        let program = Program::new().with("LATCHKEY_BIND", &format!("{host}:{}", free_port()));
        let down = program.run(&["health"], "");
        assert_eq!(down.status.code(), Some(1), "{host}");
        assert!(text(&down.stderr).contains("no server answers at"), "{host}: {}", text(&down.stderr));
        let server = program.serve(&["serve"]);
        let up = program.run(&["health"], "");
        assert_eq!(up.status.code(), Some(0), "{host}: {}", text(&up.stderr));
        assert!(text(&up.stdout).ends_with(" answers.\n"), "{host}: {}", text(&up.stdout));
        drop(server);
    }
}

#[test]
fn another_answer_or_none_is_not_healthy() {
    for (answer, reason) in [
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "does not answer /healthz with 200"),
        ("SSH-2.0-OpenSSH_9.2p1\r\n", "does not answer /healthz with 200"),
        ("HTTP/1.1", "no server answers at"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let program = Program::new().with("LATCHKEY_BIND", &listener.local_addr().unwrap().to_string());
        let other = thread::spawn(move || listener.accept().unwrap().0.write_all(answer.as_bytes()).unwrap());
        let output = program.run(&["health"], "");
        other.join().unwrap();
        assert_eq!(output.status.code(), Some(1), "{answer}");
        assert!(text(&output.stderr).contains(reason), "{answer}: {}", text(&output.stderr));
    }
}

#[test]
fn a_server_that_hangs_is_not_healthy_after_seconds() {
    // The kernel accepts the connection, and nobody answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let program = Program::new().with("LATCHKEY_BIND", &listener.local_addr().unwrap().to_string());
    let output = program.run(&["health"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no answer within 3 seconds"), "{}", text(&output.stderr));
}

#[test]
fn an_address_that_cannot_be_asked_is_told() {
    for (bind, reason) in [("localhost", "is not an IP address and port"), ("127.0.0.1:0", "only it knows")] {
        let output = Program::new().with("LATCHKEY_BIND", bind).run(&["health"], "");
        assert_eq!(output.status.code(), Some(1), "{bind}");
        assert!(text(&output.stderr).contains(reason), "{bind}: {}", text(&output.stderr));
    }
}
