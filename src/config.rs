//! Configuration: `LATCHKEY_…` variables, each with a flag. All faults are reported at once, one per line.

mod audit_stream;
mod connection_limits;
pub mod files;
mod mail_server;
pub mod secret_key;
pub mod system_user;
mod trusted_proxies;
pub mod variables;

pub use audit_stream::AuditStream;
pub use connection_limits::{ConnectionLimits, SLOWEST_READER};
pub use mail_server::MailServer;
pub use secret_key::{SecretKeyError, load_or_create as load_or_create_secret_key};
pub use trusted_proxies::TrustedProxies;

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::builder::{OsStringValueParser, TypedValueParser};
use url::{Host, Url};

use crate::store::{Database, Prepared, START_WAIT};

/// The unchecked values of the command line and the environment.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Database: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME` [default: `sqlite:DATA_DIR/latchkey.db`]
    #[arg(long, env = "LATCHKEY_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Whether PostgreSQL connections use prepared statements: on, off (for a pooler in transaction mode) or auto
    /// (detected at startup) [default: auto]
    #[arg(long, env = "LATCHKEY_DATABASE_PREPARED", value_name = "MODE")]
    pub database_prepared: Option<String>,
    /// How long to wait for PostgreSQL at startup [default: 60]
    #[arg(long, env = "LATCHKEY_DATABASE_WAIT_SECONDS", value_name = "SECONDS")]
    pub database_wait_seconds: Option<String>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "LATCHKEY_BIND", value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    /// URL that browsers use, if it is not `http://BIND`: for example `https://keys.example.org`
    #[arg(long, env = "LATCHKEY_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// Directory for the database and the secret key file [default: data]
    #[arg(long, env = "LATCHKEY_DATA_DIR", value_name = "DIR", value_parser = path_parser())]
    pub data_dir: Option<PathBuf>,
    /// Secret key file; created with mode 0600 if it does not exist [default: `DATA_DIR/secret.key`]
    #[arg(long, env = "LATCHKEY_SECRET_KEY_FILE", value_name = "FILE", value_parser = path_parser())]
    pub secret_key_file: Option<PathBuf>,
    /// Proxies whose X-Forwarded-For header is trusted: addresses and networks, separated by commas [default: none]
    #[arg(long, env = "LATCHKEY_TRUSTED_PROXIES", value_name = "ADDRESSES")]
    pub trusted_proxies: Option<String>,
    /// Who can register: invite (people with an invitation), open (anyone, each with their own organization) or closed
    /// (nobody) [default: invite]
    #[arg(long, env = "LATCHKEY_REGISTRATION", value_name = "WHO")]
    pub registration: Option<String>,
    /// Mail server: `smtps://USER:PASSWORD@HOST`, `smtp://HOST:25`, or `smtp://USER:PASSWORD@HOST:587?tls=required` for
    /// STARTTLS [default: none, no email is sent]
    #[arg(long, env = "LATCHKEY_SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// Sender address of emails [required with `LATCHKEY_SMTP_URL`]
    #[arg(long, env = "LATCHKEY_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Where the audit log is streamed to, one JSON object per line: stdout, or the path of a file [default: none]
    #[arg(long, env = "LATCHKEY_AUDIT_STREAM", value_name = "STDOUT|FILE")]
    pub audit_stream: Option<String>,
    /// Maximum number of open connections [default: 4096, or fewer if the limit of open files is lower]
    #[arg(long, env = "LATCHKEY_MAX_CONNECTIONS", value_name = "NUMBER")]
    pub max_connections: Option<String>,
    /// Maximum number of open connections from one address; trusted proxies are exempt [default: 512]
    #[arg(long, env = "LATCHKEY_MAX_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER")]
    pub max_connections_per_address: Option<String>,
    /// How long to keep serving after SIGTERM, while /readyz answers 503 [default: 7]
    #[arg(long, env = "LATCHKEY_DRAIN_SECONDS", value_name = "SECONDS")]
    pub drain_seconds: Option<String>,
    /// Log level (error, warn, info or debug) or a filter such as info,latchkey=debug [default: info]
    #[arg(long, env = "LATCHKEY_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Log format: text or json [default: text]
    #[arg(long, env = "LATCHKEY_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Config {
    pub database: Database,
    pub bind: SocketAddr,
    pub base_url: Option<Url>,
    pub data_dir: PathBuf,
    pub secret_key_file: PathBuf,
    pub trusted_proxies: TrustedProxies,
    pub registration: Registration,
    pub mail_server: Option<MailServer>,
    pub audit_stream: Option<AuditStream>,
    pub connection_limits: ConnectionLimits,
    pub log: String,
    pub log_format: LogFormat,
    /// The logarithm of bcrypt's rounds. Not an option: always 12, except in tests.
    pub password_cost: u32,
}

/// Who can register after the first person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// People with an invitation.
    Invite,
    /// Anyone, each with their own organization, and people with an invitation.
    Open,
    /// Nobody, not even with an invitation: accounts are created on the command line.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

pub const PASSWORD_COST: u32 = 12;

/// Why the server cannot start, one line per fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// Like clap's own parser, but accepts an empty path, for [`Options::without_blanks`].
fn path_parser() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

impl Options {
    pub fn check(self) -> Result<Config, Faults> {
        self.without_blanks().check_all().and_then(|config| {
            // Emails are read on other machines, where no link to http://0.0.0.0 works.
            if config.mail_server.is_some() && config.is_address_unknown() {
                let fault =
                    "LATCHKEY_BASE_URL: required when LATCHKEY_SMTP_URL is set and LATCHKEY_BIND is every address of \
                     this machine, because links in emails begin with it";
                return Err(Faults(vec![fault.to_owned()]));
            }
            Ok(config)
        })
    }

    /// An empty variable counts as not set: deployment tools set variables that nobody filled in.
    fn without_blanks(self) -> Self {
        let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let path = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        Self {
            database_url: text(self.database_url),
            database_prepared: text(self.database_prepared),
            database_wait_seconds: text(self.database_wait_seconds),
            bind: text(self.bind),
            base_url: text(self.base_url),
            data_dir: path(self.data_dir),
            secret_key_file: path(self.secret_key_file),
            trusted_proxies: text(self.trusted_proxies),
            registration: text(self.registration),
            smtp_url: text(self.smtp_url),
            mail_from: text(self.mail_from),
            audit_stream: text(self.audit_stream),
            max_connections: text(self.max_connections),
            max_connections_per_address: text(self.max_connections_per_address),
            drain_seconds: text(self.drain_seconds),
            log: text(self.log),
            log_format: text(self.log_format),
        }
    }

    fn check_all(self) -> Result<Config, Faults> {
        let mut faults = Vec::new();
        let data_dir = self.data_dir.unwrap_or_else(|| PathBuf::from("data"));

        let database = parse_database(
            self.database_url.as_deref(),
            self.database_prepared.as_deref(),
            self.database_wait_seconds.as_deref(),
            &data_dir,
        );

        let bind = parse_bind(self.bind.as_deref());

        let base_url = self.base_url.map(|url| parse_base_url(&url)).transpose();

        let trusted_proxies = self.trusted_proxies.unwrap_or_default();
        let trusted_proxies = TrustedProxies::parse(&trusted_proxies).map_err(|part| {
            format!(
                "LATCHKEY_TRUSTED_PROXIES: “{part}” is not an IP address or network, such as 127.0.0.1 or 10.0.0.0/8"
            )
        });

        let registration = match self.registration.as_deref() {
            None | Some("invite") => Ok(Registration::Invite),
            Some("open") => Ok(Registration::Open),
            Some("closed") => Ok(Registration::Closed),
            Some(other) => Err(format!("LATCHKEY_REGISTRATION: “{other}” is not valid: use invite, open or closed")),
        };
        let mail_server = MailServer::parse(self.smtp_url.as_deref(), self.mail_from.as_deref());
        let audit_stream = self.audit_stream.as_deref().map(AuditStream::parse).transpose();
        let connection_limits = ConnectionLimits::parse(
            self.max_connections.as_deref(),
            self.max_connections_per_address.as_deref(),
            self.drain_seconds.as_deref(),
        );

        let log = self.log.unwrap_or_else(|| "info".to_owned());
        let log = match log.parse::<tracing_subscriber::EnvFilter>() {
            Ok(_) => Ok(log),
            Err(error) => Err(format!("LATCHKEY_LOG: “{log}” is not a log filter: {error}")),
        };

        let log_format = match self.log_format.as_deref() {
            None | Some("text") => Ok(LogFormat::Text),
            Some("json") => Ok(LogFormat::Json),
            Some(other) => Err(format!("LATCHKEY_LOG_FORMAT: “{other}” is not valid: use text or json")),
        };

        let secret_key_file = self.secret_key_file.unwrap_or_else(|| data_dir.join("secret.key"));
        let mut told = |fault: String| faults.push(fault);
        match (
            database.map_err(&mut told).ok(),
            bind.map_err(&mut told).ok(),
            base_url.map_err(&mut told).ok(),
            trusted_proxies.map_err(&mut told).ok(),
            registration.map_err(&mut told).ok(),
            mail_server.map_err(&mut told).ok(),
            audit_stream.map_err(&mut told).ok(),
            connection_limits.map_err(&mut told).ok(),
            log.map_err(&mut told).ok(),
            log_format.map_err(&mut told).ok(),
        ) {
            (
                Some(database),
                Some(bind),
                Some(base_url),
                Some(trusted_proxies),
                Some(registration),
                Some(mail_server),
                Some(audit_stream),
                Some(connection_limits),
                Some(log),
                Some(log_format),
            ) => Ok(Config {
                database,
                bind,
                base_url,
                data_dir,
                secret_key_file,
                trusted_proxies,
                registration,
                mail_server,
                audit_stream,
                connection_limits,
                log,
                log_format,
                password_cost: PASSWORD_COST,
            }),
            _ => Err(Faults(faults)),
        }
    }
}

impl Config {
    /// Whether the address of the pages is neither configured nor implied by the address to listen on.
    pub fn is_address_unknown(&self) -> bool {
        self.base_url.is_none() && self.bind.ip().is_unspecified()
    }
}

/// Parses the address and port to listen on. None means 127.0.0.1:8080.
pub fn parse_bind(text: Option<&str>) -> Result<SocketAddr, String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty()).unwrap_or("127.0.0.1:8080");
    text.parse().map_err(|_| {
        format!("LATCHKEY_BIND: “{text}” is not an IP address and port, such as 127.0.0.1:8080 or [::1]:8080")
    })
}

fn parse_database(
    url: Option<&str>,
    prepared: Option<&str>,
    wait: Option<&str>,
    data_dir: &Path,
) -> Result<Database, String> {
    let database = match url {
        None => Database::Sqlite(data_dir.join("latchkey.db")),
        // The URL may hold a password, so it is not repeated.
        Some(url) => Database::parse(url).map_err(|error| format!("LATCHKEY_DATABASE_URL: {error}"))?,
    };
    let prepared = Prepared::parse(prepared.unwrap_or("auto"))
        .ok_or_else(|| "LATCHKEY_DATABASE_PREPARED: must be auto, on or off".to_owned())?;
    let wait = match wait {
        None => START_WAIT,
        Some(seconds) => seconds.parse().map(Duration::from_secs).map_err(|_| {
            format!("LATCHKEY_DATABASE_WAIT_SECONDS: “{seconds}” is not a number of seconds, such as 60")
        })?,
    };
    Ok(database.treated(prepared, wait))
}

fn parse_base_url(text: &str) -> Result<Url, String> {
    let fault = |what: &str| format!("LATCHKEY_BASE_URL: “{text}” {what}");
    let url = Url::parse(text).map_err(|_| fault("is not a URL, such as https://keys.example.org"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(fault("must begin with https:// or http:// and a host"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(fault("must be scheme, host and port only: Latchkey cannot be served under a path"));
    }
    Ok(url)
}

/// Whether only this machine can open the URL, so that plain http is safe.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_means_sqlite_in_data_on_loopback() {
        let config = Options::default().check().unwrap();
        assert_eq!(config.database, Database::Sqlite("data/latchkey.db".into()));
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.secret_key_file, PathBuf::from("data/secret.key"));
    }

    #[test]
    fn mails_need_an_address_that_other_machines_can_open() {
        for (bind, base_url, is_good) in [
            ("0.0.0.0:8080", None, false),
            ("[::]:8080", None, false),
            ("127.0.0.1:8080", None, true),
            ("0.0.0.0:8080", Some("https://keys.example.org"), true),
        ] {
            let options = Options {
                bind: Some(bind.to_owned()),
                base_url: base_url.map(str::to_owned),
                smtp_url: Some("smtp://127.0.0.1:25".to_owned()),
                mail_from: Some("keys@acme.example".to_owned()),
                ..Options::default()
            };
            let checked = options.check();
            assert_eq!(checked.is_ok(), is_good, "{bind}");
            assert!(checked.err().is_none_or(|faults| faults.to_string().starts_with("LATCHKEY_BASE_URL: ")));
        }
    }

    #[test]
    fn every_fault_has_a_line_of_its_own_and_none_repeats_a_password() {
        let options = Options {
            database_url: Some("postgres:hunter2".into()),
            bind: Some("localhost".into()),
            base_url: Some("https://x.example/keys".into()),
            trusted_proxies: Some("127.0.0.1,proxy".into()),
            registration: Some("maybe".into()),
            smtp_url: Some("smtp://ann:hunter2@".into()),
            log: Some("latchkey=loud".into()),
            log_format: Some("xml".into()),
            ..Options::default()
        };
        let faults = options.check().unwrap_err().to_string();
        assert_eq!(faults.lines().count(), 8, "{faults}");
        for variable in
            ["DATABASE_URL", "BIND", "BASE_URL", "TRUSTED_PROXIES", "REGISTRATION", "SMTP_URL", "LOG:", "LOG_FORMAT"]
        {
            assert!(faults.contains(&format!("LATCHKEY_{variable}")), "{variable}");
        }
        assert!(!faults.contains("hunter2"));
    }

    #[test]
    fn loopback_is_known_by_name_and_by_number() {
        for (url, loopback) in [
            ("http://localhost:8080", true),
            ("http://127.0.0.9", true),
            ("http://[::1]:8080", true),
            ("http://192.168.1.5", false),
            ("http://localhost.example", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
        }
    }
}
