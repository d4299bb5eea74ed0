//! Addresses of the list page.

use super::PATH;
use crate::{
    app::api_keys::list_query::ListQuery,
    domain::api_key::listing::{Order, Position},
    http::form::Fields,
    web::error::Error,
};

/// The field that selects all keys of the list.
pub const MATCHING: &str = "matching";

/// The query of the list page.
#[derive(Debug)]
pub struct PageQuery {
    pub list: ListQuery,
    /// A name or address, as it was typed.
    pub owned_by: Option<String>,
    /// All keys of the list are selected.
    pub selects_all: bool,
}

impl PageQuery {
    pub fn parse(mut fields: Fields) -> Result<Self, Error> {
        let (owned_by, select) = (fields.take("owned_by")?, fields.take("select")?);
        if select.as_deref().is_some_and(|select| select != MATCHING) {
            return Err(Error::Malformed);
        }
        Ok(Self { list: ListQuery::parse(fields.pairs())?, owned_by, selects_all: select.is_some() })
    }
}

/// The list with the same view and filters, in this order, with one more field.
pub fn address(query: &ListQuery, order: Order, more: Option<(&str, &str)>) -> String {
    query.address(PATH, [("sort", order.as_text().as_str())].into_iter().chain(more))
}

/// The same page of the list.
pub fn page_address(query: &ListQuery) -> String {
    let position = query.position_field();
    address(query, query.order, position.as_ref().map(|(name, value)| (*name, value.as_str())))
}

pub fn last_page(query: &ListQuery) -> String {
    page_address(&ListQuery { position: Position::Last, ..query.clone() })
}
