//! What a change would affect. Nothing is saved until a person confirms these numbers.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::{
    HOME, POLICY, SETTINGS,
    form::{self, PolicyInput},
    sentences,
};
use crate::{
    app::policies::{Existing, Plan},
    web::{
        answer,
        error::Error,
        labels,
        page::{Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/policy/dry_run.html")]
struct DryRunPage {
    shell: Shell,
    /// Keys that end later than the new policy allows.
    late: Vec<Late>,
    sentences: Vec<String>,
    /// The last day of the notice period.
    notice_until: String,
    /// Hidden fields that repeat the form.
    fields: Vec<(&'static str, String)>,
    agreed: String,
    /// The person confirmed other numbers.
    is_asked_again: bool,
    /// Set if one change cannot shorten that many keys.
    limit: Option<String>,
}

struct Late {
    field: &'static str,
    sentence: String,
    is_shortened: bool,
}

pub fn render(
    request: &RequestContext,
    plan: &Plan,
    typed: &PolicyInput,
    limit: Option<usize>,
) -> Result<HttpResponse, Error> {
    let words = request.words();
    let is_asked_again = typed.sent.agreed.is_some() && limit.is_none();
    let status = match limit {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None if is_asked_again => StatusCode::CONFLICT,
        None => StatusCode::OK,
    };
    let shortens = |choice: &str| Ok::<_, Error>(form::existing(choice)? == Existing::Shorten);
    let (long_lived, endless) = (shortens(&typed.sent.long_lived)?, shortens(&typed.sent.endless)?);
    let late =
        |field, sentence: Option<String>, is_shortened| sentence.map(|sentence| Late { field, sentence, is_shortened });
    let late = [
        late("long_lived", sentences::of_long_lived(words, plan), long_lived),
        late("endless", sentences::of_endless(words, plan), endless),
    ];
    let page = DryRunPage {
        shell: request.page(request.say("policy-dry-run-heading"), Section::Policy, &[HOME, SETTINGS, POLICY]),
        late: late.into_iter().flatten().collect(),
        sentences: sentences::of_impact(words, plan),
        notice_until: labels::date(words, plan.notice_until),
        fields: typed.fields(),
        agreed: plan.impact.agreement(),
        is_asked_again,
        limit: limit.map(|limit| words.number(i64::try_from(limit).unwrap_or(i64::MAX))),
    };
    answer::render(status, &page)
}
