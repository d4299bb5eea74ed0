//! Latchkey: a self-hosted portal where an organization creates, distributes, monitors, verifies and revokes its API
//! keys.
//!
//! `ARCHITECTURE.md` beside this file describes the layers, their ranks and the reasons.

pub mod api;
pub mod app;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod mail;
pub mod server;
pub mod state;
pub mod store;
pub mod tasks;
pub mod verify;
pub mod web;
