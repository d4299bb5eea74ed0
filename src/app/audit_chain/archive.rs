//! Moves old events to a file that can be verified on its own.
//!
//! The file has one JSON object a line: the header, the canonical form of each event, and the signed statement. The
//! SHA-256 of an event's line is its hash, which stands in the next line as `previous`, and after the last event in the
//! statement.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::verification::{PAGE, first_difference};
use crate::{
    app::{Context, Error},
    domain::{
        Actor, OrganizationEvent, OrganizationId, Timestamp,
        audit::OrganizationSubject,
        audit::chain::{
            ChainEnd, ChainHash, FoundEvent, StoredEvent,
            fault::ChainFault,
            statement::{Archive, AuditPublicKey, Checkpoint, Signed},
            walk::{Inquiry, Suspect, Walk},
        },
    },
    store::{
        Conn,
        audit_chain::{
            archives,
            reading::{self, Place},
        },
    },
};

/// Events that are deleted in one transaction.
const BATCH: i64 = 2_000;
const FORMAT: &str = "latchkey-audit-archive-1";

/// The first line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    archive: String,
    pub organization_id: OrganizationId,
    pub first: i64,
    pub last: i64,
    /// The hash of the event before the first.
    pub previous: ChainHash,
}

/// The last line of a file.
#[derive(Serialize, Deserialize)]
struct Footer {
    statement: String,
}

/// The events of a file, as its statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    pub archive: Signed<Archive>,
    /// The first fault. None if the file is intact.
    pub fault: Option<ChainFault>,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    #[error("it is not an archive of the audit log")]
    NoArchive,
    #[error("line {0} is not an event")]
    NoEvent(u64),
    #[error("its last line is not a signed statement, or was changed: the end of the file may be missing")]
    NoStatement,
    #[error("its statement is signed with a key that is not trusted: {0}")]
    Untrusted(AuditPublicKey),
}

/// The number of the last event before `date`, if all events up to it are from before, too. None without such an event.
pub fn last_before(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    (start, end): (ChainEnd, ChainEnd),
    date: Timestamp,
) -> Result<Option<i64>, Error> {
    let next = reading::first_number_since(conn, organization_id.as_str(), date.unix_micros())?;
    let last = next.map_or(end.number, |next| next - 1);
    Ok(Some(last).filter(|last| *last > start.number))
}

/// Writes header and events to `file`, and returns the end of the last event. The chain must be intact.
pub fn write_events(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    before: ChainEnd,
    last: i64,
    file: &mut impl Write,
) -> Result<ChainEnd, WriteError> {
    let header = Header {
        archive: FORMAT.to_owned(),
        organization_id: organization_id.clone(),
        first: before.number + 1,
        last,
        previous: before.hash,
    };
    write_line(file, &header)?;
    let mut walk = Walk::from(before);
    let mut place = (before.number + 1, String::new());
    while walk.end.number < last {
        let after = Place { number: place.0, id: &place.1 };
        let limit = PAGE.min(last - walk.end.number);
        let page = reading::list_after(conn, organization_id.as_str(), Some(after), limit).map_err(Error::from)?;
        let mut outcome = Ok(());
        let followed = walk.follow(&page, |found, end| {
            if outcome.is_ok() {
                outcome = writeln!(file, "{}", found.event.canonical(end.number + 1, end.hash));
            }
        });
        outcome?;
        let next = page.last().filter(|_| followed.is_ok()).ok_or(WriteError::Broken)?;
        place = (next.number.unwrap_or_default(), next.event.id.clone());
    }
    Ok(walk.end)
}

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("the file cannot be written: {0}")]
    Write(#[from] io::Error),
    #[error("the chain has changed meanwhile")]
    Broken,
    #[error(transparent)]
    Store(#[from] Error),
}

/// Ends the file.
pub fn write_statement(file: &mut impl Write, statement: &str) -> io::Result<()> {
    write_line(file, &Footer { statement: statement.to_owned() })
}

fn write_line(file: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *file, line)?;
    writeln!(file)
}

/// Deletes a batch of archived events, the first ones first. Returns how many.
pub fn delete_archived(conn: &mut Conn, organization_id: &str) -> Result<usize, Error> {
    let Some(last) = archives::list(conn, organization_id)?.pop() else { return Ok(0) };
    Ok(archives::delete_events(conn, organization_id, last.last_number, BATCH)?)
}

/// Records that the events are in a file. From then on they can be deleted.
pub fn record(conn: &mut Conn, context: &mut Context, archive: &Archive, statement: &str) -> Result<(), Error> {
    archives::insert(conn, archive, statement)?;
    let organization = OrganizationSubject { id: archive.organization_id.clone(), name: None };
    let event = OrganizationEvent::AuditLogArchived { first: archive.before.number + 1, last: archive.end.number };
    context.record(conn, None::<&Actor>, &organization, &event)
}

/// Verifies a file. It is read twice if something is wrong with it.
pub fn verify_file<R: BufRead>(
    mut open: impl FnMut() -> io::Result<R>,
    trusted: &[AuditPublicKey],
    checkpoints: &[Checkpoint],
) -> Result<ArchiveFile, FileError> {
    let mut lines = Lines::open(open()?)?;
    let mut walk = Walk::from(ChainEnd { number: lines.header.first - 1, hash: lines.header.previous });
    let of_file = checkpoints.iter().filter(|checkpoint| checkpoint.organization_id == lines.header.organization_id);
    let checkpoints: Vec<_> = of_file.map(|checkpoint| checkpoint.end).collect();
    let mut rewritten = first_difference(&checkpoints, walk.end);
    let mut suspect: Option<Box<Suspect>> = None;
    let mut next = None;
    while let Some(found) = lines.next_event()? {
        if suspect.is_none() {
            suspect = walk.follow(std::slice::from_ref(&found), |_, _| {}).err();
            rewritten = rewritten.or_else(|| first_difference(&checkpoints, walk.end));
        } else {
            next.get_or_insert(found);
        }
    }
    let (header, archive) = (lines.header.clone(), lines.statement()?);
    if !trusted.contains(&archive.by) {
        return Err(FileError::Untrusted(archive.by));
    }
    let Archive { organization_id, before, end, .. } = &archive.statement;
    let is_of_header = (organization_id, before.number + 1, before.hash, end.number)
        == (&header.organization_id, header.first, header.previous, header.last);
    let fault = if let Some(suspect) = suspect {
        let mut inquiry = Inquiry::new(suspect, *before, next, Some(*end));
        let mut lines = Lines::open(open()?)?;
        while let Some(found) = lines.next_event()? {
            inquiry.show(std::slice::from_ref(&found));
        }
        Some(inquiry.finish())
    } else if !is_of_header {
        return Err(FileError::NoArchive);
    } else if end.number > walk.end.number {
        Some(ChainFault::Removed { first: walk.end.number + 1, last: end.number })
    } else {
        let fault = (*end != walk.end).then_some(ChainFault::EndChanged { number: walk.end.number });
        fault.or(rewritten.map(|number| ChainFault::Rewritten { number }))
    };
    Ok(ArchiveFile { archive, fault })
}

/// A line with an event: what its canonical form says.
#[derive(Deserialize)]
struct EventLine {
    #[serde(flatten)]
    event: StoredEvent,
    number: i64,
    previous: ChainHash,
}

/// Reads a file line by line, one event ahead.
struct Lines<R> {
    file: R,
    header: Header,
    number: u64,
    /// The event of the line before, with its own hash if the line is in canonical form.
    ahead: Option<(EventLine, Option<ChainHash>)>,
    footer: Option<String>,
}

impl<R: BufRead> Lines<R> {
    fn open(mut file: R) -> Result<Self, FileError> {
        let mut line = String::new();
        file.read_line(&mut line).map_err(|_| FileError::NoArchive)?;
        let header: Header = serde_json::from_str(&line).map_err(|_| FileError::NoArchive)?;
        if header.archive != FORMAT {
            return Err(FileError::NoArchive);
        }
        let mut lines = Self { file, header, number: 1, ahead: None, footer: None };
        lines.ahead = lines.read_event()?;
        Ok(lines)
    }

    fn read_event(&mut self) -> Result<Option<(EventLine, Option<ChainHash>)>, FileError> {
        let mut line = String::new();
        if self.file.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let line = line.trim_end_matches('\n');
        if let Ok(Footer { statement }) = serde_json::from_str(line) {
            self.footer = Some(statement);
            return Ok(None);
        }
        let event: EventLine = serde_json::from_str(line).map_err(|_| FileError::NoEvent(self.number))?;
        let is_canonical = event.event.canonical(event.number, event.previous) == line;
        let hash = is_canonical.then(|| event.event.hash(event.number, event.previous));
        Ok(Some((event, hash)))
    }

    /// The hash of an event is what the line after it says, if that is the next event.
    fn next_event(&mut self) -> Result<Option<FoundEvent>, FileError> {
        let Some((line, own)) = self.ahead.take() else { return Ok(None) };
        self.ahead = self.read_event()?;
        let said =
            self.ahead.as_ref().filter(|(next, _)| next.number == line.number + 1).map(|(next, _)| next.previous);
        let hash = own.map(|own| said.unwrap_or(own).to_string());
        Ok(Some(FoundEvent { event: line.event, number: Some(line.number), hash }))
    }

    /// Must be the last line.
    fn statement(mut self) -> Result<Signed<Archive>, FileError> {
        let footer = self.footer.take().ok_or(FileError::NoStatement)?;
        let mut rest = String::new();
        let is_last = self.file.read_line(&mut rest)? == 0;
        let signed = Archive::read(&footer).map_err(|_| FileError::NoStatement)?;
        if is_last { Ok(signed) } else { Err(FileError::NoStatement) }
    }
}
