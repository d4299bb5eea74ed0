//! The verification API.

mod abuse;
mod api_permissions;
mod attributes;
mod cors;
mod credentials;
mod digests;
mod ended_tokens;
mod freshness;
mod limits;
mod organizations;
mod owners;
mod permissions;
mod projects;
mod proxies;
mod restrictions;
mod rotation;
mod snippets;
mod states;
mod token_prefix;
mod tokens;
mod trusted_proxies;
mod usage;
