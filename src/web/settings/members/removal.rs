//! Removing a member, and what happens to their keys.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, MEMBERS, PATH, SETTINGS, parse_id};
use crate::{
    app::{
        self, Failure, Fault,
        members::{KeysGo, Removed},
    },
    domain::UserId,
    web::{
        answer,
        error::Error,
        flash::Flash,
        labels,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/members/removal.html")]
struct RemovalPage {
    shell: Shell,
    id: String,
    name: String,
    live: i64,
    unconfirmed: i64,
    made_by_system: i64,
    used_in_last_24_hours: i64,
    heirs: Vec<Heir>,
    errors: Errors,
}

struct Heir {
    id: String,
    /// Name, address and role, because two people may have the same name.
    label: String,
    is_chosen: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RemovalForm {
    /// The new owner of the keys. If empty, the keys are revoked.
    heir: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    request.require_proof()?;
    render(&request, StatusCode::OK, parse_id(&id)?, &RemovalForm::default(), Errors::default()).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    request.require_proof()?;
    let id = parse_id(&id)?;
    let form: RemovalForm = request.form()?;
    let Ok(keys_go) = parse(&form) else {
        let errors = Errors::new(request.words(), &[Fault::Heir]);
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, id, &form, errors).await;
    };
    let who = id.clone();
    let removed =
        request.write(move |conn, context, actor| app::members::remove(conn, context, actor, &who, &keys_go)).await;
    match removed {
        Ok(Removed { member, revoked, handed_over, heir }) => {
            let heir = heir.map(|heir| heir.name);
            request.set_flash(Flash::MemberRemoved { name: member.name, revoked, handed_over, heir })?;
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(fault)) => {
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, id, &form, Errors::new(request.words(), &[fault])).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn parse(form: &RemovalForm) -> Result<KeysGo, Fault> {
    match form.heir.as_str() {
        "" => Ok(KeysGo::Revoked),
        heir => UserId::parse(heir).map(KeysGo::To).map_err(|_| Fault::Heir),
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    id: UserId,
    form: &RemovalForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let plan = request.read(move |conn, context, actor| app::members::plan_removal(conn, context, actor, &id)).await?;
    let title = Title::naming(|| request.say("member-removal-heading"), "name", &plan.member.name);
    let heir = |heir: crate::domain::Member| Heir {
        is_chosen: heir.id.as_str() == form.heir,
        label: format!("{} ({}, {})", heir.name, heir.email, labels::role(request.words(), heir.role)),
        id: heir.id.to_string(),
    };
    let page = RemovalPage {
        shell: request.dialog(title, Section::Members, &[HOME, SETTINGS, MEMBERS]),
        id: plan.member.id.to_string(),
        name: plan.member.name,
        live: plan.live,
        unconfirmed: plan.unconfirmed,
        made_by_system: plan.made_by_system,
        used_in_last_24_hours: plan.used_in_last_24_hours,
        heirs: plan.heirs.into_iter().map(heir).collect(),
        errors,
    };
    answer::render(status, &page)
}
