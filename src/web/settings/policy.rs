//! The policy page: every setting with an explanation, and presets to start from. Before a change is saved, the page
//! shows what it affects.

mod conflict;
mod dry_run;
pub mod export;
pub(in crate::web) mod field;
mod form;
mod sentences;

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{HOME, SETTINGS};
use crate::{
    app::policies::{self, Agreed, Outcome, Proposal},
    domain::{Policy, policy::Preset},
    store::policies::StoredPolicy,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Crumb, Errors, Section, Shell},
        request_context::RequestContext,
    },
};
use conflict::SettingConflict;
use field::{Control, Group};
use form::PolicyInput;

pub use sentences::impact_in_words;

const POLICY: Crumb = Crumb { label: "policy-heading", href: PATH };
const PATH: &str = "/settings/policy";

#[derive(Template)]
#[template(path = "settings/policy.html")]
struct PolicyPage {
    shell: Shell,
    presets: Vec<PresetChoice>,
    /// The preset that the form was filled from.
    begun_from: Option<&'static str>,
    /// The number of edits of the policy that the form is based on.
    edits: i64,
    groups: [Group; 5],
    /// The differences, if somebody else changed the policy since the form was displayed.
    conflict: Option<Vec<SettingConflict>>,
    errors: Errors,
    /// Whether the form differs from the policy in force.
    is_changed: bool,
}

struct PresetChoice {
    name: &'static str,
    label: &'static str,
    text: &'static str,
    /// Whether the preset is in force.
    is_present: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PresetQuery {
    preset: String,
}

/// Reading the policy needs no password: it is asked for when a change is saved.
pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let PresetQuery { preset } = request.query()?;
    let preset = if preset.is_empty() { None } else { Some(Preset::parse(&preset).ok_or(Error::Malformed)?) };
    let stored = get(&request).await?;
    let policy = preset.map_or_else(|| stored.policy.clone(), Preset::policy);
    let typed = PolicyInput::from_policy(&policy, stored.edits);
    render(&request, StatusCode::OK, &stored, &typed, preset, Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let typed = PolicyInput::read(&request)?;
    let policy = match typed.parse(&request)? {
        Ok(policy) => policy,
        Err(errors) => {
            let stored = get(&request).await?;
            return render(&request, StatusCode::UNPROCESSABLE_ENTITY, &stored, &typed, None, errors);
        }
    };
    if typed.sent.back.is_some() {
        let stored = get(&request).await?;
        return render(&request, StatusCode::OK, &stored, &typed, None, Errors::default());
    }
    request.require_proof()?;
    let proposal = Proposal {
        policy,
        edits: Some(typed.sent.edits),
        long_lived: form::existing(&typed.sent.long_lived)?,
        endless: form::existing(&typed.sent.endless)?,
        agreed: typed.sent.agreed.clone().map(Agreed::To),
    };
    let changed = request.write(move |conn, context, actor| policies::change(conn, context, actor, &proposal)).await;
    match changed {
        Ok(Outcome::Unchanged) => {
            request.set_flash(Flash::PolicyUnchanged)?;
            Ok(request.redirect(PATH))
        }
        Ok(Outcome::Changed { shortened, .. }) => {
            request.set_flash(Flash::PolicyChanged { shortened })?;
            Ok(request.redirect(PATH))
        }
        Ok(Outcome::Asks(plan)) => dry_run::render(&request, &plan, &typed, None),
        Ok(Outcome::EnvironmentInUse { environment, count }) => {
            let stored = get(&request).await?;
            let mut errors = Errors::default();
            let fault = request.say("policy-fault-environment-in-use").with("count", count);
            errors.push("environments", fault.with("environment", environment.as_str().to_owned()));
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, &stored, &typed, None, errors)
        }
        Ok(Outcome::TooManyToShorten(plan)) => {
            dry_run::render(&request, &plan, &typed, Some(policies::SHORTENING_LIMIT))
        }
        Ok(Outcome::Conflict(stored)) => {
            render(&request, StatusCode::CONFLICT, &stored, &typed, None, Errors::default())
        }
        Err(error) => Err(error.into()),
    }
}

async fn get(request: &RequestContext) -> Result<StoredPolicy, Error> {
    Ok(request.read(policies::get).await?)
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    stored: &StoredPolicy,
    typed: &PolicyInput,
    begun_from: Option<Preset>,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let words = request.words();
    let conflict = (status == StatusCode::CONFLICT).then(|| conflict::differences(words, &stored.policy, typed));
    // A person who sends the form again after a conflict has seen what they overwrite.
    let edits = if conflict.is_some() { stored.edits } else { typed.sent.edits };
    let page = PolicyPage {
        shell: request.page(request.say("policy-heading"), Section::Policy, &[HOME, SETTINGS]),
        presets: Preset::ALL.into_iter().map(|preset| PresetChoice::new(preset, &stored.policy)).collect(),
        begun_from: begun_from.map(|preset| PresetChoice::new(preset, &stored.policy).label),
        is_changed: conflict.is_some() || begun_from.is_some() || !errors.is_empty() || typed.sent.back.is_some(),
        conflict,
        edits,
        groups: field::groups(typed),
        errors,
    };
    answer::render(status, &page)
}

impl PresetChoice {
    fn new(preset: Preset, in_force: &Policy) -> Self {
        let (label, text) = match preset {
            Preset::CopyConfirmed => ("policy-preset-copy-confirmed", "policy-preset-copy-confirmed-text"),
            Preset::KeyAndSecret => ("policy-preset-key-and-secret", "policy-preset-key-and-secret-text"),
            Preset::ScopedProjects => ("policy-preset-scoped-projects", "policy-preset-scoped-projects-text"),
            Preset::PersonalDefault => ("policy-preset-personal-default", "policy-preset-personal-default-text"),
            Preset::TokenVault => ("policy-preset-token-vault", "policy-preset-token-vault-text"),
        };
        Self { name: preset.as_str(), label, text, is_present: preset.policy() == *in_force }
    }
}
