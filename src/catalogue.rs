//! The texts of pages and emails in every language, in files of the Fluent format (projectfluent.org). `en` and `ru`
//! have the same messages; tests ensure that.

use std::{fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::domain::Language;

type Bundle = FluentBundle<FluentResource>;

macro_rules! files {
    ($language:literal: $($name:literal)*) => {
        &[$(include_str!(concat!("catalogue/", $language, "/", $name, ".ftl"))),*]
    };
}

const ENGLISH: &[&str] = files!(
    "en": "shell" "words" "flash" "errors" "account" "members" "projects" "policy"
    "home" "api_keys" "list" "acts" "forms" "creation" "rotation" "rotation_schedule" "attributes" "viewable" "verification" "audit" "mail" "keyboard"
    "ended_tokens" "permissions" "key_permissions" "key_limits"
);
const RUSSIAN: &[&str] = files!(
    "ru": "shell" "words" "flash" "errors" "account" "members" "projects" "policy"
    "home" "api_keys" "list" "acts" "forms" "creation" "rotation" "rotation_schedule" "attributes" "viewable" "verification" "audit" "mail" "keyboard"
    "ended_tokens" "permissions" "key_permissions" "key_limits"
);

static BUNDLES: LazyLock<[Bundle; 2]> =
    LazyLock::new(|| [bundle(Language::English, ENGLISH), bundle(Language::Russian, RUSSIAN)]);

/// All messages of one language.
#[derive(Clone, Copy)]
pub struct Words {
    language: Language,
    bundle: &'static Bundle,
}

/// One message with its values. `Display` formats it.
pub struct Text<'a> {
    words: Words,
    id: &'static str,
    values: Option<FluentArgs<'a>>,
}

/// A value for a message: text, whole numbers, and references to them as templates pass them.
pub trait IntoValue<'a> {
    fn into_value(self) -> FluentValue<'a>;
}

impl Words {
    pub fn new(language: Language) -> Self {
        let [english, russian] = &*BUNDLES;
        let bundle = match language {
            Language::English => english,
            Language::Russian => russian,
        };
        Self { language, bundle }
    }

    pub fn language(self) -> Language {
        self.language
    }

    pub fn say<'a>(self, id: &'static str) -> Text<'a> {
        Text { words: self, id, values: None }
    }

    /// "1,204" and "1 204": digits in groups of three.
    pub fn number(self, number: i64) -> String {
        group(number, separator(self.language))
    }
}

impl<'a> Text<'a> {
    /// Inserts a value for `{ $name }`. Numbers also select the plural form.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl IntoValue<'a>) -> Self {
        self.values.get_or_insert_default().set(name, value.into_value());
        self
    }
}

macro_rules! values {
    ($($type:ty)*) => {
        $(impl<'a> IntoValue<'a> for $type {
            fn into_value(self) -> FluentValue<'a> {
                FluentValue::from(self)
            }
        })*
    };
}
values! { String &'a str &'a String i64 &'a i64 usize &'a usize i32 &'a i32 }

impl<'a> IntoValue<'a> for &'a &'a str {
    fn into_value(self) -> FluentValue<'a> {
        FluentValue::from(*self)
    }
}

impl<'a> IntoValue<'a> for Text<'_> {
    fn into_value(self) -> FluentValue<'a> {
        FluentValue::from(self.to_string())
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = self.words.bundle;
        let Some(pattern) = bundle.get_message(self.id).and_then(|message| message.value()) else {
            debug_assert!(false, "the catalogue has no message {}", self.id);
            return f.write_str(self.id);
        };
        let mut errors = Vec::new();
        bundle.write_pattern(f, pattern, self.values.as_ref(), &mut errors)?;
        debug_assert!(errors.is_empty(), "{}: {errors:?}", self.id);
        Ok(())
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.language.fmt(f)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.to_string()
    }
}

fn bundle(language: Language, files: &[&str]) -> Bundle {
    let tag: LanguageIdentifier = language.as_str().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Isolation marks would become part of names that scripts search for. The pages use `<bdi>` instead.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::English => |value, _| grouped(value, separator(Language::English)),
        Language::Russian => |value, _| grouped(value, separator(Language::Russian)),
    }));
    for file in files {
        // Faulty messages are left out here; the tests find them.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The separator between groups of digits (CLDR: `numbers/symbols/group`).
fn separator(language: Language) -> char {
    match language {
        Language::English => ',',
        Language::Russian => '\u{a0}',
    }
}

fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "counts are whole, and far below 2^53")]
        FluentValue::Number(number) => Some(group(number.value as i64, separator)),
        _ => None,
    }
}

fn group(number: i64, separator: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "−".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fluent_syntax::{
        ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
        parser,
    };

    use super::*;

    const LANGUAGES: [(Language, &[&str]); 2] = [(Language::English, ENGLISH), (Language::Russian, RUSSIAN)];

    /// The values that a message needs, and its plural forms.
    #[derive(Debug, Default, PartialEq, Eq)]
    struct Shape {
        variables: std::collections::BTreeSet<String>,
        markup: Vec<String>,
        plurals: Vec<Vec<String>>,
    }

    fn shape(pattern: &Pattern<&str>, into: &mut Shape) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => {
                    let tags = value.split('<').skip(1).filter_map(|tag| tag.split('>').next());
                    into.markup.extend(tags.map(str::to_owned));
                }
                PatternElement::Placeable { expression: Expression::Inline(inline) } => variable(inline, into),
                PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                    variable(selector, into);
                    let key = |key: &VariantKey<&str>| match key {
                        VariantKey::Identifier { name } => Some((*name).to_owned()),
                        VariantKey::NumberLiteral { .. } => None,
                    };
                    let mut forms: Vec<String> = variants.iter().filter_map(|variant| key(&variant.key)).collect();
                    forms.sort();
                    into.plurals.push(forms);
                    let mut markup = Vec::new();
                    for variant in variants {
                        let mut inner = Shape::default();
                        shape(&variant.value, &mut inner);
                        into.variables.extend(inner.variables);
                        into.plurals.extend(inner.plurals);
                        markup = inner.markup;
                    }
                    into.markup.extend(markup);
                }
            }
        }
        into.markup.sort();
    }

    fn variable(inline: &InlineExpression<&str>, into: &mut Shape) {
        match inline {
            InlineExpression::VariableReference { id } => {
                into.variables.insert(id.name.to_owned());
            }
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            other => panic!("messages are whole sentences of their own: {other:?}"),
        }
    }

    fn messages(files: &[&str]) -> BTreeMap<String, Shape> {
        let mut found = BTreeMap::new();
        for file in files {
            let resource = parser::parse(*file).unwrap_or_else(|(_, errors)| panic!("{errors:?} in {file}"));
            for entry in resource.body {
                let Entry::Message(message) = entry else { continue };
                let mut of_message = Shape::default();
                shape(message.value.as_ref().unwrap(), &mut of_message);
                let earlier = found.insert(message.id.name.to_owned(), of_message);
                assert!(earlier.is_none(), "{} is there twice", message.id.name);
            }
        }
        found
    }

    #[test]
    fn every_language_has_the_same_messages_with_the_same_values_and_markup() {
        let (english, russian) = (messages(ENGLISH), messages(RUSSIAN));
        assert!(english.len() > 30);
        assert_eq!(english.keys().collect::<Vec<_>>(), russian.keys().collect::<Vec<_>>());
        for (id, shape) in &english {
            let other = &russian[id];
            assert_eq!((&shape.variables, &shape.markup), (&other.variables, &other.markup), "{id}");
        }
    }

    #[test]
    fn plural_forms_are_those_of_the_language() {
        for (language, files) in LANGUAGES {
            let forms: &[&str] = match language {
                Language::English => &["one", "other"],
                Language::Russian => &["few", "many", "one"],
            };
            for (id, shape) in messages(files) {
                for plural in shape.plurals {
                    // Selectors that are not numbers have other form names.
                    let is_plural = plural.iter().any(|form| ["one", "few", "many"].contains(&form.as_str()));
                    assert!(!is_plural || plural == forms, "{language:?}: {id} knows {plural:?}");
                }
            }
        }
    }

    /// The Russian form `one` also applies to 21. A text about a single thing uses `[1]`.
    #[test]
    fn the_russian_singular_says_its_number() {
        // The page displays the number in bold before them.
        let after_numbers = [
            "ключ не подтверждён и пока не работает",
            "приглашение ещё не принято",
            "ключ с просроченной сменой токена",
            "ключ ещё используется с отключённым токеном",
        ];
        let said = RUSSIAN.iter().flat_map(|file| file.lines()).filter(|line| line.trim_start().starts_with("[one]"));
        let is_silent = |line: &&str| !line.contains("{ $") && !after_numbers.iter().any(|text| line.ends_with(text));
        let silent: Vec<_> = said.filter(is_silent).collect();
        assert!(silent.is_empty(), "{silent:#?}");
    }

    /// The Russian form `one` must suit 21 things as well as one, so it has no pronoun.
    #[test]
    fn a_singular_form_speaks_of_nothing_in_the_wrong_number() {
        let of_several = ["them", "their", "these", "go"];
        let of_any = ["его", "он", "она", "них", "их", "они", "нём", "ним", "ними"];
        for (files, wrong, fixed) in [(ENGLISH, &of_several[..], "of them"), (RUSSIAN, &of_any[..], "из них")] {
            let singular = files.iter().flat_map(|file| file.lines()).map(str::trim_start);
            for line in singular.filter(|line| line.starts_with("[one]") && line.contains("{ $count }")) {
                let text = line.to_lowercase().replace(fixed, "");
                let mut words = text.split(|letter: char| !letter.is_alphabetic());
                // One person is "they".
                assert!(line.contains("person") || !words.any(|word| wrong.contains(&word)), "{line}");
            }
        }
    }

    #[test]
    fn plurals_and_groups_of_digits_are_right() {
        let said = |language, count: i64| Words::new(language).say("count-of-keys").with("count", count).to_string();
        let english = [0, 1, 2, 1_204].map(|count| said(Language::English, count));
        assert_eq!(english, ["0 keys", "1 key", "2 keys", "1,204 keys"]);
        let russian = [1, 2, 5, 11, 21, 22, 1_204].map(|count| said(Language::Russian, count));
        assert_eq!(russian, ["1 ключ", "2 ключа", "5 ключей", "11 ключей", "21 ключ", "22 ключа", "1\u{a0}204 ключа"]);
        assert_eq!(Words::new(Language::English).number(-1_204_000), "−1,204,000");
        assert_eq!(Words::new(Language::English).number(999), "999");
    }
}
