//! Keys restricted to web pages, networks or apps.

use latchkey::{
    config::{Config, TrustedProxies},
    domain::{Role, Token, api_key::restrictions::Kind},
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Client, Kind as Database, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";
const JSON: (&str, &str) = ("content-type", "application/json");

/// Verifies twice with `/v1/verify`, from the database and from the cache; returns the code.
fn verify(service: &mut Client, token: &Token, mut question: Value) -> String {
    question["token"] = token.expose().into();
    let mut ask = || {
        let page = service.request("POST", "/v1/verify", &[JSON], Some(&question.to_string()));
        let (status, answer) = (page.status, page.json());
        assert_eq!((status, answer["valid"].as_bool().unwrap()), (200, answer["code"] == "VALID"), "{answer}");
        answer["code"].as_str().unwrap().to_owned()
    };
    let code = ask();
    assert_eq!(ask(), code, "{question}");
    code
}

/// The same with `/v1/forward-auth`, as a client that sends these headers.
fn pass(service: &mut Client, token: &Token, headers: &[(&str, &str)]) -> String {
    let mut all = vec![("x-api-key", token.expose())];
    all.extend_from_slice(headers);
    let page = service.request("GET", "/v1/forward-auth", &all, None);
    let code = page.header("x-latchkey-code").to_owned();
    assert_eq!(page.status, if code == "VALID" { 200 } else { 403 }, "{headers:?}");
    assert_eq!(page.header("x-latchkey-key-id").is_empty(), code != "VALID");
    code
}

fn code(is_good: bool, otherwise: &str) -> String {
    if is_good { "VALID" } else { otherwise }.to_owned()
}

on_both_databases! {
    fn a_web_key_is_good_in_the_pages_that_it_is_for(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let domains = "https://app.example.com, *.example.org\nlocalhost:*\nпример.рф";
        let (_, token) = app.insert_restricted(OWNER, Kind::TrustedDomains, domains);
        let mut service = app.visitor();
        for (origin, is_good) in [
            ("https://app.example.com", true),
            ("HTTPS://APP.EXAMPLE.COM:443", true),
            ("http://app.example.com", false),
            ("https://app.example.com:8443", false),
            ("https://app.example.com.evil.org", false),
            ("https://evil-app.example.com", false),
            ("https://a.b.example.org", true),
            ("https://example.org", false),
            ("https://evilexample.org", false),
            ("http://localhost:5173", true),
            ("https://xn--e1afmkfd.xn--p1ai", true),
            ("null", false),
            ("", false),
            ("https://app.example.com/", false),
            ("https://app.example.com@evil.org", false),
            ("https://app.example.com, https://evil.org", false),
        ] {
            let expected = code(is_good, "ORIGIN_NOT_ALLOWED");
            assert_eq!(verify(&mut service, &token, json!({ "origin": origin })), expected, "{origin}");
            assert_eq!(pass(&mut service, &token, &[("origin", origin)]), expected, "{origin}");
            let page = format!("{origin}/page?query");
            if is_good {
                assert_eq!(pass(&mut service, &token, &[("referer", &page)]), "VALID", "{page}");
                assert_eq!(pass(&mut service, &token, &[("referer", &page), ("origin", "null")]), "ORIGIN_NOT_ALLOWED");
                let both = [("origin", origin), ("origin", "https://evil.org")];
                assert_eq!(pass(&mut service, &token, &both), "ORIGIN_NOT_ALLOWED", "{both:?}");
            }
        }
        let evil = [("referer", "https://evil.org/https://app.example.com")];
        assert_eq!(pass(&mut service, &token, &evil), "ORIGIN_NOT_ALLOWED");
        let forwarded = [("x-forwarded-host", "app.example.com"), ("x-forwarded-proto", "https")];
        assert_eq!(pass(&mut service, &token, &forwarded), "ORIGIN_NOT_ALLOWED");
    }

    fn a_server_key_is_good_in_the_networks_that_it_is_for(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let networks = "10.0.0.0/8\n2001:db8::/32, ::ffff:192.0.2.1";
        let (_, token) = app.insert_restricted(OWNER, Kind::AllowedNetworks, networks);
        let mut service = app.visitor();
        for (address, is_good) in [
            ("10.255.255.255", true),
            ("::ffff:10.0.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.1", true),
            ("::ffff:192.0.2.1", true),
            ("192.0.2.2", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("::10.0.0.1", false),
        ] {
            let expected = code(is_good, "NETWORK_NOT_ALLOWED");
            assert_eq!(verify(&mut service, &token, json!({ "client_ip": address })), expected, "{address}");
            // This client is not a trusted proxy.
            assert_eq!(pass(&mut service, &token, &[("x-forwarded-for", address)]), "NETWORK_NOT_ALLOWED");
        }
        app.create_user(Role::Owner, "local");
        // The service itself is on this machine, which says nothing about its caller.
        let (_, local) = app.insert_restricted("local@acme.example", Kind::AllowedNetworks, "127.0.0.0/8\n::1");
        assert_eq!(verify(&mut service, &local, json!({})), "NETWORK_NOT_ALLOWED");
        assert_eq!(pass(&mut service, &local, &[]), "VALID");
    }

    fn a_mobile_key_is_good_in_the_apps_that_it_is_for(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (certificate, other) = (["AB"; 32].join(":"), "ac".repeat(32));
        let apps = format!("com.example.ios\ncom.example.android {certificate}");
        let (_, token) = app.insert_restricted(OWNER, Kind::AppIdentifiers, &apps);
        let mut service = app.visitor();
        for (presented, is_good) in [
            ("com.example.ios".to_owned(), true),
            ("com.example.IOS".to_owned(), false),
            ("com.example.ios.evil".to_owned(), false),
            ("com.example.android".to_owned(), false),
            (format!("com.example.android {certificate}"), true),
            (format!("com.example.android;{}", "ab".repeat(32)), true),
            (format!("com.example.android {other}"), false),
            ("nonsense".to_owned(), false),
            (String::new(), false),
        ] {
            let expected = code(is_good, "APP_NOT_ALLOWED");
            let asked = json!({ "app_identifier": presented });
            assert_eq!(verify(&mut service, &token, asked), expected, "{presented}");
            assert_eq!(pass(&mut service, &token, &[("x-app-identifier", &presented)]), expected, "{presented}");
        }
        let package = ("x-android-package", "com.example.android");
        for (headers, is_good) in [
            (&[package, ("x-android-cert", &certificate)][..], true),
            (&[package, ("x-android-cert", &other)], false),
            (&[package], false),
            (&[("x-ios-bundle-identifier", "com.example.ios")], true),
            (&[("x-ios-bundle-identifier", "com.example.android")], false),
            (&[("x-ios-bundle-identifier", "com.example.ios"), package], false),
        ] {
            assert_eq!(pass(&mut service, &token, headers), code(is_good, "APP_NOT_ALLOWED"), "{headers:?}");
        }
    }

    fn a_restricted_key_is_refused_to_who_does_not_say_from_where_it_came(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, free) = app.insert_token(OWNER, "free", |_| {});
        let mut service = app.visitor();
        for (kind, rule, refused) in [
            (Kind::TrustedDomains, "example.com", "ORIGIN_NOT_ALLOWED"),
            (Kind::AllowedNetworks, "192.0.2.1", "NETWORK_NOT_ALLOWED"),
            (Kind::AppIdentifiers, "com.example.app", "APP_NOT_ALLOWED"),
        ] {
            let (_, token) = app.insert_restricted(OWNER, kind, rule);
            let elsewhere = json!({ "origin": "https://evil.org", "client_ip": "203.0.113.1", "app_identifier": "org.evil" });
            for question in [json!({}), elsewhere, json!({ "origin": null, "client_ip": null, "app_identifier": null })] {
                assert_eq!(verify(&mut service, &token, question.clone()), refused);
                assert_eq!(verify(&mut service, &free, question), "VALID", "nothing restricts that one");
            }
            assert_eq!(pass(&mut service, &token, &[]), refused);
            assert_eq!(pass(&mut service, &free, &[("origin", "null"), ("x-app-identifier", "?")]), "VALID");

            let form = ("content-type", "application/x-www-form-urlencoded");
            let asked = format!("token={}", token.expose());
            let own = [("x-api-key", free.expose()), form];
            let introspected = service.request("POST", "/oauth2/introspect", &own, Some(&asked));
            assert_eq!(introspected.body, r#"{"active":false}"#);
            let own = [("x-api-key", token.expose()), form];
            assert_eq!(service.request("POST", "/oauth2/introspect", &own, Some(&asked)).status, 401);
        }
    }

    fn the_more_final_reason_is_told_and_none_to_who_has_not_the_secret(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "gone");
        let now = app.state.clock.now();
        let restricted = |key: &mut latchkey::domain::ApiKey| {
            let texts = latchkey::domain::api_key::restrictions::Texts { allowed_networks: "192.0.2.1", ..Default::default() };
            key.restrictions = latchkey::domain::Restrictions::parse(key.scope, texts).unwrap();
        };
        let (_, here) = app.insert_token(OWNER, "here", restricted);
        let (_, expired) = app.insert_token(OWNER, "expired", |key| {
            restricted(key);
            key.expires_at = Some(now);
        });
        let (_, orphaned) = app.insert_token("gone@acme.example", "orphaned", restricted);
        app.change_users_beside("UPDATE users SET disabled_at = 1 WHERE email = 'gone@acme.example'");
        let mut service = app.visitor();
        let elsewhere = json!({ "client_ip": "203.0.113.1", "permission": "api_keys.see_own" });
        assert_eq!(verify(&mut service, &expired, elsewhere.clone()), "EXPIRED");
        assert_eq!(verify(&mut service, &orphaned, elsewhere.clone()), "OWNER_INACTIVE");
        assert_eq!(verify(&mut service, &here, elsewhere), "NETWORK_NOT_ALLOWED");
        let wrong = with_wrong_secret(&here, &expired);
        assert_eq!(verify(&mut service, &Token::parse(&wrong).unwrap(), json!({})), "NOT_FOUND");
    }

    fn a_timed_pause_ends_by_itself_also_in_memory(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let now = app.state.clock.now();
        let (_, token) = app.insert_token(OWNER, "paused", |key| {
            key.disabled_at = Some(now);
            key.disabled_until = Some(now.plus(time::Duration::hours(1)));
        });
        let mut service = app.visitor();
        assert_eq!(verify(&mut service, &token, json!({})), "DISABLED");
        app.clock.advance(time::Duration::HOUR - time::Duration::microseconds(1));
        assert_eq!(verify(&mut service, &token, json!({})), "DISABLED");
        app.clock.advance(time::Duration::microseconds(1));
        assert_eq!(verify(&mut service, &token, json!({})), "VALID");
        assert_eq!(app.audited("api_key.enabled"), 0, "nobody did it");
    }
}

#[test]
fn behind_a_trusted_proxy_its_client_counts() {
    let app = TestApp::start_with(Database::Sqlite, |config: &mut Config| {
        config.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap();
    });
    app.create_user(Role::Owner, "owner");
    let (_, token) = app.insert_restricted(OWNER, Kind::AllowedNetworks, "192.0.2.0/24");
    let mut proxy = app.visitor();
    for (forwarded, is_good) in [
        ("192.0.2.7", true),
        ("::ffff:192.0.2.7", true),
        ("203.0.113.1, 192.0.2.7", true),
        ("192.0.2.7, 203.0.113.1", false),
        ("203.0.113.1", false),
    ] {
        let expected = code(is_good, "NETWORK_NOT_ALLOWED");
        assert_eq!(pass(&mut proxy, &token, &[("x-forwarded-for", forwarded)]), expected, "{forwarded}");
    }
    assert_eq!(pass(&mut proxy, &token, &[]), "NETWORK_NOT_ALLOWED", "the proxy itself is not of that network");
}
