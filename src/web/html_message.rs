//! Messages with markup. The catalogue's markup is kept; inserted values are escaped.

use std::{borrow::Borrow, fmt};

use askama::filters::{Html, HtmlSafe, escape};

use crate::catalogue::Text;

pub struct HtmlMessage<'a>(Text<'a>);

/// HTML that is inserted as it is.
#[derive(Clone, Debug)]
pub struct Markup(String);

impl<'a> HtmlMessage<'a> {
    pub fn new(text: Text<'a>) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn with(self, name: &'static str, value: impl fmt::Display) -> Self {
        Self(self.0.with(name, Markup::escaped(value).0))
    }

    /// What somebody typed, such as a name, or an ID. Translators leave it as it is, and it has its own direction.
    #[must_use]
    pub fn verbatim(self, name: &'static str, value: impl fmt::Display) -> Self {
        Self(self.0.with(name, Markup::verbatim(value).0))
    }

    /// A value that is markup itself.
    #[must_use]
    pub fn with_markup(self, name: &'static str, value: &impl HtmlSafe) -> Self {
        Self(self.0.with(name, value.to_string()))
    }

    /// A number, which may also select the plural form.
    #[must_use]
    pub fn count(self, name: &'static str, count: impl Borrow<i64>) -> Self {
        Self(self.0.with(name, *count.borrow()))
    }
}

impl Markup {
    pub fn escaped(text: impl fmt::Display) -> Self {
        match escape(text.to_string(), Html) {
            Ok(escaped) => Self(escaped.to_string()),
            Err(never) => match never {},
        }
    }

    pub fn verbatim(text: impl fmt::Display) -> Self {
        Self(format!("<bdi translate=\"no\">{}</bdi>", Self::escaped(text)))
    }

    /// Adds a sentence.
    #[must_use]
    pub fn and(self, sentence: impl Into<Self>) -> Self {
        Self(format!("{self} {}", sentence.into()))
    }
}

impl From<HtmlMessage<'_>> for Markup {
    fn from(message: HtmlMessage<'_>) -> Self {
        Self(message.to_string())
    }
}

impl From<String> for Markup {
    fn from(text: String) -> Self {
        Self::escaped(text)
    }
}

impl From<Text<'_>> for Markup {
    fn from(text: Text<'_>) -> Self {
        Self::escaped(text)
    }
}

impl fmt::Display for HtmlMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for HtmlMessage<'_> {}
impl HtmlSafe for Markup {}
