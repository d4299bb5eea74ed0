//! The texts that people read, each with its lines where they are in its file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub struct Text {
    pub name: String,
    pub text: String,
}

pub fn english() -> Vec<Text> {
    let mut texts = catalogue("en");
    for name in ["README.md", "SECURITY.md", "CONTRIBUTING.md"] {
        texts.push(of_file(&root().join(name)));
    }
    // It quotes what texts were in earlier versions.
    let changelog = read(&root().join("CHANGELOG.md"));
    let unquoted = changelog.lines().map(|line| line.split('"').step_by(2).collect::<Vec<_>>().join(" "));
    texts.push(Text { name: "CHANGELOG.md".to_owned(), text: unquoted.collect::<Vec<_>>().join("\n") });
    for folder in ["docs", "packaging", "templates"] {
        let is_text = |path: &&PathBuf| path.extension().is_none_or(|end| end != "png" && end != "jpg");
        texts.extend(files(&root().join(folder)).iter().filter(is_text).map(|path| of_file(path)));
    }
    texts.extend(help(&[]));
    texts
}

pub fn russian() -> Vec<Text> {
    catalogue("ru")
}

/// Messages without their ids and comments.
fn catalogue(language: &str) -> Vec<Text> {
    let texts = files(&root().join("src/catalogue").join(language)).into_iter().map(|path| {
        let file = read(&path);
        let lines = file.lines().map(|line| match line.split_once(" =") {
            _ if line.starts_with('#') => "",
            Some((id, text)) if !id.starts_with(' ') => text,
            _ => line,
        });
        Text { name: name_of(&path), text: lines.collect::<Vec<_>>().join("\n") }
    });
    let texts: Vec<_> = texts.collect();
    assert!(texts.len() > 10, "{language}: {}", texts.len());
    texts
}

/// A page without what is in its tags and expressions; any other file as it is.
fn of_file(path: &Path) -> Text {
    let mut text = read(path);
    if path.extension().is_some_and(|extension| extension == "html") {
        for (open, close) in [("{%", "%}"), ("{{", "}}"), ("<", ">")] {
            text = without(&text, open, close);
        }
    }
    Text { name: name_of(path), text }
}

/// Keeps the ends of the lines.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let (tag, rest) = part.split_once(close).unwrap_or((part, ""));
        kept + " " + &"\n".repeat(tag.matches('\n').count()) + rest
    })
}

/// What `--help` says of a command, and of every command below it.
fn help(command: &[&str]) -> Vec<Text> {
    let program = Command::new(env!("CARGO_BIN_EXE_latchkey")).args(command).arg("--help").output().unwrap();
    assert!(program.status.success(), "{command:?}");
    let text = String::from_utf8(program.stdout).unwrap();
    let listed = text.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap_or_default());
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<_> = names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect();
    let mut texts = vec![Text { name: format!("latchkey {} --help", command.join(" ")), text }];
    for name in names {
        texts.extend(help(&[command, &[name.as_str()]].concat()));
    }
    texts
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The comments of the code, each where it is in its file: what is between them is blank.
pub fn comments() -> Vec<Text> {
    let mut paths: Vec<_> = ["Cargo.toml", "Dockerfile"].map(|name| root().join(name)).into();
    for folder in ["src", "tests", "static", "migrations", ".ci"] {
        paths.extend(files(&root().join(folder)));
    }
    let is_ours = |path: &PathBuf| !["vendor", "node_modules"].iter().any(|name| path.iter().any(|part| part == *name));
    paths.retain(is_ours);
    let texts = paths.into_iter().filter_map(|path| {
        let comments = comments_of(&fs::read_to_string(&path).ok()?, Syntax::of(&path)?);
        Some(Text { name: name_of(&path), text: comments })
    });
    texts.collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `//` to the end of the line.
    Slashes,
    /// `/* … */`.
    Stars,
    /// `--` to the end of the line.
    Dashes,
    /// `#` to the end of the line.
    Hash,
}

impl Syntax {
    fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs" | "js" | "mjs" | "cjs") => Some(Self::Slashes),
            Some("css") => Some(Self::Stars),
            Some("sql") => Some(Self::Dashes),
            Some("toml") | None => Some(Self::Hash),
            Some(_) => None,
        }
    }
}

/// What a comment quotes is not its own wording: names in backquotes, and texts in double quotes.
pub fn comments_of(code: &str, syntax: Syntax) -> String {
    let mark = match syntax {
        Syntax::Slashes => "//",
        Syntax::Stars => return without(&format!("*/{code}/*"), "*/", "/*"),
        Syntax::Dashes => "--",
        Syntax::Hash => "#",
    };
    let comment = |line: &str| {
        let spaced = format!(" {mark} ");
        let is_outside = |(start, _): &(usize, &str)| line[..*start].matches('"').count().is_multiple_of(2);
        let trailing = || line.match_indices(&spaced).find(is_outside).map(|(start, _)| &line[start + spaced.len()..]);
        let text = line.trim_start().strip_prefix(mark).or_else(trailing)?;
        let unquoted = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        Some(unquoted.split('"').step_by(2).collect::<Vec<_>>().join(" "))
    };
    code.lines().map(|line| comment(line).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}
