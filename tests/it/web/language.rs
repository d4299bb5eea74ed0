//! Pages and emails in the reader's language.

mod api_keys;
mod people;

use scraper::{Html, Node, node::Element};

use crate::support::Page;

/// Text that is the same in every language, and not marked as such.
const NAMES: [&str; 9] = ["Latchkey", "API", "UTC", "Acme", "Ctrl", "Mac", "owner", "second", "max"];
/// Attributes whose value is spoken or displayed.
const SAID: [&str; 4] = ["aria-label", "title", "placeholder", "alt"];
/// Attributes for scripts and style sheets.
const KEPT: [&str; 10] =
    ["label", "copied", "refused", "said", "show", "hide", "what", "keep-open", "no-answer", "went-wrong"];

/// Words in Latin letters on a Russian page.
fn foreign(page: &Page) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let is_kept = |name: &str| name.strip_prefix("data-").is_some_and(|name| KEPT.contains(&name));
    let mut said = Vec::new();
    for node in html.tree.root().descendants() {
        match node.value() {
            Node::Text(text) => {
                // Text in another language is marked, like the names of languages.
                let is_other = |element: &Element| element.attr("lang").is_some_and(|language| language != "ru");
                let within = |name: &&str| ["code", "bdi", "textarea", "script"].contains(name);
                let mut around = node.ancestors().filter_map(|node| node.value().as_element());
                if !around.any(|element| within(&element.name()) || is_other(element)) {
                    said.push(text.to_string());
                }
            }
            Node::Element(element) => {
                let spoken = element.attrs().filter(|(name, _)| SAID.contains(name) || is_kept(name));
                said.extend(spoken.map(|(_, value)| value.to_owned()));
            }
            _ => {}
        }
    }
    let words = said.iter().flat_map(|text| text.split_whitespace());
    let words = words.map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    let is_foreign = |word: &&str| {
        word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic()) && !NAMES.contains(word)
    };
    words.filter(is_foreign).map(str::to_owned).collect()
}

fn expect_russian(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{}", page.body);
    assert!(page.body.contains("<html lang=\"ru\""), "{}", page.body);
    assert_eq!(foreign(page), [""; 0], "{}", page.body);
}
