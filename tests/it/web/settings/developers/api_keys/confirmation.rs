//! "I have copied the key".

use latchkey::domain::Role;

use super::{OWNER, PATH};
use crate::{on_both_databases, support::TestApp};

on_both_databases! {
    fn a_key_is_active_once_its_copy_is_confirmed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = owner.create_api_key("Deploy").api_key_id();
        let path = format!("{PATH}/{id}/confirmation");
        for fields in [&[][..], &[("copied", "")], &[("copied", "no")]] {
            let page = owner.post(&path, fields);
            assert_eq!(page.status, 422);
            assert!(page.test_id("error-copied").text.contains("copied the key"));
            assert_eq!(owner.listed()[0].1, "pending");
        }
        let done = owner.post(&path, &[("copied", "yes")]);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        let list = owner.get(PATH);
        assert!(list.test_id("flash-success").text.contains("Deploy"));
        assert_eq!(list.test_id("api-key-row").attribute("data-status").unwrap(), "active");
        assert!(!owner.get(PATH).has("[data-testid=flash-success]"), "a message is said once");
    }

    fn confirming_twice_is_one_event(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = owner.create_api_key("Deploy").api_key_id();
        for _ in 0..2 {
            assert_eq!(owner.post(&format!("{PATH}/{id}/confirmation"), &[("copied", "yes")]).status, 303);
        }
        assert_eq!(app.audited("api_key.confirmed"), 1);
    }

    fn a_key_that_has_ended_is_not_said_to_be_active(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let late = app.insert_api_key(OWNER, "late", |key| (key.confirmed_at, key.expires_at) = (None, Some(now)));
        let page = owner.post(&format!("{PATH}/{}/confirmation", late.id), &[("copied", "yes")]);
        assert_eq!(page.status, 409);
        assert_eq!((owner.listed()[0].1.as_str(), app.audited("api_key.confirmed")), ("expired", 0));
    }

    fn nobody_confirms_for_another(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let key = app.insert_api_key(OWNER, "Deploy", |key| key.confirmed_at = None);
        let strangers = app.insert_api_key("gwen@globex.example", "Deploy", |key| key.confirmed_at = None);
        let mut administrator = app.sign_in(Role::Administrator);
        for (id, status) in [
            // Only the owner has seen the token.
            (key.id.as_str(), 403),
            (strangers.id.as_str(), 404),
            ("key_x", 404),
            ("key_00000000000000000000000000", 404),
        ] {
            for fields in [&[("copied", "yes")][..], &[]] {
                let page = administrator.post(&format!("{PATH}/{id}/confirmation"), fields);
                assert_eq!(page.status, status, "{id}");
            }
        }
        assert_eq!(app.sign_in_as(OWNER).listed()[0].1, "pending");
    }
}
