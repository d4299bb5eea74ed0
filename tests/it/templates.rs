//! Rules for every template.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn templates(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { templates(&path) } else { vec![path] }).collect()
}

fn each(check: impl Fn(&str, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let all = templates(&root);
    assert!(all.len() > 10);
    for path in all {
        check(&path.strip_prefix(&root).unwrap().to_string_lossy(), &fs::read_to_string(&path).unwrap());
    }
}

/// The same without emails, which are not pages of this server.
fn each_page(check: impl Fn(&str, &str)) {
    each(|path, text| {
        if !path.starts_with("mail/") {
            check(path, text);
        }
    });
}

#[test]
fn nothing_is_inline_that_the_content_security_policy_forbids() {
    each_page(|path, text| {
        for forbidden in ["style=\"", "<style", "javascript:", "hx-on", "data:"] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}");
        }
        for (start, _) in text.match_indices("<script") {
            let tag = &text[start..start + text[start..].find('>').unwrap()];
            assert!(tag.starts_with("<script src="), "{path} has an inline script");
            let is_own = tag.contains("/app.js");
            assert_eq!(tag.ends_with(" type=\"module\""), is_own, "{path}: our script is a module");
        }
        let attributes = text.split_whitespace().filter(|word| word.starts_with("on") && word.contains("=\""));
        assert_eq!(attributes.collect::<Vec<_>>(), [""; 0], "{path}");
    });
}

#[test]
fn attributes_are_apart() {
    let is_attribute = |line: &str| {
        let name = line.trim_start().split_once("=\"").map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    each_page(|path, text| {
        let lines: Vec<_> = text.lines().collect();
        let joined = lines.windows(2).find(|pair| pair[0].ends_with("-%}") && is_attribute(pair[1]));
        assert_eq!(joined, None, "{path}: no space is left between these lines");
    });
}

#[test]
fn no_line_is_longer_than_120_columns() {
    each(|path, text| {
        // Snippets are displayed as they are, and copied: their programs decide where a line may end.
        let is_snippet = path.starts_with("settings/developers/verification/");
        for line in text.lines().filter(|_| !is_snippet) {
            assert!(line.chars().count() <= 120, "{path}: {line}");
        }
    });
}

#[test]
fn nothing_escapes_the_escaping() {
    each(|path, text| assert!(!text.contains("|safe") && !text.contains("| safe"), "{path}"));
}

#[test]
fn every_form_that_changes_something_carries_its_token() {
    each(|path, text| {
        for (start, _) in text.match_indices("<form") {
            let form = &text[start..start + text[start..].find("</form>").unwrap()];
            assert!(!form.contains("method=\"post\"") || form.contains("csrf"), "{path}: {form}");
        }
    });
}

#[test]
fn every_template_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut users = String::new();
    let mut gather = |directory: &str| {
        for path in templates(&root.join(directory)) {
            users.push_str(&fs::read_to_string(path).unwrap());
        }
    };
    gather("src");
    gather("templates");
    each(|path, _| assert!(users.contains(&format!("\"{path}\"")), "{path} is used by nothing"));
}

/// The text of a template that is its own and not the catalogue's: without tags, expressions, code and drawings.
fn own_text(template: &str) -> String {
    let without = |text: String, open: &str, close: &str| {
        let mut parts = text.split(open);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |kept, part| kept + " " + part.split_once(close).map_or("", |(_, rest)| rest))
    };
    // A macro without a tag makes attributes.
    let mut text = String::new();
    for (number, part) in template.split("{% macro").enumerate() {
        let (macro_body, rest) = if number == 0 { ("", part) } else { part.split_once("endmacro").unwrap() };
        if number > 0 && macro_body.contains('<') {
            text += "{% macro";
        }
        text += if number == 0 || macro_body.contains('<') { part } else { rest };
    }
    let text = text.replace("{%-", "{%").replace("-%}", "%}");
    let text = without(text, "{% block testid %}", "{% endblock %}");
    let text = without(text, "{% block attributes %}", "{% endblock %}");
    let text = without(text, "{%", "%}");
    let text = without(text, "{{", "}}");
    let text = without(text, "<code", "</code>");
    let text = without(text, "<svg", "</svg>");
    let spoken = ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""];
    let attributes = spoken.iter().flat_map(|name| text.split(name).skip(1).filter_map(|rest| rest.split('"').next()));
    let attributes: Vec<_> = attributes.map(str::to_owned).collect();
    format!("{} {}", without(text, "<", ">"), attributes.join(" "))
}

#[test]
fn every_word_is_in_the_catalogue() {
    each(|path, text| {
        if Path::new(path).extension().is_some_and(|extension| extension == "html") {
            let own = own_text(text);
            let is_word = |word: &&str| word.chars().any(char::is_alphabetic) && *word != "Latchkey";
            let words: Vec<_> = own.split_whitespace().filter(is_word).collect();
            assert!(words.is_empty(), "{path} says {words:?} itself");
        }
    });
}

#[test]
fn every_message_is_said_and_is_there_to_be_said() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    for directory in ["src", "templates"] {
        for path in templates(&root.join(directory)) {
            if path.extension().is_none_or(|extension| extension != "ftl" && extension != "md") {
                code.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut catalogue = std::collections::BTreeMap::new();
    for path in templates(&root.join("src/catalogue/en")) {
        let file = fs::read_to_string(path).unwrap();
        for message in file.split("\n\n").flat_map(|part| part.split_inclusive('\n')) {
            if let Some((id, text)) = message.split_once(" =")
                && !id.starts_with([' ', '#'])
            {
                catalogue.insert(id.to_owned(), text.contains('<'));
            }
        }
    }
    assert!(catalogue.len() > 100);
    for id in catalogue.keys() {
        assert!(code.contains(&format!("\"{id}\"")), "nobody says {id}");
    }
    for (said, with_markup) in [("say(\"", false), ("rich(\"", true)] {
        for part in code.split(said).skip(1) {
            let id = part.split('"').next().unwrap();
            let has_markup = catalogue.get(id).unwrap_or_else(|| panic!("the catalogue has no {id}"));
            assert!(!has_markup || with_markup, "{id} has markup, which say() escapes");
        }
    }
}
