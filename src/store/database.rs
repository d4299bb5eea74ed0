//! The database, as configured by `LATCHKEY_DATABASE_URL`.
//!
//! SQLite and libpq each accept several spellings. Each of them means the same here, or is refused with the reason: a
//! spelling mistaken for a file name would create a second, empty database.

use std::{fmt, path::PathBuf, time::Duration};

#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(Postgres),
}

/// A PostgreSQL database, and how to use it.
#[derive(Clone, PartialEq, Eq)]
pub struct Postgres {
    url: String,
    pub prepared: Prepared,
    /// How long the server waits at its start for the database to come up.
    pub wait: Duration,
    /// How long a request waits for all its reads or writes. Not an option; shorter in tests.
    pub deadline: Duration,
}

/// Whether statements stay prepared on a PostgreSQL connection. This requires a server session per connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prepared {
    /// Prepared, unless connections turn out to share a session, as behind a pooler in transaction mode.
    #[default]
    Auto,
    On,
    Off,
}

impl Prepared {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "on" => Some(Self::On),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

/// The default wait for the database at the start.
pub const START_WAIT: Duration = Duration::from_secs(60);

/// Longer than PostgreSQL lets a statement wait for a lock.
pub(super) const DEADLINE: Duration = Duration::from_secs(15);

/// Why a URL is refused. Never repeats any of it, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DatabaseUrlError(&'static str);

const UNKNOWN: DatabaseUrlError = DatabaseUrlError("must begin with postgres://, or with sqlite: and a path");
const KEYWORDS: DatabaseUrlError =
    DatabaseUrlError("write the libpq keywords as a URL: postgres://USER:PASSWORD@HOST:PORT/NAME");
const DRIVER: DatabaseUrlError =
    DatabaseUrlError("leave out the driver name: the URL must begin with postgres:// or sqlite:");
const NO_PATH: DatabaseUrlError = DatabaseUrlError("sqlite: must be followed by the path of a file");
const IN_MEMORY: DatabaseUrlError = DatabaseUrlError(
    "a database in memory would be lost at every stop: use a file, or try Latchkey with `latchkey serve --demo`",
);
const PARAMETER: DatabaseUrlError =
    DatabaseUrlError("only ?mode=rwc may follow the path of a SQLite file, and it is the default");
const ESCAPES: DatabaseUrlError =
    DatabaseUrlError("% and # are not supported after sqlite:file:, write sqlite: and the plain path");
const HOME: DatabaseUrlError = DatabaseUrlError("~ is not expanded here: write the full path");
const RESERVED: DatabaseUrlError = DatabaseUrlError(
    "the host or port cannot be read: in user and password write / as %2F, @ as %40, : as %3A and # as %23",
);

impl Database {
    pub fn parse(url: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return parse_sqlite(rest).map(Self::Sqlite);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let server =
                Postgres { url: url.to_owned(), prepared: Prepared::default(), wait: START_WAIT, deadline: DEADLINE };
            check_authority(server.parts().authority)?;
            return Ok(Self::Postgres(server));
        }
        let has_driver =
            ["jdbc:", "postgres+", "postgresql+", "sqlite+", "sqlite3:"].iter().any(|it| url.starts_with(it));
        let has_keywords = ["host=", "hostaddr=", "dbname=", "user=", "service="].iter().any(|it| url.contains(it));
        Err(if has_driver {
            DRIVER
        } else if has_keywords && !url.contains("://") {
            KEYWORDS
        } else {
            UNKNOWN
        })
    }

    /// The same database with these options, if it is PostgreSQL.
    #[must_use]
    pub fn treated(self, prepared: Prepared, wait: Duration) -> Self {
        match self {
            Self::Postgres(server) => Self::Postgres(Postgres { prepared, wait, ..server }),
            sqlite @ Self::Sqlite(_) => sqlite,
        }
    }
}

/// SQLite's own `file:` URIs (sqlite.org/uri.html), and the `?mode=rwc` of other programs.
fn parse_sqlite(rest: &str) -> Result<PathBuf, DatabaseUrlError> {
    let (rest, is_uri) = match rest.strip_prefix("file:") {
        Some(uri) => (uri.strip_prefix("//localhost").filter(|path| path.starts_with('/')).unwrap_or(uri), true),
        None => (rest, false),
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parameters = query.split('&').filter(|parameter| !parameter.is_empty());
    if path == ":memory:" || parameters.clone().any(|parameter| parameter == "mode=memory") {
        Err(IN_MEMORY)
    } else if parameters.any(|parameter| parameter != "mode=rwc") {
        Err(PARAMETER)
    } else if path.is_empty() || path.ends_with('/') || path.contains('\0') {
        Err(NO_PATH)
    } else if path.starts_with("~/") {
        Err(HOME)
    } else if (is_uri && path.contains(['%', '#'])) || path.starts_with("file:") {
        Err(ESCAPES)
    } else {
        Ok(PathBuf::from(path))
    }
}

/// Refuses authorities for which libpq's error message would repeat a part of the password.
fn check_authority(authority: &str) -> Result<(), DatabaseUrlError> {
    let is_good = |host: &str| {
        let port = match host.split_once(']') {
            Some((_, rest)) if host.starts_with('[') => rest.strip_prefix(':').or(rest.is_empty().then_some("")),
            _ => Some(host.split_once(':').map_or("", |(_, port)| port)),
        };
        !host.contains('@') && port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if authority.split(',').all(is_good) { Ok(()) } else { Err(RESERVED) }
}

/// The parts of a URL as libpq separates them.
struct Parts<'a> {
    /// Scheme, user and password.
    head: &'a str,
    /// Hosts and ports.
    authority: &'a str,
    /// The name of the database, with the slash before it.
    path: &'a str,
    parameters: Vec<&'a str>,
}

impl Parts<'_> {
    fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.split('=').next() == Some(name))
    }
}

impl Postgres {
    pub fn url(&self) -> &str {
        &self.url
    }

    /// libpq looks for the `@` first, because a password may contain a `?`.
    fn parts(&self) -> Parts<'_> {
        let after_scheme = self.url.find("://").map_or(0, |at| at + 3);
        let rest = &self.url[after_scheme..];
        let user = rest.find(['@', '/']).filter(|at| rest[*at..].starts_with('@')).map_or(0, |at| at + 1);
        let (head, rest) = self.url.split_at(after_scheme + user);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let parameters = query.split('&').filter(|parameter| !parameter.is_empty()).collect();
        Parts { head, authority, path, parameters }
    }

    /// The URL for libpq. Adds timeouts, unless the URL has its own: without them libpq needs a quarter of an hour to
    /// notice that the server or the network is gone. Adds the folder of the server's socket if the URL names no host,
    /// because the bundled libpq knows only `/tmp`.
    pub(super) fn conninfo(&self) -> String {
        const DEFAULTS: [(&str, &str); 5] = [
            ("connect_timeout", "5"),
            ("keepalives_idle", "5"),
            ("keepalives_interval", "2"),
            ("keepalives_count", "3"),
            // In milliseconds; the others are in seconds.
            ("tcp_user_timeout", "10000"),
        ];
        let parts = self.parts();
        let mut parameters: Vec<String> = parts.parameters.iter().map(|&parameter| parameter.to_owned()).collect();
        let missing = DEFAULTS.iter().filter(|(name, _)| !parts.has(name));
        parameters.extend(missing.map(|(name, value)| format!("{name}={value}")));
        if let Some(folder) = socket_folder(&parts) {
            parameters.push(format!("host={folder}"));
        }
        format!("{}{}{}?{}", parts.head, parts.authority, parts.path, parameters.join("&"))
    }
}

/// The socket folder of most distributions.
fn socket_folder(parts: &Parts<'_>) -> Option<&'static str> {
    const FOLDER: &str = "/var/run/postgresql";
    let port = parts.authority.strip_prefix(':').filter(|port| !port.is_empty()).unwrap_or("5432");
    let names_host = parts.has("host") || parts.has("hostaddr") || parts.has("service");
    let is_local = parts.authority.is_empty() || parts.authority.starts_with(':');
    let is_there = |folder: &str| PathBuf::from(format!("{folder}/.s.PGSQL.{port}")).exists();
    (is_local && !names_host && !is_there("/tmp") && is_there(FOLDER)).then_some(FOLDER)
}

/// Without the password that a PostgreSQL URL may contain.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Database::Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Database::Postgres(..)"),
        }
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postgres(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conninfo(url: &str) -> String {
        match Database::parse(url).unwrap() {
            Database::Postgres(server) => server.conninfo(),
            Database::Sqlite(_) => panic!("{url}"),
        }
    }

    #[test]
    fn what_the_url_says_about_patience_stays() {
        let url = conninfo("postgres://a:b@c/d?sslmode=disable&connect_timeout=60");
        assert!(url.starts_with("postgres://a:b@c/d?sslmode=disable&connect_timeout=60&keepalives_idle=5&"), "{url}");
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(conninfo("postgres://c/d").starts_with("postgres://c/d?connect_timeout=5&"));
    }

    #[test]
    fn whatever_libpq_takes_stays_a_url_that_it_takes() {
        for (url, begins) in [
            ("postgres://c/d?", "postgres://c/d?connect_timeout=5&"),
            ("postgres://c/d?sslmode=disable&", "postgres://c/d?sslmode=disable&connect_timeout=5&"),
            ("postgres://a:why?@c/d", "postgres://a:why?@c/d?connect_timeout=5&"),
            ("postgres://a:connect_timeout=@c/d", "postgres://a:connect_timeout=@c/d?connect_timeout=5&"),
            ("postgresql://[::1]:5433,c:5434/d", "postgresql://[::1]:5433,c:5434/d?connect_timeout=5&"),
            ("postgres:///d", "postgres:///d?connect_timeout=5&"),
            ("postgres://", "postgres://?connect_timeout=5&"),
            ("postgres://a@/d?host=/run/x", "postgres://a@/d?host=/run/x&connect_timeout=5&"),
            ("postgres://%2Frun%2Fx/d", "postgres://%2Frun%2Fx/d?connect_timeout=5&"),
        ] {
            let made = conninfo(url);
            assert!(made.starts_with(begins), "{url}: {made}");
            assert!(!made.contains("&&") && !made.contains("?&"), "{made}");
        }
    }

    #[test]
    fn the_scheme_decides_the_database_and_a_typing_error_is_no_file_name() {
        assert!(matches!(Database::parse("postgres://a@b/c"), Ok(Database::Postgres(_))));
        for bad in ["", "postgres:typo", "data.db", "mysql://x", "SQLITE:x.db", "file:x.db"] {
            assert_eq!(Database::parse(bad), Err(UNKNOWN), "{bad}");
        }
        for (bad, why) in [
            ("host=localhost dbname=keys", KEYWORDS),
            ("jdbc:postgresql://b/c", DRIVER),
            ("postgresql+psycopg2://a@b/c", DRIVER),
            ("postgres://a:pass/word@b/c", RESERVED),
            ("postgres://a:p@ss@b/c", RESERVED),
        ] {
            assert_eq!(Database::parse(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn spellings_of_sqlite_name_the_file_that_they_name_elsewhere_or_are_refused() {
        for (url, path) in [
            ("sqlite:data/x.db", "data/x.db"),
            ("sqlite:///var/x.db", "/var/x.db"),
            ("sqlite://x.db", "x.db"),
            ("sqlite://x.db?mode=rwc", "x.db"),
            ("sqlite:x.db?", "x.db"),
            ("sqlite:file:x.db", "x.db"),
            ("sqlite:file:///var/x.db?mode=rwc", "/var/x.db"),
            ("sqlite:file://localhost/var/x.db", "/var/x.db"),
        ] {
            assert_eq!(Database::parse(url), Ok(Database::Sqlite(path.into())), "{url}");
        }
        for (bad, why) in [
            ("sqlite:", NO_PATH),
            ("sqlite://", NO_PATH),
            ("sqlite:data/", NO_PATH),
            ("sqlite::memory:", IN_MEMORY),
            ("sqlite://:memory:", IN_MEMORY),
            ("sqlite:file::memory:?cache=shared", IN_MEMORY),
            ("sqlite:file:x?mode=memory", IN_MEMORY),
            ("sqlite:x.db?mode=ro", PARAMETER),
            ("sqlite:x.db?cache=shared", PARAMETER),
            ("sqlite:file:x%20y.db", ESCAPES),
            ("sqlite://file:x.db", ESCAPES),
            ("sqlite:~/x.db", HOME),
        ] {
            assert_eq!(Database::parse(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        assert!(!format!("{:?}", Database::parse("postgres://a:hunter2@b/c").unwrap()).contains("hunter2"));
    }
}
