//! How much of the limits of a key is used, on its page and before they are reset.

use crate::{
    app,
    catalogue::Words,
    domain::{
        ApiKey, Timestamp,
        key_limits::{KeyLimits, LimitGauge, LimitMoment, LimitWindow, OwnLimit},
    },
    web::{labels, request_context::RequestContext},
};

/// A limit and how much of it is used.
pub struct LimitLine {
    /// Of the element.
    pub id: &'static str,
    pub label: &'static str,
    /// "600 per minute"
    pub limit: String,
    /// Whether it is the key's own, and not of the policy.
    pub is_own: bool,
    /// None if it is not known.
    pub gauge: Option<GaugeFigure>,
}

/// A gauge, and what it says in words.
pub struct GaugeFigure {
    pub limit: u64,
    pub used: u64,
    pub is_full: bool,
    pub text: String,
    /// When more can be used.
    pub reset: Option<String>,
}

/// The limits of a key. What is used of a burst is over before anybody can read it, so it has no gauge.
pub async fn read(request: &RequestContext, key: &ApiKey, limits: KeyLimits) -> Vec<LimitLine> {
    if limits.is_empty() {
        return Vec::new();
    }
    let (words, now, id) = (request.words(), request.now(), key.id.clone());
    let (ledger, clock) = (request.state.key_limits.clone(), &request.state.clock);
    let moment = LimitMoment { elapsed: clock.elapsed(), now: clock.now() };
    let read = request.state.read(move |conn| app::key_limits::read_gauges(conn, &ledger, &id, &limits, moment)).await;
    let gauges = read.inspect_err(|error| tracing::error!(%error, "the uses of a limited key could not be read"));
    let gauges = gauges.ok();
    let gauge_of = |is_wanted: fn(LimitWindow) -> bool| {
        let gauge = gauges.as_ref()?.iter().find(|gauge| is_wanted(gauge.window))?;
        Some(GaugeFigure::new(words, gauge, now))
    };
    let own = &key.attributes.limits;
    let rate = limits.rate.map(|limit| LimitLine {
        id: "gauge-rate-limit",
        label: "limit-rate",
        limit: labels::rate_limit(words, limit),
        is_own: matches!(own.rate, OwnLimit::Own(_)),
        gauge: gauge_of(|window| matches!(window, LimitWindow::Rate(_))),
    });
    let quota = limits.quota.map(|quota| LimitLine {
        id: "gauge-quota",
        label: "limit-quota",
        limit: labels::quota(words, quota),
        is_own: matches!(own.quota, OwnLimit::Own(_)),
        gauge: gauge_of(LimitWindow::is_quota),
    });
    rate.into_iter().chain(quota).collect()
}

impl GaugeFigure {
    fn new(words: Words, gauge: &LimitGauge, now: Timestamp) -> Self {
        let number = |count: u64| words.number(i64::try_from(count).unwrap_or(i64::MAX));
        let text = words.say("limit-gauge").with("window", gauge.window.as_str()).with("used", number(gauge.used));
        let text = text.with("limit", number(gauge.limit)).with("left", number(gauge.left()));
        Self {
            limit: gauge.limit,
            used: gauge.used.min(gauge.limit),
            is_full: gauge.left() == 0,
            text: text.into(),
            reset: reset(words, gauge, now),
        }
    }
}

fn reset(words: Words, gauge: &LimitGauge, now: Timestamp) -> Option<String> {
    if let LimitWindow::Quota(period) = gauge.window {
        let end = labels::minute(words, period.end(now)).text;
        return Some(words.say("limit-gauge-begins").with("date", end).into());
    }
    let (id, at) = match gauge.left() {
        0 => ("limit-gauge-next", gauge.more_at?),
        _ => ("limit-gauge-free", gauge.all_at?),
    };
    Some(words.say(id).with("wait", labels::after(words, at.since(now))).into())
}
