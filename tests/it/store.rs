//! The tables, on both databases.

mod migrations;
mod schema;
