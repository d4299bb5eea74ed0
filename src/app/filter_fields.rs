//! Filters as fields: each has a name, a parser and a printer, which addresses, forms, exports and pages all use.

use url::form_urlencoded;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListQueryError {
    #[error("a field is unknown, comes twice, or cannot have this value")]
    Malformed,
    /// Nothing can have this id.
    #[error("there is nothing with this id")]
    NotFound,
}

/// A filter of a query `Q`.
#[derive(Debug)]
pub struct FilterField<Q> {
    pub name: &'static str,
    pub read: fn(&mut Q, &str) -> Result<(), ListQueryError>,
    /// None if the filter is not set.
    pub write: fn(&Q) -> Option<String>,
}

/// All filters of a query, in the order of addresses.
#[derive(Debug)]
pub struct FilterFields<Q: 'static>(pub &'static [FilterField<Q>]);

impl<Q> FilterFields<Q> {
    fn find(&self, name: &str) -> Option<&'static FilterField<Q>> {
        self.0.iter().find(|filter| filter.name == name)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<Q> {
        self.0.iter().map(|filter| filter.name)
    }

    /// Refuses a field that is unknown, because ignoring it would list more than requested.
    pub fn read(&self, query: &mut Q, name: &str, text: &str) -> Result<(), ListQueryError> {
        let filter = self.find(name).ok_or(ListQueryError::Malformed)?;
        // A form sends an empty field for a filter that is not set.
        if text.is_empty() { Ok(()) } else { (filter.read)(query, text) }
    }

    /// The value of a filter's field. None if the filter is not set.
    pub fn value(&self, query: &Q, name: &str) -> Option<String> {
        self.find(name).and_then(|filter| (filter.write)(query))
    }

    /// The fields of the filters that are set.
    pub fn fields(&self, query: &Q) -> Vec<(&'static str, String)> {
        self.0.iter().filter_map(|filter| Some((filter.name, (filter.write)(query)?))).collect()
    }

    /// Copies all filters except the one with this name.
    pub fn copy_without(&self, name: &str, from: &Q, into: &mut Q) {
        for filter in self.0.iter().filter(|filter| filter.name != name) {
            if let Some(text) = (filter.write)(from) {
                // What was written can be read.
                let _ = (filter.read)(into, &text);
            }
        }
    }
}

/// An address with these fields, and `more`.
pub fn address<'a>(
    path: &str,
    fields: Vec<(&'static str, String)>,
    more: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(fields).extend_pairs(more);
    let pairs = pairs.finish();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") }
}
