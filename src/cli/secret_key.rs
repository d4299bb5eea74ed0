//! `latchkey secret-key`: lists master keys, rotates them, and replaces lost ones.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::{operator, output};
use crate::{
    app::{
        self,
        master_keys::{Dependents, Misfit},
    },
    config::{Config, Options, secret_key},
    domain::{ApiKeyTokenId, MasterKey, MasterKeys, TokenKeys, audit::chain::statement::AuditSigningKey},
    server::{self, Surroundings, master_keys, open_database},
    store::{self, Pool},
};

#[derive(Debug, Subcommand)]
pub enum SecretKeyCommand {
    /// Show the master keys and how many tokens depend on each
    Status {
        #[command(flatten)]
        options: Options,
    },
    /// Create a new master key and retire the current one; all tokens keep working
    Rotate {
        #[command(flatten)]
        options: Options,
    },
    /// Remove retired master keys that nothing depends on
    ForgetRetired {
        #[command(flatten)]
        options: Options,
    },
    /// Create a new master key if the current one is lost; earlier tokens no longer verify and cannot be viewed
    Replace {
        /// Confirm that tokens which depend on the lost master key stop working
        #[arg(long)]
        accept_loss: bool,
        #[command(flatten)]
        options: Options,
    },
}

pub fn run(command: SecretKeyCommand) -> anyhow::Result<()> {
    match command {
        SecretKeyCommand::Status { options } => status(&options.check()?),
        SecretKeyCommand::Rotate { options } => rotate(&options.check()?),
        SecretKeyCommand::ForgetRetired { options } => forget_retired(&options.check()?),
        SecretKeyCommand::Replace { accept_loss, options } => replace(&options.check()?, accept_loss),
    }
}

fn status(config: &Config) -> anyhow::Result<()> {
    let pool = open(config)?;
    let masters = master_keys::load_existing(config, &pool)?;
    let dependents = pool.read(app::master_keys::list_dependents)?;
    let there = masters.all().map(|key| {
        let role = if key.version() == masters.present().version() { "current" } else { "retired" };
        format!("Master key {}, {role}: {}.", key.version(), counted(&dependents, key.version()))
    });
    let lost = dependents.keys().filter(|version| masters.all().all(|key| key.version() != **version));
    let lost =
        lost.map(|version| format!("Master key {version}, lost: {}.", self::describe_loss(&dependents, *version)));
    Ok(output::print(there.chain(lost).collect::<Vec<_>>().join("\n"))?)
}

fn rotate(config: &Config) -> anyhow::Result<()> {
    let pool = open(config)?;
    let path = &config.secret_key_file;
    let _lock = secret_key::lock(path)?;
    let before = master_keys::load_existing(config, &pool)?;
    let mut context = operator::context("secret-key rotate");
    let known = pool.read(app::master_keys::newest_version)?;
    let masters = before.rotated(known.unwrap_or_default(), &mut context.rng);
    let previous = before.present().version();
    // Before the database is changed: a file on a read-only mount cannot be replaced.
    let replacement = secret_key::Replacement::prepare(path, &masters)?;

    // First, so that of two machines that rotate at once only one succeeds.
    let claimed = pool.write(|conn| app::master_keys::claim(conn, &mut context, &masters, previous));
    if let Err(app::Error::Store(store::Error::Duplicate)) = claimed {
        bail!(
            "another command is rotating the master key right now: if it runs on another machine, copy the file from \
             there"
        );
    }
    claimed?;
    if let Err(error) = replacement.install() {
        pool.write(|conn| app::master_keys::release(conn, &mut context, masters.present()))?;
        return Err(error.into());
    }
    // The work is complete before anything is printed, so a print error leaves nothing half done.
    let (sealed, damaged) = reseal(&pool, &TokenKeys::derive(&masters))?;
    let dependents = pool.read(app::master_keys::list_dependents)?;
    let digests: i64 =
        masters.retired().iter().filter_map(|key| dependents.get(&key.version())).map(|of| of.digests).sum();
    let mut report = format!(
        "Master key {} is now the current one. The previous one is retired and stays in the file.\nStored tokens \
         encrypted again: {sealed}.\n",
        masters.present().version()
    );
    if damaged > 0 {
        let _ = writeln!(report, "Stored tokens that could not be decrypted and were left unchanged: {damaged}.");
    }
    let _ = write!(
        report,
        "Tokens whose digests depend on retired master keys: {digests}. Each gets a new digest when it is next \
         presented.\n\
         Servers that read this file load it automatically; copy it to servers with their own file. When a server \
         restarts, its sessions end and people sign in again. Back up {}.",
        path.display()
    );
    Ok(output::print(report)?)
}

/// Returns how many were resealed, and how many do not open.
fn reseal(pool: &Pool, keys: &TokenKeys) -> anyhow::Result<(usize, usize)> {
    let rng = Surroundings::of_this_machine().rng;
    let (mut sealed, mut damaged) = (0, 0);
    let mut last: Option<ApiKeyTokenId> = None;
    loop {
        let batch = pool.write(|conn| app::master_keys::reseal(conn, keys, last.as_ref(), &mut rng()))?;
        sealed += batch.done;
        damaged += batch.damaged;
        last = batch.last;
        if last.is_none() {
            return Ok((sealed, damaged));
        }
    }
}

fn forget_retired(config: &Config) -> anyhow::Result<()> {
    let pool = open(config)?;
    let _lock = secret_key::lock(&config.secret_key_file)?;
    let before = master_keys::load_existing(config, &pool)?;
    let dependents = pool.read(app::master_keys::list_dependents)?;
    let signers = pool.read(app::audit_chain::list_signers)?;
    let has_signed = |key: &MasterKey| signers.contains(&AuditSigningKey::derive(key).public());
    let signed: Vec<_> = before.retired().iter().filter(|key| has_signed(key)).map(MasterKey::version).collect();
    let masters = before.forget_retired(|version| dependents.contains_key(&version) || signed.contains(&version));
    let is_kept = |version: i32| masters.retired().iter().any(|kept| kept.version() == version);
    let forgotten = before.retired().iter().map(MasterKey::version).filter(|version| !is_kept(*version));
    let forgotten: Vec<_> = forgotten.collect();
    if !forgotten.is_empty() {
        let mut context = operator::context("secret-key forget-retired");
        // In the transaction of the event, so that there is no event if the file cannot be written.
        pool.write(|conn| -> anyhow::Result<()> {
            app::master_keys::record_forgotten(conn, &mut context, forgotten.clone())?;
            Ok(secret_key::replace(&config.secret_key_file, &masters)?)
        })?;
    }
    let removed = |version: &i32| format!("Removed master key {version}: nothing depended on it.");
    let mut report: Vec<_> = forgotten.iter().map(removed).collect();
    if before.retired().is_empty() {
        report.push("There are no retired master keys.".to_owned());
    }
    if !report.is_empty() {
        output::print(report.join("\n"))?;
    }
    let kept = masters.retired().iter().map(|key| {
        let version = key.version();
        let needed = counted(&dependents, version);
        let archives =
            if signed.contains(&version) { ", and its signature is on archives of the audit log" } else { "" };
        format!("master key {version} is still needed: {needed}{archives}")
    });
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() { Ok(()) } else { bail!("{}", kept.join("\n")) }
}

fn replace(config: &Config, accept_loss: bool) -> anyhow::Result<()> {
    let pool = open(config)?;
    let path = &config.secret_key_file;
    let _lock = secret_key::lock(path)?;
    let misfit = match master_keys::load_existing(config, &pool) {
        Ok(_) => {
            bail!(
                "the secret key file {} is correct, so there is nothing to replace. To change the master key, run \
                 latchkey secret-key rotate",
                path.display()
            )
        }
        Err(server::Error::MasterKeys(refusal)) => refusal.misfit,
        Err(other) => return Err(other).context("nothing was changed"),
    };
    if !accept_loss {
        bail!(
            "earlier tokens would no longer verify and could not be viewed. If the file cannot be recovered, run this \
             command with --accept-loss"
        );
    }
    let mut context = operator::context("secret-key replace");
    let mut report = String::new();
    let masters = match (misfit, secret_key::load(path)?) {
        (Misfit::KeyMissing(_), Some(masters)) => masters,
        (_, there) => {
            if there.is_some() {
                let aside = secret_key::set_aside(path)?;
                let _ = writeln!(report, "The previous file is kept as {}.", aside.display());
            }
            let newest = pool.read(app::master_keys::newest_version)?;
            secret_key::create(path, &MasterKeys::generate(newest, &mut context.rng))?
        }
    };
    pool.write(|conn| app::master_keys::accept_loss(conn, &mut context, &masters))?;
    let version = masters.present().version();
    let _ = writeln!(
        report,
        "Master key {version} is now the current one. Start the server, and ask people to create new keys."
    );
    let dependents = pool.read(app::master_keys::list_dependents)?;
    for version in dependents.keys().filter(|version| masters.all().all(|key| key.version() != **version)) {
        let _ = writeln!(report, "Master key {version} is lost: {}.", describe_loss(&dependents, *version));
    }
    let path = path.display();
    let _ = write!(
        report,
        "If you recover a lost master key, add its line to {path} below the first line: its tokens then work again."
    );
    Ok(output::print(report)?)
}

fn open(config: &Config) -> anyhow::Result<Pool> {
    server::prepare_files(config)?;
    Ok(open_database(config)?)
}

fn counted(dependents: &BTreeMap<i32, Dependents>, version: i32) -> String {
    let Dependents { digests, sealed } = dependents.get(&version).copied().unwrap_or_default();
    format!("it verifies {} and decrypts {}", tokens(digests), tokens(sealed))
}

fn describe_loss(dependents: &BTreeMap<i32, Dependents>, version: i32) -> String {
    let Dependents { digests, sealed } = dependents.get(&version).copied().unwrap_or_default();
    format!("without it, {} cannot be verified and {} cannot be decrypted", tokens(digests), tokens(sealed))
}

fn tokens(count: i64) -> String {
    if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") }
}
