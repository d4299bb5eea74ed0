//! Verification of the chain: whatever somebody with access to the database does to the events is found.

mod edits;

use latchkey::{
    app::{self, audit_chain::Verification},
    domain::{
        Actor, OrganizationId,
        audit::{
            OrganizationEvent, OrganizationSubject,
            chain::{
                fault::ChainFault,
                statement::{AuditSigningKey, Checkpoint},
            },
        },
    },
    store::Conn,
};

use crate::{on_both_databases, support::TestApp};

/// An organization with this many events. Each event says something else.
pub fn organization_with_events(app: &TestApp, name: &str, events: usize) -> OrganizationId {
    let id = app.create_organization(name);
    add_events(app, &id, events);
    id
}

fn add_events(app: &TestApp, id: &OrganizationId, events: usize) {
    let subject = OrganizationSubject { id: id.clone(), name: Some("Straße".to_owned()) };
    let write = |conn: &mut Conn| {
        (0..events).try_for_each(|number| {
            let event = OrganizationEvent::Created { name: format!("number {number}") };
            let mut context = app.state.context_of_task();
            context.address = (number % 2 == 0).then(|| format!("192.0.2.{number}"));
            context.record(conn, None::<&Actor>, &subject, &event)
        })
    };
    app.state.pool.write(write).unwrap();
}

fn verify_with(app: &TestApp, id: &OrganizationId, checkpoints: &[Checkpoint]) -> Verification {
    let trusted = app.state.token_keys.audit_public_keys();
    app.state.pool.read(|conn| app::audit_chain::verify(conn, id.as_str(), &trusted, checkpoints)).unwrap()
}

fn fault(app: &TestApp, id: &OrganizationId) -> Option<ChainFault> {
    verify_with(app, id, &[]).fault
}

fn checkpoint(app: &TestApp, id: &OrganizationId) -> Checkpoint {
    let masters = latchkey::config::secret_key::load(app.secret_key_file()).unwrap().unwrap();
    let key = AuditSigningKey::derive(masters.present());
    let now = latchkey::domain::Clock::now(&*app.clock);
    let line = app.state.pool.read(|conn| app::audit_chain::sign_checkpoint(conn, id, &key, now)).unwrap().unwrap();
    let signed = Checkpoint::read(&line).unwrap();
    assert!(app.state.token_keys.audit_public_keys().contains(&signed.by));
    signed.statement
}

/// Computes the chain again, as somebody could who knows how it is made.
fn rewrite(app: &TestApp, id: &OrganizationId) {
    app.database.execute(&format!("UPDATE audit_events SET number = NULL WHERE organization_id = '{id}'"));
    let zeros = "0".repeat(64);
    let start =
        format!("UPDATE audit_chains SET last_number = 0, last_hash = '{zeros}' WHERE organization_id = '{id}'");
    app.database.execute(&start);
    drop(app.second_instance());
}

on_both_databases! {
    fn a_chain_without_changes_is_intact_while_others_write(app: &TestApp) {
        let id = organization_with_events(app, "Brick", 30);
        let empty = app.create_organization("Empty");
        assert_eq!(fault(app, &empty), None);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..10).for_each(|_| add_events(app, &id, 3)));
            }
            for _ in 0..20 {
                assert_eq!(fault(app, &id), None);
            }
        });
        let verification = verify_with(app, &id, &[]);
        assert_eq!((verification.end.number, verification.fault), (30 + 3 * 10 * 3, None));
    }

    fn a_chain_that_was_rewritten_as_a_whole_is_found_by_a_checkpoint_only(app: &TestApp) {
        let id = organization_with_events(app, "Brick", 10);
        let kept = checkpoint(app, &id);
        add_events(app, &id, 5);
        assert_eq!(verify_with(app, &id, std::slice::from_ref(&kept)).fault, None);

        app.database.allow_event_changes();
        let first = format!("SELECT id AS text FROM audit_events WHERE organization_id = '{id}' AND number = 3");
        let forged = format!("UPDATE audit_events SET actor_id = 'user_1' WHERE id = '{}'", app.database.text(&first));
        app.database.execute(&forged);
        rewrite(app, &id);
        assert_eq!(fault(app, &id), None);
        let found = verify_with(app, &id, std::slice::from_ref(&kept));
        assert_eq!(found.fault, Some(ChainFault::Rewritten { number: 10 }));
        // Too short for the checkpoint.
        app.database.execute(&format!("DELETE FROM audit_events WHERE organization_id = '{id}' AND number > 5"));
        rewrite(app, &id);
        assert_eq!(fault(app, &id), None);
        let found = verify_with(app, &id, std::slice::from_ref(&kept));
        assert_eq!(found.fault, Some(ChainFault::Rewritten { number: 10 }));
        // Of another organization.
        let other = organization_with_events(app, "Clay", 10);
        assert_eq!(verify_with(app, &other, &[kept]).fault, None);
    }

    fn the_recorded_end_must_fit(app: &TestApp) {
        let id = organization_with_events(app, "Brick", 5);
        for (change, expected) in [
            ("UPDATE audit_chains SET last_number = 7", Some(ChainFault::Removed { first: 6, last: 7 })),
            ("UPDATE audit_chains SET last_number = 5", None),
            ("UPDATE audit_chains SET last_hash = 'x'", Some(ChainFault::EndChanged { number: 5 })),
            ("DELETE FROM audit_chains", Some(ChainFault::EndChanged { number: 5 })),
        ] {
            app.database.execute(change);
            assert_eq!(fault(app, &id), expected, "{change}");
        }
    }

    fn the_daily_task_verifies_each_chain_once_a_day_and_says_what_came_out(app: &TestApp) {
        let (id, other) = (organization_with_events(app, "Brick", 5), organization_with_events(app, "Clay", 3));
        let last = || app.state.pool.read(|conn| app::audit_chain::last_verification(conn, &id)).unwrap();
        let run = || actix_web::rt::System::new().block_on(latchkey::tasks::verify_audit_log(&app.state)).unwrap();
        assert_eq!(last(), None);
        run();
        let first = last().unwrap();
        assert_eq!((first.at, first.number, first.fault.clone()), (now(app), 5, None));
        app.clock.advance(time::Duration::hours(23));
        run();
        assert_eq!(last(), Some(first));

        app.database.allow_event_changes();
        app.database.execute(&format!("DELETE FROM audit_events WHERE organization_id = '{id}' AND number = 2"));
        app.clock.advance(time::Duration::hours(1));
        run();
        let removed = last().unwrap();
        assert_eq!((removed.at, removed.fault), (now(app), Some(ChainFault::Removed { first: 2, last: 2 })));
        let doctor = app.run(&["doctor"]);
        let said = String::from_utf8(doctor.stdout).unwrap();
        assert_eq!(doctor.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("fault    audit log: {id}")) && said.contains("event 2 was removed"), "{said}");
        assert!(said.contains(&format!("ok       audit log: {other}")), "{said}");
    }
}

fn now(app: &TestApp) -> latchkey::domain::Timestamp {
    latchkey::domain::Clock::now(&*app.clock)
}
