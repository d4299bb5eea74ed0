//! Marking the selected keys for rotation: all of them or none. Their owners get an email.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, SETTINGS, selection_form, view_of, way_back};
use crate::{
    app::{
        Failure,
        api_keys::{
            View,
            rotation_mark::{self, MarkedKeys, NewRotationMark, NotMarked},
            selection::{self, Selection, SelectionPreview},
        },
        mail::Mail,
    },
    domain::{ApiKeyAction, ExpirationDate, api_key::rotation_schedule},
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
#[template(path = "settings/developers/api_keys/bulk_rotation_mark.html")]
struct BulkRotationMarkPage {
    shell: Shell,
    rows: Vec<ApiKeyDisplay>,
    count: i64,
    untouched: i64,
    /// How many keys have a mark that is replaced.
    marked: i64,
    /// How many other owners get an email.
    people: i64,
    has_mail_server: bool,
    earliest: String,
    latest: String,
    typed: RotationMarkForm,
    /// The target of the form.
    action: &'static str,
    form_token: String,
    /// Hidden fields that repeat the selection.
    chosen: Vec<(&'static str, String)>,
    /// The person confirmed another number of keys.
    is_asked_again: bool,
    errors: Errors,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct RotationMarkForm {
    rotate_by: String,
    note: String,
    next: String,
}

/// What the form proposes: time for everybody to plan.
const PROPOSED_DAYS: i64 = 30;

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let next = way_back(&request, "")?;
    let Some(selection) = selection_form::from_query(&request)? else {
        return selection_form::redirect_without_selection(&request, &next);
    };
    let rotate_by = ExpirationDate::in_days(request.now(), PROPOSED_DAYS).iso();
    let form = RotationMarkForm { rotate_by, note: String::new(), next };
    render(&request, StatusCode::OK, selection, form, Errors::default()).await
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let (selection, mut form) = selection_form::from_form::<RotationMarkForm>(&request)?;
    form.next = way_back(&request, &form.next)?;
    let Some(selection) = selection else { return selection_form::redirect_without_selection(&request, &form.next) };
    let (new, asked) = (NewRotationMark::parse(&form.rotate_by, &form.note), selection.clone());
    let base_url = request.state.site.base_url.clone();
    // A repeated form gets the answer of the first, and sends nothing.
    let mails = Arc::new(Mutex::new(Vec::<Mail>::new()));
    let kept = mails.clone();
    let told = request.once(move |conn, context, actor| {
        let marked = rotation_mark::mark(conn, context, actor, &asked, &new, &base_url)?;
        let told = flash(&asked, &new, &marked);
        // Replaces those of an attempt that was rolled back.
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = marked.mails;
        Ok(told)
    });
    match told.await {
        Ok(told) => {
            for mail in mem::take(&mut *mails.lock().unwrap_or_else(PoisonError::into_inner)) {
                request.state.mailer.send(mail, request.words().language());
            }
            request.set_flash(told)?;
            Ok(request.redirect(&form.next))
        }
        Err(Failure::Refused(NotMarked::Invalid(faults))) => {
            let errors = Errors::new(request.words(), &faults);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, selection, form, errors).await
        }
        Err(Failure::Refused(NotMarked::CountChanged)) => {
            render(&request, StatusCode::CONFLICT, selection, form, Errors::default()).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn flash(selection: &Selection, new: &NewRotationMark, marked: &MarkedKeys) -> Flash {
    let due_at = new.rotate_by.as_ref().map_or(0, |date| date.expires_at().unix_micros());
    match (selection, marked.api_keys.as_slice()) {
        (_, []) => Flash::NothingToChange,
        (_, [only]) if marked.untouched == 0 => Flash::ApiKeyMarked { name: only.name.as_str().to_owned(), due_at },
        (_, keys) => Flash::ApiKeysMarked { count: keys.len(), untouched: marked.untouched, due_at },
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    selection: Selection,
    typed: RotationMarkForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let (asked, now) = (selection.clone(), request.now());
    let question = request
        .write(move |conn, context, actor| {
            selection::preview(conn, context, actor, &asked, ApiKeyAction::MarkForRotation)
        })
        .await?;
    let [first, ..] = question.api_keys.as_slice() else {
        request.set_flash(Flash::NothingToChange)?;
        return Ok(request.redirect(&typed.next));
    };
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (earliest, latest) = rotation_schedule::mark_dates(now);
    let count = number(question.api_keys.len());
    let title =
        Title::naming(|| request.say("rotation-mark-heading").with("count", count), "name", first.name.as_str());
    let page = BulkRotationMarkPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        rows: selection_form::rows(request, &question, now),
        count,
        untouched: number(question.untouched.len()),
        marked: number(question.api_keys.iter().filter(|key| key.rotation_marked_for.is_some()).count()),
        people: number(count_other_owners(&question)),
        has_mail_server: request.state.mailer.is_configured(),
        earliest: earliest.iso(),
        latest: latest.iso(),
        typed,
        action: match view_of(request)? {
            (View::Mine, _) => "/settings/developers/api-keys/bulk-rotation-mark",
            (View::Organization, _) => "/settings/developers/api-keys/bulk-rotation-mark?view=organization",
        },
        form_token: request.form_token(),
        chosen: selection_form::fields(&selection, &question),
        is_asked_again: status == StatusCode::CONFLICT,
        errors,
    };
    answer::render(status, &page)
}

/// The people who get an email.
fn count_other_owners(question: &SelectionPreview) -> usize {
    let owners: BTreeSet<_> = question.api_keys.iter().map(|key| &key.owner_id).collect();
    question.owners.iter().filter(|owner| owner.is_active && owners.contains(&owner.id)).count()
}
