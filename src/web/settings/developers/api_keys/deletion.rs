//! Deleting one key. Discarding a new key is the same action.

use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, PATH, SETTINGS,
    impact::{ImpactSummary, count_active},
    in_place, parse_id, view_of, way_back,
};
use crate::{
    app::{
        self, Failure,
        api_keys::{
            View,
            deletion::{Deleted, delete},
            selection::{self, CountChanged, Selection},
        },
    },
    domain::{ApiKeyAction, Status},
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{ApiKeyDisplay, OwnerName, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/deletion.html")]
struct DeletionPage {
    shell: Shell,
    key: ApiKeyDisplay,
    impact: ImpactSummary,
    form_token: String,
    is_made_anew: bool,
    /// The target of the cancel link.
    back: String,
    /// The page to show afterwards.
    next: String,
    /// The view, for the form.
    query: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DeletionForm {
    next: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (view, list) = view_of(&request)?;
    let back = way_back(&request, "")?;
    let now = request.now();
    let selection = Selection::One(id);
    let question = request
        .write(move |conn, context, actor| selection::preview(conn, context, actor, &selection, ApiKeyAction::Delete))
        .await?;
    let key = question.api_keys.first().ok_or(Error::NotFound)?;
    let title = Title::naming(|| request.say("api-key-deletion-heading"), "name", key.name.as_str());
    answer::ok(&DeletionPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        impact: ImpactSummary::new(request.words(), &question, now),
        form_token: request.form_token(),
        is_made_anew: question.system_keys > 0,
        key: ApiKeyDisplay {
            owner: question.owners.first().map(OwnerName::from),
            ..ApiKeyDisplay::new(request.words(), key, now, request.policy().soon())
        },
        next: not_of_a_key(&back, list),
        back,
        query: if view == View::Organization { "?view=organization" } else { "" },
    })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (_, list) = view_of(&request)?;
    let next = not_of_a_key(&way_back(&request, &request.form::<DeletionForm>()?.next)?, list);
    let token_keys = request.state.current_token_keys().await?;
    let deleted = Selection::One(id.clone());
    let told = request.once(move |conn, context, actor| {
        let Deleted { api_keys, made_anew } = delete(conn, context, actor, &token_keys, &deleted)?;
        let key = api_keys.first().ok_or(app::Error::NotFound)?;
        let name = key.name.as_str().to_owned();
        Ok(match key.status(context.now) {
            Status::Pending => Flash::ApiKeyDiscarded { name },
            _ => Flash::ApiKeyDeleted { name, active: count_active(&api_keys, context.now), made_anew },
        })
    });
    match told.await {
        Ok(told) => {
            // A key that was made in its place has no row yet.
            let is_row = matches!(told, Flash::ApiKeyDeleted { made_anew: 0, .. });
            if is_row && in_place::applies(&request, &next) && in_place::has_rows(&request, &next).await? {
                return in_place::remove_row(&request, &id, &told);
            }
            request.set_flash(told)?;
            Ok(request.redirect(&next))
        }
        // Only a selection by filter has a count. A single key exists or is not found.
        Err(Failure::Refused(CountChanged { .. })) => Err(Error::NotFound),
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

/// Never returns to the page of the deleted key.
fn not_of_a_key(path: &str, list: &str) -> String {
    let is_list = path.split(['?', '#']).next() == Some(PATH);
    if is_list { path.to_owned() } else { list.to_owned() }
}
