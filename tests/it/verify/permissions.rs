//! Keys with a part of their owner's permissions.

use latchkey::domain::{KeyPermissions, Permission, Role};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const OWNER: &str = "owner@acme.example";
const ADMINISTRATOR: &str = "ada@acme.example";

fn ask(service: &mut Client, token: &str, permission: Option<Permission>) -> (u16, Value) {
    let query = permission.map(|permission| format!("?permission={}", permission.as_str())).unwrap_or_default();
    let key = ("x-api-key", token);
    let passed = service.request("GET", &format!("/v1/forward-auth{query}"), &[key], None);
    let body = json!({ "permission": permission.map(Permission::as_str) }).to_string();
    let json = ("content-type", "application/json");
    let answer = service.request("POST", "/v1/verify", &[key, json], Some(&body)).json();
    assert_eq!(answer["code"], passed.header("x-latchkey-code"), "both doors say the same");
    if passed.status == 200 {
        let names: Vec<&str> = answer["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(names.join(" "), passed.header("x-latchkey-permissions"));
    }
    (passed.status, answer)
}

on_both_databases! {
    fn a_key_may_do_what_was_chosen_as_long_as_its_owner_may(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "ada");
        let chosen = [Permission::SeeMembers, Permission::ManageMembers].into_iter().collect();
        let (_, token) = app.insert_token(ADMINISTRATOR, "part", |key| key.permissions = KeyPermissions::Only(chosen));
        let (mut service, token) = (app.visitor(), token.expose());
        // Twice: from the database, and from the cache.
        for _ in 0..2 {
            let (status, answer) = ask(&mut service, token, Some(Permission::ManageMembers));
            assert_eq!((status, &answer["permissions"]), (200, &json!(["members.see", "members.manage"])));
            assert_eq!((&answer["role"], &answer["scope"]), (&json!("administrator"), &json!("server")));
            let (status, answer) = ask(&mut service, token, Some(Permission::SeeOwnApiKeys));
            assert_eq!((status, &answer["code"]), (403, &json!("INSUFFICIENT_PERMISSIONS")));
        }
        // An owner who loses a permission loses it for their keys.
        let path = format!("/settings/members/{}/role", app.user_id(ADMINISTRATOR));
        assert_eq!(owner.post(&path, &[("role", "support")]).status, 303);
        assert_eq!(ask(&mut service, token, Some(Permission::ManageMembers)).0, 403);
        assert_eq!(ask(&mut service, token, None).1["permissions"], json!(["members.see"]));
        assert_eq!(owner.post(&path, &[("role", "member")]).status, 303);
        let (status, answer) = ask(&mut service, token, None);
        assert_eq!((status, &answer["code"], &answer["permissions"]), (200, &json!("VALID"), &json!([])));
    }

    fn a_key_for_which_nothing_was_chosen_is_good_and_may_do_nothing(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let none = KeyPermissions::Only([].into_iter().collect());
        let (_, token) = app.insert_token(OWNER, "none", |key| key.permissions = none);
        let (mut service, token) = (app.visitor(), token.expose());
        let (status, answer) = ask(&mut service, token, None);
        assert_eq!((status, &answer["permissions"]), (200, &json!([])));
        for permission in Permission::ALL {
            assert_eq!(ask(&mut service, token, Some(permission)).0, 403, "{permission:?}");
        }
    }

    fn a_key_of_an_owner_that_may_not_verify_introspects_nothing(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let chosen = |permission| KeyPermissions::Only([permission].into_iter().collect());
        let (_, good) = app.insert_token(OWNER, "good", |key| key.permissions = chosen(Permission::VerifyApiKeys));
        let (_, lacking) = app.insert_token(OWNER, "lacking", |key| key.permissions = chosen(Permission::SeeAllApiKeys));
        let form = ("content-type", "application/x-www-form-urlencoded");
        let body = format!("token={}", good.expose());
        let introspect = |token: &str| {
            app.visitor().request("POST", "/oauth2/introspect", &[("x-api-key", token), form], Some(&body))
        };
        assert_eq!(introspect(lacking.expose()).status, 403);
        assert_eq!(introspect(good.expose()).json()["scope"], "api_keys.verify");
    }
}
