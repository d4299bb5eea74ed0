//! The program. All code is in the library, so that tests can reach it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A page of the list allocates thousands of small strings. glibc's allocator takes an eighth longer.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    latchkey::cli::run()
}
