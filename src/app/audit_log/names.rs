//! The names that events refer to by id.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    app::Error,
    domain::{ApiKeyId, Initiator, OrganizationId, ProjectId, UserId, api_key::listing::Whose},
    store::{self, Conn, audit_events::PastEvent, owners::Owner},
};

/// People, keys and projects that some events refer to. Those of another organization are missing.
#[derive(Debug, Default)]
pub struct EventNames {
    pub people: BTreeMap<UserId, Owner>,
    pub api_keys: BTreeMap<ApiKeyId, NamedApiKey>,
    pub projects: BTreeMap<ProjectId, String>,
}

#[derive(Debug)]
pub struct NamedApiKey {
    pub name: String,
    /// None if the key is deleted.
    pub owner_id: Option<UserId>,
}

/// The ids in an event: the actor, the key, the subject, and ids in its details.
#[derive(Default)]
struct Ids {
    people: BTreeSet<UserId>,
    api_keys: BTreeSet<ApiKeyId>,
    /// Keys that programs presented. They may be deleted, and no event of this page may name them.
    credentials: BTreeSet<ApiKeyId>,
    projects: BTreeSet<ProjectId>,
}

impl EventNames {
    /// `selected` is a person who is named whether an event has them or not.
    pub fn of(
        conn: &mut Conn,
        organization_id: &OrganizationId,
        events: &[PastEvent],
        selected: Option<&UserId>,
    ) -> Result<Self, Error> {
        let mut ids = Ids::default();
        ids.people.extend(selected.cloned());
        for event in events {
            ids.add_all(event);
        }
        let people: Vec<_> = ids.people.iter().collect();
        let people = store::owners::list_by_id(conn, organization_id, &people)?;
        let projects = if ids.projects.is_empty() { Vec::new() } else { store::projects::list(conn, organization_id)? };
        Ok(Self {
            people: people.into_iter().map(|person| (person.id.clone(), person)).collect(),
            api_keys: ids.name_api_keys(conn, organization_id)?,
            projects: projects
                .into_iter()
                .map(|project| (project.id, project.name.as_str().to_owned()))
                .filter(|(id, _)| ids.projects.contains(id))
                .collect(),
        })
    }
}

impl Ids {
    fn add_all(&mut self, event: &PastEvent) {
        self.people.extend(event.actor_id.clone());
        if let Some(Initiator::ApiKey { id, .. }) = &event.initiator {
            self.credentials.insert(id.clone());
        }
        self.add(&event.subject_id);
        event.details.values().for_each(|value| self.add_in(value));
    }

    fn add_in(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add(text),
            Value::Array(values) => values.iter().for_each(|value| self.add_in(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.add_in(value)),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        self.people.extend(UserId::parse(text));
        self.api_keys.extend(ApiKeyId::parse(text));
        self.projects.extend(ProjectId::parse(text));
    }

    fn name_api_keys(
        &self,
        conn: &mut Conn,
        organization_id: &OrganizationId,
    ) -> Result<BTreeMap<ApiKeyId, NamedApiKey>, Error> {
        let all: Vec<_> = self.api_keys.union(&self.credentials).cloned().collect();
        let whose = Whose::Organization(organization_id.clone());
        let present = store::api_keys::list(conn, &whose, &all)?;
        let named = present.into_iter().map(|key| {
            let named = NamedApiKey { name: key.name.as_str().to_owned(), owner_id: Some(key.owner_id) };
            (key.id, named)
        });
        let mut named: BTreeMap<_, _> = named.collect();
        for id in &self.credentials {
            if !named.contains_key(id)
                && let Some(last) = store::audit_events::find_last_of_subject(conn, organization_id, id.as_str(), None)?
                && let Some(name) = last.subject_name
            {
                named.insert(id.clone(), NamedApiKey { name, owner_id: None });
            }
        }
        Ok(named)
    }
}
