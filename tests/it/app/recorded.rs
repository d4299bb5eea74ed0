//! What is recorded beside the changes that people make in the pages.

use actix_web::rt::System;
use latchkey::{
    domain::{Clock as _, Role},
    tasks,
};
use time::Duration;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

const OWNER: &str = "owner@acme.example";

fn run<E: std::fmt::Debug>(task: impl Future<Output = Result<(), E>>) {
    System::new().block_on(task).unwrap();
}

/// The details of the latest event with this action.
fn details(app: &TestApp, action: &str) -> serde_json::Value {
    let text = app.database.text(&format!(
        "SELECT details AS text FROM audit_events WHERE id = (SELECT max(id) FROM audit_events WHERE action = '{action}')"
    ));
    serde_json::from_str(&text).unwrap()
}

fn fail_to_sign_in(app: &TestApp, email: &str) -> u16 {
    app.visitor().post("/sign-in", &[("email", email), ("password", "planted wrong password")]).status
}

on_both_databases! {
    fn wrong_passwords_are_recorded_when_they_are_many_and_never_one_by_one(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let record = || run(tasks::record_failed_passwords(&app.state));
        for count in 1..=5 {
            record();
            assert_eq!(app.audited("session.failures_began"), 0, "{count}");
            while fail_to_sign_in(app, OWNER) == 429 {
                app.clock.advance(Duration::seconds(10));
            }
            assert_eq!(fail_to_sign_in(app, "nobody@acme.example") / 100, 4);
        }
        record();
        record();
        assert_eq!(app.audited("session.failures_began"), 1);
        let begun = details(app, "session.failures_began");
        assert_eq!((&begun["prompt"], &begun["count"]), (&"sign_in".into(), &5.into()), "{begun}");
        assert_eq!(begun["addresses"], serde_json::json!(["127.0.0.1"]));
        let by = "SELECT actor_kind || ' ' || address || ' ' || subject_id AS text FROM audit_events \
                  WHERE action = 'session.failures_began'";
        assert_eq!(app.database.text(by), format!("visitor 127.0.0.1 {}", app.user_id(OWNER)));

        while fail_to_sign_in(app, OWNER) == 429 {
            app.clock.advance(Duration::seconds(10));
        }
        app.clock.advance(Duration::minutes(9));
        record();
        assert_eq!(app.audited("session.failures_ended"), 0);
        app.clock.advance(Duration::minutes(1));
        record();
        assert_eq!((app.audited("session.failures_ended"), details(app, "session.failures_ended")["count"].as_u64()), (1, Some(6)));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM audit_events WHERE details LIKE '%planted%'"), 0);
    }

    fn a_stopping_server_records_how_many_wrong_passwords_there_were(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for _ in 0..5 {
            assert_eq!(owner.post("/password-proof", &[("password", "wrong"), ("next", "/")]).status, 422);
        }
        run(tasks::finish_failed_passwords(&app.state));
        assert_eq!(details(app, "session.failures_ended")["prompt"], "proof");
        let by = "SELECT actor_kind || ' ' || actor_id AS text FROM audit_events WHERE action = 'session.failures_began'";
        assert_eq!(app.database.text(by), format!("user {}", app.user_id(OWNER)));
    }

    fn a_log_that_cannot_be_written_keeps_the_failures_for_later(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for _ in 0..5 {
            while fail_to_sign_in(app, OWNER) == 429 {
                app.clock.advance(Duration::seconds(10));
            }
        }
        app.database.execute("ALTER TABLE audit_events RENAME TO away");
        assert!(System::new().block_on(tasks::record_failed_passwords(&app.state)).is_err());
        while fail_to_sign_in(app, OWNER) != 422 {
            app.clock.advance(Duration::seconds(10));
        }
        app.database.execute("ALTER TABLE away RENAME TO audit_events");
        run(tasks::record_failed_passwords(&app.state));
        assert_eq!(details(app, "session.failures_began")["count"], 6);
    }

    fn a_sign_in_says_whether_the_browser_is_new_to_the_account(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(details(app, "session.started")["is_new_device"], true);
        // The clock of a test stands still, and the order of events follows it.
        app.clock.advance(Duration::seconds(1));
        owner.post("/sign-out", &[]);
        assert_eq!(owner.post("/sign-in", &[("email", OWNER), ("password", PASSWORD)]).status, 303);
        assert_eq!(details(app, "session.started")["is_new_device"], false);
        app.clock.advance(Duration::seconds(1));
        app.sign_in_as(OWNER);
        assert_eq!(details(app, "session.started")["is_new_device"], true);
    }

    fn a_password_that_is_typed_again_is_recorded(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.post("/password-proof", &[("password", PASSWORD), ("next", "/")]).status, 303);
        assert_eq!(app.audited("session.password_confirmed"), 1);
    }

    fn a_command_leaves_its_name_and_who_ran_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Rival", Role::Owner, "rival");
        let id = app.database.text("SELECT id AS text FROM organizations WHERE name = 'Acme'");
        let of = ["--organization", id.as_str()];
        let create = ["user", "create", "--email", "new@acme.example", "--name", "New", "--role", "member"];
        for (arguments, action) in [
            (&[&create[..], &of].concat()[..], "user.created"),
            (&["user", "confirm-email", OWNER], "user.email_confirmed"),
            (&["user", "reset-password", OWNER], "user.password_reset_requested"),
            (&["organization", "default", "none"], "organization.default_changed"),
            (&[&["policy", "apply", "key-and-secret"][..], &of].concat(), "policy.changed"),
            (&["secret-key", "rotate"], "master_key.rotated"),
            (&["secret-key", "forget-retired"], "master_key.forgotten"),
        ] {
            let output = app.run(arguments);
            assert!(output.status.success(), "{arguments:?} {}", String::from_utf8_lossy(&output.stderr));
            let details = details(app, action);
            let user = details["system_user"].as_str().unwrap();
            assert_eq!(details["command"], arguments[..2].join(" "), "{details}");
            assert!(!user.is_empty() && !details.to_string().contains("--"), "{details}");
        }
        assert_eq!((app.audited("master_key.rotated"), app.audited("master_key.forgotten")), (2, 2), "each organization has it");
        assert_eq!((details(app, "master_key.rotated")["version"].clone(), details(app, "master_key.rotated")["previous"].clone()), (2.into(), 1.into()));
    }

    fn a_key_that_expired_has_an_event_of_that_time(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let end = app.clock.now().plus(Duration::HOUR);
        let key = app.insert_api_key(OWNER, "short", |key| key.expires_at = Some(end));
        app.clock.advance(Duration::days(3));
        for _ in 0..2 {
            run(tasks::keep_lists_fast(&app.state));
        }
        let events: Vec<_> = app.events_of(key.id.as_str()).into_iter().map(|past| (past.action, past.at, past.actor_id)).collect();
        assert_eq!(events, [("api_key.expired".to_owned(), end, None)]);
    }
}
