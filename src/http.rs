//! What every HTTP door shares: the client's address, headers, log lines, assets, sessions, the table of routes.

pub mod assets;
pub mod client;
pub mod connections;
pub mod form;
pub mod headers;
pub mod origin;
pub mod request_log;
pub mod routes;
pub mod sessions;
mod untrusted_proxy;
