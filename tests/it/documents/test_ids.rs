//! What `docs/testing.md` promises to people who drive the pages: test ids, labels and attributes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{files, first_cells, quoted, read, root, section};

/// A test id with a part that differs ends here: `error-FIELD` in the document, `error-{{ id }}` in a template.
fn stem(id: &str) -> String {
    let end = id.find(|c: char| c.is_ascii_uppercase() || c == '{').unwrap_or(id.len());
    let dots = if end < id.len() { "…" } else { "" };
    format!("{}{dots}", &id[..end])
}

/// What stands in double quotes.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

/// The test ids of templates and of messages with markup, and the ones that handlers pass to templates.
fn in_pages() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let folders = ["templates", "src/catalogue/en", "src/web"];
    for path in folders.iter().flat_map(|folder| files(&root().join(folder))) {
        let text = fs::read_to_string(&path).unwrap();
        ids.extend(text.split("data-testid=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        let blocks = text.split("{% block testid %}").skip(1);
        ids.extend(blocks.filter_map(|rest| rest.split("{%").next()).map(str::to_owned));
        if path.extension().is_some_and(|extension| extension == "rs") && text.contains("test_id") {
            let is_id =
                |word: &&str| ["-key", "-token"].iter().any(|end| word.ends_with(end)) || word.starts_with("row-");
            let messages = messages();
            // The names of messages and of forms look alike.
            let is_other = |word: &&str| messages.contains_key(*word) || *word == "row-token";
            ids.extend(literals(&text).filter(is_id).filter(|word| !is_other(word)).map(str::to_owned));
        }
    }
    // An expression alone is an id of a handler or of a block.
    ids.retain(|id| !id.starts_with("{{") && !id.starts_with("{%") && !id.is_empty());
    // The two that one macro makes, and the two formats.
    ids.extend(["copy-lookup", "export-csv", "export-json"].map(str::to_owned));
    ids.into_iter().map(|id| stem(&id)).filter(|id| !matches!(id.as_str(), "copy-…" | "export-…")).collect()
}

/// The messages of the English catalogue, by id; of a message with variants, its first line.
fn messages() -> BTreeMap<String, String> {
    let texts = files(&root().join("src/catalogue/en")).into_iter().map(|path| fs::read_to_string(path).unwrap());
    let lines = texts.collect::<Vec<_>>().join("\n");
    let pairs = lines.lines().filter(|line| !line.starts_with([' ', '#'])).filter_map(|line| line.split_once(" = "));
    pairs.map(|(id, text)| (id.to_owned(), text.to_owned())).collect()
}

#[test]
fn the_test_ids_of_the_document_are_those_of_the_pages() {
    let text = read("docs/testing.md");
    let described: Vec<_> = first_cells(section(&text, "## Test ids")).flat_map(quoted).map(stem).collect();
    let unique: BTreeSet<_> = described.iter().cloned().collect();
    let in_pages = in_pages();
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>();
    assert_eq!(only(&unique, &in_pages), [""; 0], "the document alone has these");
    assert_eq!(only(&in_pages, &unique), [""; 0], "the document lacks these");
    assert_eq!(described.len(), unique.len(), "each has one place");
}

#[test]
fn the_labels_of_the_document_are_those_of_the_pages() {
    let text = read("docs/testing.md");
    let messages: BTreeSet<_> = messages().into_values().collect();
    let labels: Vec<_> = section(&text, "## Labels").split("**").skip(1).step_by(2).collect();
    assert!(labels.len() > 50, "{labels:?}");
    for label in labels {
        let message = label.replace("NAME", "{ $name }");
        assert!(messages.contains(&message), "no message says {label:?}");
    }
}

#[test]
fn the_attributes_of_rows_are_in_the_templates() {
    let text = read("docs/testing.md");
    let templates = files(&root().join("templates")).into_iter().map(|path| fs::read_to_string(path).unwrap());
    let templates = templates.collect::<String>();
    for line in section(&text, "## Attributes of rows").lines().filter(|line| line.starts_with("| `")) {
        let mut names = quoted(line);
        let row = names.next().unwrap();
        let tag = templates.split(&format!("data-testid=\"{row}\"")).nth(1).unwrap_or_else(|| panic!("no {row}"));
        let tag = tag.split('>').next().unwrap();
        for name in names.filter(|name| name.starts_with("data-")) {
            assert!(tag.contains(&format!("{name}=")), "{row} has no {name}");
        }
    }
}
