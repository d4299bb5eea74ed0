//! The Members page: members with their roles, and invitations.

pub mod api_permissions;
pub mod details;
pub mod disablement;
pub mod enablement;
pub mod invitations;
pub mod removal;
pub mod role;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{
        self,
        members::{ListedMember, MembersListing},
    },
    catalogue::Words,
    config::Registration,
    domain::{Actor, Policy, Role, Timestamp, UserId, member::MemberChange},
    web::{
        answer,
        error::Error,
        labels::{self, Moment},
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
        settings::{HOME, SETTINGS},
    },
};

pub const PATH: &str = "/settings/members";
const MEMBERS: Crumb = Crumb { label: "members", href: PATH };
/// The longest search text, in characters.
const QUERY_LENGTH: usize = 100;

#[derive(Template)]
#[template(path = "settings/members/list.html")]
struct MembersPage {
    shell: Shell,
    query: String,
    found: String,
    rows: Vec<MemberItem>,
    invitations: Vec<InvitationItem>,
    may_invite: bool,
    is_closed: bool,
    previous: Option<String>,
    next: Option<String>,
}

struct MemberItem {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    role_label: String,
    last_signed_in: Option<Moment>,
    api_keys: i64,
    is_active: bool,
    is_own: bool,
    controls: Controls,
}

/// The actions that the viewer may take on a member.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
struct Controls {
    change_role: bool,
    disable: bool,
    enable: bool,
    remove: bool,
}

struct InvitationItem {
    id: String,
    email: String,
    role_label: String,
    invited_by: String,
    is_good: bool,
    mail_failed: bool,
    expires: Moment,
    may_revoke: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MembersQuery {
    q: String,
    page: Option<usize>,
}

/// A role in a form.
struct RoleChoice {
    value: &'static str,
    label: String,
    description: String,
    is_chosen: bool,
}

pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let MembersQuery { q, page } = request.query()?;
    let query: String = q.trim().chars().take(QUERY_LENGTH).collect();
    let (now, policy, actor, wanted) = (request.now(), request.policy(), request.actor()?, query.clone());
    let MembersListing { members, found, page, pages, active_owners, invitations } = request
        .read(move |conn, context, actor| app::members::list(conn, context, actor, &wanted, page.unwrap_or(1)))
        .await?;
    let turn = |page: usize| {
        let mut query_string = url::form_urlencoded::Serializer::new(String::new());
        if !query.is_empty() {
            query_string.append_pair("q", &query);
        }
        format!("{PATH}?{}", query_string.append_pair("page", &page.to_string()).finish())
    };
    let words = request.words();
    answer::ok(&MembersPage {
        found: found_text(words, found, !query.is_empty(), page, pages),
        rows: members
            .iter()
            .map(|listed| MemberItem::new(words, listed, &actor, active_owners, &policy, now))
            .collect(),
        invitations: invitations.iter().map(|listed| InvitationItem::new(words, listed, &actor, &policy)).collect(),
        may_invite: actor.may_manage_members_of(Role::Member, &policy),
        is_closed: request.state.registration == Registration::Closed,
        previous: (page > 1).then(|| turn(page - 1)),
        next: (page < pages).then(|| turn(page + 1)),
        query,
        shell: request.page(request.say("members"), Section::Members, &[HOME, SETTINGS]),
    })
}

/// "3 people found, page 1 of 2"
fn found_text(words: Words, found: usize, is_search: bool, page: usize, pages: usize) -> String {
    let id = match (is_search, pages > 1) {
        (false, false) => return labels::count_of_people(words, found),
        (false, true) => "members-on-page",
        (true, false) => "members-found",
        (true, true) => "members-found-on-page",
    };
    words.say(id).with("count", found).with("page", page).with("pages", pages).into()
}

/// The id in a path. A malformed one belongs to nobody.
fn parse_id(id: &str) -> Result<UserId, Error> {
    UserId::parse(id).map_err(|_| Error::NotFound)
}

/// The roles that this actor may assign, each with its description.
fn role_choices(words: Words, actor: &Actor, policy: &Policy, chosen: &str) -> Vec<RoleChoice> {
    let offered = Role::ALL.into_iter().filter(|role| actor.may_manage_members_of(*role, policy));
    let choice = |role: Role| RoleChoice {
        value: role.as_str(),
        label: labels::role(words, role),
        description: labels::role_description(words, role),
        is_chosen: role.as_str() == chosen,
    };
    offered.map(choice).collect()
}

impl MemberItem {
    fn new(
        words: Words,
        listed: &ListedMember,
        actor: &Actor,
        active_owners: i64,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let ListedMember { member, live_api_keys } = listed;
        let is_own = actor.person.id == member.id;
        let may = |change| actor.may_change(member, change, active_owners, policy).is_ok();
        // The last Owner gets the control too, and then the reason why it is refused.
        let is_owners_own = is_own && member.role == Role::Owner;
        Self {
            id: member.id.to_string(),
            name: member.name.clone(),
            email: member.email.clone(),
            role: member.role.as_str(),
            role_label: labels::role(words, member.role),
            last_signed_in: member.last_signed_in_at.map(|at| labels::ago(words, at, now)),
            api_keys: *live_api_keys,
            is_active: member.is_active(),
            is_own,
            controls: Controls {
                change_role: may(MemberChange::Role(Role::Member)) || is_owners_own,
                disable: member.is_active() && may(MemberChange::Disable),
                enable: !member.is_active() && may(MemberChange::Enable),
                remove: may(MemberChange::Remove),
            },
        }
    }
}

impl InvitationItem {
    fn new(words: Words, listed: &app::invitations::ListedInvitation, actor: &Actor, policy: &Policy) -> Self {
        let app::invitations::ListedInvitation { invitation, invited_by, is_good, mail_failed } = listed;
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.as_str().to_owned(),
            role_label: labels::role(words, invitation.role),
            invited_by: invited_by.clone(),
            is_good: *is_good,
            mail_failed: *mail_failed,
            expires: labels::day(words, invitation.expires_at),
            may_revoke: actor.may_manage_members_of(invitation.role, policy),
        }
    }
}
