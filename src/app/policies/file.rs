//! A policy as a file: TOML with a line of explanation for each setting.

use std::fmt::Write as _;

use serde::Deserialize as _;
use toml::{Table, Value};

use crate::domain::Policy;

/// What each setting means, in the order of the file.
const SETTINGS: [(&str, &str); 13] = [
    ("who_may_create", "Who may create and manage their own keys: \"administrators\" or \"everyone\""),
    ("default_lifetime_days", "Default lifetime of a new key in days; 0 for no expiration date"),
    ("max_lifetime_days", "Longest lifetime of a key in days, 1 to 3650"),
    ("allow_no_expiry", "Whether a key may have no expiration date"),
    (
        "max_keys_per_user",
        "How many keys one person may have, 1 to 10000; the key that the system creates does not count",
    ),
    (
        "viewable",
        "Scopes whose tokens are stored encrypted, so that owners can view them again: \"never\", \"web_and_mobile\" \
         or \"all\"",
    ),
    ("require_copy_confirmation", "Whether a key works only after its owner has confirmed that they copied it"),
    ("system_default_key", "Whether the system creates a key for each person at sign-in"),
    ("scopes_offered", "Scopes offered for new keys: \"server\", \"web\", \"mobile\", \"analytics\""),
    ("reminder_days", "How many days before a key expires its owner gets an email: up to five numbers, 1 to 365"),
    ("revoke_unused_after_days", "Revoke keys that were not used for this many days, 30 to 3650; 0 for never"),
    ("one_click_creation", "Whether \"Create key\" creates a key at once, without a form"),
    ("row_buttons", "Buttons in each row of the list: \"view\", \"show\", \"copy\", \"edit\", \"revoke\", \"delete\""),
];

/// With a comment line for each setting.
pub fn to_toml(policy: &Policy) -> String {
    let settings = Table::try_from(policy).unwrap_or_default();
    let mut text = String::new();
    for (name, meaning) in SETTINGS {
        let Some(value) = settings.get(name) else { continue };
        // Writing to a string never fails.
        let _ = writeln!(text, "# {meaning}\n{name} = {value}\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A policy that can be; settings that the text leaves out are as by default. Else everything that is wrong with it, a
/// line for each.
pub fn from_toml(text: &str) -> Result<Policy, Vec<String>> {
    let settings: Table = text.parse().map_err(|error| vec![syntax(text, &error)])?;
    let mut faults: Vec<String> = settings.iter().filter_map(|(name, value)| fault(name, value)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let policy = Policy::deserialize(Value::Table(settings)).map_err(|error| vec![one_line(error.message())])?;
    policy.check().map_err(|found| {
        faults.extend(found.iter().map(ToString::to_string));
        faults
    })
}

/// What is wrong with one setting by itself.
fn fault(name: &str, value: &Value) -> Option<String> {
    if !SETTINGS.iter().any(|(known, _)| *known == name) {
        return Some(format!("{name}: there is no such setting. Run latchkey policy show to see all of them"));
    }
    let alone = Table::from_iter([(name.to_owned(), value.clone())]);
    let error = Policy::deserialize(Value::Table(alone)).err()?;
    Some(format!("{name}: {}", one_line(error.message())))
}

fn syntax(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    format!("line {line}: {}", one_line(error.message()))
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Preset;

    #[test]
    fn every_preset_is_read_back_as_it_is_written_with_every_setting_explained() {
        for preset in Preset::ALL {
            let text = to_toml(&preset.policy());
            assert_eq!(from_toml(&text).as_ref(), Ok(&preset.policy()), "{text}");
            assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), SETTINGS.len(), "{text}");
            let all = Table::try_from(preset.policy()).unwrap();
            assert!(all.keys().all(|name| text.contains(&format!("\n{name} = "))), "{text}");
        }
    }

    #[test]
    fn every_fault_has_a_line_of_its_own() {
        let text =
            "max_keys = 3\nviewable = \"some\"\nmax_lifetime_days = \"90\"\nscopes_offered = [\"web\", \"moon\"]\n";
        let faults = from_toml(text).unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.starts_with("max_keys: there is no such setting.")), "{faults:?}");
        assert!(faults.iter().all(|fault| !fault.contains('\n')), "{faults:?}");
        let faults = from_toml("max_lifetime_days = 30\nmax_keys_per_user = 0\n").unwrap_err();
        assert_eq!(faults.len(), 2, "the default date is too late, and there is no key: {faults:?}");
        let faults = from_toml("max_keys_per_user = 3\nviewable = \n").unwrap_err();
        assert!(matches!(faults.as_slice(), [fault] if fault.starts_with("line 2: ")), "{faults:?}");
    }

    #[test]
    fn what_a_file_leaves_out_is_as_by_default() {
        let policy = from_toml("max_keys_per_user = 3\n").unwrap();
        assert_eq!(policy, Policy { max_keys_per_user: 3, ..Policy::default() });
    }
}
