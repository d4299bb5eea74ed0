//! The APIs for programs.

mod access;
mod export;
