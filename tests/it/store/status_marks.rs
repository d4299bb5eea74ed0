//! Tasks that mark keys while people change the same ones.

use std::{sync::mpsc, thread, time::Duration};

use latchkey::{
    domain::{ApiKey, ApiKeyName, Clock as _, Role},
    store::{self, Conn, Error},
};

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";
/// Long enough for a waiting task to begin.
const WHILE: Duration = Duration::from_millis(500);

/// Somebody has begun to change keys when the task runs, and then changes others.
fn meanwhile(
    app: &TestApp,
    first: impl FnOnce(&mut Conn) -> Result<(), Error> + Send,
    then: impl FnOnce(&mut Conn) -> Result<(), Error> + Send,
    task: impl FnMut(&mut Conn) -> Result<usize, Error>,
) -> usize {
    let (tell, told) = mpsc::channel();
    let mut acts = Some((first, then));
    thread::scope(|scope| {
        let somebody = scope.spawn(move || {
            app.state.pool.write(|conn| {
                let (first, then) = acts.take().expect("nobody is in the way of somebody, whose work runs once");
                first(conn)?;
                tell.send(()).unwrap();
                thread::sleep(WHILE);
                then(conn)
            })
        });
        told.recv().unwrap();
        let done = app.state.pool.write(task).expect("the task is in nobody's way");
        somebody.join().unwrap().expect("nobody is in the way of somebody");
        done
    })
}

on_both_databases! {
    fn marking_expired_keys_does_not_wait_for_deletions_in_another_order(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let now = app.clock.now();
        let mut keys: Vec<ApiKey> = (0..20)
            .map(|number| app.insert_api_key(OWNER, &format!("key {number}"), |key| key.expires_at = Some(now)))
            .collect();
        // Whatever the order of the task, this one is not the first.
        let earliest = keys.iter().map(|key| key.id.clone()).min().unwrap();
        let later = keys.iter().rposition(|key| key.id != earliest).unwrap();
        let later = keys.remove(later);
        let delete = |conn: &mut Conn, key: &ApiKey| store::api_keys::delete(conn, &key.id, key.created_at).map(|was_there| assert!(was_there));
        meanwhile(
            app,
            |conn| delete(conn, &later),
            |conn| keys[..10].iter().try_for_each(|key| delete(conn, key)),
            |conn| store::api_keys::mark_expired(conn, &later.organization_id, now, 500).map(|marked| marked.len()),
        );
        app.state.pool.write(|conn| store::api_keys::mark_expired(conn, &later.organization_id, now, 500)).unwrap();
        assert_eq!(app.database.count("SELECT count(*) AS count FROM api_keys WHERE noted_status = 3"), 9);
    }

    fn the_words_of_a_rename_stay_when_old_keys_are_made_searchable(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "before", |_| {});
        let other = app.insert_api_key(OWNER, "another", |_| {});
        app.database.execute("DELETE FROM api_key_words");
        app.database.execute("UPDATE api_keys SET search_text = ''");
        let renamed = ApiKey { name: ApiKeyName::parse("afterwards").unwrap(), ..key.clone() };
        meanwhile(
            app,
            |conn| store::api_keys::update(conn, &renamed, key.edits).map(|updated| assert!(updated)),
            |_| Ok(()),
            |conn| store::api_keys::search_index::index_missing(conn, 500),
        );
        app.state.pool.write(|conn| store::api_keys::search_index::index_missing(conn, 500)).unwrap();
        let with_word = |word: &str| app.database.count(&format!("SELECT count(*) AS count FROM api_key_words WHERE word = '{word}'"));
        assert_eq!([with_word("before"), with_word("afterwards"), with_word("another")], [0, 1, 1]);
        let found = |id: &str| app.database.text(&format!("SELECT search_text AS text FROM api_keys WHERE id = '{id}'"));
        assert!(found(key.id.as_str()).contains(" afterwards ") && found(other.id.as_str()).contains(" another "));
    }
}
