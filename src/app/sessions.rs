//! How long sessions live, and ending your own.

use time::Duration;

use super::{Context, Error, subjects};
use crate::{
    domain::{Actor, Sha256Digest, Timestamp, UserEvent, audit::EndedSession},
    store::{self, Conn, sessions::SessionOfUser},
};

/// Without any request.
pub const IDLE: Duration = Duration::hours(8);
/// In all, even if it is used.
pub const LIFETIME: Duration = Duration::days(7);
/// How often at most a session's last use is stored.
pub const TOUCH_INTERVAL: Duration = Duration::minutes(5);

/// Whether a session is still valid.
pub fn is_open(created_at: Timestamp, last_seen_at: Timestamp, now: Timestamp) -> bool {
    now.is_within(last_seen_at, last_seen_at.plus(IDLE)) && now.is_within(created_at, created_at.plus(LIFETIME))
}

/// The actor's sessions, last used first.
pub fn list(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Vec<SessionOfUser>, Error> {
    if !actor.is_signed_in() {
        return Err(Error::Forbidden);
    }
    let (idle, oldest) = (context.now.minus(IDLE), context.now.minus(LIFETIME));
    let sessions = store::sessions::list_of_user(conn, &actor.person.id, idle, oldest)?;
    let is_open = |session: &SessionOfUser| is_open(session.created_at, session.last_seen_at, context.now);
    Ok(sessions.into_iter().filter(is_open).collect())
}

/// Ends one of the actor's own sessions. Its cookie no longer works.
pub fn end(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &Sha256Digest) -> Result<(), Error> {
    let session = list(conn, context, actor)?.into_iter().find(|session| session.id_digest == *id);
    let session = session.ok_or(Error::NotFound)?;
    if !store::sessions::delete(conn, id)? {
        return Err(Error::NotFound);
    }
    let ended = EndedSession::Other { began_at: session.created_at, address: session.origin.address };
    record_end(conn, context, actor, ended)
}

/// Ends all of the actor's sessions except `own`, and returns their number.
pub fn end_others(conn: &mut Conn, context: &mut Context, actor: &Actor, own: &Sha256Digest) -> Result<usize, Error> {
    // Expired sessions that are not deleted yet do not count.
    let others = list(conn, context, actor)?.iter().filter(|session| session.id_digest != *own).count();
    store::sessions::delete_of_user(conn, &actor.person.id, Some(own))?;
    if others > 0 {
        record_end(conn, context, actor, EndedSession::Others { sessions_ended: others })?;
    }
    Ok(others)
}

fn record_end(conn: &mut Conn, context: &mut Context, actor: &Actor, ended: EndedSession) -> Result<(), Error> {
    let subject = subjects::find_user(conn, &actor.person.organization_id, &actor.person.id)?;
    context.record(conn, actor, &subject, &UserEvent::SessionEnded(ended))
}

/// Deletes expired sessions and returns their number.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::sessions::delete_stale(conn, context.now.minus(IDLE), context.now.minus(LIFETIME))?)
}
