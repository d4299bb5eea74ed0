//! Settings → For Developers.

mod api_keys;
mod permissions;
mod verification;
