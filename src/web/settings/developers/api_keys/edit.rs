//! Editing a key. If somebody else edits it at the same time, the second person sees both values and decides.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, SETTINGS,
    attributes::AttributeControls,
    fields::{self, ExpirationField, RestrictionField, RotationField},
    limit_fields::{self, LimitInput},
    parse_id,
    permission_fields::PermissionFields,
    way_back,
};
use crate::{
    app::{
        self, Failure,
        api_keys::{
            attributes::AttributeTexts,
            edit::{self, EditableApiKey, NotEdited},
            form::{ApiKeyChanges, KeyTexts},
        },
    },
    catalogue::Words,
    domain::{
        ApiKey, ApiKeyId, ExpirationDate, KeyPermissions, Project, ProjectId, Timestamp,
        api_key::{
            attributes::{ExternalId, Metadata},
            restrictions::{Kind, List, Rule, Texts},
            rotation_schedule,
        },
    },
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/edit.html")]
struct EditPage {
    shell: Shell,
    id: ApiKeyId,
    scope: String,
    typed: EditInput,
    projects: Vec<Project>,
    expiration: ExpirationField,
    restrictions: Vec<RestrictionField>,
    permissions: PermissionFields,
    rotation: RotationField,
    attributes: AttributeControls,
    /// The field for the mark, if there is one.
    mark: Option<MarkField>,
    /// The owner, if it is another person: the key has their permissions.
    owner: Option<String>,
    /// The differences, if the key was changed since the form was displayed.
    conflict: Option<Vec<FieldConflict>>,
    errors: Errors,
}

/// The date by which somebody wants the key rotated.
struct MarkField {
    typed: String,
    earliest: String,
    latest: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct EditInput {
    name: String,
    description: String,
    expires_on: String,
    project: String,
    trusted_domains: String,
    app_identifiers: String,
    allowed_networks: String,
    /// The name of the list that is emptied on purpose.
    unrestricted: String,
    permissions: Vec<String>,
    rotate_every_days: String,
    /// None if the key had no mark when the form was displayed.
    rotate_by: Option<String>,
    external_id: Option<String>,
    metadata: Option<String>,
    #[serde(skip)]
    limits: LimitInput,
    edits: i64,
    next: String,
}

/// A field with another value in the form than the key has now.
struct FieldConflict {
    label: &'static str,
    present: String,
    typed: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let question = load(&request, parse_id(&id)?).await?;
    let form = EditInput::of_key(&question.api_key);
    render(&request, StatusCode::OK, question, form, Errors::default())
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let mut typed: EditInput = request.form_beside(&limit_fields::names())?;
    typed.limits = LimitInput::read(&request)?;
    let (asked, changes) = (id.clone(), typed.parse());
    let work = move |conn: &mut _, context: &mut _, actor: &_| edit::edit(conn, context, actor, &asked, &changes);
    match request.write(work).await {
        Ok(key) => {
            request.set_flash(Flash::ApiKeyEdited { name: key.name.as_str().to_owned() })?;
            Ok(request.redirect(&way_back(&request, &typed.next)?))
        }
        Err(Failure::Refused(NotEdited::Invalid(faults))) => {
            let errors = Errors::new(request.words(), &faults);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, load(&request, id).await?, typed, errors)
        }
        Err(Failure::Refused(NotEdited::Conflict(_))) => {
            render(&request, StatusCode::CONFLICT, load(&request, id).await?, typed, Errors::default())
        }
        Err(Failure::Error(error)) => Err(page_error(error)),
    }
}

/// Distinguishes a revoked key from one that ended before it was confirmed.
pub(super) fn page_error(error: app::Error) -> Error {
    match error {
        app::Error::ApiKeyEnded => Error::ApiKeyRevoked,
        other => other.into(),
    }
}

async fn load(request: &RequestContext, id: ApiKeyId) -> Result<EditableApiKey, Error> {
    request.write(move |conn, context, actor| edit::find_editable(conn, context, actor, &id)).await.map_err(page_error)
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    question: EditableApiKey,
    mut form: EditInput,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let (words, policy, actor) = (request.words(), request.policy(), request.actor()?);
    let EditableApiKey { api_key, owner, projects, permissions } = question;
    if form.permissions.is_empty() {
        form.permissions = fields::typed(&api_key.permissions);
    }
    let conflict = (status == StatusCode::CONFLICT).then(|| differences(words, &api_key, &projects, &form));
    if conflict.is_some() {
        // A person who sends the form again has seen what they overwrite.
        form.edits = api_key.edits;
    }
    form.next = way_back(request, &form.next)?;
    let typed = form.expires_on.clone();
    let mut restrictions = RestrictionField::list_for(&[api_key.scope], form.texts());
    RestrictionField::ask_whether_open(&mut restrictions, &errors, &form.unrestricted);
    RestrictionField::name_networks_of(&policy, &mut restrictions);
    let title = Title::naming(|| request.say("key-form-edit-heading"), "name", api_key.name.as_str());
    let page = EditPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        scope: fields::scope(words, api_key.scope),
        projects,
        expiration: ExpirationField::new(words, &policy, request.now(), typed, Some(&api_key)),
        restrictions,
        permissions: PermissionFields::new(words, &form.permissions, &permissions),
        rotation: RotationField::new(words, &policy, form.rotate_every_days.clone()),
        attributes: AttributeControls::of_key(
            request,
            &api_key,
            form.external_id.clone(),
            form.metadata.clone(),
            &form.limits,
        )?,
        mark: form.rotate_by.clone().map(|typed| MarkField::new(&api_key, typed, request.now())),
        owner: (!actor.owns(&api_key)).then_some(owner.name),
        id: api_key.id,
        typed: form,
        conflict,
        errors,
    };
    answer::render(status, &page)
}

fn differences(words: Words, key: &ApiKey, projects: &[Project], typed: &EditInput) -> Vec<FieldConflict> {
    let present = EditInput::of_key(key);
    let project = |id: &str| {
        let named = projects.iter().find(|project| project.id.as_str() == id);
        named.map_or_else(|| words.say("api-key-no-project").into(), |project| project.name.as_str().to_owned())
    };
    let permissions = |typed: &[String]| {
        KeyPermissions::parse(typed).map_or_else(|_| typed.join(", "), |parsed| fields::permissions(words, &parsed))
    };
    let plain = |label, present: &str, typed: &str| {
        let is_other = present.trim() != typed.trim();
        is_other.then(|| FieldConflict { label, present: present.to_owned(), typed: typed.to_owned() })
    };
    let list = |kind: Kind, is_same: bool, typed: &str| {
        let present = fields::lines(&key.restrictions, kind).join("\n");
        (!is_same).then(|| FieldConflict { label: fields::label_of(kind), present, typed: typed.to_owned() })
    };
    let (restrictions, attributes) = (&key.restrictions, &key.attributes);
    let external_id = attributes.external_id.as_ref().map_or("", ExternalId::as_str);
    let limits = typed.limits.differences(words, &attributes.limits).into_iter();
    let limits = limits.map(|(label, present, typed)| FieldConflict { label, present, typed });
    [
        plain("name", &present.name, &typed.name),
        plain("description", &present.description, &typed.description.replace("\r\n", "\n")),
        plain("api-key-expiration-date", &present.expires_on, &typed.expires_on),
        plain("project", &project(&present.project), &project(&typed.project)),
        list(
            Kind::TrustedDomains,
            is_list(&restrictions.trusted_domains, &typed.trusted_domains),
            &typed.trusted_domains,
        ),
        list(
            Kind::AppIdentifiers,
            is_list(&restrictions.app_identifiers, &typed.app_identifiers),
            &typed.app_identifiers,
        ),
        list(
            Kind::AllowedNetworks,
            is_list(&restrictions.allowed_networks, &typed.allowed_networks),
            &typed.allowed_networks,
        ),
        plain("key-form-permissions", &permissions(&present.permissions), &permissions(&typed.permissions)),
        plain("rotation-every", &present.rotate_every_days, &typed.rotate_every_days),
        typed
            .rotate_by
            .as_ref()
            .and_then(|typed| plain("rotation-by", present.rotate_by.as_deref().unwrap_or_default(), typed)),
        typed.external_id.as_ref().and_then(|typed| plain("attribute-external-id", external_id, typed)),
        typed.metadata.as_ref().filter(|typed| Metadata::parse(typed) != Ok(attributes.metadata.clone())).and_then(
            |typed| {
                plain(
                    "attribute-metadata",
                    &attributes.metadata.as_ref().map(Metadata::indented).unwrap_or_default(),
                    typed,
                )
            },
        ),
    ]
    .into_iter()
    .flatten()
    .chain(limits)
    .collect()
}

fn is_list<T: Rule>(present: &List<T>, typed: &str) -> bool {
    List::parse(typed).is_ok_and(|typed: List<T>| typed == *present)
}

impl MarkField {
    /// The present date stays possible, even if it has passed.
    fn new(api_key: &ApiKey, typed: String, now: Timestamp) -> Self {
        let (earliest, latest) = rotation_schedule::mark_dates(now);
        let earliest = api_key.rotation_mark().map_or(earliest, |present| present.min(earliest));
        Self { typed, earliest: earliest.iso(), latest: latest.iso() }
    }
}

impl EditInput {
    /// The form, filled in for this key.
    fn of_key(key: &ApiKey) -> Self {
        let list = |kind| fields::lines(&key.restrictions, kind).join("\n");
        Self {
            name: key.name.as_str().to_owned(),
            description: key.description.as_str().to_owned(),
            expires_on: key.expires_at.map(|end| ExpirationDate::last_day_before(end).iso()).unwrap_or_default(),
            project: key.project_id.as_ref().map(ProjectId::to_string).unwrap_or_default(),
            trusted_domains: list(Kind::TrustedDomains),
            app_identifiers: list(Kind::AppIdentifiers),
            allowed_networks: list(Kind::AllowedNetworks),
            unrestricted: String::new(),
            permissions: fields::typed(&key.permissions),
            rotate_every_days: key.rotate_every_days.map(|days| days.to_string()).unwrap_or_default(),
            rotate_by: key.rotation_mark().map(ExpirationDate::iso),
            external_id: None,
            metadata: None,
            limits: LimitInput::default(),
            edits: key.edits,
            next: String::new(),
        }
    }

    fn texts(&self) -> Texts<'_> {
        Texts {
            trusted_domains: &self.trusted_domains,
            app_identifiers: &self.app_identifiers,
            allowed_networks: &self.allowed_networks,
        }
    }

    fn parse(&self) -> ApiKeyChanges {
        let texts = KeyTexts {
            name: &self.name,
            description: &self.description,
            expires_on: &self.expires_on,
            project: &self.project,
            scope: "",
            restrictions: self.texts(),
            unrestricted: &self.unrestricted,
            rotate_every_days: &self.rotate_every_days,
            permissions: &self.permissions,
            attributes: AttributeTexts {
                environment: None,
                external_id: self.external_id.as_deref(),
                metadata: self.metadata.as_deref(),
                rate_limit: self.limits.rate_limit(),
                quota: self.limits.quota(),
            },
        };
        texts.parse_changes(self.rotate_by.as_deref(), self.edits)
    }
}
