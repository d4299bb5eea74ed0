//! One name, one type: a reader who searches for a type finds no other of that name.

use std::collections::BTreeMap;

/// Names that several files may give to a type of their own.
pub const SHARED: [(&str, &str); 3] = [
    ("Columns", "the columns that a file of `store` selects, private to it"),
    ("Error", "each layer has one, and callers write `app::Error`"),
    ("Row", "what a statement of `store` reads, private to its file"),
];

/// The types that a file defines outside of functions and impl blocks.
pub fn types(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let line = line.strip_prefix("pub").map_or(line, |rest| match rest.strip_prefix('(') {
            Some(scoped) => scoped.split_once(')').map_or(scoped, |(_, rest)| rest),
            None => rest,
        });
        let (keyword, rest) = line.trim_start_matches(' ').split_once(' ')?;
        let is_type = ["struct", "enum", "trait", "type", "union"].contains(&keyword) && !line.starts_with("  ");
        is_type.then(|| rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default())
    })
}

/// Names that more than one file gives to a type, with the files.
pub fn repeated(sources: &[(String, String)]) -> BTreeMap<&str, Vec<&str>> {
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, code) in sources {
        for name in types(code) {
            files.entry(name).or_default().push(path);
        }
    }
    files.retain(|name, files| files.len() > 1 && SHARED.iter().all(|(shared, _)| shared != name));
    files
}

#[test]
fn types_are_found_outside_of_blocks_only() {
    let code = "pub struct A(u8);\npub(super) enum B {\n    C,\n}\nimpl D for A {\n    type E = B;\n}\nstruct F<'a> {\ntype G = A;";
    assert_eq!(types(code).collect::<Vec<_>>(), ["A", "B", "F", "G"]);
}

#[test]
fn a_name_is_repeated_when_two_files_have_it() {
    let file = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let sources =
        [file("a.rs", "struct Same;\npub enum Error {"), file("b.rs", "pub enum Same {\nenum Error {\nstruct Own;")];
    assert_eq!(repeated(&sources), BTreeMap::from([("Same", vec!["a.rs", "b.rs"])]));
}
