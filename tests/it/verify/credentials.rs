//! Credentials and requests of common clients.

use data_encoding::BASE64;
use latchkey::domain::{Role, Token, api_key::restrictions::Kind};
use serde_json::json;

use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

const OWNER: &str = "owner@acme.example";
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn ask(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Page {
    app.visitor().request(method, path, headers, body)
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()))
}

/// The code of `/v1/verify` for this body.
fn code(app: &TestApp, body: &serde_json::Value) -> String {
    let page = ask(app, "POST", "/v1/verify", &[JSON], Some(&body.to_string()));
    assert_eq!(page.status, 200, "{body}: {}", page.body);
    page.json()["code"].as_str().unwrap().to_owned()
}

/// Whether the caller may introspect, with these headers and these fields in the form.
fn introspect(app: &TestApp, token: &Token, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Page {
    let fields = [("token", token.expose())].into_iter().chain(fields.iter().copied());
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    ask(app, "POST", "/oauth2/introspect", &[&[FORM], headers].concat(), Some(&body))
}

on_both_databases! {
    fn the_applications_own_authorization_is_no_credential(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (_, other) = app.insert_token(OWNER, "Other", |_| {});
        let explicit = ("x-api-key", token.expose());
        let in_body = json!({ "token": token.expose() }).to_string();
        for own in ["Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Basic eDp5", "Digest username=x", ""] {
            let own = ("authorization", own);
            let passed = ask(app, "GET", "/v1/forward-auth", &[explicit, own], None);
            assert_eq!((passed.status, passed.header("x-latchkey-key-id")), (200, key.id.as_str()), "{own:?}");
            assert_eq!(ask(app, "POST", "/v1/verify", &[explicit, own], None).json()["code"], "VALID", "{own:?}");
            assert_eq!(ask(app, "POST", "/v1/verify", &[own, JSON], Some(&in_body)).json()["code"], "VALID");
            assert_eq!(introspect(app, &token, &[explicit, own], &[]).json()["active"], true, "{own:?}");
        }
        let (same, different) = (format!("Bearer {}", token.expose()), format!("Bearer {}", other.expose()));
        for (authorization, forward_auth, verify) in [(&same, 200, 200), (&different, 401, 400)] {
            let both = [explicit, ("authorization", authorization.as_str())];
            assert_eq!(ask(app, "GET", "/v1/forward-auth", &both, None).status, forward_auth);
            assert_eq!(ask(app, "POST", "/v1/verify", &both, None).status, verify);
            assert_eq!(ask(app, "POST", "/v1/verify", &[both[1], JSON], Some(&in_body)).status, verify);
            assert_eq!(introspect(app, &token, &both, &[]).status, verify);
        }
        // Credentials for another application are not a wrong token, and delay nobody.
        for _ in 0..300 {
            ask(app, "GET", "/v1/forward-auth", &[explicit, ("authorization", "Bearer x")], None);
        }
        assert_eq!(ask(app, "GET", "/v1/forward-auth", &[("x-api-key", "garbage")], None).status, 401);
    }

    fn basic_carries_the_token_as_user_or_password(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (text, lookup, secret) = (token.expose(), token.lookup(), token.secret());
        for (user, password) in [(text, ""), ("x", text), ("max@acme.example", text), (lookup, secret), (lookup, text)] {
            let header = ("authorization", &*basic(user, password));
            assert_eq!(ask(app, "GET", "/v1/forward-auth", &[header], None).status, 200, "{user}");
            assert_eq!(ask(app, "POST", "/v1/verify", &[header], None).json()["code"], "VALID", "{user}");
            assert_eq!(introspect(app, &token, &[header], &[]).status, 200, "{user}");
        }
        assert_eq!(ask(app, "GET", "/v1/forward-auth", &[("authorization", &basic("x", "y"))], None).status, 401);
    }

    fn a_question_is_read_as_clients_write_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (_, inside) = app.insert_restricted(OWNER, Kind::AllowedNetworks, "192.0.2.0/24\nfe80::/10");
        for around in ["{}\n", "{}\r\n", " {} ", "\t{}"] {
            let text = around.replace("{}", token.expose());
            assert_eq!(code(app, &json!({ "token": text })), "VALID", "{text:?}");
            let own = [("x-api-key", token.expose()), FORM];
            let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", &text).finish();
            assert_eq!(ask(app, "POST", "/oauth2/introspect", &own, Some(&body)).json()["active"], true, "{text:?}");
        }
        for (client_ip, expected) in [
            ("192.0.2.7", "VALID"),
            ("192.0.2.7:4711", "VALID"),
            ("::ffff:192.0.2.7", "VALID"),
            ("[fe80::1%eth0]:4711", "VALID"),
            ("fe80::1%eth0", "VALID"),
            ("203.0.113.9:4711", "NETWORK_NOT_ALLOWED"),
            ("", "NETWORK_NOT_ALLOWED"),
            ("unknown", "NETWORK_NOT_ALLOWED"),
            ("_hidden", "NETWORK_NOT_ALLOWED"),
        ] {
            assert_eq!(code(app, &json!({ "token": inside.expose(), "client_ip": client_ip })), expected, "{client_ip}");
            assert_eq!(code(app, &json!({ "token": token.expose(), "client_ip": client_ip })), "VALID", "{client_ip}");
        }
        let body = json!({ "token": token.expose() }).to_string();
        for media_type in ["APPLICATION/JSON", "application/json;charset=UTF-8", "Application/Json ; charset=utf-8"] {
            let page = ask(app, "POST", "/v1/verify", &[("content-type", media_type)], Some(&body));
            assert_eq!(page.status, 200, "{media_type}");
        }
        let (own, body) = (("x-api-key", token.expose()), format!("token={}", token.expose()));
        for (media_type, status) in [
            ("APPLICATION/X-WWW-FORM-URLENCODED", 200),
            ("application/x-www-form-urlencoded; charset=UTF-8", 200),
            ("application/x-www-form-urlencoded-not", 415),
        ] {
            let page = ask(app, "POST", "/oauth2/introspect", &[own, ("content-type", media_type)], Some(&body));
            assert_eq!(page.status, status, "{media_type}");
        }
    }

    fn oauth_clients_authenticate_at_introspection(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "gateway", |_| {});
        let (_, other) = app.insert_token(OWNER, "other", |_| {});
        let (id, text) = (key.id.as_str(), token.expose());
        let encoded = |text: &str| text.replace('_', "%5F");
        for (user, password) in [(id, text), (&*encoded(id), &*encoded(text)), (token.lookup(), token.secret())] {
            let header = basic(user, password);
            assert_eq!(introspect(app, &other, &[("authorization", &header)], &[]).json()["active"], true, "{user}");
        }
        let hint = ("token_type_hint", "access_token");
        for (user, password) in [(id, text), (token.lookup(), token.secret())] {
            let page = introspect(app, &other, &[], &[("client_id", user), ("client_secret", password), hint]);
            assert_eq!(page.json()["active"], true, "{user}");
        }
        let bearer = format!("Bearer {text}");
        let page = introspect(app, &other, &[("authorization", &bearer)], &[("client_id", id)]);
        assert_eq!(page.json()["active"], true, "an id alone presents nothing");

        for fields in [&[("client_id", text)][..], &[("client_id", id), ("client_secret", "wrong")], &[("client_secret", "")]] {
            let page = introspect(app, &other, &[], fields);
            assert_eq!((page.status, &page.json()["error"]), (401, &json!("invalid_client")), "{fields:?}");
            assert!(page.header("www-authenticate").starts_with("Basic "), "{fields:?}");
        }
        let twice = [("client_id", id), ("client_secret", other.expose())];
        let page = introspect(app, &other, &[("authorization", &bearer)], &twice);
        assert_eq!((page.status, &page.json()["error"]), (400, &json!("invalid_request")));
    }

    fn every_answer_forbids_browsers_to_make_something_of_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let key = ("x-api-key", token.expose());
        for (method, path, headers) in [
            ("POST", "/v1/verify", &[key][..]),
            ("POST", "/v1/verify", &[]),
            ("GET", "/v1/verify", &[]),
            ("GET", "/v1/forward-auth", &[key]),
            ("GET", "/v1/forward-auth", &[]),
            ("GET", "/v1/forward-auth?permission=x", &[key]),
            ("GET", "/v1/forward-auth?permission=api_keys.verify", &[key]),
            ("POST", "/oauth2/introspect", &[key]),
            ("POST", "/oauth2/introspect", &[]),
            ("GET", "/oauth2/introspect", &[]),
        ] {
            let page = ask(app, method, path, headers, None);
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(page.header("cache-control"), "no-store", "{method} {path}");
            assert_eq!(page.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
            assert_eq!(page.header("cross-origin-resource-policy"), "same-origin", "{method} {path}");
        }
        let introspected = introspect(app, &token, &[key], &[]);
        assert_eq!(introspected.header("x-content-type-options"), "nosniff");
    }
}
