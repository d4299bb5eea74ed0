//! What answers say about the limits of a key: two objects in JSON, and the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10, structured fields of RFC 9651).

use actix_web::{HttpResponseBuilder, http::header::HeaderName};
use time::Duration;

use super::header_values::HeaderValues;
use crate::{
    app::key_limits::LimitReadings,
    domain::{
        key_limits::{AllowanceReading, LimitWindow, QuotaPeriod},
        verification::Code,
    },
    http::problem::Problem,
};

/// In bytes, of a field about three limits.
const USUAL_LENGTH: usize = 80;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Appends `rate_limit` and `quota`, each null or an object.
pub fn write_json(json: &mut String, readings: &LimitReadings) {
    write_reading(json, ",\"rate_limit\":", rate(readings));
    write_reading(json, ",\"quota\":", readings.quota);
}

/// Both fields have a member for each limit: what it is, and what is left of it.
pub fn insert_headers(
    response: &mut HttpResponseBuilder,
    values: &mut HeaderValues,
    readings: &LimitReadings,
) -> Result<(), Problem> {
    if *readings == LimitReadings::default() {
        return Ok(());
    }
    let mut text = String::with_capacity(USUAL_LENGTH);
    write_members(&mut text, readings, |text, reading| {
        number(text, "q=", reading.limit);
        number(text, ";w=", seconds_of(reading.window));
    });
    response.append_header((RATE_LIMIT_POLICY, values.text(&text)?));
    text.clear();
    write_members(&mut text, readings, |text, reading| {
        number(text, "r=", reading.remaining);
        number(text, ";t=", whole_seconds(reading.reset));
    });
    response.append_header((RATE_LIMIT, values.text(&text)?));
    Ok(())
}

/// A list with a member for each limit: its name, and the parameters that `write` adds.
fn write_members(text: &mut String, readings: &LimitReadings, write: impl Fn(&mut String, AllowanceReading)) {
    for (name, reading) in
        [("\"rate\";", readings.rate), ("\"burst\";", readings.burst), ("\"quota\";", readings.quota)]
    {
        let Some(reading) = reading else { continue };
        if !text.is_empty() {
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
        Code::RateLimited => rate(readings),
        _ => None,
    };
    reading.map(|reading| whole_seconds(reading.reset).max(1))
}

/// The rate limit, as far as its burst leaves it open.
fn rate(readings: &LimitReadings) -> Option<AllowanceReading> {
    let mut rate = readings.rate?;
    if let Some(burst) = readings.burst.filter(|burst| burst.remaining < rate.remaining) {
        rate.remaining = burst.remaining;
        rate.reset = burst.reset;
    }
    Some(rate)
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
    use actix_web::HttpResponse;

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
        let mut json = String::new();
        write_json(&mut json, &readings());
        let expected = concat!(
            r#","rate_limit":{"limit":600,"remaining":0,"reset":1,"period":"minute"}"#,
            r#","quota":{"limit":100000,"remaining":7,"reset":86400,"period":"month"}"#,
        );
        assert_eq!(json, expected);
        assert_eq!(retry_after(Code::RateLimited, &readings()), Some(1));
        assert_eq!(retry_after(Code::QuotaExceeded, &readings()), Some(86_400));
        assert_eq!(retry_after(Code::Disabled, &readings()), None);
        json.clear();
        write_json(&mut json, &LimitReadings::default());
        assert_eq!(json, r#","rate_limit":null,"quota":null"#);
    }

    #[test]
    fn the_fields_are_lists_of_strings_with_parameters() {
        let headers = |readings: &LimitReadings| {
            let mut response = HttpResponse::Ok();
            insert_headers(&mut response, &mut HeaderValues::with_capacity(0), readings).unwrap();
            let response = response.finish();
            ["ratelimit-policy", "ratelimit"].map(|name| {
                response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
            })
        };
        let [policy, left] = headers(&readings());
        assert_eq!(policy, r#""rate";q=600;w=60, "burst";q=20;w=1, "quota";q=100000;w=2592000"#);
        assert_eq!(left, r#""rate";r=599;t=61, "burst";r=0;t=1, "quota";r=7;t=86400"#);
        assert_eq!(headers(&LimitReadings::default()), ["", ""]);
    }
}
