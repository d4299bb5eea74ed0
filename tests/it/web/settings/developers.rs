//! Settings → For Developers.

mod api_keys;
mod verification;
