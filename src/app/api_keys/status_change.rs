//! Disabling, enabling and revoking keys: changes of status that keep the row.

use super::{
    pauses, record_change_of,
    selection::{self, CountChanged, LockedSelection, Selection, Split},
};
use crate::{
    app::{Context, Failure},
    domain::{Actor, ApiKey, ApiKeyAction, ApiKeyEvent, Description, Timestamp},
    store::{self, Conn},
};

#[derive(Clone, Debug)]
pub enum StatusChange {
    /// Until this time, or until somebody enables the key.
    Disable {
        until: Option<Timestamp>,
    },
    Enable,
    Revoke {
        reason: Option<Description>,
    },
}

/// The result for a selection.
#[derive(Debug)]
pub struct StatusChangeResult {
    /// The changed keys, before the change.
    pub api_keys: Vec<ApiKey>,
    /// How many were left unchanged, because the change does not apply to their status.
    pub untouched: usize,
    /// How many were not revoked because they are system keys.
    pub system_keys: usize,
}

impl StatusChange {
    pub fn act(&self) -> ApiKeyAction {
        match self {
            Self::Disable { .. } => ApiKeyAction::Disable,
            Self::Enable => ApiKeyAction::Enable,
            Self::Revoke { .. } => ApiKeyAction::Revoke,
        }
    }
}

/// Changes all selected keys to which the change applies.
pub fn change_status(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    selection: &Selection,
    change: &StatusChange,
) -> Result<StatusChangeResult, Failure<CountChanged>> {
    let LockedSelection { actor, api_keys } = selection::lock(conn, context, actor, selection)?;
    let now = context.now;
    context.policy = store::policies::get(conn, &actor.person.organization_id)?.policy.into();
    let Split { api_keys, untouched, system_keys } =
        selection::split(conn, context, selection, api_keys, change.act())?;
    selection::require_proof(conn, context, &actor, selection, change.act(), &api_keys)?;
    if !api_keys.is_empty() {
        record_change_of(conn, &api_keys, now)?;
    }
    for api_key in &api_keys {
        let id = &api_key.id;
        pauses::record_end_of_pause(conn, context, api_key)?;
        let event = match change {
            StatusChange::Disable { until } => {
                store::api_keys::update_disabled(conn, id, now, *until)?;
                ApiKeyEvent::Disabled { until: *until }
            }
            StatusChange::Enable => {
                store::api_keys::update_enabled(conn, id, now)?;
                ApiKeyEvent::Enabled
            }
            StatusChange::Revoke { reason } => {
                store::api_keys::update_revoked(conn, id, now, reason.as_ref())?;
                let reason = reason.as_ref().map(|reason| reason.as_str().to_owned());
                ApiKeyEvent::Revoked { reason, unused_for_days: None }
            }
        };
        context.record(conn, &actor, api_key, &event)?;
    }
    Ok(StatusChangeResult { api_keys, untouched: untouched.len(), system_keys })
}
