//! Words that texts and comments must not have: private words of this project, and stilted ones. The table says what to
//! write instead. Names in the code are not read here.

mod sources;
mod table;

use std::fmt::Write as _;

use self::{
    sources::{Syntax, Text},
    table::{ENGLISH, Entry, RUSSIAN},
};

/// A word of a text, in lower case, or one punctuation mark; with the number of its line.
type Word = (String, usize);

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let mut word = String::new();
        for letter in line.chars().flat_map(char::to_lowercase).chain([' ']) {
            if letter.is_alphanumeric() || matches!(letter, '\'' | '-' | '_') {
                word.push(letter);
                continue;
            }
            if !word.is_empty() {
                words.push((std::mem::take(&mut word), number));
            }
            match letter {
                // One spelling of the apostrophe is enough for the table.
                '’' => word.push('\''),
                letter if letter.is_ascii_punctuation() => words.push((letter.to_string(), number)),
                _ => {}
            }
        }
    }
    words
}

/// Whether the words begin with a phrase: `a/b` is either of two, `word*` any word that begins so.
fn begins(words: &[Word], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|wanted| {
        words.next().is_some_and(|(word, _)| {
            wanted.split('/').any(|wanted| match wanted.strip_suffix('*') {
                Some(stem) => word.starts_with(stem),
                None => word == wanted,
            })
        })
    })
}

/// Each refused phrase as the text has it, with the line that it begins on.
fn refused<'a>(text: &str, table: &'a [Entry]) -> Vec<(usize, String, &'a Entry)> {
    let words = words(text);
    let mut found = Vec::new();
    for (start, (_, line)) in words.iter().enumerate() {
        for entry in table {
            let is_allowed = |phrase: &str| {
                // The phrase may begin before the word that it makes right.
                (0..3).any(|back| start >= back && begins(&words[start - back..], phrase))
            };
            if begins(&words[start..], entry.phrase) && !entry.but.iter().any(|phrase| is_allowed(phrase)) {
                let count = entry.phrase.split(' ').count();
                let phrase: Vec<_> = words[start..start + count].iter().map(|(word, _)| word.as_str()).collect();
                found.push((*line, phrase.join(" "), entry));
            }
        }
    }
    found
}

fn report(texts: &[Text], table: &[Entry]) -> String {
    let mut report = String::new();
    for text in texts {
        for (line, phrase, entry) in refused(&text.text, table) {
            let _ = writeln!(report, "{}:{line}: “{phrase}”: write {}", text.name, entry.instead);
        }
    }
    report
}

#[test]
fn english_texts_have_no_private_or_stilted_words() {
    let texts = sources::english();
    assert!(texts.len() > 40, "{}", texts.len());
    let report = report(&texts, ENGLISH);
    assert!(report.is_empty(), "{} phrases to rewrite:\n{report}", report.lines().count());
}

#[test]
fn russian_texts_have_no_stilted_words() {
    let report = report(&sources::russian(), RUSSIAN);
    assert!(report.is_empty(), "{} phrases to rewrite:\n{report}", report.lines().count());
}

#[test]
fn comments_have_no_private_or_stilted_words() {
    let comments = sources::comments();
    assert!(comments.len() > 400, "{}", comments.len());
    let report = report(&comments, ENGLISH);
    assert!(report.is_empty(), "{} phrases to rewrite:\n{report}", report.lines().count());
}

#[test]
fn a_comment_is_read_without_the_code_around_it() {
    let comments = |code: &str, syntax| sources::comments_of(code, syntax);
    let code = "let door = 1;\n    /// A door, not a `house` nor \"rooms\".\nlet url = \"a // b\"; // Told.\n";
    assert_eq!(refused(&comments(code, Syntax::Slashes), ENGLISH).len(), 2);
    assert_eq!(refused(&comments("door { /* a\nhouse */ } anew {}", Syntax::Stars), ENGLISH)[0].0, 2);
    assert_eq!(comments("SELECT 1; -- one\n", Syntax::Dashes), "one");
    assert_eq!(comments("# a\nb = 2 # c", Syntax::Hash), " a\nc");
}

/// Words that the phrase finds.
fn example(phrase: &str) -> String {
    let words = phrase.split(' ').map(|word| word.split('/').next().unwrap_or_default().replace('*', "x"));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_entry_of_the_table_can_be_found_and_allows_what_it_names() {
    for entry in ENGLISH.iter().chain(RUSSIAN) {
        let example = example(entry.phrase);
        let found = refused(&format!("Before it:\nSo {example}, said."), std::slice::from_ref(entry));
        assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [2], "{example}");
        for but in entry.but {
            let allowed = self::example(but);
            assert!(refused(&allowed, std::slice::from_ref(entry)).is_empty(), "{allowed}");
        }
    }
}

#[test]
fn a_phrase_is_found_over_the_end_of_a_line_and_no_word_inside_another() {
    let table = [Entry { phrase: "no more", instead: "no longer", but: &["no more than"] }];
    let found = |text: &str| refused(text, &table).len();
    assert_eq!(found("It works no\nmore. No More!"), 2);
    assert_eq!(found("no more than 5, piano more, no moreover"), 0);
}
