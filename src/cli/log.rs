//! Output and format of the log.

mod writer;

use std::{io, panic, time::Duration};

use tracing::{Level, Metadata};
use tracing_subscriber::{EnvFilter, fmt::writer::MakeWriterExt as _};

use self::writer::LogWriter;
use super::output;
use crate::{
    config::{Config, LogFormat},
    server::is_listener_closed,
};

/// How long the program waits at its end for the last log lines.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes the remaining lines when it is dropped.
#[must_use]
#[derive(Debug)]
pub struct Log(LogWriter);

/// Logs to standard error, as text or as one JSON object per line. Both formats escape control characters in values.
/// Logging never waits for standard error and never fails.
pub fn start(config: &Config) -> io::Result<Log> {
    let writer = LogWriter::spawn(output::log_stream())?;
    let filter = EnvFilter::new(&config.log);
    let lines = writer.clone().with_filter(says_something);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines).with_target(false);
    // Otherwise the logging thread would print them to standard error.
    let lines = lines.log_internal_errors(false);
    match config.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(|panic| tracing::error!(panic = panic.to_string(), "a thread panicked")));
    Ok(Log(writer))
}

/// Drops errors about a listener that we closed ourselves.
fn says_something(metadata: &Metadata<'_>) -> bool {
    let is_of_listener = metadata.target() == "actix_server::accept" && *metadata.level() == Level::ERROR;
    !(is_of_listener && is_listener_closed())
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush(PATIENCE);
    }
}
