//! What the server does by itself.

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

    fn ended_sessions_are_removed_and_living_ones_are_not(app: &TestApp) {
        app.sign_in(Role::Owner);
        app.clock.advance(Duration::hours(9));
        let mut living = app.sign_in_as("owner@acme.example");
        purge(app);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM sessions"), 1);
        assert_eq!(living.get("/").status, 200);
    }
}
