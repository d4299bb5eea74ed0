//! The verification door.

mod abuse;
mod freshness;
mod states;
