//! Exports of lists as files: a thousand rows at a time, and few exports at once.

pub mod format;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Context, Error};
use crate::{
    domain::{Actor, OrganizationId, UserId},
    store::Conn,
};

/// A list that can be exported: its query.
pub trait ExportedList: Clone + Send + Sync + 'static {
    /// The last row that was read.
    type Cursor: Send + Sync + 'static;

    /// How the file's name begins.
    const NAME: &'static str;
    /// The names of the columns, which are the same in every language.
    const COLUMNS: &'static [&'static str];

    /// Authorizes the export, and records it before its first part is sent.
    fn begin(&self, conn: &mut Conn, context: &mut Context, actor: &Actor, format: &str) -> Result<(), Error>;

    /// The rows after `after`, or the first ones. None at the end.
    fn read_chunk(
        &self,
        conn: &mut Conn,
        context: &Context,
        actor: &Actor,
        after: Option<&Self::Cursor>,
    ) -> Result<ExportChunk<Self::Cursor>, Error>;
}

#[derive(Debug)]
pub struct ExportChunk<C> {
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
    pub last: Option<C>,
}

/// What a row has in a column.
#[derive(Debug)]
pub enum Cell {
    Nothing,
    Text(String),
    /// The text of a JSON value. It is written as it is, so that a number keeps all of its digits.
    Json(String),
}

impl<T: Into<String>> From<Option<T>> for Cell {
    fn from(text: Option<T>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.into()))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Json(json) => {
                serde_json::from_str::<&RawValue>(json).map_err(S::Error::custom)?.serialize(serializer)
            }
        }
    }
}

/// Concurrent exports. Each holds a thousand rows as long as its client reads, and costs as much as many pages.
const PER_PERSON: usize = 2;
const PER_ORGANIZATION: usize = 8;
const IN_ALL: usize = 16;

/// The running exports of this server.
#[derive(Clone, Debug)]
pub struct RunningExports {
    running: Arc<Mutex<Vec<RunningExport>>>,
    /// Only one export reads and writes at a time: together they use at most one core, and verification has the others.
    turn: Arc<Semaphore>,
}

#[derive(Debug)]
struct RunningExport {
    user_id: UserId,
    organization_id: OrganizationId,
}

/// Permission to export, until it is dropped.
#[derive(Debug)]
pub struct ExportPermit {
    running: RunningExports,
    user_id: UserId,
}

impl Default for RunningExports {
    fn default() -> Self {
        Self { running: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl RunningExports {
    /// Waits until this export may make its next part. The turn ends when the result is dropped.
    pub async fn wait_for_turn(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        self.turn.clone().acquire_owned().await.ok()
    }

    /// Fails if the person, the organization or the server has reached its limit.
    pub fn permit(&self, actor: &Actor) -> Result<ExportPermit, Error> {
        let mut running = self.lock();
        let of_person = running.iter().filter(|export| export.user_id == actor.person.id).count();
        let of_organization =
            running.iter().filter(|export| export.organization_id == actor.person.organization_id).count();
        if of_person >= PER_PERSON || of_organization >= PER_ORGANIZATION || running.len() >= IN_ALL {
            return Err(Error::TooManyExports);
        }
        let (user_id, organization_id) = (actor.person.id.clone(), actor.person.organization_id.clone());
        running.push(RunningExport { user_id: user_id.clone(), organization_id });
        Ok(ExportPermit { running: self.clone(), user_id })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RunningExport>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ExportPermit {
    fn drop(&mut self) {
        let mut running = self.running.lock();
        if let Some(index) = running.iter().position(|export| export.user_id == self.user_id) {
            running.swap_remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::{Person, Role, Timestamp};

    #[test]
    fn a_person_an_organization_and_all_together_have_limits_that_come_back() {
        let (now, mut rng) = (Timestamp::from_unix_micros(0), StdRng::seed_from_u64(1));
        let organizations: Vec<_> = (0..3).map(|_| OrganizationId::generate(now, &mut rng)).collect();
        let mut actor = |organization: usize| {
            Person {
                id: UserId::generate(now, &mut rng),
                organization_id: organizations[organization].clone(),
                role: Role::Owner,
            }
            .signed_in()
        };
        let running = RunningExports::default();
        let ann = actor(0);
        let mut held: Vec<_> = (0..PER_PERSON).map(|_| running.permit(&ann).unwrap()).collect();
        assert!(matches!(running.permit(&ann), Err(Error::TooManyExports)));
        held.pop();
        held.push(running.permit(&ann).unwrap());
        held.extend((PER_PERSON..PER_ORGANIZATION).map(|_| running.permit(&actor(0)).unwrap()));
        assert!(running.permit(&actor(0)).is_err());
        held.extend((PER_ORGANIZATION..IN_ALL).map(|_| running.permit(&actor(1)).unwrap()));
        assert!(running.permit(&actor(2)).is_err());
        drop(held);
        assert!(running.lock().is_empty());
        assert!(running.permit(&actor(2)).is_ok());
    }
}
