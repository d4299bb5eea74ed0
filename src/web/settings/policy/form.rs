//! The policy form: a field for each setting, and the fields of the form itself.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    app::policies::Existing,
    catalogue::Words,
    domain::{
        Policy,
        policy::{PolicyFault, SETTINGS, Setting, SettingKind, TextRule},
        text::excerpt,
        token::TokenPrefix,
    },
    web::{error::Error, page::Errors, request_context::RequestContext},
};

#[derive(Clone, Debug)]
pub struct PolicyInput {
    settings: SettingTexts,
    pub sent: Sent,
}

/// The texts of each setting's fields, by the name of the setting.
type SettingTexts = BTreeMap<&'static str, Vec<String>>;

/// The fields besides the settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// [`crate::store::policies::StoredPolicy::edits`] when the form was displayed.
    pub edits: i64,
    /// The confirmed numbers of the dry run.
    pub agreed: Option<String>,
    /// What happens to keys that live too long: `leave` or `shorten`.
    pub long_lived: String,
    pub endless: String,
    /// Set if the person returns to the form from the dry run.
    pub back: Option<String>,
}

impl PolicyInput {
    pub fn from_policy(policy: &Policy, edits: i64) -> Self {
        let values = policy.values();
        let texts = |setting: &Setting| values.get(setting.name).map(|value| setting.texts(value)).unwrap_or_default();
        let settings = SETTINGS.iter().map(|setting| (setting.name, texts(setting))).collect();
        Self { settings, sent: Sent { edits, ..Sent::default() } }
    }

    pub fn read(request: &RequestContext) -> Result<Self, Error> {
        let sent = request.form_beside(&SETTINGS.each_ref().map(|setting| setting.name))?;
        let mut settings = SettingTexts::default();
        for (name, text) in request.form_fields().pairs() {
            if let Some(setting) = Setting::find(name) {
                settings.entry(setting.name).or_default().push(text.to_owned());
            }
        }
        Ok(Self { settings, sent })
    }

    /// The outer error: no form of this page has these fields.
    pub fn parse(&self, request: &RequestContext) -> Result<Result<Policy, Errors>, Error> {
        let parsed =
            SETTINGS.iter().map(|setting| Some((setting.name.to_owned(), setting.parse(self.texts(setting))?)));
        let policy = parsed.collect::<Option<_>>().and_then(Policy::from_values).ok_or(Error::Malformed)?;
        Ok(policy.check().map_err(|faults| {
            let mut errors = Errors::default();
            for fault in faults {
                errors.push(fault.field(), self.message(request.words(), fault));
            }
            errors
        }))
    }

    fn message(&self, words: Words, fault: PolicyFault) -> String {
        let PolicyFault::OutOfRange(setting) = fault else { return message(words, fault) };
        match &setting.kind {
            SettingKind::Text { rule, fault } => {
                let text = self.text(setting).trim();
                let is_reserved = *rule == TextRule::TokenPrefix && TokenPrefix::is_reserved(text);
                let id = if is_reserved { "policy-fault-token-prefix-reserved" } else { fault };
                words.say(id).with("text", text.to_owned()).into()
            }
            SettingKind::Texts { count, rule, fault, count_fault } => {
                let value = setting.parse(self.texts(setting)).unwrap_or_default();
                let texts = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let wrong = texts.iter().filter_map(|text| text.as_str()).find(|text| !rule.allows(text));
                match wrong {
                    Some(text) => words.say(fault).with("text", excerpt(text, 60)).into(),
                    None => words.say(count_fault).with("min", *count.start()).with("max", *count.end()).into(),
                }
            }
            _ => message(words, fault),
        }
    }

    pub fn texts(&self, setting: &Setting) -> &[String] {
        self.settings.get(setting.name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The text of a setting with one field.
    pub fn text(&self, setting: &Setting) -> &str {
        self.texts(setting).first().map(String::as_str).unwrap_or_default()
    }

    /// All settings, as hidden fields of another form.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let settings = self.settings.iter();
        let fields = settings.flat_map(|(name, texts)| texts.iter().map(|text| (*name, text.clone())));
        fields.chain([("edits", self.sent.edits.to_string())]).collect()
    }
}

pub fn existing(choice: &str) -> Result<Existing, Error> {
    match choice {
        "" | "leave" => Ok(Existing::Leave),
        "shorten" => Ok(Existing::Shorten),
        _ => Err(Error::Malformed),
    }
}

fn message(words: Words, fault: PolicyFault) -> String {
    match fault {
        PolicyFault::OutOfRange(Setting { kind: SettingKind::Numbers { most, range, fault }, .. }) => {
            let text = words.say(fault).with("count", *most);
            text.with("min", *range.start()).with("max", *range.end()).into()
        }
        PolicyFault::OutOfRange(Setting { kind: SettingKind::Number { range, fault, .. }, .. }) => {
            words.say(fault).with("min", *range.start()).with("max", *range.end()).into()
        }
        // Other settings have no range.
        PolicyFault::OutOfRange(_) => String::new(),
        PolicyFault::DefaultLifetime => words.say("policy-fault-default-lifetime").into(),
        PolicyFault::DefaultLifetimeMissing => words.say("policy-fault-default-lifetime-missing").into(),
        PolicyFault::RotationOverlap => words.say("policy-fault-rotation-overlap-longest").into(),
        PolicyFault::NoScope => words.say("policy-fault-no-scope").into(),
        PolicyFault::RateLimitBurst => words.say("policy-fault-burst").into(),
        PolicyFault::AmbiguousEnvironments => words.say("policy-fault-ambiguous-environments").into(),
    }
}
