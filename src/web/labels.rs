//! Labels for values of domain types. Templates use all other messages of the catalogue directly.

mod faults;
mod limits;

pub use faults::{FieldError, fault};
pub use limits::{after, own_limit, quota, rate_limit};

use time::Duration;

use crate::{
    catalogue::Words,
    domain::{
        ApiKey, ExpirationDate, LastUse, Policy, Role, RotationState, Status, Timestamp, api_key::listing::Count,
        usage::DayOfUse, verification::Code,
    },
};

/// A point in time for a `<time>` element.
#[derive(Clone, Debug)]
pub struct Moment {
    pub iso: String,
    pub text: String,
    pub title: String,
}

const MONTHS: [&str; 12] = [
    "month-january",
    "month-february",
    "month-march",
    "month-april",
    "month-may",
    "month-june",
    "month-july",
    "month-august",
    "month-september",
    "month-october",
    "month-november",
    "month-december",
];

pub fn role(words: Words, role: Role) -> String {
    let id = match role {
        Role::Owner => "role-owner",
        Role::Administrator => "role-administrator",
        Role::Support => "role-support",
        Role::Analytics => "role-analytics",
        Role::Member => "role-member",
    };
    words.say(id).into()
}

/// Whole seconds, at least one.
pub fn seconds(wait: Duration) -> i64 {
    (wait + Duration::milliseconds(999)).whole_seconds().max(1)
}

pub fn try_again_after(words: Words, wait: Duration) -> String {
    match seconds(wait) {
        1 => words.say("try-again-in-a-second").into(),
        seconds @ 2..=99 => words.say("try-again-in-seconds").with("count", seconds).into(),
        seconds => words.say("try-again-in-minutes").with("count", (seconds + 59) / 60).into(),
    }
}

/// The permissions of a role in a sentence.
pub fn role_description(words: Words, role: Role) -> String {
    let id = match role {
        Role::Owner => "role-owner-description",
        Role::Administrator => "role-administrator-description",
        Role::Support => "role-support-description",
        Role::Analytics => "role-analytics-description",
        Role::Member => "role-member-description",
    };
    words.say(id).into()
}

/// `soon` is how long before its end a key is displayed as expiring soon.
pub fn status(words: Words, api_key: &ApiKey, now: Timestamp, soon: Duration) -> String {
    let id = match (api_key.status(now), api_key.expires_at) {
        (Status::Active, Some(end)) if is_soon(end, now, soon) => {
            match (ExpirationDate::last_day_before(end).date() - now.date()).whole_days() {
                0 => "status-expires-today",
                1 => "status-expires-tomorrow",
                days => return words.say("status-expires-in-days").with("count", days).into(),
            }
        }
        (Status::Pending, _) => "status-pending",
        (Status::Active, _) => "status-active",
        (Status::Disabled, _) => "status-disabled",
        (Status::Expired, _) => "status-expired",
        (Status::Revoked, _) => "status-revoked",
    };
    words.say(id).into()
}

/// Whether its status label says when it expires.
pub fn expires_within_days(api_key: &ApiKey, now: Timestamp, soon: Duration) -> bool {
    api_key.status(now) == Status::Active && api_key.expires_at.is_some_and(|end| is_soon(end, now, soon))
}

fn is_soon(end: Timestamp, now: Timestamp, soon: Duration) -> bool {
    end.since(now) <= soon
}

/// The explanation of a verification code.
pub fn code(words: Words, code: Code) -> String {
    let id = match code {
        Code::Valid => "code-valid",
        Code::NotFound => "code-not-found",
        Code::KeyNotConfirmed => "code-key-not-confirmed",
        Code::Disabled => "code-disabled",
        Code::Expired => "code-expired",
        Code::Revoked => "code-revoked",
        Code::OwnerInactive => "code-owner-inactive",
        Code::BrowserNotAllowed => "code-browser-not-allowed",
        Code::OriginNotAllowed => "code-origin-not-allowed",
        Code::NetworkNotAllowed => "code-network-not-allowed",
        Code::AppNotAllowed => "code-app-not-allowed",
        Code::EnvironmentNotAllowed => "code-environment-not-allowed",
        Code::InsufficientPermissions => "code-insufficient-permissions",
        Code::RateLimited => "code-rate-limited",
        Code::QuotaExceeded => "code-quota-exceeded",
    };
    words.say(id).into()
}

/// "1 key", "12 keys"
pub fn count_of_keys(words: Words, count: i64) -> String {
    words.say("count-of-keys").with("count", count).into()
}

/// "12", "more than 2,000"
pub fn counted(words: Words, count: Count) -> String {
    match count {
        Count::Exactly(count) => words.number(count),
        Count::MoreThan(count) => words.say("more-than").with("count", count).into(),
    }
}

/// "1 key", "More than 2,000 keys"
pub fn counted_keys(words: Words, count: Count) -> String {
    match count {
        Count::Exactly(count) => count_of_keys(words, count),
        Count::MoreThan(count) => words.say("more-than-keys").with("count", count).into(),
    }
}

/// "1 person", "12 people"
pub fn count_of_people(words: Words, count: usize) -> String {
    words.say("count-of-people").with("count", count).into()
}

/// The answer to a presented token, short enough for a column.
pub fn outcome(words: Words, code: Code) -> String {
    let id = match code {
        Code::Valid => "outcome-valid",
        Code::NotFound => "outcome-not-found",
        Code::KeyNotConfirmed => "outcome-key-not-confirmed",
        Code::Disabled => "outcome-disabled",
        Code::Expired => "outcome-expired",
        Code::Revoked => "outcome-revoked",
        Code::OwnerInactive => "outcome-owner-inactive",
        Code::BrowserNotAllowed => "outcome-browser-not-allowed",
        Code::OriginNotAllowed => "outcome-origin-not-allowed",
        Code::NetworkNotAllowed => "outcome-network-not-allowed",
        Code::AppNotAllowed => "outcome-app-not-allowed",
        Code::EnvironmentNotAllowed => "outcome-environment-not-allowed",
        Code::InsufficientPermissions => "outcome-insufficient-permissions",
        Code::RateLimited => "outcome-rate-limited",
        Code::QuotaExceeded => "outcome-quota-exceeded",
    };
    words.say(id).into()
}

/// "21 Nov 2026"
pub fn date(words: Words, date: ExpirationDate) -> String {
    calendar_day(words, date.date())
}

/// "Rotate by 12 Dec" or "Rotation overdue". None if its due date is far away.
pub fn rotation(words: Words, api_key: &ApiKey, policy: &Policy, now: Timestamp) -> Option<String> {
    let days = policy.rotate_every_days;
    match api_key.rotation_state(days, now)? {
        RotationState::Overdue => Some(words.say("rotation-badge-overdue").into()),
        RotationState::DueSoon => {
            let date = ExpirationDate::last_day_before(api_key.rotation_due_at(days, now)?).date();
            // The year goes without saying. A space that breaks no line.
            let day = format!("{}\u{a0}{}", date.day(), words.say(month(date)));
            Some(words.say("rotation-badge-due").with("date", day).into())
        }
    }
}

/// The day; the title adds the minute.
pub fn day(words: Words, instant: Timestamp) -> Moment {
    let at = instant.to_offset_date_time();
    let text = calendar_day(words, at.date());
    let title = format!("{text}, {:02}:{:02} UTC", at.hour(), at.minute());
    // In HTML, a second has three digits of a fraction at most.
    Moment { iso: instant.start_of_second().to_string(), text, title }
}

/// "21 Nov 2026, 12:00 UTC"
pub fn minute(words: Words, instant: Timestamp) -> Moment {
    let moment = day(words, instant);
    Moment { text: moment.title.clone(), ..moment }
}

/// "21 Nov 2026, 12:00:03 UTC"
pub fn second(words: Words, instant: Timestamp) -> String {
    let at = instant.to_offset_date_time();
    let day = calendar_day(words, at.date());
    format!("{day}, {:02}:{:02}:{:02} UTC", at.hour(), at.minute(), at.second())
}

/// The last day of validity.
pub fn last_day(words: Words, expires_at: Timestamp) -> Moment {
    let last = ExpirationDate::last_day_before(expires_at);
    let text = date(words, last);
    Moment { iso: last.iso(), title: words.say("valid-through").with("date", text.as_str()).into(), text }
}

/// "4 minutes ago"
pub fn ago(words: Words, instant: Timestamp, now: Timestamp) -> Moment {
    let passed = now.since(instant);
    let (id, count) = match passed {
        _ if passed < Duration::MINUTE => ("just-now", 0),
        _ if passed < Duration::HOUR => ("minutes-ago", passed.whole_minutes()),
        _ if passed < Duration::DAY => ("hours-ago", passed.whole_hours()),
        _ if passed < Duration::days(30) => ("days-ago", passed.whole_days()),
        _ => return day(words, instant),
    };
    Moment { text: words.say(id).with("count", count).into(), ..day(words, instant) }
}

/// The relative time; the title adds the user agent.
pub fn last_use(words: Words, last: &LastUse, now: Timestamp) -> Moment {
    let moment = ago(words, last.at, now);
    let Some(agent) = &last.agent else { return moment };
    let title = words.say("at-by-agent").with("at", moment.title.as_str()).with("agent", agent.as_str()).into();
    Moment { title, ..moment }
}

/// "12 today, 3 refused"
pub fn today(words: Words, day: DayOfUse) -> Option<String> {
    let id = match (day.uses, day.refusals) {
        (0, 0) => return None,
        (_, 0) => "used-today",
        (0, _) => "refused-today",
        _ => "used-and-refused-today",
    };
    Some(words.say(id).with("uses", day.uses).with("refusals", day.refusals).into())
}

fn calendar_day(words: Words, date: time::Date) -> String {
    format!("{} {} {}", date.day(), words.say(month(date)), date.year())
}

fn month(date: time::Date) -> &'static str {
    MONTHS[usize::from(u8::from(date.month())) - 1]
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::Language;

    const NOW: Timestamp = Timestamp::from_unix_micros(1_795_262_400_000_000);

    fn english() -> Words {
        Words::new(Language::English)
    }

    fn russian() -> Words {
        Words::new(Language::Russian)
    }

    #[test]
    fn time_passed_is_said_in_the_largest_whole_unit() {
        assert_eq!(NOW, Timestamp::from(datetime!(2026-11-21 12:00 UTC)));
        let said = |words, passed| ago(words, NOW.minus(passed), NOW).text;
        assert_eq!(said(english(), Duration::seconds(59)), "just now");
        assert_eq!(said(english(), Duration::minutes(1)), "1 minute ago");
        assert_eq!(said(english(), Duration::hours(23)), "23 hours ago");
        assert_eq!(said(english(), Duration::days(29)), "29 days ago");
        assert_eq!(said(english(), Duration::days(30)), "22 Oct 2026");
        assert_eq!(said(russian(), Duration::seconds(59)), "только что");
        assert_eq!(said(russian(), Duration::minutes(1)), "1 минуту назад");
        assert_eq!(said(russian(), Duration::hours(23)), "23 часа назад");
        assert_eq!(said(russian(), Duration::days(29)), "29 дней назад");
        assert_eq!(said(russian(), Duration::days(30)), "22 окт. 2026");
    }

    #[test]
    fn a_day_of_use_is_said_in_short() {
        let said = |uses, refusals| today(english(), DayOfUse { uses, refusals });
        assert_eq!(said(0, 0), None);
        assert_eq!(said(1_204_000, 0).as_deref(), Some("1,204,000 today"));
        assert_eq!(said(0, 12).as_deref(), Some("12 refused today"));
        assert_eq!(said(999, 1_000).as_deref(), Some("999 today, 1,000 refused"));
    }

    #[test]
    fn the_last_day_is_the_day_before_the_instant_of_expiry() {
        let moment = last_day(english(), Timestamp::from(datetime!(2027-03-01 00:00 UTC)));
        assert_eq!((moment.iso.as_str(), moment.text.as_str()), ("2027-02-28", "28 Feb 2027"));
    }
}
