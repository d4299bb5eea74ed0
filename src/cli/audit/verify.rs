//! `latchkey audit verify`.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Serialize;

use super::{named_organization, open_to_read, output};
use crate::{
    app::{
        self,
        audit_chain::{Verification, archive},
    },
    config::{Config, Options, secret_key},
    domain::audit::chain::{
        fault::ChainFault,
        statement::{AuditPublicKey, Checkpoint},
    },
    store::{self, audit_chain::reading},
};

/// The exit code if a chain is not intact. 1 means that it is not known.
const NOT_INTACT: u8 = 3;

#[derive(Debug, Args)]
pub struct Verify {
    /// Name or ID of the organization; all by default
    #[arg(long)]
    organization: Option<String>,
    /// A line that `audit checkpoint` printed: finds a chain that was rewritten as a whole
    #[arg(long, value_name = "LINE")]
    checkpoint: Vec<String>,
    /// A file with such lines
    #[arg(long, value_name = "FILE")]
    checkpoint_file: Vec<PathBuf>,
    /// A file that `audit archive` wrote: verifies this file, without the database
    #[arg(long, value_name = "FILE", conflicts_with = "organization")]
    archive: Option<PathBuf>,
    /// Trust signatures with this key, too, for example if its master key is no longer in the secret key file
    #[arg(long, value_name = "HEX")]
    public_key: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: Options,
}

/// What was verified: a chain, or a file.
#[derive(Serialize)]
struct Verified {
    organization_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    first_number: i64,
    last_number: i64,
    last_hash: String,
    intact: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<ChainFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The numbers of checkpoints that were not compared, since their events are archived.
    archived_checkpoints: Vec<i64>,
}

pub(super) fn run(verify: Verify) -> anyhow::Result<ExitCode> {
    let is_json = verify.json;
    let config = verify.options.check()?;
    let trusted = trusted_keys(&config, &verify.public_key)?;
    let checkpoints = read_checkpoints(&verify.checkpoint, &verify.checkpoint_file, &trusted)?;
    let verified = match &verify.archive {
        Some(path) => vec![verify_file(path, &trusted, &checkpoints)?],
        None => verify_chains(&config, verify.organization.as_deref(), &trusted, &checkpoints)?,
    };
    let text = if is_json { serde_json::to_string_pretty(&verified)? } else { describe(&verified) };
    output::print(text)?;
    Ok(if verified.iter().all(|one| one.intact) { ExitCode::SUCCESS } else { ExitCode::from(NOT_INTACT) })
}

fn trusted_keys(config: &Config, given: &[String]) -> anyhow::Result<Vec<AuditPublicKey>> {
    let masters = secret_key::load(&config.secret_key_file)?;
    let mut trusted = masters.as_ref().map(AuditPublicKey::all_of).unwrap_or_default();
    for key in given {
        trusted.push(AuditPublicKey::parse(key).with_context(|| format!("--public-key {key} is not 64 hex digits"))?);
    }
    Ok(trusted)
}

fn read_checkpoints(
    lines: &[String],
    files: &[PathBuf],
    trusted: &[AuditPublicKey],
) -> anyhow::Result<Vec<Checkpoint>> {
    let mut all = lines.to_vec();
    for path in files {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        all.extend(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
    }
    let read = |line: &String| {
        let signed = Checkpoint::read(line).with_context(|| format!("the checkpoint “{line}” cannot be used"))?;
        if !trusted.contains(&signed.by) {
            bail!(
                "the checkpoint of event {} is signed with another key than those of the secret key file. If you trust \
                 it, add --public-key {}",
                signed.statement.end.number,
                signed.by
            );
        }
        Ok(signed.statement)
    };
    all.iter().map(read).collect()
}

fn verify_chains(
    config: &Config,
    wanted: Option<&str>,
    trusted: &[AuditPublicKey],
    checkpoints: &[Checkpoint],
) -> anyhow::Result<Vec<Verified>> {
    let pool = open_to_read(config)?;
    pool.read(|conn| {
        let names = store::organizations::list(conn)?;
        let ids = match wanted {
            Some(_) => vec![named_organization::find(conn, wanted)?.0.to_string()],
            None => reading::list_organizations(conn)?,
        };
        let mut verified = Vec::new();
        for id in ids {
            let name = names.iter().find(|(known, _)| known.as_str() == id).map(|(_, name)| name.clone());
            let verification = app::audit_chain::verify(conn, &id, trusted, checkpoints)?;
            verified.push(Verified::chain(id, name, verification));
        }
        let strangers = checkpoints.iter().map(|checkpoint| &checkpoint.organization_id);
        match strangers.into_iter().find(|id| !verified.iter().any(|one| one.organization_id == id.as_str())) {
            Some(id) if wanted.is_none() => bail!("there is no event of {id}, of which a checkpoint was given"),
            _ => Ok(verified),
        }
    })
}

fn verify_file(path: &Path, trusted: &[AuditPublicKey], checkpoints: &[Checkpoint]) -> anyhow::Result<Verified> {
    let open = || Ok(BufReader::with_capacity(1 << 16, File::open(path)?));
    let file = archive::verify_file(open, trusted, checkpoints)
        .with_context(|| format!("the archive {} was not verified", path.display()))?;
    let archive = file.archive.statement;
    Ok(Verified {
        organization_id: archive.organization_id.to_string(),
        name: None,
        first_number: archive.before.number + 1,
        last_number: archive.end.number,
        last_hash: archive.end.hash.to_string(),
        intact: file.fault.is_none(),
        message: file.fault.as_ref().map(ToString::to_string),
        fault: file.fault,
        archived_checkpoints: Vec::new(),
    })
}

impl Verified {
    fn chain(organization_id: String, name: Option<String>, verification: Verification) -> Self {
        let Verification { start, end, fault, archived_checkpoints } = verification;
        Self {
            organization_id,
            name,
            first_number: start.number + 1,
            last_number: end.number,
            last_hash: end.hash.to_string(),
            intact: fault.is_none(),
            message: fault.as_ref().map(ToString::to_string),
            fault,
            archived_checkpoints,
        }
    }
}

fn describe(verified: &[Verified]) -> String {
    let mut text = String::new();
    for one in verified {
        let name = one
            .name
            .as_ref()
            .map_or_else(|| one.organization_id.clone(), |name| format!("{} {name}", one.organization_id));
        let outcome = match &one.message {
            Some(message) => format!("NOT INTACT: {message}"),
            None if one.last_number < one.first_number => "intact, no events".to_owned(),
            None => format!("intact, events {} to {}", one.first_number, one.last_number),
        };
        let _ = writeln!(text, "{name}: {outcome}");
        for number in &one.archived_checkpoints {
            let _ = writeln!(
                text,
                "  The checkpoint of event {number} was not compared: verify the archive of that event with it."
            );
        }
    }
    text.trim_end().to_owned()
}
