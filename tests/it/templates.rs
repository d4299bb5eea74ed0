//! What every template must keep to.

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

/// The same without mails, which are no pages of this server.
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
            assert!(text[start..].starts_with("<script src="), "{path} has an inline script");
        }
        let attributes = text.split_whitespace().filter(|word| word.starts_with("on") && word.contains("=\""));
        assert_eq!(attributes.collect::<Vec<_>>(), [""; 0], "{path}");
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
