//! The time, policy and origin of a use case.

use std::sync::Arc;

use rand::rngs::StdRng;

use super::Error;
use crate::{
    domain::{
        Actor, AuditEvent, AuditEventId, Initiator, Policy, Timestamp, UserId, Via,
        audit::{AuditSubject, OperatorCommand},
    },
    store::{self, Conn},
};

#[derive(Debug)]
pub struct Context {
    pub now: Timestamp,
    pub rng: StdRng,
    /// The policy of the organization concerned, read with the request. The default if there is no organization.
    pub policy: Arc<Policy>,
    pub channel: Channel,
    /// The client's address. None for the command line and background tasks.
    pub address: Option<String>,
    pub request_id: Option<String>,
    /// The command that is running. None for requests and background tasks.
    pub command: Option<OperatorCommand>,
    /// Whether the actor typed their password within the last minutes.
    pub has_password_proof: bool,
}

/// How a use case was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    Request,
    CommandLine,
    /// A background task of the server.
    Task,
}

/// The cause of an event.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    Actor(&'a Actor),
    /// This person is signing in.
    SigningIn(&'a UserId),
    /// Nobody is signed in: a visitor, an operator's command or a background task.
    Nobody,
    /// The server by itself, even while it answers a request.
    Server,
}

impl<'a> From<&'a Actor> for By<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self::Actor(actor)
    }
}

impl<'a> From<Option<&'a Actor>> for By<'a> {
    fn from(actor: Option<&'a Actor>) -> Self {
        actor.map_or(Self::Nobody, Self::Actor)
    }
}

impl Context {
    /// For a use case outside of any request.
    pub fn without_request(channel: Channel, now: Timestamp, rng: StdRng) -> Self {
        let policy = Arc::default();
        let (address, request_id, command) = (None, None, None);
        Self { now, rng, policy, channel, address, request_id, command, has_password_proof: false }
    }

    /// For a use case that a command calls.
    pub fn of_command(command: OperatorCommand, now: Timestamp, rng: StdRng) -> Self {
        Self { command: Some(command), ..Self::without_request(Channel::CommandLine, now, rng) }
    }

    /// Writes an event with the current time to the audit log, at the end of this transaction.
    pub fn record<'a, S: AuditSubject>(
        &mut self,
        conn: &mut Conn,
        by: impl Into<By<'a>>,
        subject: &S,
        event: &S::Event,
    ) -> Result<(), Error> {
        let described = subject.describe(event, self.now);
        let (action, mut details) = described.map_err(|_| store::Error::Corrupt("audit event"))?;
        let initiator = self.initiator(by.into());
        if let (Initiator::CommandLine(_), Some(command)) = (&initiator, &self.command) {
            command.add_to(&mut details);
        }
        let event = AuditEvent {
            id: AuditEventId::generate(self.now, &mut self.rng),
            organization_id: subject.organization_id().clone(),
            at: self.now,
            initiator,
            subject: subject.subject(),
            action,
            details,
            address: self.address.clone(),
            request_id: self.request_id.clone(),
        };
        Ok(store::audit_chain::append(conn, &event)?)
    }

    fn initiator(&self, by: By<'_>) -> Initiator {
        match (by, self.channel) {
            (By::Actor(Actor { person, via }), _) => match via {
                Via::Session => Initiator::User(person.id.clone()),
                Via::ApiKey { id, .. } => Initiator::ApiKey { owner: person.id.clone(), id: id.clone() },
                Via::CommandLine => Initiator::CommandLine(Some(person.id.clone())),
            },
            (By::SigningIn(id), _) => Initiator::User(id.clone()),
            (By::Server, _) | (By::Nobody, Channel::Task) => Initiator::Server,
            (By::Nobody, Channel::Request) => Initiator::Visitor,
            (By::Nobody, Channel::CommandLine) => Initiator::CommandLine(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::domain::{ApiKeyId, KeyPermissions, OrganizationId, Person, Role};

    #[test]
    fn an_event_names_its_initiator() {
        let (now, mut rng) = (Timestamp::from_unix_micros(0), StdRng::seed_from_u64(1));
        let (id, key) = (UserId::generate(now, &mut rng), ApiKeyId::generate(now, &mut rng));
        let organization_id = OrganizationId::generate(now, &mut rng);
        let person = Person { id: id.clone(), organization_id, role: Role::Owner };
        let via = |via| Some(Actor { person: person.clone(), via });
        let by_key = Via::ApiKey { id: key.clone(), permissions: KeyPermissions::Inherited };
        for (channel, by, initiator) in [
            (Channel::Request, via(Via::Session), Initiator::User(id.clone())),
            (Channel::Request, via(by_key), Initiator::ApiKey { owner: id.clone(), id: key }),
            (Channel::CommandLine, via(Via::CommandLine), Initiator::CommandLine(Some(id.clone()))),
            (Channel::Request, None, Initiator::Visitor),
            (Channel::CommandLine, None, Initiator::CommandLine(None)),
            (Channel::Task, None, Initiator::Server),
        ] {
            let context = Context::without_request(channel, now, StdRng::seed_from_u64(2));
            assert_eq!(context.initiator(by.as_ref().into()), initiator, "{channel:?} {by:?}");
        }
    }
}
