//! The tables, on both databases.

mod listing;
mod migrations;
mod schema;
