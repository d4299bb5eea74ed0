//! The rate limit and the quota of a key.

/// None where the policy decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLimits {
    pub rate_limit: Option<i64>,
    pub rate_limit_period: Option<String>,
    /// The most uses in one second.
    pub rate_limit_burst: Option<i64>,
    pub quota: Option<i64>,
    pub quota_period: Option<String>,
}
