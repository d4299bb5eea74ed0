//! The program. Everything is in the library, so that tests can reach it.

use std::process::ExitCode;

/// Fast, and gives memory back after the many small blocks of a burst.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    latchkey::cli::run()
}
