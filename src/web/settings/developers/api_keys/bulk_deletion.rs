//! Deleting the selected keys: all of them or none.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, SETTINGS,
    impact::{ImpactSummary, count_active},
    selection_form, view_of, way_back,
};
use crate::{
    app::{
        Failure,
        api_keys::{
            View,
            deletion::{Deleted, delete},
            selection::{self, CountChanged, Selection},
        },
    },
    domain::ApiKeyAction,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{ApiKeyDisplay, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/bulk_deletion.html")]
struct BulkDeletionPage {
    shell: Shell,
    rows: Vec<ApiKeyDisplay>,
    count: i64,
    system_keys: usize,
    impact: ImpactSummary,
    /// The target of the form.
    action: &'static str,
    form_token: String,
    /// Hidden fields that repeat the selection.
    chosen: Vec<(&'static str, String)>,
    next: String,
    /// The person confirmed another number of keys.
    is_asked_again: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BulkDeletionForm {
    next: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let next = way_back(&request, "")?;
    let Some(selection) = selection_form::from_query(&request)? else {
        return selection_form::redirect_without_selection(&request, &next);
    };
    render(&request, StatusCode::OK, selection, next).await
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let (selection, form) = selection_form::from_form::<BulkDeletionForm>(&request)?;
    let next = way_back(&request, &form.next)?;
    let Some(selection) = selection else { return selection_form::redirect_without_selection(&request, &next) };
    let (token_keys, asked) = (request.state.current_token_keys().await?, selection.clone());
    let told = request.once(move |conn, context, actor| {
        let Deleted { api_keys, made_anew } = delete(conn, context, actor, &token_keys, &asked)?;
        let active = count_active(&api_keys, context.now);
        Ok(Flash::ApiKeysDeleted { count: api_keys.len(), active, made_anew })
    });
    match told.await {
        Ok(told) => {
            request.set_flash(told)?;
            Ok(request.redirect(&next))
        }
        Err(Failure::Refused(CountChanged { .. })) => render(&request, StatusCode::CONFLICT, selection, next).await,
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    selection: Selection,
    next: String,
) -> Result<HttpResponse, Error> {
    let asked = selection.clone();
    let now = request.now();
    let question = request
        .write(move |conn, context, actor| selection::preview(conn, context, actor, &asked, ApiKeyAction::Delete))
        .await?;
    if question.api_keys.is_empty() {
        request.set_flash(Flash::NothingToChange)?;
        return Ok(request.redirect(&next));
    }
    let impact = ImpactSummary::new(request.words(), &question, now);
    let title = request.say("api-keys-deletion-heading").with("count", impact.count);
    let page = BulkDeletionPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        rows: selection_form::rows(request, &question, now),
        count: impact.count,
        system_keys: question.system_keys,
        impact,
        action: match view_of(request)? {
            (View::Mine, _) => "/settings/developers/api-keys/bulk-deletion",
            (View::Organization, _) => "/settings/developers/api-keys/bulk-deletion?view=organization",
        },
        form_token: request.form_token(),
        chosen: selection_form::fields(&selection, &question),
        next,
        is_asked_again: status == StatusCode::CONFLICT,
    };
    answer::render(status, &page)
}
