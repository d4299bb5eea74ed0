//! Messages with markup. The catalogue's markup is kept; inserted values are escaped.

use std::{borrow::Borrow, fmt};

use askama::filters::{Html, HtmlSafe, escape};

use crate::catalogue::Text;

pub struct HtmlMessage<'a>(Text<'a>);

impl<'a> HtmlMessage<'a> {
    pub fn new(text: Text<'a>) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn with(self, name: &'static str, value: impl fmt::Display) -> Self {
        let value = match escape(value.to_string(), Html) {
            Ok(escaped) => escaped.to_string(),
            Err(never) => match never {},
        };
        Self(self.0.with(name, value))
    }

    /// A number, which may also select the plural form.
    #[must_use]
    pub fn count(self, name: &'static str, count: impl Borrow<i64>) -> Self {
        Self(self.0.with(name, *count.borrow()))
    }
}

impl fmt::Display for HtmlMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl HtmlSafe for HtmlMessage<'_> {}
