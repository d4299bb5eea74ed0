//! The verification door.

mod abuse;
mod freshness;
mod owners;
mod projects;
mod proxies;
mod snippets;
mod states;
mod trusted_proxies;
mod usage;
