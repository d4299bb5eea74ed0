//! Style sheets and scripts: written to be read, and light enough when they are served.

mod contrast;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use latchkey::domain::Role;

use crate::{on_both_databases, support::TestApp};

/// In bytes, compressed: the page of API keys with 50 rows, its style sheet and its scripts.
const PAGE_BUDGET: usize = 40 * 1024;
/// In bytes: what a page in English loads.
const FONT_BUDGET: usize = 70 * 1024;
/// The page, its style sheet, its scripts and its icon.
const MOST_REQUESTS: usize = 5;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = entries.flat_map(|path| if path.is_dir() { files(&path, extension) } else { vec![path] });
    all.filter(|path| path.extension().is_some_and(|own| own == extension)).collect()
}

fn own(folder: &str, extension: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(folder);
    let paths = files(&root, extension);
    assert!(paths.len() > 5);
    let read = |path: PathBuf| (path.display().to_string(), fs::read_to_string(&path).unwrap());
    paths.into_iter().map(read).collect()
}

#[test]
fn no_line_is_longer_than_120_columns() {
    for (path, text) in own("css", "css").into_iter().chain(own("js", "js")) {
        for line in text.lines() {
            assert!(line.chars().count() <= 120, "{path}: {line}");
        }
    }
}

#[test]
fn styles_depend_neither_on_test_ids_nor_on_languages() {
    for (path, text) in own("css", "css") {
        for forbidden in ["data-testid", ":lang", "[lang"] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}");
        }
    }
}

#[test]
fn a_style_sheet_gets_its_layer_from_the_one_that_imports_it() {
    for (path, text) in own("css", "css") {
        let is_entry = path.ends_with("css/app.css");
        assert_eq!(text.contains("@import"), is_entry, "{path}");
        assert_eq!(text.contains("@layer"), is_entry, "{path}");
    }
}

#[test]
fn scripts_are_modules_that_make_nothing_global() {
    for (path, text) in own("js", "js") {
        for forbidden in ["window.", "window[", "globalThis", "self.", "var ", "eval(", "Function("] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}");
        }
        let (imports, body): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with("import "));
        // The server joins modules by these forms.
        assert!(imports.iter().all(|line| line.contains("\"./") && line.ends_with(".js\";")), "{path}");
        for line in body.iter().filter(|line| line.contains("import") || line.contains("export")) {
            assert!(line.starts_with("export const ") || line.starts_with("//"), "{path}: {line}");
        }
    }
}

/// The values of this attribute in the elements that this starts.
fn attributes<'a>(page: &'a str, element: &str, name: &str) -> Vec<&'a str> {
    let (start, attribute) = (format!("<{element} "), format!("{name}=\""));
    let tags = page.split(start.as_str()).skip(1).filter_map(|rest| rest.split_once('>'));
    let value = |tag: &'a str| tag.split(attribute.as_str()).nth(1)?.split('"').next();
    let values: Vec<_> = tags.filter_map(|(tag, _)| value(tag)).collect();
    values
}

/// Whether the path of an asset has this extension.
fn is_kind(path: &str, extension: &str) -> bool {
    path.rsplit('.').next() == Some(extension)
}

on_both_databases! {
    fn the_page_of_50_api_keys_keeps_to_its_budget(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.max_keys_per_user = 100);
        for number in 0..51 {
            app.insert_api_key("owner@acme.example", &format!("Deployment of service {number}"), |_| {});
        }
        let path = "/settings/developers/api-keys";
        let page = owner.get(path);
        assert_eq!(page.find_all("tr[data-testid=api-key-row]").len(), 50);

        let links = attributes(&page.body, "link", "href").into_iter().filter(|href| !is_kind(href, "woff2"));
        let assets: Vec<_> = links.chain(attributes(&page.body, "script", "src")).collect();
        assert!(assets.len() < MOST_REQUESTS, "{assets:?}");
        assert!(assets.iter().any(|path| is_kind(path, "css")) && assets.iter().any(|path| is_kind(path, "js")));

        let (mut total, mut sizes) = (0, String::new());
        for path in [path].iter().chain(&assets) {
            let (status, encoding, length) = owner.measure(path, "br");
            assert_eq!((status, encoding.as_str()), (200, "br"), "{path}");
            let _ = writeln!(sizes, "{length:>7} bytes {path}");
            total += length;
        }
        assert!(total <= PAGE_BUDGET, "{total} bytes:\n{sizes}");
    }
}

#[test]
fn fonts_of_a_page_in_english_keep_to_their_budget() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/fonts");
    let english = files(&root, "woff2").into_iter().filter(|path| !path.display().to_string().contains("cyrillic"));
    let sizes: Vec<_> = english.map(|path| fs::metadata(path).unwrap().len()).collect();
    assert_eq!(sizes.len(), 2);
    let total = sizes.iter().sum::<u64>();
    println!("{total:>7} bytes of fonts");
    assert!(total <= FONT_BUDGET as u64, "{total} bytes");
}
