//! What a key says to services beside its permissions, and whom its organization lets use it.

use latchkey::domain::{
    KeyAttributes, Role, Scope, Token,
    api_key::attributes::{Environment, ExternalId, Metadata},
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Client, TestApp},
    web::settings::policy,
};

const OWNER: &str = "owner@acme.example";
const JSON: (&str, &str) = ("content-type", "application/json");

fn attributes() -> KeyAttributes {
    KeyAttributes {
        environment: Environment::parse("test").unwrap(),
        external_id: ExternalId::parse("cus 9F3 ü").unwrap(),
        metadata: Metadata::parse(r#"{"plan":"pro","seats":12}"#).unwrap(),
        ..KeyAttributes::default()
    }
}

/// Changes the policy on the page, as its Owner does.
fn change(owner: &mut Client, changes: &[(&str, &[&str])]) {
    let mut saved = policy::change(owner, changes);
    if saved.status == 200 {
        saved = policy::agree(owner, &saved, &[]);
    }
    assert_eq!(saved.status, 303, "{}", saved.body);
}

/// Verifies twice, from the database and from the cache.
fn verify(service: &mut Client, token: &Token, query: &str, mut body: Value) -> Value {
    body["token"] = token.expose().into();
    let mut ask = || service.request("POST", &format!("/v1/verify{query}"), &[JSON], Some(&body.to_string()));
    let first = ask();
    assert_eq!((first.status, &first.body), (200, &ask().body), "{body}");
    first.json()
}

fn forward(service: &mut Client, token: &Token, query: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let headers = [headers, &[("x-api-key", token.expose())]].concat();
    let page = service.request("GET", &format!("/v1/forward-auth{query}"), &headers, None);
    (page.status, page.header("x-latchkey-code").to_owned())
}

on_both_databases! {
    fn a_verified_key_says_its_attributes(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, plain) = app.insert_token(OWNER, "Plain", |_| {});
        let (_, token) = app.insert_token(OWNER, "Deploy", |key| key.attributes = attributes());
        let mut service = app.visitor();
        let says = |answer: &Value| ["environment", "external_id", "metadata"].map(|name| answer[name].clone());
        let of_key = [json!("test"), json!("cus 9F3 ü"), json!({ "plan": "pro", "seats": 12 })];
        assert_eq!(says(&verify(&mut service, &token, "", json!({}))), of_key);
        assert_eq!(says(&verify(&mut service, &plain, "", json!({}))), [json!("live"), json!(null), json!(null)]);

        for (token, environment, id) in [(&token, "test", "cus%209F3%20%C3%BC"), (&plain, "live", "")] {
            let page = service.request("GET", "/v1/forward-auth", &[("x-api-key", token.expose())], None);
            assert_eq!((page.status, page.header("x-latchkey-environment")), (200, environment));
            assert_eq!(page.header("x-latchkey-external-id"), id);
        }
    }

    fn a_question_can_ask_for_an_environment(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, live) = app.insert_token(OWNER, "Live", |_| {});
        let (_, test) = app.insert_token(OWNER, "Test", |key| key.attributes = attributes());
        let mut service = app.visitor();
        for (token, wanted, code) in [
            (&live, "live", "VALID"),
            (&live, "test", "ENVIRONMENT_NOT_ALLOWED"),
            (&live, "no such", "ENVIRONMENT_NOT_ALLOWED"),
            (&test, "test", "VALID"),
            (&test, "live", "ENVIRONMENT_NOT_ALLOWED"),
        ] {
            assert_eq!(verify(&mut service, token, "", json!({ "environment": wanted }))["code"], code);
            let query = format!("?environment={}", wanted.replace(' ', "+"));
            assert_eq!(verify(&mut service, token, &query, json!({}))["code"], code);
            let status = if code == "VALID" { 200 } else { 403 };
            assert_eq!(forward(&mut service, token, &query, &[]), (status, code.to_owned()));
        }
        for bad in [json!({ "environment": "" }), json!({ "environment": 1 }), json!({ "browser": "yes" })] {
            let body = bad.to_string();
            assert_eq!(service.request("POST", "/v1/verify", &[JSON, ("x-api-key", live.expose())], Some(&body)).status, 400);
        }
        for bad in ["?environment=", "?environment=live&environment=test", "?browser=1", "?environments=live"] {
            assert_eq!(forward(&mut service, &live, bad, &[]).0, 400, "{bad}");
        }
        let twice = json!({ "environment": "live" }).to_string();
        let page = service.request("POST", "/v1/verify?environment=live", &[JSON, ("x-api-key", live.expose())], Some(&twice));
        assert_eq!(page.status, 400);
    }

    fn a_server_key_in_a_browser_has_leaked(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, server) = app.insert_token(OWNER, "Server", |_| {});
        let (_, web) = app.insert_token(OWNER, "Web", |key| key.scope = Scope::Web);
        let mut service = app.visitor();
        let browsers = [("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")];
        let asked = [json!({ "browser": true }), json!({ "origin": "https://shop.example" })];
        let mut asked_before = false;
        for refuses in [false, true, false] {
            if refuses != asked_before {
                let value: &[&str] = if refuses { &["true"] } else { &[] };
                change(&mut owner, &[("refuse_browsers_with_server_keys", value)]);
            }
            asked_before = refuses;
            let (status, code) = if refuses { (403, "BROWSER_NOT_ALLOWED") } else { (200, "VALID") };
            for browser in browsers {
                assert_eq!(forward(&mut service, &server, "", &[browser]), (status, code.to_owned()), "{browser:?}");
                assert_eq!(forward(&mut service, &web, "", &[browser]).0, 200, "{browser:?}");
            }
            assert_eq!(forward(&mut service, &server, "?browser=true", &[]).0, status);
            for body in &asked {
                assert_eq!(verify(&mut service, &server, "", body.clone())["code"], code, "{body}");
                assert_eq!(verify(&mut service, &web, "", body.clone())["code"], "VALID", "{body}");
            }
            for plain in [json!({}), json!({ "browser": false }), json!({ "origin": "" })] {
                assert_eq!(verify(&mut service, &server, "", plain.clone())["code"], "VALID", "{plain}");
            }
            for program in [("user-agent", "Mozilla/5.0"), ("sec-fetch-mode", "cors")] {
                assert_eq!(forward(&mut service, &server, "", &[program]).0, 200, "{program:?}");
            }
        }
    }

    fn a_key_is_used_in_the_networks_of_its_organization_and_in_its_own(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, plain) = app.insert_token(OWNER, "Plain", |_| {});
        let (_, narrow) = app.insert_token(OWNER, "Narrow", |key| {
            key.restrictions.allowed_networks = latchkey::domain::api_key::restrictions::List::parse("10.1.0.0/16").unwrap();
        });
        let mut service = app.visitor();
        let mut code = |token: &Token, ip: &str| verify(&mut service, token, "", json!({ "client_ip": ip }))["code"].clone();
        assert_eq!(code(&plain, "192.0.2.7"), "VALID");
        change(&mut owner, &[("allowed_networks", &["10.0.0.0/8\n2001:db8::/32"])]);
        for (token, ip, expected) in [
            (&plain, "10.9.9.9", "VALID"),
            (&plain, "2001:db8::7", "VALID"),
            (&plain, "192.0.2.7", "NETWORK_NOT_ALLOWED"),
            (&plain, "", "NETWORK_NOT_ALLOWED"),
            (&narrow, "10.1.2.3", "VALID"),
            (&narrow, "10.9.9.9", "NETWORK_NOT_ALLOWED"),
        ] {
            assert_eq!(code(token, ip), expected, "{ip}");
        }
        change(&mut owner, &[("allowed_networks", &[""])]);
        assert_eq!(code(&plain, "192.0.2.7"), "VALID", "a change counts at once");
    }
}
