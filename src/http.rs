//! What the HTTP APIs and the pages share: credentials, problem details, client addresses, headers, log lines, assets,
//! sessions and route tables.

pub mod api_headers;
pub mod assets;
pub mod authentication;
pub mod caller;
pub mod client;
pub mod connections;
pub mod credentials;
pub mod export;
pub mod form;
pub mod headers;
pub mod limits;
pub mod origin;
pub mod problem;
pub mod request_log;
pub mod routes;
pub mod sessions;
pub mod throttle;
mod untrusted_proxy;
