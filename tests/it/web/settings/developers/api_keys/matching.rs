//! Actions on everything that matches the filters of a list, on every page.

use latchkey::domain::Role;
use time::Duration;

use super::{OWNER, PATH, ask, names, send};
use crate::{on_both_databases, support::TestApp};

fn deploys(app: &TestApp, count: usize) {
    for number in 0..count {
        app.insert_api_key(OWNER, &format!("deploy {number}"), |_| {});
    }
}

on_both_databases! {
    fn all_that_match_are_chosen_by_a_link_and_deleted(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        deploys(app, 60);
        app.insert_api_key(OWNER, "other", |_| {});
        assert!(!owner.get(&format!("{PATH}?q=other")).has("[data-testid=select-matching]"), "all are on the page");
        let page = owner.get(&format!("{PATH}?q=deploy&sort=name"));
        let link = page.test_id("select-matching");
        assert!(link.text.contains("60"));
        let chosen = owner.get(&link.attribute("href").unwrap());
        assert!(chosen.test_id("selection-count").text.contains("60"));
        assert_eq!(chosen.find_all("td [name=id][checked][disabled]").len(), 50);
        let question = ask(&mut owner, &chosen, "bulk-deletion");
        assert!(question.test_id("confirm-dialog").text.contains("Delete 60 keys?"));
        assert!(question.find_all("input[name=id]").is_empty());
        assert_eq!(send(&mut owner, &question).status, 303);
        assert_eq!(names(&owner.get(PATH)), ["other"]);
        assert_eq!(app.audited("api_key.deleted"), 60);
    }

    fn another_number_than_agreed_to_is_asked_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (noun, action) in
            [("bulk-disablement", "disabled"), ("bulk-enablement", "enabled"), ("bulk-revocation", "revoked"), ("bulk-deletion", "deleted")]
        {
            let question = owner.get(&format!("{PATH}/{noun}?q=deploy&matching=0"));
            assert_eq!(question.status, 303, "nothing matches");
            deploys(app, 2);
            if noun == "bulk-enablement" {
                app.database.execute("UPDATE api_keys SET disabled_at = 1");
            }
            let question = owner.get(&format!("{PATH}/{noun}?q=deploy&matching=2"));
            let newcomer = app.insert_api_key(OWNER, "deploy later", |key| key.disabled_at = (noun == "bulk-enablement").then_some(key.created_at));
            let again = send(&mut owner, &question);
            assert_eq!(again.status, 409, "{noun}");
            assert!(again.test_id("count-changed").text.contains('3') && again.body.contains(newcomer.name.as_str()));
            assert_eq!(app.audited(&format!("api_key.{action}")), 0);
            assert_eq!(send(&mut owner, &again).status, 303);
            assert_eq!(app.audited(&format!("api_key.{action}")), 3);
            app.database.execute("DELETE FROM api_keys");
        }
    }

    fn ending_all_that_matches_takes_the_password_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        deploys(app, 2);
        app.clock.advance(Duration::minutes(11));
        for (noun, asks) in
            [("bulk-deletion", true), ("bulk-revocation", true), ("bulk-disablement", false), ("bulk-enablement", false)]
        {
            let path = format!("{PATH}/{noun}?q=deploy&matching=2");
            let question = owner.get(&path);
            assert_eq!(question.header("location").starts_with("/password-proof?"), asks, "{noun}");
            let act = owner.post(&format!("{PATH}/{noun}"), &[("q", "deploy"), ("matching", "2")]);
            assert_eq!(act.has("[data-testid=password-proof]"), asks, "{noun}");
        }
        assert_eq!((app.audited("api_key.deleted"), app.audited("api_key.revoked")), (0, 0));
        assert_eq!(app.audited("api_key.disabled"), 2);
    }

    fn the_filter_holds_for_ones_own_view_and_for_who_may(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        deploys(app, 1);
        app.insert_api_key("max@acme.example", "deploy max", |_| {});
        app.insert_api_key("gwen@globex.example", "deploy gwen", |_| {});
        let path = format!("{PATH}/bulk-revocation");
        assert_eq!(owner.post(&path, &[("q", "deploy"), ("matching", "2")]).status, 409, "one is mine");
        let max = app.user_id("max@acme.example").to_string();
        assert_eq!(owner.post(&path, &[("owner", &max), ("matching", "1")]).status, 404);
        let gwen = app.user_id("gwen@globex.example").to_string();
        let of_all = format!("{path}?view=organization");
        assert_eq!(owner.post(&of_all, &[("owner", &gwen), ("matching", "1")]).status, 404);
        assert_eq!(owner.post(&of_all, &[("q", "deploy"), ("matching", "many")]).status, 400);
        for role in [Role::Support, Role::Member] {
            let mut client = app.sign_in(role);
            for path in [&path, &of_all] {
                assert_eq!(client.post(path, &[("q", "deploy"), ("matching", "2")]).status, 403, "{role}");
            }
        }
        assert_eq!(app.audited("api_key.revoked"), 0);
        assert_eq!(owner.post(&of_all, &[("q", "deploy"), ("matching", "2")]).status, 303);
        assert_eq!(app.audited("api_key.revoked"), 2);
        assert_eq!(app.sign_in_as("gwen@globex.example").listed(), [("deploy gwen".to_owned(), "active".to_owned())]);
        assert_eq!(owner.get(&format!("{PATH}?select=everything")).status, 400);
    }
}
