//! Creating a key: the form, and the one answer that ever carries the token.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, SETTINGS,
    fields::{PermissionFields, RestrictionField, ScopeChoice},
};
use crate::{
    app::{
        self,
        api_keys::creation::{CreateForm, Created},
    },
    domain::{ApiKey, ExpirationDate, Project, api_key::restrictions::Texts, token},
    web::{
        csrf,
        error::Error,
        page::{self, Errors, Moment, Section, Shell},
        visit::Visit,
        words,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/new.html")]
struct NewPage {
    shell: Shell,
    form_token: String,
    name: String,
    description: String,
    expires_on: String,
    project: String,
    projects: Vec<Project>,
    earliest: String,
    latest: String,
    latest_text: String,
    scopes: Vec<ScopeChoice>,
    restrictions: Vec<RestrictionField>,
    permissions: PermissionFields,
    /// Whose permissions the key has, when that is somebody else: nobody, since one makes keys of one's own.
    owner: Option<String>,
    errors: Errors,
    limit_reached: Option<i64>,
}

/// Holds the token: it is rendered and dropped, and has no `Debug`.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/reveal.html")]
struct RevealPage {
    shell: Shell,
    id: String,
    name: String,
    token: String,
    lookup: String,
    secret: String,
    expires: Option<Moment>,
    curl: String,
}

#[derive(Template)]
#[template(path = "settings/developers/api_keys/form_used.html")]
struct FormUsedPage {
    shell: Shell,
    /// The name of the key that the form made, and whether it still waits for its confirmation.
    made: Option<(String, bool)>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct NewForm {
    name: String,
    description: String,
    expires_on: String,
    /// An id; empty for none.
    project: String,
    /// Empty for the usual one.
    scope: String,
    trusted_domains: String,
    app_identifiers: String,
    allowed_networks: String,
    permissions: Vec<String>,
    form_token: String,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let (context, actor) = (visit.context(), visit.actor()?);
    let draft = visit.state.read(move |conn| app::api_keys::creation::draft(conn, &context, &actor)).await?;
    let form = NewForm {
        name: draft.name.as_str().to_owned(),
        expires_on: draft.expiration.map(ExpirationDate::iso).unwrap_or_default(),
        form_token: csrf::seed(&mut (visit.state.rng)()),
        ..NewForm::default()
    };
    render(&visit, StatusCode::OK, form, draft.projects, Errors::default(), draft.limit_reached)
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let form: NewForm = visit.form()?;
    if form.form_token.is_empty() || form.form_token.len() > 64 {
        return Err(Error::Malformed);
    }
    match store(&visit, &form).await {
        Ok(created) => reveal(&visit, &created),
        Err(app::Error::Invalid(faults)) => refuse(&visit, form, Errors::new(visit.words(), &faults), None).await,
        Err(app::Error::ApiKeyLimitReached { limit }) => refuse(&visit, form, Errors::default(), Some(limit)).await,
        Err(app::Error::FormUsed(made)) => form_used(&visit, made.as_deref()),
        Err(other) => Err(other.into()),
    }
}

async fn store(visit: &Visit, form: &NewForm) -> Result<Created, app::Error> {
    let mut context = visit.context();
    let actor = visit.actor().map_err(|_| app::Error::Forbidden)?;
    let token_keys = visit.state.current_token_keys().await?;
    let form = form.clone();
    visit
        .state
        .write(move |conn| {
            let form = CreateForm {
                name: &form.name,
                description: &form.description,
                expires_on: &form.expires_on,
                project: &form.project,
                scope: &form.scope,
                trusted_domains: &form.trusted_domains,
                app_identifiers: &form.app_identifiers,
                allowed_networks: &form.allowed_networks,
                permissions: &form.permissions,
                form_token: &form.form_token,
            };
            app::api_keys::creation::create(conn, &mut context, &actor, &token_keys, &form)
        })
        .await
}

fn reveal(visit: &Visit, Created { api_key, token }: &Created) -> Result<HttpResponse, Error> {
    page::ok(&RevealPage {
        shell: visit.dialog(visit.say("api-key-reveal-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        id: api_key.id.to_string(),
        name: api_key.name.as_str().to_owned(),
        token: token.expose().to_owned(),
        lookup: format!("{}_{}", token::PREFIX, token.lookup()),
        secret: token.secret().to_owned(),
        expires: api_key.expires_at.map(|end| words::last_day(visit.words(), end)),
        curl: format!(
            "curl -X POST -H 'Authorization: Bearer {}' {}v1/verify",
            token.expose(),
            visit.state.site.base_url
        ),
    })
}

/// A double submit, a reload or a retry. The token cannot be shown again: nobody has it any more.
fn form_used(visit: &Visit, made: Option<&ApiKey>) -> Result<HttpResponse, Error> {
    let shell = visit.dialog(visit.say("form-used-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
    let made = made.map(|key| (key.name.as_str().to_owned(), key.confirmed_at.is_none()));
    page::render(StatusCode::CONFLICT, &FormUsedPage { shell, made })
}

/// The form once more, with what was typed.
async fn refuse(
    visit: &Visit,
    form: NewForm,
    errors: Errors,
    limit_reached: Option<i64>,
) -> Result<HttpResponse, Error> {
    let (context, actor) = (visit.context(), visit.actor()?);
    let projects = visit.state.read(move |conn| app::projects::list_open(conn, &context, &actor)).await?;
    render(visit, StatusCode::UNPROCESSABLE_ENTITY, form, projects, errors, limit_reached)
}

fn render(
    visit: &Visit,
    status: StatusCode,
    form: NewForm,
    projects: Vec<Project>,
    errors: Errors,
    limit_reached: Option<i64>,
) -> Result<HttpResponse, Error> {
    let context = visit.context();
    let latest = context.policy.latest_expiration(context.now);
    let texts = Texts {
        trusted_domains: &form.trusted_domains,
        app_identifiers: &form.app_identifiers,
        allowed_networks: &form.allowed_networks,
    };
    let restrictions = RestrictionField::all(texts);
    let held = visit.actor()?.role.permissions(&context.policy);
    let NewForm { name, description, expires_on, project, form_token, scope, permissions, .. } = form;
    let page = NewPage {
        shell: visit.dialog(visit.say("api-key-new-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        form_token,
        name,
        description,
        expires_on,
        project,
        projects,
        earliest: context.policy.earliest_expiration(context.now).iso(),
        latest: latest.iso(),
        latest_text: words::date(visit.words(), latest),
        scopes: ScopeChoice::all(visit.words(), &scope),
        restrictions,
        permissions: PermissionFields::new(visit.words(), &permissions, held),
        owner: None,
        errors,
        limit_reached,
    };
    page::render(status, &page)
}
