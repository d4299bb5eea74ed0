//! Requests that no real service would send.

use latchkey::domain::{Role, Token, TokenLabel};

use crate::{
    on_both_databases,
    support::{Kind, Raw, TestApp},
};

on_both_databases! {
    fn malformed_questions_get_problem_details_and_a_4xx(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token("owner@acme.example", "Deploy", |_| {});
        let token = token.expose();
        let json = ("content-type", "application/json");
        let key = ("x-api-key", token);
        let (_, other) = app.insert_token("owner@acme.example", "Other", |_| {});
        let bearer = format!("Bearer {}", other.expose());
        let form = ("content-type", "application/x-www-form-urlencoded");
        let deep = "[".repeat(4_000);
        let large = format!("{{\"token\":\"{}\"}}", "a".repeat(10_000));
        for (method, path, headers, body, status) in [
            ("POST", "/v1/verify", &[json][..], None, 400),
            ("POST", "/v1/verify", &[json], Some("{}"), 400),
            ("POST", "/v1/verify", &[json], Some("{\"token\":1}"), 400),
            ("POST", "/v1/verify", &[json], Some("{\"tokn\":\"x\"}"), 400),
            ("POST", "/v1/verify", &[json], Some("not json"), 400),
            ("POST", "/v1/verify", &[json], Some(deep.as_str()), 400),
            ("POST", "/v1/verify", &[json], Some(large.as_str()), 413),
            ("POST", "/v1/verify", &[json, key], Some("{\"token\":\"x\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permission\":\"\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permissions\":\"x\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permissions\":null}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permissions\":[\"\"]}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permissions\":[\"policy.manage\",1]}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permissions\":{\"x\":\"y\"}}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"origin\":1}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"app_identifier\":[]}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"client_ip\":\"10.0.0.0/8\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"client_ip\":\"192.0.2.7, 192.0.2.8\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"client_ip\":7}"), 400),
            ("POST", "/v1/verify", &[("content-type", "text/plain")], Some("token=x"), 415),
            ("POST", "/v1/verify", &[json, ("content-encoding", "gzip")], Some("{}"), 415),
            ("POST", "/v1/verify", &[key, ("authorization", bearer.as_str())], None, 400),
            ("POST", "/v1/verify", &[("authorization", "Digest x")], None, 400),
            ("POST", "/v1/verify", &[json], Some(&format!("[\"{token}\"]")), 400),
            ("POST", "/v1/verify", &[json], Some(&format!("[\"{token}\",null,\"any\",null,null,null,null]")), 400),
            ("POST", "/v1/verify", &[json], Some(&format!("{{\"token\":\"{token}\",\"token\":\"{token}\"}}")), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"permission\":\"policy.see\",\"permission\":\"policy.see\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"Permission\":\"policy.manage\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"organization\":null}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"organization\":[]}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"organization\":\"\"}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"organization\":{\"id\":\"any\"}}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{\"organization\":[\"any\",\"any\"]}"), 400),
            ("POST", "/v1/verify", &[json, key], Some("{} {}"), 400),
            ("POST", "/v1/verify?permission=policy.manage", &[json, key], Some("{\"permission\":\"policy.manage\"}"), 400),
            ("POST", "/v1/verify?permission=x", &[json, key], Some("{\"permissions\":[\"x\"]}"), 400),
            ("POST", "/v1/verify?organization=any", &[json, key], Some("{\"organization\":\"any\"}"), 400),
            ("POST", "/v1/verify?permissions=policy.manage", &[key], None, 400),
            ("POST", "/v1/verify?token=x", &[key], None, 400),
            ("POST", "/v1/verify?organization=", &[key], None, 400),
            ("GET", "/v1/verify", &[key], None, 405),
            ("DELETE", "/v1/verify", &[key], None, 405),
            ("GET", "/v1/forward-auth?permission=", &[key], None, 400),
            ("GET", "/v1/forward-auth?permissions=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth?Permission=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth?x=1;permission=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth?permission=policy.manage&permission=", &[], None, 400),
            ("GET", "/v1/forward-auth/?permission=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth//?permission=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth/orders?permission=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth;permissions=policy.manage/orders", &[key], None, 400),
            ("GET", "/v1/forward%2Dauth?permission=x", &[key], None, 400),
            ("GET", "/v1/forward-auth%3Bpermission=policy.manage", &[key], None, 400),
            ("GET", "/v1/forward-auth%3Bpermission=policy.manage/orders", &[key], None, 400),
            ("GET", "/v1/forward-auth%3borganization=any/orders", &[key], None, 400),
            ("GET", "/v1/forward-auth/orders?environment=test", &[key], None, 400),
            ("GET", "/v1/forward-auth/orders?browser=true", &[key], None, 400),
            ("GET", "/oauth2/introspect", &[key], None, 405),
            ("POST", "/oauth2/introspect", &[key, json], Some("{}"), 415),
            ("POST", "/oauth2/introspect", &[key, form], Some("x=y"), 400),
            ("POST", "/oauth2/introspect", &[key, form], Some("token=x&token=y"), 400),
            ("POST", "/oauth2/introspect", &[key, form], Some("token=x&permission=policy.manage"), 400),
            ("POST", "/oauth2/introspect", &[key, form], Some("token=x&organization="), 400),
            ("POST", "/oauth2/introspect?permission=policy.manage", &[key, form], Some("token=x"), 400),
            ("POST", "/oauth2/introspect?organization=any", &[key, form], Some("token=x&organization=any"), 400),
            ("POST", "/oauth2/introspect?token=x", &[key, form], Some("token=x"), 400),
        ] {
            let page = app.visitor().request(method, path, headers, body);
            let is_oauth = path.starts_with("/oauth2/introspect") && status != 405;
            let media_type = if is_oauth { "application/json" } else { "application/problem+json" };
            assert_eq!((page.status, page.header("content-type")), (status, media_type), "{method} {path} {headers:?}");
            assert_eq!(page.json()["error"].as_str(), is_oauth.then_some("invalid_request"));
            assert_eq!(page.json()["status"].as_u64().unwrap(), u64::from(status));
            assert!(!page.body.contains(token) && page.header("cache-control") == "no-store");
            assert_eq!(page.header("allow"), if status == 405 { "POST" } else { "" });
        }
    }

    fn a_body_that_is_not_utf_8_is_refused(app: &TestApp) {
        let body = b"{\"token\":\"\xff\"}";
        let head = "POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length:";
        let mut connection = Raw::connect(&app.address);
        let answer = connection.send(format!("{head} {}\r\n\r\n", body.len())).send(body).answer();
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("must be a JSON object"), "{answer}");
    }

    fn a_proxy_may_ask_with_the_method_of_its_request(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token("owner@acme.example", "Deploy", |_| {});
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
            let page = app.visitor().request(method, "/v1/forward-auth", &[("x-api-key", token.expose())], None);
            assert_eq!(page.status, 200, "{method}");
        }
        assert_eq!(app.visitor().get("/v1/forward-auth").status, 401);
        let (_, other) = app.insert_token("owner@acme.example", "Other", |_| {});
        let bearer = format!("Bearer {}", other.expose());
        for credentials in [
            &[("authorization", "Digest x")][..],
            &[("authorization", bearer.as_str()), ("x-api-key", token.expose())],
        ] {
            let page = app.visitor().request("GET", "/v1/forward-auth", credentials, None);
            assert_eq!(page.status, 401, "a proxy takes anything but 401 and 403 for its own fault");
        }
    }
}

#[test]
fn who_sends_too_many_wrong_tokens_is_held_up_and_who_holds_a_good_one_is_not() {
    let app = TestApp::start(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    let (_, good) = app.insert_token("owner@acme.example", "Deploy", |_| {});
    let mut service = app.visitor();
    assert_eq!(service.verify(good.expose()).1, "VALID");
    let mut rng = (app.state.rng)();
    let mut send_wrong_token = || {
        let body = format!("{{\"token\":\"{}\"}}", Token::generate(&TokenLabel::default(), &mut rng).expose());
        app.visitor().request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body))
    };
    assert!((0..100).all(|_| send_wrong_token().status == 200));
    // Ten a second are forgiven, so it may take a few more.
    let held_up = (0..1_000).map(|_| send_wrong_token()).find(|page| page.status != 200).unwrap();
    assert!(held_up.status == 429 && !held_up.header("retry-after").is_empty());
    assert_eq!(held_up.json()["code"].as_str().unwrap(), "RATE_LIMITED");
    assert_eq!(service.verify(good.expose()).1, "VALID");
}
