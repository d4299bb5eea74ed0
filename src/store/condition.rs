//! What queries have revealed about the database since the start. Shared by all connections of a pool.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use diesel::{
    connection::{Instrumentation, InstrumentationEvent},
    result::{DatabaseErrorInformation, Error as DieselError},
};

use super::reason::Reason;

thread_local! {
    /// The reason of this thread's last error. Diesel reports errors while reading rows to no instrumentation.
    static MET: Cell<Option<Reason>> = const { Cell::new(None) };
    /// Whether PostgreSQL ended a query of this thread in favor of another transaction.
    static CONFLICT: Cell<bool> = const { Cell::new(false) };
}

/// Remembers until [`forget_conflict`] that the same transaction may succeed if it is repeated.
pub(super) fn meet_conflict() {
    CONFLICT.set(true);
}

pub(super) fn met_conflict() -> bool {
    CONFLICT.get()
}

pub(super) fn forget_conflict() {
    CONFLICT.set(false);
}

/// Remembers why a query failed, until [`StorageCondition::record_reason`].
pub(super) fn meet(reason: Reason) {
    MET.set(Some(reason));
}

#[derive(Debug, Default)]
pub(super) struct StorageCondition {
    /// A stored value was corrupt. Stays set until the program restarts.
    is_damaged: AtomicBool,
    /// A pooler gives each transaction another session of the server.
    shares_sessions: AtomicBool,
    /// The last write failed because the disk is full.
    is_full: AtomicBool,
}

impl StorageCondition {
    pub fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Acquire)
    }

    pub fn shares_sessions(&self) -> bool {
        self.shares_sessions.load(Ordering::Acquire)
    }

    pub fn mark_shared_sessions(&self) {
        self.shares_sessions.store(true, Ordering::Release);
    }

    pub fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Acquire)
    }

    pub fn set_full(&self, is_full: bool) {
        if self.is_full.swap(is_full, Ordering::AcqRel) != is_full {
            if is_full {
                tracing::error!("the database's disk is full: keys can be revoked and deleted, but not created");
            } else {
                tracing::info!("the database's disk has free space again");
            }
        }
    }

    /// Must be called after failed work, on its thread.
    pub fn record_reason(&self) {
        match MET.take() {
            Some(Reason::Damaged) => self.mark_damaged("met by a query"),
            Some(Reason::Full) => self.set_full(true),
            _ => {}
        }
    }

    fn mark_damaged(&self, message: &str) {
        if !self.is_damaged.swap(true, Ordering::AcqRel) {
            tracing::error!(
                message,
                "the database is damaged: no key is verified until you repair it and restart Latchkey"
            );
        }
    }

    fn inspect(&self, error: &DieselError) {
        let DieselError::DatabaseError(_, info) = error else { return };
        let message = info.message();
        if tells_damage(&**info) {
            self.mark_damaged(message);
        }
        if tells_shared_session(message) && !self.shares_sessions.swap(true, Ordering::AcqRel) {
            tracing::warn!(message, "a pooler is in front of PostgreSQL: Latchkey no longer prepares statements");
        }
        if tells_full(message) {
            self.set_full(true);
        }
    }
}

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`; `data_corrupted` and `index_corrupted` of PostgreSQL. Diesel provides no
/// codes.
pub(super) fn tells_damage(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> bool {
    const MESSAGES: [&str; 9] = [
        "database disk image is malformed",
        "file is not a database",
        "malformed database schema",
        "invalid page in block",
        "contains unexpected zero page",
        "contains corrupted page",
        "missing chunk number",
        "unexpected chunk number",
        "could not read block",
    ];
    MESSAGES.iter().any(|known| info.message().contains(known))
}

/// PostgreSQL's errors for statements that another session has prepared, or another client in this one.
fn tells_shared_session(message: &str) -> bool {
    message.contains("\"__diesel_stmt_") || message.starts_with("bind message supplies")
}

pub(super) fn tells_full(message: &str) -> bool {
    ["database or disk is full", "could not extend file", "No space left on device"]
        .iter()
        .any(|it| message.contains(it))
}

/// Observes every query of a connection.
pub(super) struct Watch(pub Arc<StorageCondition>);

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
            self.0.inspect(error);
        }
    }
}
