//! Limits of a key's own as texts: the fields of a form, and what events and exports have of them.

use std::{fmt, num::NonZeroU32};

use super::{MOST, OwnLimit, Quota, QuotaPeriod, RateLimit, RatePeriod};

/// What a form selects where a key has the limit of the policy.
pub const OF_POLICY: &str = "policy";
/// Where it has its own.
pub const OWN: &str = "own";
/// Where it has none.
pub const NONE: &str = "none";
const UNLIMITED: &str = "unlimited";

/// The fields of a rate limit. The others count only if the key has its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct RateLimitTexts<'a> {
    pub choice: &'a str,
    pub count: &'a str,
    pub period: &'a str,
    /// Empty for none.
    pub burst: &'a str,
}

/// The fields of a quota.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuotaTexts<'a> {
    pub choice: &'a str,
    pub count: &'a str,
    pub period: &'a str,
}

/// A field that can have a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitField {
    RateLimitChoice,
    RateLimit,
    RateLimitPeriod,
    RateLimitBurst,
    QuotaChoice,
    Quota,
    QuotaPeriod,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    #[error("not one of the options")]
    Unknown,
    #[error("not a whole number from 1 to {MOST}")]
    OutOfRange,
    #[error("more than the rate limit")]
    BurstAboveLimit,
}

/// What is wrong with one field.
pub type LimitFault = (LimitField, LimitError);

impl LimitField {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RateLimitChoice => "rate_limit_choice",
            Self::RateLimit => "rate_limit",
            Self::RateLimitPeriod => "rate_limit_period",
            Self::RateLimitBurst => "rate_limit_burst",
            Self::QuotaChoice => "quota_choice",
            Self::Quota => "quota",
            Self::QuotaPeriod => "quota_period",
        }
    }
}

impl<T> OwnLimit<T> {
    /// The option of a form.
    pub fn choice(&self) -> &'static str {
        match self {
            Self::OfPolicy => OF_POLICY,
            Self::Unlimited => NONE,
            Self::Own(_) => OWN,
        }
    }
}

impl OwnLimit<RateLimit> {
    /// Reads the fields of a form.
    pub fn parse(texts: RateLimitTexts<'_>) -> Result<Self, Vec<LimitFault>> {
        match texts.choice {
            OF_POLICY => return Ok(Self::OfPolicy),
            NONE => return Ok(Self::Unlimited),
            OWN => {}
            _ => return Err(vec![(LimitField::RateLimitChoice, LimitError::Unknown)]),
        }
        let count = parse_count(texts.count).map_err(|error| (LimitField::RateLimit, error));
        let period = RatePeriod::parse(texts.period).ok_or((LimitField::RateLimitPeriod, LimitError::Unknown));
        let burst = match texts.burst.trim() {
            "" => Ok(None),
            text => parse_count(text).map(Some).map_err(|error| (LimitField::RateLimitBurst, error)),
        };
        match (count, period, burst) {
            (Ok(count), Ok(_), Ok(Some(burst))) if burst > count => {
                Err(vec![(LimitField::RateLimitBurst, LimitError::BurstAboveLimit)])
            }
            (Ok(count), Ok(period), Ok(burst)) => Ok(Self::Own(RateLimit { count, period, burst })),
            (count, period, burst) => Err([count.err(), period.err(), burst.err()].into_iter().flatten().collect()),
        }
    }

    /// Such as `600/minute/20` with a burst of 20. None for the limit of the policy.
    pub fn text(&self) -> Option<String> {
        text_of(self)
    }

    /// Reads the result of [`Self::text`].
    pub fn parse_text(text: &str) -> Option<Self> {
        if text == UNLIMITED {
            return Some(Self::Unlimited);
        }
        let mut parts = text.splitn(3, '/');
        let (count, period) = (parts.next()?.parse().ok()?, RatePeriod::parse(parts.next()?)?);
        let burst = parts.next().map(str::parse).transpose().ok()?;
        Some(Self::Own(RateLimit { count, period, burst }))
    }
}

impl OwnLimit<Quota> {
    /// Reads the fields of a form.
    pub fn parse(texts: QuotaTexts<'_>) -> Result<Self, Vec<LimitFault>> {
        match texts.choice {
            OF_POLICY => return Ok(Self::OfPolicy),
            NONE => return Ok(Self::Unlimited),
            OWN => {}
            _ => return Err(vec![(LimitField::QuotaChoice, LimitError::Unknown)]),
        }
        let count = parse_count(texts.count).map_err(|error| (LimitField::Quota, error));
        let period = QuotaPeriod::parse(texts.period).ok_or((LimitField::QuotaPeriod, LimitError::Unknown));
        match (count, period) {
            (Ok(count), Ok(period)) => Ok(Self::Own(Quota { count, period })),
            (count, period) => Err([count.err(), period.err()].into_iter().flatten().collect()),
        }
    }

    /// Such as `100000/month`. None for the quota of the policy.
    pub fn text(&self) -> Option<String> {
        text_of(self)
    }

    /// Reads the result of [`Self::text`].
    pub fn parse_text(text: &str) -> Option<Self> {
        if text == UNLIMITED {
            return Some(Self::Unlimited);
        }
        let (count, period) = text.split_once('/')?;
        Some(Self::Own(Quota { count: count.parse().ok()?, period: QuotaPeriod::parse(period)? }))
    }
}

fn text_of<T: fmt::Display>(limit: &OwnLimit<T>) -> Option<String> {
    match limit {
        OwnLimit::OfPolicy => None,
        OwnLimit::Unlimited => Some(UNLIMITED.to_owned()),
        OwnLimit::Own(limit) => Some(limit.to_string()),
    }
}

fn parse_count(text: &str) -> Result<NonZeroU32, LimitError> {
    let count = text.trim().parse().ok().filter(|count: &NonZeroU32| count.get() <= MOST);
    count.ok_or(LimitError::OutOfRange)
}

/// `COUNT/PERIOD` or `COUNT/PERIOD/BURST`
impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.period.as_str())?;
        self.burst.map_or(Ok(()), |burst| write!(f, "/{burst}"))
    }
}

/// `COUNT/PERIOD`
impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.period.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(choice: &str, count: &str, period: &str, burst: &str) -> Result<OwnLimit<RateLimit>, Vec<LimitFault>> {
        OwnLimit::<RateLimit>::parse(RateLimitTexts { choice, count, period, burst })
    }

    fn quota(choice: &str, count: &str, period: &str) -> Result<OwnLimit<Quota>, Vec<LimitFault>> {
        OwnLimit::<Quota>::parse(QuotaTexts { choice, count, period })
    }

    #[test]
    fn what_is_typed_counts_only_for_a_limit_of_its_own() {
        let typed = [rate("policy", "x", "", "y"), rate("none", "0", "year", ""), rate("own", " 600 ", "hour", " 20 ")];
        let texts = typed.map(|limit| limit.unwrap().text());
        assert_eq!(texts, [None, Some("unlimited".to_owned()), Some("600/hour/20".to_owned())]);
        let typed = [quota("policy", "x", ""), quota("none", "0", "year"), quota("own", "5", "day")];
        let texts = typed.map(|limit| limit.unwrap().text());
        assert_eq!(texts, [None, Some("unlimited".to_owned()), Some("5/day".to_owned())]);
    }

    #[test]
    fn each_field_has_its_own_fault() {
        use LimitError::{BurstAboveLimit, OutOfRange, Unknown};
        use LimitField::{
            Quota, QuotaChoice, QuotaPeriod, RateLimit, RateLimitBurst, RateLimitChoice, RateLimitPeriod,
        };
        for choice in ["", "Own", "own "] {
            assert_eq!(rate(choice, "1", "hour", ""), Err(vec![(RateLimitChoice, Unknown)]));
            assert_eq!(quota(choice, "1", "day"), Err(vec![(QuotaChoice, Unknown)]));
        }
        for bad in ["", "0", "-1", "1.5", "1,000", "many", "1000000001", "99999999999"] {
            assert_eq!(rate("own", bad, "hour", ""), Err(vec![(RateLimit, OutOfRange)]), "{bad}");
            assert_eq!(quota("own", bad, "day"), Err(vec![(Quota, OutOfRange)]), "{bad}");
            let burst = rate("own", "10", "hour", bad);
            assert!(burst == Err(vec![(RateLimitBurst, OutOfRange)]) || bad.is_empty(), "{bad}");
        }
        assert!(rate("own", "1000000000", "second", "1000000000").is_ok() && quota("own", "1", "month").is_ok());
        assert_eq!(rate("own", "10", "hour", "11"), Err(vec![(RateLimitBurst, BurstAboveLimit)]));
        let all = vec![(RateLimit, OutOfRange), (RateLimitPeriod, Unknown), (RateLimitBurst, OutOfRange)];
        assert_eq!(rate("own", "x", "month", "x"), Err(all));
        assert_eq!(quota("own", "x", "hour"), Err(vec![(Quota, OutOfRange), (QuotaPeriod, Unknown)]));
    }

    #[test]
    fn texts_of_limits_are_read_as_they_are_written() {
        for text in ["unlimited", "1/second", "600/minute/20"] {
            assert_eq!(OwnLimit::<RateLimit>::parse_text(text).unwrap().text().as_deref(), Some(text));
        }
        for text in ["unlimited", "1/day", "100000/month"] {
            assert_eq!(OwnLimit::<Quota>::parse_text(text).unwrap().text().as_deref(), Some(text));
        }
        for bad in ["", "1", "0/minute", "1/year", "1/minute/", "1/minute/2/3"] {
            assert_eq!(OwnLimit::<RateLimit>::parse_text(bad), None, "{bad}");
            assert_eq!(OwnLimit::<Quota>::parse_text(bad), None, "{bad}");
        }
    }
}
