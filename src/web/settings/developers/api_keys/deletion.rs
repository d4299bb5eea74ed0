//! Deleting one key: what will happen, and doing it. Discarding a key that was just made is the same act.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{API_KEYS, HOME, SETTINGS, parse_id, view_of};
use crate::{
    app::{
        self,
        api_keys::{
            View,
            selection::{self, Selection},
        },
    },
    domain::{Act, Status},
    web::{
        error::Error,
        flash::Flash,
        page::{self, ApiKeyRow, OwnerName, Section, Shell},
        visit::Visit,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/deletion.html")]
struct DeletionPage {
    shell: Shell,
    key: ApiKeyRow,
    /// Where the list is.
    list: &'static str,
    /// Goes with the form, so that it leads back there.
    query: &'static str,
    used_in_last_24_hours: bool,
}

pub async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (view, list) = view_of(&visit)?;
    let (context, actor) = (visit.context(), visit.actor()?);
    let now = context.now;
    let selection = Selection::One(id);
    let question =
        visit.state.read(move |conn| selection::ask(conn, &context, &actor, &selection, Act::Delete)).await?;
    let key = question.api_keys.first().ok_or(Error::NotFound)?;
    let title = visit.say("api-key-deletion-title").with("name", key.name.as_str());
    page::ok(&DeletionPage {
        shell: visit.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        used_in_last_24_hours: question.used_in_last_24_hours > 0,
        key: ApiKeyRow {
            owner: question.owners.first().map(OwnerName::from),
            ..ApiKeyRow::new(visit.words(), key, now)
        },
        list,
        query: if view == View::Organization { "?view=organization" } else { "" },
    })
}

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (_, list) = view_of(&visit)?;
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let now = context.now;
    let selection = Selection::One(id);
    let deleted =
        visit.state.write(move |conn| app::api_keys::deletion::delete(conn, &mut context, &actor, &selection)).await?;
    let key = deleted.first().ok_or(Error::NotFound)?;
    let name = key.name.as_str().to_owned();
    visit.set_flash(match key.status(now) {
        Status::Pending => Flash::ApiKeyDiscarded { name },
        _ => Flash::ApiKeyDeleted { name },
    })?;
    Ok(visit.redirect(list))
}
