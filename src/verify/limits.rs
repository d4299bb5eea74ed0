//! What answers say about the limits of a key: two objects in JSON, and the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10, structured fields of RFC 9651).

use std::fmt::Write as _;

use actix_web::{
    HttpResponseBuilder,
    http::header::{HeaderName, HeaderValue},
};
use time::Duration;

use crate::{
    app::key_limits::LimitReadings,
    domain::{
        key_limits::{AllowanceReading, LimitWindow, QuotaPeriod},
        verification::Code,
    },
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Appends `rate_limit` and `quota`, each null or an object.
pub fn write_json(json: &mut String, readings: &LimitReadings) {
    write_reading(json, ",\"rate_limit\":", rate(readings));
    write_reading(json, ",\"quota\":", readings.quota);
}

/// Both fields have a member for each limit: what it is, and what is left of it.
pub fn insert_headers(response: &mut HttpResponseBuilder, readings: &LimitReadings) {
    let named = [("rate", readings.rate), ("burst", readings.burst), ("quota", readings.quota)];
    let (mut policy, mut left) = (String::new(), String::new());
    for (name, reading) in named.into_iter().filter_map(|(name, reading)| Some((name, reading?))) {
        let comma = if policy.is_empty() { "" } else { ", " };
        let AllowanceReading { window, limit, remaining, reset } = reading;
        // Writing to memory cannot fail.
        let _ = write!(policy, "{comma}\"{name}\";q={limit};w={}", seconds_of(window));
        let _ = write!(left, "{comma}\"{name}\";r={remaining};t={}", whole_seconds(reset));
    }
    if let (Ok(policy), Ok(left)) = (HeaderValue::try_from(policy), HeaderValue::try_from(left))
        && !policy.is_empty()
    {
        response.insert_header((RATE_LIMIT_POLICY, policy)).insert_header((RATE_LIMIT, left));
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
    let (period, reset) = (period_of(window), whole_seconds(reset));
    let _ = write!(json, "{{\"limit\":{limit},\"remaining\":{remaining},\"reset\":{reset},\"period\":\"{period}\"}}");
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
            insert_headers(&mut response, readings);
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
