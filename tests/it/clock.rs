//! A clock that jumps forward and back locks nobody out and ends nothing for good.

use std::{
    thread,
    time::{Duration as StdDuration, Instant},
};

use actix_web::rt::System;
use latchkey::{
    config::TrustedProxies,
    domain::{Clock as _, Role},
    tasks,
};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Kind, PASSWORD, TestApp},
};

const OWNER: &str = "owner@acme.example";

fn sign_in(client: &mut Client, password: &str) -> u16 {
    client.post("/sign-in", &[("email", OWNER), ("password", password)]).status
}

on_both_databases! {
    fn after_the_clock_was_put_back_the_right_password_is_not_refused(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for back in [Duration::hours(1), Duration::days(400)] {
            app.clock.advance(back);
            let mut stranger = app.visitor();
            let guesses: Vec<_> = (0..12).map(|_| sign_in(&mut stranger, "guess")).collect();
            assert_eq!(guesses.last(), Some(&429));
            app.clock.advance(-back);
            // The same after a restart.
            let instance = app.second_instance();
            assert_eq!(sign_in(&mut Client::new(&instance.address), PASSWORD), 303, "{back}");
        }
    }

    fn what_began_in_the_future_of_a_wrong_clock_ends_when_it_is_corrected(app: &TestApp) {
        let email = app.create_user(Role::Owner, "owner");
        app.clock.advance(Duration::days(400));
        let mut owner = app.sign_in_as(&email);
        let form = owner.get("/settings/members/invitations/new").form_fields("form");
        let form_token = form.iter().find(|(name, _)| name == "form_token").unwrap().1.clone();
        let fields = [("email", "ann@acme.example"), ("role", "member"), ("form_token", form_token.as_str())];
        let invitation = owner.post("/settings/members/invitations", &fields).test_id("invitation-link").text;
        let invitation = invitation.replacen(&app.address, "", 1);
        let reset = app.password_reset_link(&email);
        let get = |path: &str| app.visitor().get(path).status;
        assert_eq!((get(&invitation), get(&reset)), (200, 200));
        app.clock.advance(Duration::hours(-1));
        assert_eq!((get(&invitation), get(&reset), owner.get("/settings").status), (200, 200, 200));
        app.clock.advance(Duration::hours(1) - Duration::days(400));
        assert_eq!((get(&invitation), get(&reset), owner.get("/settings").status), (404, 410, 303));
    }

    fn what_was_not_confirmed_in_the_future_of_a_wrong_clock_is_removed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, _) = owner.create_confirmed_api_key("Deploy");
        app.clock.advance(Duration::days(20));
        let mut owner = app.sign_in_as(OWNER);
        assert_eq!(owner.create_api_key("not confirmed").status, 200);
        let rotation = format!("/settings/developers/api-keys/{id}/rotation");
        let form = owner.get(&rotation).form_fields("section form");
        let form_token = form.iter().find(|(name, _)| name == "form_token").unwrap();
        assert_eq!(owner.post(&rotation, &[("form_token", form_token.1.as_str()), ("overlap", "24")]).status, 200);
        app.clock.advance(Duration::days(-20));
        let count = |table: &str| app.database.count(&format!("SELECT count(*) AS count FROM {table}"));
        let later = format!("WHERE submitted_at > {}", app.state.clock.now().unix_micros());
        let kept = || {
            let forms = ["form_submissions", "act_submissions"].map(|table| count(&format!("{table} {later}")));
            (count("api_keys"), count("api_key_tokens"), forms.iter().sum::<i64>() > 0)
        };
        assert_eq!(kept(), (2, 3, true));
        System::new().block_on(tasks::purge(&app.state)).unwrap();
        assert_eq!(kept(), (1, 1, false));
    }

    fn a_password_proof_from_the_future_is_no_proof(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.clock.advance(Duration::minutes(-11));
        let page = owner.get("/settings/members/invitations/new");
        assert!(page.header("location").starts_with("/password-proof"), "{}", page.status);
    }

    fn verification_goes_by_the_clock_alone(app: &TestApp) {
        let email = app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(&email, "measured", |_| {});
        let token = token.expose();
        let mut service = app.visitor();
        let (valid, expired) = ((200, "VALID".to_owned()), (200, "EXPIRED".to_owned()));
        for (turned, answer) in [
            (Duration::ZERO, &valid),
            (Duration::hours(-1), &valid),
            (Duration::hours(1) + Duration::days(100) - Duration::SECOND, &valid),
            (Duration::SECOND, &expired),
            (Duration::days(300), &expired),
            (Duration::days(-400), &valid),
        ] {
            app.clock.advance(turned);
            assert_eq!(&service.verify(token), answer, "{turned}");
        }
    }

    fn a_last_use_in_the_future_of_a_wrong_clock_is_replaced(app: &TestApp) {
        let email = app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(&email, "measured", |key| key.expires_at = None);
        let used_at = |turned: Duration| {
            app.clock.advance(turned);
            assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
            System::new().block_on(tasks::write_usage(&app.state)).unwrap();
            app.database.count("SELECT last_used_at AS count FROM api_keys")
        };
        let now = app.clock.now();
        assert_eq!(used_at(Duration::days(400)), now.plus(Duration::days(400)).unix_micros());
        assert_eq!(used_at(Duration::days(-400)), now.unix_micros());
        // Another server's clock may be a few seconds ahead.
        assert_eq!(used_at(Duration::seconds(-5)), now.unix_micros());
    }

    fn a_server_that_starts_400_days_ahead_waits_an_hour_before_it_removes_anything(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        owner.create_api_key("not confirmed");
        let is_trusted = |state: &latchkey::state::State| System::new().block_on(tasks::trusts_clock(state)).unwrap();
        assert!(is_trusted(&app.state));
        let kept = |app: &TestApp| {
            let count = |table: &str| app.database.count(&format!("SELECT count(*) AS count FROM {table}"));
            (count("api_keys"), count("sessions"), app.audited("api_key.purged"))
        };
        let before = kept(app);
        app.clock.advance(Duration::days(400));
        let instance = app.instance_with_tasks();
        let began = Instant::now();
        while !instance.state.clock_check.is_doubted() {
            // A task whose first look at the database failed looks again after a minute.
            assert!(began.elapsed() < StdDuration::from_secs(90), "it does not doubt its clock");
            thread::sleep(StdDuration::from_millis(2));
        }
        assert!(!is_trusted(&instance.state));
        assert_eq!(kept(app), before);
        // A corrected clock is trusted at once; otherwise it is trusted after an hour.
        app.clock.advance(Duration::days(-400));
        assert!(is_trusted(&instance.state));
        app.clock.advance(Duration::days(400));
        assert!(!is_trusted(&instance.state));
        app.clock.advance(Duration::hours(1));
        assert!(is_trusted(&instance.state));
    }
}

#[test]
fn a_known_address_from_the_future_is_not_known() {
    let app = TestApp::start_with(Kind::Sqlite, |config| {
        config.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap();
    });
    app.create_user(Role::Owner, "owner");
    app.clock.advance(Duration::days(400));
    assert_eq!(sign_in(&mut app.visitor(), PASSWORD), 303);
    app.clock.advance(Duration::days(-400));
    let guesses: Vec<_> = (0..9).map(|_| sign_in(&mut app.visitor(), "guess")).collect();
    assert_eq!(guesses.iter().filter(|status| **status == 422).count(), 4, "{guesses:?}");
}
