//! Removing an API permission, after what it affects.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, PATH, PERMISSIONS, SETTINGS, names_of, parse_name};
use crate::{
    app::{
        Failure,
        api_permissions::removal::{self, ApiPermissionRemoval, NotRemoved},
    },
    domain::ApiPermissionName,
    web::{
        answer,
        error::Error,
        flash::{ApiPermissionFlash, Flash},
        page::{Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

/// The most names of people on the page.
const MOST_NAMES: usize = 10;

#[derive(Template)]
#[template(path = "settings/developers/permissions/removal.html")]
struct ApiPermissionRemovalPage {
    shell: Shell,
    name: String,
    form_token: String,
    agreed: String,
    is_nothing: bool,
    /// How many people have it.
    holders: usize,
    roles: String,
    wildcard_roles: String,
    people: i64,
    /// Some of their names.
    names: String,
    named: i64,
    by_wildcard: i64,
    inherited: i64,
    used_recently: i64,
    errors: Errors,
    /// It affects something else than what the person confirmed.
    is_asked_again: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiPermissionRemovalForm {
    agreed: String,
    confirmed: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, parse_name(&id)?, Errors::default()).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let name = parse_name(&id)?;
    let ApiPermissionRemovalForm { agreed, confirmed } = request.form()?;
    request.require_proof()?;
    let (asked, agreed) = (name.clone(), (!confirmed.is_empty()).then_some(agreed));
    let removed = request.once(move |conn, context, actor| {
        let api_keys = removal::remove(conn, context, actor, &asked, agreed.as_deref())?;
        Ok(Flash::ApiPermissions(ApiPermissionFlash::Removed { name: asked.to_string(), api_keys }))
    });
    match removed.await {
        Ok(flash) => {
            request.set_flash(flash)?;
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(NotRemoved::NotConfirmed(fault))) => {
            let errors = Errors::new(request.words(), &[fault]);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, name, errors).await
        }
        Err(Failure::Refused(NotRemoved::Changed)) => {
            render(&request, StatusCode::CONFLICT, name, Errors::default()).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    name: ApiPermissionName,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let asked = name.clone();
    let plan = request.read(move |conn, context, actor| removal::plan(conn, context, actor, &asked)).await?;
    let title = Title::naming(|| request.say("api-permission-removal-heading"), "name", name.as_str());
    let shell = request.dialog(title, Section::ApiPermissions, &[HOME, SETTINGS, PERMISSIONS]);
    answer::render(
        status,
        &ApiPermissionRemovalPage::new(request, shell, &plan, errors, status == StatusCode::CONFLICT),
    )
}

impl ApiPermissionRemovalPage {
    fn new(
        request: &RequestContext,
        shell: Shell,
        plan: &ApiPermissionRemoval,
        errors: Errors,
        is_asked_again: bool,
    ) -> Self {
        let words = request.words();
        let mut names: Vec<_> = plan.members.iter().take(MOST_NAMES).map(|member| member.name.as_str()).collect();
        names.extend((plan.members.len() > MOST_NAMES).then_some("…"));
        Self {
            shell,
            name: plan.permission.name.to_string(),
            form_token: request.form_token(),
            agreed: plan.agreement(),
            is_nothing: plan.is_nothing(),
            holders: plan.people,
            roles: names_of(words, plan.roles.iter().copied()),
            wildcard_roles: names_of(words, plan.wildcard_roles.iter().copied()),
            people: i64::try_from(plan.members.len()).unwrap_or(i64::MAX),
            names: names.join(", "),
            named: plan.named.api_keys,
            by_wildcard: plan.by_wildcard.api_keys,
            inherited: plan.inherited.api_keys,
            used_recently: plan.used_recently(),
            errors,
            is_asked_again,
        }
    }
}
