//! When PostgreSQL ends a transaction in favor of another one, Latchkey repeats it unnoticed.

use std::{
    cell::Cell,
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use latchkey::{
    domain::Role,
    store::{self, Conn, Reason},
};

use crate::support::{Kind, TestApp};

const OWNER: &str = "owner@acme.example";

/// A statement that fails like one that conflicts with another transaction.
fn conflict(conn: &mut Conn, code: &str, message: &str) -> Result<(), store::Error> {
    let statement = format!("DO $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $$");
    Ok(sql_query(statement).execute(conn).map(drop)?)
}

/// Codes and texts of `serialization_failure` and `deadlock_detected` (PostgreSQL's manual, appendix A).
const CONFLICTS: [(&str, &str); 2] =
    [("40001", "could not serialize access due to concurrent update"), ("40P01", "deadlock detected")];

#[test]
fn a_transaction_that_meets_a_conflict_is_repeated_and_written_once() {
    let app = TestApp::start(Kind::Postgres);
    app.database.execute("CREATE TABLE attempts (number integer NOT NULL)");
    for (code, message) in CONFLICTS {
        let attempts = Cell::new(0);
        let written = app.state.pool.write(|conn| {
            attempts.set(attempts.get() + 1);
            sql_query(format!("INSERT INTO attempts VALUES ({})", attempts.get())).execute(conn)?;
            if attempts.get() < 3 { conflict(conn, code, message) } else { Ok(()) }
        });
        assert!(written.is_ok(), "{code}: {written:?}");
        assert_eq!(attempts.get(), 3, "{code}");
        assert_eq!(app.database.text("SELECT string_agg(number::text, ' ') AS text FROM attempts"), "3", "{code}");
        app.database.execute("DELETE FROM attempts");
    }
}

#[test]
fn conflicts_without_an_end_are_given_up() {
    let app = TestApp::start(Kind::Postgres);
    for (code, message) in CONFLICTS {
        let attempts = Cell::new(0);
        let given_up: Result<(), store::Error> = app.state.pool.write(|conn| {
            attempts.set(attempts.get() + 1);
            conflict(conn, code, message)
        });
        assert_eq!(given_up.unwrap_err().reason(), Some(Reason::Busy), "{code}");
        assert_eq!(attempts.get(), 4, "{code}");
    }
}

#[test]
fn another_error_is_not_repeated() {
    let app = TestApp::start(Kind::Postgres);
    let [(code, message), _] = CONFLICTS;
    assert!(app.state.pool.write(|conn| conflict(conn, code, message)).is_err());
    // Earlier conflicts on this thread no longer count.
    let attempts = Cell::new(0);
    let refused: Result<(), store::Error> = app.state.pool.write(|conn| {
        attempts.set(attempts.get() + 1);
        conflict(conn, "23505", "a name that is taken")
    });
    assert!(refused.is_err());
    assert_eq!(attempts.get(), 1);
}

/// Waits until a session waits for a row that another one holds.
fn wait_for_a_lock(app: &TestApp) {
    let waits = "SELECT count(*) AS count FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let began = Instant::now();
    while app.database.count(waits) == 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "nobody waits");
    }
}

/// Somebody changes the database by hand, and locks the same rows in another order.
#[test]
fn a_form_that_meets_a_deadlock_succeeds() {
    let app = TestApp::start(Kind::Postgres);
    let mut owner = app.sign_in(Role::Owner);
    let (id, _) = owner.create_confirmed_api_key("Deploy");
    let mut by_hand = PgConnection::establish(&app.database.url()).unwrap();
    // Only the form looks for deadlocks, however late it is on a busy machine. Needs a superuser.
    let _ = sql_query("SET deadlock_timeout = '1min'").execute(&mut by_hand);
    by_hand.begin_test_transaction().unwrap();
    sql_query(format!("SELECT 1 FROM api_keys WHERE id = '{id}' FOR UPDATE")).execute(&mut by_hand).unwrap();
    thread::scope(|scope| {
        let disabling = scope.spawn(|| owner.post(&format!("/settings/developers/api-keys/{id}/disablement"), &[]));
        // The form takes its owner first, then the key.
        wait_for_a_lock(&app);
        // Now each waits for the other. PostgreSQL ends the one that has waited for a second: the form.
        sql_query(format!("UPDATE users SET name = name WHERE email = '{OWNER}'")).execute(&mut by_hand).unwrap();
        drop(by_hand);
        assert_eq!(disabling.join().unwrap().status, 303);
    });
    assert_eq!(app.audited("api_key.disabled"), 1);
}

/// Storing uses locks the keys, then their tokens.
#[test]
fn erasing_tokens_waits_for_their_keys_before_it_takes_any_token() {
    let app = TestApp::start(Kind::Postgres);
    app.create_user(Role::Owner, "owner");
    let api_key = app.insert_api_key(OWNER, "Deploy", |_| {});
    app.keep_token(&api_key);
    let mut usage = PgConnection::establish(&app.database.url()).unwrap();
    usage.begin_test_transaction().unwrap();
    sql_query(format!("SELECT 1 FROM api_keys WHERE id = '{}' FOR UPDATE", api_key.id)).execute(&mut usage).unwrap();
    let ids = [api_key.id.clone()];
    thread::scope(|scope| {
        let erasing = scope.spawn(|| app.state.pool.write(|conn| store::policies::impact::erase_tokens(conn, &ids)));
        wait_for_a_lock(&app);
        let use_token = format!("UPDATE api_key_tokens SET last_used_at = 1 WHERE api_key_id = '{}'", api_key.id);
        assert_eq!(sql_query(use_token).execute(&mut usage).unwrap(), 1, "nobody holds the token");
        drop(usage);
        erasing.join().unwrap().unwrap();
    });
    assert_eq!(app.database.count("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL"), 0);
}
