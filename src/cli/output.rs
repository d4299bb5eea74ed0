//! Standard output and standard error: the only place that writes to them. Either may be a full disk or a pipe that
//! nobody reads any more, and `println!` would panic.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Stderr, Write as _},
    process::ExitCode,
};

/// What a shell says of a program that wrote into a pipe that nobody read any more: 128 and the number of SIGPIPE.
const BROKEN_PIPE: u8 = 141;

/// What was to be printed could not be.
#[derive(Debug, thiserror::Error)]
#[error("standard output cannot be written: {0}")]
pub struct OutputError(#[from] io::Error);

impl OutputError {
    /// As Unix tools do, it ends without a word when nobody reads its output to the end.
    pub fn exit_code(&self) -> ExitCode {
        if self.0.kind() == ErrorKind::BrokenPipe {
            return ExitCode::from(BROKEN_PIPE);
        }
        complain(self);
        ExitCode::FAILURE
    }
}

/// Prints a line, or several. Who gets `Ok` knows that the operating system has taken all of it.
pub fn print(text: impl Display) -> Result<(), OutputError> {
    // At once, so that a pipe has all of it or nothing.
    let text = format!("{text}\n");
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

/// Says on standard error what is wrong, a line for each. When that cannot be said either, the exit code has to do.
pub fn complain(causes: impl Display) {
    let causes = causes.to_string();
    let lines: Vec<_> = causes.lines().flat_map(|line| ["latchkey: ", line, "\n"]).collect();
    let _ = io::stderr().lock().write_all(lines.concat().as_bytes());
}

/// Prints help, the version, or what is wrong with the arguments.
pub fn explain(error: &clap::Error) -> ExitCode {
    let code = u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
    match error.print().and_then(|()| io::stdout().flush()) {
        Ok(()) => code,
        Err(_) if error.use_stderr() => code,
        Err(failure) => OutputError(failure).exit_code(),
    }
}

/// Where log lines go.
pub fn log_stream() -> Stderr {
    io::stderr()
}
