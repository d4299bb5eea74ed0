//! A setting on the page: a labelled control, or its value in words.

use serde_json::Value;

use super::form::PolicyInput;
use crate::{
    catalogue::Words,
    domain::policy::{Setting, SettingGroup, SettingKind, SettingOption},
};

/// A section of the page.
pub struct Group {
    pub id: &'static str,
    pub heading: &'static str,
    pub fields: Vec<SettingField>,
}

/// The control of a setting.
pub struct SettingField {
    /// The name of the control and of the field.
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub control: Control,
}

pub enum Control {
    Switch {
        is_on: bool,
    },
    Radios(Vec<ControlOption>),
    Boxes(Vec<ControlOption>),
    Text(String),
    /// A short text of letters.
    Word(String),
    Lines(String),
}

/// A radio button or checkbox of a setting.
pub struct ControlOption {
    /// The first one has the name of the setting, to which error messages link.
    pub id: String,
    pub value: &'static str,
    pub label: &'static str,
    pub text: &'static str,
    pub is_selected: bool,
}

/// The page's sections.
pub fn groups(typed: &PolicyInput) -> [Group; 5] {
    SettingGroup::ALL.map(|group| {
        let (id, heading) = match group {
            SettingGroup::People => ("people", "policy-people"),
            SettingGroup::Lifetime => ("life", "policy-life"),
            SettingGroup::Tokens => ("tokens", "policy-tokens"),
            SettingGroup::Pages => ("pages", "policy-pages"),
            SettingGroup::Api => ("api", "policy-api"),
        };
        Group {
            id,
            heading,
            fields: group.settings().into_iter().map(|setting| SettingField::new(setting, typed)).collect(),
        }
    })
}

impl SettingField {
    fn new(setting: &Setting, typed: &PolicyInput) -> Self {
        let texts = typed.texts(setting);
        let items = |options: &[SettingOption]| {
            let item = |(index, option): (usize, &SettingOption)| ControlOption {
                id: if index == 0 { setting.name.to_owned() } else { format!("{}-{}", setting.name, option.value) },
                value: option.value,
                label: option.label,
                text: option.text.unwrap_or_default(),
                is_selected: texts.iter().any(|text| text == option.value),
            };
            options.iter().enumerate().map(item).collect()
        };
        let control = match &setting.kind {
            SettingKind::Switch => Control::Switch { is_on: is_on(setting, typed) },
            SettingKind::OneOf(options) => Control::Radios(items(options)),
            SettingKind::AnyOf(options) => Control::Boxes(items(options)),
            SettingKind::Number { .. } | SettingKind::Numbers { .. } => Control::Text(typed.text(setting).to_owned()),
            SettingKind::Text { .. } => Control::Word(typed.text(setting).to_owned()),
            SettingKind::Texts { .. } => Control::Lines(typed.text(setting).to_owned()),
        };
        Self { name: setting.name, label: setting.label, hint: setting.hint, control }
    }
}

fn is_on(setting: &Setting, typed: &PolicyInput) -> bool {
    typed.text(setting) == "true"
}

/// The typed value, in words.
pub fn in_words(words: Words, setting: &Setting, typed: &PolicyInput) -> String {
    texts_in_words(words, setting, typed.texts(setting))
}

/// A stored value, in words.
pub fn value_in_words(words: Words, setting: &Setting, value: &Value) -> String {
    let text = texts_in_words(words, setting, &setting.texts(value));
    if text.is_empty() { words.say("event-nothing").into() } else { text }
}

fn texts_in_words(words: Words, setting: &Setting, texts: &[String]) -> String {
    let text = texts.first().map(String::as_str).unwrap_or_default();
    match &setting.kind {
        SettingKind::Switch => words.say(if text == "true" { "policy-on" } else { "policy-off" }).into(),
        SettingKind::OneOf(options) | SettingKind::AnyOf(options) => {
            let selected = options.iter().filter(|option| texts.iter().any(|text| text == option.value));
            selected.map(|option| words.say(option.label).to_string()).collect::<Vec<_>>().join(", ")
        }
        SettingKind::Texts { .. } => text.split_whitespace().collect::<Vec<_>>().join(", "),
        SettingKind::Number { .. } | SettingKind::Numbers { .. } | SettingKind::Text { .. } => text.trim().to_owned(),
    }
}
