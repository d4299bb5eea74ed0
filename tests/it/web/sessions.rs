//! Sessions: renewal, expiry and revocation.

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

fn cookie_name(app: &TestApp) -> String {
    app.state.site.cookie_name("session")
}

on_both_databases! {
    fn the_cookie_is_for_this_host_https_and_no_script(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let page = app.visitor().post("/sign-in", &[("email", "owner@acme.example"), ("password", PASSWORD)]);
        let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        let session = cookies.iter().find(|cookie| cookie.starts_with(&cookie_name(app))).unwrap();
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
            assert!(session.contains(attribute), "{attribute}: {session}");
        }
        assert!(!session.contains("Domain"));
    }

    fn signing_in_again_makes_the_old_cookie_worthless(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut old = owner.clone();
        owner.post("/sign-in", &[("email", "owner@acme.example"), ("password", PASSWORD)]);
        let name = cookie_name(app);
        assert_ne!(owner.cookies[&name], old.cookies[&name]);
        assert_eq!((owner.get("/").status, old.get("/").status), (200, 303));
    }

    fn nothing_of_one_person_is_left_to_the_next_in_the_same_browser(app: &TestApp) {
        let mut browser = app.sign_in(Role::Owner);
        let secret = app.insert_api_key("owner@acme.example", "secret project", |_| {});
        browser.post(&format!("/settings/developers/api-keys/{}/deletion", secret.id), &[]);
        app.create_user(Role::Member, "bob");
        browser.post("/sign-in", &[("email", "bob@acme.example"), ("password", PASSWORD)]);
        let page = browser.get("/settings/developers/api-keys");
        assert!(page.body.contains("bob") && !page.body.contains("secret project"));
        assert_eq!(app.audited("session.ended"), 1);
    }

    fn signing_in_over_the_session_of_a_disabled_account_works(app: &TestApp) {
        let mut browser = app.visitor();
        for (role, name) in [(Role::Owner, "owner"), (Role::Member, "bob")] {
            app.create_user(role, name);
        }
        // One tab has the sign-in form open while the person signs in in another.
        let csrf = browser.csrf();
        browser.post("/sign-in", &[("email", "owner@acme.example"), ("password", PASSWORD)]);
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE role = 'owner'");
        let fields = [("email", "bob@acme.example"), ("password", PASSWORD), ("csrf", csrf.as_str())];
        let page = browser.post_raw("/sign-in", &[], &fields);
        assert_eq!((page.status, browser.get("/").status), (303, 200));
    }

    fn a_session_that_cannot_be_written_undoes_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        app.database.refuse_updates("sessions");
        let page = owner.post(&format!("/settings/developers/api-keys/{}/deletion", key.id), &[]);
        assert_eq!(page.status, 303, "only the message is lost");
        assert_eq!((owner.listed().len(), app.audited("api_key.deleted")), (0, 1));
        app.clock.advance(Duration::minutes(10));
        assert_eq!(owner.get("/").status, 200, "nor does reading depend on it");
    }

    fn signing_out_ends_the_session_at_the_server(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut stolen = owner.clone();
        let page = owner.post("/sign-out", &[]);
        assert_eq!((page.status, page.header("location")), (303, "/sign-in?signed_out=1"));
        assert!(page.header("clear-site-data").contains("cache"));
        assert!(!owner.cookies.contains_key(&cookie_name(app)));
        assert_eq!(stolen.get("/").status, 303);
        assert_eq!(app.audited("session.ended"), 1);
        assert!(owner.get("/sign-in?signed_out=1").body.contains("signed out"));
    }

    fn a_session_ends_after_eight_idle_hours_and_after_seven_days_in_all(app: &TestApp) {
        let mut idle = app.sign_in(Role::Owner);
        app.clock.advance(Duration::hours(8) - Duration::seconds(1));
        assert_eq!(idle.get("/").status, 200);
        app.clock.advance(Duration::hours(8));
        assert_eq!(idle.get("/").status, 303);

        let mut busy = app.sign_in_as("owner@acme.example");
        for _ in 0..23 {
            app.clock.advance(Duration::hours(7));
            assert_eq!(busy.get("/").status, 200);
        }
        app.clock.advance(Duration::hours(7));
        assert_eq!(busy.get("/").status, 303, "seven days are over");
    }

    fn a_forged_or_changed_cookie_opens_nothing(app: &TestApp) {
        let owner = app.sign_in(Role::Owner);
        let good = &owner.cookies[&cookie_name(app)];
        for bad in ["", "x", &good[1..], &format!("{good}x"), &good.chars().rev().collect::<String>()] {
            let mut thief = app.visitor();
            thief.cookies.insert(cookie_name(app), bad.to_owned());
            assert_eq!(thief.get("/").status, 303, "{bad}");
        }
    }

    fn opening_the_sign_in_page_writes_nothing(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for _ in 0..3 {
            assert_eq!(app.visitor().get("/sign-in").status, 200);
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM sessions"), 0);
    }
}
