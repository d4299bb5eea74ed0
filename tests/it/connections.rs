//! Limits of a connection: time, bytes and number.

use std::time::{Duration, Instant};

use latchkey::{
    config::{Config, ConnectionLimits, TrustedProxies},
    domain::Role,
};
use url::Url;

use crate::support::{Kind, Raw, TestApp};

const SOON: Duration = Duration::from_millis(400);

fn limited(change: impl FnOnce(&mut ConnectionLimits)) -> TestApp {
    TestApp::start_with(Kind::Sqlite, |config| change(&mut config.connection_limits))
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

/// A request without its body.
fn half(path: &str) -> String {
    let kind = if path == "/v1/verify" { "json" } else { "x-www-form-urlencoded" };
    format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/{kind}\r\nContent-Length: 50\r\n\r\n{{")
}

#[test]
fn a_request_that_does_not_come_to_its_end_is_ended() {
    let app = limited(|limits| (limits.head, limits.body) = (SOON, SOON));
    let began = Instant::now();
    let paths = ["/v1/verify", "/oauth2/introspect", "/v1/forward-auth", "/sign-in", "/registration", "/nowhere"];
    let mut bodies: Vec<_> = paths.iter().map(|_| Raw::connect(&app.address)).collect();
    for (raw, path) in bodies.iter_mut().zip(paths) {
        raw.send(half(path));
    }
    let mut first = Raw::connect(&app.address);
    first.send("GET /healthz HTT");
    let mut second = Raw::connect(&app.address);
    assert_eq!(status(&second.send(get("/healthz")).answer()), "200");
    second.send("GET /healthz HTT");
    let mut silent = Raw::connect(&app.address);

    for (raw, path) in bodies.iter_mut().zip(paths) {
        let answer = raw.rest();
        // If the body is not needed, the answer does not wait for it.
        let expected: &[&str] = match path {
            "/oauth2/introspect" | "/v1/forward-auth" => &["401", "408"],
            "/nowhere" => &["403", "404", "408"],
            _ => &["408"],
        };
        assert!(expected.contains(&status(&answer)), "{path}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("connection: close"), "{path}: {answer}");
    }
    for raw in [&mut first, &mut second] {
        assert_eq!(status(&raw.rest()), "408");
    }
    assert_eq!(silent.rest(), "");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[test]
fn a_connection_without_requests_is_closed_and_one_with_some_is_kept() {
    let app = limited(|limits| (limits.idle, limits.head) = (SOON, SOON));
    let (mut idle, mut busy) = (Raw::connect(&app.address), Raw::connect(&app.address));
    assert_eq!(status(&idle.send(get("/healthz")).answer()), "200");
    let began = Instant::now();
    while began.elapsed() < SOON * 4 {
        assert_eq!(status(&busy.send(get("/healthz")).answer()), "200");
        std::thread::sleep(SOON / 8);
    }
    idle.0.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    assert_eq!(idle.rest(), "");
}

#[test]
fn a_client_that_does_not_read_is_disconnected_and_a_slow_one_is_not() {
    let app = limited(|limits| limits.write = SOON);
    let page = app.visitor().get("/registration");
    let script = page.find_all("script[src]")[0].attribute("src").unwrap();
    let mut stuck = Raw::connect(&app.address);
    // More than fits into the kernel's buffers.
    let requests = get(&script).repeat(300);
    stuck.0.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let began = Instant::now();
    // While it writes nothing, the server does not read further requests either.
    drop(std::io::Write::write_all(&mut stuck.0, requests.as_bytes()));
    while began.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(50));
        if stuck.0.take_error().unwrap().is_some() || std::io::Write::write(&mut stuck.0, b"G").is_err() {
            break;
        }
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());

    let mut slow = Raw::connect(&app.address);
    slow.send(get(&script));
    std::thread::sleep(SOON * 3);
    let answer = slow.answer();
    assert!(status(&answer) == "200" && answer.len() > 30_000, "{}", answer.len());
}

#[test]
fn one_address_gets_no_more_than_its_share_and_others_are_served() {
    let app = limited(|limits| limits.per_address = 3);
    let mut held: Vec<_> = (0..3).map(|_| Raw::connect_from("127.0.0.2", &app.address)).collect();
    for raw in &mut held {
        raw.send(half("/v1/verify"));
    }
    // Accepting threads count connections when they arrive.
    let mut other = Raw::connect_from("127.0.0.3", &app.address);
    assert_eq!(status(&other.send(get("/healthz")).answer()), "200");
    let refused = Raw::connect_from("127.0.0.2", &app.address).send(get("/healthz")).rest();
    assert!(status(&refused) == "503" && refused.contains("retry-after: 1\r\n"), "{refused}");
    drop(held.pop());
    let began = Instant::now();
    while status(&Raw::connect_from("127.0.0.2", &app.address).send(get("/healthz")).answer()) != "200" {
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_trusted_proxy_brings_as_many_as_there_are() {
    let app = TestApp::start_with(Kind::Sqlite, |config: &mut Config| {
        config.connection_limits.per_address = 1;
        config.trusted_proxies = TrustedProxies::parse("127.0.0.2").unwrap();
    });
    let mut held: Vec<_> = (0..10).map(|_| Raw::connect_from("127.0.0.2", &app.address)).collect();
    for raw in &mut held {
        assert_eq!(status(&raw.send(get("/healthz")).answer()), "200");
    }
}

#[test]
fn the_last_connections_are_for_what_must_go_on() {
    let app = limited(|limits| (limits.connections, limits.per_address) = (16, 20));
    app.create_user(Role::Owner, "owner");
    let mut held: Vec<_> = (0..14).map(|_| Raw::connect(&app.address)).collect();
    for raw in &mut held {
        assert_eq!(status(&raw.send(get("/healthz")).answer()), "200");
    }
    for (path, expected) in [("/healthz", "200"), ("/readyz", "200"), ("/sign-in", "200"), ("/v1/forward-auth", "401")]
    {
        let answer = Raw::connect_from("127.0.0.9", &app.address).send(get(path)).rest();
        assert_eq!(status(&answer), expected, "{path}");
        assert!(answer.to_ascii_lowercase().contains("connection: close"), "{path}: {answer}");
    }
    let refused = Raw::connect(&app.address).send(get("/settings")).rest();
    assert!(status(&refused) == "503" && refused.contains("retry-after: 1\r\n"), "{refused}");

    held.extend((0..2).map(|_| Raw::connect(&app.address)));
    for raw in &mut held[14..] {
        raw.send("GET /healthz HTTP/1.1\r\n");
    }
    let began = Instant::now();
    let refused = loop {
        let answer = Raw::connect(&app.address).send(get("/healthz")).rest();
        if status(&answer) == "503" || began.elapsed() > Duration::from_secs(1) {
            break answer;
        }
    };
    assert_eq!(status(&refused), "503", "{refused}");
    assert_eq!(status(&held[0].send(get("/healthz")).answer()), "200", "who is served goes on being served");
    // Connections without requests have less time than usual.
    assert_eq!(status(&held[14].rest()), "408");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_head_that_is_too_large_or_malformed_is_refused_whoever_finds_out() {
    let https = |config: &mut Config| config.base_url = Some(Url::parse("https://keys.example.org").unwrap());
    let app = TestApp::start_with(Kind::Sqlite, https);
    let head = |more: &str| format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{more}\r\n");
    let long = |size: usize| head(&format!("X-Long: {}\r\n", "a".repeat(size)));
    let cases = [
        (head(""), "200"),
        (long(31 * 1024), "200"),
        (long(33 * 1024), "431"),
        (long(64 * 1024), "431"),
        (head(&"X: y\r\n".repeat(200)), "431"),
        ("GET /healthz HTTP/1.1\nHost: a\n\n".to_owned(), "400"),
        ("GET /healthz HTTP/1.1\r\nHost: a\nX: y\r\n\r\n".to_owned(), "400"),
        (head("X: y\r\n z\r\n"), "400"),
        (head("X : y\r\n"), "400"),
        (head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), "400"),
        (head("Content-Length: 1\r\nContent-Length: 2\r\n"), "400"),
        (head("Transfer-Encoding: gzip, chunked\r\n"), "400"),
        ("GET /healthz HTTP/1.1\r\n\r\n".to_owned(), "400"),
        (format!("{} /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "A".repeat(33)), "501"),
        ("nonsense\r\n\r\n".to_owned(), "400"),
    ];
    for (request, expected) in cases {
        let mut raw = Raw::connect(&app.address);
        let answer = raw.send(&request).answer();
        assert_eq!(status(&answer), expected, "{request:?}: {answer}");
        assert!(answer.contains("strict-transport-security: max-age="), "{request:?}: {answer}");
        if expected == "431" || expected == "400" {
            assert_eq!(raw.rest(), "", "the connection ends: {request:?}");
        }
    }
    for request in [get("/v1/verify"), get("/v1/forward-auth"), half("/v1/verify"), get("/sign-in")] {
        let request = request.replace("50", "1");
        let answer = Raw::connect(&app.address).send(&request).answer();
        assert!(answer.contains("strict-transport-security: max-age="), "{request:?}: {answer}");
    }
}

#[test]
fn requests_sent_at_once_are_answered_in_turn() {
    let app = limited(|_| {});
    let mut raw = Raw::connect(&app.address);
    raw.send(get("/healthz").repeat(5));
    for _ in 0..5 {
        assert_eq!(status(&raw.answer()), "200");
    }
}

#[test]
fn a_key_that_a_trusted_proxy_took_by_plain_http_is_refused() {
    let app = TestApp::start_with(Kind::Sqlite, |config: &mut Config| {
        config.base_url = Some(Url::parse("https://keys.example.org").unwrap());
        config.trusted_proxies = TrustedProxies::parse("127.0.0.2").unwrap();
    });
    let from = |peer: &str, path: &str, proto: &str| {
        let request = format!("POST {path} HTTP/1.1\r\nHost: a\r\n{proto}X-API-Key: lk_x\r\n\r\n");
        Raw::connect_from(peer, &app.address).send(request).answer()
    };
    for path in ["/v1/verify", "/oauth2/introspect", "/v1/verif%79"] {
        for proto in ["X-Forwarded-Proto: http\r\n", "X-Forwarded-Proto: https, HTTP\r\n"] {
            let refused = from("127.0.0.2", path, proto);
            assert!(status(&refused) == "403" && refused.contains("Use https."), "{path} {proto}: {refused}");
            assert!(refused.contains("content-type: application/problem+json"), "{refused}");
        }
        for proto in ["", "X-Forwarded-Proto: https\r\n", "X-Forwarded-Proto: http, https\r\n"] {
            assert_ne!(status(&from("127.0.0.2", path, proto)), "403", "{path} {proto}");
        }
        // Anybody can send the header. At forward-auth it describes the client's request.
        assert_ne!(status(&from("127.0.0.1", path, "X-Forwarded-Proto: http\r\n")), "403", "{path}");
    }
    assert_eq!(status(&from("127.0.0.2", "/v1/forward-auth", "X-Forwarded-Proto: http\r\n")), "401");
}
