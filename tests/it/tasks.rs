//! Background tasks of the server.

pub mod audit_stream;
mod disuse;
mod pauses;
mod reminders;
mod rotation_reminders;

use actix_web::rt::System;
use latchkey::domain::Role;
use time::Duration;

use crate::{on_both_databases, support::TestApp};

fn purge(app: &TestApp) {
    System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
}

on_both_databases! {
    fn a_key_that_nobody_confirmed_is_purged_after_24_hours(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        owner.create_api_key("abandoned");
        owner.create_confirmed_api_key("kept");
        app.clock.advance(Duration::hours(24) - Duration::seconds(1));
        purge(app);
        assert_eq!(app.audited("api_key.purged"), 0);

        app.clock.advance(Duration::seconds(2));
        purge(app);
        assert_eq!(app.audited("api_key.purged"), 1);
        let mut owner = app.sign_in_as("owner@acme.example");
        assert_eq!(owner.listed(), [("kept".to_owned(), "active".to_owned())]);
        assert_eq!(owner.create_api_key("abandoned").status, 200, "the name is free again");
    }

    fn a_key_that_was_revoked_before_anybody_confirmed_it_stays_to_be_seen(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = owner.create_api_key("leaked").api_key_id();
        owner.post(&format!("/settings/developers/api-keys/{id}/revocation"), &[("reason", "posted in a chat")]);
        app.clock.advance(Duration::hours(25));
        purge(app);
        assert_eq!((app.audited("api_key.revoked"), app.audited("api_key.purged")), (1, 0));
        let mut owner = app.sign_in_as("owner@acme.example");
        assert_eq!(owner.listed(), [("leaked".to_owned(), "revoked".to_owned())]);
    }

    fn ended_sessions_are_removed_and_living_ones_are_not(app: &TestApp) {
        app.sign_in(Role::Owner);
        app.clock.advance(Duration::hours(9));
        let mut living = app.sign_in_as("owner@acme.example");
        purge(app);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM sessions"), 1);
        assert_eq!(living.get("/").status, 200);
    }

    fn keys_that_have_expired_are_noted_once_and_were_found_before(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key("owner@acme.example", "short", |key| key.expires_at = Some(key.created_at.plus(Duration::HOUR)));
        app.insert_api_key("owner@acme.example", "long", |_| {});
        app.clock.advance(Duration::HOUR);
        let mut owner = app.sign_in_as("owner@acme.example");
        let mut expired = || {
            let page = owner.get("/settings/developers/api-keys?view=organization&status=expired");
            page.find_all("[data-testid=api-key-row]").len()
        };
        let noted = || app.database.count("SELECT count(*) AS count FROM api_keys WHERE noted_status = 3");
        // The server's own task may have been late and seen this.
        app.database.execute("UPDATE api_keys SET noted_expiry = NULL");
        assert_eq!((expired(), noted()), (1, 0));
        for _ in 0..2 {
            System::new().block_on(latchkey::tasks::keep_lists_fast(&app.state)).unwrap();
            assert_eq!((expired(), noted()), (1, 1));
        }
        // A change of the expiry need not reset the mark.
        app.database.execute("UPDATE api_keys SET expires_at = expires_at + 1000000");
        assert_eq!((expired(), noted()), (0, 0));
    }
}
