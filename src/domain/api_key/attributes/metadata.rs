//! Metadata of a key: a JSON object that verification answers with.
//!
//! Kept as it was written, without white space. So numbers keep their digits and names their order, and the answer of
//! the hot path contains the text as it is stored.

use std::{collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::domain::text;

/// The text of a JSON object without white space outside of its strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("metadata must have at most {} bytes, and this has {bytes}", Metadata::MAX_BYTES)]
    TooLong { bytes: usize },
    /// Line and column begin with 1.
    #[error("line {line}, column {column} is not valid JSON")]
    Syntax { line: usize, column: usize },
    #[error("metadata must be a JSON object")]
    NotAnObject,
    #[error("the name {0} is there twice")]
    Duplicate(String),
    #[error("metadata must be nested at most {} deep", Metadata::MAX_DEPTH)]
    TooDeep,
}

impl Metadata {
    /// Of the text without white space.
    pub const MAX_BYTES: usize = 2_048;
    /// Objects and arrays within each other. The object itself is the first.
    pub const MAX_DEPTH: usize = 5;

    /// None for an empty text.
    pub fn parse(input: &str) -> Result<Option<Self>, MetadataError> {
        let input = input.trim();
        if input.is_empty() {
            return Ok(None);
        }
        check(input)?;
        let compact = compacted(input);
        if compact.len() > Self::MAX_BYTES {
            return Err(MetadataError::TooLong { bytes: compact.len() });
        }
        Ok(Some(Self(compact)))
    }

    /// Metadata that was parsed before it was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With line breaks and indentation, for people.
    pub fn indented(&self) -> String {
        let mut text = String::new();
        let mut depth = 0;
        let mut previous = ' ';
        for (character, is_in_string) in marked(&self.0) {
            let opens = |character| matches!(character, '{' | '[');
            let closes = !is_in_string && matches!(character, '}' | ']');
            if closes {
                depth -= 1;
            }
            let begins_line = (opens(previous) && !closes) || previous == ',' || (closes && !opens(previous));
            if begins_line {
                text.push('\n');
                text.extend(std::iter::repeat_n("  ", depth));
            }
            text.push(character);
            if !is_in_string && character == ':' {
                text.push(' ');
            }
            if !is_in_string && opens(character) {
                depth += 1;
            }
            previous = if is_in_string { ' ' } else { character };
        }
        text
    }
}

/// Each character, and whether it is part of a string.
fn marked(json: &str) -> impl Iterator<Item = (char, bool)> {
    let (mut is_in_string, mut is_escaped) = (false, false);
    json.chars().map(move |character| {
        let was_in_string = is_in_string;
        if is_escaped {
            is_escaped = false;
        } else if is_in_string && character == '\\' {
            is_escaped = true;
        } else if character == '"' {
            is_in_string = !is_in_string;
        }
        (character, was_in_string || is_in_string)
    })
}

/// Without white space, and with escapes for characters that make a page or a log deceptive.
fn compacted(json: &str) -> String {
    let mut text = String::new();
    for (character, is_in_string) in marked(json) {
        if text::is_deceptive(character) {
            let escape = |unit: &mut u16| format!("\\u{unit:04x}");
            text.extend(character.encode_utf16(&mut [0; 2]).iter_mut().map(escape).filter(|_| is_in_string));
        } else if is_in_string || !character.is_ascii_whitespace() {
            text.push(character);
        }
    }
    text
}

fn check(json: &str) -> Result<(), MetadataError> {
    if !json.starts_with('{') {
        return match serde_json::from_str::<serde::de::IgnoredAny>(json) {
            Ok(_) => Err(MetadataError::NotAnObject),
            Err(error) => Err(syntax(&error)),
        };
    }
    let mut fault = None;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let checked = CheckedValue { depth: 1, fault: &mut fault }.deserialize(&mut deserializer);
    let checked = checked.and_then(|()| deserializer.end());
    match (checked, fault) {
        (_, Some(fault)) => Err(fault),
        (Err(error), None) => Err(syntax(&error)),
        (Ok(()), None) => Ok(()),
    }
}

fn syntax(error: &serde_json::Error) -> MetadataError {
    MetadataError::Syntax { line: error.line().max(1), column: error.column().max(1) }
}

/// A value at this depth. Stores the first fault that is not one of syntax.
struct CheckedValue<'a> {
    depth: usize,
    fault: &'a mut Option<MetadataError>,
}

impl CheckedValue<'_> {
    fn within(&mut self) -> CheckedValue<'_> {
        CheckedValue { depth: self.depth + 1, fault: &mut *self.fault }
    }

    fn refuse<E: serde::de::Error>(&mut self, fault: MetadataError) -> E {
        let error = E::custom(&fault);
        *self.fault = Some(fault);
        error
    }
}

impl<'de> DeserializeSeed<'de> for CheckedValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CheckedValue<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut values: A) -> Result<(), A::Error> {
        if self.depth > Metadata::MAX_DEPTH {
            return Err(self.refuse(MetadataError::TooDeep));
        }
        while values.next_element_seed(self.within())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        if self.depth > Metadata::MAX_DEPTH {
            return Err(self.refuse(MetadataError::TooDeep));
        }
        let mut names = HashSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            if names.contains(&name) {
                return Err(self.refuse(MetadataError::Duplicate(text::excerpt(&name, 64))));
            }
            names.insert(name);
            entries.next_value_seed(self.within())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(input: &str) -> Result<Option<String>, MetadataError> {
        Metadata::parse(input).map(|metadata| metadata.map(|metadata| metadata.as_str().to_owned()))
    }

    #[test]
    fn metadata_is_kept_as_written_but_for_white_space() {
        assert_eq!(parsed(" \n "), Ok(None));
        assert_eq!(parsed("{ }").unwrap().as_deref(), Some("{}"));
        let written = "{ \"plan\" : \"pro  \\\" x\",\n\t\"seats\": 12.50, \"a\": [ 1, null, {\"b\": true} ] }";
        let kept = r#"{"plan":"pro  \" x","seats":12.50,"a":[1,null,{"b":true}]}"#;
        assert_eq!(parsed(written).unwrap().as_deref(), Some(kept));
        assert_eq!(parsed(kept).unwrap().as_deref(), Some(kept));
        assert_eq!(
            parsed("{\"a\":\"x\u{202e}\u{e0001}\"}").unwrap().as_deref(),
            Some(r#"{"a":"x\u202e\udb40\udc01"}"#)
        );
    }

    #[test]
    fn metadata_is_an_object_of_at_most_2048_bytes_and_5_levels() {
        let sized = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
        assert_eq!(parsed(&sized(2_048)).unwrap().unwrap().len(), 2_048);
        assert_eq!(parsed(&sized(2_049)), Err(MetadataError::TooLong { bytes: 2_049 }));
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert!(parsed(&nested(5)).is_ok());
        for depth in [6, 100, 1_000] {
            assert_eq!(parsed(&nested(depth)), Err(MetadataError::TooDeep), "{depth}");
        }
        for other in ["[]", "1", "\"a\"", "null", "true"] {
            assert_eq!(parsed(other), Err(MetadataError::NotAnObject), "{other}");
        }
    }

    #[test]
    fn a_name_must_not_be_there_twice_at_any_level_however_it_is_written() {
        for (json, name) in
            [(r#"{"a":1,"b":2,"a":3}"#, "a"), (r#"{"x":[{"a":1,"\u0061":3}]}"#, "a"), (r#"{"":1,"":2}"#, "")]
        {
            assert_eq!(parsed(json), Err(MetadataError::Duplicate(name.to_owned())), "{json}");
        }
        assert!(parsed(r#"{"a":{"a":1},"A":2}"#).is_ok());
    }

    #[test]
    fn a_fault_of_syntax_says_where_it_is() {
        assert_eq!(parsed("{\n  \"a\": x\n}"), Err(MetadataError::Syntax { line: 2, column: 8 }));
        for bad in [
            "{",
            "{\"a\":1,}",
            "{'a':1}",
            "{\"a\":1} x",
            "{\"a\":01}",
            "{\"a\":NaN}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":1e999}",
            "x",
            "{\"a\":\"\n\"}",
        ] {
            assert!(matches!(parsed(bad), Err(MetadataError::Syntax { .. })), "{bad}: {:?}", parsed(bad));
        }
    }

    #[test]
    fn people_see_it_indented() {
        let metadata = Metadata::parse(r#"{"a":{"b":[1,"x, {y}"],"c":{}},"d":[]}"#).unwrap().unwrap();
        let expected =
            "{\n  \"a\": {\n    \"b\": [\n      1,\n      \"x, {y}\"\n    ],\n    \"c\": {}\n  },\n  \"d\": []\n}";
        assert_eq!(metadata.indented(), expected);
        assert_eq!(Metadata::parse(&metadata.indented()), Ok(Some(metadata)));
    }
}
