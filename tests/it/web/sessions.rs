//! Sessions: renewed, ended by time, ended for good.

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

const COOKIE: &str = "__Host-latchkey-session";

on_both_databases! {
    fn the_cookie_is_for_this_host_https_and_no_script(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let page = app.visitor().post("/sign-in", &[("email", "owner@acme.example"), ("password", PASSWORD)]);
        let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        let session = cookies.iter().find(|cookie| cookie.starts_with(COOKIE)).unwrap();
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
            assert!(session.contains(attribute), "{attribute}: {session}");
        }
        assert!(!session.contains("Domain"));
    }

    fn signing_in_again_makes_the_old_cookie_worthless(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut old = owner.clone();
        owner.post("/sign-in", &[("email", "owner@acme.example"), ("password", PASSWORD)]);
        assert_ne!(owner.cookies[COOKIE], old.cookies[COOKIE]);
        assert_eq!((owner.get("/").status, old.get("/").status), (200, 303));
    }

    fn signing_out_ends_the_session_at_the_server(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut stolen = owner.clone();
        let page = owner.post("/sign-out", &[]);
        assert_eq!((page.status, page.header("location")), (303, "/sign-in?signed_out=1"));
        assert!(page.header("clear-site-data").contains("cache"));
        assert!(!owner.cookies.contains_key(COOKIE));
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
        let good = &owner.cookies[COOKIE];
        for bad in ["", "x", &good[1..], &format!("{good}x"), &good.chars().rev().collect::<String>()] {
            let mut thief = app.visitor();
            thief.cookies.insert(COOKIE.to_owned(), bad.to_owned());
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
