//! Resetting what was used of the limits of a key.

use std::time::Duration;

use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, SETTINGS,
    edit::page_error,
    limit_gauges::{self, LimitLine},
    parse_id, way_back,
};
use crate::{
    app::api_keys::limit_reset::{self, Resettable},
    domain::ApiKeyId,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

/// How long the answer waits until this server has reset its own uses. It does so without the answer, too.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Template)]
#[template(path = "settings/developers/api_keys/limit_reset.html")]
struct LimitResetPage {
    shell: Shell,
    id: ApiKeyId,
    /// Empty for a key without limits.
    limits: Vec<LimitLine>,
    resets: i64,
    back: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LimitResetForm {
    /// How often the key was reset when the form was displayed.
    resets: i64,
    next: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let found = request
        .write(move |conn, context, actor| limit_reset::find_resettable(conn, context, actor, &id))
        .await
        .map_err(page_error)?;
    let Resettable { api_key, limits, resets, .. } = found;
    let title = Title::naming(|| request.say("limit-reset-heading"), "name", api_key.name.as_str());
    answer::ok(&LimitResetPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        limits: limit_gauges::read(&request, &api_key, limits).await,
        id: api_key.id,
        resets,
        back: way_back(&request, "")?,
    })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let LimitResetForm { resets, next } = request.form()?;
    let back = way_back(&request, &next)?;
    let asked = id.clone();
    let reset = request
        .write(move |conn, context, actor| limit_reset::reset(conn, context, actor, &asked, resets))
        .await
        .map_err(page_error)?;
    let Some(api_key) = reset else {
        request.set_flash(Flash::NothingToChange)?;
        return Ok(request.redirect(&back));
    };
    // Other servers follow the change. This server does so before it answers, so that the next verification is valid.
    if let Some(synced) = request.state.key_limits.request_resync(&id) {
        let _ = tokio::time::timeout(PATIENCE, synced).await;
    }
    request.set_flash(Flash::LimitsReset { name: api_key.name.as_str().to_owned() })?;
    Ok(request.redirect(&back))
}
