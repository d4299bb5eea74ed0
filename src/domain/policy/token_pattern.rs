//! Regular expressions that find the tokens of an organization: those of its policy, and those made before it had a
//! prefix of its own. For `grep -E`, leak scanners and proxies.

use super::Policy;
use crate::domain::{TokenLabel, token};

/// Finds a whole token.
pub fn of_tokens(policy: &Policy) -> String {
    // Without environment: made while the policy had only one.
    let bare = policy.token_prefix().to_string();
    let labels = policy.environments().iter().map(|it| policy.token_label(it).to_string()).chain([bare]).collect();
    format!(
        r"\b{}_[0-9A-Za-z]{{{}}}_[0-9A-Za-z]{{{}}}\b",
        any_of(labels),
        token::LOOKUP_LENGTH,
        token::SECRET_PART_LENGTH
    )
}

/// What tokens begin with, before the first underscore.
pub fn of_prefixes(policy: &Policy) -> String {
    any_of(vec![policy.token_prefix().to_string()])
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
        for (policy, pattern, prefixes) in [
            (policy("lk", &["live"]), "lk", "lk"),
            (policy("acme", &["live"]), "(acme|lk)", "(acme|lk)"),
            (policy("acme", &["live", "pre-prod"]), "(acme_live|acme_preprod|acme|lk)", "(acme|lk)"),
            (policy("lk", &["live", "test"]), "(lk_live|lk_test|lk)", "lk"),
        ] {
            assert_eq!(of_tokens(&policy), format!("\\b{pattern}{tail}"));
            assert_eq!(of_prefixes(&policy), prefixes);
        }
    }
}
