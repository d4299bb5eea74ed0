//! The part above the table: search, filters and sort links.

use super::{owners::Unclear, query::address};
use crate::{
    app::api_keys::{
        View,
        list_query::{ListQuery, NO_PROJECT, value_of},
        listing::Listing,
    },
    catalogue::Words,
    domain::{
        Scope, Status,
        api_key::listing::{Column as ListColumn, Order},
    },
    store::owners::Owner,
    web::{labels, page::Errors},
};

/// The options, in days. An address may have any number.
const EXPIRES_WITHIN: [i64; 3] = [7, 30, 90];
const UNUSED_FOR: [i64; 4] = [7, 30, 90, 365];

pub struct Filters {
    pub selects: Vec<Select>,
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

pub struct Select {
    pub name: &'static str,
    /// A message id of the catalogue.
    pub label: &'static str,
    pub everything: &'static str,
    pub choices: Vec<FilterOption>,
}

pub struct FilterOption {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
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
    pub fn new(words: Words, query: &ListQuery, listing: &Listing, unclear: Option<&Unclear>) -> Self {
        let mut selects = vec![statuses(words, query), scopes(words, query)];
        // Without projects there is nothing to select, unless the address already selects one.
        if !listing.projects.is_empty() || query.project.is_some() {
            selects.push(projects(words, query, listing));
        }
        let within = query.expires_within.map(crate::domain::api_key::listing::Days::get);
        selects.push(days(words, "expires_within", "list-expires-within", &EXPIRES_WITHIN, within));
        let unused = query.unused_for.map(crate::domain::api_key::listing::Days::get);
        selects.push(days(words, "unused_for", "list-unused-for", &UNUSED_FOR, unused));

        let sort = ("sort", query.order.as_text());
        let is_kept = |name: &str, names: &[&str]| names.contains(&name);
        let kept = |names: &'static [&str], but: bool| {
            let fields = query.fields().into_iter().filter(move |(name, _)| is_kept(name, names) != but);
            fields.chain([sort.clone()]).collect()
        };
        let is_chosen = |owner: &&Owner| query.owner_id.as_ref() == Some(&owner.id);
        let chosen = listing.owners.iter().find(is_chosen).map(Owner::label);
        Self {
            selects,
            owner: (query.view == View::Organization)
                .then(|| unclear.map(|unclear| unclear.typed.clone()).or(chosen).unwrap_or_default()),
            errors: unclear.map(|unclear| unclear.errors(words)).unwrap_or_default(),
            people: unclear.map(|unclear| unclear.choices(words, query)),
            search: query.search.as_ref().map(|search| search.as_str().to_owned()).unwrap_or_default(),
            kept_by_search: kept(&["q"], true),
            kept_by_selects: kept(&["q", "view", "owner"], false),
            found: (query.is_filtered() || unclear.is_some())
                .then(|| words.say("api-keys-found").with("keys", labels::counted_keys(words, listing.found)).into()),
            clear: address(&query.unfiltered(), query.order, None),
        }
    }
}

fn statuses(words: Words, query: &ListQuery) -> Select {
    let label = |status| match status {
        Status::Pending => "status-pending",
        Status::Active => "status-active",
        Status::Disabled => "status-disabled",
        Status::Expired => "status-expired",
        Status::Revoked => "status-revoked",
    };
    let choice = |status: Status| FilterOption {
        value: status.as_str().to_owned(),
        label: words.say(label(status)).into(),
        is_chosen: query.status == Some(status),
    };
    let choices = Status::ALL.into_iter().map(choice).collect();
    Select { name: "status", label: "api-key-status", everything: "list-all-statuses", choices }
}

fn scopes(words: Words, query: &ListQuery) -> Select {
    let choice = |scope: Scope| FilterOption {
        value: scope.as_str().to_owned(),
        label: words.say(scope_name(scope)).into(),
        is_chosen: query.scope == Some(scope),
    };
    let choices = Scope::ALL.into_iter().map(choice).collect();
    Select { name: "scope", label: "list-scope", everything: "list-all-scopes", choices }
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

fn projects(words: Words, query: &ListQuery, listing: &Listing) -> Select {
    let chosen = query.project.as_ref().map(value_of);
    let choice =
        |value: &str, label: String| FilterOption { value: value.to_owned(), label, is_chosen: chosen == Some(value) };
    let projects = listing.projects.iter().map(|project| {
        let name = project.name.as_str();
        let label = if project.takes_keys() {
            name.to_owned()
        } else {
            words.say("api-keys-project-archived").with("name", name).into()
        };
        choice(project.id.as_str(), label)
    });
    let none = choice(NO_PROJECT, words.say("api-key-no-project").into());
    let choices = projects.chain([none]).collect();
    Select { name: "project", label: "project", everything: "api-keys-all-projects", choices }
}

fn days(words: Words, name: &'static str, label: &'static str, offered: &[i64], chosen: Option<i64>) -> Select {
    let mut all = offered.to_vec();
    all.extend(chosen.filter(|days| !offered.contains(days)));
    all.sort_unstable();
    let choice = |days: i64| FilterOption {
        value: days.to_string(),
        label: words.say("list-days").with("count", days).into(),
        is_chosen: chosen == Some(days),
    };
    Select { name, label, everything: "list-any-time", choices: all.into_iter().map(choice).collect() }
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
