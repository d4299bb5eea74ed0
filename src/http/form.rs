//! Reads `application/x-www-form-urlencoded` text (URL Living Standard §5), from a body or a query.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_html_form::Deserializer;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the form that this page sends")]
pub struct FormError;

/// A field may occur several times only if `T` has a list. A missing field takes its default.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FormError> {
    serde_html_form::from_bytes(bytes).map_err(|_| FormError)
}

/// Like [`parse`], but refuses fields that neither `T` nor `others` knows: a misspelt field would otherwise be ignored.
pub fn parse_strictly<T: DeserializeOwned>(bytes: &[u8], others: &[&str]) -> Result<T, FormError> {
    let (form, unknown) = parse_partly(bytes)?;
    if unknown.iter().all(|name| others.contains(&name.as_str())) { Ok(form) } else { Err(FormError) }
}

/// Also returns the names of the fields that `T` does not have.
fn parse_partly<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, BTreeSet<String>), FormError> {
    let mut unknown = BTreeSet::new();
    let note = |path: serde_ignored::Path<'_>| {
        unknown.insert(path.to_string());
    };
    let form = serde_ignored::deserialize(Deserializer::from_bytes(bytes), note).map_err(|_| FormError)?;
    Ok((form, unknown))
}

/// The fields of a form or a query, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn parse(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// Keeps the fields whose names are selected.
    #[must_use]
    pub fn select(mut self, is_selected: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|(name, _)| is_selected(name));
        self
    }

    /// Removes a field, which must not occur twice.
    pub fn take(&mut self, name: &str) -> Result<Option<String>, FormError> {
        let mut taken = self.0.extract_if(.., |(field, _)| field == name).map(|(_, value)| value);
        let value = taken.next();
        if taken.next().is_some() { Err(FormError) } else { Ok(value) }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The first value of one field. Ignores all others.
pub fn field(bytes: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(bytes).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Eq, Deserialize)]
    #[serde(default)]
    struct Filter {
        status: Option<String>,
        id: Vec<String>,
    }

    #[test]
    fn a_field_that_nobody_knows_is_refused_and_so_is_one_that_comes_twice() {
        let parse = |text: &str| parse_strictly::<Filter>(text.as_bytes(), &["csrf"]);
        let filter = parse("id=a&csrf=x&status=active&id=b").unwrap();
        assert_eq!(filter, Filter { status: Some("active".to_owned()), id: vec!["a".to_owned(), "b".to_owned()] });
        assert_eq!(parse(""), Ok(Filter::default()));
        for bad in [
            "statuss=active",
            "Status=active",
            "status=active&status=active",
            "status=active&status=",
            "status[]=active",
            "%20status=active",
            "x;status=active",
            "x",
            "=",
            "csrf=x&csrf.x=y",
        ] {
            assert_eq!(parse(bad), Err(FormError), "{bad}");
        }
    }

    #[test]
    fn a_field_is_taken_out_once() {
        let mut fields = Fields::parse(b"a=1&b=2&c=3&c=4");
        assert_eq!((fields.take("a"), fields.take("a")), (Ok(Some("1".to_owned())), Ok(None)));
        assert_eq!(fields.take("c"), Err(FormError));
        let rest = fields.select(|name| name == "b");
        assert_eq!(rest.pairs().collect::<Vec<_>>(), [("b", "2")]);
    }
}
