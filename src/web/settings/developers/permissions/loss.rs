//! What people and keys lose by a change of grants. Nothing is saved until somebody confirms it.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use crate::{
    app::api_permissions::grants::GrantLoss,
    web::{
        answer,
        error::Error,
        labels,
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
    },
};

/// The most names of permissions in a sentence.
const MOST_NAMES: usize = 12;

#[derive(Template)]
#[template(path = "settings/developers/permissions/loss.html")]
struct LossPage {
    shell: Shell,
    /// Where the form goes.
    action: String,
    /// Hidden fields that repeat the form.
    fields: Vec<(String, String)>,
    agreed: String,
    losses: Vec<ListedLoss>,
    /// The person confirmed other numbers.
    is_asked_again: bool,
}

struct ListedLoss {
    /// None for a single person.
    role: Option<String>,
    lost: String,
    /// How many more are lost than `lost` names.
    more: usize,
    people: i64,
    api_keys: i64,
    used_recently: i64,
}

/// The question before `fields` are sent again, with the confirmation. They are also sent again to return to the form:
/// the field "back" then says so.
pub struct LossQuestion {
    pub section: Section,
    pub crumbs: Vec<Crumb>,
    pub fields: Vec<(String, String)>,
    pub is_asked_again: bool,
}

pub fn render(request: &RequestContext, losses: &[GrantLoss], question: LossQuestion) -> Result<HttpResponse, Error> {
    let LossQuestion { section, crumbs, fields, is_asked_again } = question;
    let page = LossPage {
        shell: request.dialog(request.say("policy-dry-run-heading"), section, &crumbs),
        action: request.path.clone(),
        fields,
        agreed: GrantLoss::agreement(losses),
        losses: losses.iter().map(|loss| ListedLoss::new(request, loss)).collect(),
        is_asked_again,
    };
    answer::render(if is_asked_again { StatusCode::CONFLICT } else { StatusCode::OK }, &page)
}

impl ListedLoss {
    fn new(request: &RequestContext, loss: &GrantLoss) -> Self {
        let named: Vec<_> = loss.lost.iter().take(MOST_NAMES).map(ToString::to_string).collect();
        Self {
            role: loss.role.map(|role| labels::role(request.words(), role)),
            lost: named.join(", "),
            more: loss.lost.len() - named.len(),
            people: loss.impact.people,
            api_keys: loss.impact.api_keys,
            used_recently: loss.impact.used_recently,
        }
    }
}
