//! Deleting the selected keys: all of them or none.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, SETTINGS, view_of};
use crate::{
    app::{
        self,
        api_keys::{View, a_day_before, deletion::SELECTION_LIMIT},
    },
    domain::{ApiKey, ApiKeyId},
    web::{
        error::Error,
        flash::Flash,
        page::{self, ApiKeyRow, OwnerName, Section, Shell},
        visit::Visit,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/bulk_deletion.html")]
struct BulkDeletionPage {
    shell: Shell,
    keys: Vec<ApiKeyRow>,
    list: &'static str,
    /// Where the form goes.
    action: &'static str,
    used_in_last_24_hours: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Selection {
    id: Vec<String>,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let (view, list) = view_of(&visit)?;
    let Some(selection) = parse(&visit.query()?)? else { return nothing_selected(&visit, list) };
    let (context, actor) = (visit.context(), visit.actor()?);
    let now = context.now;
    let asked = visit
        .state
        .read(move |conn| app::api_keys::deletion::ask_selected(conn, &context, &actor, view, &selection))
        .await?;
    let keys = &asked.api_keys;
    let row = |key: &ApiKey| {
        let owner = asked.owners.iter().find(|owner| owner.id == key.owner_id);
        ApiKeyRow { owner: owner.map(OwnerName::from), ..ApiKeyRow::new(visit.words(), key, now) }
    };
    let used_in_last_24_hours = keys.iter().filter(|key| key.was_used_since(a_day_before(now))).count();
    page::ok(&BulkDeletionPage {
        shell: visit.dialog(
            visit.say("api-keys-deletion-heading").with("count", keys.len()),
            Section::ApiKeys,
            &[HOME, SETTINGS, API_KEYS],
        ),
        keys: keys.iter().map(row).collect(),
        list,
        action: match view {
            View::Mine => "/settings/developers/api-keys/bulk-deletion",
            View::Organization => "/settings/developers/api-keys/bulk-deletion?view=organization",
        },
        used_in_last_24_hours: i64::try_from(used_in_last_24_hours).unwrap_or(i64::MAX),
    })
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let (view, list) = view_of(&visit)?;
    let Some(selection) = parse(&visit.form()?)? else { return nothing_selected(&visit, list) };
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let keys = visit
        .state
        .write(move |conn| app::api_keys::deletion::delete_selected(conn, &mut context, &actor, view, &selection))
        .await?;
    visit.set_flash(Flash::ApiKeysDeleted { count: keys.len() })?;
    Ok(visit.redirect(list))
}

/// None when nothing is selected. What is no id belongs to no key, and rejects the whole selection.
fn parse(selection: &Selection) -> Result<Option<Vec<ApiKeyId>>, Error> {
    let selected = selection.id.len();
    if selected > SELECTION_LIMIT {
        return Err(Error::TooLarge);
    }
    let ids: Vec<_> = selection.id.iter().filter_map(|id| ApiKeyId::parse(id).ok()).collect();
    match selected - ids.len() {
        0 => Ok((selected > 0).then_some(ids)),
        missing => Err(Error::SelectionNotFound { missing, selected }),
    }
}

fn nothing_selected(visit: &Visit, list: &str) -> Result<HttpResponse, Error> {
    visit.set_flash(Flash::NoApiKeySelected)?;
    Ok(visit.redirect(list))
}
