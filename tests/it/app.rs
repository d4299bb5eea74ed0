//! Use cases, called as the doors call them.

mod edit;
