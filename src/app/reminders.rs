//! Reminds people in time that one of their keys expires, is due for rotation, or is still used with a token that ends.

mod rotation;

use std::collections::BTreeSet;

use time::Duration;
use url::Url;

use super::{
    By, Context, Error,
    mail::{EmailMessage, Mail},
};
use crate::{
    domain::{
        ApiKey, ApiKeyEvent, ApiKeyId, OrganizationId, Policy, Status, Timestamp, UserId, api_key::listing::Whose,
        audit::ReminderAbout,
    },
    store::{self, Conn},
};

/// Emails of one run: fewer than may wait to be sent.
const BATCH: usize = 200;
/// The least emails per organization in one run, if many organizations have some.
const LEAST_SHARE: usize = 20;
/// The interval of runs, in microseconds. Each run begins with another organization.
const TURN: i64 = 5 * 60 * 1_000_000;

/// The organization whose people are reminded.
struct Reminders<'a> {
    organization_id: &'a OrganizationId,
    organization: &'a str,
    policy: Policy,
    policy_changed_at: Option<Timestamp>,
    base_url: &'a Url,
    now: Timestamp,
}

/// Keys with their owners.
type Due = Vec<(ApiKeyId, UserId)>;
/// Records the reminder of a key and returns its email, if it is still due.
type Remind<'a> = fn(&Reminders<'a>, &mut Conn, &mut Context, &ApiKey) -> Result<Option<Mail>, Error>;

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
        let reminders = Reminders {
            organization_id: &organization_id,
            organization: &organization,
            policy: store::policies::get(conn, &organization_id)?.policy,
            policy_changed_at: store::policies::find_changed_at(conn, &organization_id)?,
            base_url,
            now,
        };
        mails.extend(reminders.take(conn, context, share.min(BATCH - mails.len()))?);
        if mails.len() >= BATCH {
            break;
        }
    }
    Ok(mails)
}

impl Reminders<'_> {
    fn take(&self, conn: &mut Conn, context: &mut Context, limit: usize) -> Result<Vec<Mail>, Error> {
        let due = self.list_due(conn, limit)?;
        if due.iter().all(Vec::is_empty) {
            return Ok(Vec::new());
        }
        // Another instance may be about to send the same.
        let owners: BTreeSet<_> = due.into_iter().flatten().map(|(_, owner)| owner).collect();
        for owner in &owners {
            store::users::lock_api_keys(conn, owner)?;
        }
        let mut mails = Vec::new();
        let reminds: [Remind<'_>; 3] = [Self::remind_of_expiry, Self::remind_of_overlap, Self::remind_of_rotation];
        for (due, remind) in self.list_due(conn, limit)?.into_iter().zip(reminds) {
            let locked = due.into_iter().filter(|(_, owner)| owners.contains(owner));
            let left = limit.saturating_sub(mails.len());
            let ids: Vec<ApiKeyId> = locked.map(|(id, _)| id).take(left).collect();
            for api_key in store::api_keys::list(conn, &Whose::Organization(self.organization_id.clone()), &ids)? {
                mails.extend(remind(self, conn, context, &api_key)?);
            }
        }
        Ok(mails)
    }

    /// In the order of their urgency: what stops working by itself comes first.
    fn list_due(&self, conn: &mut Conn, limit: usize) -> Result<[Due; 3], Error> {
        Ok([
            self.list_expiring(conn, limit)?,
            self.list_ending_overlaps(conn, limit)?,
            self.list_due_for_rotation(conn, limit)?,
        ])
    }

    fn list_expiring(&self, conn: &mut Conn, limit: usize) -> Result<Due, Error> {
        let mut due = Vec::new();
        for (days, from, until) in self.times() {
            let left = left_of(limit, &due);
            due.extend(store::reminders::list_due(conn, self.organization_id, (from, until), days, left, self.now)?);
        }
        Ok(due)
    }

    /// The nearest reminder first, each for the time until the next nearer one.
    fn times(&self) -> impl Iterator<Item = (i64, Timestamp, Timestamp)> {
        let after = |days: i64| self.now.plus(Duration::days(days));
        let nearer = [0].into_iter().chain(self.policy.reminder_days.iter().rev().copied());
        let days = self.policy.reminder_days.iter().rev().copied();
        days.zip(nearer).map(move |(days, nearer)| (days, after(nearer), after(days)))
    }

    fn remind_of_expiry(
        &self,
        conn: &mut Conn,
        context: &mut Context,
        api_key: &ApiKey,
    ) -> Result<Option<Mail>, Error> {
        let now = self.now;
        let Some(end) = api_key.expires_at.filter(|_| api_key.status(now) == Status::Active) else { return Ok(None) };
        let Some(days) = self.policy.reminder_due(end, now) else { return Ok(None) };
        store::reminders::insert(conn, &api_key.id, end, days, now)?;
        let about = (ReminderAbout::Expiry, days);
        self.mail(conn, context, api_key, about, |name, organization, link| EmailMessage::ApiKeyExpires {
            name,
            organization,
            hint: api_key.hint.clone(),
            last_day: end.minus(Duration::MICROSECOND),
            days: (end.minus(Duration::MICROSECOND).date() - now.date()).whole_days(),
            link,
        })
    }

    /// Records and returns an email to the owner. The message gets the key's name, the organization and the address of
    /// the key's page.
    fn mail(
        &self,
        conn: &mut Conn,
        context: &mut Context,
        api_key: &ApiKey,
        (about, days): (ReminderAbout, i64),
        message: impl FnOnce(String, String, String) -> EmailMessage,
    ) -> Result<Option<Mail>, Error> {
        let Some(owner) = store::users::find_account(conn, &api_key.owner_id)? else { return Ok(None) };
        let mut link = self.base_url.clone();
        link.set_path(&format!("/settings/developers/api-keys/{}", api_key.id));
        let message = message(api_key.name.as_str().to_owned(), self.organization.to_owned(), link.into());
        let event = ApiKeyEvent::ReminderSent { about, days, email: owner.email.clone() };
        context.record(conn, By::Server, api_key, &event)?;
        let organization_id = api_key.organization_id.clone();
        Ok(Some(Mail { organization_id, to: owner.email, language: owner.language, message }))
    }
}

fn left_of(limit: usize, due: &Due) -> i64 {
    i64::try_from(limit.saturating_sub(due.len())).unwrap_or(i64::MAX)
}
