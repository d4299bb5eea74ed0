//! A policy as a TOML file with an explanation of each setting.

use std::fmt::Write as _;

use serde::Deserialize as _;
use toml::{Table, Value};

use crate::domain::{
    Policy,
    policy::{SETTINGS, Setting},
};

/// With a comment line for each setting.
pub fn to_toml(policy: &Policy) -> String {
    let settings = Table::try_from(policy).unwrap_or_default();
    let mut text = String::new();
    for Setting { name, meaning, .. } in &SETTINGS {
        let Some(value) = settings.get(*name) else { continue };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {meaning}\n{name} = {value}\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Settings that are missing in the text stay as they are in `before`. Returns all faults, one per line.
pub fn from_toml(text: &str, before: &Policy) -> Result<Policy, Vec<String>> {
    let named: Table = text.parse().map_err(|error| vec![syntax(text, &error)])?;
    let mut faults: Vec<String> = named.iter().filter_map(|(name, value)| fault(name, value)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut settings = Table::try_from(before).unwrap_or_default();
    settings.extend(named);
    let policy = Policy::deserialize(Value::Table(settings)).map_err(|error| vec![one_line(error.message())])?;
    policy.check().map_err(|found| {
        faults.extend(found.iter().map(ToString::to_string));
        faults
    })
}

/// A line for each setting that differs: its name, and both values as TOML.
pub fn differences(before: &Policy, after: &Policy) -> Vec<String> {
    let [before, after] = [before, after].map(|policy| Table::try_from(policy).unwrap_or_default());
    let line = |Setting { name, .. }: &Setting| {
        let (before, after) = (before.get(*name)?, after.get(*name)?);
        (before != after).then(|| format!("{name}: {before} -> {after}"))
    };
    SETTINGS.iter().filter_map(line).collect()
}

/// The fault of one setting by itself.
fn fault(name: &str, value: &Value) -> Option<String> {
    if Setting::find(name).is_none() {
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
            assert_eq!(from_toml(&text, &Policy::default()).as_ref(), Ok(&preset.policy()), "{text}");
            assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), SETTINGS.len(), "{text}");
            let all = Table::try_from(preset.policy()).unwrap();
            assert!(all.keys().all(|name| text.contains(&format!("\n{name} = "))), "{text}");
        }
    }

    #[test]
    fn every_fault_has_a_line_of_its_own() {
        let text =
            "max_keys = 3\nviewable = \"some\"\nmax_lifetime_days = \"90\"\nscopes_offered = [\"web\", \"moon\"]\n";
        let from_toml = |text| from_toml(text, &Policy::default());
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
    fn what_a_file_leaves_out_stays_as_it_is() {
        let before = Preset::TokenVault.policy();
        let after = from_toml("max_keys_per_user = 3\nscopes_offered = [\"web\"]\n", &before).unwrap();
        assert_eq!(after.max_keys_per_user, 3);
        let lines = differences(&before, &after);
        let [keys, scopes] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(keys.starts_with("max_keys_per_user: ") && keys.ends_with(" -> 3"), "{keys}");
        assert!(scopes.starts_with("scopes_offered: [") && scopes.ends_with(" -> [\"web\"]"), "{scopes}");
        assert_eq!(differences(&after, &after), [""; 0]);
    }
}
