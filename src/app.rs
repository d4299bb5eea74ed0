//! Use cases: authorize, load, decide, store and audit, in one transaction that the caller opens.
//!
//! Pages, APIs, the command line and background tasks all call these, so no rule is written twice.

pub mod accounts;
pub mod actors;
pub mod api_keys;
pub mod api_permissions;
pub mod audit_chain;
pub mod audit_log;
pub mod audit_stream;
pub mod clock;
mod context;
pub mod ended_tokens;
mod error;
pub mod export;
pub mod failed_passwords;
mod fault;
pub mod filter_fields;
pub mod home;
pub mod invitations;
pub mod key_limits;
pub mod known_devices;
pub mod limits;
pub mod mail;
pub mod master_keys;
pub mod members;
pub mod organizations;
pub mod own_account;
pub mod password_hasher;
pub mod password_resets;
pub mod policies;
pub mod projects;
pub mod reminders;
pub mod sessions;
mod subjects;
pub mod submissions;
pub mod throttle;
pub mod trusted_origins;
pub mod usage;
pub mod verification_cache;

use context::By;
pub use context::{Channel, Context};
pub use error::{Error, Failure, NotShown};
pub use fault::{Fault, Field, NameHolder};
