//! The permissions of roles: a table with a box for each role and permission, saved as a whole.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    HOME, PERMISSIONS, SETTINGS,
    groups::{self, GrantGroup, GrantRow},
    loss::{self, LossQuestion},
};
use crate::{
    app::api_permissions::{
        RoleGrants,
        grants::{self, GrantsOutcome, GrantsProposal, RoleMatrix},
    },
    domain::{ApiGrant, ApiGrants, Role},
    web::{
        answer,
        error::Error,
        flash::{ApiPermissionFlash, Flash},
        labels,
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
    },
};

const PATH: &str = "/settings/developers/permissions/roles";
const ROLES: Crumb = Crumb { label: "api-permissions-roles", href: PATH };

#[derive(Template)]
#[template(path = "settings/developers/permissions/roles.html")]
struct RolesPage {
    shell: Shell,
    columns: Vec<RoleColumn>,
    groups: Vec<GrantGroup>,
    grants: RoleGrants,
    seen: String,
    /// Whether the boxes may differ from the grants in force.
    is_changed: bool,
    /// The differences, if somebody else changed the grants since the form was displayed.
    conflict: Option<Vec<RoleConflict>>,
}

struct RoleColumn {
    role: Role,
    label: String,
    /// Narrow screens display one role.
    is_displayed: bool,
}

/// A role with other grants in the form than now.
struct RoleConflict {
    role: String,
    /// Granted now, but not in the form.
    present: String,
    /// Granted in the form, but not now.
    typed: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RolesForm {
    seen: String,
    view: String,
    agreed: Option<String>,
    /// Set if the person returns to the form from the question about losses.
    back: Option<String>,
    owner: Vec<String>,
    administrator: Vec<String>,
    support: Vec<String>,
    analytics: Vec<String>,
    member: Vec<String>,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let matrix = request.read(grants::matrix).await?;
    let grants = matrix.grants.clone();
    render(&request, StatusCode::OK, &matrix, grants, None)
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let form: RolesForm = request.form()?;
    let grants = form.grants()?;
    if form.back.is_some() {
        let matrix = request.read(grants::matrix).await?;
        return render(&request, StatusCode::OK, &matrix, grants, Some(&form));
    }
    request.require_proof()?;
    let proposal = GrantsProposal { grants: grants.clone(), seen: form.seen.clone(), agreed: form.agreed.clone() };
    let outcome =
        request.write(move |conn, context, actor| grants::change_of_roles(conn, context, actor, &proposal)).await?;
    match outcome {
        GrantsOutcome::Unchanged => {
            request.set_flash(Flash::ApiPermissions(ApiPermissionFlash::GrantsUnchanged))?;
            Ok(request.redirect(PATH))
        }
        GrantsOutcome::Changed => {
            request.set_flash(Flash::ApiPermissions(ApiPermissionFlash::GrantsOfRolesChanged))?;
            Ok(request.redirect(PATH))
        }
        GrantsOutcome::Asks(losses) => {
            let question = LossQuestion {
                section: Section::ApiPermissions,
                crumbs: vec![HOME, SETTINGS, PERMISSIONS, ROLES],
                fields: form.fields(),
                is_asked_again: form.agreed.is_some(),
            };
            loss::render(&request, &losses, question)
        }
        GrantsOutcome::Conflict => {
            let matrix = request.read(grants::matrix).await?;
            render(&request, StatusCode::CONFLICT, &matrix, grants, Some(&form))
        }
    }
}

/// `sent` is the form that `grants` are from, if it was sent.
fn render(
    request: &RequestContext,
    status: StatusCode,
    matrix: &RoleMatrix,
    grants: RoleGrants,
    sent: Option<&RolesForm>,
) -> Result<HttpResponse, Error> {
    let words = request.words();
    let displayed = sent.and_then(|form| Role::parse(&form.view).ok()).unwrap_or(Role::Owner);
    let is_conflict = status == StatusCode::CONFLICT;
    let column = |role: Role| RoleColumn { role, label: labels::role(words, role), is_displayed: role == displayed };
    let page = RolesPage {
        shell: request.page(
            request.say("api-permissions-roles-heading"),
            Section::ApiPermissions,
            &[HOME, SETTINGS, PERMISSIONS],
        ),
        columns: Role::ALL.map(column).into(),
        groups: groups::groups(&matrix.permissions, matrix.grants.iter().chain(&grants).flat_map(ApiGrants::iter)),
        // A person who sends the form again after a conflict has seen what they overwrite.
        seen: sent.filter(|_| !is_conflict).map_or_else(|| matrix.version(), |form| form.seen.clone()),
        is_changed: sent.is_some(),
        conflict: is_conflict.then(|| conflicts(request, &matrix.grants, &grants)),
        grants,
    };
    answer::render(status, &page)
}

fn conflicts(request: &RequestContext, present: &RoleGrants, typed: &RoleGrants) -> Vec<RoleConflict> {
    let only = |one: &ApiGrants, other: &ApiGrants| {
        one.iter().filter(|grant| !other.contains(grant)).map(ApiGrant::as_str).collect::<Vec<_>>().join(", ")
    };
    let conflict = |role: Role| {
        let (present, typed) = (&present[role as usize], &typed[role as usize]);
        RoleConflict {
            role: labels::role(request.words(), role),
            present: only(present, typed),
            typed: only(typed, present),
        }
    };
    let differs = |conflict: &RoleConflict| !conflict.present.is_empty() || !conflict.typed.is_empty();
    Role::ALL.into_iter().map(conflict).filter(differs).collect()
}

impl RolesPage {
    fn has(&self, role: Role, row: &GrantRow) -> bool {
        self.grants[role as usize].contains(&row.grant)
    }
}

impl RolesForm {
    fn of(&self, role: Role) -> &[String] {
        match role {
            Role::Owner => &self.owner,
            Role::Administrator => &self.administrator,
            Role::Support => &self.support,
            Role::Analytics => &self.analytics,
            Role::Member => &self.member,
        }
    }

    fn grants(&self) -> Result<RoleGrants, Error> {
        let mut grants = RoleGrants::default();
        for role in Role::ALL {
            grants[role as usize] = parse_grants(self.of(role))?;
        }
        Ok(grants)
    }

    /// The fields that repeat the form.
    fn fields(&self) -> Vec<(String, String)> {
        let of_role = |role: Role| {
            let unique: BTreeSet<_> = self.of(role).iter().cloned().collect();
            unique.into_iter().map(move |grant| (role.as_str().to_owned(), grant))
        };
        let seen = [("seen", &self.seen), ("view", &self.view)];
        let seen = seen.map(|(name, value)| (name.to_owned(), value.clone()));
        seen.into_iter().chain(Role::ALL.into_iter().flat_map(of_role)).collect()
    }
}

/// The grants of a form, which only offers boxes.
pub fn parse_grants(values: &[String]) -> Result<ApiGrants, Error> {
    values.iter().map(|value| ApiGrant::parse(value).map_err(|_| Error::Malformed)).collect()
}
