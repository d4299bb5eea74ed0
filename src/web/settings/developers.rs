//! Settings → For Developers.

pub mod api_keys;
pub mod permissions;
pub mod verification;
