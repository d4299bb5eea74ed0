//! How long a session lives.

use time::Duration;

use super::{Context, Error};
use crate::store::{self, Conn};

/// Without any request.
pub const IDLE: Duration = Duration::hours(8);
/// In all, however busy.
pub const LIFETIME: Duration = Duration::days(7);

/// Ends the sessions that are over and gives how many there were.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::sessions::delete_stale(conn, context.now.minus(IDLE), context.now.minus(LIFETIME))?)
}
