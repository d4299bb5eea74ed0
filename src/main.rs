//! The program. Everything is in the library, so that tests can reach it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A page of the list is thousands of small texts, which glibc takes an eighth longer to make.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    latchkey::cli::run()
}
