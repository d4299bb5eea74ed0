//! Regular expressions that find the tokens of an organization: those of its policy, those of its earlier policies, and
//! those made before it had a prefix of its own. For `grep -E`, leak scanners and proxies.

use super::Policy;
use crate::domain::{TokenLabel, token};

/// Finds a whole token. `former` are the labels of earlier policies.
pub fn of_tokens(policy: &Policy, former: &[TokenLabel]) -> String {
    // Without environment: made while the policy had only one.
    let bare = policy.token_prefix().to_string();
    let labels = policy.token_labels().into_iter().map(|label| label.to_string()).chain([bare]);
    format!(
        r"\b{}_[0-9A-Za-z]{{{}}}_[0-9A-Za-z]{{{}}}\b",
        any_of(labels.chain(former.iter().map(ToString::to_string)).collect()),
        token::LOOKUP_LENGTH,
        token::SECRET_PART_LENGTH
    )
}

/// What tokens begin with, before the first underscore.
pub fn of_prefixes(policy: &Policy, former: &[TokenLabel]) -> String {
    let prefix = |label: &TokenLabel| label.as_str().split('_').next().unwrap_or_default().to_owned();
    any_of([policy.token_prefix().to_string()].into_iter().chain(former.iter().map(prefix)).collect())
}

fn any_of(mut texts: Vec<String>) -> String {
    texts.push(TokenLabel::default().to_string());
    let mut seen = Vec::new();
    texts.retain(|text| {
        !seen.contains(text) && {
            seen.push(text.clone());
            true
        }
    });
    if texts.len() == 1 { texts.concat() } else { format!("({})", texts.join("|")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_each_beginning_once() {
        let tail = "_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\\b";
        let policy = |prefix: &str, environments: &[&str]| Policy {
            token_prefix: prefix.to_owned(),
            environments: environments.iter().map(|name| (*name).to_owned()).collect(),
            ..Policy::default()
        };
        for (policy, former, pattern, prefixes) in [
            (policy("lk", &["live"]), "", "lk", "lk"),
            (policy("acme", &["live"]), "", "(acme|lk)", "(acme|lk)"),
            (policy("acme", &["live", "pre-prod"]), "", "(acme_live|acme_preprod|acme|lk)", "(acme|lk)"),
            (policy("lk", &["live", "test"]), "", "(lk_live|lk_test|lk)", "lk"),
            (policy("lk", &["live"]), "acme_live acme_test lk", "(lk|acme_live|acme_test)", "(lk|acme)"),
            (policy("acme", &["live", "x"]), "acme_live shop", "(acme_live|acme_x|acme|shop|lk)", "(acme|shop|lk)"),
        ] {
            let former: Vec<_> = former.split_whitespace().map(TokenLabel::from_stored).collect();
            assert_eq!(of_tokens(&policy, &former), format!("\\b{pattern}{tail}"));
            assert_eq!(of_prefixes(&policy, &former), prefixes);
        }
    }
}
