//! Changing roles.

use latchkey::domain::{Role, UserEvent, audit::Event};
use time::Duration;

use super::{PATH, listed, path_of, row};
use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

fn offered(page: &Page) -> Vec<String> {
    page.find_all("main [name=role]").iter().map(|radio| radio.attribute("value").unwrap()).collect()
}

on_both_databases! {
    fn a_changed_role_is_said_first_and_ends_sessions(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut max = app.sign_in(Role::Member);
        let path = path_of(app, "member@acme.example", "role");
        let question = owner.get(&path);
        assert_eq!(question.status, 200);
        assert_eq!(offered(&question), ["owner", "administrator", "support", "analytics", "member"]);
        assert_eq!(question.find_all("main [name=role][checked]")[0].attribute("value").unwrap(), "member");
        assert!(question.test_id("confirm-dialog").text.contains("Can manage members and API keys, but not Owners"));

        let done = owner.post(&path, &[("role", "support")]);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        let page = owner.get(PATH);
        assert!(page.test_id("flash-success").text.contains("Support"));
        assert_eq!(row(&page, "member@acme.example").attribute("data-role").unwrap(), "support");
        assert!(max.get("/").header("location").starts_with("/sign-in"), "signed out");
        assert_eq!(app.sign_in_as("member@acme.example").get(PATH).status, 200);
        let events = app.events_of(app.user_id("member@acme.example").as_str());
        let changed = Event::User(UserEvent::RoleChanged { before: Role::Member, after: Role::Support });
        assert!(events.iter().any(|past| past.event.as_ref() == Some(&changed)), "{events:?}");
    }

    fn the_same_role_again_changes_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut max = app.sign_in(Role::Member);
        let path = path_of(app, "member@acme.example", "role");
        assert_eq!(owner.post(&path, &[("role", "member")]).status, 303);
        assert_eq!(max.get("/").status, 200);
        assert_eq!(app.audited("member.role_changed"), 0);
        for bad in ["", "god", "Owner"] {
            let page = owner.post(&path, &[("role", bad)]);
            assert_eq!(page.status, 422, "{bad}");
            assert!(page.test_id("error-role").text.contains("Select a role"));
        }
    }

    fn an_administrator_neither_changes_nor_makes_an_owner(app: &TestApp) {
        let founder = app.create_user(Role::Owner, "founder");
        app.create_user(Role::Owner, "second");
        let max = app.create_user(Role::Member, "max");
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!(administrator.get(&path_of(app, &founder, "role")).status, 403);
        assert_eq!(administrator.post(&path_of(app, &founder, "role"), &[("role", "member")]).status, 403);
        let path = path_of(app, &max, "role");
        assert_eq!(offered(&administrator.get(&path)), ["administrator", "support", "analytics", "member"]);
        assert_eq!(administrator.post(&path, &[("role", "owner")]).status, 403);
        let own = path_of(app, "administrator@acme.example", "role");
        for role in ["owner", "member"] {
            let status = administrator.post(&own, &[("role", role)]).status;
            assert!(status == 403 || status == 409, "{role}: {status}");
        }
        assert_eq!(app.audited("member.role_changed"), 0);
    }

    fn an_owner_steps_down_while_another_stays_and_the_last_one_is_told_why_not(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Owner, "second");
        let path = path_of(app, "owner@acme.example", "role");
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE email = 'second@acme.example'");
        for page in [owner.get(&path), owner.post(&path, &[("role", "member")])] {
            assert_eq!(page.status, 409);
            assert!(page.test_id("flash-error").text.contains("last Owner who can sign in"), "{}", page.body);
        }
        app.database.execute("UPDATE users SET disabled_at = NULL WHERE email = 'second@acme.example'");
        assert!(owner.get(&path).body.contains("cannot make yourself an Owner again"));
        assert_eq!(owner.post(&path, &[("role", "member")]).status, 303);
        assert_eq!(owner.get(PATH).status, 303, "signed out");
        let roles = listed(&mut app.sign_in_as("second@acme.example"));
        assert_eq!(roles.iter().filter(|(_, role, _)| role == "owner").count(), 1);
    }

    fn the_password_is_asked_for_when_it_was_typed_long_ago(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let max = app.create_user(Role::Member, "max");
        app.clock.advance(Duration::minutes(10));
        for noun in ["role", "removal"] {
            let path = path_of(app, &max, noun);
            let next = format!("/password-proof?next={}", path.replace('/', "%2F"));
            assert_eq!(owner.get(&path).header("location"), next);
            assert_eq!(owner.post(&path, &[("role", "owner")]).find_all("[name=role][value=owner]").len(), 1);
        }
        assert_eq!(app.audited("member.role_changed") + app.audited("member.removed"), 0);
    }
}
