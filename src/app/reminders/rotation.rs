//! Reminders of keys that are due for rotation, and of overlaps that end while the former token is still used.

use time::Duration;

use super::{Due, Reminders, left_of};
use crate::{
    app::{
        Context, Error,
        mail::{DueRotation, EmailMessage, EndingOverlap, Mail},
    },
    domain::{ApiKey, ExpirationDate, Status, Tokens, audit::ReminderAbout},
    store::{self, Conn},
};

/// The reminder that a key is overdue, in the place of the days before.
const OVERDUE: i64 = 0;
/// How long ago a key became overdue of which its owner still hears.
const OVERDUE_FOR: Duration = Duration::days(30);

impl Reminders<'_> {
    pub(super) fn list_due_for_rotation(&self, conn: &mut Conn, limit: usize) -> Result<Due, Error> {
        let mut due = Vec::new();
        if self.policy.reminder_days.is_empty() {
            return Ok(due);
        }
        let (of, policy_days, now) = (self.organization_id, self.policy.rotate_every_days, self.now);
        let earliest = now.minus(OVERDUE_FOR);
        // Under a new policy, keys can be overdue for longer.
        let is_policy_new = self.policy_changed_at.is_some_and(|at| at >= earliest);
        let policy_earliest = (!is_policy_new).then_some(earliest);
        let overdue = (OVERDUE, earliest, policy_earliest, now);
        let before = self.times().map(|(days, from, until)| (days, from, Some(from), until));
        for (days, from, policy_from, until) in [overdue].into_iter().chain(before) {
            let left = left_of(limit, &due);
            due.extend(store::rotation_reminders::list_due(conn, of, (from, until), days, left, now)?);
            if let Some(policy_days) = policy_days {
                let left = left_of(limit, &due);
                let range = (policy_from, until);
                let found =
                    store::rotation_reminders::list_due_by_policy(conn, of, policy_days, range, days, left, now)?;
                due.extend(found);
            }
        }
        Ok(due)
    }

    pub(super) fn remind_of_rotation(
        &self,
        conn: &mut Conn,
        context: &mut Context,
        api_key: &ApiKey,
    ) -> Result<Option<Mail>, Error> {
        let now = self.now;
        let due = api_key.rotation_due_at(self.policy.rotate_every_days, now);
        let Some(due) = due.filter(|_| api_key.status(now) == Status::Active) else { return Ok(None) };
        let Some(days) = (if due <= now { Some(OVERDUE) } else { self.policy.reminder_due(due, now) }) else {
            return Ok(None);
        };
        store::rotation_reminders::insert(conn, &api_key.id, ReminderAbout::Rotation, due, days, now)?;
        let rotate_by = ExpirationDate::last_day_before(due);
        self.mail(conn, context, api_key, (ReminderAbout::Rotation, days), |name, organization, link| {
            EmailMessage::RotationDue(DueRotation {
                name,
                organization,
                hint: api_key.hint.clone(),
                rotate_by,
                days: (rotate_by.date() - now.date()).whole_days(),
                link,
            })
        })
    }

    pub(super) fn list_ending_overlaps(&self, conn: &mut Conn, limit: usize) -> Result<Due, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(store::rotation_reminders::list_ending_overlaps(conn, self.organization_id, limit, self.now)?)
    }

    pub(super) fn remind_of_overlap(
        &self,
        conn: &mut Conn,
        context: &mut Context,
        api_key: &ApiKey,
    ) -> Result<Option<Mail>, Error> {
        let now = self.now;
        let tokens = Tokens::of(&store::api_key_tokens::list(conn, &api_key.id)?);
        let Some(tokens) = tokens.filter(|_| api_key.status(now) == Status::Active) else { return Ok(None) };
        let overlap = tokens.overlap(now).filter(|overlap| overlap.ends_in_use(now));
        let (Some(former), Some(ends_at)) = (tokens.previous, overlap.map(|overlap| overlap.ends_at)) else {
            return Ok(None);
        };
        store::rotation_reminders::insert(conn, &api_key.id, ReminderAbout::Overlap, ends_at, OVERDUE, now)?;
        self.mail(conn, context, api_key, (ReminderAbout::Overlap, OVERDUE), |name, organization, link| {
            EmailMessage::OverlapEnds(EndingOverlap { name, organization, hint: former.hint, ends_at, link })
        })
    }
}
