//! Tests of the real server over HTTP, on both databases.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod agreement;
mod api;
mod app;
mod assets;
mod cli;
mod clock;
mod connections;
mod documents;
mod layers;
mod limits;
mod packaging;
mod races;
mod secrets;
mod security_log;
mod sources;
mod store;
mod support;
mod tasks;
mod templates;
mod verify;
mod web;
mod words;
