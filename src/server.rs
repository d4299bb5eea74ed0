//! The composition root: turns a configuration into a server that listens.

pub mod health;
mod listening;
pub mod master_keys;
mod open_files;
mod stopping;

use std::{
    fmt, fs,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use actix_web::{
    App,
    dev::ServerHandle,
    middleware::from_fn,
    rt::{
        self,
        signal::unix::{SignalKind, signal},
    },
    web::{Data, scope},
};
use rand::{RngExt as _, SeedableRng as _, distr::Alphanumeric, rngs::StdRng, rngs::SysRng};
use tokio::sync::Notify;
use tracing_actix_web::TracingLogger;
use url::Url;

use crate::{
    api, app,
    config::{self, AuditStream, Config, ConnectionLimits, SecretKeyError, files},
    domain::{Clock, MasterKeys, Timestamp},
    http::{
        assets,
        connections::{Connections, Exchanges},
        headers,
        request_log::RequestSpan,
        throttle::Throttle,
    },
    state::{RngSource, Site, State},
    store::{self, Database, Pool},
    tasks::{self, AuditStreamThread, AuditStreamer, Follower, LimitThread, Sink},
    verify, web as pages,
};
use stopping::Signals;
pub use stopping::is_listener_closed;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the directory {0} cannot be created: {1}")]
    Directory(String, io::Error),
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    #[error("the secret key file {0} does not exist yet: the first start creates it")]
    NoSecretKey(PathBuf),
    #[error(transparent)]
    MasterKeys(#[from] master_keys::MasterKeyRefusal),
    #[error("{0}")]
    Database(String),
    #[error("cannot listen on {0}: {1}")]
    Bind(SocketAddr, io::Error),
    #[error("{0:#}")]
    State(anyhow::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a server needs from the outside, and tests replace.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Arc<dyn Clock>,
    pub rng: RngSource,
    /// Whether background tasks run by themselves. Tests call them one by one.
    pub runs_tasks: bool,
}

/// A server that already listens. It serves while [`Server::run`] is awaited.
pub struct Server {
    pub address: SocketAddr,
    pub state: Data<State>,
    /// Nobody has registered yet.
    pub is_new: bool,
    runs_tasks: bool,
    audit_sink: Option<Sink>,
    throttle: Data<Throttle>,
    connections: Arc<Connections>,
    listener: TcpListener,
    serving: actix_web::dev::Server,
    signals: Signals,
}

/// How often the throttle forgets addresses.
const TIDY_INTERVAL: Duration = Duration::from_secs(60);

impl Server {
    /// Opens the database, migrates it, and listens.
    pub fn start(config: &Config, surroundings: Surroundings) -> Result<Self, Error> {
        let Surroundings { clock, rng, runs_tasks } = surroundings;
        let signals = Signals::listen()?;
        prepare_files(config)?;
        let pool = Pool::open_when_up(&config.database).map_err(|error| database_error(&config.database, &error))?;
        let masters = master_keys::load(config, &pool, clock.now(), &mut rng())?;
        let is_new =
            pool.read(app::accounts::is_registration_open).map_err(|error| Error::Database(error.to_string()))?;

        let listener = TcpListener::bind(config.bind).map_err(|error| Error::Bind(config.bind, error))?;
        let address = listener.local_addr()?;
        let site = site(config, address, &masters);
        // Bound to loopback with a public address means that a proxy admits strangers.
        let is_private = address.ip().is_loopback() && config::is_loopback(&site.base_url);
        let setup_code = (is_new && !is_private).then(|| setup_code(&mut rng()));
        let state = State::new(pool, clock, rng, site, &masters, config, setup_code).map_err(Error::State)?;
        let state = Data::new(state);

        let throttle = Data::new(Throttle::default());
        let trusted_proxies = Data::new(config.trusted_proxies.clone());
        let shared = (state.clone(), throttle.clone());
        let connections = Arc::new(Connections::new(
            connection_limits(config),
            config.trusted_proxies.clone(),
            state.site.is_https(),
        ));
        let known_connections = Data::from(connections.clone());
        let serving = listening::listen(listener.try_clone()?, connections.clone(), move || {
            let (state, throttle) = shared.clone();
            App::new()
                .app_data(state.clone())
                .app_data(trusted_proxies.clone())
                .app_data(known_connections.clone())
                .app_data(headers::IsHttps(state.site.is_https()))
                // First, and outside the middleware of the pages: a verification is counted, not logged.
                .configure(|config| verify::configure(config, &throttle))
                .service(
                    scope("")
                        .configure(assets::configure)
                        .configure(health::configure)
                        .configure(|config| api::configure(config, &throttle))
                        .configure(|config| pages::configure(config, &state))
                        .wrap(from_fn(headers::set))
                        .wrap(TracingLogger::<RequestSpan>::new()),
                )
                .wrap(Exchanges)
        })?;
        let audit_sink = match &config.audit_stream {
            Some(AuditStream::File(path)) => Some(Sink::file(path)),
            // The caller provides it.
            Some(AuditStream::Stdout) | None => None,
        };
        Ok(Self { address, state, is_new, runs_tasks, audit_sink, throttle, connections, listener, serving, signals })
    }

    pub fn handle(&self) -> ServerHandle {
        self.serving.handle()
    }

    /// Streams the audit log to this, if it is not streamed to a file.
    pub fn stream_audit_to(&mut self, output: impl Write + Send + 'static) {
        self.audit_sink.get_or_insert_with(|| Sink::Stream(Box::new(output)));
    }

    /// Serves until a signal or the handle stops it.
    pub async fn run(self) -> io::Result<()> {
        let _follower = Follower::spawn(self.state.clone().into_inner())?;
        let limits = LimitThread::spawn(self.state.clone().into_inner())?;
        let background = if self.runs_tasks { tasks::spawn(&self.state) } else { Vec::new() };
        let streaming = self.audit_sink.filter(|_| self.runs_tasks).map(|sink| stream_audit(&self.state, sink));
        let streaming = streaming.transpose()?.map(Arc::new);
        let reopening = streaming.clone().map(reopen_on_hangup).transpose()?;
        let (throttle, connections) = (self.throttle, self.connections.clone());
        let tidying = rt::spawn(async move {
            loop {
                rt::time::sleep(TIDY_INTERVAL).await;
                throttle.tidy();
                report_refused(&connections);
            }
        });
        let give_up = Arc::new(Notify::new());
        let stopping = stopping::stop_on_signal(
            self.signals,
            self.serving.handle(),
            self.listener,
            self.connections,
            give_up.clone(),
        );
        let stopping = rt::spawn(stopping);
        let outcome = tokio::select! {
            outcome = self.serving => outcome,
            () = give_up.notified() => Ok(()),
        };
        let others = [&stopping, &tidying].into_iter().chain(&reopening);
        background.iter().chain(others).for_each(rt::task::JoinHandle::abort);
        tasks::finish(&self.state).await;
        drop(rt::task::spawn_blocking(move || drop(limits)).await);
        if let Some(streaming) = streaming {
            drop(rt::task::spawn_blocking(move || streaming.finish()).await);
        }
        outcome
    }
}

fn stream_audit(state: &Data<State>, sink: Sink) -> io::Result<AuditStreamThread> {
    AuditStreamThread::spawn(AuditStreamer::new(state.clone().into_inner(), sink))
}

/// SIGHUP comes after the file of the audit stream was renamed. Without a stream it ends the program, as usual.
fn reopen_on_hangup(streaming: Arc<AuditStreamThread>) -> io::Result<rt::task::JoinHandle<()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(rt::spawn(async move {
        while hangup.recv().await.is_some() {
            streaming.reopen();
        }
    }))
}

/// The configured limits, unless the operating system allows fewer files.
fn connection_limits(config: &Config) -> ConnectionLimits {
    let (wanted, possible) = (config.connection_limits, open_files::raise_limit());
    let connections = wanted.connections.min(possible);
    if connections < wanted.connections {
        tracing::warn!(connections, "the limit of open files allows fewer connections than LATCHKEY_MAX_CONNECTIONS");
    }
    ConnectionLimits { connections, ..wanted }
}

fn report_refused(connections: &Connections) {
    let refused = connections.take_refused();
    if refused > 0 {
        tracing::warn!(
            refused,
            open = connections.open(),
            "connections were refused: too many in total or from one address"
        );
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// The machine's clock, and generators seeded by the operating system.
    pub fn of_this_machine() -> Self {
        Self { clock: Arc::new(SystemClock), rng: Arc::new(system_rng), runs_tasks: true }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("clock", &self.clock).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is where the time comes in")]
        time::OffsetDateTime::now_utc().into()
    }

    fn elapsed(&self) -> u64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // Not 0, which stands for "never".
        u64::try_from(START.elapsed().as_micros()).unwrap_or(u64::MAX) + 1
    }
}

/// A separate generator (`ChaCha`) for every use, seeded by the operating system. Without a seed no secret is safe, so
/// the server stops.
#[expect(clippy::expect_used, reason = "no secret can be made without the operating system's randomness")]
fn system_rng() -> StdRng {
    StdRng::try_from_rng(&mut SysRng).expect("the operating system gives random bytes")
}

pub fn prepare_files(config: &Config) -> Result<(), Error> {
    let make = |path: &Path| {
        // The database holds names and addresses, so no other account of this machine may read it.
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| Error::Directory(path.display().to_string(), error))
    };
    make(&config.data_dir)?;
    if let Database::Sqlite(path) = &config.database {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make(parent)?;
        }
        if files::is_dangling(path) {
            let path = path.display();
            return Err(Error::Database(format!("the SQLite database {path} is a link to a file that does not exist")));
        }
        close_to_others(path);
        // SQLite gives its other files the mode of this one.
        let file = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        file.map_err(|error| {
            Error::Database(format!("the SQLite database {} cannot be opened: {error}", path.display()))
        })?;
    }
    Ok(())
}

/// Removes the access of other accounts from a database, for example from a copied file. Group access is deliberate and
/// stays. If the mode cannot be changed, `latchkey doctor` reports it.
fn close_to_others(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let path = Path::new(&name);
        if let Some(mode) = files::mode(path).filter(|mode| mode & files::OTHERS != 0) {
            let mended = fs::set_permissions(path, fs::Permissions::from_mode(mode & !files::OTHERS));
            let (path, is_mended) = (path.display().to_string(), mended.is_ok());
            tracing::warn!(
                path,
                mode = format!("{mode:04o}"),
                is_mended,
                "the database was open to every account on this machine"
            );
        }
    }
}

/// Connects to the database and migrates it.
pub fn open_database(config: &Config) -> Result<Pool, Error> {
    Pool::open(&config.database).map_err(|error| database_error(&config.database, &error))
}

fn database_error(database: &Database, error: &store::Error) -> Error {
    let which = match database {
        Database::Sqlite(path) => format!("the SQLite database {}", path.display()),
        Database::Postgres(_) => "the PostgreSQL database".to_owned(),
    };
    Error::Database(format!("{which} cannot be opened: {error}"))
}

/// The URL at which browsers reach a server that listens at this address.
#[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "an address and port make a URL")]
pub fn base_url(config: &Config, address: SocketAddr) -> Url {
    let guess = if address.ip().is_unspecified() {
        // Nobody can open the wildcard address.
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    };
    config.base_url.clone().or_else(|| Url::parse(&guess).ok()).expect("http://ADDRESS:PORT is a URL")
}

fn site(config: &Config, address: SocketAddr, masters: &MasterKeys) -> Site {
    let (base_url, is_address_unknown) = (base_url(config, address), config.is_address_unknown());
    let is_this_machine = config::is_loopback(&base_url) && !is_address_unknown;
    let secure_cookies = base_url.scheme() == "https" || is_this_machine;
    // Without a port in the address, only one server runs on the host.
    let may_have_neighbours = base_url.port().is_some() || is_address_unknown;
    let cookie_suffix = if may_have_neighbours { cookie_suffix(masters) } else { String::new() };
    Site { base_url, is_address_unknown, secure_cookies, cookie_suffix }
}

/// The same for all servers of a database, at every start. It changes with the master key, whose rotation ends sessions
/// anyway.
fn cookie_suffix(masters: &MasterKeys) -> String {
    let bytes: [u8; 4] = masters.present().derive("latchkey cookie name 1");
    format!("-{:08x}", u32::from_be_bytes(bytes))
}

fn setup_code(rng: &mut StdRng) -> String {
    rng.sample_iter(Alphanumeric).take(16).map(char::from).collect()
}
