//! `latchkey audit archive`.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Args;
use time::{Date, macros::format_description};

use super::{load_masters, named_organization, operator, output};
use crate::{
    app::{self, audit_chain::archive},
    config::Options,
    domain::{
        OrganizationId, Timestamp,
        audit::chain::{
            ChainEnd,
            fault::ChainFault,
            statement::{self, AuditPublicKey, AuditSigningKey},
        },
    },
    server::{open_database, prepare_files},
    store::{self, Pool},
};

#[derive(Debug, Args)]
pub struct ArchiveArguments {
    /// The first day whose events stay, UTC, as YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    before: String,
    /// A new file, one JSON object a line
    file: PathBuf,
    /// Name or ID of the organization; needed only if there are several
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    options: Options,
}

pub(super) fn run(arguments: ArchiveArguments) -> anyhow::Result<()> {
    let ArchiveArguments { before, file, organization, options } = arguments;
    let date = Date::parse(&before, format_description!("[year]-[month]-[day]"));
    let date = Timestamp::start_of(date.with_context(|| format!("--before {before} is not a date as YYYY-MM-DD"))?);
    if file.exists() {
        bail!("{} exists: name a new file", file.display());
    }
    let config = options.check()?;
    prepare_files(&config)?;
    let pool = open_database(&config)?;
    let masters = load_masters(&config)?;
    let (id, name) = pool.read(|conn| named_organization::find(conn, organization.as_deref()))?;
    let trusted = AuditPublicKey::all_of(&masters);
    let verification = pool.read(|conn| app::audit_chain::verify(conn, id.as_str(), &trusted, &[]))?;
    // Found only if every archive is signed with a key of this server: what a forged one names must not be deleted.
    if let Some(ChainFault::Archived { .. }) = verification.fault {
        delete_archived(&pool, &id)?;
    }
    let job = ArchiveJob { pool: &pool, id: &id, key: AuditSigningKey::derive(masters.present()), file: &file };
    let Some((start, last)) = job.plan(date, &trusted)? else {
        return Ok(output::print(format_args!("{name} has no events from before {before}. Nothing was changed."))?);
    };
    if config.audit_stream.is_some() {
        refuse_unstreamed(&pool, &id, last)?;
    }
    let archive = job.write(start, last)?;
    delete_archived(&pool, &id)?;
    Ok(output::print(format_args!(
        "Events {} to {last} of {name} are in {} and no longer in the database. Back the file up: without it they are \
         lost. latchkey audit verify --archive verifies it.",
        archive.before.number + 1,
        file.display()
    ))?)
}

/// The stream reads the database, so events that it has not reached would never be streamed.
fn refuse_unstreamed(pool: &Pool, id: &OrganizationId, last: i64) -> anyhow::Result<()> {
    let streamed = pool.read(|conn| app::audit_stream::last_streamed(conn, id))?;
    if streamed < last {
        bail!(
            "events up to {last} would be archived, but they are streamed only up to {streamed}: start a server with \
             LATCHKEY_AUDIT_STREAM, and try again when it has caught up. Nothing was changed"
        );
    }
    Ok(())
}

/// In many transactions, so that others do not wait long.
fn delete_archived(pool: &Pool, id: &OrganizationId) -> anyhow::Result<()> {
    while pool.write(|conn| archive::delete_archived(conn, id.as_str()))? > 0 {}
    Ok(())
}

struct ArchiveJob<'a> {
    pool: &'a Pool,
    id: &'a OrganizationId,
    key: AuditSigningKey,
    file: &'a Path,
}

impl ArchiveJob<'_> {
    /// The end of what is archived already, and the number of the last event to archive.
    fn plan(&self, date: Timestamp, trusted: &[AuditPublicKey]) -> anyhow::Result<Option<(ChainEnd, i64)>> {
        self.pool.read(|conn| {
            let verification = app::audit_chain::verify(conn, self.id.as_str(), trusted, &[])?;
            if let Some(fault) = verification.fault {
                bail!("the audit log is not intact, so nothing was archived: {fault}");
            }
            let last = archive::last_before(conn, self.id, (verification.start, verification.end), date)?;
            Ok(last.map(|last| (verification.start, last)))
        })
    }

    /// Writes the file, reads it again, and records it. From then on the events can be deleted.
    fn write(&self, before: ChainEnd, last: i64) -> anyhow::Result<statement::Archive> {
        let shown = self.file.display();
        let directory = self.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(directory).with_context(|| format!("{shown} cannot be created"))?;
        let mut writer = BufWriter::with_capacity(1 << 16, file);
        let end = self.pool.read(|conn| -> anyhow::Result<_> {
            Ok(archive::write_events(conn, self.id, before, last, &mut writer)?)
        })?;
        let mut context = operator::context("audit archive");
        let archive = statement::Archive { organization_id: self.id.clone(), before, end, at: context.now };
        let statement = archive.sign(&self.key);
        let failed = || format!("{shown} cannot be written");
        archive::write_statement(&mut writer, &statement).with_context(failed)?;
        writer.flush().with_context(failed)?;
        let file = writer.into_inner().with_context(failed)?;
        file.as_file().sync_all().with_context(failed)?;
        file.persist_noclobber(self.file).with_context(failed)?;
        let open = || Ok(BufReader::new(File::open(self.file)?));
        let written = archive::verify_file(open, &[self.key.public()], &[]).with_context(failed)?;
        if let Some(fault) = written.fault {
            bail!("{shown} was not written as it should be, so nothing was deleted: {fault}");
        }
        let recorded = self.pool.write(|conn| archive::record(conn, &mut context, &archive, &statement));
        match recorded {
            Err(app::Error::Store(store::Error::Duplicate)) => {
                bail!("somebody else has archived these events at the same time: delete {shown}")
            }
            other => other.with_context(|| format!("nothing was deleted: delete {shown}"))?,
        }
        Ok(archive)
    }
}
