//! No file imports another that leads back to it. A module and its own submodules may know each other.

use std::collections::{BTreeMap, BTreeSet};

/// A module's path, such as `["web", "settings", "members"]`.
type Module = Vec<String>;

/// The modules that each module names, without those above and below it.
pub fn imports(sources: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let imports = |(module, code): (&Module, &String)| {
        let named = paths(code).into_iter().filter_map(|path| resolve(module, &path, sources));
        (module.clone(), named.filter(|other| !other.starts_with(module) && !module.starts_with(other)).collect())
    };
    sources.iter().map(imports).collect()
}

/// The first circle that is met, as the modules along it.
pub fn find_circle(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    imports.keys().find_map(|module| follow(module, imports, &mut Vec::new(), &mut done))
}

fn follow<'a>(
    module: &'a Module,
    imports: &'a BTreeMap<Module, BTreeSet<Module>>,
    way: &mut Vec<&'a Module>,
    done: &mut BTreeSet<&'a Module>,
) -> Option<Vec<String>> {
    if let Some(start) = way.iter().position(|before| *before == module) {
        return Some(way[start..].iter().map(|module| module.join("::")).collect());
    }
    if !done.contains(module) {
        way.push(module);
        for other in &imports[module] {
            let circle = follow(other, imports, way, done);
            if circle.is_some() {
                return circle;
            }
        }
        way.pop();
        done.insert(module);
    }
    None
}

/// The module that a path begins with, as the compiler finds it from within `module`.
fn resolve(module: &Module, path: &[String], sources: &BTreeMap<Module, String>) -> Option<Module> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let absolute = match path.first()?.as_str() {
        "crate" => path[1..].to_vec(),
        "super" => [&module[..module.len().saturating_sub(ups)], &path[ups..]].concat(),
        "self" => [module, &path[1..]].concat(),
        _ => [module, path].concat(),
    };
    (1..=absolute.len()).rev().map(|length| absolute[..length].to_vec()).find(|name| sources.contains_key(name))
}

/// Every path such as `a::b::c`, also those of `use a::{b, c::d}`.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    read(&code.chars().collect::<Vec<_>>(), &mut 0, &[], &mut found);
    found
}

fn read(code: &[char], at: &mut usize, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let follows = |at: usize, text: &str| text.chars().enumerate().all(|(n, c)| code.get(at + n) == Some(&c));
    while *at < code.len() {
        let mut path = prefix.to_vec();
        loop {
            let word: String = code[*at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
            *at += word.chars().count();
            if !word.is_empty() {
                path.push(word);
            }
            if !follows(*at, "::") {
                break;
            }
            *at += 2;
            if follows(*at, "{") {
                *at += 1;
                read(code, at, &path, found);
                path.clear();
            }
        }
        if path.len() > prefix.len() {
            found.push(path);
        }
        *at += 1;
        if !prefix.is_empty() && code.get(*at - 1) == Some(&'}') {
            return;
        }
    }
}

#[test]
fn a_circle_is_found_and_a_module_may_know_its_submodules() {
    let sources = |files: &[(&str, &str)]| -> BTreeMap<Module, String> {
        let module = |name: &str| name.split("::").map(str::to_owned).collect();
        files.iter().map(|(name, code)| (module(name), (*code).to_owned())).collect()
    };
    let circle_of = |files: &[(&str, &str)]| find_circle(&imports(&sources(files)));
    let tree = [
        ("web", "mod page; use page::Page;"),
        ("web::page", "use super::WEB; use crate::{domain::{self, Role}, web::words};"),
        ("web::words", "use crate::domain::Role;"),
        ("domain", "struct Role { page: u8 }"),
    ];
    assert_eq!(circle_of(&tree), None);
    for (module, code) in [
        ("web::words", "use super::{rich, page::Page};"),
        ("web::words", "fn say() { super::page::ok() }"),
        ("domain", "use crate::{store, web::{gate, page::{self, Shell}}};"),
    ] {
        let with = tree.map(|(name, own)| if name == module { (name, code) } else { (name, own) });
        assert!(circle_of(&with).is_some_and(|circle| circle.len() == 2), "{module} {code}");
    }
}
