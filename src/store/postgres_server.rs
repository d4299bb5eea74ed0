//! The first talk with a PostgreSQL server: waits until it is up, and finds out what it, or a pooler before it, allows.

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

use super::{
    Error,
    database::{Postgres, Prepared},
    reason::Reason,
};

const PAUSE: Duration = Duration::from_millis(500);

/// Which of two connections asks for the number of its session. Each comes twice in a row, so that a pooler that deals
/// its sessions out in turn is noticed, too. Never at the same time: a pooler may have only one.
const TURNS: [usize; 10] = [0, 1, 0, 0, 1, 1, 0, 1, 1, 0];

/// Whether connections share sessions of the server, so that nothing may be kept in one of them between transactions.
pub(super) fn examine(server: &Postgres, wait: Duration) -> Result<bool, Error> {
    let mut first = connect(server, wait)?;
    refuse_encoding(&mut first)?;
    warn_of_language(&mut first)?;
    if server.prepared == Prepared::Off {
        return Ok(true);
    }
    // With only one connection, a pooler is assumed, which is slower and never wrong.
    let shares = match PgConnection::establish(&server.conninfo()) {
        Ok(second) => share_sessions(&mut [first, second])?,
        Err(_) => true,
    };
    if shares && server.prepared == Prepared::On {
        return Err(Error::Unsuitable(
            "a pooler gives each transaction a different session, so prepared statements cannot be used: set \
             LATCHKEY_DATABASE_PREPARED=off, or auto"
                .to_owned(),
        ));
    }
    Ok(shares)
}

fn connect(server: &Postgres, wait: Duration) -> Result<PgConnection, Error> {
    let began = Instant::now();
    let mut is_said = false;
    loop {
        match PgConnection::establish(&server.conninfo()) {
            Err(error) if may_come_up(&error.to_string()) && began.elapsed() + PAUSE < wait => {
                if !is_said {
                    tracing::warn!(%error, "the database is not available yet; waiting up to {} s", wait.as_secs());
                    is_said = true;
                }
                thread::sleep(PAUSE);
            }
            outcome => return outcome.map_err(|error| Error::Unavailable(Reason::Away, error.to_string())),
        }
    }
}

/// Excludes errors that do not go away by waiting, such as a wrong password or name.
fn may_come_up(message: &str) -> bool {
    const MESSAGES: [&str; 13] = [
        "Connection refused",
        "is starting up",
        "is shutting down",
        "not yet accepting connections",
        "could not translate host name",
        "timeout expired",
        "Is the server running",
        "server closed the connection",
        "Connection reset",
        "No route to host",
        "Network is unreachable",
        "cannot connect to server",
        "server login has been failing",
    ];
    MESSAGES.iter().any(|known| message.contains(known))
}

fn refuse_encoding(conn: &mut PgConnection) -> Result<(), Error> {
    let encoding = read_setting(conn, "server_encoding")?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(Error::Unsuitable(format!(
        "its encoding is {encoding}, which cannot store every name: create it with CREATE DATABASE … ENCODING 'UTF8' \
         TEMPLATE template0"
    )))
}

/// Diesel gives no SQLSTATE, so a full disk, a standby or a deadlock is recognized by its English message.
fn warn_of_language(conn: &mut PgConnection) -> Result<(), Error> {
    let language = read_setting(conn, "lc_messages")?;
    if !is_english(&language) {
        tracing::warn!(
            lc_messages = language,
            "PostgreSQL reports errors in another language, so Latchkey takes a busy or full database for an internal \
             error. As a superuser, run ALTER DATABASE … SET lc_messages = 'C'"
        );
    }
    Ok(())
}

/// Of a name of a locale, as Linux or Windows spell it. Empty is the server's environment, of which nothing is known.
fn is_english(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    let language = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
    ["", "c", "posix", "en", "english"].contains(&language)
}

fn read_setting(conn: &mut PgConnection, name: &'static str) -> Result<String, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let row: Row = sql_query(format!("SELECT current_setting('{name}') AS value")).get_result(conn)?;
    Ok(row.value)
}

/// A session belongs to one connection unless something in between deals sessions out.
fn share_sessions(connections: &mut [PgConnection; 2]) -> Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        pid: i32,
    }
    let mut sessions = [None; 2];
    for turn in TURNS {
        let row: Row = sql_query("SELECT pg_backend_pid() AS pid").get_result(&mut connections[turn])?;
        let is_known_elsewhere = sessions[1 - turn] == Some(row.pid);
        if is_known_elsewhere || sessions[turn].is_some_and(|before| before != row.pid) {
            return Ok(true);
        }
        sessions[turn] = Some(row.pid);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_messages_are_recognized_by_the_name_of_their_locale() {
        for english in ["", "C", "C.UTF-8", "POSIX", "en_US.UTF-8", "en_GB", "English_United States.1252"] {
            assert!(is_english(english), "{english}");
        }
        for other in ["ru_RU.UTF-8", "de_DE@euro", "Russian_Russia.1251", "es", "eo", "cs_CZ.UTF-8"] {
            assert!(!is_english(other), "{other}");
        }
    }
}
