//! Verifies a chain: reads all its events, page by page, and stops at the first fault.

use std::{sync::mpsc, thread};

use crate::{
    app::Error,
    domain::audit::chain::{
        ChainEnd, FoundEvent,
        fault::ChainFault,
        statement::{Archive, AuditPublicKey, Checkpoint},
        walk::{Inquiry, Suspect, Walk},
    },
    store::{
        self, Conn,
        audit_chain::{
            archives::{self, FoundArchive},
            reading::{self, Place},
        },
    },
};

/// Events that are read at once.
pub(super) const PAGE: i64 = 1_000;
/// Pages that wait for their hashes.
const PAGES: usize = 2;

/// The outcome of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The end of the archived events. What follows was verified.
    pub start: ChainEnd,
    /// The last event that fits.
    pub end: ChainEnd,
    /// The first fault. None if the chain is intact.
    pub fault: Option<ChainFault>,
    /// The numbers of checkpoints that only an archive can be compared with.
    pub archived_checkpoints: Vec<i64>,
}

/// Verifies the chain of an organization. `trusted` are the keys whose signatures count; signatures of the checkpoints
/// must have been checked already.
pub fn verify(
    conn: &mut Conn,
    organization_id: &str,
    trusted: &[AuditPublicKey],
    checkpoints: &[Checkpoint],
) -> Result<Verification, Error> {
    loop {
        let archives = archives::list(conn, organization_id)?;
        let verification = Verifier::new(conn, organization_id, checkpoints).verify(&archives, trusted)?;
        // Events that were archived in the meantime are not missing.
        if verification.fault.is_none() || archives::list(conn, organization_id)? == archives {
            return Ok(verification);
        }
    }
}

struct Verifier<'a> {
    conn: &'a mut Conn,
    organization_id: &'a str,
    start: ChainEnd,
    walk: Walk,
    /// Number and id of the last event that was followed.
    place: (i64, String),
    checkpoints: Vec<ChainEnd>,
    /// The number of the first checkpoint that does not agree.
    rewritten: Option<i64>,
}

/// Follows every id.
const LAST_ID: &str = "\u{10FFFF}";

impl<'a> Verifier<'a> {
    fn new(conn: &'a mut Conn, organization_id: &'a str, checkpoints: &[Checkpoint]) -> Self {
        let of_chain = checkpoints.iter().filter(|checkpoint| checkpoint.organization_id.as_str() == organization_id);
        Self {
            conn,
            organization_id,
            start: ChainEnd::START,
            walk: Walk::from(ChainEnd::START),
            place: (0, String::new()),
            checkpoints: of_chain.map(|checkpoint| checkpoint.end).collect(),
            rewritten: None,
        }
    }

    fn verify(mut self, archives: &[FoundArchive], trusted: &[AuditPublicKey]) -> Result<Verification, Error> {
        let fault = match archives.iter().find_map(|archive| self.follow_archive(archive, trusted).err()) {
            Some(fault) => Some(fault),
            None => self.find_fault()?,
        };
        let (start, end) = (self.start, self.walk.end);
        let numbers = self.checkpoints.iter().map(|checkpoint| checkpoint.number);
        let archived_checkpoints = numbers.filter(|number| *number < start.number).collect();
        Ok(Verification { start, end, fault, archived_checkpoints })
    }

    fn find_fault(&mut self) -> Result<Option<ChainFault>, Error> {
        self.start = self.walk.end;
        self.place = (self.start.number, LAST_ID.to_owned());
        self.rewritten = first_difference(&self.checkpoints, self.start);
        let fault = match self.find_archived()? {
            Some(fault) => Some(fault),
            None => self.follow_events()?,
        };
        let missed = self.checkpoints.iter().map(|checkpoint| checkpoint.number).find(|it| *it > self.walk.end.number);
        Ok(fault.or(self.rewritten.or(missed).map(|number| ChainFault::Rewritten { number })))
    }

    fn follow_archive(&mut self, found: &FoundArchive, trusted: &[AuditPublicKey]) -> Result<(), ChainFault> {
        let forged = ChainFault::ArchiveForged { first: found.first_number, last: found.last_number };
        let signed = Archive::read(&found.statement).ok().filter(|signed| trusted.contains(&signed.by));
        let Some(Archive { organization_id, before, end, .. }) = signed.map(|signed| signed.statement) else {
            return Err(forged);
        };
        let is_of_row = organization_id.as_str() == self.organization_id
            && (before.number + 1, end.number) == (found.first_number, found.last_number);
        if !is_of_row || end.number <= before.number {
            Err(forged)
        } else if before.number > self.walk.end.number {
            Err(ChainFault::Removed { first: self.walk.end.number + 1, last: before.number })
        } else if before == self.walk.end {
            self.walk.end = end;
            Ok(())
        } else {
            Err(forged)
        }
    }

    /// An event with a number from before the start.
    fn find_archived(&mut self) -> Result<Option<ChainFault>, Error> {
        let first = reading::list_after(self.conn, self.organization_id, None, 1)?.pop();
        if let Some(found) = first.clone().filter(|first| first.number < Some(1)) {
            let suspect = Suspect { found, end: ChainEnd::START, id_before: String::new() };
            return self.inquire(Box::new(suspect)).map(Some);
        }
        Ok(match first.and_then(|first| Some((first.number?, first.event.id))) {
            Some((number, id)) if number <= self.start.number => Some(ChainFault::Archived { number, id }),
            _ => None,
        })
    }

    /// Up to the recorded end, which moves as long as others write.
    fn follow_events(&mut self) -> Result<Option<ChainFault>, Error> {
        loop {
            if let Err(suspect) = self.follow_pages()? {
                return self.inquire(suspect).map(Some);
            }
            // Read after the events, so it is not before any of them.
            let recorded = reading::find_end(self.conn, self.organization_id)?;
            let is_behind = recorded.is_some_and(|recorded| recorded.number > self.walk.end.number);
            if !(is_behind && self.next_page(1)?.is_some()) {
                return self.compare_ends(recorded);
            }
        }
    }

    fn next_page(&mut self, limit: i64) -> Result<Option<Vec<FoundEvent>>, Error> {
        let place = Place { number: self.place.0, id: &self.place.1 };
        let page = reading::list_after(self.conn, self.organization_id, Some(place), limit)?;
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    /// Reads pages while another thread hashes those before.
    fn follow_pages(&mut self) -> Result<Result<(), Box<Suspect>>, Error> {
        let Self { conn, organization_id, walk, place, checkpoints, rewritten, .. } = self;
        thread::scope(|scope| {
            let (sender, pages) = mpsc::sync_channel::<Vec<FoundEvent>>(PAGES);
            let walking = scope.spawn(move || {
                pages.into_iter().try_for_each(|page| {
                    walk.follow(&page, |_, before| note_difference(checkpoints, before, rewritten))?;
                    note_difference(checkpoints, walk.end, rewritten);
                    Ok(())
                })
            });
            loop {
                let after = Place { number: place.0, id: &place.1 };
                let page = reading::list_after(conn, organization_id, Some(after), PAGE)?;
                let Some(last) = page.last() else { break };
                *place = (last.number.unwrap_or_default(), last.event.id.clone());
                // The other thread has met an event that does not fit.
                if sender.send(page).is_err() {
                    break;
                }
            }
            drop(sender);
            walking.join().map_err(|_| store::Error::Panicked.into())
        })
    }

    fn inquire(&mut self, suspect: Box<Suspect>) -> Result<ChainFault, Error> {
        let place = Place { number: suspect.found.number.unwrap_or_default(), id: &suspect.found.event.id };
        let next = reading::list_after(self.conn, self.organization_id, Some(place), 1)?.pop();
        let recorded = reading::find_end(self.conn, self.organization_id)?;
        let mut inquiry = Inquiry::new(suspect, self.start, next, recorded);
        self.place = (i64::MIN, String::new());
        while let Some(page) = self.next_page(PAGE)? {
            inquiry.show(&page);
            if let Some(last) = page.last() {
                self.place = (last.number.unwrap_or_default(), last.event.id.clone());
            }
        }
        let mut after = String::new();
        loop {
            let page = reading::list_without_number(self.conn, self.organization_id, &after, PAGE)?;
            let Some(last) = page.last() else { return Ok(inquiry.finish()) };
            after.clone_from(&last.event.id);
            inquiry.show(&page);
        }
    }

    /// After the last event that fits: it should be the recorded end, and there should be no event without a number.
    fn compare_ends(&mut self, recorded: Option<ChainEnd>) -> Result<Option<ChainFault>, Error> {
        let walked = self.walk.end;
        let without_number = reading::list_without_number(self.conn, self.organization_id, "", PAGE)?;
        let Some(recorded) = recorded else {
            let is_empty = walked == ChainEnd::START && without_number.is_empty();
            return Ok((!is_empty).then_some(ChainFault::EndChanged { number: walked.number }));
        };
        if recorded.number > walked.number {
            let number = walked.number + 1;
            let is_last = |found: &&FoundEvent| found.event.hash(number, walked.hash) == recorded.hash;
            // It may have lost its number only.
            return Ok(Some(match without_number.iter().find(is_last) {
                Some(found) => ChainFault::Reordered { number, id: found.event.id.clone() },
                None => ChainFault::Removed { first: number, last: recorded.number },
            }));
        }
        if recorded.number < walked.number {
            let after = Place { number: recorded.number, id: LAST_ID };
            let beyond = reading::list_after(self.conn, self.organization_id, Some(after), 1)?.pop();
            return Ok(beyond.map(|found| ChainFault::Inserted { number: found.number, id: found.event.id }));
        }
        if recorded != walked {
            return Ok(Some(ChainFault::EndChanged { number: walked.number }));
        }
        let stray = without_number.into_iter().next();
        Ok(stray.map(|found| ChainFault::Inserted { number: None, id: found.event.id }))
    }
}

fn note_difference(checkpoints: &[ChainEnd], end: ChainEnd, rewritten: &mut Option<i64>) {
    if !checkpoints.is_empty() && rewritten.is_none() {
        *rewritten = first_difference(checkpoints, end);
    }
}

/// The number of the checkpoint at this place, if it has another hash.
pub(super) fn first_difference(checkpoints: &[ChainEnd], end: ChainEnd) -> Option<i64> {
    let differs = |checkpoint: &&ChainEnd| checkpoint.number == end.number && checkpoint.hash != end.hash;
    checkpoints.iter().find(differs).map(|checkpoint| checkpoint.number)
}
