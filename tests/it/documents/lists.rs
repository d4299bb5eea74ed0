//! Lists that the documents copy from the code: variables, codes, permissions, presets.

use std::collections::BTreeSet;

use latchkey::{
    config::variables,
    domain::{
        Permission, Policy,
        policy::{Preset, SETTINGS},
        verification::Code,
    },
};

use super::{documents, first_cells, quoted, read, section};

/// Variables of scripts and of the compose file, which the program does not read.
const OF_OTHERS: [&str; 5] =
    ["LATCHKEY_AUDIT_EDITS", "LATCHKEY_DOMAIN", "LATCHKEY_PROFILE", "LATCHKEY_RACES", "LATCHKEY_TEST_POSTGRES"];

#[test]
fn the_table_of_variables_is_complete() {
    let readme = read("README.md");
    let described = first_cells(section(&readme, "## Configuration")).flat_map(quoted).collect::<Vec<_>>();
    let known = variables::known();
    assert_eq!(described.iter().collect::<BTreeSet<_>>().len(), described.len(), "each has one row");
    assert_eq!(described.into_iter().collect::<BTreeSet<_>>(), known.iter().map(String::as_str).collect());
}

#[test]
fn documents_name_no_variable_that_is_not_there() {
    let known = variables::known();
    for (path, text) in documents().iter().filter(|(path, _)| path != "CHANGELOG.md") {
        let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
        for word in text.split(|c| !is_part(c)).filter(|word| word.starts_with("LATCHKEY_") && *word != "LATCHKEY_") {
            assert!(known.iter().any(|name| name == word) || OF_OTHERS.contains(&word), "{path} names {word}");
        }
    }
}

#[test]
fn the_codes_are_those_of_verification() {
    let text = read("docs/verification.md");
    let described: BTreeSet<_> = first_cells(section(&text, "## Codes")).flat_map(quoted).collect();
    assert_eq!(described, Code::ALL.map(Code::as_str).into());
}

#[test]
fn the_permissions_are_those_that_keys_can_have() {
    let text = read("docs/verification.md");
    let described: BTreeSet<_> =
        first_cells(section(&text, "### Latchkey's own permissions")).flat_map(quoted).collect();
    assert_eq!(described, Permission::ALL.map(Permission::as_str).into());
}

/// The settings in which a policy differs from the default, as the document spells them.
fn differences(policy: &Policy) -> String {
    let (values, default) = (policy.values(), Policy::default().values());
    let differ = values.iter().filter(|(name, value)| default[*name] != **value);
    differ.map(|(name, value)| format!("`{name} = {value}`")).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_settings_and_presets_are_those_of_the_policy() {
    let text = read("docs/configuration.md");
    let section = section(&text, "## API key policy");
    let default = Policy::default().values();
    let settings = SETTINGS
        .iter()
        .map(|setting| format!("| `{}` | {} | `{}` |", setting.name, setting.meaning, default[setting.name]));
    let presets = Preset::ALL.into_iter().skip(1).map(|preset| {
        let of = |line: &&str| line.starts_with(&format!("| `{}` | ", preset.as_str()));
        let purpose = section.lines().find(of).and_then(|line| line.split(" | ").nth(1)).unwrap_or_default();
        format!("| `{}` | {purpose} | {} |", preset.as_str(), differences(&preset.policy()))
    });
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<_> = settings.chain(presets).collect();
    assert_eq!(rows, expected, "the tables must be:\n{}", expected.join("\n"));
}

/// Events and messages, as the code has them and as the document describes them.
#[test]
fn the_security_log_is_described_as_it_is_written() {
    let source = read("src/state/security_log.rs");
    let in_code = source.lines().filter_map(|line| line.split_once("=> (\"")?.1.strip_suffix("\"),"));
    let in_code: BTreeSet<_> = in_code.filter_map(|pair| pair.split_once("\", \"")).collect();
    let text = read("docs/security-log.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let described = rows.filter_map(|(event, rest)| Some((event, rest.split(" | ").next()?)));
    let described: BTreeSet<_> = described.filter(|(event, _)| event.contains('_')).collect();
    assert_eq!(described, in_code);
    assert!(in_code.len() > 10);
}

#[test]
fn the_events_of_the_audit_log_are_all_described() {
    let source = read("src/domain/audit/event.rs");
    let names = source.split("#[serde(rename = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let in_code: BTreeSet<_> = names.filter(|name| name.contains('.')).collect();
    let text = read("docs/audit-log.md");
    let described: Vec<_> = first_cells(section(&text, "## What is recorded")).flat_map(quoted).collect();
    assert!(in_code.len() > 40, "{in_code:?}");
    assert_eq!(described.iter().collect::<BTreeSet<_>>().len(), described.len(), "each has one row");
    assert_eq!(described.into_iter().collect::<BTreeSet<_>>(), in_code);
}

#[test]
fn the_data_model_in_the_architecture_has_every_table() {
    let schema = read("src/store/schema.rs");
    let tables: BTreeSet<_> = schema
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.split_once(" (").map(|(name, _)| name))
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .collect();
    assert!(tables.len() > 20, "{tables:?}");
    let architecture = read("src/ARCHITECTURE.md");
    let model = section(&architecture, "## Data model");
    let rows = model.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |").map(|(names, _)| names));
    let described: BTreeSet<_> =
        rows.flat_map(|names| names.split("`, `")).map(|name| name.trim_matches('`')).collect();
    assert_eq!(described, tables);
}
