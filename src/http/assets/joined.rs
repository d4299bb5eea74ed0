//! Puts the files of the style sheet into one, and the modules of the script: a page needs one request for each.
//!
//! `css/app.css` and `js/app.js` also work as they are, with a request for each file that they import.

use std::{collections::BTreeSet, fmt::Write as _};

/// The lines without indentation, and without comments that have their lines to themselves. No text of ours spans lines.
pub fn without_comments(text: &str) -> String {
    let mut is_comment = false;
    let is_code = |line: &&str| {
        let began = line.starts_with("/*");
        let is_part = is_comment || began || line.starts_with("//") || line.is_empty();
        is_comment = (is_comment || began) && !line.ends_with("*/");
        !is_part
    };
    text.lines().map(str::trim).filter(is_code).flat_map(|line| [line, "\n"]).collect()
}

/// Replaces each `@import "path" layer(name);` line by the file, in its layer. Paths start at the folder of the sheet.
pub fn style_sheet(entry: &str, read: &impl Fn(&str) -> String) -> String {
    let line = |line: &str| match import_of_style(line) {
        Some((path, layer)) => format!("@layer {layer} {{\n{}}}\n", read(path)),
        None => format!("{line}\n"),
    };
    entry.lines().map(line).collect()
}

fn import_of_style(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("@import \"")?.strip_suffix(");")?.split_once("\" layer(")
}

/// Joins the modules that `entry` imports, directly or not. Each becomes a function that is called once, after those it
/// imports, and returns what it exports. The result is a module too: nothing in it is global.
pub fn script(entry: &str, read: &impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    add_module(entry, read, &mut BTreeSet::new(), &mut text);
    text
}

fn add_module(name: &str, read: &impl Fn(&str) -> String, added: &mut BTreeSet<String>, text: &mut String) {
    if !added.insert(name.to_owned()) {
        return;
    }
    let source = read(name);
    let mut body = String::new();
    let mut exports = Vec::new();
    for line in source.lines() {
        if let Some((names, module)) = import_of_script(line) {
            add_module(module, read, added, text);
            if let Some(names) = names {
                let _ = writeln!(body, "const {names} = {};", variable(module));
            }
        } else if let Some(declaration) = line.strip_prefix("export ") {
            exports.extend(declaration.split([' ', '(']).nth(1));
            let _ = writeln!(body, "{declaration}");
        } else {
            let _ = writeln!(body, "{line}");
        }
    }
    let (name, exports) = (variable(name), exports.join(", "));
    // Writing into a text never fails.
    let _ = writeln!(text, "const {name} = (() => {{\n{body}return {{ {exports} }};\n}})();");
}

/// The names, in their braces, and the module of `import { a, b } from "./module.js";` or `import "./module.js";`.
fn import_of_script(line: &str) -> Option<(Option<&str>, &str)> {
    let (names, module) = line.strip_prefix("import ")?.strip_suffix(".js\";")?.split_once("\"./")?;
    Some((names.strip_suffix(" from "), module))
}

fn variable(module: &str) -> String {
    format!("{}Module", module.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_left_out() {
        let text = "/* One. */\n.a {\n  color: red; /* stays */\n}\n\n/**\n * Two.\n */\n// Three.\n  b();\n";
        assert_eq!(without_comments(text), ".a {\ncolor: red; /* stays */\n}\nb();\n");
    }

    #[test]
    fn files_of_a_style_sheet_are_in_their_layers() {
        let entry = "@layer a, b;\n@import \"one.css\" layer(b);\n";
        let joined = style_sheet(entry, &|path| format!("/* {path} */\n"));
        assert_eq!(joined, "@layer a, b;\n@layer b {\n/* one.css */\n}\n");
    }

    #[test]
    fn a_module_comes_once_and_after_those_that_it_imports() {
        let read = |name: &str| match name {
            "app" => "import \"./one.js\";\nimport { f } from \"./two.js\";\nf();".to_owned(),
            "one" => "import { f } from \"./two.js\";\nf();".to_owned(),
            _ => "export const f = () => {};\nexport function g(a) {}".to_owned(),
        };
        let joined = script("app", &read);
        let expected = "const twoModule = (() => {\nconst f = () => {};\nfunction g(a) {}\nreturn { f, g };\n})();\n\
            const oneModule = (() => {\nconst { f } = twoModule;\nf();\nreturn {  };\n})();\n\
            const appModule = (() => {\nconst { f } = twoModule;\nf();\nreturn {  };\n})();\n";
        assert_eq!(joined, expected);
    }
}
