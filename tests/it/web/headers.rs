//! Headers that every answer carries.

use latchkey::{config::Config, domain::Role};
use url::Url;

use crate::support::{Kind, TestApp};

#[test]
fn every_answer_is_guarded_whatever_its_status() {
    let app = TestApp::start(Kind::Sqlite);
    let mut owner = app.sign_in(Role::Owner);
    let style = owner.get("/").find_all("link[rel=stylesheet]")[0].attribute("href").unwrap();
    let answers = [
        ("/", 200),
        ("/settings/developers/api-keys/new", 200),
        (style.as_str(), 200),
        ("/static/x/app.css", 404),
        ("/nowhere", 404),
        ("/settings/developers/api-keys?sort=x", 400),
        ("/sign-out", 405),
        ("/healthz", 200),
        ("/readyz", 200),
    ];
    for (path, status) in answers {
        let page = owner.get(path);
        assert_eq!(page.status, status, "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{path}: {name}");
        }
        assert!(!page.header("x-request-id").is_empty(), "{path}");
        assert_eq!(page.header("server"), "");
        assert_eq!(page.header("strict-transport-security"), "", "not over http");
    }
    assert_eq!(owner.get("/").header("cache-control"), "no-store");
    assert!(owner.get(&style).header("cache-control").contains("immutable"));
}

#[test]
fn behind_https_browsers_are_told_to_stay_there() {
    let https = |config: &mut Config| config.base_url = Some(Url::parse("https://keys.example.org").unwrap());
    let app = TestApp::start_with(Kind::Sqlite, https);
    for path in ["/sign-in", "/nowhere", "/static/x/y"] {
        assert!(app.visitor().get(path).header("strict-transport-security").contains("max-age=63072000"), "{path}");
    }
}

#[test]
fn over_plain_http_to_other_machines_cookies_still_work() {
    let lan = |config: &mut Config| config.base_url = Some(Url::parse("http://192.168.1.5:8080").unwrap());
    let app = TestApp::start_with(Kind::Sqlite, lan);
    let owner = app.sign_in(Role::Owner);
    assert!(owner.cookies.contains_key(&app.state.site.cookie_name("session")), "{:?}", owner.cookies.keys());
}

#[test]
fn assets_are_compressed_as_the_browser_can() {
    let app = TestApp::start(Kind::Sqlite);
    let page = app.visitor().get("/registration");
    let script = page.find_all("script[src]")[0].attribute("src").unwrap();
    for (accepted, encoding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("identity", ""),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0", ""),
        ("BR", "br"),
    ] {
        let (status, given, length) = app.visitor().measure(&script, accepted);
        assert_eq!((status, given.as_str()), (200, encoding));
        assert!(if encoding.is_empty() { length > 30_000 } else { length < 20_000 }, "{accepted}: {length}");
    }
}
