//! The verification door.

mod abuse;
mod freshness;
mod proxied;
mod states;
mod usage;
