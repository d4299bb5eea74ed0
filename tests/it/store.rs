//! The tables, on both databases.

mod conflicts;
mod damage;
mod full_disk;
mod listing;
mod migrations;
mod notes;
mod poolers;
mod schema;
mod servers;
mod upgrades;
mod values;
