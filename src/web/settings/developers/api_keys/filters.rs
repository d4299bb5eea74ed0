//! The part above the table: search, filters and sort links.

use std::collections::BTreeSet;

use super::{owners::Unclear, query::address};
use crate::{
    app::api_keys::{
        View,
        list_query::{ListQuery, NO_PROJECT, UNUSED_PERMISSIONS},
        listing::Listing,
        permission_use::QUIET_DAYS,
    },
    catalogue::Words,
    domain::{
        Policy, RotationState, Scope, Status,
        api_key::{
            listing::{Column as ListColumn, Order},
            rotation_schedule::DUE_SOON,
        },
        policy::OfferedAttribute,
    },
    store::owners::Owner,
    web::{
        filter_controls::{Chip, Select},
        html_message::Markup,
        labels,
        page::Errors,
    },
};

/// The options, in days. An address may have any number.
const EXPIRES_WITHIN: [i64; 3] = [7, 30, 90];
const UNUSED_FOR: [i64; 4] = [7, 30, 90, 365];

pub struct Filters {
    pub selects: Vec<Select>,
    /// The filters that are set, but for the search.
    pub chips: Vec<Chip>,
    /// The content of the field for the external id, if there is one.
    pub external_id: Option<String>,
    /// The content of the owner field, in the organization's view.
    pub owner: Option<String>,
    pub errors: Errors,
    /// Possible owners, if the text does not identify one: the address of their keys, and their name.
    pub people: Option<Vec<(String, String)>>,
    /// The search text.
    pub search: String,
    /// Hidden fields that keep the filters in the search form, and the search in the filter form.
    pub kept_by_search: Vec<(&'static str, String)>,
    pub kept_by_selects: Vec<(&'static str, String)>,
    /// How many keys match, in words, if there is a filter.
    pub found: Option<String>,
    /// The address of the view without filters.
    pub clear: String,
}

/// The sortable columns.
pub struct SortLinks {
    pub name: SortLink,
    pub scope: SortLink,
    pub status: SortLink,
    pub created: SortLink,
    pub expires: SortLink,
    pub used: SortLink,
}

pub struct SortLink {
    pub href: String,
    pub aria_sort: Option<&'static str>,
}

impl Filters {
    pub fn new(words: Words, policy: &Policy, query: &ListQuery, listing: &Listing, unclear: Option<&Unclear>) -> Self {
        let selects = selects(words, policy, query, listing);
        let sort = ("sort", query.order.as_text());
        let is_kept = |name: &str, names: &[&str]| names.contains(&name);
        let kept = |names: &'static [&str], but: bool| {
            let fields = query.fields().into_iter().filter(move |(name, _)| is_kept(name, names) != but);
            fields.chain([sort.clone()]).collect()
        };
        let is_chosen = |owner: &&Owner| query.owner_id.as_ref() == Some(&owner.id);
        let chosen = listing.owners.iter().find(is_chosen);
        let without = |filter: &str| address(&query.without(filter), query.order, None);
        let mut chips: Vec<_> = selects.iter().filter_map(|select| select.chip(without)).collect();
        if let Some(owner) = chosen {
            chips.push(Chip { label: "owner", value: Markup::verbatim(&owner.name), href: without("owner") });
        }
        let external_id = query.filter_value("external_id");
        if let Some(id) = &external_id {
            let href = without("external_id");
            chips.push(Chip { label: "attribute-external-id", value: Markup::verbatim(id), href });
        }
        Self {
            selects,
            chips,
            external_id: (policy.offers(OfferedAttribute::ExternalId) || external_id.is_some())
                .then(|| external_id.unwrap_or_default()),
            owner: (query.view == View::Organization)
                .then(|| unclear.map(|unclear| unclear.typed.clone()).or(chosen.map(Owner::label)).unwrap_or_default()),
            errors: unclear.map(|unclear| unclear.errors(words)).unwrap_or_default(),
            people: unclear.map(|unclear| unclear.choices(words, query)),
            search: query.filter_value("q").unwrap_or_default(),
            kept_by_search: kept(&["q"], true),
            kept_by_selects: kept(&["q", "view", "owner"], false),
            found: (query.is_filtered() || unclear.is_some())
                .then(|| words.say("api-keys-found").with("keys", labels::counted_keys(words, listing.found)).into()),
            clear: address(&query.unfiltered(), query.order, None),
        }
    }
}

/// The filters with options. Which option is selected, [`ListQuery`] knows by the name of the field.
fn selects(words: Words, policy: &Policy, query: &ListQuery, listing: &Listing) -> Vec<Select> {
    let select = |name, label, everything, options: Vec<(String, String)>| {
        let mut select = Select::new(name, label, everything, options, query.filter_value(name).as_deref());
        let is_name = |value: &str| name == "environment" || (name == "project" && value != NO_PROJECT);
        for choice in select.choices.iter_mut().filter(|choice| is_name(&choice.value)) {
            choice.is_name = true;
        }
        select
    };
    let days = |name, label, offered: &[i64]| {
        select(name, label, "list-any-time", days(words, offered, query.filter_value(name)))
    };
    let statuses = Status::ALL.map(|status| (status.as_str().to_owned(), words.say(status_name(status)).into()));
    let scopes = Scope::ALL.map(|scope| (scope.as_str().to_owned(), words.say(scope_name(scope)).into()));
    let mut selects = vec![
        select("status", "api-key-status", "list-all-statuses", statuses.into()),
        select("scope", "list-scope", "list-all-scopes", scopes.into()),
    ];
    if policy.has_environments() || query.criteria.environment.is_some() {
        let mut names = policy.environments();
        names.extend(query.criteria.environment.filter(|wanted| !names.contains(wanted)));
        let options = names.iter().map(|name| (name.to_string(), name.to_string())).collect();
        selects.push(select("environment", "attribute-environment", "list-all-environments", options));
    }
    // Without projects there is nothing to select, unless the address has one.
    if !listing.projects.is_empty() || query.criteria.project.is_some() {
        selects.push(select("project", "project", "api-keys-all-projects", projects(words, listing)));
    }
    selects.push(days("expires_within", "list-expires-within", &EXPIRES_WITHIN));
    selects.push(days("unused_for", "list-unused-for", &UNUSED_FOR));
    if listing.has_rotation_dates || query.criteria.rotation.is_some() {
        selects.push(select("rotation", "rotation-filter", "rotation-any", rotation_states(words)));
    }
    if listing.has_api_permissions || query.criteria.has_unused_permissions {
        let unused: String = words.say("list-permissions-unused").with("days", QUIET_DAYS).into();
        let options = vec![(UNUSED_PERMISSIONS.to_owned(), unused)];
        let select = select("permissions", "list-permissions", "list-any-permissions", options);
        selects.push(Select { hint: Some("list-permissions-hint"), ..select });
    }
    selects
}

fn rotation_states(words: Words) -> Vec<(String, String)> {
    let label = |state| match state {
        RotationState::DueSoon => words.say("rotation-due-soon").with("days", DUE_SOON.whole_days()),
        RotationState::Overdue => words.say("rotation-overdue"),
    };
    RotationState::ALL.map(|state| (state.as_str().to_owned(), label(state).into())).into()
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Pending => "status-pending",
        Status::Active => "status-active",
        Status::Disabled => "status-disabled",
        Status::Expired => "status-expired",
        Status::Revoked => "status-revoked",
    }
}

/// A message id of the catalogue.
pub fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Server => "key-form-scope-server",
        Scope::Web => "key-form-scope-web",
        Scope::Mobile => "key-form-scope-mobile",
        Scope::Analytics => "key-form-scope-analytics",
    }
}

fn projects(words: Words, listing: &Listing) -> Vec<(String, String)> {
    let projects = listing.projects.iter().map(|project| {
        let name = project.name.as_str();
        let label = if project.takes_keys() {
            name.to_owned()
        } else {
            words.say("api-keys-project-archived").with("name", name).into()
        };
        (project.id.to_string(), label)
    });
    projects.chain([(NO_PROJECT.to_owned(), words.say("api-key-no-project").into())]).collect()
}

/// Numbers of days in their order, also one that only the address has.
fn days(words: Words, offered: &[i64], selected: Option<String>) -> Vec<(String, String)> {
    let selected = selected.and_then(|days| days.parse().ok());
    let all: BTreeSet<i64> = offered.iter().copied().chain(selected).collect();
    all.into_iter().map(|days| (days.to_string(), words.say("list-days").with("count", days).into())).collect()
}

impl SortLinks {
    pub fn sorted_by(query: &ListQuery) -> Self {
        let order = query.order;
        let column = |column| {
            let is_sorted = order.column == column;
            // The first click on a past time sorts latest first, on a name alphabetically.
            let descending = match column {
                _ if is_sorted => !order.descending,
                ListColumn::Created | ListColumn::Used => true,
                _ => false,
            };
            let href = address(query, Order { column, descending }, None);
            let aria_sort = is_sorted.then_some(if order.descending { "descending" } else { "ascending" });
            SortLink { href, aria_sort }
        };
        Self {
            name: column(ListColumn::Name),
            scope: column(ListColumn::Scope),
            status: column(ListColumn::Status),
            created: column(ListColumn::Created),
            expires: column(ListColumn::Expires),
            used: column(ListColumn::Used),
        }
    }
}
