//! Use cases, called as the doors call them.

mod audit_events;
mod edit;
mod limited_key;
