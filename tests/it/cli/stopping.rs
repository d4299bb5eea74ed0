//! How a server stops.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use super::{Program, Serving};
use crate::support::Raw;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
const READINESS: &str = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n";

fn signal(server: &Serving, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &server.child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Waits until it has ended, and returns how long that took.
fn ended(server: &mut Serving, began: Instant) -> Duration {
    while server.child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(server.child.wait().unwrap().success());
    began.elapsed()
}

/// Waits until the server reports that it is stopping.
fn stopping(server: &Serving) {
    let began = Instant::now();
    while !Raw::connect(&server.address).send(READINESS).answer().contains(" 503 ") {
        assert!(began.elapsed() < Duration::from_secs(5), "/readyz does not say that it is stopping");
    }
}

#[test]
fn while_it_drains_it_serves_says_so_and_closes_each_connection_with_its_answer() {
    let mut server = Program::new().with("LATCHKEY_DRAIN_SECONDS", "1").serve(&["serve"]);
    let mut kept = Raw::connect(&server.address);
    let answer = kept.send(HEALTH).answer();
    assert!(answer.contains(" 200 ") && !answer.contains("connection: close"), "{answer}");
    let mut idle = Raw::connect(&server.address);
    idle.send(HEALTH).answer();
    let mut half = Raw::connect(&server.address);
    half.send("POST /v1/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{");

    let began = Instant::now();
    signal(&server, "TERM");
    stopping(&server);
    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    let answer = kept.send(HEALTH).answer();
    assert!(answer.contains(" 200 ") && answer.contains("connection: close"), "{answer}");
    assert_eq!(kept.rest(), "");
    let fresh = Raw::connect(&server.address).send(HEALTH).answer();
    assert!(fresh.contains(" 200 ") && fresh.contains("connection: close"), "{fresh}");
    assert_eq!(idle.rest(), "", "it has no request to lose");
    let took = ended(&mut server, began);
    assert!((Duration::from_secs(1)..Duration::from_secs(5)).contains(&took), "{took:?}");
}

#[test]
fn a_second_signal_or_an_interrupt_ends_it_at_once() {
    for (first, second) in [("TERM", Some("TERM")), ("TERM", Some("INT")), ("INT", None), ("QUIT", None)] {
        let mut server = Program::new().with("LATCHKEY_DRAIN_SECONDS", "60").serve(&["serve"]);
        let mut half = Raw::connect(&server.address);
        half.send("POST /v1/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{");
        let began = Instant::now();
        signal(&server, first);
        if let Some(second) = second {
            stopping(&server);
            signal(&server, second);
        }
        let took = ended(&mut server, began);
        assert!(took < Duration::from_secs(3), "{first} {second:?}: {took:?}");
    }
}
