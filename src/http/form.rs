//! Reading `application/x-www-form-urlencoded` text (URL Living Standard §5), from a body or a query.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_html_form::Deserializer;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the form that this page sends")]
pub struct FormError;

/// A field may come several times only where `T` has a list; one that is missing takes its default.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FormError> {
    serde_html_form::from_bytes(bytes).map_err(|_| FormError)
}

/// The same, and no field may come that neither `T` nor `others` knows: a misspelt one would otherwise say nothing.
pub fn parse_strictly<T: DeserializeOwned>(bytes: &[u8], others: &[&str]) -> Result<T, FormError> {
    let (form, unknown) = parse_partly(bytes)?;
    if unknown.iter().all(|name| others.contains(&name.as_str())) { Ok(form) } else { Err(FormError) }
}

/// Two parts of one form; each field must belong to one of them, or to `others`.
pub fn parse_both<A: DeserializeOwned, B: DeserializeOwned>(
    bytes: &[u8],
    others: &[&str],
) -> Result<(A, B), FormError> {
    let (first, not_first) = parse_partly(bytes)?;
    let (second, not_second) = parse_partly(bytes)?;
    let is_known = |name: &String| others.contains(&name.as_str());
    if not_first.intersection(&not_second).all(is_known) { Ok((first, second)) } else { Err(FormError) }
}

/// With the names of the fields that `T` does not have.
fn parse_partly<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, BTreeSet<String>), FormError> {
    let mut unknown = BTreeSet::new();
    let note = |path: serde_ignored::Path<'_>| {
        unknown.insert(path.to_string());
    };
    let form = serde_ignored::deserialize(Deserializer::from_bytes(bytes), note).map_err(|_| FormError)?;
    Ok((form, unknown))
}

/// The first value of one field, whatever else the form holds.
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

    #[derive(Debug, Default, PartialEq, Eq, Deserialize)]
    #[serde(default)]
    struct Act {
        reason: String,
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
    fn each_field_belongs_to_one_of_two_parts() {
        let parse = |text: &str| parse_both::<Filter, Act>(text.as_bytes(), &["csrf"]);
        let (filter, act) = parse("csrf=x&reason=leaked&status=active").unwrap();
        assert_eq!((filter.status.as_deref(), act.reason.as_str()), (Some("active"), "leaked"));
        for bad in ["reasons=leaked&status=active", "reason=leaked&statuss=active", "reason=a&reason=b"] {
            assert_eq!(parse(bad), Err(FormError), "{bad}");
        }
    }
}
