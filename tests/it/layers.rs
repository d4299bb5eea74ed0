//! The layers: which modules may import each other, and which libraries stay in which modules.

mod circles;
mod names;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Modules of the same rank never import each other.
const RANKS: [&[&str]; 10] = [
    &["domain"],
    &["store", "catalogue"],
    &["config"],
    &["app"],
    &["mail"],
    &["state"],
    &["http"],
    &["web", "api", "verify", "tasks"],
    &["server"],
    &["cli"],
];

/// A library, and the only modules that may use it.
const ROOMS: [(&str, &[&str]); 8] = [
    ("fluent_bundle", &["catalogue"]),
    ("diesel", &["store"]),
    ("r2d2", &["store"]),
    ("askama", &["mail", "web"]),
    ("lettre", &["mail"]),
    ("actix_web", &["state", "http", "web", "verify", "tasks", "api", "server", "cli"]),
    ("actix_session", &["http", "web"]),
    ("clap", &["config", "cli"]),
];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// Every source file: the top module that it belongs to, its path, and its code without comments and tests.
fn modules() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root)
        .into_iter()
        .map(|path| {
            let relative = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            let module = relative.split(['/', '.']).next().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (module, relative, code)
        })
        .collect()
}

/// The modules named after `crate::`, also in `use crate::{a, b::c}`.
fn imported(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut entry = String::new();
            for character in list.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.push(std::mem::take(&mut entry)),
                    other if depth == 0 => entry.push(other),
                    _ => {}
                }
            }
            names.push(entry);
        } else {
            names.push(rest.to_owned());
        }
    }
    let first_word = |name: &String| {
        name.trim().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
    };
    names.iter().map(first_word).filter(|name: &String| !name.is_empty()).collect()
}

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|rank| rank.contains(&module))
}

#[test]
fn imports_only_go_down() {
    let mut upward = Vec::new();
    let mut seen = 0;
    for (module, path, code) in modules() {
        let Some(own) = rank(&module) else {
            assert!(["lib", "main"].contains(&module.as_str()), "{path} has no rank");
            continue;
        };
        // In a top module `super` is the root of the crate.
        assert!(path.contains('/') || !code.contains("super::"), "{path} imports by super::");
        for name in imported(&code).into_iter().filter(|name| *name != module) {
            // Macros are exported at the root of the crate.
            let Some(other) = rank(&name) else {
                assert_eq!(name, "routes", "{path} imports {name}, which has no rank");
                continue;
            };
            seen += 1;
            if other >= own {
                upward.push(format!("{path} imports {name}"));
            }
        }
    }
    assert!(seen > 50, "imports are no longer recognized");
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut strays = Vec::new();
    for (module, path, code) in modules() {
        for (library, rooms) in ROOMS {
            if code.contains(&format!("{library}::")) && !rooms.contains(&module.as_str()) {
                strays.push(format!("{path} names {library}"));
            }
        }
        // Its own version is known when it is compiled.
        let code = code.replace("env!(\"CARGO_PKG_VERSION\")", "");
        let reads = ["env::var", "env::{var", "env!("].iter().any(|read| code.contains(read));
        if reads && path != "config/variables.rs" {
            strays.push(format!("{path} reads the environment"));
        }
        let prints = ["print!(", "println!(", "stdout()", "stderr()", "dbg!("].iter().any(|print| code.contains(print));
        if prints && path != "cli/output.rs" {
            strays.push(format!("{path} prints by itself: cli/output.rs does it without a panic"));
        }
        if code.contains("Command::new") {
            strays.push(format!("{path} starts programs"));
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}

#[test]
fn every_module_opens_with_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for directory in ["src", "tests/it"] {
        for path in sources(&root.join(directory)) {
            assert!(fs::read_to_string(&path).unwrap().starts_with("//! "), "{}", path.display());
        }
    }
}

#[test]
fn no_file_leads_back_to_itself() {
    let sources = modules()
        .into_iter()
        .map(|(_, path, code)| (path.trim_end_matches(".rs").split('/').map(str::to_owned).collect(), code))
        .collect();
    let imports = circles::imports(&sources);
    let count: usize = imports.values().map(std::collections::BTreeSet::len).sum();
    assert!(count > 500, "imports are no longer recognized: {count}");
    assert_eq!(circles::find_circle(&imports), None);
}

#[test]
fn a_type_has_a_name_of_its_own() {
    let sources: Vec<_> = modules().into_iter().map(|(_, path, code)| (path, code)).collect();
    let count: usize = sources.iter().map(|(_, code)| names::types(code).count()).sum();
    assert!(count > 500, "types are no longer recognized: {count}");
    let repeated = names::repeated(&sources);
    assert!(repeated.is_empty(), "rename all but one, or add a reason to names::SHARED: {repeated:#?}");
}
