//! English words for what the code knows by type. Templates hold all other words.

use time::{Duration, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use super::page::{FieldError, Moment};
use crate::{
    app::Fault,
    domain::{
        ApiKey, ExpirationDate, ExpirationDateError, LastUse, PasswordError, Role, Status, TextError, Timestamp,
        account::Guessable, api_key::listing::Count, usage::DayOfUse, verification::Code,
    },
};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year]");
const MINUTE: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");

pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Administrator => "Administrator",
        Role::Support => "Support",
        Role::Analytics => "Analytics",
        Role::Member => "Member",
    }
}

/// Whole seconds, at least one.
pub fn seconds(wait: Duration) -> i64 {
    (wait + Duration::milliseconds(999)).whole_seconds().max(1)
}

pub fn try_again_after(wait: Duration) -> String {
    match seconds(wait) {
        1 => "Try again in a second.".to_owned(),
        seconds @ 2..=99 => format!("Try again in {seconds} seconds."),
        seconds => format!("Try again in {} minutes.", (seconds + 59) / 60),
    }
}

/// What somebody with this role may do, in a sentence.
pub fn role_description(role: Role) -> &'static str {
    match role {
        Role::Owner => "May do everything, also to other Owners.",
        Role::Administrator => "Manages people and API keys, but not Owners.",
        Role::Support => "Sees every API key and every member of the organization, and changes nothing.",
        Role::Analytics => "Sees every API key of the organization and its use, and changes nothing.",
        Role::Member => "Sees only the API keys of their own.",
    }
}

pub fn status(api_key: &ApiKey, now: Timestamp) -> String {
    match (api_key.status(now), api_key.expires_at) {
        (Status::Active, Some(end)) if end.since(now) <= Duration::days(7) => {
            match (ExpirationDate::of(end).date() - now.date()).whole_days() {
                0 => "Expires today".to_owned(),
                1 => "Expires tomorrow".to_owned(),
                days => format!("Expires in {days} days"),
            }
        }
        (Status::Pending, _) => "Not confirmed".to_owned(),
        (Status::Active, _) => "Active".to_owned(),
        (Status::Disabled, _) => "Disabled".to_owned(),
        (Status::Expired, _) => "Expired".to_owned(),
        (Status::Revoked, _) => "Revoked".to_owned(),
    }
}

/// What verification means by its answer.
pub fn code(code: Code) -> &'static str {
    match code {
        Code::Valid => "The key is good.",
        Code::NotFound => "There is no such key, or the secret is another one. Nobody is told which.",
        Code::KeyNotConfirmed => "Nobody has confirmed yet that the key was copied.",
        Code::Disabled => "The key is switched off.",
        Code::Expired => "The key was valid until its expiration date.",
        Code::Revoked => "The key was ended for good.",
        Code::OwnerInactive => "The account of the person who made the key is switched off.",
        Code::InsufficientPermissions => {
            "The key is good, but its owner does not have the permission that you asked for."
        }
        Code::RateLimited => "Too many wrong tokens came from one address. Ask again after a second.",
    }
}

pub fn date(date: ExpirationDate) -> String {
    format(date.date().midnight().assume_utc(), DAY)
}

/// "1 key", "12 keys"
pub fn count_of_keys(count: i64) -> String {
    if count == 1 { "1 key".to_owned() } else { format!("{count} keys") }
}

/// "12", "more than 10,000"
pub fn counted(count: Count) -> String {
    match count {
        Count::Exactly(count) => number(count),
        Count::MoreThan(count) => format!("more than {}", number(count)),
    }
}

/// "1 key", "more than 10,000 keys"
pub fn counted_keys(count: Count) -> String {
    if count == Count::Exactly(1) { "1 key".to_owned() } else { format!("{} keys", counted(count)) }
}

/// "1 person", "more than 100 people"
pub fn counted_people(count: Count) -> String {
    if count == Count::Exactly(1) { "1 person".to_owned() } else { format!("{} people", counted(count)) }
}

/// "1 person", "12 people"
pub fn count_of_people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// What happened to a key, said of who did it. An action of a later version is called by its name.
pub fn api_key_event(action: &str) -> &str {
    match action {
        "api_key.created" => "Created the key",
        "api_key.confirmed" => "Confirmed that the key was copied",
        "api_key.viewed" => "Looked at this page",
        "api_key.revoked" => "Revoked the key, as its owner was removed",
        "api_key.handed_over" => "Handed the key over, as its owner was removed",
        "api_key.deleted" => "Deleted the key",
        "api_key.purged" => "Removed the key, which nobody had confirmed in time",
        other => other,
    }
}

/// What became of a presented token, as short as a column wants it.
pub fn outcome(code: Code) -> &'static str {
    match code {
        Code::Valid => "Good",
        Code::NotFound => "Wrong secret",
        Code::KeyNotConfirmed => "Not confirmed",
        Code::Disabled => "Disabled",
        Code::Expired => "Expired",
        Code::Revoked => "Revoked",
        Code::OwnerInactive => "Owner inactive",
        Code::InsufficientPermissions => "Not permitted",
        Code::RateLimited => "Throttled",
    }
}

/// The day, with the minute for who looks closer.
pub fn day(instant: Timestamp) -> Moment {
    let at = instant.to_offset_date_time();
    Moment { iso: instant.to_string(), text: format(at, DAY), title: format(at, MINUTE) }
}

/// The last day of validity.
pub fn last_day(expires_at: Timestamp) -> Moment {
    let last = ExpirationDate::of(expires_at);
    Moment { iso: last.iso(), text: date(last), title: format!("Valid through {}, 23:59 UTC", date(last)) }
}

/// "4 minutes ago"
pub fn ago(instant: Timestamp, now: Timestamp) -> Moment {
    let passed = now.since(instant);
    let counted = |count: i64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    let text = match passed {
        _ if passed < Duration::MINUTE => "just now".to_owned(),
        _ if passed < Duration::HOUR => counted(passed.whole_minutes(), "minute"),
        _ if passed < Duration::DAY => counted(passed.whole_hours(), "hour"),
        _ if passed < Duration::days(30) => counted(passed.whole_days(), "day"),
        _ => return day(instant),
    };
    Moment { text, ..day(instant) }
}

/// When, and for who looks closer, what it was.
pub fn last_use(last: &LastUse, now: Timestamp) -> Moment {
    let moment = ago(last.at, now);
    let agent = last.agent.as_ref().map(|agent| format!(", by {agent}")).unwrap_or_default();
    Moment { title: format!("{}{agent}", moment.title), ..moment }
}

/// "12 today, 3 refused"
pub fn today(day: DayOfUse) -> Option<String> {
    match (day.uses, day.refusals) {
        (0, 0) => None,
        (uses, 0) => Some(format!("{} today", number(uses))),
        (0, refusals) => Some(format!("{} refused today", number(refusals))),
        (uses, refusals) => Some(format!("{} today, {} refused", number(uses), number(refusals))),
    }
}

/// "1,204": a comma between groups of three digits.
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|part| str::from_utf8(part).ok()).collect();
    format!("{}{}", if number < 0 { "−" } else { "" }, groups.join(","))
}

/// What to say beside the field that a fault belongs to.
pub fn fault(fault: &Fault) -> FieldError {
    let (field, message) = match fault {
        Fault::ApiKeyName(error) | Fault::ProjectName(error) => ("name", text("a name", "The name", *error)),
        Fault::ApiKeyNameTaken => {
            let message = "You already have a key of that name. Capital letters and extra spaces make no difference.";
            ("name", message.to_owned())
        }
        Fault::Description(error) => ("description", text("a description", "The description", *error)),
        Fault::ExpirationDate(error) => ("expires_on", expiration_date(*error)),
        Fault::OrganizationName(error) => {
            ("organization_name", text("the name of your organization", "The name", *error))
        }
        Fault::PersonName(error) => ("name", text("your name", "Your name", *error)),
        Fault::EmailAddress => ("email", "Enter an email address like name@example.org".to_owned()),
        Fault::EmailAddressTaken => ("email", "Enter another email address: this one cannot be used".to_owned()),
        Fault::Password(error) => ("password", password(*error)),
        Fault::Role => ("role", "Choose a role".to_owned()),
        Fault::MemberAlready => ("email", "There is a member with this email address already".to_owned()),
        Fault::Heir => ("heir", "Choose somebody of the list to hand the keys to".to_owned()),
        Fault::Project => {
            ("project", "Choose another project, or none: the one that you chose takes no new keys".to_owned())
        }
        Fault::ProjectNameTaken => {
            let message = "There is a project of that name already, perhaps an archived one. Capital letters and \
                           extra spaces make no difference.";
            ("name", message.to_owned())
        }
    };
    FieldError { field, message }
}

fn text(what: &str, the_field: &str, error: TextError) -> String {
    match error {
        TextError::Empty => format!("Enter {what}"),
        TextError::TooLong { max } => format!("{the_field} can have at most {max} characters"),
        TextError::ForbiddenCharacter => {
            format!("{the_field} contains invisible or control characters: type it instead of pasting it")
        }
    }
}

fn expiration_date(error: ExpirationDateError) -> String {
    match error {
        ExpirationDateError::Missing => "Choose an expiration date".to_owned(),
        ExpirationDateError::Malformed => {
            "Enter a date that exists, as year, month and day, such as 2027-01-31".to_owned()
        }
        ExpirationDateError::InThePast { earliest } => {
            format!("The expiration date is in the past: choose {} or later", date(earliest))
        }
        ExpirationDateError::TooLate { latest } => {
            format!("The expiration date is too late: choose {} or earlier", date(latest))
        }
    }
}

fn password(error: PasswordError) -> String {
    match error {
        PasswordError::TooShort { min } => format!("Use at least {min} characters"),
        PasswordError::TooLong { max } => format!("Use at most {max} characters"),
        PasswordError::Guessable(Guessable::Common) => {
            "That is close to a password that many people use, and is tried first. Use several unrelated words"
                .to_owned()
        }
        PasswordError::Guessable(Guessable::Personal) => {
            "That is made of your own name, address or organization. Use several unrelated words".to_owned()
        }
        PasswordError::Guessable(Guessable::Pattern) => {
            "That is easy to guess: it repeats, counts or follows the keyboard. Use several unrelated words".to_owned()
        }
    }
}

fn format(at: OffsetDateTime, description: &[BorrowedFormatItem<'_>]) -> String {
    at.format(description).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn time_passed_is_said_in_the_largest_whole_unit() {
        let now = Timestamp::from(datetime!(2026-11-21 12:00 UTC));
        let said = |passed| ago(now.minus(passed), now).text;
        assert_eq!(said(Duration::seconds(59)), "just now");
        assert_eq!(said(Duration::minutes(1)), "1 minute ago");
        assert_eq!(said(Duration::hours(23)), "23 hours ago");
        assert_eq!(said(Duration::days(29)), "29 days ago");
        assert_eq!(said(Duration::days(30)), "22 Oct 2026");
    }

    #[test]
    fn a_day_of_use_is_said_in_short() {
        let said = |uses, refusals| today(DayOfUse { uses, refusals });
        assert_eq!(said(0, 0), None);
        assert_eq!(said(1_204_000, 0).as_deref(), Some("1,204,000 today"));
        assert_eq!(said(0, 12).as_deref(), Some("12 refused today"));
        assert_eq!(said(999, 1_000).as_deref(), Some("999 today, 1,000 refused"));
    }

    #[test]
    fn the_last_day_is_the_day_before_the_instant_of_expiry() {
        let moment = last_day(Timestamp::from(datetime!(2027-03-01 00:00 UTC)));
        assert_eq!((moment.iso.as_str(), moment.text.as_str()), ("2027-02-28", "28 Feb 2027"));
    }
}
