//! Where log lines go, and how they look.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// To standard error, as text or as a JSON object a line. Control characters in values are escaped by either format.
pub fn start(config: &Config) {
    let filter = EnvFilter::new(&config.log);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
