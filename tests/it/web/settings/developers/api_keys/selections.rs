//! Selected keys, possibly from many pages.

use std::slice::from_ref;

use actix_web::rt::System;
use latchkey::{
    domain::{ApiKey, ApiKeyId, Clock as _, Role, Token, TokenLabel},
    store,
};
use time::Duration;

use super::{OWNER, PATH, ask_about, names, post, send};
use crate::{on_both_databases, support::TestApp};

const SELECTIONS: &str = "/settings/developers/api-keys/selections";

/// In one transaction.
fn insert_many(app: &TestApp, count: usize) -> Vec<String> {
    let first = app.insert_api_key(OWNER, "key 0", |_| {});
    let (now, mut rng) = (app.clock.now(), (app.state.rng)());
    let mut others: Vec<(ApiKey, Token)> = Vec::new();
    for number in 1..count {
        let token = Token::generate(&TokenLabel::default(), &mut rng);
        let name = latchkey::domain::ApiKeyName::parse(&format!("key {number}")).unwrap();
        let id = ApiKeyId::generate(now, &mut rng);
        let (lookup, hint) = (token.lookup().to_owned(), token.hint().to_owned());
        others.push((ApiKey { id, name, lookup, hint, ..first.clone() }, token));
    }
    let insert = |conn: &mut store::Conn| {
        others.iter().try_for_each(|(key, token)| {
            let digest = app.state.token_keys.digest(token, &key.id, &key.organization_id);
            store::api_keys::insert(conn, key, &digest)
        })
    };
    app.state.pool.write(insert).unwrap();
    [first].iter().chain(others.iter().map(|(key, _)| key)).map(|key| key.id.to_string()).collect()
}

fn form(ids: &[String], question: &str, csrf: &str) -> Vec<(String, String)> {
    let ids = ids.iter().map(|id| ("id", id.as_str()));
    let fields = ids.chain([("question", question), ("csrf", csrf)]);
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

on_both_databases! {
    fn a_thousand_picked_keys_are_asked_about_at_a_short_address_and_changed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let ids = insert_many(app, 1_001);
        let (picked, left) = ids.split_at(1_000);
        for (noun, action, is_undone) in [
            ("bulk-disablement", "disabled", true),
            ("bulk-enablement", "enabled", true),
            ("bulk-revocation", "revoked", false),
            ("bulk-deletion", "deleted", false),
        ] {
            let csrf = owner.csrf();
            let led = post(&mut owner, SELECTIONS, &form(picked, noun, &csrf));
            let address = led.header("location").to_owned();
            assert_eq!(led.status, 303, "{}", led.body);
            assert!(address.starts_with(&format!("{PATH}/{noun}?selection=sel_")) && address.len() < 120, "{address}");
            let question = owner.get(&address);
            assert!(question.test_id("confirm-dialog").text.contains("1,000 keys"), "{noun}");
            let reloaded = owner.get(&address);
            assert_eq!(reloaded.status, 200, "a reload asks once more, and no more than that");
            assert_eq!(app.audited(&format!("api_key.{action}")), 0);
            assert!(question.find_all("input[name=id]").is_empty(), "the form is short as well");
            assert_eq!(send(&mut owner, &question).status, 303);
            assert!(owner.get(PATH).test_id("flash-success").text.contains("1,000 keys"), "{noun}");
            assert_eq!(app.audited(&format!("api_key.{action}")), 1_000);
            // Going back redirects, or the answer says that the keys are deleted.
            let back = owner.get(&address);
            assert_eq!(back.status, if noun == "bulk-deletion" { 404 } else { 303 }, "{noun}");
            if is_undone {
                assert!(owner.get(PATH).has("[data-testid=flash-error]"));
            }
        }
        assert_eq!(names(&owner.get(PATH)).len(), 1);
        assert_eq!(owner.get(&format!("{PATH}/{}", left[0])).status, 200);
    }

    fn five_thousand_are_not_too_many_and_ten_thousand_and_one_are(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let ids = insert_many(app, 5_000);
        let list = owner.get(PATH);
        let question = ask_about(&mut owner, &list, "bulk-disablement", &ids);
        let dialog = question.test_id("confirm-dialog").text;
        assert!(dialog.contains("5,000 keys") && dialog.contains("4,000"), "the first thousand are named");
        assert_eq!(send(&mut owner, &question).status, 303);
        assert_eq!(app.audited("api_key.disabled"), 5_000);
        let (csrf, id) = (owner.csrf(), &ids[..1]);
        let too_many: Vec<_> = id.iter().cycle().take(10_001).cloned().collect();
        assert_eq!(post(&mut owner, SELECTIONS, &form(&too_many, "bulk-deletion", &csrf)).status, 413);
        assert_eq!(post(&mut owner, SELECTIONS, &form(&too_many[1..], "bulk-deletion", &csrf)).status, 303);
        // Only forms that name keys may be that long.
        let long = "x".repeat(70_000);
        assert_eq!(owner.post("/settings/account", &[("name", &long)]).status, 413);
        assert_eq!(app.visitor().post("/sign-in", &[("email", &long)]).status, 413);
    }

    fn a_selection_is_ones_own_and_only_of_keys_that_one_may_change(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Globex", Role::Owner, "gwen");
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        let strangers = app.insert_api_key("gwen@globex.example", "strangers", |_| {}).id.to_string();
        let csrf = owner.csrf();
        let led = post(&mut owner, SELECTIONS, &form(from_ref(&own), "bulk-deletion", &csrf));
        let selection = led.header("location").split_once("selection=").unwrap().1.to_owned();
        let address = format!("{PATH}/bulk-deletion?selection={selection}");
        assert_eq!(owner.get(&address).status, 200);

        for mut other in [app.sign_in(Role::Administrator), app.sign_in_as("gwen@globex.example")] {
            assert_eq!(other.get(&address).status, 404);
            assert_eq!(other.post(&format!("{PATH}/bulk-deletion"), &[("selection", &selection)]).status, 404);
            assert_eq!(other.get(&format!("{address}&view=organization")).status, 404);
        }
        let csrf = owner.csrf();
        let path = format!("{SELECTIONS}?view=organization");
        let led = post(&mut owner, &path, &form(&[own.clone(), strangers], "bulk-deletion", &csrf));
        assert!(led.header("location").contains("view=organization"));
        let page = owner.get(led.header("location"));
        assert!(page.status == 404 && !page.body.contains("strangers"), "{}", page.body);
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            let csrf = client.csrf();
            assert_eq!(post(&mut client, &path, &form(from_ref(&own), "bulk-deletion", &csrf)).status, 403, "{role}");
        }
        for bad in ["sel_", "sel_00000000000000000000000000", "", "key_"] {
            assert_eq!(owner.get(&format!("{PATH}/bulk-deletion?selection={bad}")).status, 404, "{bad}");
        }
        assert_eq!(app.audited("api_key.deleted"), 0);
    }

    fn what_cannot_be_asked_is_refused(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        let csrf = owner.csrf();
        for question in ["", "deletion", "bulk-deletion?x", "../../members"] {
            assert_eq!(post(&mut owner, SELECTIONS, &form(from_ref(&own), question, &csrf)).status, 400, "{question}");
        }
        assert_eq!(post(&mut owner, SELECTIONS, &form(&["nonsense".to_owned()], "bulk-deletion", &csrf)).status, 404);
        let nothing = post(&mut owner, SELECTIONS, &form(&[], "bulk-deletion", &csrf));
        assert_eq!((nothing.status, nothing.header("location")), (303, PATH));
        assert!(owner.get(PATH).test_id("flash-error").text.contains("no keys were selected"));
        // A script follows by itself, and gets the dialog.
        let ids = form(&[own], "bulk-deletion", &csrf);
        let fields: Vec<_> = ids.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let led = owner.post_raw(SELECTIONS, &[("hx-request", "true")], &fields);
        assert_eq!((led.status, led.header("hx-redirect")), (303, ""));
    }

    fn selections_are_forgotten(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        let kept = || app.database.count("SELECT count(*) AS count FROM selections");
        let csrf = owner.csrf();
        let mut made: Vec<String> = Vec::new();
        for _ in 0..22 {
            app.clock.advance(Duration::SECOND);
            let led = post(&mut owner, SELECTIONS, &form(from_ref(&own), "bulk-deletion", &csrf));
            made.push(led.header("location").to_owned());
        }
        assert_eq!(kept(), 20, "of one person");
        assert_eq!([1, 2, 21].map(|number: usize| owner.get(&made[number]).status), [404, 200, 200]);
        app.clock.advance(Duration::days(8) + Duration::MINUTE);
        System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        assert_eq!(kept(), 0);
    }
}
