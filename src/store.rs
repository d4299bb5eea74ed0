//! The database: SQLite or PostgreSQL behind one code path. The only module that uses `diesel`.
//!
//! Functions take `&mut Conn`, never the pool, so that callers decide what belongs to one transaction. `find` returns
//! an option, `get` an error if there is no row; `list`, `count`, `insert`, `update_…` and `delete` do what they say.

pub mod act_submissions;
pub mod api_key_tokens;
pub mod api_keys;
pub mod api_permissions;
pub mod audit_chain;
pub mod audit_events;
pub mod audit_stream;
pub mod clock_readings;
mod condition;
mod connection;
mod database;
pub mod deleted_api_key_tokens;
pub mod diagnosis;
pub mod ended_token_uses;
mod error;
pub mod exercised_permissions;
pub mod form_submissions;
pub mod former_token_labels;
mod in_list;
pub mod installation;
pub mod invitation_mail_failures;
pub mod invitations;
mod json_rows;
pub mod key_limits;
pub mod master_keys;
pub mod members;
mod migrations;
pub mod organizations;
pub mod owners;
pub mod password_resets;
pub mod policies;
mod pool;
mod postgres_server;
pub mod projects;
pub mod rate_limits;
mod reason;
pub mod reminders;
mod reserve;
pub mod rotation_reminders;
pub mod schema;
pub mod sealed_tokens;
pub mod selections;
pub mod sessions;
mod sql;
pub mod system_api_keys;
mod ticket;
pub mod trusted_domains;
pub mod unused_permission_marks;
pub mod usage;
pub mod usage_summaries;
pub mod users;
pub mod verification;

pub use connection::Conn;
pub use database::{Database, DatabaseUrlError, Postgres, Prepared, START_WAIT};
pub use error::Error;
pub use pool::Pool;
pub use reason::Reason;
