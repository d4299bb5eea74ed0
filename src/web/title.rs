//! The title of a page.

use std::fmt;

use super::html_message::{HtmlMessage, Markup};
use crate::catalogue::Text;

pub struct Title {
    /// For the window.
    pub text: String,
    /// For the page, where names are kept out of translations.
    pub heading: Markup,
}

impl Title {
    /// A message that contains what somebody typed.
    pub fn naming<'a>(message: impl Fn() -> Text<'a>, value: &'static str, name: &'a str) -> Self {
        let heading = HtmlMessage::new(message()).verbatim(value, name).into();
        Self { text: message().with(value, name).into(), heading }
    }

    /// Nothing but what somebody typed.
    pub fn verbatim(name: impl fmt::Display) -> Self {
        Self { text: name.to_string(), heading: Markup::verbatim(name) }
    }
}

impl From<String> for Title {
    fn from(text: String) -> Self {
        Self { heading: Markup::escaped(&text), text }
    }
}

impl From<&str> for Title {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Text<'_>> for Title {
    fn from(text: Text<'_>) -> Self {
        text.to_string().into()
    }
}
