//! What answers say about the limits of a key: two objects in JSON, and the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10, structured fields of RFC 9651).

use actix_web::http::header::{HeaderMap, HeaderName};
use time::Duration;

use super::header_values;
use crate::{
    app::key_limits::LimitReadings,
    domain::{
        key_limits::{AllowanceReading, LimitWindow, QuotaPeriod},
        verification::Code,
    },
    http::problem::Problem,
};

/// In bytes, of both fields about three limits.
pub const USUAL_LENGTH: usize = 160;

static FIELDS: [HeaderName; 2] = [HeaderName::from_static("ratelimit-policy"), HeaderName::from_static("ratelimit")];

/// Appends `rate_limit` and `quota`, each null or an object.
pub fn write_json(json: &mut String, code: Code, readings: &LimitReadings) {
    write_reading(json, ",\"rate_limit\":", rate(code, readings));
    write_reading(json, ",\"quota\":", readings.quota);
}

/// Appends the values of both fields to `text`. Returns the fields with the ends of their values. Both have a member for
/// each limit: what it is, and what is left of it. Without limits there are no fields.
pub fn write_fields(
    text: &mut String,
    readings: &LimitReadings,
) -> impl Iterator<Item = (&'static HeaderName, usize)> + use<> {
    write_members(text, readings, |text, reading| {
        number(text, "q=", reading.limit);
        number(text, ";w=", seconds_of(reading.window));
    });
    let middle = text.len();
    write_members(text, readings, |text, reading| {
        number(text, "r=", reading.remaining);
        number(text, ";t=", whole_seconds(reading.reset));
    });
    let is_limited = *readings != LimitReadings::default();
    FIELDS.iter().zip([middle, text.len()]).filter(move |_| is_limited)
}

/// The same for an answer that says nothing else about the key.
pub fn append_fields(headers: &mut HeaderMap, readings: &LimitReadings) -> Result<(), Problem> {
    let mut text = String::new();
    let fields = write_fields(&mut text, readings);
    header_values::append(headers, text, fields)
}

/// A list with a member for each limit: its name, and the parameters that `write` adds.
fn write_members(text: &mut String, readings: &LimitReadings, write: impl Fn(&mut String, AllowanceReading)) {
    let start = text.len();
    for (name, reading) in
        [("\"rate\";", readings.rate), ("\"burst\";", readings.burst), ("\"quota\";", readings.quota)]
    {
        let Some(reading) = reading else { continue };
        if text.len() > start {
            text.push_str(", ");
        }
        text.push_str(name);
        write(text, reading);
    }
}

/// In seconds, at least one. None if the code has nothing to do with limits.
pub fn retry_after(code: Code, readings: &LimitReadings) -> Option<i64> {
    let reading = match code {
        Code::QuotaExceeded => readings.quota,
        Code::RateLimited => rate(code, readings),
        _ => None,
    };
    reading.map(|reading| whole_seconds(reading.reset).max(1))
}

/// The rate limit, with what is left of its burst if that refuses.
fn rate(code: Code, readings: &LimitReadings) -> Option<AllowanceReading> {
    let rate = readings.rate?;
    let burst = readings.burst.filter(|burst| code == Code::RateLimited && burst.remaining < rate.remaining);
    Some(burst.map_or(rate, |burst| AllowanceReading { remaining: burst.remaining, reset: burst.reset, ..rate }))
}

fn write_reading(json: &mut String, name: &str, reading: Option<AllowanceReading>) {
    json.push_str(name);
    let Some(AllowanceReading { window, limit, remaining, reset }) = reading else {
        json.push_str("null");
        return;
    };
    number(json, "{\"limit\":", limit);
    number(json, ",\"remaining\":", remaining);
    number(json, ",\"reset\":", whole_seconds(reset));
    for part in [",\"period\":\"", period_of(window), "\"}"] {
        json.push_str(part);
    }
}

fn number(text: &mut String, before: &str, number: impl itoa::Integer) {
    text.push_str(before);
    text.push_str(itoa::Buffer::new().format(number));
}

fn period_of(window: LimitWindow) -> &'static str {
    match window {
        LimitWindow::Rate(period) => period.as_str(),
        LimitWindow::Burst => "second",
        LimitWindow::Quota(period) => period.as_str(),
    }
}

/// A month counts as 30 days, since the field has no calendar.
fn seconds_of(window: LimitWindow) -> i64 {
    let days = if window == LimitWindow::Quota(QuotaPeriod::Month) { 30 } else { 1 };
    window.length().unwrap_or(Duration::days(days)).whole_seconds()
}

/// Rounded up, so that nobody comes too early.
fn whole_seconds(duration: Duration) -> i64 {
    duration.whole_seconds() + i64::from(duration.subsec_nanoseconds() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key_limits::RatePeriod;

    fn reading(window: LimitWindow, limit: u64, remaining: u64, millis: i64) -> AllowanceReading {
        AllowanceReading { window, limit, remaining, reset: Duration::milliseconds(millis) }
    }

    fn readings() -> LimitReadings {
        LimitReadings {
            rate: Some(reading(LimitWindow::Rate(RatePeriod::Minute), 600, 599, 60_001)),
            burst: Some(reading(LimitWindow::Burst, 20, 0, 17)),
            quota: Some(reading(LimitWindow::Quota(QuotaPeriod::Month), 100_000, 7, 86_400_000)),
        }
    }

    #[test]
    fn answers_say_what_is_left_and_for_how_long() {
        let said = |code, readings: &LimitReadings| {
            let mut json = String::new();
            write_json(&mut json, code, readings);
            json
        };
        let quota = r#","quota":{"limit":100000,"remaining":7,"reset":86400,"period":"month"}"#;
        for (code, rate) in [
            (Code::Valid, r#","rate_limit":{"limit":600,"remaining":599,"reset":61,"period":"minute"}"#),
            (Code::RateLimited, r#","rate_limit":{"limit":600,"remaining":0,"reset":1,"period":"minute"}"#),
        ] {
            assert_eq!(said(code, &readings()), format!("{rate}{quota}"));
        }
        assert_eq!(retry_after(Code::RateLimited, &readings()), Some(1));
        assert_eq!(retry_after(Code::QuotaExceeded, &readings()), Some(86_400));
        assert_eq!(retry_after(Code::Disabled, &readings()), None);
        assert_eq!(said(Code::Valid, &LimitReadings::default()), r#","rate_limit":null,"quota":null"#);
    }

    #[test]
    fn the_fields_are_lists_of_strings_with_parameters() {
        let headers = |readings: &LimitReadings| {
            let mut headers = HeaderMap::new();
            append_fields(&mut headers, readings).unwrap();
            ["ratelimit-policy", "ratelimit"]
                .map(|name| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default())
        };
        let [policy, left] = headers(&readings());
        assert_eq!(policy, r#""rate";q=600;w=60, "burst";q=20;w=1, "quota";q=100000;w=2592000"#);
        assert_eq!(left, r#""rate";r=599;t=61, "burst";r=0;t=1, "quota";r=7;t=86400"#);
        assert_eq!(headers(&LimitReadings::default()), ["", ""]);
    }
}
