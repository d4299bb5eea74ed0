//! Standard output and standard error. Only this module writes to them: `println!` would panic on a full disk or a
//! closed pipe.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Stderr, Stdout, Write as _},
    process::ExitCode,
};

/// 128 plus the number of SIGPIPE, as shells report a program that wrote into a closed pipe.
const BROKEN_PIPE: u8 = 141;

/// The output could not be printed.
#[derive(Debug, thiserror::Error)]
#[error("standard output cannot be written: {0}")]
pub struct OutputError(#[from] io::Error);

impl OutputError {
    /// Like Unix tools, the program ends silently when its output is closed.
    pub fn exit_code(&self) -> ExitCode {
        if self.0.kind() == ErrorKind::BrokenPipe {
            return ExitCode::from(BROKEN_PIPE);
        }
        complain(self);
        ExitCode::FAILURE
    }
}

/// Prints one or more lines. `Ok` means that the operating system has accepted all of them.
pub fn print(text: impl Display) -> Result<(), OutputError> {
    // In one write, so that a pipe gets all of it or nothing.
    let text = format!("{text}\n");
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

/// Prints errors to standard error, one per line. If that fails, the exit code must suffice.
pub fn complain(causes: impl Display) {
    let causes = causes.to_string();
    let lines: Vec<_> = causes.lines().flat_map(|line| ["latchkey: ", line, "\n"]).collect();
    let _ = io::stderr().lock().write_all(lines.concat().as_bytes());
}

/// Prints help, the version, or an error in the arguments.
pub fn explain(error: &clap::Error) -> ExitCode {
    let code = u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
    match error.print().and_then(|()| io::stdout().flush()) {
        Ok(()) => code,
        Err(_) if error.use_stderr() => code,
        Err(failure) => OutputError(failure).exit_code(),
    }
}

/// Prints one or more lines beside the log, where standard output has other lines.
pub fn print_to_stderr(text: impl Display) -> Result<(), OutputError> {
    Ok(io::stderr().lock().write_all(format!("{text}\n").as_bytes())?)
}

/// Standard output, for the audit stream.
pub fn audit_stream() -> Stdout {
    io::stdout()
}

/// The stream for log lines.
pub fn log_stream() -> Stderr {
    io::stderr()
}
