//! Pages of the audit log, compared with all events.

use latchkey::{
    domain::{
        ApiKeyId, AuditEvent, AuditEventId, Clock as _, Initiator, OrganizationId, Role, Timestamp, UserId,
        audit::{
            ActionFilter, ActionGroup, EventCriteria, EventFilter, EventPosition, EventTime, FoundSubjects,
            InitiatorKind, Subject, SubjectId, SubjectKind, WhoseEvents,
        },
    },
    store::{
        self,
        audit_events::{PastEvent, list_chunk, list_names, list_page},
    },
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Map, json};
use time::Duration;

use crate::{on_both_databases, support::TestApp};

const NAMES: [&str; 5] = ["Deploy", "deploy bot", "Экспорт", "Deploy 100%", "Zebra_1"];
const ACTIONS: [(&str, SubjectKind); 6] = [
    ("api_key.created", SubjectKind::ApiKey),
    ("api_key.revoked", SubjectKind::ApiKey),
    ("api_key.painted", SubjectKind::ApiKey),
    ("session.started", SubjectKind::User),
    ("project.renamed", SubjectKind::Project),
    ("policy.changed", SubjectKind::Organization),
];

struct Story {
    organization_id: OrganizationId,
    people: Vec<UserId>,
    keys: Vec<ApiKeyId>,
}

/// Writes 400 events of two organizations, some within the same millisecond.
fn write_story(app: &TestApp) -> Story {
    let mut rng = StdRng::seed_from_u64(7);
    app.create_user(Role::Owner, "owner");
    app.create_user_of("Globex", Role::Owner, "gwen");
    let of = |email: &str| app.actor(email).person.organization_id;
    let organizations = [of("owner@acme.example"), of("gwen@globex.example")];
    let now = app.clock.now();
    let people: Vec<_> = (0..3).map(|_| UserId::generate(now, &mut rng)).collect();
    let keys: Vec<_> = (0..4).map(|_| ApiKeyId::generate(now, &mut rng)).collect();
    let write = app.state.pool.write(|conn| {
        for number in 0..400 {
            let at = now.minus(Duration::minutes(60 * 24 * 10)).plus(Duration::minutes(number / 3 * 37));
            let (action, kind) = ACTIONS[rng.random_range(0..ACTIONS.len())];
            let person = people[rng.random_range(0..people.len())].clone();
            let key = keys[rng.random_range(0..keys.len())].clone();
            let initiator = match rng.random_range(0..5) {
                0 => Initiator::ApiKey { owner: person.clone(), id: key.clone() },
                1 => Initiator::CommandLine(None),
                2 => Initiator::Server,
                _ => Initiator::User(person.clone()),
            };
            let id = match kind {
                SubjectKind::User => people[rng.random_range(0..people.len())].to_string(),
                _ => key.to_string(),
            };
            let mut details = Map::new();
            details.insert("owner_id".to_owned(), json!(people[rng.random_range(0..people.len())].as_str()));
            let event = AuditEvent {
                id: AuditEventId::generate(at, &mut rng),
                organization_id: organizations[usize::from(rng.random_range(0..5) == 0)].clone(),
                at,
                initiator,
                subject: Subject { kind, id, name: Some(NAMES[rng.random_range(0..NAMES.len())].to_owned()) },
                action: action.to_owned(),
                details,
                address: None,
                request_id: None,
            };
            store::audit_chain::append(conn, &event)?;
        }
        Ok::<_, store::Error>(())
    });
    write.unwrap();
    let [organization_id, _] = organizations;
    Story { organization_id, people, keys }
}

/// Whether an event of the organization passes.
fn passes(filter: &EventFilter, event: &PastEvent) -> bool {
    let EventCriteria { actor_id, action, kind, subject_id, via, credential_id, from, to } = &filter.criteria;
    let is_of = |id: &UserId| {
        event.actor_id.as_ref() == Some(id)
            || event.subject_id == id.as_str()
            || (event.subject_kind == Some(SubjectKind::ApiKey)
                && event.details.get("owner_id").is_some_and(|owner| owner == id.as_str()))
    };
    let name = event.subject_name.clone().unwrap_or_default().to_ascii_lowercase();
    let credential = event.initiator.as_ref().and_then(Initiator::credential_id);
    let is_action = |action: &ActionFilter| match action {
        ActionFilter::One(name) => event.action == *name,
        ActionFilter::Group(group) => group.actions().any(|name| name == event.action),
    };
    let is_theirs = match &filter.whose {
        WhoseEvents::Organization(_) => true,
        WhoseEvents::Person(_, id) => is_of(id),
    };
    is_theirs
        && actor_id.as_ref().is_none_or(|id| event.actor_id.as_ref() == Some(id))
        && action.as_ref().is_none_or(is_action)
        && kind.is_none_or(|kind| event.subject_kind == Some(kind))
        && subject_id.as_ref().is_none_or(|id| event.subject_id == id.as_str())
        && via.is_none_or(|via| event.initiator.as_ref().map(Initiator::initiator_kind) == Some(via))
        && credential_id.as_ref().is_none_or(|id| credential == Some(id))
        && from.is_none_or(|from| event.at >= from.start())
        && to.is_none_or(|to| event.at < to.end())
        && filter
            .found
            .as_ref()
            .is_none_or(|found| found.ids.contains(&event.subject_id) || found.names.contains(&name))
}

fn filters(story: &Story, now: Timestamp) -> Vec<EventFilter> {
    let Story { organization_id, people, keys } = story;
    let day = |days: i64| EventTime::parse(&now.minus(Duration::days(days)).to_string()[..10]).unwrap();
    let minute = EventTime::parse(&now.minus(Duration::days(8)).to_string()[..16]).unwrap();
    let none = EventCriteria::default();
    let subject = |key: &ApiKeyId| Some(SubjectId::from(key));
    let criteria = [
        none.clone(),
        EventCriteria { actor_id: Some(people[0].clone()), ..none.clone() },
        EventCriteria { action: ActionFilter::parse("api_key.painted"), ..none.clone() },
        EventCriteria { action: Some(ActionFilter::Group(ActionGroup::ApiKeyEnds)), ..none.clone() },
        EventCriteria {
            action: Some(ActionFilter::Group(ActionGroup::Projects)),
            kind: Some(SubjectKind::Project),
            ..none.clone()
        },
        EventCriteria { kind: Some(SubjectKind::User), ..none.clone() },
        EventCriteria { subject_id: subject(&keys[1]), ..none.clone() },
        EventCriteria { via: Some(InitiatorKind::CommandLine), from: Some(day(7)), ..none.clone() },
        EventCriteria { via: Some(InitiatorKind::User), kind: Some(SubjectKind::User), ..none.clone() },
        EventCriteria { credential_id: Some(keys[2].clone()), ..none.clone() },
        EventCriteria { from: Some(day(6)), to: Some(day(3)), ..none.clone() },
        EventCriteria { to: Some(minute), actor_id: Some(people[1].clone()), ..none.clone() },
        EventCriteria {
            actor_id: Some(people[2].clone()),
            subject_id: subject(&keys[0]),
            via: Some(InitiatorKind::ApiKey),
            ..none
        },
    ];
    let founds = [
        None,
        Some(FoundSubjects {
            ids: vec![keys[3].to_string(), people[0].to_string()],
            names: vec!["deploy".to_owned()],
            has_more: false,
        }),
        Some(FoundSubjects::default()),
    ];
    let whose = [
        WhoseEvents::Organization(organization_id.clone()),
        WhoseEvents::Person(organization_id.clone(), people[0].clone()),
    ];
    let mut all = Vec::new();
    for whose in whose {
        for criteria in &criteria {
            for found in &founds {
                all.push(EventFilter { whose: whose.clone(), criteria: criteria.clone(), found: found.clone() });
            }
        }
    }
    all
}

/// The ids of all pages, walked in one direction, with the newest first.
fn walk(app: &TestApp, filter: &EventFilter, backwards: bool) -> Vec<AuditEventId> {
    const LIMIT: usize = 11;
    let mut position = if backwards { EventPosition::Oldest } else { EventPosition::Newest };
    let mut ids: Vec<AuditEventId> = Vec::new();
    loop {
        let page = app.state.pool.read(|conn| list_page(conn, filter, &position, LIMIT)).unwrap();
        let found: Vec<_> = page.events.iter().map(|event| event.id.clone()).collect();
        assert!(found.len() <= LIMIT);
        let next = if backwards {
            let next = found.first().cloned().filter(|_| page.has_newer).map(EventPosition::Before);
            // The first page is full, and may repeat events of the one after it.
            ids.retain(|id| !found.contains(id));
            ids = [found, ids].concat();
            next
        } else {
            let next = found.last().cloned().filter(|_| page.has_older).map(EventPosition::After);
            ids.extend(found);
            next
        };
        match next {
            Some(next) => position = next,
            None => return ids,
        }
    }
}

on_both_databases! {
    fn every_filter_finds_its_events_on_every_page(app: &TestApp) {
        let story = write_story(app);
        let everything = EventFilter {
            whose: WhoseEvents::Organization(story.organization_id.clone()), criteria: EventCriteria::default(), found: None,
        };
        let all = app.state.pool.read(|conn| list_chunk(conn, &everything, None, 1_000)).unwrap();
        let of_acme = "SELECT count(*) AS count FROM audit_events e JOIN organizations o ON o.id = organization_id AND o.name = 'Acme'";
        assert_eq!(i64::try_from(all.len()).unwrap(), app.database.count(of_acme));
        assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id));
        let mut hits = 0;
        for filter in filters(&story, app.clock.now()) {
            let expected: Vec<_> = all.iter().filter(|event| passes(&filter, event)).map(|event| event.id.clone()).collect();
            hits += usize::from(!expected.is_empty());
            assert_eq!(walk(app, &filter, false), expected, "{filter:?}");
            assert_eq!(walk(app, &filter, true), expected, "{filter:?}");
        }
        assert!(hits > 40, "{hits}");
    }

    fn names_are_found_by_their_beginning_and_each_once(app: &TestApp) {
        let story = write_story(app);
        let names = |beginning: &str, limit| {
            app.state.pool.read(|conn| list_names(conn, &story.organization_id, beginning, limit)).unwrap()
        };
        assert_eq!(names("deploy", 9), ["deploy", "deploy 100%", "deploy bot"]);
        assert_eq!(names("deploy", 2).len(), 2);
        assert_eq!(names("Экс", 9), ["Экспорт"]);
        assert_eq!(names("zebra_", 9), ["zebra_1"]);
        assert!(names("bot", 9).is_empty() && names("_", 9).is_empty() && names("%", 9).is_empty());
    }
}
