//! Deleting the selected keys: all of them or none.

use actix_web::HttpResponse;
use askama::Template;

use super::{API_KEYS, HOME, SETTINGS, chosen, view_of};
use crate::{
    app::{
        self,
        api_keys::{View, selection},
    },
    domain::{Act, ApiKey},
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

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let (view, list) = view_of(&visit)?;
    let Some(selection) = chosen::parse(&visit, &visit.query()?)? else { return chosen::nothing(&visit, list) };
    let (context, actor) = (visit.context(), visit.actor()?);
    let now = context.now;
    let asked = visit.state.read(move |conn| selection::ask(conn, &context, &actor, &selection, Act::Delete)).await?;
    let keys = &asked.api_keys;
    let row = |key: &ApiKey| {
        let owner = asked.owners.iter().find(|owner| owner.id == key.owner_id);
        ApiKeyRow { owner: owner.map(OwnerName::from), ..ApiKeyRow::new(visit.words(), key, now) }
    };
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
        used_in_last_24_hours: i64::try_from(asked.used_in_last_24_hours).unwrap_or(i64::MAX),
    })
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let (_, list) = view_of(&visit)?;
    let Some(selection) = chosen::parse(&visit, &visit.form()?)? else { return chosen::nothing(&visit, list) };
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let keys =
        visit.state.write(move |conn| app::api_keys::deletion::delete(conn, &mut context, &actor, &selection)).await?;
    visit.set_flash(Flash::ApiKeysDeleted { count: keys.len() })?;
    Ok(visit.redirect(list))
}
