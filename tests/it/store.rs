//! The tables, on both databases.

mod api_key_attributes;
mod audit_chain;
mod audit_log;
mod conflicts;
mod damage;
mod full_disk;
mod listing;
mod migrations;
mod poolers;
mod schema;
mod servers;
mod status_marks;
mod upgrades;
mod usage_summaries;
mod values;
