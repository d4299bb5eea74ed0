//! Commands that the documents print: the program has them, with these flags.

use std::{collections::BTreeMap, process::Command};

use super::{blocks, documents};

/// The words of a command behind the name of the program, as far as they are for it.
fn words(command: &str) -> Vec<&str> {
    let command = command.split(" #").next().unwrap_or_default();
    let command = command.split([';', '|', '>', '&']).next().unwrap_or_default();
    command.split_whitespace().collect()
}

/// What follows the name of the program in each command of the documents, with the place.
fn printed() -> Vec<(String, String)> {
    let mut printed = Vec::new();
    for (path, text) in documents().iter().filter(|(path, _)| path != "CHANGELOG.md") {
        for line in blocks(text, "sh").iter().flat_map(|block| block.lines()) {
            for name in ["latchkey ", "cargo run --release -- "] {
                // A folder or another program may be called so, too.
                let begins = line.starts_with(name)
                    || line.contains(&format!("' {name}"))
                    || line.contains(&format!("=restored {name}"));
                if let Some((_, arguments)) = line.split_once(name).filter(|_| begins) {
                    printed.push((format!("{path}: {line}"), arguments.to_owned()));
                }
            }
        }
    }
    printed
}

#[test]
fn every_printed_command_is_there_with_its_flags() {
    let mut helps = BTreeMap::<Vec<String>, String>::new();
    let printed = printed();
    assert!(printed.len() > 20, "{printed:?}");
    for (place, arguments) in &printed {
        let words = words(arguments);
        let is_name = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
        let at_most = if matches!(words[..], ["serve" | "doctor" | "migrate" | "health", ..]) { 1 } else { 2 };
        let command: Vec<_> = words.iter().take_while(is_name).take(at_most).map(|word| (*word).to_owned()).collect();
        let help = helps.entry(command.clone()).or_insert_with(|| {
            let program = Command::new(env!("CARGO_BIN_EXE_latchkey")).args(&command).arg("--help").output().unwrap();
            assert!(program.status.success(), "{place}: {}", String::from_utf8_lossy(&program.stderr));
            String::from_utf8(program.stdout).unwrap()
        });
        for flag in words.iter().filter(|word| word.starts_with("--") && word.len() > 2) {
            let flag = flag.split('=').next().unwrap();
            assert!(flag == "--help" || help.contains(flag), "{place}: {command:?} has no {flag}");
        }
    }
}
