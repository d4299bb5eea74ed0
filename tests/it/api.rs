//! The door for programs that hold a key.

mod export;
