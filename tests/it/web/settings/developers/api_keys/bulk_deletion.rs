//! Deleting the selected keys.

use latchkey::domain::Role;
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

on_both_databases! {
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
            assert!(text.contains("Nothing was deleted") && text.contains("2 keys"), "{text}");
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
        assert!(owner.get(PATH).test_id("flash-error").text.contains("no key was selected"));
        assert_eq!(owner.post(&format!("{PATH}/bulk-deletion"), &[]).status, 303);
        assert_eq!(owner.listed().len(), 1);
    }
}
