//! The part above the events: search, filters, and a chip for each filter that is set.

use super::{PATH, actors::UnclearActor, found};
use crate::{
    app::audit_log::{AuditPage, query::AuditQuery},
    catalogue::Words,
    domain::audit::{ActionGroup, InitiatorKind, SubjectKind},
    store::owners::Owner,
    web::{
        filter_controls::{Chip, Select},
        html_message::Markup,
        page::Errors,
    },
};

pub struct AuditFilters {
    pub selects: Vec<Select>,
    pub chips: Vec<Chip>,
    /// The content of the actor field.
    pub actor: String,
    pub from: String,
    pub to: String,
    pub errors: Errors,
    /// Possible actors, if the text does not identify one: the address of their events, and their name.
    pub people: Option<Vec<(String, String)>>,
    /// The search text.
    pub search: String,
    /// Hidden fields that keep the filters in the search form, and filters without a control in the filter form.
    pub kept_by_search: Vec<(&'static str, String)>,
    pub kept_by_filters: Vec<(&'static str, String)>,
    pub is_filtered: bool,
    /// How many events match, in words.
    pub found: String,
    /// The search matches too many names.
    pub has_more_subjects: bool,
}

/// Filters with a control in the popover.
const CONTROLS: [&str; 6] = ["actor", "action", "kind", "via", "from", "to"];

impl AuditFilters {
    pub fn new(words: Words, query: &AuditQuery, page: &AuditPage, unclear: Option<&UnclearActor>) -> Self {
        let selects = selects(words, query);
        let without = |filter: &str| query.without(filter).address(PATH, []);
        let mut chips: Vec<_> = selects.iter().filter_map(|select| select.chip(without)).collect();
        let selected = query.criteria.actor_id.as_ref().and_then(|id| page.names.people.get(id));
        let others = [
            ("actor", "audit-actor", selected.map(|person| person.name.clone())),
            ("subject", "audit-subject", query.filter_value("subject").map(|id| name_of_subject(page, id))),
            ("key", "audit-credential", query.filter_value("key").map(|id| name_of_key(page, id))),
            ("from", "audit-from", query.filter_value("from")),
            ("to", "audit-to", query.filter_value("to")),
            ("q", "audit-search", query.filter_value("q")),
        ];
        for (filter, label, value) in others {
            chips.extend(value.map(|value| Chip { label, value: Markup::verbatim(&value), href: without(filter) }));
        }
        let kept =
            |is_kept: fn(&str) -> bool| query.fields().into_iter().filter(move |(name, _)| is_kept(name)).collect();
        let day = |name| query.filter_value(name).unwrap_or_default().chars().take("2026-11-21".len()).collect();
        Self {
            selects,
            chips,
            actor: unclear.map(|unclear| unclear.typed.clone()).or(selected.map(Owner::label)).unwrap_or_default(),
            from: day("from"),
            to: day("to"),
            errors: unclear.map(|unclear| unclear.errors(words)).unwrap_or_default(),
            people: unclear.map(|unclear| unclear.choices(words, query)),
            search: query.filter_value("q").unwrap_or_default(),
            kept_by_search: kept(|name| name != "q"),
            kept_by_filters: kept(|name| !CONTROLS.contains(&name)),
            is_filtered: query.is_filtered() || unclear.is_some(),
            found: found(words, page),
            has_more_subjects: page.has_more_subjects,
        }
    }
}

/// The name that the subject had last, or its id.
fn name_of_subject(page: &AuditPage, id: String) -> String {
    let about = page.events.events.iter().find(|event| event.subject_id == id);
    about.and_then(|event| event.subject_name.clone()).unwrap_or(id)
}

fn name_of_key(page: &AuditPage, id: String) -> String {
    let key = page.names.api_keys.iter().find(|(key, _)| key.as_str() == id);
    key.map_or(id, |(_, key)| key.name.clone())
}

fn selects(words: Words, query: &AuditQuery) -> Vec<Select> {
    let option = |value: &str, label: &'static str| (value.to_owned(), words.say(label).into());
    let mut groups = ActionGroup::ALL.map(|group| option(group.as_str(), label_of_group(group))).to_vec();
    let action = query.filter_value("action");
    // A single event has no option of its own, unless the address has it.
    if let Some(name) = action.as_ref().filter(|name| name.contains('.')) {
        groups.push((name.clone(), name.clone()));
    }
    let kinds = SubjectKind::ALL.map(|kind| option(kind.as_str(), label_of_kind(kind))).to_vec();
    let initiators = InitiatorKind::ALL.map(|kind| option(kind.name(), label_of_initiator(kind))).to_vec();
    let (kind, via) = (query.filter_value("kind"), query.filter_value("via"));
    vec![
        Select::new("action", "audit-action", "audit-all-actions", groups, action.as_deref()),
        Select::new("kind", "audit-kind", "audit-all-kinds", kinds, kind.as_deref()),
        Select::new("via", "audit-via", "audit-all-ways", initiators, via.as_deref()),
    ]
}

fn label_of_group(group: ActionGroup) -> &'static str {
    match group {
        ActionGroup::ApiKeyChanges => "audit-group-key-changes",
        ActionGroup::ApiKeyEnds => "audit-group-key-ends",
        ActionGroup::Access => "audit-group-access",
        ActionGroup::SignIns => "audit-group-sign-ins",
        ActionGroup::Accounts => "audit-group-accounts",
        ActionGroup::Members => "audit-group-members",
        ActionGroup::Projects => "audit-group-projects",
        ActionGroup::Organization => "audit-group-organization",
    }
}

fn label_of_kind(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::ApiKey => "audit-kind-api-key",
        SubjectKind::ApiPermission => "audit-kind-api-permission",
        SubjectKind::Invitation => "audit-kind-invitation",
        SubjectKind::Organization => "audit-kind-organization",
        SubjectKind::Project => "audit-kind-project",
        SubjectKind::User => "audit-kind-user",
    }
}

fn label_of_initiator(kind: InitiatorKind) -> &'static str {
    match kind {
        InitiatorKind::User => "audit-via-session",
        InitiatorKind::ApiKey => "audit-via-api-key",
        InitiatorKind::CommandLine => "event-by-command-line",
        InitiatorKind::Visitor => "event-by-visitor",
        InitiatorKind::Server => "audit-via-server",
    }
}
