//! Deleting all keys.

use latchkey::domain::Role;

use super::{OWNER, PATH};
use crate::{on_both_databases, support::TestApp};

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
}
