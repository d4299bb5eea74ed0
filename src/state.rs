//! The state that all APIs share while the server runs.

mod key_ring;
pub mod password_work;
pub mod security_log;

use std::{fmt, sync::Arc};

use actix_web::web;
use anyhow::Context as _;
use rand::{RngExt as _, rngs::StdRng};
use url::Url;

use crate::{
    app::{
        self, Channel, Context, clock::ClockCheck, ended_tokens::UnknownTokens, export::RunningExports,
        failed_passwords::FailedPasswords, key_limits::LimitLedger, known_devices::DeviceKey, mail::EmailMessage,
        master_keys::Redigests, password_hasher::PasswordHasher, trusted_origins::TrustedOrigins, usage::Usage,
        verification_cache::VerificationCache,
    },
    config::{Config, Registration},
    domain::{Clock, MasterKeys, Policy, Token, TokenKeys, verification::PresentedKey},
    mail::{Mailer, OnRefused},
    store::{self, Conn, Pool},
};
use key_ring::KeyRing;
use password_work::PasswordWork;
use security_log::SecurityLog;

/// Other servers of this database have a master key that is missing in this server's secret key file.
#[derive(Debug, thiserror::Error)]
#[error(
    "the secret key file of this server does not contain master key {0}, which other servers use: copy the file from \
     one of them"
)]
pub struct MasterKeyAwaited(i32);

/// A source of independent random generators.
pub type RngSource = Arc<dyn Fn() -> StdRng + Send + Sync>;

pub struct State {
    pub pool: Pool,
    pub clock: Arc<dyn Clock>,
    pub rng: RngSource,
    pub site: Site,
    /// As at the start. Code that creates tokens uses [`State::current_token_keys`].
    pub token_keys: TokenKeys,
    key_ring: Arc<KeyRing>,
    pub csrf_key: [u8; 32],
    pub device_key: DeviceKey,
    pub clock_check: ClockCheck,
    pub cookie_key: [u8; 64],
    /// Recently presented keys.
    pub verification_cache: Arc<VerificationCache>,
    /// The pages that may use Web keys.
    pub trusted_origins: Arc<TrustedOrigins>,
    /// Counted uses that are not stored yet.
    pub usage: Usage,
    /// What this server may let pass of limited keys.
    pub key_limits: Arc<LimitLedger>,
    /// Tokens that no key has, and who presented them.
    pub unknown_tokens: UnknownTokens,
    /// Replacements of outdated digests.
    pub redigests: Redigests,
    pub exports: RunningExports,
    pub hasher: PasswordHasher,
    pub password_work: PasswordWork,
    /// Counts of suspicious events.
    pub security_log: SecurityLog,
    /// Counts of wrong passwords for accounts.
    pub failed_passwords: FailedPasswords,
    pub mailer: Mailer,
    pub registration: Registration,
    /// A code for the first registration, if strangers can reach the server.
    pub setup_code: Option<String>,
}

/// How browsers reach the pages.
#[derive(Clone, Debug)]
pub struct Site {
    pub base_url: Url,
    /// The address is not configured, and other machines cannot open the guessed one.
    pub is_address_unknown: bool,
    /// Secure cookies require https or loopback. False if other machines use plain http.
    pub secure_cookies: bool,
    /// Distinguishes the cookies of this server from others on the same host. See [`Site::cookie_name`].
    pub cookie_suffix: String,
}

impl Site {
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// The prefix makes browsers refuse the cookie from any other host or without https (RFC 6265bis §4.1.3). All ports
    /// of a host share cookies (RFC 6265 §8.5). The suffix keeps two servers there from overwriting each other's
    /// sessions.
    pub fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.secure_cookies { "__Host-" } else { "" };
        format!("{prefix}latchkey-{name}{}", self.cookie_suffix)
    }
}

/// Records on the invitation that the mail server refused its email for good.
fn record_refused_mails(pool: &Pool, clock: &Arc<dyn Clock>, rng: &RngSource) -> OnRefused {
    let (pool, clock, rng) = (pool.clone(), clock.clone(), rng.clone());
    Arc::new(move |mail| {
        let EmailMessage::Invitation { id, .. } = &mail.message else { return };
        let mut context = Context::without_request(Channel::Task, clock.now(), rng());
        let record =
            |conn: &mut Conn| app::invitations::record_mail_failure(conn, &mut context, &mail.organization_id, id);
        if let Err(error) = pool.write(record) {
            tracing::error!(%error, "could not record that an invitation was not emailed");
        }
    })
}

impl State {
    /// Fails if the mail server's URL is not supported, or no threads can be started.
    pub fn new(
        pool: Pool,
        clock: Arc<dyn Clock>,
        rng: RngSource,
        site: Site,
        masters: &MasterKeys,
        config: &Config,
        setup_code: Option<String>,
    ) -> anyhow::Result<Self> {
        let token_keys = TokenKeys::derive(masters);
        let server_id = format!("{:032x}", rng().random::<u128>());
        let hasher = PasswordHasher::new(config.password_cost);
        let on_refused = record_refused_mails(&pool, &clock, &rng);
        let mailer = config.mail_server.as_ref().map(|server| Mailer::new(server, on_refused)).transpose();
        let mailer = mailer.context("LATCHKEY_SMTP_URL")?;
        Ok(Self {
            key_ring: Arc::new(KeyRing::new(config.secret_key_file.clone(), masters, &token_keys)),
            pool,
            clock,
            rng,
            site,
            token_keys,
            csrf_key: masters.present().derive("latchkey csrf 1"),
            device_key: DeviceKey(masters.present().derive("latchkey known device 1")),
            clock_check: ClockCheck::default(),
            cookie_key: masters.present().derive("latchkey session cookie 1"),
            verification_cache: Arc::default(),
            trusted_origins: Arc::default(),
            usage: Usage::default(),
            key_limits: Arc::new(LimitLedger::new(server_id)),
            unknown_tokens: UnknownTokens::default(),
            redigests: Redigests::default(),
            exports: RunningExports::default(),
            password_work: PasswordWork::start(&hasher).context("threads that hash passwords")?,
            hasher,
            mailer: mailer.unwrap_or_default(),
            security_log: SecurityLog::default(),
            failed_passwords: FailedPasswords::default(),
            registration: config.registration,
            setup_code,
        })
    }

    /// The context for a use case of a request, starting now.
    pub fn context(&self, policy: Arc<Policy>, address: Option<String>, request_id: Option<String>) -> Context {
        Context { policy, address, request_id, channel: Channel::Request, ..self.context_of_task() }
    }

    /// The context for a use case of a background task, starting now.
    pub fn context_of_task(&self) -> Context {
        Context::without_request(Channel::Task, self.clock.now(), (self.rng)())
    }

    /// The token keys according to the current secret key file.
    pub async fn current_token_keys(&self) -> Result<Arc<TokenKeys>, app::Error> {
        let key_ring = self.key_ring.clone();
        self.read(move |conn| Ok(key_ring.look(conn))).await
    }

    /// Token keys that include a master key rotated in after this server's start. None for a lost one.
    /// [`MasterKeyAwaited`] if another server has it, but this server's file is behind.
    pub async fn later_token_keys(&self, version: i32) -> Result<Option<Arc<TokenKeys>>, MasterKeyAwaited> {
        let mut known = self.key_ring.get(version);
        if known.is_none() && self.key_ring.is_time_to_look() {
            known = self.current_token_keys().await.ok().filter(|keys| keys.knows(version));
        }
        if known.is_none() && self.key_ring.is_awaited(version) { Err(MasterKeyAwaited(version)) } else { Ok(known) }
    }

    /// Reads the secret key file again, so that a rotated master key is used from now on. Must not be called on threads
    /// that serve requests.
    pub fn refresh_token_keys(&self) -> Result<(), app::Error> {
        self.pool.read(|conn| Ok(self.key_ring.look(conn))).map(drop)
    }

    /// The token keys according to the secret key file as it was read last.
    pub fn latest_token_keys(&self) -> Arc<TokenKeys> {
        self.key_ring.latest()
    }

    /// Queues the replacement of a token's digest if it has a retired master key or an old format.
    pub fn queue_redigest(&self, subject: &PresentedKey, token: &Token) {
        if !self.key_ring.may_be_outdated(&subject.digest) {
            return;
        }
        let keys = self.key_ring.latest();
        if keys.is_outdated(&subject.digest) {
            self.redigests.add(subject, token, &keys);
        }
    }

    /// Reads on a thread for blocking work.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, app::Error> + Send + 'static,
    ) -> Result<T, app::Error> {
        self.pool.read_in_time(work).await
    }

    /// Reads a row or two by their keys.
    pub async fn read_briefly<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, app::Error> + Send + 'static,
    ) -> Result<T, app::Error> {
        match self.pool.read_at_once(work) {
            Ok(read) => read,
            Err(work) => self.read(work).await,
        }
    }

    /// Reads and writes in one transaction, on a thread for blocking work. When it returns, verification knows of the
    /// change.
    pub async fn write<T: Send + 'static, E: From<store::Error> + Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (cache, ledger) = (self.verification_cache.clone(), self.key_limits.clone());
        self.pool.write_in_time(work, move |pool| follow(pool, &cache, &ledger)).await
    }

    /// Like [`Self::write`], for work that adds keys or people. It is refused while the disk is nearly full, so that
    /// signing in and revoking still work.
    pub async fn write_if_room<T: Send + 'static, E: From<store::Error> + Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.pool.refuse_full()?;
        self.write(work).await
    }

    /// Like [`Self::write`], for work that no request waits for and that may take longer.
    pub async fn write_in_background<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, app::Error> + Send + 'static,
    ) -> Result<T, app::Error> {
        let (pool, cache, ledger) = (self.pool.clone(), self.verification_cache.clone(), self.key_limits.clone());
        let written = web::block(move || {
            let outcome = pool.write(work);
            follow(&pool, &cache, &ledger);
            outcome
        });
        written.await.unwrap_or_else(|_| Err(app::Error::Store(store::Error::Panicked)))
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("site", &self.site).finish_non_exhaustive()
    }
}

fn follow(pool: &Pool, cache: &VerificationCache, ledger: &LimitLedger) {
    match pool.read_sound(|conn| cache.follow(conn)) {
        Ok(changes) => ledger.follow(&changes),
        Err(error) => {
            cache.distrust();
            tracing::error!(
                %error,
                "verification could not read a change, and asks the database for every key until it can");
        }
    }
}
