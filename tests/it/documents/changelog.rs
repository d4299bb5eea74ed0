//! The changelog keeps the form of keepachangelog.com, and names the version that the program is.

use super::{prose, read};

const SECTIONS: [&str; 6] = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

#[test]
fn versions_and_sections_are_those_of_keep_a_changelog() {
    let text = read("CHANGELOG.md");
    let mut versions = Vec::new();
    let mut sections = Vec::new();
    for (number, line) in prose(&text) {
        if let Some(version) = line.strip_prefix("## ") {
            versions.push(version);
            sections.clear();
        } else if let Some(section) = line.strip_prefix("### ") {
            assert!(SECTIONS.contains(&section), "CHANGELOG.md:{number}: {section}");
            assert!(!sections.contains(&section), "CHANGELOG.md:{number}: {section} comes twice");
            sections.push(section);
        }
    }
    assert_eq!(versions.first(), Some(&"[Unreleased]"));
    let newest = format!("[{}] - ", env!("CARGO_PKG_VERSION"));
    assert!(versions[1].starts_with(&newest), "{versions:?}");
    for version in &versions[1..] {
        let (_, date) = version.split_once("] - ").unwrap();
        assert!(date.len() == 10 && date.split('-').all(|part| part.parse::<u16>().is_ok()), "{version}");
    }
}
