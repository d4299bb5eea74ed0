//! The list of what the pages promise names tests, judges and pictures that are there.

use std::{fs, path::Path};

use super::{read, root};

/// So many promises there are.
const POINTS: usize = 68;

struct Point {
    number: usize,
    is_met: bool,
    /// Files and, except for judges and pictures, the name of a test in them.
    shown_by: Vec<(String, Option<String>)>,
}

fn points(text: &str) -> Vec<Point> {
    let mut points = Vec::<Point>::new();
    for line in text.lines() {
        let number = line.split_once(". **").and_then(|(number, _)| number.parse().ok());
        if let Some(number) = number {
            points.push(Point { number, is_met: false, shown_by: Vec::new() });
        }
        let Some(point) = points.last_mut() else { continue };
        point.is_met |= line.contains("** Met.");
        if let Some(evidence) = line.trim_start().strip_prefix("- `") {
            let (file, rest) = evidence.split_once('`').unwrap();
            point.shown_by.push((file.to_owned(), rest.strip_prefix(": ").map(str::to_owned)));
        }
    }
    points
}

/// The path from the root of the project.
fn path(file: &str) -> String {
    match file.split_once('/') {
        Some(("journeys" | "judges", _)) => format!("tests/browser/{file}"),
        Some(("it", _)) => format!("tests/{file}"),
        Some(("contact_sheet", _)) => format!("docs/{file}"),
        _ => file.to_owned(),
    }
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

/// Whether a test of this name is in this file. Titles of journeys may be continued in the list, and names in a loop.
fn has_test(path: &str, text: &str, name: &str) -> bool {
    if is_rust(path) {
        text.contains(&format!("fn {name}("))
    } else {
        ["\"", "`"].iter().any(|quote| text.contains(&format!("test({quote}{name}{quote}")))
    }
}

#[test]
fn everything_that_the_checklist_names_is_there() {
    let points = points(&read("tests/browser/checklist.md"));
    assert_eq!(points.iter().map(|point| point.number).collect::<Vec<_>>(), (1..=POINTS).collect::<Vec<_>>());
    for Point { number, is_met, shown_by } in points {
        assert_eq!(is_met, !shown_by.is_empty(), "{number} is met if something shows it");
        for (file, name) in shown_by {
            let path = path(&file);
            let content = fs::read(root().join(&path)).unwrap_or_else(|error| panic!("{number}: {path}: {error}"));
            let needs_name = is_rust(&path) || path.contains("/journeys/");
            assert!(name.is_some() || !needs_name, "{number}: {path} has many tests: name one");
            if let Some(name) = name {
                let text = String::from_utf8(content).unwrap();
                assert!(has_test(&path, &text, &name), "{number}: {path} has no test “{name}”");
            }
        }
    }
}
