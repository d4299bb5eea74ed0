//! Deleting one key.

use latchkey::domain::Role;
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

on_both_databases! {
    fn what_will_happen_is_said_first_and_done_after(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let key = app.insert_api_key(OWNER, "Deploy", |key| key.last_use = Some(used_at(now.minus(Duration::hours(3)))));
        let path = format!("{PATH}/{}/deletion", key.id);
        let question = owner.get(&path);
        let dialog = question.test_id("confirm-dialog").text;
        for words in ["Deploy", "3 hours ago", "cannot be undone"] {
            assert!(dialog.contains(words), "{words}: {dialog}");
        }
        assert_eq!(question.test_id("confirm-action").text, "Yes, delete");
        assert_eq!(owner.listed().len(), 1, "asking changes nothing");

        assert_eq!(owner.post(&path, &[]).status, 303);
        let list = owner.get(PATH);
        assert!(list.test_id("flash-success").text.contains("Deploy"));
        assert!(list.has("[data-testid=empty-state]"));
        let story = app
            .state
            .pool
            .read(|conn| latchkey::store::audit_events::list_of_subject(conn, key.id.as_str()))
            .unwrap();
        assert_eq!(story.len(), 1);
        assert!(story[0].1.contains("Deploy") && story[0].1.contains(&key.lookup), "the log keeps what the row was");
        assert_eq!(owner.post(&path, &[]).status, 404);
    }

    fn discarding_a_key_that_was_just_made_deletes_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = owner.create_api_key("Deploy").api_key_id();
        owner.post(&format!("{PATH}/{id}/deletion"), &[]);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("discarded"));
        assert!(owner.listed().is_empty());
    }

    fn other_peoples_keys_are_not_there(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let mut administrator = app.sign_in(Role::Administrator);
        let unknown = administrator.get(&format!("{PATH}/key_00000000000000000000000000/deletion"));
        let foreign = administrator.get(&format!("{PATH}/{}/deletion", key.id));
        assert_eq!((unknown.status, foreign.status), (404, 404));
        assert_eq!(administrator.post(&format!("{PATH}/{}/deletion", key.id), &[]).status, 404);
        assert_eq!(app.sign_in_as(OWNER).listed().len(), 1);
        assert_eq!(app.audited("api_key.deleted"), 0);
    }
}
