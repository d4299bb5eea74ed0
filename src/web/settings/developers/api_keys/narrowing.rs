//! Taking the permissions from a key that no request asks for.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, SETTINGS, edit::page_error, parse_id, way_back};
use crate::{
    app::{
        Failure,
        api_keys::{
            narrowing::{self, Narrowable, NotNarrowed},
            permission_use::{PermissionUse, QUIET_DAYS, UnusedPermission},
        },
    },
    catalogue::Words,
    domain::{ApiKeyId, KeyPermissions, Permission},
    web::{
        answer,
        error::Error,
        flash::Flash,
        labels,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/narrowing.html")]
struct NarrowingPage {
    shell: Shell,
    id: ApiKeyId,
    days: i64,
    goes: Vec<UnusedLine>,
    /// Permissions in Latchkey that go, too.
    latchkey_goes: Vec<&'static str>,
    stays: Vec<String>,
    /// The key has inherited all permissions of its owner.
    inherits: bool,
    /// Other permissions are unused than the person has seen.
    has_changed: bool,
    back: String,
}

/// A permission that no request asks for.
pub struct UnusedLine {
    pub name: String,
    pub description: String,
    /// The day of its last use.
    pub used_on: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NarrowingForm {
    /// The permissions that the person has seen.
    goes: Vec<String>,
    next: String,
}

impl UnusedLine {
    pub fn all(words: Words, permission_use: &PermissionUse) -> Vec<Self> {
        let line = |unused: &UnusedPermission| Self {
            name: unused.permission.name.to_string(),
            description: unused.permission.description.as_str().to_owned(),
            used_on: unused.used_on.map(|day| labels::day(words, day).text),
        };
        permission_use.unused.iter().map(line).collect()
    }
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let back = way_back(&request, "")?;
    render(&request, parse_id(&id)?, StatusCode::OK, back).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let NarrowingForm { goes, next } = request.form()?;
    let back = way_back(&request, &next)?;
    let narrowed = id.clone();
    let work =
        move |conn: &mut _, context: &mut _, actor: &_| narrowing::narrow(conn, context, actor, &narrowed, &goes);
    match request.write(work).await {
        Ok(key) => {
            request.set_flash(Flash::ApiKeyEdited { name: key.name.as_str().to_owned() })?;
            Ok(request.redirect(&back))
        }
        Err(Failure::Refused(NotNarrowed::Changed)) => render(&request, id, StatusCode::CONFLICT, back).await,
        Err(Failure::Error(error)) => Err(page_error(error)),
    }
}

async fn render(
    request: &RequestContext,
    id: ApiKeyId,
    status: StatusCode,
    back: String,
) -> Result<HttpResponse, Error> {
    let found = request
        .write(move |conn, context, actor| narrowing::find_narrowable(conn, context, actor, &id))
        .await
        .map_err(page_error)?;
    let Narrowable { api_key, permission_use, latchkey_lost, .. } = found;
    let title = Title::naming(|| request.say("narrowing-heading"), "name", api_key.name.as_str());
    let page = NarrowingPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        days: QUIET_DAYS,
        goes: UnusedLine::all(request.words(), &permission_use),
        latchkey_goes: latchkey_lost.iter().map(Permission::as_str).collect(),
        stays: permission_use.narrowed(&api_key.permissions).names().map(str::to_owned).collect(),
        inherits: api_key.permissions == KeyPermissions::Inherited,
        has_changed: status == StatusCode::CONFLICT,
        id: api_key.id,
        back,
    };
    answer::render(status, &page)
}
