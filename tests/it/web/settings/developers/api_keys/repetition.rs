//! The same form sent twice, as by a double click without a script: both answers have the outcome of the first.

use latchkey::domain::Role;

use super::{OWNER, PATH, ask, ask_about, send};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const ACTS: [(&str, &str); 4] = [
    ("bulk-disablement", "disabled"),
    ("bulk-enablement", "enabled"),
    ("bulk-revocation", "revoked"),
    ("bulk-deletion", "deleted"),
];

/// Three keys to which the action applies, and one to which it does not, if there is such a key.
fn make(app: &TestApp, noun: &str) -> Vec<String> {
    let insert = |name: &str, is_disabled: bool| {
        app.insert_api_key(OWNER, name, |key| key.disabled_at = is_disabled.then_some(key.created_at)).id.to_string()
    };
    let mut ids: Vec<_> = (0..3).map(|number| insert(&format!("deploy {number}"), noun == "bulk-enablement")).collect();
    if noun.ends_with("ablement") {
        ids.push(insert("deploy other", noun == "bulk-disablement"));
    }
    ids
}

/// Sends it, and returns the message on the next page.
fn told(client: &mut Client, question: &Page) -> String {
    let done = send(client, question);
    assert_eq!(done.status, 303, "{}", done.body);
    let page = client.get(done.header("location"));
    assert!(!page.has("[data-testid=flash-error]"), "{}", page.test_id("flash-error").text);
    page.test_id("flash-success").text
}

on_both_databases! {
    fn an_act_on_chosen_keys_is_carried_out_once_and_told_twice(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (noun, action) in ACTS {
            let action = format!("api_key.{action}");
            for way in ["picked", "named", "matching"] {
                let before = app.audited(&action);
                let ids = make(app, noun);
                let question = match way {
                    "picked" => {
                        let list = owner.get(PATH);
                        ask_about(&mut owner, &list, noun, &ids)
                    }
                    "named" => owner.get(&format!("{PATH}/{noun}?id={}", ids.join("&id="))),
                    _ => {
                        let list = owner.get(&format!("{PATH}?q=deploy&select=matching"));
                        ask(&mut owner, &list, noun)
                    }
                };
                let first = told(&mut owner, &question);
                assert!(first.contains("3 keys"), "{noun} {way}: {first}");
                for _ in 0..2 {
                    assert_eq!(told(&mut owner, &question), first, "{noun} {way}");
                }
                assert_eq!(app.audited(&action) - before, 3, "{noun} {way}");
                app.database.execute("DELETE FROM api_keys");
            }
        }
    }

    fn deleting_all_is_carried_out_once_and_told_twice(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (view, phrase) in [("", "delete 3 keys"), ("?view=organization", "delete 3 keys of the organization")] {
            make(app, "bulk-deletion");
            let mut question = owner.get(&format!("{PATH}/all-deletion{view}"));
            question.body = question.body.replace("value=\"\"", &format!("value=\"{phrase}\""));
            let first = told(&mut owner, &question);
            assert!(first.contains("3 keys"), "{first}");
            let new = app.insert_api_key(OWNER, "made after that", |_| {});
            assert_eq!(told(&mut owner, &question), first);
            assert_eq!(owner.listed(), [("made after that".to_owned(), "active".to_owned())]);
            app.database.execute(&format!("DELETE FROM api_keys WHERE id = '{}'", new.id));
        }
        assert_eq!(app.audited("api_key.deleted"), 6);
    }

    fn an_act_on_one_key_is_told_twice_too(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = app.insert_api_key(OWNER, "Deploy", |_| {}).id;
        for (noun, action) in [("disablement", "disabled"), ("enablement", "enabled"), ("revocation", "revoked"), ("deletion", "deleted")] {
            let question = owner.get(&format!("{PATH}/{id}/{noun}"));
            let first = told(&mut owner, &question);
            assert!(first.contains("Deploy"), "{first}");
            assert_eq!(told(&mut owner, &question), first);
            assert_eq!(app.audited(&format!("api_key.{action}")), 1);
        }
    }

    fn another_form_is_another_act(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let ids = make(app, "bulk-revocation");
        let path = format!("{PATH}/bulk-disablement?id={}", ids.join("&id="));
        let question = owner.get(&path);
        told(&mut owner, &question);
        // The same page with another selection, as after going back.
        let mut changed = question.clone();
        changed.body = changed.body.replace(" selected", "").replace("value=\"1h\"", "value=\"1h\" selected");
        assert_eq!(send(&mut owner, &changed).status, 303);
        assert!(owner.get(PATH).has("[data-testid=flash-error]"), "they are disabled already");
        let question = owner.get(&format!("{PATH}/bulk-enablement?id={}", ids.join("&id=")));
        told(&mut owner, &question);
        let again = owner.get(&path);
        assert!(told(&mut owner, &again).contains("3 keys"));
        assert_eq!(app.audited("api_key.disabled"), 6);
    }
}
