//! Everything about one key except its secret.

use time::Duration;

use super::{
    get_owner, get_visible, limit_reset, permission_use::PermissionUse, permissions::HeldPermissions, rotation, token,
};
use crate::{
    app::{
        Context, Error,
        audit_log::{self, AuditPage},
        ended_tokens,
    },
    domain::{
        Actor, ApiKey, ApiKeyEvent, ApiKeyId, ApiPermission, Permission, Project, Status, Timestamp, Tokens,
        key_limits::KeyLimits, usage::RecordedCaller, verification::Code,
    },
    store::{self, Conn, ended_token_uses::KnownUse, owners::Owner},
};

/// How many days of use are displayed, including today.
pub const DAYS_OF_USE: i64 = 30;
/// How many callers are displayed.
pub const CALLERS: i64 = 10;

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Details {
    pub api_key: ApiKey,
    pub owner: Owner,
    /// The creator, if it is not the owner.
    pub created_by: Option<Owner>,
    pub project: Option<Project>,
    /// Whether it is valid right now.
    pub works: bool,
    /// Its permissions in Latchkey right now.
    pub permissions: Vec<Permission>,
    /// Whether the organization's API has permissions.
    pub has_api_permissions: bool,
    /// Its permissions in that API right now.
    pub api_permissions: Vec<ApiPermission>,
    pub permission_use: PermissionUse,
    /// Its own limits, and those of the policy otherwise.
    pub limits: KeyLimits,
    pub may_reset_limits: bool,
    /// Counts by day and answer, latest first. Days without any are missing.
    pub days: Vec<(Timestamp, Code, i64)>,
    /// Its last callers, latest first.
    pub callers: Vec<RecordedCaller>,
    /// Who presented its tokens after their end, latest first.
    pub ended_uses: Vec<KnownUse>,
    /// Its latest events. None if the actor may not see them.
    pub events: Option<AuditPage>,
    pub may_manage: bool,
    pub made_by_system: bool,
    /// Whether the actor can see its token again.
    pub is_viewable: bool,
    pub may_rotate: bool,
    pub tokens: Tokens,
    /// Who made the tokens by rotations.
    pub token_creators: Vec<Owner>,
}

/// A key and the actions that the actor may take.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ApiKeyActions {
    pub api_key: ApiKey,
    pub may_manage: bool,
    pub made_by_system: bool,
    /// Whether the actor can see its token again.
    pub is_viewable: bool,
    pub may_rotate: bool,
}

/// The content of a key's menu. It reveals no more than the list, so it is not recorded as a view.
pub fn find_actions(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKeyActions, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    Ok(ApiKeyActions {
        may_manage: actor.may_manage(&api_key, &context.policy),
        made_by_system: is_made_by_system(conn, &api_key)?,
        is_viewable: actor.owns(&api_key) && token::is_viewable(conn, context, &api_key)?,
        may_rotate: rotation::may_rotate(conn, context, actor, &api_key)?,
        api_key,
    })
}

/// The actor's own key. None if it is somebody else's; [`look`] returns those.
pub fn find_own(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<Option<Details>, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    if actor.owns(&api_key) { Ok(Some(details(conn, context, actor, api_key)?)) } else { Ok(None) }
}

/// Anybody's key. The view is recorded first, so that the owner can learn who saw the details.
pub fn look(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<Details, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    if !actor.owns(&api_key) {
        context.record(conn, actor, &api_key, &ApiKeyEvent::Viewed)?;
    }
    details(conn, context, actor, api_key)
}

fn details(conn: &mut Conn, context: &Context, actor: &Actor, api_key: ApiKey) -> Result<Details, Error> {
    let (now, policy) = (context.now, &context.policy);
    let owner = get_owner(conn, &api_key)?;
    let works = api_key.status(now) == Status::Active && owner.is_active;
    let known = store::api_permissions::list(conn, &api_key.organization_id)?;
    let held = if works {
        HeldPermissions::of_owner(conn, context, &api_key.organization_id, &owner)?.of_key(&api_key.permissions)
    } else {
        HeldPermissions::default()
    };
    let may_see_events = actor.may(Permission::SeeAuditLog, policy)
        || (actor.owns(&api_key) && actor.may(Permission::SeeOwnAuditEvents, policy));
    let tokens = Tokens::of(&store::api_key_tokens::list(conn, &api_key.id)?);
    let tokens = tokens.ok_or(Error::Store(store::Error::Corrupt("api_key_tokens.api_key_id")))?;
    let since = now.start_of_day().minus(Duration::days(DAYS_OF_USE - 1));
    Ok(Details {
        created_by: match &api_key.created_by {
            Some(id) if *id != api_key.owner_id => {
                store::owners::list_by_id(conn, &api_key.organization_id, &[id])?.pop()
            }
            _ => None,
        },
        project: match &api_key.project_id {
            Some(id) => store::projects::find(conn, &api_key.organization_id, id)?,
            None => None,
        },
        works,
        permissions: held.latchkey.iter().collect(),
        permission_use: PermissionUse::of_key(conn, now, &api_key, &held, &known)?,
        limits: api_key.attributes.limits.or(policy.key_limits()),
        may_reset_limits: limit_reset::may_reset(context, actor, &api_key),
        has_api_permissions: !known.is_empty(),
        api_permissions: known.into_iter().filter(|known| held.api.grant(&known.name)).collect(),
        callers: store::usage::list_callers(conn, &[&api_key.id], CALLERS)?,
        ended_uses: ended_tokens::list(conn, context, &api_key.organization_id, &api_key.id)?,
        days: store::usage::list_of_key(conn, &api_key.id, since)?,
        events: if may_see_events { Some(audit_log::list_latest(conn, actor, &(&api_key.id).into())?) } else { None },
        may_manage: actor.may_manage(&api_key, policy),
        made_by_system: is_made_by_system(conn, &api_key)?,
        is_viewable: actor.owns(&api_key) && token::is_viewable(conn, context, &api_key)?,
        may_rotate: rotation::may_rotate(conn, context, actor, &api_key)?,
        token_creators: list_creators(conn, &tokens)?,
        tokens,
        owner,
        api_key,
    })
}

fn list_creators(conn: &mut Conn, tokens: &Tokens) -> Result<Vec<Owner>, Error> {
    let shown = [Some(&tokens.current), tokens.pending.as_ref(), tokens.previous.as_ref()];
    let ids: Vec<_> = shown.into_iter().flatten().filter_map(|token| token.created_by.as_ref()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::owners::list_by_id(conn, &tokens.current.organization_id, &ids)?)
}

fn is_made_by_system(conn: &mut Conn, api_key: &ApiKey) -> Result<bool, Error> {
    Ok(!store::system_api_keys::list_among(conn, &[&api_key.id])?.is_empty())
}
