//! Reminds people in time that one of their keys expires.

use std::collections::BTreeSet;

use time::Duration;
use url::Url;

use super::{
    By, Context, Error,
    mail::{EmailMessage, Mail},
};
use crate::{
    domain::{ApiKey, ApiKeyEvent, ApiKeyId, Policy, Status, Timestamp, UserId, api_key::listing::Whose},
    store::{self, Conn},
};

/// Emails of one run: fewer than may wait to be sent.
const BATCH: usize = 200;
/// The least emails per organization in one run, if many organizations have some.
const LEAST_SHARE: usize = 20;
/// The interval of runs, in microseconds. Each run begins with another organization.
const TURN: i64 = 5 * 60 * 1_000_000;

/// Records the reminders that are due and returns their emails: some of them, the most urgent of each organization
/// first. The caller sends them.
pub fn take_due(conn: &mut Conn, context: &mut Context, base_url: &Url) -> Result<Vec<Mail>, Error> {
    let now = context.now;
    let mut mails = Vec::new();
    let mut organizations = store::organizations::list(conn)?;
    let count = organizations.len().max(1);
    let share = (BATCH / count).max(LEAST_SHARE);
    let first = usize::try_from(now.unix_micros() / TURN).unwrap_or_default() % count;
    if !organizations.is_empty() {
        organizations.rotate_left(first);
    }
    for (organization_id, organization) in organizations {
        let limit = share.min(BATCH - mails.len());
        let policy = store::policies::get(conn, &organization_id)?.policy;
        let due = list_due(conn, &organization_id, &policy, limit, now)?;
        if due.is_empty() {
            continue;
        }
        // Another instance may be about to send the same.
        let owners: BTreeSet<_> = due.into_iter().map(|(_, owner)| owner).collect();
        for owner in &owners {
            store::users::lock_api_keys(conn, owner)?;
        }
        let due = list_due(conn, &organization_id, &policy, limit, now)?;
        let ids: Vec<ApiKeyId> =
            due.into_iter().filter(|(_, owner)| owners.contains(owner)).map(|(id, _)| id).collect();
        for api_key in store::api_keys::list(conn, &Whose::Organization(organization_id), &ids)? {
            mails.extend(remind(conn, context, &api_key, &organization, &policy, base_url)?);
        }
        if mails.len() >= BATCH {
            break;
        }
    }
    Ok(mails)
}

fn list_due(
    conn: &mut Conn,
    of: &crate::domain::OrganizationId,
    policy: &Policy,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let (mut due, mut from) = (Vec::new(), now);
    // The nearest reminder first, each for the time until the next nearer one.
    for days in policy.reminder_days.iter().rev() {
        let until = now.plus(Duration::days(*days));
        let left = i64::try_from(limit.saturating_sub(due.len())).unwrap_or(i64::MAX);
        due.extend(store::reminders::list_due(conn, of, (from, until), *days, left, now)?);
        from = until;
    }
    Ok(due)
}

fn remind(
    conn: &mut Conn,
    context: &mut Context,
    api_key: &ApiKey,
    organization: &str,
    policy: &Policy,
    base_url: &Url,
) -> Result<Option<Mail>, Error> {
    let now = context.now;
    let Some(end) = api_key.expires_at.filter(|_| api_key.status(now) == Status::Active) else { return Ok(None) };
    let Some(days) = policy.reminder_due(end, now) else { return Ok(None) };
    store::reminders::insert(conn, &api_key.id, end, days, now)?;
    let Some(owner) = store::users::find_account(conn, &api_key.owner_id)? else { return Ok(None) };
    let mut link = base_url.clone();
    link.set_path(&format!("/settings/developers/api-keys/{}", api_key.id));
    let message = EmailMessage::ApiKeyExpires {
        name: api_key.name.as_str().to_owned(),
        organization: organization.to_owned(),
        hint: api_key.hint.clone(),
        last_day: end.minus(Duration::MICROSECOND),
        days: (end.minus(Duration::MICROSECOND).date() - now.date()).whole_days(),
        link: link.into(),
    };
    let event = ApiKeyEvent::ReminderSent { days, email: owner.email.clone() };
    context.record(conn, By::Server, api_key, &event)?;
    let organization_id = api_key.organization_id.clone();
    Ok(Some(Mail { organization_id, to: owner.email, language: owner.language, message }))
}
