//! Counts signs of attacks and logs them: one line per minute for each kind of event and address.
//!
//! Events are named as in OWASP's logging vocabulary, so that rules for log analysis find them. A line has the address,
//! the count, and the accounts or API keys concerned. It never has typed or presented text: people type passwords into
//! the email field.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// How many kinds and addresses are counted separately until the next lines. Beyond that, only kinds are.
const ADDRESSES: usize = 1_000;
/// How many accounts or API keys one line names.
const SUBJECTS: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecurityEvent {
    /// A sign-in with a wrong password, or to an account that does not exist or is disabled.
    SignInFailed,
    /// A sign-in that was refused after too many failures.
    SignInThrottled,
    /// A signed-in person typed a wrong password when asked for it again.
    PasswordProofFailed,
    /// A link for a new password was requested.
    PasswordResetRequested,
    /// A presented string is not an API key of this server.
    WrongToken,
    /// The presented API key has expired, is disabled or is not confirmed.
    TokenNotActive,
    /// The presented API key was revoked.
    RevokedTokenUsed,
    /// An API key was used from a place or for a purpose that it does not allow.
    TokenForbidden,
    /// A signed-in person requested something that their role does not allow.
    Forbidden,
    /// A form came from a page of another site.
    ForeignOrigin,
    /// A form came without the token of its page.
    ForgedForm,
    /// Requests beyond a limit were refused.
    RateLimited,
}

impl SecurityEvent {
    /// The name in OWASP's Application Logging Vocabulary, and a description.
    fn name_and_text(self) -> (&'static str, &'static str) {
        match self {
            Self::SignInFailed => ("authn_login_fail", "sign-in failed"),
            Self::SignInThrottled => ("authn_login_lock", "sign-in refused after too many failures"),
            Self::PasswordProofFailed => ("authn_login_fail", "wrong password from a signed-in person"),
            Self::PasswordResetRequested => ("authn_token_created", "link for a new password requested"),
            Self::WrongToken => ("authn_login_fail", "unknown API key presented"),
            Self::TokenNotActive => ("authn_login_fail", "inactive API key presented"),
            Self::RevokedTokenUsed => ("authn_token_reuse", "revoked API key presented"),
            Self::TokenForbidden => ("authz_fail", "API key without the required permission presented"),
            Self::Forbidden => ("authz_fail", "access denied to a signed-in person"),
            Self::ForeignOrigin => ("malicious_cors", "form sent from another site"),
            Self::ForgedForm => ("malicious_cors", "form without a valid token"),
            Self::RateLimited => ("excess_rate_limit_exceeded", "too many requests"),
        }
    }
}

#[derive(Debug, Default)]
pub struct SecurityLog(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    by_address: HashMap<(SecurityEvent, Option<IpAddr>), Occurrences>,
    /// Events of addresses that are not counted separately.
    others: BTreeMap<SecurityEvent, u64>,
}

#[derive(Debug, Default)]
struct Occurrences {
    count: u64,
    subjects: Vec<(String, u64)>,
    /// Events that concerned accounts or keys which the line does not name.
    other_subjects: u64,
}

impl SecurityLog {
    /// Counts an event. `network` identifies the client; `subject` is the account or API key concerned, if it exists.
    pub fn count(&self, event: SecurityEvent, network: Option<IpAddr>, subject: Option<&str>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = counts.by_address.len() >= ADDRESSES;
        if is_full && !counts.by_address.contains_key(&(event, network)) {
            *counts.others.entry(event).or_default() += 1;
            return;
        }
        let occurrences = counts.by_address.entry((event, network)).or_default();
        occurrences.count += 1;
        let Some(subject) = subject else { return };
        if let Some((_, count)) = occurrences.subjects.iter_mut().find(|(name, _)| name == subject) {
            *count += 1;
        } else if occurrences.subjects.len() < SUBJECTS {
            occurrences.subjects.push((subject.to_owned(), 1));
        } else {
            occurrences.other_subjects += 1;
        }
    }

    /// Writes a line for each kind and address since the last call.
    pub fn write(&self) {
        let Counts { by_address, others } = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut lines: Vec<_> = by_address.into_iter().collect();
        lines.sort_unstable_by_key(|((event, address), _)| (*event, *address));
        for ((event, address), occurrences) in lines {
            let (event, text) = event.name_and_text();
            let address = address.map_or_else(|| "unknown".to_owned(), name_of_network);
            let (count, subjects) = (occurrences.count, occurrences.subjects());
            tracing::warn!(event, address, count, subjects, "{text}");
        }
        for (event, count) in others {
            let (event, text) = event.name_and_text();
            tracing::warn!(event, address = "others", count, subjects = "", "{text}");
        }
    }
}

impl Occurrences {
    /// "ann@acme.example (12), bob@acme.example (1), others (3)"
    fn subjects(&self) -> String {
        let others = (self.other_subjects > 0).then_some(("others", self.other_subjects));
        let named = self.subjects.iter().map(|(name, count)| (name.as_str(), *count)).chain(others);
        named.map(|(name, count)| format!("{name} ({count})")).collect::<Vec<_>>().join(", ")
    }
}

/// One client: an IPv4 address, or the first 56 bits of an IPv6 address.
fn name_of_network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{address}/56"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn memory_is_bounded_and_nothing_goes_uncounted() {
        let log = SecurityLog::default();
        for number in 0..2_500_u32 {
            let address = IpAddr::V4(Ipv4Addr::from_bits(number));
            log.count(SecurityEvent::WrongToken, Some(address), None);
        }
        for number in 0..8 {
            log.count(SecurityEvent::WrongToken, Some(Ipv4Addr::from_bits(7).into()), Some(&format!("key {number}")));
        }
        let counts = log.0.lock().unwrap();
        assert_eq!((counts.by_address.len(), counts.others[&SecurityEvent::WrongToken]), (1_000, 1_500));
        let seventh = &counts.by_address[&(SecurityEvent::WrongToken, Some(Ipv4Addr::from_bits(7).into()))];
        assert_eq!((seventh.count, seventh.subjects.len(), seventh.other_subjects), (9, 5, 3));
        assert!(seventh.subjects().ends_with("key 4 (1), others (3)"));
    }
}
