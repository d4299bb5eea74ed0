//! What can be wrong with a chain.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The first fault of a chain. Its numbers are those of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum ChainFault {
    /// The event does not fit its hash: it was changed, or the one before together with its hash.
    Changed { number: i64, id: String },
    /// Nothing is left of these events.
    Removed { first: i64, last: i64 },
    /// The event does not belong to the chain.
    Inserted { number: Option<i64>, id: String },
    /// The event belongs to the archived events: an archive is being made or was interrupted, or somebody has inserted
    /// the event.
    Archived { number: i64, id: String },
    /// From this number on, events are not where they belong. The event is the first that belongs elsewhere, or the one
    /// that belongs to an empty place.
    Reordered { number: i64, id: String },
    /// No event is wrong, but the end of the chain is recorded otherwise.
    EndChanged { number: i64 },
    /// No event is wrong, but it is not the chain of which a checkpoint was made.
    Rewritten { number: i64 },
    /// These events are missing, and what says that they were archived is not signed with a key of this server.
    ArchiveForged { first: i64, last: i64 },
}

impl ChainFault {
    /// The number of the first event that is wrong. None if it has none.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Inserted { number, .. } => *number,
            Self::Changed { number, .. }
            | Self::Archived { number, .. }
            | Self::Removed { first: number, .. }
            | Self::Reordered { number, .. }
            | Self::EndChanged { number }
            | Self::Rewritten { number }
            | Self::ArchiveForged { first: number, .. } => Some(*number),
        }
    }
}

/// In English, for the command line and the log.
impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { number, id } => {
                write!(f, "event {number} ({id}) was changed, or the one before it together with its hash")
            }
            Self::Removed { first, last } if first == last => write!(f, "event {first} was removed"),
            Self::Removed { first, last } => write!(f, "events {first} to {last} were removed"),
            Self::Inserted { number: Some(number), id } => write!(f, "event {number} ({id}) was inserted"),
            Self::Inserted { number: None, id } => write!(
                f,
                "event {id} was inserted without a number, by hand or by a server of an earlier version. In the latter \
                 case, restart a server"
            ),
            Self::Archived { number, id } => write!(
                f,
                "event {number} ({id}) is there although it was archived: either it was inserted, or latchkey audit archive \
                 was interrupted and has to be run again"
            ),
            Self::Reordered { number, id } => {
                write!(f, "events were reordered from event {number} on, where {id} is not at its place")
            }
            Self::EndChanged { number } => {
                write!(f, "the last event, {number}, was replaced, or the record of the last event was changed")
            }
            Self::Rewritten { number } => {
                write!(f, "event {number} is not the one of the checkpoint: all events from there back were rewritten")
            }
            Self::ArchiveForged { first, last } => write!(
                f,
                "events {first} to {last} are missing, and their archive is not signed with a key of this server"
            ),
        }
    }
}
