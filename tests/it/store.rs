//! The tables, on both databases.

mod listing;
mod migrations;
mod notes;
mod schema;
