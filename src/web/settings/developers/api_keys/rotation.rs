//! Rotating a key: the question, and the answer with the new token.

pub mod cancellation;
pub mod completion;

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;
use time::Duration;

use super::{
    API_KEYS, HOME, PATH, SETTINGS,
    impact::ImpactSummary,
    parse_id,
    reveal::{self, RotatedToken},
};
use crate::{
    app::{
        Failure,
        api_keys::{
            rotation::{self, NotStarted, Started},
            selection::{self, Selection},
        },
    },
    catalogue::Words,
    domain::{ApiKeyAction, ApiKeyId, Status, Timestamp},
    web::{
        answer,
        error::Error,
        labels::{self, Moment},
        page::{Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/rotation.html")]
struct RotationPage {
    shell: Shell,
    id: String,
    /// The last characters of the current token.
    hint: String,
    /// Nobody has confirmed a token of this key, so it does not work.
    is_pending: bool,
    /// When the token before the current one ends. The key cannot be rotated before that.
    overlapping: Option<Moment>,
    /// Another rotation was started and not confirmed: when, and by whose token.
    pending_since: Option<Moment>,
    impact: ImpactSummary,
    overlaps: Vec<OverlapChoice>,
    form_token: String,
    /// The form was sent twice. The new token was displayed once.
    is_form_used: bool,
    errors: Errors,
    back: String,
}

/// How long the former token works.
struct OverlapChoice {
    hours: i64,
    label: String,
    is_chosen: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RotationForm {
    /// In hours. Empty for a key that was never confirmed.
    overlap: String,
    form_token: String,
}

/// In words: "7 days".
pub fn hours(words: Words, hours: i64) -> String {
    match hours {
        0 => words.say("rotation-overlap-none").into(),
        hours if hours % 24 == 0 && hours > 24 => words.say("rotation-overlap-days").with("count", hours / 24).into(),
        hours => words.say("rotation-overlap-hours").with("count", hours).into(),
    }
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let overlap = request.policy().rotation_overlap_hours;
    render(&request, StatusCode::OK, parse_id(&id)?, overlap, Errors::default(), false).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let asked = id.clone();
    request.read(move |conn, context, actor| rotation::find(conn, context, actor, &asked).map(drop)).await?;
    let form: RotationForm = request.form()?;
    if form.form_token.is_empty() || form.form_token.len() > 64 {
        return Err(Error::Malformed);
    }
    let hours: i64 = match form.overlap.as_str() {
        "" => 0,
        text => text.parse().ok().filter(|hours| (0..=100_000).contains(hours)).ok_or(Error::Malformed)?,
    };
    let token_keys = request.state.current_token_keys().await?;
    let asked = id.clone();
    let started = request.write_if_room(move |conn, context, actor| {
        let overlap = Duration::hours(hours);
        rotation::start(conn, context, actor, &token_keys, &asked, &form.form_token, overlap)
    });
    match started.await {
        Ok(Started { api_key, token, token_id, has_former }) => {
            reveal::show(&request, &api_key, &token, Some(&RotatedToken { id: &token_id, has_former }))
        }
        Err(Failure::Refused(NotStarted::FormUsed)) => {
            render(&request, StatusCode::CONFLICT, id, hours, Errors::default(), true).await
        }
        Err(Failure::Refused(NotStarted::Overlapping { .. })) => {
            render(&request, StatusCode::CONFLICT, id, hours, Errors::default(), false).await
        }
        Err(Failure::Refused(NotStarted::TooLong)) => {
            let mut errors = Errors::default();
            let most = self::hours(request.words(), request.policy().max_rotation_overlap_hours);
            errors.push("overlap", request.say("rotation-overlap-too-long").with("most", most));
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, id, hours, errors, false).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    id: ApiKeyId,
    chosen: i64,
    errors: Errors,
    is_form_used: bool,
) -> Result<HttpResponse, Error> {
    let (now, words, policy) = (request.now(), request.words(), request.policy());
    let (key, tokens, question) = request
        .write(move |conn, context, actor| {
            let (key, tokens) = rotation::find(conn, context, actor, &id)?;
            let one = Selection::One(id.clone());
            let question = selection::preview(conn, context, actor, &one, ApiKeyAction::Rotate)?;
            Ok::<_, crate::app::Error>((key, tokens, question))
        })
        .await?;
    let title = Title::naming(|| request.say("rotation-heading"), "name", key.name.as_str());
    let at = |instant: Timestamp| labels::minute(words, instant);
    let choice = |hours: i64| OverlapChoice { hours, label: self::hours(words, hours), is_chosen: hours == chosen };
    answer::render(
        status,
        &RotationPage {
            shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
            back: format!("{PATH}/{}", key.id),
            id: key.id.to_string(),
            hint: key.hint.clone(),
            is_pending: key.status(now) == Status::Pending,
            overlapping: tokens.overlap(now).map(|overlap| at(overlap.ends_at)),
            pending_since: tokens.pending.map(|pending| labels::ago(words, pending.created_at, now)),
            impact: ImpactSummary::new(words, &question, now),
            overlaps: policy.overlaps().into_iter().map(choice).collect(),
            form_token: request.form_token(),
            is_form_used,
            errors,
        },
    )
}
