//! Permissions of the organization's own API: what a key has of them, and what verification answers.

use std::collections::BTreeSet;

use actix_web::rt::System;
use latchkey::{
    domain::{ChosenPermissions, KeyPermissions, Permission, Role},
    store,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use time::Duration;

use crate::{
    on_both_databases,
    support::{TestApp, api_grants},
};

const OWNER: &str = "owner@acme.example";
const MEMBER: &str = "max@acme.example";

fn only(api: &str) -> KeyPermissions {
    KeyPermissions::Only(ChosenPermissions { api: api_grants(api), ..ChosenPermissions::default() })
}

/// Asks both endpoints for these permissions, separated by spaces. Returns the code and, of a valid key, the names that
/// forward-auth answers.
fn ask(app: &TestApp, token: &str, wanted: &str) -> (String, String) {
    let (mut service, key) = (app.visitor(), ("x-api-key", token));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(wanted.split_whitespace().map(|name| ("permission", name)));
    let passed = service.request("GET", &format!("/v1/forward-auth?{}", query.finish()), &[key], None);
    let body = json!({ "permissions": wanted.split_whitespace().collect::<Vec<_>>() }).to_string();
    let answer =
        service.request("POST", "/v1/verify", &[key, ("content-type", "application/json")], Some(&body)).json();
    assert_eq!(answer["code"], passed.header("x-latchkey-code"), "both endpoints answer the same");
    let names = passed.header("x-latchkey-permissions").to_owned();
    if passed.status == 200 {
        assert_eq!(names, of_own_api(&answer));
    }
    (answer["code"].as_str().unwrap().to_owned(), names)
}

fn of_own_api(answer: &Value) -> String {
    let names = answer["permissions"].as_array().unwrap().iter().filter_map(Value::as_str);
    names.filter(|name| !name.contains('.')).collect::<Vec<_>>().join(" ")
}

/// Few parts, so that names and grants often meet.
fn random_name(rng: &mut StdRng) -> String {
    let parts = ["a", "b", "a-b"];
    let name: Vec<_> = (0..rng.random_range(1..=3)).map(|_| parts[rng.random_range(0..parts.len())]).collect();
    name.join(":")
}

fn random_grant(rng: &mut StdRng) -> String {
    let name = random_name(rng);
    if rng.random_bool(0.5) { format!("{name}:*") } else { name }
}

/// The definition, read word by word.
fn is_granted(name: &str, grants: &[String]) -> bool {
    grants.iter().any(|grant| match grant.strip_suffix(":*") {
        Some(resource) => name.starts_with(&format!("{resource}:")),
        None => grant == name,
    })
}

on_both_databases! {
    fn a_key_has_what_its_owner_is_granted_now_cut_to_what_was_selected(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.insert_api_permissions(OWNER, "invoices invoices:read invoices:lines:edit orders:read orders:cancel");
        let mut number = 0;
        let tokens = [KeyPermissions::Inherited, only("invoices:*"), only("orders:read invoices gone:*"), only("")].map(
            |permissions| {
                number += 1;
                app.insert_token(MEMBER, &format!("key {number}"), |key| key.permissions = permissions).1
            },
        );
        let expect = |names: [&str; 4]| {
            // Twice: from the database, and from the cache.
            for _ in 0..2 {
                let found = [0, 1, 2, 3].map(|index| ask(app, tokens[index].expose(), "").1);
                assert_eq!(found, names);
            }
        };
        expect(["", "", "", ""]);
        app.grant_to_role(OWNER, Role::Member, "invoices:* orders:read gone:read");
        expect(["invoices:lines:edit invoices:read orders:read", "invoices:lines:edit invoices:read", "orders:read", ""]);
        app.grant_to_member(MEMBER, "invoices orders:*");
        expect([
            "invoices invoices:lines:edit invoices:read orders:cancel orders:read",
            "invoices:lines:edit invoices:read",
            "invoices orders:read",
            "",
        ]);
        app.insert_api_permissions(OWNER, "invoices:send");
        assert_eq!(ask(app, tokens[1].expose(), "").1, "invoices:lines:edit invoices:read invoices:send");
        app.grant_to_role(OWNER, Role::Member, "");
        app.grant_to_member(MEMBER, "orders:cancel");
        expect(["orders:cancel", "", "", ""]);
    }

    fn a_request_may_ask_for_several_permissions_and_needs_all(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_permissions(OWNER, "invoices:read invoices:send orders:read");
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        for (wanted, is_valid) in [
            ("invoices:read", true),
            ("invoices:read invoices:send invoices:read", true),
            ("invoices:read policy.manage", true),
            ("invoices:read orders:read", false),
            ("orders:read", false),
            ("invoices:write", false),
            ("invoices:*", false),
            ("Invoices:read", false),
            ("счёт", false),
            ("*", false),
            ("policy.fly", false),
        ] {
            let code = if is_valid { "VALID" } else { "INSUFFICIENT_PERMISSIONS" };
            assert_eq!(ask(app, token.expose(), wanted).0, code, "{wanted}");
        }
        let both = json!({ "permission": "invoices:read", "permissions": ["orders:read"] }).to_string();
        let headers = [("x-api-key", token.expose()), ("content-type", "application/json")];
        let answer = app.visitor().request("POST", "/v1/verify", &headers, Some(&both)).json();
        assert_eq!(answer["code"], "INSUFFICIENT_PERMISSIONS");
        assert_eq!(of_own_api(&answer), "invoices:read invoices:send", "what it has, nevertheless");
        // An empty list asks for nothing, so it is no second place that names permissions.
        for (address, body, code) in [
            ("/v1/verify?permission=invoices:read", json!({ "permissions": [] }), "VALID"),
            ("/v1/verify?permission=orders:read", json!({ "permissions": [] }), "INSUFFICIENT_PERMISSIONS"),
            ("/v1/verify", json!({ "permission": "invoices:read", "permissions": [] }), "VALID"),
            ("/v1/verify", json!({ "permission": "orders:read", "permissions": [] }), "INSUFFICIENT_PERMISSIONS"),
            ("/v1/verify?permission=invoices:read&permission=invoices:send", json!({}), "VALID"),
            ("/v1/verify?permission=invoices:read&permission=orders:read", json!({}), "INSUFFICIENT_PERMISSIONS"),
        ] {
            let answer = app.visitor().request("POST", address, &headers, Some(&body.to_string())).json();
            assert_eq!(answer["code"], code, "{address} {body}");
        }
    }

    fn latchkeys_own_permissions_come_first_and_are_the_scope_only_without_others(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let chosen = || {
            let latchkey = [Permission::VerifyApiKeys].into_iter().collect();
            KeyPermissions::Only(ChosenPermissions { latchkey, api: api_grants("invoices:read") })
        };
        let (_, token) = app.insert_token(OWNER, "Deploy", |key| key.permissions = chosen());
        let (_, other) = app.insert_token(OWNER, "Other", |key| key.permissions = only("a:*"));
        let verify = || app.visitor().request("POST", "/v1/verify", &[("x-api-key", token.expose())], None).json();
        let introspect = |token: &latchkey::domain::Token, asker: &latchkey::domain::Token| {
            let form = ("content-type", "application/x-www-form-urlencoded");
            let body = format!("token={}", token.expose());
            app.visitor().request("POST", "/oauth2/introspect", &[("x-api-key", asker.expose()), form], Some(&body)).json()
        };
        assert_eq!(verify()["permissions"], json!(["api_keys.verify"]));
        assert_eq!(introspect(&token, &token)["scope"], "api_keys.verify");
        app.insert_api_permissions(OWNER, "invoices:read invoices:send");
        assert_eq!((introspect(&token, &token)["scope"].as_str(), ask(app, token.expose(), "").1.as_str()), (Some(""), ""));
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        assert_eq!(verify()["permissions"], json!(["api_keys.verify", "invoices:read"]));
        assert_eq!(introspect(&token, &token)["scope"], "invoices:read");
        assert_eq!(introspect(&other, &token)["scope"], "");
    }

    fn a_header_that_proxies_would_refuse_has_only_what_was_asked_for(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let names: Vec<_> = (0..200).map(|number| format!("a-rather-long-name:{number:03}")).collect();
        app.insert_api_permissions(OWNER, &names.join(" "));
        app.grant_to_role(OWNER, Role::Owner, "a-rather-long-name:*");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let key = [("x-api-key", token.expose())];
        let pass = |query: &str| {
            let passed = app.visitor().request("GET", &format!("/v1/forward-auth{query}"), &key, None);
            assert_eq!(passed.status, 200);
            passed.header("x-latchkey-permissions").to_owned()
        };
        assert_eq!(pass(""), "");
        assert_eq!(pass(&format!("?permission={}&permission=policy.manage&permission={}", names[7], names[3])),
            format!("{} {}", names[7], names[3]));
        let answer = app.visitor().request("POST", "/v1/verify", &key, None).json();
        assert_eq!(of_own_api(&answer), names.join(" "), "a body has no such limit");
        app.grant_to_role(OWNER, Role::Owner, &names[..85].join(" "));
        assert_eq!(pass(""), names[..85].join(" "));
    }

    fn permissions_of_another_organization_mean_nothing(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let stranger = app.create_user_of("Other", Role::Owner, "stranger");
        app.insert_api_permissions(OWNER, "invoices:read");
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        let (_, token) = app.insert_token(&stranger, "Deploy", |key| key.permissions = only("invoices:read"));
        for (wanted, code) in [("", "VALID"), ("&permission=invoices:read", "INSUFFICIENT_PERMISSIONS")] {
            let path = format!("/v1/verify?organization=any{wanted}");
            let answer = app.visitor().request("POST", &path, &[("x-api-key", token.expose())], None).json();
            assert_eq!((&answer["code"], &answer["permissions"]), (&json!(code), &json!([])));
        }
    }

    fn what_is_answered_is_the_definition_whatever_was_granted_and_selected(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        let (key, token) = app.insert_token(MEMBER, "Deploy", |_| {});
        let mut rng = StdRng::seed_from_u64(18);
        let mut known: Vec<String> = Vec::new();
        for round in 0..40 {
            let mut some = |most: usize, of: fn(&mut StdRng) -> String| -> Vec<String> {
                (0..rng.random_range(0..=most)).map(|_| of(&mut rng)).collect()
            };
            let (new, of_role, of_member) = (some(3, random_name), some(4, random_grant), some(2, random_grant));
            let (selected, wanted) = (some(4, random_grant), some(2, random_grant));
            let inherits = rng.random_bool(0.3);
            let added: BTreeSet<_> = new.into_iter().filter(|name| !known.contains(name)).collect();
            app.insert_api_permissions(OWNER, &Vec::from_iter(added.clone()).join(" "));
            known.extend(added);
            known.sort();
            app.grant_to_member(MEMBER, &of_member.join(" "));
            let stored = if inherits { "NULL".to_owned() } else { format!("'{}'", selected.join(" ")) };
            app.database.execute(&format!("UPDATE api_keys SET permissions = {stored} WHERE id = '{}'", key.id));
            // Last, because it drops what is cached.
            app.grant_to_role(OWNER, Role::Member, &of_role.join(" "));

            let has = |name: &&String| {
                (is_granted(name, &of_role) || is_granted(name, &of_member)) && (inherits || is_granted(name, &selected))
            };
            let expected: Vec<_> = known.iter().filter(has).map(String::as_str).collect();
            let is_met = wanted.iter().all(|name| expected.contains(&name.as_str()));
            for _ in 0..2 {
                assert_eq!(ask(app, token.expose(), "").1, expected.join(" "), "round {round}");
                let code = if is_met { "VALID" } else { "INSUFFICIENT_PERMISSIONS" };
                assert_eq!(ask(app, token.expose(), &wanted.join(" ")).0, code, "round {round}: {wanted:?}");
            }
        }
    }

    fn what_requests_ask_for_is_recorded_once_a_day(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let today = app.state.clock.now().start_of_day();
        let ask_and_write = |wanted: &str| {
            let (code, _) = ask(app, token.expose(), wanted);
            System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
            let stored = app.state.pool.read(|conn| store::exercised_permissions::list(conn, &key.id)).unwrap();
            (code == "VALID", stored.into_iter().map(|(name, day)| (name, day == today)).collect::<Vec<_>>())
        };
        let of_today = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), true)).collect::<Vec<_>>();
        let (path, headers) = ("/v1/verify?permission=policy.manage", [("x-api-key", token.expose())]);
        assert_eq!(app.visitor().request("POST", path, &headers, None).json()["code"], "VALID");
        app.insert_api_permissions(OWNER, "invoices:read invoices:send orders:read");
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        assert_eq!(ask_and_write(""), (true, vec![]), "without permissions of an API, nothing is recorded");
        assert_eq!(ask_and_write("invoices:read orders:read"), (false, vec![]), "refused requests use nothing");
        assert_eq!(ask_and_write("invoices:read policy.manage"), (true, of_today(&["invoices:read", "policy.manage"])));
        app.database.execute("DELETE FROM exercised_permissions WHERE permission = 'invoices:read'");
        assert_eq!(ask_and_write("invoices:read invoices:send"), (true, of_today(&["invoices:send", "policy.manage"])));
        // A change of the key makes the server read it again.
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        assert_eq!(ask_and_write("invoices:read"), (true, of_today(&["invoices:read", "invoices:send", "policy.manage"])));
        app.clock.advance(Duration::DAY);
        let (_, stored) = ask_and_write("invoices:send");
        assert_eq!(stored.iter().map(|(_, is_of_today)| *is_of_today).collect::<Vec<_>>(), [true, false, true]);
        app.database.execute("DELETE FROM api_key_tokens");
        app.database.execute("DELETE FROM api_keys");
        assert_eq!(app.database.count("SELECT COUNT(*) AS count FROM exercised_permissions"), 0);
    }
}
