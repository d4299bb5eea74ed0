//! When, under which rules and from where a use case is carried out.

use std::sync::Arc;

use rand::rngs::StdRng;
use serde_json::{Map, Value};

use crate::domain::{Action, Actor, AuditEvent, AuditEventId, OrganizationId, Policy, Timestamp, UserId};

#[derive(Debug)]
pub struct Context {
    pub now: Timestamp,
    pub rng: StdRng,
    /// That of the organization that it is about, as it was when the request came; by default where it is about none.
    pub policy: Arc<Policy>,
    /// The address of the client; none for the command line and background tasks.
    pub address: Option<String>,
    pub request_id: Option<String>,
    /// The actor typed their password within the last minutes.
    pub has_password_proof: bool,
}

impl Context {
    /// An event of now, by somebody in their own organization.
    pub(super) fn event_by(&mut self, actor: &Actor, action: Action, subject_id: &str, details: Value) -> AuditEvent {
        self.event(&actor.person.organization_id, Some(&actor.person.id), action, subject_id, details)
    }

    /// An event of now. `details` must be a JSON object.
    pub(super) fn event(
        &mut self,
        organization_id: &OrganizationId,
        actor_id: Option<&UserId>,
        action: Action,
        subject_id: &str,
        details: Value,
    ) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::generate(self.now, &mut self.rng),
            organization_id: organization_id.clone(),
            at: self.now,
            actor_id: actor_id.cloned(),
            action,
            subject_id: subject_id.to_owned(),
            details: if let Value::Object(details) = details { details } else { Map::new() },
            address: self.address.clone(),
            request_id: self.request_id.clone(),
        }
    }
}
