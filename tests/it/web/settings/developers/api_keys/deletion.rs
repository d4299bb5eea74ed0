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
        let events = app.events_of(key.id.as_str());
        assert_eq!(events.len(), 1);
        let facts = (&events[0].details["name"], &events[0].details["lookup"]);
        assert_eq!(facts, (&"Deploy".into(), &key.lookup.clone().into()), "the log keeps what the row was");
        assert_eq!(owner.post(&path, &[]).status, 404);
    }

    fn discarding_a_key_that_was_just_made_deletes_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = owner.create_api_key("Deploy").api_key_id();
        owner.post(&format!("{PATH}/{id}/deletion"), &[]);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("discarded"));
        assert!(owner.listed().is_empty());
    }

    fn who_manages_all_keys_deletes_those_of_others_too(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let now = app.state.clock.now();
        let keys = [("active", Some(now)), ("pending", None)].map(|(name, confirmed_at)| {
            app.insert_api_key(OWNER, name, |key| key.confirmed_at = confirmed_at)
        });
        let mut administrator = app.sign_in(Role::Administrator);
        for key in keys {
            let path = format!("{PATH}/{}/deletion?view=organization", key.id);
            let dialog = administrator.get(&path).test_id("confirm-dialog").text;
            assert!(dialog.contains("Owner") && dialog.contains("owner"), "whose it is: {dialog}");
            let done = administrator.post(&path, &[]);
            assert_eq!((done.status, done.header("location")), (303, "/settings/developers/api-keys?view=organization"));
            let by = format!(
                "SELECT count(*) AS count FROM audit_events WHERE action = 'api_key.deleted' AND subject_id = '{}' \
                 AND actor_id = '{}' AND details LIKE '%\"owner_id\":\"{}\"%'",
                key.id, app.user_id("administrator@acme.example"), key.owner_id
            );
            assert_eq!(app.database.count(&by), 1, "the log names who did it and whose it was");
        }
        assert!(app.sign_in_as(OWNER).listed().is_empty());
    }

    fn keys_that_one_may_not_see_are_not_there(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let mut stranger = app.sign_in_as("gwen@globex.example");
        for id in [key.id.as_str(), "key_00000000000000000000000000"] {
            for view in ["", "?view=organization"] {
                let path = format!("{PATH}/{id}/deletion{view}");
                assert_eq!((stranger.get(&path).status, stranger.post(&path, &[]).status), (404, 404), "{path}");
            }
        }
        assert_eq!(app.sign_in_as(OWNER).listed().len(), 1);
        assert_eq!(app.audited("api_key.deleted"), 0);
    }

    fn who_only_sees_a_key_does_not_delete_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            for view in ["", "?view=organization"] {
                let path = format!("{PATH}/{}/deletion{view}", key.id);
                assert_eq!((client.get(&path).status, client.post(&path, &[]).status), (403, 403), "{role} {path}");
            }
        }
        assert_eq!(app.sign_in_as(OWNER).listed().len(), 1);
    }
}
