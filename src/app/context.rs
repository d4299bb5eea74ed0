//! When, under which rules and from where a use case is carried out.

use std::sync::Arc;

use rand::rngs::StdRng;
use serde_json::{Map, Value};

use super::Error;
use crate::{
    domain::{Action, Actor, AuditEvent, AuditEventId, Initiator, OrganizationId, Policy, Subject, Timestamp, Via},
    store::{self, Conn},
};

#[derive(Debug)]
pub struct Context {
    pub now: Timestamp,
    pub rng: StdRng,
    /// That of the organization that it is about, as it was when the request came; by default where it is about none.
    pub policy: Arc<Policy>,
    pub origin: Origin,
    /// The address of the client; none for the command line and background tasks.
    pub address: Option<String>,
    pub request_id: Option<String>,
    /// The actor typed their password within the last minutes.
    pub has_password_proof: bool,
}

/// What a use case is called by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Request,
    CommandLine,
    /// A background task of the server.
    Task,
}

impl Context {
    /// Where no request is answered.
    pub fn without_request(origin: Origin, now: Timestamp, rng: StdRng) -> Self {
        let policy = Arc::default();
        Self { now, rng, policy, origin, address: None, request_id: None, has_password_proof: false }
    }

    /// Writes an event of now to the audit log. `by` is none when no person acts: the server, a command, or a visitor who
    /// is not signed in. `details` must be a JSON object.
    pub(super) fn record(
        &mut self,
        conn: &mut Conn,
        by: Option<&Actor>,
        organization_id: &OrganizationId,
        action: Action,
        subject: impl Into<Subject>,
        details: Value,
    ) -> Result<(), Error> {
        let initiator = self.initiator(by);
        self.record_by(conn, initiator, organization_id, action, subject, details)
    }

    /// The same for what the server does by itself, also while it answers a request.
    pub(super) fn record_by(
        &mut self,
        conn: &mut Conn,
        initiator: Initiator,
        organization_id: &OrganizationId,
        action: Action,
        subject: impl Into<Subject>,
        details: Value,
    ) -> Result<(), Error> {
        let event = AuditEvent {
            id: AuditEventId::generate(self.now, &mut self.rng),
            organization_id: organization_id.clone(),
            at: self.now,
            initiator,
            action,
            subject: subject.into(),
            details: if let Value::Object(details) = details { details } else { Map::new() },
            address: self.address.clone(),
            request_id: self.request_id.clone(),
        };
        Ok(store::audit_events::insert(conn, &event)?)
    }

    pub(super) fn initiator(&self, by: Option<&Actor>) -> Initiator {
        match (by, self.origin) {
            (Some(Actor { person, via }), _) => match via {
                Via::Session => Initiator::User(person.id.clone()),
                Via::ApiKey { id, .. } => Initiator::ApiKey { owner: person.id.clone(), id: id.clone() },
                Via::CommandLine => Initiator::CommandLine(Some(person.id.clone())),
            },
            (None, Origin::Request) => Initiator::Visitor,
            (None, Origin::CommandLine) => Initiator::CommandLine(None),
            (None, Origin::Task) => Initiator::Server,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::domain::{ApiKeyId, KeyPermissions, Person, Role, UserId};

    #[test]
    fn whoever_acts_is_told_apart_from_whatever_acts() {
        let (now, mut rng) = (Timestamp::from_unix_micros(0), StdRng::seed_from_u64(1));
        let (id, key) = (UserId::generate(now, &mut rng), ApiKeyId::generate(now, &mut rng));
        let organization_id = OrganizationId::generate(now, &mut rng);
        let person = Person { id: id.clone(), organization_id, role: Role::Owner };
        let via = |via| Some(Actor { person: person.clone(), via });
        let by_key = Via::ApiKey { id: key.clone(), permissions: KeyPermissions::Inherited };
        for (origin, by, initiator) in [
            (Origin::Request, via(Via::Session), Initiator::User(id.clone())),
            (Origin::Request, via(by_key), Initiator::ApiKey { owner: id.clone(), id: key }),
            (Origin::CommandLine, via(Via::CommandLine), Initiator::CommandLine(Some(id.clone()))),
            (Origin::Request, None, Initiator::Visitor),
            (Origin::CommandLine, None, Initiator::CommandLine(None)),
            (Origin::Task, None, Initiator::Server),
        ] {
            let context = Context::without_request(origin, now, StdRng::seed_from_u64(2));
            assert_eq!(context.initiator(by.as_ref()), initiator, "{origin:?} {by:?}");
        }
    }
}
