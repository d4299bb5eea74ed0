//! Links between documents, and their form.

use std::collections::{BTreeMap, BTreeSet};

use super::{documents, prose, root};

/// The anchors that GitHub gives to the headings of a document.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    let headings = prose(text).into_iter().filter_map(|(_, line)| {
        let heading = line.trim_start_matches('#');
        (heading.len() < line.len()).then(|| heading.trim().to_lowercase())
    });
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let anchors = headings.map(|heading| {
        let anchor = heading.chars().filter(is_kept).collect::<String>().replace(' ', "-");
        let count = seen.entry(anchor.clone()).or_default();
        *count += 1;
        if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
    });
    anchors.collect()
}

/// Where the links of a line lead to.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[test]
fn every_link_leads_to_a_file_and_an_anchor_that_are_there() {
    let documents: BTreeMap<_, _> = documents().into_iter().collect();
    let mut checked = 0;
    for (path, text) in &documents {
        for (number, line) in prose(text) {
            for target in targets(line).filter(|target| !target.contains("://")) {
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let named = if file.is_empty() { path.clone() } else { resolve(folder, file) };
                assert!(root().join(&named).exists(), "{path}:{number}: there is no {named}");
                if !anchor.is_empty() {
                    let anchors = documents.get(&named).map(|text| anchors(text));
                    let is_there = anchors.is_some_and(|anchors| anchors.contains(anchor));
                    assert!(is_there, "{path}:{number}: {named} has no #{anchor}");
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 60, "{checked} links");
}

fn resolve(folder: &str, file: &str) -> String {
    match file.strip_prefix("../") {
        Some(rest) => rest.to_owned(),
        None if folder.is_empty() => file.to_owned(),
        None => format!("{folder}/{file}"),
    }
}

#[test]
fn every_document_is_reached_from_readme() {
    let documents: BTreeMap<_, _> = documents().into_iter().collect();
    let (mut reached, mut open) = (BTreeSet::new(), vec!["README.md".to_owned()]);
    while let Some(path) = open.pop() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(text) = documents.get(&path)
            && reached.insert(path.clone())
        {
            let files = text.lines().flat_map(targets).map(|target| target.split('#').next().unwrap_or_default());
            open.extend(files.filter(|file| !file.is_empty()).map(|file| resolve(folder, file)));
        }
    }
    let all: BTreeSet<_> = documents.keys().cloned().collect();
    assert_eq!(all.difference(&reached).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn readme_is_short_and_lines_are_narrow() {
    let documents = documents();
    let lines = documents.iter().find(|(path, _)| path == "README.md").map(|(_, text)| text.lines().count());
    assert!(lines <= Some(200), "{lines:?}");
    for (path, text) in &documents {
        for (line, number) in text.lines().zip(1..) {
            // The row of a table cannot be wrapped, nor can a picture.
            let is_exempt = line.starts_with(['|', '!']);
            assert!(is_exempt || line.chars().count() <= 120, "{path}:{number}");
        }
    }
}
