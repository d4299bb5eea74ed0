//! Settings → For Developers.

pub mod api_keys;
pub mod verification;
