//! The house as seen from outside: the real server over HTTP, on both databases.

mod cli;
mod layers;
mod races;
mod secrets;
mod store;
mod support;
mod tasks;
mod templates;
mod web;
