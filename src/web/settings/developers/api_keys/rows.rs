//! The rows of the list, each with what can be done from it; and one row alone, for the script that renames in place.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode};
use askama::{Template, filters::HtmlSafe};
use serde::Deserialize;

use super::{
    ORGANIZATION_QUERY,
    filters::scope_name,
    query::MATCHING,
    row_buttons::{self, RowButtonLink, RowFacts},
};
use crate::{
    app::{
        self,
        api_keys::{View, list_query::parse_view, listing::Listing},
    },
    domain::{ApiKey, ApiKeyId, Permission, policy::OfferedAttribute},
    http::form,
    web::{
        answer,
        error::Error,
        labels,
        page::{ApiKeyDisplay, Errors, OwnerName, Section, Shell},
        request_context::RequestContext,
    },
};

/// A key, and what stands beside its menu.
pub struct Row {
    pub key: ApiKeyDisplay,
    /// The list of the keys in its project, and of its owner's keys. None beside buttons: the page has no more than
    /// 1,500 elements.
    pub project_href: Option<String>,
    pub owner_href: Option<String>,
    pub acts: Vec<RowButtonLink>,
    /// Its name is a field.
    pub rename: Option<Rename>,
}

/// The field that a name has become.
pub struct Rename {
    pub name: String,
    pub next: String,
    pub errors: Errors,
}

impl Rename {
    /// Where the row is as it was.
    pub fn cancel(&self, id: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("{}/{id}/name?{}", super::PATH, query.extend_pairs([("row", "text"), ("next", &self.next)]).finish())
    }
}

/// What the rows of a table have in common.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Table {
    pub view: View,
    pub may_manage: bool,
    pub has_projects: bool,
    pub has_environments: bool,
    pub has_external_ids: bool,
    /// Key IDs are displayed in full: keys created with one click have no name to tell them apart.
    pub has_key_ids: bool,
    /// All keys that match are selected, on other pages too.
    pub selects_all: bool,
    /// A script asked for the rows. It would find what is for browsers without one, too. (Rows with buttons have nothing
    /// for these, but in their menu: the page has no more than 1,500 elements.)
    pub is_for_script: bool,
}

impl Table {
    pub fn is_of_organization(&self) -> bool {
        self.view == View::Organization
    }

    /// Whether it has more columns than usual.
    pub fn is_wide(&self) -> bool {
        self.has_projects || self.is_of_organization() || self.has_environments || self.has_external_ids
    }

    /// Whether it has so many columns that they are narrower.
    pub fn is_crowded(&self) -> bool {
        let more = [self.has_projects, self.is_of_organization(), self.has_environments, self.has_external_ids];
        more.into_iter().filter(|has| *has).count() > 2
    }

    /// The query that brings actions back to this view.
    pub fn query(&self) -> &'static str {
        if self.is_of_organization() { ORGANIZATION_QUERY } else { "" }
    }
}

/// A row as HTML.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/row.html")]
pub struct RowTemplate<'a> {
    shell: &'a Shell,
    table: &'a Table,
    key: &'a ApiKeyDisplay,
    project_href: Option<&'a str>,
    owner_href: Option<&'a str>,
    acts: &'a [RowButtonLink],
    rename: Option<&'a Rename>,
}

/// The template escapes what it displays.
impl HtmlSafe for RowTemplate<'_> {}

impl<'a> RowTemplate<'a> {
    pub fn new(shell: &'a Shell, table: &'a Table, row: &'a Row) -> Self {
        Self {
            shell,
            table,
            key: &row.key,
            project_href: row.project_href.as_deref(),
            owner_href: row.owner_href.as_deref(),
            acts: &row.acts,
            rename: row.rename.as_ref(),
        }
    }

    /// The parts of the token that are public: "lk_…a9F2". The second is the environment, if it says one.
    fn hint(&self) -> (String, String, String) {
        let (key_id, last) = (&self.key.lookup, &self.key.last4);
        match key_id.rsplit_once('_') {
            Some((label, _)) if !self.table.has_key_ids => match label.split_once('_') {
                Some((prefix, environment)) => (format!("{prefix}_"), format!("{environment}_"), format!("…{last}")),
                None => (format!("{label}_…{last}"), String::new(), String::new()),
            },
            _ => (format!("{key_id}…{last}"), String::new(), String::new()),
        }
    }

    /// The address to which the switch posts.
    fn switch_path(&self) -> String {
        let act = if self.key.status == "active" { "disablement" } else { "enablement" };
        format!("{}/{}/{act}{}", super::PATH, self.key.id, self.table.query())
    }
}

/// The actor may manage what this view shows.
pub fn may_manage(request: &RequestContext, view: View) -> Result<bool, Error> {
    let permission =
        if view == View::Organization { Permission::ManageAllApiKeys } else { Permission::ManageOwnApiKeys };
    Ok(request.actor()?.may(permission, &request.policy()))
}

/// The rows of this listing. `new` is the id of the key that was just made.
pub fn build(request: &RequestContext, listing: &Listing, view: View, new: Option<&str>) -> Result<Vec<Row>, Error> {
    let (actor, policy, now) = (request.actor()?, request.policy(), request.now());
    let may_manage = may_manage(request, view)?;
    let owners: BTreeMap<_, _> = listing.owners.iter().map(|owner| (&owner.id, owner)).collect();
    let projects: BTreeMap<_, _> = listing.projects.iter().map(|project| (&project.id, project)).collect();
    let prefix = if view == View::Organization { "view=organization&" } else { "" };
    let row = |api_key: &ApiKey| {
        let key = api_key;
        let row = ApiKeyDisplay::new(request.words(), key, now, policy.soon());
        let made_by_system = listing.made_by_system.contains(&key.id);
        let facts = RowFacts {
            is_own: actor.owns(key),
            may_manage,
            token_is_kept: listing.kept.contains(key.id.as_str())
                && (made_by_system || policy.keeps_token_of(key.scope)),
            is_protected: made_by_system && policy.system_default_key,
        };
        let query = if view == View::Organization { ORGANIZATION_QUERY } else { "" };
        let acts = row_buttons::list(request.words(), &policy, key, facts, query, now);
        let key = ApiKeyDisplay {
            made_by_system,
            is_new: new == Some(row.id.as_str()),
            scope: request.say(scope_name(key.scope)).into(),
            rotation: labels::rotation(request.words(), key, &policy, now),
            today: listing.today.get(&key.id).copied().and_then(|day| labels::today(request.words(), day)),
            owner: owners.get(&key.owner_id).map(|owner| OwnerName::from(*owner)),
            project: key.project_id.as_ref().and_then(|id| Some(projects.get(id)?.name.as_str().to_owned())),
            ..row
        };
        let has_links = acts.is_empty();
        let in_list = |name, id: &str| format!("{}?{prefix}{name}={id}", super::PATH);
        Row {
            project_href: api_key.project_id.as_ref().filter(|_| has_links).map(|id| in_list("project", id.as_str())),
            owner_href: (has_links && key.owner.is_some()).then(|| in_list("owner", api_key.owner_id.as_str())),
            key,
            acts,
            rename: None,
        }
    };
    Ok(listing.page.api_keys.iter().map(row).collect())
}

/// What matters to a single row in the address of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ListAddress {
    view: Option<String>,
    select: Option<String>,
}

/// Whether the list at this address selects all its keys, and its view.
pub fn read_address(list: &str) -> Result<(bool, View), Error> {
    let (_, query) = list.split_once('?').unwrap_or_default();
    let query = query.split('#').next().unwrap_or_default();
    let address: ListAddress = form::parse(query.as_bytes())?;
    Ok((address.select.as_deref() == Some(MATCHING), parse_view(address.view.as_deref())?))
}

/// The row of this key in the list at the address `list`.
pub async fn show(
    request: &RequestContext,
    status: StatusCode,
    id: ApiKeyId,
    list: &str,
    rename: Option<Rename>,
) -> Result<HttpResponse, Error> {
    let (row, table) = load(request, id, list).await?;
    let row = Row { rename, ..row };
    let shell = request.dialog(row.key.name.as_str(), Section::ApiKeys, &[]);
    answer::render(status, &RowTemplate::new(&shell, &table, &row))
}

/// The row of this key as it is now, in the list at the address `list`.
pub async fn load(request: &RequestContext, id: ApiKeyId, list: &str) -> Result<(Row, Table), Error> {
    let (selects_all, view) = read_address(list)?;
    let find =
        move |conn: &mut _, context: &_, actor: &_| app::api_keys::listing::find_one(conn, context, actor, view, &id);
    let listing = request.read(find).await?;
    let row = build(request, &listing, view, None)?.pop().ok_or(Error::NotFound)?;
    Ok((row, table_of(request, &listing, view, selects_all)?))
}

/// What the rows of this listing have in common.
pub fn table_of(request: &RequestContext, listing: &Listing, view: View, selects_all: bool) -> Result<Table, Error> {
    let may_manage = may_manage(request, view)?;
    Ok(Table {
        view,
        may_manage,
        has_projects: !listing.projects.is_empty(),
        has_environments: request.policy().has_environments(),
        has_external_ids: request.policy().offers(OfferedAttribute::ExternalId),
        has_key_ids: request.policy().one_click_creation,
        selects_all: may_manage && selects_all,
        is_for_script: request.wants_fragment,
    })
}
