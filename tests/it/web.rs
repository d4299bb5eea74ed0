//! The pages.

mod access;
mod appearance;
mod csrf;
mod errors;
mod go_to;
mod headers;
mod home;
mod kept_form;
mod language;
mod password_proof;
mod password_reset;
mod password_work;
mod proven_address;
mod recorded_changes;
mod registration;
mod sessions;
pub mod settings;
mod shortcuts;
mod sign_in;
mod sign_in_throttle;
mod tenants;
mod things;
mod translation;
mod white_space;
