//! Reading `application/x-www-form-urlencoded` text (URL Living Standard §5), from a body or a query.

use serde::de::DeserializeOwned;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the form that this page sends")]
pub struct FormError;

/// A field may come several times only where `T` has a list; one that is missing takes its default.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FormError> {
    serde_html_form::from_bytes(bytes).map_err(|_| FormError)
}

/// The first value of one field, whatever else the form holds.
pub fn field(bytes: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(bytes).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}
