//! A member: their account, and what was done to it.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{HOME, MEMBERS, MemberItem, SETTINGS, parse_id};
use crate::{
    app::{self, api_permissions::grants},
    domain::{UserId, audit::SubjectId},
    web::{
        answer,
        error::Error,
        events::History,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/members/details.html")]
struct MemberPage {
    shell: Shell,
    member: MemberItem,
    /// What the member did, in the audit log. None for people who may not see it.
    acts: Option<String>,
    history: Option<History>,
    /// What the member is granted of the API beside their role. None without API permissions, or if the reader may not
    /// change them.
    api_grants: Option<String>,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (words, policy, actor, now, asked) =
        (request.words(), request.policy(), request.actor()?, request.now(), id.clone());
    let details =
        request.read(move |conn, context, actor| app::members::find_details(conn, context, actor, &asked)).await?;
    let history = match &details.events {
        Some(events) => Some(History::new(&request, events, SubjectId::from(&id))?),
        None => None,
    };
    let api_grants = find_api_grants(&request, id.clone()).await?;
    answer::ok(&MemberPage {
        shell: request.page(
            Title::verbatim(&*details.listed.member.name),
            Section::Members,
            &[HOME, SETTINGS, MEMBERS],
        ),
        member: MemberItem::new(words, &details.listed, &actor, details.active_owners, &policy, now),
        acts: history.as_ref().map(|_| format!("/settings/audit-log?actor={id}")),
        history,
        api_grants,
    })
}

async fn find_api_grants(request: &RequestContext, id: UserId) -> Result<Option<String>, Error> {
    let found = request.read(move |conn, context, actor| grants::of_member(conn, context, actor, &id)).await;
    match found {
        Ok(found) => Ok((!found.permissions.is_empty()).then(|| found.own.to_string().replace(' ', ", "))),
        Err(app::Error::Forbidden) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
