//! The chain of an organization's events, as transactions write it.

use std::{cell::Cell, thread};

use diesel::{RunQueryDsl as _, sql_query};
use latchkey::{
    app,
    domain::{
        Actor, OrganizationId, Role,
        audit::{OrganizationEvent, OrganizationSubject, chain::ChainEnd},
    },
    store::{self, Conn, audit_chain},
};

use crate::{
    on_both_databases,
    support::{Kind, TestApp},
};

/// Adds an event that needs nothing else.
fn record(app: &TestApp, conn: &mut Conn, organization_id: &OrganizationId) -> Result<(), app::Error> {
    let subject = OrganizationSubject { id: organization_id.clone(), name: None };
    let event = OrganizationEvent::DefaultChanged { is_default: true };
    app.state.context_of_task().record(conn, None::<&Actor>, &subject, &event)
}

fn record_now(app: &TestApp, organization_id: &OrganizationId) {
    app.state.pool.write(|conn| record(app, conn, organization_id)).unwrap();
}

/// How many events the organization's chain has. Fails if the chain is not whole.
fn whole_chain(app: &TestApp, organization_id: &OrganizationId) -> i64 {
    let found =
        app.state.pool.read(|conn| audit_chain::reading::list_after(conn, organization_id.as_str(), None, 100_000));
    let mut end = ChainEnd::START;
    for found in found.unwrap() {
        let chained = end.append(found.event);
        assert_eq!((found.number, found.hash), (Some(chained.number), Some(chained.hash.to_string())));
    }
    let row = format!(
        "SELECT last_number || ' ' || last_hash AS text FROM audit_chains WHERE organization_id = '{organization_id}'"
    );
    assert_eq!(app.database.text(&row), format!("{} {}", end.number, end.hash));
    end.number
}

fn unnumbered(app: &TestApp) -> i64 {
    app.database.count("SELECT count(*) AS count FROM audit_events WHERE number IS NULL")
}

on_both_databases! {
    fn every_organization_has_a_chain_of_its_own_without_gaps(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        owner.create_confirmed_api_key("Deploy");
        let acme = app.actor("owner@acme.example").person.organization_id;
        let brick = app.create_organization("Brick");
        let before = whole_chain(app, &acme);
        assert!(before >= 3, "{before}");
        app.state
            .pool
            .write(|conn| {
                record(app, conn, &brick)?;
                record(app, conn, &acme)?;
                record(app, conn, &brick)
            })
            .unwrap();
        record_now(app, &brick);
        assert_eq!((whole_chain(app, &acme), whole_chain(app, &brick)), (before + 1, 3));
        assert_eq!(unnumbered(app), 0);
    }

    fn a_transaction_that_fails_leaves_no_event_and_no_gap(app: &TestApp) {
        let brick = app.create_organization("Brick");
        record_now(app, &brick);
        let failed: Result<(), app::Error> = app.state.pool.write(|conn| {
            record(app, conn, &brick)?;
            Err(store::Error::NotFound.into())
        });
        assert!(failed.is_err());
        record_now(app, &brick);
        assert_eq!(whole_chain(app, &brick), 2);
        // The connection of a read writes nothing that could get lost.
        let outside = app.state.pool.read(|conn| record(app, conn, &brick)).unwrap_err();
        assert!(outside.to_string().contains("outside of a transaction"), "{outside}");
    }

    fn a_thousand_events_of_one_transaction_are_in_the_chain_in_their_order(app: &TestApp) {
        let brick = app.create_organization("Brick");
        let write = |conn: &mut Conn| (0..1_000).try_for_each(|_| record(app, conn, &brick));
        app.state.pool.write(write).unwrap();
        assert_eq!(whole_chain(app, &brick), 1_000);
    }

    fn the_database_refuses_to_change_and_delete_events(app: &TestApp) {
        let brick = app.create_organization("Brick");
        record_now(app, &brick);
        let mut refused = vec![
            ("UPDATE audit_events SET details = '{}'", "events of the audit log cannot be changed"),
            ("UPDATE audit_events SET number = NULL", "events of the audit log cannot be changed"),
            ("DELETE FROM audit_events", "events of the audit log cannot be deleted: latchkey audit archive"),
        ];
        if app.database.kind == Kind::Postgres {
            refused.push(("TRUNCATE audit_events", "events of the audit log cannot be deleted"));
            refused.push(("TRUNCATE audit_archives", "archives of the audit log cannot be deleted"));
        }
        for (statement, reason) in refused {
            let refusal = app.database.refusal(statement);
            assert!(refusal.contains(reason), "{statement}: {refusal}");
        }
        app.database.execute("INSERT INTO audit_archives VALUES ('org_1', 1, 1, '')");
        for (statement, reason) in [
            ("UPDATE audit_archives SET last_number = 2", "archives of the audit log cannot be changed"),
            ("DELETE FROM audit_archives", "archives of the audit log cannot be deleted"),
        ] {
            let refusal = app.database.refusal(statement);
            assert!(refusal.contains(reason), "{statement}: {refusal}");
        }
        assert_eq!(whole_chain(app, &brick), 1);
    }

    fn events_without_a_number_get_one_at_the_start(app: &TestApp) {
        let (acme, brick) = (app.create_organization("Acme"), app.create_organization("Brick"));
        record_now(app, &brick);
        // As a server of an earlier version writes them.
        for (number, organization) in [(1, &brick), (2, &acme), (3, &brick), (4, &acme), (5, &acme)] {
            app.database.execute(&format!(
                "INSERT INTO audit_events (id, organization_id, at, action, subject_id, details) \
                 VALUES ('event_{number}', '{organization}', 1, 'session.started', 'user_1', '{{}}')"
            ));
        }
        record_now(app, &brick);
        assert_eq!(unnumbered(app), 5, "only the start numbers them");
        drop(app.second_instance());
        assert_eq!((whole_chain(app, &acme), whole_chain(app, &brick)), (3, 4));
        let places = "SELECT id || ' ' || number AS text FROM audit_events WHERE id LIKE 'event\\__' ESCAPE '\\' ORDER BY id";
        assert_eq!(app.database.texts(places), ["event_1 3", "event_2 1", "event_3 4", "event_4 2", "event_5 3"]);
    }

    fn a_lost_end_of_the_chain_is_found_again(app: &TestApp) {
        let brick = app.create_organization("Brick");
        record_now(app, &brick);
        app.database.execute("DELETE FROM audit_chains");
        record_now(app, &brick);
        assert_eq!(whole_chain(app, &brick), 2);
    }

    fn many_writers_leave_no_gap(app: &TestApp) {
        let organizations = ["Acme", "Brick", "Clay"].map(|name| app.create_organization(name));
        thread::scope(|scope| {
            for writer in 0..6 {
                let organizations = &organizations;
                scope.spawn(move || {
                    for round in 0..20 {
                        // Each in another order.
                        let write = |conn: &mut Conn| {
                            record(app, conn, &organizations[(writer + round) % 3])?;
                            record(app, conn, &organizations[(writer + 2 * round) % 3])
                        };
                        app.state.pool.write(write).unwrap();
                    }
                });
            }
        });
        let all: i64 = organizations.iter().map(|id| whole_chain(app, id)).sum();
        assert_eq!(all, 6 * 20 * 2);
    }
}

#[test]
fn a_repeated_transaction_writes_its_events_once() {
    let app = TestApp::start(Kind::Postgres);
    let brick = app.create_organization("Brick");
    let attempts = Cell::new(0);
    let written: Result<(), app::Error> = app.state.pool.write(|conn| {
        attempts.set(attempts.get() + 1);
        record(&app, conn, &brick)?;
        if attempts.get() < 3 {
            let deadlock = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$";
            sql_query(deadlock).execute(conn).map_err(store::Error::from)?;
        }
        Ok(())
    });
    assert!(written.is_ok(), "{written:?}");
    assert_eq!((attempts.get(), whole_chain(&app, &brick)), (3, 1));
}

/// Somebody else holds the end of a chain until this is over.
#[test]
fn organizations_do_not_wait_for_each_other() {
    let app = TestApp::start(Kind::Postgres);
    let (acme, brick) = (app.create_organization("Acme"), app.create_organization("Brick"));
    record_now(&app, &acme);
    record_now(&app, &brick);
    let mut holder = <diesel::PgConnection as diesel::Connection>::establish(&app.database.url()).unwrap();
    sql_query("BEGIN").execute(&mut holder).unwrap();
    let hold = format!("SELECT 1 FROM audit_chains WHERE organization_id = '{acme}' FOR UPDATE");
    sql_query(hold).execute(&mut holder).unwrap();
    // Would wait for ten seconds, and then fail.
    record_now(&app, &brick);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| record_now(&app, &acme));
        record_now(&app, &brick);
        sql_query("COMMIT").execute(&mut holder).unwrap();
        waiting.join().unwrap();
    });
    assert_eq!((whole_chain(&app, &acme), whole_chain(&app, &brick)), (2, 3));
}
