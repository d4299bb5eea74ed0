//! `latchkey doctor`: checks everything that a server needs, prints one line per check, and changes nothing.

mod audit_stream;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::ExitCode, sync::Arc};

use time::{Duration, macros::datetime};

use super::{
    cautions,
    output::{self, OutputError},
};
use crate::{
    app::{
        self,
        master_keys::{count_unbound_digests, find_misfit, list_dependents, sample},
    },
    config::{Config, Options, Registration, files, secret_key, variables},
    domain::{MasterKeys, Timestamp},
    mail::Mailer,
    server::Surroundings,
    store::{
        Conn, Database, Pool, Reason,
        diagnosis::{self, Integrity},
    },
};

/// How far clocks may differ.
const TOLERANCE: Duration = Duration::seconds(30);
/// This program did not exist before, so the clock is wrong.
const NO_EARLIER: time::OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Health {
    Ok,
    Warning,
    Fault,
}

/// The results so far, and whether they could be printed.
struct Report {
    health: Health,
    printed: Result<(), OutputError>,
}

impl Report {
    fn say(&mut self, health: Health, text: &str) {
        let word = match health {
            Health::Ok => "ok",
            Health::Warning => "warning",
            Health::Fault => "fault",
        };
        // When standard output is closed, nothing more is printed, but the exit code still counts.
        if self.printed.is_ok() {
            self.printed = output::print(format_args!("{word:<8} {text}"));
        }
        self.health = self.health.max(health);
    }
}

pub fn run(options: Options) -> ExitCode {
    let mut report = Report { health: Health::Ok, printed: Ok(()) };
    match options.check() {
        Ok(config) => {
            report.say(Health::Ok, "configuration: all settings are valid");
            for caution in cautions::find(&config) {
                report.say(Health::Warning, &caution);
            }
            examine(&config, &mut report);
        }
        Err(faults) => {
            for caution in variables::unknown() {
                report.say(Health::Warning, &caution);
            }
            for line in faults.to_string().lines() {
                report.say(Health::Fault, &format!("configuration: {line}"));
            }
        }
    }
    match report {
        Report { health: Health::Fault, .. } => ExitCode::FAILURE,
        Report { printed: Err(error), .. } => error.exit_code(),
        Report { .. } => ExitCode::SUCCESS,
    }
}

fn examine(config: &Config, report: &mut Report) {
    examine_mail(config, report);
    audit_stream::examine(config.audit_stream.as_ref(), report);
    examine_directory(&config.data_dir, report);
    let masters = examine_file(&config.secret_key_file, report);
    let Some(pool) = connect(&config.database, report) else { return };
    let pending = pool.read(|conn| diagnosis::pending_steps(conn).map_err(app::Error::from));
    let is_ready = match pending {
        Ok(Some(0)) => {
            report.say(Health::Ok, "database: reachable and up to date");
            true
        }
        Ok(Some(pending)) => {
            report.say(Health::Warning, &format!("database: migrations that the next start will apply: {pending}"));
            false
        }
        Ok(None) => {
            report.say(Health::Warning, "database: reachable and empty; the first start creates its tables");
            false
        }
        Err(error) => {
            report.say(Health::Fault, &format!("database: {error}"));
            false
        }
    };
    examine_integrity(&pool, report);
    if is_ready {
        let examined = pool.read(|conn| examine_contents(conn, config, masters.as_ref(), report));
        if let Err(error) = examined {
            report.say(Health::Fault, &format!("database: {error}"));
        }
    }
}

/// Reads the whole database, which may take minutes.
fn examine_integrity(pool: &Pool, report: &mut Report) {
    match pool.read(|conn| diagnosis::integrity(conn).map_err(app::Error::from)) {
        Ok(Integrity { faults, unchecked: None }) if faults.is_empty() => {
            report.say(Health::Ok, "database: its tables and indexes are consistent");
        }
        Ok(Integrity { faults, unchecked }) => {
            for fault in faults {
                report.say(Health::Fault, &format!("database: damaged: {fault}"));
            }
            if let Some(unchecked) = unchecked {
                report.say(Health::Warning, &format!("database: {unchecked}"));
            }
        }
        Err(app::Error::Store(error)) if error.reason() == Some(Reason::Damaged) => {
            report.say(Health::Fault, &format!("database: damaged: {error}"));
        }
        Err(error) => report.say(Health::Fault, &format!("database: its integrity could not be checked: {error}")),
    }
}

fn examine_mail(config: &Config, report: &mut Report) {
    match config.mail_server.as_ref().map(|server| Mailer::new(server, Arc::new(|_| {}))) {
        None => report.say(Health::Ok, "mail: no mail server is set, so Latchkey sends no email"),
        Some(Ok(_)) => {
            report.say(Health::Ok, "mail: the mail server's settings are valid; the connection was not tested");
        }
        Some(Err(error)) => report.say(Health::Fault, &format!("mail: LATCHKEY_SMTP_URL: {error:#}")),
    }
}

fn examine_directory(path: &Path, report: &mut Report) {
    let shown = path.display();
    match fs::metadata(path) {
        Err(_) => {
            report.say(Health::Warning, &format!("data directory: {shown} does not exist; the first start creates it"));
        }
        Ok(found) if !found.is_dir() => {
            report.say(Health::Fault, &format!("data directory: {shown} is not a directory"));
        }
        Ok(found) if found.permissions().mode() & 0o007 != 0 => {
            report.say(
                Health::Warning,
                &format!("data directory: {shown} is open to every account on this machine: run chmod 700 {shown}"),
            );
        }
        Ok(_) => report.say(Health::Ok, &format!("data directory: {shown}")),
    }
}

fn examine_file(path: &Path, report: &mut Report) -> Option<MasterKeys> {
    match secret_key::load(path) {
        Ok(Some(masters)) => {
            let retired = masters.retired().len();
            let text = format!(
                "master key {} is the current one; retired master keys: {retired}",
                masters.present().version()
            );
            report.say(Health::Ok, &format!("secret key file: {}: {text}", path.display()));
            Some(masters)
        }
        // The check of the database decides whether that is an error.
        Ok(None) => None,
        Err(error) => {
            report.say(Health::Fault, &format!("secret key file: {error}"));
            None
        }
    }
}

/// Connects to an existing database and never creates one.
fn connect(database: &Database, report: &mut Report) -> Option<Pool> {
    if let Database::Sqlite(path) = database
        && !path.exists()
    {
        if files::is_dangling(path) {
            report.say(Health::Fault, &format!("database: {} is a link to a file that does not exist", path.display()));
            return None;
        }
        report
            .say(Health::Warning, &format!("database: {} does not exist; the first start creates it", path.display()));
        return None;
    }
    match Pool::open_to_read(database) {
        Ok(pool) => Some(pool),
        Err(error) => {
            report.say(Health::Fault, &format!("database: {error}"));
            None
        }
    }
}

fn examine_contents(
    conn: &mut Conn,
    config: &Config,
    masters: Option<&MasterKeys>,
    report: &mut Report,
) -> Result<(), app::Error> {
    let path = config.secret_key_file.display();
    let misfit = find_misfit(conn, masters)?;
    match (misfit, masters) {
        (Some(misfit), _) => report.say(Health::Fault, &format!("secret key file: {path} {misfit}")),
        (None, None) => {
            report.say(Health::Warning, &format!("secret key file: {path} does not exist; the next start creates it"));
        }
        (None, Some(_)) => report.say(Health::Ok, "secret key file: it matches the database"),
    }
    let here = |version: i32| masters.is_some_and(|masters| masters.all().any(|key| key.version() == version));
    for (version, of) in list_dependents(conn)? {
        let (health, text) = if here(version) {
            (Health::Ok, format!("master key {version} verifies {} and decrypts {}", of.digests, of.sealed))
        } else {
            let lost = format!("{} cannot be verified and {} cannot be decrypted", of.digests, of.sealed);
            (Health::Warning, format!("master key {version} is not in the file: {lost}"))
        };
        report.say(health, &format!("tokens: {text}"));
    }
    let unbound = count_unbound_digests(conn)?;
    if unbound > 0 {
        let text = format!("stored in the format of an earlier version until they are next presented: {unbound}");
        report.say(Health::Ok, &format!("tokens: {text}"));
    }
    if let Some(masters) = masters {
        let (good, all) = sample(conn, masters)?;
        let health = if good == all { Health::Ok } else { Health::Fault };
        report.say(health, &format!("tokens: {good} of {all} stored tokens in the sample could be decrypted"));
    }
    examine_audit_log(conn, report)?;
    examine_default_organization(conn, config, report)?;
    examine_clock(conn, report)
}

/// What the daily verification found. A new one might take long: `latchkey audit verify`.
fn examine_audit_log(conn: &mut Conn, report: &mut Report) -> Result<(), app::Error> {
    let verifications = app::audit_chain::list_verifications(conn)?;
    for (organization, last) in &verifications {
        let (health, outcome) = match &last.fault {
            Some(fault) => (Health::Fault, format!("not intact: {fault}")),
            None => (Health::Ok, format!("intact up to event {}", last.number)),
        };
        report.say(health, &format!("audit log: {organization}, verified at {}: {outcome}", last.at));
    }
    if verifications.is_empty() {
        report.say(Health::Ok, "audit log: it has not been verified yet; a server that runs does it once a day");
    }
    Ok(())
}

/// The default organization matters only if there may be several.
fn examine_default_organization(conn: &mut Conn, config: &Config, report: &mut Report) -> Result<(), app::Error> {
    let organizations = app::organizations::list(conn)?;
    let default = organizations.iter().find(|organization| organization.is_default);
    let may_be_several = organizations.len() > 1 || config.registration == Registration::Open;
    match default {
        Some(default) if may_be_several => {
            let why = if organizations.len() > 1 { "there are several organizations" } else { "registration is open" };
            let text = format!(
                "verification: {why}, and a service that names no organization accepts keys of {} only. Name an \
                 organization in every service, then run latchkey organization default none",
                default.id
            );
            report.say(Health::Warning, &text);
        }
        Some(default) => report.say(Health::Ok, &format!("verification: keys of {} are accepted", default.id)),
        None => report.say(Health::Ok, "verification: services must name the organization whose keys they accept"),
    }
    Ok(())
}

fn examine_clock(conn: &mut Conn, report: &mut Report) -> Result<(), app::Error> {
    let now = Surroundings::of_this_machine().clock.now();
    let ahead = |other: Option<Timestamp>| other.is_some_and(|other| other.since(now) > TOLERANCE);
    let of_database = diagnosis::clock(conn)?;
    let latest = diagnosis::latest_instant(conn)?;
    if now < Timestamp::from(NO_EARLIER) {
        report.say(Health::Fault, &format!("clock: {now} cannot be right: set this machine's clock"));
    } else if ahead(of_database) || of_database.is_some_and(|other| now.since(other) > TOLERANCE) {
        report.say(Health::Warning, "clock: this machine and the database server differ by more than 30 seconds");
    } else if ahead(latest) {
        report.say(
            Health::Warning,
            "clock: the database contains times in the future: was this machine's clock set back?",
        );
    } else {
        report.say(Health::Ok, &format!("clock: {now}"));
    }
    Ok(())
}
