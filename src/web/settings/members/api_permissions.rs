//! The API permissions that one member is granted beside their role.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, MEMBERS, PATH, SETTINGS, parse_id};
use crate::{
    app::api_permissions::grants::{self, GrantsOutcome, GrantsProposal, MemberGrants},
    domain::{ApiGrants, UserId},
    web::{
        answer,
        error::Error,
        flash::{ApiPermissionFlash, Flash},
        labels,
        page::{Section, Shell},
        request_context::RequestContext,
        settings::developers::permissions::{
            groups::{self, GrantGroup, GrantRow},
            loss::{self, LossQuestion},
            roles::parse_grants,
        },
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/members/api_permissions.html")]
struct MemberGrantsPage {
    shell: Shell,
    id: String,
    back: String,
    role: String,
    groups: Vec<GrantGroup>,
    of_role: ApiGrants,
    own: ApiGrants,
    seen: String,
    /// Somebody else changed the grants since the form was displayed.
    is_conflict: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MemberGrantsForm {
    seen: String,
    agreed: Option<String>,
    /// Set if the person returns to the form from the question about losses.
    back: Option<String>,
    grants: Vec<String>,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, parse_id(&id)?, None, None).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let form: MemberGrantsForm = request.form()?;
    let grants = parse_grants(&form.grants)?;
    if form.back.is_some() {
        return render(&request, StatusCode::OK, id, Some(grants), Some(form.seen)).await;
    }
    request.require_proof()?;
    let proposal = GrantsProposal { grants: grants.clone(), seen: form.seen.clone(), agreed: form.agreed.clone() };
    let who = id.clone();
    let changed = request
        .write(move |conn, context, actor| grants::change_of_member(conn, context, actor, &who, &proposal))
        .await?;
    let page = format!("{PATH}/{id}");
    match changed {
        (_, GrantsOutcome::Unchanged) => Ok(request.redirect(&page)),
        (member, GrantsOutcome::Changed) => {
            request
                .set_flash(Flash::ApiPermissions(ApiPermissionFlash::GrantsOfMemberChanged { name: member.name }))?;
            Ok(request.redirect(&page))
        }
        (_, GrantsOutcome::Asks(losses)) => {
            let seen = ("seen".to_owned(), form.seen);
            let grants = form.grants.into_iter().map(|grant| ("grants".to_owned(), grant));
            let question = LossQuestion {
                section: Section::Members,
                crumbs: vec![HOME, SETTINGS, MEMBERS],
                fields: [seen].into_iter().chain(grants).collect(),
                is_asked_again: form.agreed.is_some(),
            };
            loss::render(&request, &losses, question)
        }
        (_, GrantsOutcome::Conflict) => render(&request, StatusCode::CONFLICT, id, Some(grants), None).await,
    }
}

/// `typed` are the grants of a form that was sent, and `seen` is the version that they were based on. Without it, that
/// is what is granted now.
async fn render(
    request: &RequestContext,
    status: StatusCode,
    id: UserId,
    typed: Option<ApiGrants>,
    seen: Option<String>,
) -> Result<HttpResponse, Error> {
    let who = id.clone();
    let found = request.read(move |conn, context, actor| grants::of_member(conn, context, actor, &who)).await?;
    let seen = seen.unwrap_or_else(|| found.version());
    let MemberGrants { member, permissions, of_role, own } = found;
    let title = Title::naming(|| request.say("member-api-permissions-heading"), "name", &member.name);
    let granted: Vec<_> = [&own, &of_role].into_iter().chain(&typed).flat_map(ApiGrants::iter).collect();
    let page = MemberGrantsPage {
        shell: request.dialog(title, Section::Members, &[HOME, SETTINGS, MEMBERS]),
        back: format!("{PATH}/{id}"),
        id: id.to_string(),
        role: labels::role(request.words(), member.role),
        groups: groups::groups(&permissions, granted),
        own: typed.unwrap_or(own),
        of_role,
        seen,
        is_conflict: status == StatusCode::CONFLICT,
    };
    answer::render(status, &page)
}

impl MemberGrantsPage {
    fn has(&self, row: &GrantRow) -> bool {
        self.own.contains(&row.grant)
    }

    /// Whether the member's role grants everything that this row does.
    fn is_of_role(&self, row: &GrantRow) -> bool {
        self.of_role.cover(&row.grant)
    }
}
