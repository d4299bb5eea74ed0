//! Marking keys for rotation: they are due by a date that somebody sets, and their owners get an email.

use std::collections::BTreeMap;

use url::Url;

use super::selection::{self, CountChanged, LockedSelection, Selection, Split};
use crate::{
    app::{
        Context, Error, Failure, Fault, Field,
        mail::{EmailMessage, Mail, RotationRequest},
    },
    domain::{
        Actor, ApiKey, ApiKeyAction, ApiKeyEvent, Description, ExpirationDate, ExpirationDateError, Policy, TextError,
        Timestamp, UserId, api_key::rotation_schedule, audit::ReminderAbout,
    },
    store::{self, Conn},
};

/// Keys that an email names. It says how many there are besides.
const NAMED: usize = 50;

/// The command that marks keys.
#[derive(Clone, Debug)]
pub struct NewRotationMark {
    pub rotate_by: Field<ExpirationDate>,
    /// For the owners of the keys.
    pub note: Field<Option<Description>>,
}

/// Why no key was marked.
#[derive(Debug)]
pub enum NotMarked {
    Invalid(Vec<Fault>),
    CountChanged,
}

#[derive(Debug)]
pub struct MarkedKeys {
    pub api_keys: Vec<ApiKey>,
    /// How many were left unchanged, because they do not work yet or have ended.
    pub untouched: usize,
    /// One email for each other owner.
    pub mails: Vec<Mail>,
}

impl NewRotationMark {
    pub fn parse(rotate_by: &str, note: &str) -> Self {
        let date = ExpirationDate::parse(rotate_by).and_then(|date| date.ok_or(ExpirationDateError::Missing));
        let note = Description::parse(note).map(|note| Some(note).filter(|note| !note.as_str().is_empty()));
        Self {
            rotate_by: date.map_err(Fault::RotationDate),
            note: note.map_err(|error: TextError| Fault::RotationNote(error)),
        }
    }
}

/// Marks all selected keys that work or are disabled. An earlier mark is replaced.
pub fn mark(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    selection: &Selection,
    new: &NewRotationMark,
    base_url: &Url,
) -> Result<MarkedKeys, Failure<NotMarked>> {
    let mut faults = Vec::new();
    let rotate_by = new
        .rotate_by
        .clone()
        .and_then(|date| rotation_schedule::check_mark(date, context.now).map(|()| date).map_err(Fault::RotationDate));
    let rotate_by = rotate_by.map_err(|fault| faults.push(fault));
    let note = new.note.clone().map_err(|fault| faults.push(fault));
    let (Ok(rotate_by), Ok(note)) = (rotate_by, note) else {
        return Err(Failure::Refused(NotMarked::Invalid(faults)));
    };

    let locked = selection::lock(conn, context, actor, selection);
    let LockedSelection { actor, api_keys } =
        locked.map_err(|failure| failure.map(|CountChanged { .. }| NotMarked::CountChanged))?;
    let Split { api_keys, untouched, .. } =
        selection::split(conn, context, selection, api_keys, ApiKeyAction::MarkForRotation)?;
    let due_at = rotate_by.expires_at();
    let policy = store::policies::get(conn, &actor.person.organization_id)?.policy;
    for api_key in &api_keys {
        store::api_keys::update_rotation_mark(conn, &api_key.id, due_at)?;
        let note = note.as_ref().map(|note| note.as_str().to_owned());
        let event = ApiKeyEvent::RotationMarked { due_at, before: api_key.rotation_marked_for, note };
        context.record(conn, &actor, api_key, &event)?;
        note_reminder(conn, api_key, due_at, &policy, context.now)?;
    }
    let mails = mails(conn, &actor, &api_keys, rotate_by, note.as_ref(), base_url)?;
    Ok(MarkedKeys { api_keys, untouched: untouched.len(), mails })
}

/// The email about the mark takes the place of the reminder that is due now.
fn note_reminder(
    conn: &mut Conn,
    api_key: &ApiKey,
    due_at: Timestamp,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Error> {
    let (id, about) = (&api_key.id, ReminderAbout::Rotation);
    if let Some(days) = policy.reminder_due(due_at, now)
        && !store::rotation_reminders::exists(conn, id, about, due_at, days)?
    {
        store::rotation_reminders::insert(conn, id, about, due_at, days, now)?;
    }
    Ok(())
}

/// One email for each owner who can sign in, with all of their keys. None for the actor.
fn mails(
    conn: &mut Conn,
    actor: &Actor,
    api_keys: &[ApiKey],
    rotate_by: ExpirationDate,
    note: Option<&Description>,
    base_url: &Url,
) -> Result<Vec<Mail>, Error> {
    let mut of_owners = BTreeMap::<&UserId, Vec<&ApiKey>>::new();
    for api_key in api_keys.iter().filter(|key| !actor.owns(key)) {
        of_owners.entry(&api_key.owner_id).or_default().push(api_key);
    }
    let marked_by = store::users::find_name(conn, &actor.person.id)?.unwrap_or_default();
    let mut mails = Vec::new();
    for (owner_id, api_keys) in of_owners {
        let Some(owner) = store::users::find_account(conn, owner_id)?.filter(|owner| owner.disabled_at.is_none())
        else {
            continue;
        };
        let mut link = base_url.clone();
        if let [only] = api_keys.as_slice() {
            link.set_path(&format!("/settings/developers/api-keys/{}", only.id));
        } else {
            link.set_path("/settings/developers/api-keys");
            link.set_query(Some("view=mine"));
        }
        let named = |key: &&ApiKey| (key.name.as_str().to_owned(), key.hint.clone());
        let message = EmailMessage::RotationRequested(RotationRequest {
            api_keys: api_keys.iter().take(NAMED).map(named).collect(),
            count: api_keys.len(),
            organization: owner.organization_name,
            marked_by: marked_by.clone(),
            rotate_by,
            note: note.map(|note| note.as_str().to_owned()),
            link: link.into(),
        });
        let organization_id = actor.person.organization_id.clone();
        mails.push(Mail { organization_id, to: owner.email, language: owner.language, message });
    }
    Ok(mails)
}
