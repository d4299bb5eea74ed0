//! Creating a key: the form, and what becomes of it.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, SETTINGS,
    attributes::AttributeControls,
    fields::{CUSTOM_DATE, ExpirationField, NEVER, RestrictionField, RotationField, ScopeChoice},
    limit_fields::{self, LimitInput},
    permission_fields::PermissionFields,
    reveal,
};
use crate::{
    app::{
        Failure,
        api_keys::{
            attributes::AttributeTexts,
            creation::{self, Created, Creation, Draft, NotCreated, Submission},
            form::KeyTexts,
        },
    },
    domain::{ExpirationDate, Policy, Project, Timestamp, api_key::restrictions::Texts},
    web::{
        answer, csrf,
        error::Error,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

const NEW: &str = "/settings/developers/api-keys/new";

#[derive(Template)]
#[template(path = "settings/developers/api_keys/new.html")]
struct ApiKeyNewPage {
    shell: Shell,
    form_token: String,
    /// The token of an earlier form, whose key this one replaces.
    replaces: String,
    name: String,
    description: String,
    expiration: ExpirationField,
    project: String,
    projects: Vec<Project>,
    is_disabled: bool,
    scopes: Vec<ScopeChoice>,
    restrictions: Vec<RestrictionField>,
    permissions: PermissionFields,
    rotation: RotationField,
    attributes: AttributeControls,
    has_own_limit: bool,
    /// Always None, because people create only their own keys.
    owner: Option<String>,
    errors: Errors,
    limit_reached: Option<i64>,
}

impl ApiKeyNewPage {
    /// Whether a field of "More options" has a value of its own or an error. They are then displayed at once.
    fn uses_options(&self) -> bool {
        let has_networks = |field: &RestrictionField| field.kind == "allowed_networks" && !field.text.is_empty();
        let has_error = |field: &&str| self.errors.of(field).is_some();
        !self.description.is_empty()
            || self.restrictions.iter().any(has_networks)
            || !self.permissions.inherits
            || !self.rotation.typed.is_empty()
            || self.is_disabled
            || self.has_own_limit
            || ["description", "allowed_networks", "permissions", "rotate_every_days"].iter().any(has_error)
            || limit_fields::names().iter().any(has_error)
    }
}

#[derive(Template)]
#[template(path = "settings/developers/api_keys/form_used.html")]
struct ApiKeyFormUsedPage {
    shell: Shell,
    made: Option<UsedFormNotice>,
    /// The fields of the form, as they were sent, to create the key again where that is possible.
    again: Vec<(&'static str, String)>,
}

/// The key that a form created.
struct UsedFormNotice {
    id: String,
    name: String,
    /// Its message id of the catalogue.
    text: &'static str,
}

/// The form in an empty list, which asks for a name only. Its faults open the whole form.
pub struct FirstKeyForm {
    pub form_token: String,
    /// The proposed date.
    pub expires_on: String,
}

impl FirstKeyForm {
    pub fn new(request: &RequestContext) -> Self {
        let date = request.policy().default_expiration(request.now());
        let form_token = csrf::seed(&mut (request.state.rng)());
        Self { form_token, expires_on: date.map(ExpirationDate::iso).unwrap_or_default() }
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct ApiKeyNewForm {
    name: String,
    description: String,
    expires_on: String,
    /// A preset for the expiration date. It counts unless another date than the proposed one is typed.
    expires_in: String,
    expires_proposed: String,
    /// An id. Empty for no project.
    project: String,
    /// Empty for the proposed scope.
    scope: String,
    trusted_domains: String,
    app_identifiers: String,
    allowed_networks: String,
    /// The name of the list that is empty on purpose.
    unrestricted: String,
    permissions: Vec<String>,
    /// A number of days. Empty for the policy's interval.
    rotate_every_days: String,
    /// `disabled` for a key that starts disabled; otherwise empty or `active`.
    status: String,
    environment: Option<String>,
    external_id: Option<String>,
    metadata: Option<String>,
    #[serde(skip)]
    limits: LimitInput,
    /// Set by the one-click button of the list, whose form has no other fields.
    one_click: Option<String>,
    form_token: String,
    /// The token of an earlier form, whose key is discarded.
    replaces: String,
}

impl ApiKeyNewForm {
    fn texts(&self) -> KeyTexts<'_> {
        KeyTexts {
            name: &self.name,
            description: &self.description,
            expires_on: &self.expires_on,
            project: &self.project,
            scope: &self.scope,
            restrictions: self.lists(),
            unrestricted: &self.unrestricted,
            rotate_every_days: &self.rotate_every_days,
            permissions: &self.permissions,
            attributes: AttributeTexts {
                environment: self.environment.as_deref(),
                external_id: self.external_id.as_deref(),
                metadata: self.metadata.as_deref(),
                rate_limit: self.limits.rate_limit(),
                quota: self.limits.quota(),
            },
        }
    }

    fn lists(&self) -> Texts<'_> {
        Texts {
            trusted_domains: &self.trusted_domains,
            app_identifiers: &self.app_identifiers,
            allowed_networks: &self.allowed_networks,
        }
    }

    /// The form's fields with a new token, to replace the key that it created first.
    fn again(&self, form_token: String) -> Vec<(&'static str, String)> {
        let typed = [
            ("name", &self.name),
            ("description", &self.description),
            ("expires_on", &self.expires_on),
            ("project", &self.project),
            ("scope", &self.scope),
            ("trusted_domains", &self.trusted_domains),
            ("app_identifiers", &self.app_identifiers),
            ("allowed_networks", &self.allowed_networks),
            ("unrestricted", &self.unrestricted),
            ("rotate_every_days", &self.rotate_every_days),
            ("status", &self.status),
            ("replaces", &self.form_token),
        ];
        let typed = typed.into_iter().map(|(field, value)| (field, value.clone()));
        let permissions = self.permissions.iter().map(|permission| ("permissions", permission.clone()));
        let attributes =
            [("environment", &self.environment), ("external_id", &self.external_id), ("metadata", &self.metadata)];
        let attributes = attributes.into_iter().filter_map(|(field, value)| Some((field, value.clone()?)));
        let attributes = attributes.chain(self.limits.fields());
        let one_click = self.one_click.iter().map(|value| ("one_click", value.clone()));
        typed.chain(attributes).chain(permissions).chain(one_click).chain([("form_token", form_token)]).collect()
    }

    /// Replaces the date by that of the selected preset, unless somebody has typed a date. Without a script, a typed date
    /// does not change the selected preset, so the date decides.
    fn apply_preset(&mut self, policy: &Policy, now: Timestamp) -> Result<(), Error> {
        if self.expires_on.trim() != self.expires_proposed.trim() {
            return Ok(());
        }
        match self.expires_in.as_str() {
            "" | CUSTOM_DATE => {}
            NEVER => self.expires_on.clear(),
            days => {
                let presets = policy.expiration_presets(now);
                let chosen = presets.into_iter().find(|(preset, _)| preset.to_string() == days);
                self.expires_on = chosen.ok_or(Error::Malformed)?.1.iso();
            }
        }
        Ok(())
    }

    fn is_disabled(&self) -> bool {
        self.status == "disabled"
    }
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    render_proposal(&request, StatusCode::OK, Errors::default()).await
}

/// The form with the proposed values.
async fn render_proposal(request: &RequestContext, status: StatusCode, errors: Errors) -> Result<HttpResponse, Error> {
    let draft = draft(request).await?;
    let form = ApiKeyNewForm {
        name: draft.name.as_str().to_owned(),
        expires_on: draft.expiration.map(ExpirationDate::iso).unwrap_or_default(),
        form_token: csrf::seed(&mut (request.state.rng)()),
        ..ApiKeyNewForm::default()
    };
    let limit_reached = draft.limit_reached;
    render(request, status, form, draft, errors, limit_reached)
}

async fn draft(request: &RequestContext) -> Result<Draft, Error> {
    let noun = default_name(request);
    Ok(request.read(move |conn, context, actor| creation::draft(conn, context, actor, &noun)).await?)
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let mut form: ApiKeyNewForm = request.form_beside(&limit_fields::names())?;
    form.limits = LimitInput::read(&request)?;
    form.apply_preset(&request.policy(), request.now())?;
    if form.form_token.is_empty() || form.form_token.len() > 64 || form.replaces.len() > 64 {
        return Err(Error::Malformed);
    }
    if !["", "active", "disabled"].contains(&form.status.as_str()) {
        return Err(Error::Malformed);
    }
    let is_one_click = form.one_click.is_some();
    if is_one_click && !request.policy().one_click_creation {
        // One click was allowed when the list was displayed.
        return Ok(request.redirect(NEW));
    }
    match store(&request, &form).await {
        Ok(Created { api_key, token }) => reveal::show(&request, &api_key, &token, None),
        Err(Failure::Refused(NotCreated::LimitReached { .. })) if is_one_click => {
            render_proposal(&request, StatusCode::UNPROCESSABLE_ENTITY, Errors::default()).await
        }
        // One click cannot say who may use the key.
        Err(Failure::Refused(NotCreated::Invalid(faults))) if is_one_click => {
            render_proposal(&request, StatusCode::UNPROCESSABLE_ENTITY, Errors::new(request.words(), &faults)).await
        }
        Err(Failure::Refused(NotCreated::Invalid(faults))) => {
            render_refused(&request, form, Errors::new(request.words(), &faults), None).await
        }
        Err(Failure::Refused(NotCreated::LimitReached { limit })) => {
            render_refused(&request, form, Errors::default(), Some(limit)).await
        }
        Err(Failure::Refused(NotCreated::FormUsed(made))) => form_used(&request, &form, made.as_deref()),
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

/// In the creator's language.
fn default_name(request: &RequestContext) -> String {
    request.say("api-key-default-name").into()
}

async fn store(request: &RequestContext, form: &ApiKeyNewForm) -> Result<Created, Failure<NotCreated>> {
    let token_keys = request.state.current_token_keys().await?;
    let creation = match form.one_click {
        Some(_) => Creation::Proposed { noun: default_name(request) },
        None => Creation::Chosen(Box::new(form.texts().parse_new(form.is_disabled()))),
    };
    let (form_token, replaces) = (form.form_token.clone(), form.replaces.clone());
    request
        .write_if_room(move |conn, context, actor| {
            let submission = Submission { form_token: &form_token, replaces: &replaces };
            creation::create(conn, context, actor, &token_keys, &submission, &creation)
        })
        .await
}

/// A double submit, a reload, or a retry after the answer with the token was lost.
fn form_used(
    request: &RequestContext,
    form: &ApiKeyNewForm,
    made: Option<&creation::ExistingKey>,
) -> Result<HttpResponse, Error> {
    let shell = request.dialog(request.say("form-used-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
    let is_replaceable = made.is_some_and(|made| made.is_replaceable);
    let again = if is_replaceable { form.again(request.form_token()) } else { Vec::new() };
    let made = made.map(|made| UsedFormNotice {
        id: made.api_key.id.to_string(),
        name: made.api_key.name.as_str().to_owned(),
        text: match made.api_key.confirmed_at {
            _ if made.is_viewable => "creation-form-made-viewable",
            _ if made.is_replaceable => "creation-form-made-replaceable",
            Some(at) if at > made.api_key.created_at => "api-key-form-made-confirmed",
            _ => "creation-form-made-used",
        },
    });
    answer::render(StatusCode::CONFLICT, &ApiKeyFormUsedPage { shell, made, again })
}

/// The form with faults and with what was typed.
async fn render_refused(
    request: &RequestContext,
    form: ApiKeyNewForm,
    errors: Errors,
    limit_reached: Option<i64>,
) -> Result<HttpResponse, Error> {
    let draft = draft(request).await?;
    render(request, StatusCode::UNPROCESSABLE_ENTITY, form, draft, errors, limit_reached)
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    form: ApiKeyNewForm,
    draft: Draft,
    errors: Errors,
    limit_reached: Option<i64>,
) -> Result<HttpResponse, Error> {
    let policy = &request.policy();
    let texts = form.lists();
    let mut restrictions = RestrictionField::list_for(&policy.scopes_offered, texts);
    RestrictionField::ask_whether_open(&mut restrictions, &errors, &form.unrestricted);
    RestrictionField::name_networks_of(policy, &mut restrictions);
    let is_disabled = form.is_disabled();
    let rotation = RotationField::new(request.words(), policy, form.rotate_every_days);
    let environment = form.environment.as_deref();
    let (external_id, metadata) = (form.external_id, form.metadata);
    let attributes = AttributeControls::of_new_key(request, environment, external_id, metadata, &form.limits)?;
    let has_own_limit = form.limits.is_own();
    let ApiKeyNewForm { name, description, expires_on, project, form_token, replaces, scope, permissions, .. } = form;
    let page = ApiKeyNewPage {
        shell: request.dialog(request.say("api-key-new-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        form_token,
        replaces,
        name,
        description,
        expiration: ExpirationField::new(request.words(), policy, request.now(), expires_on, None),
        project,
        projects: draft.projects,
        is_disabled,
        scopes: ScopeChoice::offered(request.words(), policy, &scope),
        restrictions,
        permissions: PermissionFields::new(request.words(), &permissions, &draft.permissions),
        rotation,
        attributes,
        has_own_limit,
        owner: None,
        errors,
        limit_reached,
    };
    answer::render(status, &page)
}
