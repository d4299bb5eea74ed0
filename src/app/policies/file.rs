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

/// Missing settings have their defaults. Returns all faults, one per line.
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
