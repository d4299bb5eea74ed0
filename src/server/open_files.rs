//! The limit of open files, which is the upper limit of connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are reserved for the database, the log, the assets and the runtime.
const RESERVED: u64 = 192;
/// No server needs more.
const ENOUGH: u64 = 1 << 20;

/// Raises the soft limit to the hard limit. Returns how many files may be connections.
pub fn raise_limit() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    if limit.current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit })
    {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH);
    usize::try_from(files.saturating_sub(RESERVED)).unwrap_or(usize::MAX)
}
