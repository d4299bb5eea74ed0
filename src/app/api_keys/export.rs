//! Exports of a list: everything that the pages display about its keys, and no secret.

pub mod format;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    list_query::ListQuery,
    listing::{authorized_filter, list_chunk},
};
use crate::{
    app::{Context, Error, actors, limits, subjects},
    domain::{Actor, ApiKey, OrganizationEvent, OrganizationId, Timestamp, UserId},
    store::{self, Conn},
};

/// One key, with the names that the list displays.
#[derive(Debug)]
pub struct Exported {
    pub api_key: ApiKey,
    pub owner: String,
    pub rotation_due_at: Option<Timestamp>,
    pub project: Option<String>,
}

/// Concurrent exports. Each holds a thousand keys as long as its client reads, and costs as much as many pages.
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

/// Records the export before its first part is sent.
pub fn begin(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    query: &ListQuery,
    format: &str,
) -> Result<(), Error> {
    // The key may have been verified from the cache. The owner's current state counts.
    let actor = &actors::current(conn, context, actor)?;
    authorized_filter(conn, context, actor, query)?;
    limits::take_export(conn, context, actor)?;
    let fields = query.fields().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let event = OrganizationEvent::ApiKeysExported { format: format.to_owned(), query: fields };
    let subject = subjects::find_organization(conn, &actor.person.organization_id)?;
    context.record(conn, actor, &subject, &event)
}

/// The keys after `after`, as [`list_chunk`] finds them.
pub fn chunk(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    after: Option<&ApiKey>,
) -> Result<Vec<Exported>, Error> {
    // An export may take long: an actor who loses the permission in the meantime gets no further part.
    let actor = &actors::current(conn, context, actor)?;
    let api_keys = list_chunk(conn, context, actor, query, after)?;
    let ids: BTreeSet<_> = api_keys.iter().map(|key| &key.owner_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let owners = store::owners::list_by_id(conn, &actor.person.organization_id, &ids)?;
    let owners: BTreeMap<_, _> = owners.into_iter().map(|owner| (owner.id, owner.name)).collect();
    let projects = store::projects::list(conn, &actor.person.organization_id)?;
    let projects: BTreeMap<_, _> =
        projects.into_iter().map(|project| (project.id, project.name.as_str().to_owned())).collect();
    let exported = |api_key: ApiKey| Exported {
        owner: owners.get(&api_key.owner_id).cloned().unwrap_or_default(),
        rotation_due_at: api_key.rotation_due_at(context.policy.rotate_every_days, context.now),
        project: api_key.project_id.as_ref().and_then(|id| projects.get(id).cloned()),
        api_key,
    };
    Ok(api_keys.into_iter().map(exported).collect())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::{Person, Role};

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
