//! Where log lines go, and how they look.

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

/// How long the end of the program waits for what was logged to be written.
const PATIENCE: Duration = Duration::from_secs(1);

/// The log, until it is dropped: then what was logged last is written.
#[must_use]
#[derive(Debug)]
pub struct Log(LogWriter);

/// To standard error, as text or as a JSON object a line. Control characters in values are escaped by either format.
/// Nobody who logs waits for standard error or learns that it cannot be written.
pub fn start(config: &Config) -> io::Result<Log> {
    let writer = LogWriter::spawn(output::log_stream())?;
    let filter = EnvFilter::new(&config.log);
    let lines = writer.clone().with_filter(says_something);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines).with_target(false);
    // They would be printed to standard error, by who logs.
    let lines = lines.log_internal_errors(false);
    match config.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(|panic| tracing::error!(panic = panic.to_string(), "a thread panicked")));
    Ok(Log(writer))
}

/// The library that accepts connections reports errors of a listener that we have closed ourselves.
fn says_something(metadata: &Metadata<'_>) -> bool {
    let is_of_listener = metadata.target() == "actix_server::accept" && *metadata.level() == Level::ERROR;
    !(is_of_listener && is_listener_closed())
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush(PATIENCE);
    }
}
