//! The fields for limits of a key's own.

use crate::{
    catalogue::Words,
    domain::key_limits::{
        KeyLimits, NONE, OF_POLICY, OWN, OwnLimit, OwnLimits, Quota, QuotaPeriod, QuotaTexts, RateLimit,
        RateLimitTexts, RatePeriod,
    },
    web::{error::Error, labels, request_context::RequestContext},
};

/// The fields as forms send them. None for a limit that the form does not have.
#[derive(Clone, Debug, Default)]
pub struct LimitInput {
    rate: Option<LimitTexts>,
    quota: Option<LimitTexts>,
}

#[derive(Clone, Debug, Default)]
struct LimitTexts {
    choice: String,
    count: String,
    period: String,
    /// Always empty for a quota.
    burst: String,
}

/// The fields of one limit in a form.
pub struct LimitControl {
    pub label: &'static str,
    pub count_label: &'static str,
    pub names: &'static LimitNames,
    pub options: Vec<LimitOption>,
    pub count: String,
    pub periods: Vec<LimitOption>,
    pub burst: String,
}

pub struct LimitOption {
    pub value: &'static str,
    pub label: String,
    pub is_chosen: bool,
}

pub struct LimitNames {
    pub choice: &'static str,
    pub count: &'static str,
    pub period: &'static str,
    /// Empty for a quota.
    pub burst: &'static str,
}

const RATE: LimitNames = LimitNames {
    choice: "rate_limit_choice",
    count: "rate_limit",
    period: "rate_limit_period",
    burst: "rate_limit_burst",
};
const QUOTA: LimitNames = LimitNames { choice: "quota_choice", count: "quota", period: "quota_period", burst: "" };

impl LimitNames {
    fn all(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.choice, self.count, self.period, self.burst].into_iter().filter(|name| !name.is_empty())
    }
}

/// The names of all fields.
pub fn names() -> Vec<&'static str> {
    RATE.all().chain(QUOTA.all()).collect()
}

impl LimitInput {
    pub fn read(request: &RequestContext) -> Result<Self, Error> {
        let mut fields = request.form_fields();
        let mut read = |names: &LimitNames| {
            let mut is_sent = false;
            let mut take = |name: &str| {
                let text = if name.is_empty() { None } else { fields.take(name)? };
                is_sent |= text.is_some();
                Ok::<_, Error>(text.unwrap_or_default())
            };
            let texts = LimitTexts {
                choice: take(names.choice)?,
                count: take(names.count)?,
                period: take(names.period)?,
                burst: take(names.burst)?,
            };
            Ok::<_, Error>(is_sent.then_some(texts))
        };
        Ok(Self { rate: read(&RATE)?, quota: read(&QUOTA)? })
    }

    pub fn rate_limit(&self) -> Option<RateLimitTexts<'_>> {
        self.rate.as_ref().map(LimitTexts::rate_limit)
    }

    pub fn quota(&self) -> Option<QuotaTexts<'_>> {
        self.quota.as_ref().map(LimitTexts::quota)
    }

    /// Whether anything but the limits of the policy is selected.
    pub fn is_own(&self) -> bool {
        [&self.rate, &self.quota].into_iter().flatten().any(|texts| texts.choice != OF_POLICY)
    }

    /// The names and values of the fields.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let of = |names: &LimitNames, texts: &LimitTexts| {
            let LimitTexts { choice, count, period, burst } = texts.clone();
            let fields = [(names.choice, choice), (names.count, count), (names.period, period), (names.burst, burst)];
            fields.into_iter().filter(|(name, _)| !name.is_empty())
        };
        let rate = self.rate.iter().flat_map(|texts| of(&RATE, texts));
        rate.chain(self.quota.iter().flat_map(|texts| of(&QUOTA, texts))).collect()
    }

    /// What is typed where it differs from what the key has: the label, the present limit, and the typed one.
    pub fn differences(&self, words: Words, present: &OwnLimits) -> Vec<(&'static str, String, String)> {
        let rate = self.rate_limit().and_then(|texts| {
            let typed = OwnLimit::<RateLimit>::parse(texts);
            let in_words = |limit: OwnLimit<RateLimit>| labels::own_limit(words, limit, labels::rate_limit);
            (typed.as_ref() != Ok(&present.rate)).then(|| {
                let typed = typed.map_or_else(|_| texts.count.to_owned(), &in_words);
                ("limit-rate", in_words(present.rate), typed)
            })
        });
        let quota = self.quota().and_then(|texts| {
            let typed = OwnLimit::<Quota>::parse(texts);
            let in_words = |limit: OwnLimit<Quota>| labels::own_limit(words, limit, labels::quota);
            (typed.as_ref() != Ok(&present.quota)).then(|| {
                let typed = typed.map_or_else(|_| texts.count.to_owned(), &in_words);
                ("limit-quota", in_words(present.quota), typed)
            })
        });
        rate.into_iter().chain(quota).collect()
    }

    /// The fields of a form: as they were typed, or for a key with these limits.
    pub fn controls(&self, words: Words, present: &OwnLimits, of_policy: &KeyLimits) -> [LimitControl; 2] {
        let none = || words.say("limit-none-lower").to_string();
        let rate = self.rate.clone().unwrap_or_else(|| LimitTexts::of_rate_limit(present.rate, of_policy));
        let quota = self.quota.clone().unwrap_or_else(|| LimitTexts::of_quota(present.quota, of_policy));
        let rate_of_policy = of_policy.rate.map_or_else(none, |limit| labels::rate_limit(words, limit));
        let quota_of_policy = of_policy.quota.map_or_else(none, |quota| labels::quota(words, quota));
        let period = |id: &'static str, value: &'static str, chosen: &str| LimitOption {
            value,
            label: words.say(id).with("period", value).into(),
            is_chosen: value == chosen,
        };
        [
            LimitControl {
                label: "limit-rate",
                count_label: "limit-rate-count",
                names: &RATE,
                options: options(words, &rate.choice, &rate_of_policy),
                periods: RatePeriod::ALL.map(|it| period("limit-rate-period-option", it.as_str(), &rate.period)).into(),
                count: rate.count,
                burst: rate.burst,
            },
            LimitControl {
                label: "limit-quota",
                count_label: "limit-quota-count",
                names: &QUOTA,
                options: options(words, &quota.choice, &quota_of_policy),
                periods: QuotaPeriod::ALL
                    .map(|it| period("limit-quota-period-option", it.as_str(), &quota.period))
                    .into(),
                count: quota.count,
                burst: String::new(),
            },
        ]
    }
}

impl LimitTexts {
    /// Proposes the period of the policy.
    fn of_rate_limit(present: OwnLimit<RateLimit>, of_policy: &KeyLimits) -> Self {
        let own = match present {
            OwnLimit::Own(limit) => Some(limit),
            OwnLimit::OfPolicy | OwnLimit::Unlimited => None,
        };
        let period = own.or(of_policy.rate).map_or_else(RatePeriod::default, |limit| limit.period);
        Self {
            choice: present.choice().to_owned(),
            count: own.map(|limit| limit.count.to_string()).unwrap_or_default(),
            period: period.as_str().to_owned(),
            burst: own.and_then(|limit| limit.burst).map(|burst| burst.to_string()).unwrap_or_default(),
        }
    }

    fn of_quota(present: OwnLimit<Quota>, of_policy: &KeyLimits) -> Self {
        let own = match present {
            OwnLimit::Own(quota) => Some(quota),
            OwnLimit::OfPolicy | OwnLimit::Unlimited => None,
        };
        let period = own.or(of_policy.quota).map_or_else(QuotaPeriod::default, |quota| quota.period);
        Self {
            choice: present.choice().to_owned(),
            count: own.map(|quota| quota.count.to_string()).unwrap_or_default(),
            period: period.as_str().to_owned(),
            burst: String::new(),
        }
    }

    fn rate_limit(&self) -> RateLimitTexts<'_> {
        let Self { choice, count, period, burst } = self;
        RateLimitTexts { choice, count, period, burst }
    }

    fn quota(&self) -> QuotaTexts<'_> {
        let Self { choice, count, period, .. } = self;
        QuotaTexts { choice, count, period }
    }
}

fn options(words: Words, chosen: &str, of_policy: &str) -> Vec<LimitOption> {
    let option = |value, label| LimitOption { value, label, is_chosen: value == chosen };
    vec![
        option(OF_POLICY, words.say("limit-of-policy").with("limit", of_policy).into()),
        option(NONE, words.say("limit-none").into()),
        option(OWN, words.say("limit-own").into()),
    ]
}
