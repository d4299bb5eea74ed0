//! Deleting all keys.

use latchkey::domain::Role;
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

on_both_databases! {
    fn all_keys_go_when_their_number_is_typed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for number in 0..12 {
            app.insert_api_key(OWNER, &format!("key {number}"), |_| {});
        }
        app.create_user(Role::Administrator, "other");
        app.insert_api_key("other@acme.example", "theirs", |_| {});
        let path = format!("{PATH}/all-deletion");
        let question = owner.get(&path);
        assert!(question.test_id("confirm-dialog").text.contains("delete 12 keys"));
        assert!(question.has("[data-testid=confirm-phrase]"));

        for (phrase, status) in [("", 422), ("delete", 422), ("delete all keys", 422), ("delete 11 keys", 409)] {
            let page = owner.post(&path, &[("phrase", phrase)]);
            assert_eq!(page.status, status, "{phrase}");
            assert!(page.test_id("error-phrase").text.contains("delete 12 keys"), "{phrase}");
        }
        assert_eq!(owner.listed().len(), 12);

        assert_eq!(owner.post(&path, &[("phrase", "  Delete  12 KEYS ")]).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("12 keys"));
        assert!(owner.listed().is_empty());
        assert_eq!(app.audited("api_key.deleted"), 12);
        assert_eq!(app.sign_in_as("other@acme.example").listed().len(), 1, "they are one's own");
    }

    fn with_no_keys_there_is_nothing_to_ask(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.get(&format!("{PATH}/all-deletion")).header("location"), PATH);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("no API keys"));
    }

    fn a_number_that_has_changed_meanwhile_is_asked_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "one", |_| {});
        let path = format!("{PATH}/all-deletion");
        assert!(owner.get(&path).body.contains("delete 1 key"));
        app.insert_api_key(OWNER, "two", |_| {});
        let page = owner.post(&path, &[("phrase", "delete 1 key")]);
        assert_eq!(page.status, 409);
        assert!(page.test_id("error-phrase").text.contains("2 keys"));
        assert_eq!(owner.listed().len(), 2);
    }

    fn all_keys_of_the_organization_go_by_a_phrase_of_their_own(app: &TestApp) {
        let mut administrator = app.sign_in(Role::Administrator);
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let now = app.state.clock.now();
        app.insert_api_key("founder@acme.example", "one", |key| key.last_use = Some(used_at(now)));
        app.insert_api_key("max@acme.example", "two", |key| key.confirmed_at = None);
        app.insert_api_key("max@acme.example", "three", |key| key.expires_at = Some(now));
        app.insert_api_key("gwen@globex.example", "strangers", |_| {});
        let path = format!("{PATH}/all-deletion?view=organization");
        let dialog = administrator.get(&path).test_id("confirm-dialog").text;
        for words in [
            "Delete all 3 of your organization’s keys?",
            "delete 3 keys of the organization",
            "2 people",
            "1 of them was used in the last 24 hours",
        ] {
            assert!(dialog.contains(words), "{words}: {dialog}");
        }
        for (phrase, status) in
            [("delete 3 keys", 422), ("delete 0 keys", 422), ("delete 4 keys of the organization", 409)]
        {
            let page = administrator.post(&path, &[("phrase", phrase)]);
            assert_eq!(page.status, status, "{phrase}");
            assert!(page.test_id("error-phrase").text.contains("delete 3 keys of the organization"), "{phrase}");
        }
        assert_eq!(administrator.get(&format!("{PATH}/all-deletion")).status, 303, "of one's own there are none");

        let done = administrator.post(&path, &[("phrase", "delete 3 KEYS of the organization")]);
        assert_eq!((done.status, done.header("location")), (303, "/settings/developers/api-keys?view=organization"));
        let list = administrator.get(done.header("location"));
        assert!(list.test_id("flash-success").text.contains("All API keys of your organization were deleted: 3 keys"));
        assert!(list.has("[data-testid=empty-state]"));
        assert_eq!(app.audited("api_key.deleted"), 3);
        assert_eq!(app.sign_in_as("gwen@globex.example").listed().len(), 1, "others keep theirs");
        assert_eq!(administrator.get(&path).header("location"), "/settings/developers/api-keys?view=organization");
        let page = administrator.get("/settings/developers/api-keys?view=organization");
        assert!(page.test_id("flash-error").text.contains("Your organization has no API keys"));
    }

    fn ones_own_keys_are_said_to_be_mine(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (name, heading) in [("one", "Delete your only key?"), ("two", "Delete all 2 of your keys?")] {
            app.insert_api_key(OWNER, name, |_| {});
            assert_eq!(owner.get(&format!("{PATH}/all-deletion")).find_all("h1")[0].text, heading);
        }
    }

    fn who_only_sees_all_keys_deletes_none(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, "Deploy", |_| {});
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            let path = format!("{PATH}/all-deletion?view=organization");
            let phrase = [("phrase", "delete 1 key of the organization")];
            assert_eq!((client.get(&path).status, client.post(&path, &phrase).status), (403, 403), "{role}");
        }
        assert_eq!(app.audited("api_key.deleted"), 0);
    }

    fn the_password_is_asked_for_again_when_it_was_typed_long_ago(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "Deploy", |_| {});
        for (view, next) in [("", ""), ("?view=organization", "%3Fview%3Dorganization")] {
            let path = format!("{PATH}/all-deletion{view}");
            let phrase = if view.is_empty() { "delete 1 key" } else { "delete 1 key of the organization" };
            assert_eq!(owner.get(&path).status, 200);
            app.clock.advance(Duration::minutes(10));
            let proof = format!("/password-proof?next=%2Fsettings%2Fdevelopers%2Fapi-keys%2Fall-deletion{next}");
            assert_eq!(owner.get(&path).header("location"), proof);
            let asked = owner.post(&path, &[("phrase", phrase)]);
            assert_eq!((asked.status, asked.find_all("[name=phrase][type=hidden]").len()), (403, 1));
            assert_eq!(owner.listed().len(), 1);
            owner = app.sign_in_as(OWNER);
        }
    }
}
