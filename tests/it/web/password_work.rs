//! Password hashing and strength estimates are shared fairly among clients, and bounded before they run.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use actix_web::rt::System;
use latchkey::{
    config::{Registration, TrustedProxies},
    domain::Role,
    state::password_work::{
        PasswordWork, Turn,
        queue::{Client as Asker, WAITING_OF_CLIENT},
    },
};

use crate::support::{Kind, PASSWORD, TestApp};

/// Clients name their address themselves here, as a proxy would.
fn app(kind: Kind) -> TestApp {
    TestApp::start_with(kind, |config| {
        config.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap();
        config.registration = Registration::Open;
        // Slow enough that others wait in the meantime.
        config.password_cost = 8;
    })
}

/// Takes all turns, like work that runs for long.
fn hold_all_turns(app: &TestApp) -> Vec<Turn> {
    let asker = Asker { network: "long work".to_owned(), is_known: false };
    let turn = || System::new().block_on(app.state.password_work.wait_for_turn(asker.clone())).unwrap();
    (0..PasswordWork::thread_count()).map(|_| turn()).collect()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Status and `Retry-After` of a form that is sent from this address.
fn send(app: &TestApp, from: &str, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let mut client = app.visitor();
    let csrf = client.csrf();
    let mut fields = fields.to_vec();
    fields.push(("csrf", &csrf));
    let page = client.post_raw(path, &[("x-forwarded-for", from)], &fields);
    (page.status, page.header("retry-after").to_owned())
}

#[test]
fn a_quiet_client_comes_before_many_sign_ins_of_others_and_one_client_cannot_fill_the_queue() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = &app(kind);
        app.create_user(Role::Owner, "owner");
        let held = hold_all_turns(app);
        let (answered, answers) = mpsc::channel();
        thread::scope(|scope| {
            for number in 0..WAITING_OF_CLIENT + 2 {
                let answered = answered.clone();
                scope.spawn(move || {
                    let email = format!("nobody{number}@acme.example");
                    let answer = send(app, "203.0.113.1", "/sign-in", &[("email", &email), ("password", "guess")]);
                    answered.send(answer).unwrap();
                });
            }
            wait_until("the loud client waits", || app.state.password_work.waiting() == WAITING_OF_CLIENT);
            for _ in 0..2 {
                assert_eq!(answers.recv().unwrap(), (429, "5".to_owned()), "{kind:?}");
            }
            let quiet = scope.spawn(|| {
                let fields = [("email", "owner@acme.example"), ("password", PASSWORD)];
                let answer = send(app, "198.51.100.1", "/sign-in", &fields);
                (answer.0, app.state.password_work.waiting())
            });
            wait_until("the quiet one waits", || app.state.password_work.waiting() == WAITING_OF_CLIENT + 1);
            drop(held);
            let (status, still_waiting) = quiet.join().unwrap();
            assert!(status == 303 && still_waiting > 0, "{kind:?}: {status} {still_waiting}");
        });
        assert!((0..WAITING_OF_CLIENT).all(|_| answers.recv().unwrap().0 == 422), "{kind:?}");
    }
}

#[test]
fn an_attempt_that_gets_no_turn_costs_the_account_nothing() {
    let app = &app(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    let fields = [("email", "owner@acme.example"), ("password", PASSWORD)];
    let held = hold_all_turns(app);
    thread::scope(|scope| {
        for _ in 0..WAITING_OF_CLIENT {
            scope.spawn(|| send(app, "203.0.113.1", "/sign-in", &[("email", "x@acme.example"), ("password", "x")]));
        }
        wait_until("others wait", || app.state.password_work.waiting() == WAITING_OF_CLIENT);
        assert_eq!(send(app, "203.0.113.1", "/sign-in", &fields).0, 429);
        let stored = "SELECT count(*) AS count FROM rate_limits WHERE subject LIKE 'sign-in failed%'";
        assert_eq!(app.database.count(stored), 0);
        drop(held);
    });
}

#[test]
fn the_strength_of_a_password_is_estimated_in_turn() {
    let app = &app(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    let fields =
        [("organization_name", "New"), ("name", "Ann"), ("email", "ann@new.example"), ("password", "aaaaaaaaaaaa")];
    let held = hold_all_turns(app);
    thread::scope(|scope| {
        let registration = scope.spawn(|| send(app, "203.0.113.1", "/registration", &fields).0);
        wait_until("it waits", || app.state.password_work.waiting() == 1);
        drop(held);
        assert_eq!(registration.join().unwrap(), 422);
    });
}

#[test]
fn new_passwords_from_one_address_have_an_end_wherever_they_are_typed() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = &app(kind);
        let mut owner = app.sign_in(Role::Owner);
        let invited = owner.post(
            "/settings/members/invitations",
            &[("email", "new@acme.example"), ("role", "member"), ("form_token", "x")],
        );
        let invitation = invited.test_id("invitation-link").text;
        let invitation = invitation.split("invitation=").nth(1).unwrap();
        let reset = app.password_reset_link("owner@acme.example");
        let reset = reset.split("token=").nth(1).unwrap();
        for (number, (path, field, value)) in [
            ("/registration", "organization_name", "New"),
            ("/registration", "invitation", invitation),
            ("/password-reset/new-password", "token", reset),
        ]
        .into_iter()
        .enumerate()
        {
            let from = format!("203.0.113.{number}");
            let person = [("name", "Ann"), ("email", "ann@new.example")];
            let person = if path == "/registration" { &person[..] } else { &[] };
            let weak = [&[(field, value), ("password", "aaaaaaaaaaaa")], person].concat();
            let statuses: Vec<_> = (0..21).map(|_| send(app, &from, path, &weak)).collect();
            assert!(statuses[..20].iter().all(|(status, _)| *status == 422), "{kind:?} {path}: {statuses:?}");
            assert_eq!(statuses[20], (429, "3".to_owned()), "{kind:?} {path}");
            assert_eq!(send(app, "198.51.100.1", path, &weak).0, 422, "{kind:?} {path}: from elsewhere");
        }
        let fields = [("current_password", PASSWORD), ("password", "aaaaaaaaaaaa")];
        let statuses: Vec<_> = (0..21).map(|_| owner.post("/settings/account/password", &fields).status).collect();
        assert!(statuses[..20].iter().all(|status| *status == 422), "{kind:?}: {statuses:?}");
        assert_eq!(statuses[20], 429, "{kind:?}");
    }
}
