//! Deleting the selected keys.

use latchkey::domain::Role;
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

/// Whether the confirmation and the action on these keys require the password.
fn asks(client: &mut crate::support::Client, noun: &str, ids: &[String]) -> [bool; 2] {
    let query: Vec<_> = ids.iter().map(|id| format!("id={id}")).collect();
    let question = client.get(&format!("{PATH}/{noun}?{}", query.join("&")));
    let fields: Vec<_> = ids.iter().map(|id| ("id", id.as_str())).collect();
    let act = client.post(&format!("{PATH}/{noun}"), &fields);
    [question.header("location").starts_with("/password-proof?"), act.has("[data-testid=password-proof]")]
}

on_both_databases! {
    fn ending_more_than_20_keys_or_all_of_them_takes_the_password_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let ids: Vec<String> =
            (0..25).map(|number| app.insert_api_key(OWNER, &format!("key {number}"), |_| {}).id.to_string()).collect();
        app.clock.advance(Duration::minutes(11));
        for noun in ["bulk-revocation", "bulk-deletion"] {
            for many in [&ids[..], &ids[..21]] {
                assert_eq!(asks(&mut owner, noun, many), [true, true], "{noun} {}", many.len());
            }
            let form = [("question", noun)];
            let fields: Vec<_> = form.into_iter().chain(ids.iter().map(|id| ("id", id.as_str()))).collect();
            let selection = owner.post(&format!("{PATH}/selections"), &fields);
            assert!(owner.get(selection.header("location")).header("location").starts_with("/password-proof?"), "{noun}");
        }
        assert_eq!(app.audited("api_key.deleted") + app.audited("api_key.revoked"), 0);
        assert_eq!(asks(&mut owner, "bulk-disablement", &ids), [false, false]);
        assert_eq!(asks(&mut owner, "bulk-enablement", &ids), [false, false]);
        assert_eq!(asks(&mut owner, "bulk-revocation", &ids[..20]), [false, false], "others stay");
        assert_eq!(asks(&mut owner, "bulk-deletion", &ids[20..]), [true, true], "no key would work after it");
        assert_eq!(asks(&mut owner, "bulk-revocation", &ids), [true, true], "the five that are not revoked yet");
        assert_eq!(asks(&mut owner, "bulk-deletion", &ids[..20]), [false, false], "what has ended is deleted");
        assert_eq!((app.audited("api_key.deleted"), app.audited("api_key.revoked")), (20, 20));
        let one = owner.post(&format!("{PATH}/{}/revocation", ids[20]), &[]);
        assert_eq!((one.status, app.audited("api_key.revoked")), (303, 21), "a key on its own page");
        let rest = ids[21..].iter().map(|id| ("id", id.as_str())).chain([("proof_password", crate::support::PASSWORD)]);
        let rest: Vec<_> = rest.collect();
        assert_eq!(owner.post(&format!("{PATH}/bulk-deletion"), &rest).status, 303);
        assert_eq!(app.audited("api_key.deleted"), 24);
    }

    fn all_of_a_view_are_those_that_it_shows(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let ids = ["one", "two"].map(|name| app.insert_api_key(OWNER, name, |_| {}).id.to_string());
        app.create_user(Role::Member, "max");
        app.insert_api_key("max@acme.example", "of Max", |_| {});
        app.clock.advance(Duration::minutes(11));
        assert_eq!(asks(&mut owner, "bulk-deletion", &ids), [true, true], "all of mine");
        let query = format!("{PATH}/bulk-deletion?view=organization&id={}&id={}", ids[0], ids[1]);
        assert_eq!(owner.get(&query).status, 200, "others of the organization stay");
    }

    fn three_of_five_are_named_counted_and_deleted(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let ids: Vec<String> = (0..5)
            .map(|number| {
                let used = (number < 2).then(|| now.minus(Duration::hours(number)));
                app.insert_api_key(OWNER, &format!("key {number}"), |key| key.last_use = used.map(used_at)).id.to_string()
            })
            .collect();
        let question = owner.get(&format!("{PATH}/bulk-deletion?id={}&id={}&id={}", ids[0], ids[2], ids[4]));
        let dialog = question.test_id("confirm-dialog").text;
        for words in ["3 keys", "key 0", "key 2", "key 4", "24 hours"] {
            assert!(dialog.contains(words), "{words}: {dialog}");
        }
        let chosen = question.find_all("input[name=id]");
        assert_eq!(chosen.len(), 3, "the form repeats what was chosen");

        let fields: Vec<_> = [0, 2, 4].map(|number| ("id", ids[number].as_str())).to_vec();
        assert_eq!(owner.post(&format!("{PATH}/bulk-deletion"), &fields).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("3 keys"));
        let mut left: Vec<_> = owner.listed().into_iter().map(|(name, _)| name).collect();
        left.sort();
        assert_eq!(left, ["key 1", "key 3"]);
        assert_eq!(app.audited("api_key.deleted"), 3);
    }

    fn a_foreign_unknown_or_malformed_id_rejects_all_of_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        app.create_user(Role::Administrator, "other");
        let foreign = app.insert_api_key("other@acme.example", "foreign", |_| {}).id.to_string();
        for bad in [foreign.as_str(), "key_00000000000000000000000000", "", "1 OR 1=1", "key_\u{0}"] {
            let page = owner.post(&format!("{PATH}/bulk-deletion"), &[("id", &own), ("id", bad)]);
            assert_eq!(page.status, 404, "{bad}");
            let text = page.test_id("flash-error").text;
            assert!(text.contains("Nothing was changed") && text.contains("of the 2 selected keys"), "{text}");
        }
        assert_eq!(owner.get(&format!("{PATH}/bulk-deletion?id={own}&id={foreign}")).status, 404);
        assert_eq!((owner.listed().len(), app.audited("api_key.deleted")), (1, 0));
    }

    fn a_key_named_twice_is_deleted_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        owner.post(&format!("{PATH}/bulk-deletion"), &[("id", &own), ("id", &own)]);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("1 key "));
    }

    fn selecting_nothing_is_answered_and_deletes_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "own", |_| {});
        assert_eq!(owner.get(&format!("{PATH}/bulk-deletion")).status, 303);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("no keys were selected"));
        assert_eq!(owner.post(&format!("{PATH}/bulk-deletion"), &[]).status, 303);
        assert_eq!(owner.listed().len(), 1);
    }

    fn a_selection_may_span_owners_in_the_view_of_the_organization_only(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        let other = app.insert_api_key("max@acme.example", "theirs", |_| {}).id.to_string();
        app.insert_api_key("max@acme.example", "left", |_| {});
        let path = format!("{PATH}/bulk-deletion");
        assert_eq!(owner.post(&path, &[("id", &own), ("id", &other)]).status, 404, "these are not all my keys");

        let question = owner.get(&format!("{path}?view=organization&id={own}&id={other}"));
        let dialog = question.test_id("confirm-dialog");
        assert!(dialog.text.contains("theirs") && dialog.text.contains("max"), "{}", dialog.text);
        let action = question.find_all("main form")[0].attribute("action").unwrap();
        let done = owner.post(&action, &[("id", &own), ("id", &other)]);
        assert_eq!((done.status, done.header("location")), (303, "/settings/developers/api-keys?view=organization"));
        assert_eq!(app.audited("api_key.deleted"), 2);
        assert_eq!(app.sign_in_as("max@acme.example").listed(), [("left".to_owned(), "active".to_owned())]);
    }

    fn a_key_of_another_organization_rejects_the_whole_selection(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Globex", Role::Owner, "gwen");
        let own = app.insert_api_key(OWNER, "own", |_| {}).id.to_string();
        let strangers = app.insert_api_key("gwen@globex.example", "strangers", |_| {}).id.to_string();
        let path = format!("{PATH}/bulk-deletion?view=organization");
        let page = owner.post(&path, &[("id", &own), ("id", &strangers)]);
        assert!(page.status == 404 && !page.body.contains("strangers"));
        assert_eq!(owner.get(&format!("{path}&id={own}&id={strangers}")).status, 404);
        assert_eq!(app.audited("api_key.deleted"), 0);
    }

    fn who_only_sees_keys_deletes_none(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {}).id.to_string();
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            for path in [format!("{PATH}/bulk-deletion"), format!("{PATH}/bulk-deletion?view=organization")] {
                assert_eq!(client.post(&path, &[("id", &key)]).status, 403, "{role} {path}");
            }
        }
        assert_eq!(app.audited("api_key.deleted"), 0);
    }
}
