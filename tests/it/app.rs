//! Use cases, called directly.

mod audit_chain;
mod audit_events;
mod edit;
mod limited_key;
mod recorded;
