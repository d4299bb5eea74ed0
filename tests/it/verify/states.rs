//! Every status of a key, through every endpoint, with every form of credentials.

use data_encoding::BASE64;
use latchkey::domain::{Role, Token, TokenLabel};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Page, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";

/// The headers that present a token: Bearer, X-API-Key, Basic.
fn forms(token: &str) -> [(&'static str, String); 3] {
    let mut parts = token.splitn(3, '_').skip(1);
    let (lookup, secret) = (parts.next().unwrap_or("x"), parts.next().unwrap_or("y"));
    [
        ("authorization", format!("Bearer {token}")),
        ("x-api-key", token.to_owned()),
        ("authorization", format!("Basic {}", BASE64.encode(format!("lk_{lookup}:{secret}").as_bytes()))),
    ]
}

fn ask(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Page {
    app.visitor().request(method, path, headers, body)
}

on_both_databases! {
    fn every_state_gets_its_code_from_every_door(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "gone");
        let now = app.state.clock.now();
        let (_, caller) = app.insert_token(OWNER, "caller", |_| {});
        let (_, valid) = app.insert_token(OWNER, "valid", |key| key.expires_at = None);
        let (_, pending) = app.insert_token(OWNER, "pending", |key| key.confirmed_at = None);
        let (_, disabled) = app.insert_token(OWNER, "disabled", |key| key.disabled_at = Some(now));
        let (_, expired) = app.insert_token(OWNER, "expired", |key| key.expires_at = Some(now));
        let (_, revoked) = app.insert_token(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let (_, orphaned) = app.insert_token("gone@acme.example", "orphaned", |_| {});
        app.change_users_beside("UPDATE users SET disabled_at = 1 WHERE email = 'gone@acme.example'");
        let unknown = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
        let wrong = with_wrong_secret(&valid, &unknown);
        let revoked_wrong = with_wrong_secret(&revoked, &unknown);
        let mut typo = valid.expose().to_owned();
        typo.replace_range(20..21, if &typo[20..21] == "a" { "b" } else { "a" });

        for (token, code) in [
            (valid.expose(), "VALID"),
            (pending.expose(), "KEY_NOT_CONFIRMED"),
            (disabled.expose(), "DISABLED"),
            (expired.expose(), "EXPIRED"),
            (revoked.expose(), "REVOKED"),
            (orphaned.expose(), "OWNER_INACTIVE"),
            (unknown.expose(), "NOT_FOUND"),
            (wrong.as_str(), "NOT_FOUND"),
            (revoked_wrong.as_str(), "NOT_FOUND"),
            (typo.as_str(), "NOT_FOUND"),
            ("lk_garbage", "NOT_FOUND"),
        ] {
            // Twice: from the database, and from the cache.
            for _ in 0..2 {
                assert_eq!(app.visitor().verify(token), (200, code.to_owned()), "{token}");
                for (name, value) in forms(token) {
                    let page = ask(app, "POST", "/v1/verify", &[(name, &value)], None);
                    let answer = page.json();
                    assert_eq!((page.status, answer["code"].as_str().unwrap()), (200, code), "{value}");
                    assert_eq!(answer["valid"].as_bool().unwrap(), code == "VALID");
                    assert_eq!(answer.get("key").is_some(), code != "NOT_FOUND", "{answer}");

                    let page = ask(app, "GET", "/v1/forward-auth", &[(name, &value)], None);
                    assert_eq!(page.status, if code == "VALID" { 200 } else { 401 }, "{value}");
                    assert_eq!(page.header("x-latchkey-code"), code);
                    assert_eq!(page.header("x-latchkey-key-id").is_empty(), code != "VALID");
                }
                for (name, value) in forms(caller.expose()) {
                    let body = format!("token={token}");
                    let headers = [(name, value.as_str()), ("content-type", "application/x-www-form-urlencoded")];
                    let page = ask(app, "POST", "/oauth2/introspect", &headers, Some(&body));
                    let answer = page.json();
                    assert_eq!((page.status, answer["active"].as_bool().unwrap()), (200, code == "VALID"), "{token}");
                    assert!(code == "VALID" || page.body == r#"{"active":false}"#, "{}", page.body);
                }
            }
        }
    }

    fn the_answer_says_what_the_key_may_and_nobodys_name(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Support, "sam");
        let (key, token) = app.insert_token("sam@acme.example", "Deploy", |_| {});
        let headers = [("x-api-key", token.expose())];
        let answer = ask(app, "POST", "/v1/verify", &headers, None).json();
        assert_eq!(answer["key"]["id"].as_str().unwrap(), key.id.as_str());
        assert_eq!(answer["key"]["name"].as_str().unwrap(), "Deploy");
        assert_eq!(answer["owner"]["id"].as_str().unwrap(), key.owner_id.as_str());
        assert_eq!(answer["role"].as_str().unwrap(), "support");
        assert_eq!(answer["expires_at"].as_str().unwrap(), key.expires_at.unwrap().to_string());
        let permissions: Vec<_> = answer["permissions"].as_array().unwrap().iter().collect();
        assert!(permissions.contains(&&"api_keys.see_all".into()) && !permissions.contains(&&"api_keys.manage_all".into()));
        assert!(!answer.to_string().contains("sam@"));

        let passed = ask(app, "GET", "/v1/forward-auth?permission=api_keys.see_all", &headers, None);
        assert_eq!((passed.status, passed.header("x-latchkey-role")), (200, "support"));
        assert_eq!(passed.header("x-latchkey-key-id"), key.id.as_str());
        let stopped = ask(app, "GET", "/v1/forward-auth?permission=api_keys.manage_all", &headers, None);
        assert_eq!((stopped.status, stopped.header("x-latchkey-code")), (403, "INSUFFICIENT_PERMISSIONS"));
        let body = r#"{"permission":"api_keys.manage_all"}"#;
        let json = [headers[0], ("content-type", "application/json")];
        let answer = ask(app, "POST", "/v1/verify", &json, Some(body)).json();
        assert_eq!(answer["code"].as_str().unwrap(), "INSUFFICIENT_PERMISSIONS");
    }

    fn introspection_answers_nobody_who_may_not_verify(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        let (_, token) = app.insert_token(OWNER, "asked", |_| {});
        let (_, member) = app.insert_token("max@acme.example", "caller", |_| {});
        let (_, expired) = app.insert_token(OWNER, "old", |key| key.expires_at = Some(key.created_at));
        let body = format!("token={}", token.expose());
        let form = ("content-type", "application/x-www-form-urlencoded");
        let bearer = |error: &str| format!("Bearer error=\"{error}\"");
        let (basic, invalid) = ("Basic realm=\"Latchkey\"".to_owned(), bearer("invalid_token"));
        for (caller, status, error, challenges) in [
            (Some(member.expose()), 403, "insufficient_scope", vec![bearer("insufficient_scope")]),
            (Some(expired.expose()), 401, "invalid_client", vec![basic.clone(), invalid.clone()]),
            (Some("lk_garbage"), 401, "invalid_client", vec![basic.clone(), invalid]),
            (None, 401, "invalid_client", vec![basic, "Bearer".to_owned()]),
        ] {
            let headers: Vec<_> = caller.map(|caller| ("x-api-key", caller)).into_iter().chain([form]).collect();
            let page = ask(app, "POST", "/oauth2/introspect", &headers, Some(&body));
            assert_eq!((page.status, page.header("content-type")), (status, "application/json"), "{caller:?}");
            assert_eq!(page.json()["error"], error, "{caller:?}");
            let said: Vec<_> = page.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
            assert_eq!(said, challenges, "{caller:?}");
        }
    }

    fn a_key_expires_between_two_questions(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let now = app.state.clock.now();
        let (_, token) = app.insert_token(OWNER, "soon", |key| key.expires_at = Some(now.plus(Duration::hours(1))));
        let mut service = app.visitor();
        assert_eq!(service.verify(token.expose()).1, "VALID");
        app.clock.advance(Duration::hours(1) - Duration::MICROSECOND);
        assert_eq!(service.verify(token.expose()).1, "VALID");
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!(service.verify(token.expose()).1, "EXPIRED");
    }
}
