//! Disabling, enabling and revoking keys, one or many, with one confirmation page.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;
use time::Duration;

use super::{
    API_KEYS, HOME, SETTINGS,
    impact::{ImpactSummary, count_active},
    in_place, selection_form, view_of, way_back,
};
use crate::{
    app::{
        Failure, Fault,
        api_keys::{
            View,
            selection::{self, CountChanged, Selection},
            status_change::{self, StatusChange, StatusChangeResult},
        },
    },
    catalogue::Text,
    domain::{ApiKey, ApiKeyAction, Description, Timestamp},
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{ApiKeyDisplay, Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/act.html")]
struct StatusChangePage {
    shell: Shell,
    act: ApiKeyAction,
    rows: Vec<ApiKeyDisplay>,
    count: i64,
    untouched: i64,
    /// How many are not revoked because they are system keys.
    system_keys: i64,
    impact: ImpactSummary,
    /// The target of the form.
    action: String,
    form_token: String,
    /// Hidden fields that repeat a selection of several keys.
    chosen: Vec<(&'static str, String)>,
    /// The person confirmed another number of keys.
    is_asked_again: bool,
    next: String,
    pauses: Vec<PauseChoice>,
    reason: String,
    errors: Errors,
}

struct PauseChoice {
    value: &'static str,
    label: String,
    is_chosen: bool,
}

/// The fields of the confirmation page.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatusChangeForm {
    /// The length of the pause: one of [`PAUSES`], or empty until somebody enables the key.
    pause: String,
    reason: String,
    next: String,
}

const PAUSES: [(&str, &str, Option<Duration>); 4] = [
    ("", "act-pause-open", None),
    ("1h", "act-pause-hour", Some(Duration::HOUR)),
    ("24h", "act-pause-day", Some(Duration::DAY)),
    ("7d", "act-pause-week", Some(Duration::WEEK)),
];

pub async fn show_confirmation(
    request: &RequestContext,
    act: ApiKeyAction,
    selection: Selection,
) -> Result<HttpResponse, Error> {
    render(request, StatusCode::OK, act, selection, StatusChangeForm::default(), Errors::default()).await
}

pub async fn submit(request: &RequestContext, act: ApiKeyAction, selection: Selection) -> Result<HttpResponse, Error> {
    submit_form(request, act, selection, request.form()?).await
}

async fn submit_form(
    request: &RequestContext,
    act: ApiKeyAction,
    selection: Selection,
    form: StatusChangeForm,
) -> Result<HttpResponse, Error> {
    let change = match parse(request, act, &form)? {
        Ok(change) => change,
        Err(errors) => return render(request, StatusCode::UNPROCESSABLE_ENTITY, act, selection, form, errors).await,
    };
    let chosen = selection.clone();
    let told = request.once(move |conn, context, actor| {
        let changed = status_change::change_status(conn, context, actor, &chosen, &change)?;
        Ok(flash(&chosen, &change, changed, context.now))
    });
    match told.await {
        Ok(told) => {
            let next = way_back(request, &form.next)?;
            match selection {
                Selection::One(id) if in_place::applies(request, &next) => {
                    in_place::replace_row(request, id, &next, &told).await
                }
                _ => {
                    request.set_flash(told)?;
                    Ok(request.redirect(&next))
                }
            }
        }
        Err(Failure::Refused(CountChanged { .. })) => {
            render(request, StatusCode::CONFLICT, act, selection, form, Errors::default()).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

/// The confirmation page for the keys selected in the list.
pub async fn show_confirmation_for_selection(
    request: &RequestContext,
    act: ApiKeyAction,
) -> Result<HttpResponse, Error> {
    match selection_form::from_query(request)? {
        Some(selection) => show_confirmation(request, act, selection).await,
        None => selection_form::redirect_without_selection(request, &way_back(request, "")?),
    }
}

pub async fn submit_for_selection(request: &RequestContext, act: ApiKeyAction) -> Result<HttpResponse, Error> {
    let (selection, form) = selection_form::from_form(request)?;
    match selection {
        Some(selection) => submit_form(request, act, selection, form).await,
        None => selection_form::redirect_without_selection(request, &way_back(request, "")?),
    }
}

/// The outer error: no form of these pages has these values.
fn parse(
    request: &RequestContext,
    act: ApiKeyAction,
    form: &StatusChangeForm,
) -> Result<Result<StatusChange, Errors>, Error> {
    Ok(match act {
        ApiKeyAction::Disable => {
            let (.., pause) = PAUSES.iter().find(|(value, ..)| *value == form.pause).ok_or(Error::Malformed)?;
            Ok(StatusChange::Disable { until: pause.map(|pause| request.state.clock.now().plus(pause)) })
        }
        ApiKeyAction::Enable => Ok(StatusChange::Enable),
        ApiKeyAction::Revoke => match Description::parse(&form.reason) {
            Ok(reason) => {
                Ok(StatusChange::Revoke { reason: Some(reason).filter(|reason| !reason.as_str().is_empty()) })
            }
            Err(error) => Err(Errors::new(request.words(), &[Fault::RevocationReason(error)])),
        },
        ApiKeyAction::Rotate | ApiKeyAction::MarkForRotation | ApiKeyAction::Delete => return Err(Error::NotFound),
    })
}

fn flash(selection: &Selection, change: &StatusChange, changed: StatusChangeResult, now: Timestamp) -> Flash {
    let StatusChangeResult { api_keys, untouched, system_keys } = changed;
    let name = |key: &ApiKey| key.name.as_str().to_owned();
    let id = |key: &ApiKey| key.id.to_string();
    let active = count_active(&api_keys, now);
    match (selection, change, api_keys.as_slice()) {
        (Selection::One(_), StatusChange::Disable { until }, [key]) => {
            Flash::ApiKeyDisabled { id: id(key), name: name(key), until: until.map(Timestamp::unix_micros) }
        }
        (Selection::One(_), StatusChange::Enable, [key]) => Flash::ApiKeyEnabled { id: id(key), name: name(key) },
        (Selection::One(_), StatusChange::Revoke { .. }, [key]) => Flash::ApiKeyRevoked { name: name(key), active },
        (_, StatusChange::Revoke { .. }, []) if system_keys > 0 => {
            Flash::SystemApiKeysNotRevoked { count: system_keys }
        }
        (_, _, []) => Flash::NothingToChange,
        (_, StatusChange::Disable { .. }, keys) => Flash::ApiKeysDisabled { count: keys.len(), untouched },
        (_, StatusChange::Enable, keys) => Flash::ApiKeysEnabled { count: keys.len(), untouched },
        (_, StatusChange::Revoke { .. }, keys) => {
            Flash::ApiKeysRevoked { count: keys.len(), active, untouched, system_keys }
        }
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    act: ApiKeyAction,
    selection: Selection,
    form: StatusChangeForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let next = way_back(request, &form.next)?;
    let chosen = selection.clone();
    let now = request.now();
    let question =
        request.write(move |conn, context, actor| selection::preview(conn, context, actor, &chosen, act)).await?;
    if question.api_keys.is_empty() {
        request.set_flash(match question.system_keys {
            0 => Flash::NothingToChange,
            count => Flash::SystemApiKeysNotRevoked { count },
        })?;
        return Ok(request.redirect(&next));
    }
    let words = request.words();
    let count = i64::try_from(question.api_keys.len()).unwrap_or(i64::MAX);
    let pause = |&(value, label, _): &(&'static str, &'static str, _)| PauseChoice {
        value,
        label: words.say(label).into(),
        is_chosen: value == form.pause,
    };
    let title =
        Title::naming(|| heading(request, act).with("count", count), "name", question.api_keys[0].name.as_str());
    let page = StatusChangePage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        act,
        rows: selection_form::rows(request, &question, now),
        count,
        untouched: i64::try_from(question.untouched.len()).unwrap_or(i64::MAX),
        system_keys: i64::try_from(question.system_keys).unwrap_or(i64::MAX),
        impact: ImpactSummary::new(words, &question, now),
        action: match view_of(request)? {
            (View::Mine, _) => request.path.clone(),
            (View::Organization, _) => format!("{}?view=organization", request.path),
        },
        form_token: request.form_token(),
        chosen: selection_form::fields(&selection, &question),
        is_asked_again: status == StatusCode::CONFLICT,
        next,
        pauses: PAUSES.iter().map(pause).collect(),
        reason: form.reason,
        errors,
    };
    answer::render(status, &page)
}

fn heading<'a>(request: &RequestContext, act: ApiKeyAction) -> Text<'a> {
    request.say(match act {
        ApiKeyAction::Disable => "act-disable-heading",
        ApiKeyAction::Enable => "act-enable-heading",
        ApiKeyAction::Revoke | ApiKeyAction::Rotate | ApiKeyAction::MarkForRotation | ApiKeyAction::Delete => {
            "act-revoke-heading"
        }
    })
}
