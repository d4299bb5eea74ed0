//! The files that install Latchkey: the systemd unit, the container image, the compose file and what they set.

mod compose;
mod container;
mod service;

use std::{collections::BTreeSet, fs, path::Path};

use latchkey::config::variables;

/// A file of the repository.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The words `LATCHKEY_…` in a text.
fn variables_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
    words.filter(|word| word.starts_with("LATCHKEY_") && *word != "LATCHKEY_").collect()
}

#[test]
fn every_variable_that_a_package_sets_or_names_exists() {
    // Of the compose file and Caddy, not of the program.
    let own = ["LATCHKEY_DOMAIN"].map(str::to_owned);
    let known: BTreeSet<_> = variables::known().into_iter().chain(own).collect();
    for file in ["latchkey.service", "latchkey.env", "compose.yml", "Caddyfile", "debian/postinst"] {
        let text = read(&format!("packaging/{file}"));
        let named = variables_in(&text);
        assert!(!named.is_empty(), "{file} names none");
        let unknown: Vec<_> = named.iter().filter(|name| !known.contains(**name)).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
    assert!(variables_in(&read("Dockerfile")).iter().all(|name| known.contains(*name)));
}

#[test]
fn every_feature_set_is_built_by_the_tests() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let features: Vec<_> = manifest["features"].as_table().unwrap().keys().cloned().collect();
    // With the default one the tests run. tests/run builds what is left without it.
    assert_eq!(features, ["default", "tls"], "build each new feature set in tests/run");
    assert!(read("tests/run").contains("--no-default-features"));
}
