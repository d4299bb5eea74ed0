//! Text that people type: normalized for comparison, and without characters that make a page or a log line deceptive.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {max} characters")]
    TooLong { max: usize },
    #[error("must not contain control, direction-override or invisible characters")]
    ForbiddenCharacter,
}

/// One line: NFC, trimmed, inner white space folded to single spaces, 1 to `max` Unicode scalar values.
pub fn line(input: &str, max: usize) -> Result<String, TextError> {
    let text = composed(input).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    allowed(text, max, |_| false)
}

/// Several lines: NFC, trimmed, 0 to `max` Unicode scalar values. Line ends become `\n`.
pub fn paragraph(input: &str, max: usize) -> Result<String, TextError> {
    let text = composed(input.replace("\r\n", "\n").trim()).into_owned();
    allowed(text, max, |character| character == '\n' || character == '\t')
}

/// Text from a stranger, for display in one line: without deceptive characters, cut to `max` characters.
pub fn excerpt(input: &str, max: usize) -> String {
    let visible: String = input.chars().filter(|character| !is_deceptive(*character)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

/// Two names with the same folded form are the same name: NFC and case folded (Unicode §3.13 D144), without joiners and
/// variation selectors, which are hardly visible.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is_invisible = |character: &char| matches!(character, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{fe00}'..='\u{fe0f}');
    let visible: String = text.chars().filter(|character| !is_invisible(character)).collect();
    caseless::default_case_fold_str(&visible.nfd().collect::<String>()).nfc().collect()
}

/// NFC. ASCII is already composed.
fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

fn allowed(text: String, max: usize, exempt: impl Fn(char) -> bool) -> Result<String, TextError> {
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().any(|character| is_deceptive(character) && !exempt(character)) {
        return Err(TextError::ForbiddenCharacter);
    }
    // Joiners and variation selectors alone are invisible.
    if !text.is_ascii() && fold(&text).trim().is_empty() {
        return Err(TextError::ForbiddenCharacter);
    }
    Ok(text)
}

/// Controls, line separators, direction overrides and isolates, and characters without width. The joiners U+200C and
/// U+200D are allowed: Persian words and emoji need them.
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2800}' | '\u{3164}'
            | '\u{ffa0}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_its_blanks_folded() {
        assert_eq!(line("  CI \t deploy\u{a0}bot ", 64).unwrap(), "CI deploy bot");
        assert_eq!(line(" \t ", 64), Err(TextError::Empty));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(line(&"я".repeat(64), 64).is_ok());
        assert_eq!(line(&"я".repeat(65), 64), Err(TextError::TooLong { max: 64 }));
    }

    #[test]
    fn characters_that_deceive_are_refused_and_emoji_families_are_not() {
        for bad in [
            "\u{200d}",
            "\u{fe0f}",
            "\u{3164}",
            "a\u{2800}",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{0}b",
            "a\u{feff}b",
            "a\u{2066}b",
            "a\u{1b}[31mb",
            "a\u{ad}b",
        ] {
            assert_eq!(line(bad, 64), Err(TextError::ForbiddenCharacter), "{bad:?}");
        }
        assert!(line("👩\u{200d}👩\u{200d}👧 keys", 64).is_ok());
    }

    #[test]
    fn a_paragraph_keeps_its_lines() {
        assert_eq!(paragraph(" one\r\ntwo ", 10).unwrap(), "one\ntwo");
        assert_eq!(paragraph("", 10).unwrap(), "");
        assert_eq!(paragraph("a\u{7}", 10), Err(TextError::ForbiddenCharacter));
    }

    #[test]
    fn ascii_is_folded_as_any_other_text() {
        for character in '\0'..='\u{7f}' {
            let text = format!("Ab{character}Z");
            let folded: String = caseless::default_case_fold_str(&text.nfd().collect::<String>()).nfc().collect();
            assert_eq!(fold(&text), folded, "{character:?}");
        }
    }

    #[test]
    fn folding_ignores_case_composition_and_joiners() {
        assert_eq!(fold("Straße ÉTÉ"), fold("STRASSE e\u{301}te\u{301}"));
        assert_eq!(fold("Отчёт"), fold("ОТЧЁТ"));
        assert_eq!(fold("a\u{200d}b\u{fe0f}"), fold("ab"));
        assert_ne!(fold("a b"), fold("ab"));
    }
}
