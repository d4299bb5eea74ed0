//! Use cases, called as the doors call them.

mod edit;
mod limited_key;
