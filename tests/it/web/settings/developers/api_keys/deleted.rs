//! Actions on a key that somebody else has deleted.

use latchkey::domain::{ApiKeyId, Role};
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

/// Every page about one key, with its form.
const NOUNS: [&str; 8] =
    ["deletion", "disablement", "enablement", "revocation", "edit", "name", "confirmation", "token"];

fn expect_said(client: &mut Client, id: &str, heading: &str, text: &str) {
    for noun in NOUNS {
        let path = format!("{PATH}/{id}/{noun}");
        let fields = match noun {
            "confirmation" => &[("copied", "yes")][..],
            "edit" => &[("edits", "0"), ("name", "other")],
            "name" => &[("name", "other")],
            _ => &[("form_token", "t")],
        };
        let asked = (noun != "confirmation").then(|| client.get(&path));
        for answer in asked.into_iter().chain([client.post(&path, fields)]) {
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.find_all("h1")[0].text.contains(heading), "{path}: {}", answer.body);
            assert!(
                answer.test_id("flash-error").text.contains(text),
                "{path}: {}",
                answer.test_id("flash-error").text
            );
            assert!(answer.has(&format!("main a[href='{PATH}']")), "the way on");
        }
    }
    let details = client.get(&format!("{PATH}/{id}"));
    assert!(details.status == 404 && details.test_id("flash-error").text.contains(text));
}

on_both_databases! {
    fn it_is_said_who_deleted_the_key_and_when(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "ada");
        let mut administrator = app.sign_in_as("ada@acme.example");
        let ours = app.insert_api_key(OWNER, "Deploy", |_| {}).id.to_string();
        let deletion = format!("{PATH}/{ours}/deletion?view=organization");
        assert_eq!(administrator.post(&deletion, &[]).status, 303);
        expect_said(&mut owner, &ours, "no longer exists", "deleted the key “Deploy” on 21 Nov 2026, 12:00 UTC");
        expect_said(&mut administrator, &ours, "no longer exists", "You deleted the key “Deploy”");
        let script = owner.request("GET", &format!("{PATH}/{ours}/deletion"), &[("hx-request", "true")], None);
        assert!(script.body.trim_start().starts_with("<dialog") && script.body.contains("Deploy"));
    }

    fn it_is_said_of_a_key_that_was_never_confirmed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = app.insert_api_key(OWNER, "Deploy", |key| key.confirmed_at = None).id.to_string();
        app.clock.advance(Duration::hours(25));
        actix_web::rt::System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        let mut owner_again = app.sign_in_as(OWNER);
        expect_said(&mut owner_again, &id, "no longer exists", "nobody confirmed");
        drop(owner.get(PATH));
    }

    fn nothing_is_told_of_keys_that_one_could_not_see(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let id = app.insert_api_key(OWNER, "Secret project", |_| {}).id.to_string();
        owner.post(&format!("{PATH}/{id}/deletion"), &[]);
        let never = ApiKeyId::generate(app.state.clock.now(), &mut (app.state.rng)()).to_string();
        for email in ["max@acme.example", "gwen@globex.example"] {
            let mut other = app.sign_in_as(email);
            for id in [&id, &never] {
                let answer = other.get(&format!("{PATH}/{id}"));
                assert_eq!(answer.status, 404);
                assert!(!answer.body.contains("Secret project"));
                assert_eq!(answer.find_all("h1")[0].text, "Key not found");
            }
        }
        let elsewhere = owner.get(&format!("{PATH}/{id}/nothing"));
        assert_eq!(elsewhere.find_all("h1")[0].text, "Page not found");
    }

    fn a_name_that_is_taken_says_by_which_key_and_what_frees_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let revoked = app.insert_api_key(OWNER, "Revoked", |key| key.revoked_at = Some(now));
        app.insert_api_key(OWNER, "Expired", |key| key.expires_at = Some(now));
        app.insert_api_key(OWNER, "Active", |_| {});
        app.insert_api_key(OWNER, "Disabled", |key| key.disabled_at = Some(now));
        app.insert_api_key(OWNER, "Pending", |key| key.confirmed_at = None);
        let other = app.insert_api_key(OWNER, "Other", |_| {}).id;
        for (name, said) in [
            ("revoked", "The revoked key “Revoked” still has this name. Choose another name, or delete that key"),
            ("expired", "The expired key “Expired” still has this name. Choose another name, or delete that key"),
            ("active", "The active key “Active” already has this name. Choose another name"),
            ("disabled", "The disabled key “Disabled” already has this name"),
            ("pending", "The unconfirmed key “Pending” already has this name"),
        ] {
            for form in [format!("{PATH}/new"), format!("{PATH}/{other}/edit"), format!("{PATH}/{other}/name")] {
                let fields = owner.get(&form).form_fields("form");
                let typed = |field: &str, value: &str| if field == "name" { name.to_owned() } else { value.to_owned() };
                let fields: Vec<_> = fields.iter().map(|(field, value)| (field.clone(), typed(field, value))).collect();
                let fields: Vec<_> = fields.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
                let to = form.strip_suffix("/new").unwrap_or(&form);
                let refused = owner.post_raw(to, &[], &fields);
                assert_eq!(refused.status, 422, "{form} {name}");
                assert!(refused.test_id("error-name").text.contains(said), "{}", refused.test_id("error-name").text);
            }
        }
        owner.post(&format!("{PATH}/{}/deletion", revoked.id), &[]);
        assert_eq!(owner.create_api_key("Revoked").status, 200, "deleting freed it");
    }

    fn what_did_not_work_is_not_said_to_have_stopped(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let insert = |name: &str, is_active: bool| {
            let end = |key: &mut latchkey::domain::ApiKey| if !is_active { key.expires_at = Some(now) };
            app.insert_api_key(OWNER, name, end).id.to_string()
        };
        let [old, older, oldest, live] = [("a", false), ("b", false), ("c", false), ("d", true)].map(|(name, is)| insert(name, is));
        let single = owner.get(&format!("{PATH}/{old}/deletion"));
        assert!(single.body.contains("This key is not active") && !single.body.contains("stops working"));
        let several = owner.get(&format!("{PATH}/bulk-deletion?id={old}&id={older}"));
        assert!(several.body.contains("None of these keys is active") && !several.body.contains("stop working"));
        let said = |owner: &mut Client| owner.get(PATH).test_id("flash-success").text;
        owner.post(&format!("{PATH}/{old}/deletion"), &[]);
        let text = said(&mut owner);
        assert!(text.contains("was deleted.") && !text.contains("stopped"), "{text}");
        owner.post(&format!("{PATH}/bulk-deletion"), &[("id", &older), ("form_token", "x")]);
        assert_eq!(said(&mut owner).trim(), "1 key deleted.");
        owner.post(&format!("{PATH}/bulk-deletion"), &[("id", &oldest), ("id", &live), ("form_token", "y")]);
        let text = said(&mut owner);
        assert!(text.contains("2 keys deleted. 1 of them was active: integrations that use it have stopped"), "{text}");
    }
}
