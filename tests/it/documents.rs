//! README and the other documents: their links work, and their lists match the program.

mod changelog;
mod checklist;
mod commands;
mod links;
mod lists;
mod test_ids;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The documents at the root; those in `docs` come after them.
const AT_ROOT: [&str; 4] = ["README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document, by its path from the root.
fn documents() -> Vec<(String, String)> {
    let in_docs = files(&root().join("docs")).into_iter().filter(|path| path.extension().is_some_and(|it| it == "md"));
    let in_docs = in_docs.map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
    let paths = AT_ROOT.into_iter().map(str::to_owned).chain(in_docs);
    paths.map(|path| (path.clone(), read(&path))).collect()
}

/// Each line outside of code blocks, with its number.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let lines = text.lines().zip(1..).filter(|(line, _)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.map(|(line, number)| (number, line)).collect()
}

/// The code blocks of this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks.map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned()).collect()
}

/// The part of a document below this heading, up to the next heading of the same level.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("there is no {heading}"));
    let level = heading.split(' ').next().unwrap_or_default();
    rest.split(&format!("\n{level} ")).next().unwrap_or_default()
}

/// Text in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The first cells of the rows of all tables.
fn first_cells(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
