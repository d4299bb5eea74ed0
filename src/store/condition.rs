//! What queries have revealed about the database since the start. All connections of a pool share it.

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
    /// What the last error of this thread has told. Errors while rows are read are reported to no instrumentation.
    static MET: Cell<Option<Reason>> = const { Cell::new(None) };
    /// Whether a query of this thread was ended in favour of another transaction.
    static CONFLICT: Cell<bool> = const { Cell::new(false) };
}

/// Remembers that the same transaction may succeed when it is repeated, until [`forget_conflict`].
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
    /// Something that was read cannot be as it was written. Stays until the program is started again.
    is_damaged: AtomicBool,
    /// A pooler gives each transaction another session of the server.
    shares_sessions: AtomicBool,
    /// The last write found no room on the disk.
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

    /// To be called after work that failed, on its thread.
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

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`; `data_corrupted` and `index_corrupted` of PostgreSQL. Diesel gives no codes.
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

/// What PostgreSQL says of a statement that another session has prepared, or another client in this one.
fn tells_shared_session(message: &str) -> bool {
    message.contains("\"__diesel_stmt_") || message.starts_with("bind message supplies")
}

pub(super) fn tells_full(message: &str) -> bool {
    ["database or disk is full", "could not extend file", "No space left on device"]
        .iter()
        .any(|it| message.contains(it))
}

/// Hears of every query of a connection.
pub(super) struct Watch(pub Arc<StorageCondition>);

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
            self.0.inspect(error);
        }
    }
}
