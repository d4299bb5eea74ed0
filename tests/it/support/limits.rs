//! Limits of keys, as short texts.

use std::num::NonZeroU32;

use latchkey::domain::key_limits::{OwnLimit, OwnLimits, Quota, QuotaPeriod, RateLimit, RatePeriod};

/// "10/minute", or "10/minute/2" with a burst, and "100/month". Nothing where the policy decides.
pub fn limits(rate: &str, quota: &str) -> OwnLimits {
    let number = |text: &str| text.parse::<NonZeroU32>().unwrap();
    let parts: Vec<_> = rate.split('/').collect();
    let rate = match parts[..] {
        [count, period, ..] => OwnLimit::Own(RateLimit {
            count: number(count),
            period: RatePeriod::parse(period).unwrap(),
            burst: parts.get(2).map(|burst| number(burst)),
        }),
        _ => OwnLimit::OfPolicy,
    };
    let quota = match quota.split_once('/') {
        Some((count, period)) => {
            OwnLimit::Own(Quota { count: number(count), period: QuotaPeriod::parse(period).unwrap() })
        }
        None => OwnLimit::OfPolicy,
    };
    OwnLimits { rate, quota }
}
