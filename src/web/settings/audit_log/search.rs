//! The search field. Its form is sent by POST, so that a pasted token stays out of addresses, logs and history.

use actix_web::HttpResponse;

use super::{PATH, read_query};
use crate::{
    domain::{
        api_key::search::{Search, token_in},
        audit::EventPosition,
    },
    http::form,
    web::{error::Error, request_context::RequestContext},
};

/// Redirects to the list. Of a token, the address has only the public part.
pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let mut query = read_query(&request.form_fields())?;
    let text = form::field(&request.body, "q").unwrap_or_default();
    if let Some(token) = token_in(&text) {
        query.search = Search::parse(token.lookup());
    }
    Ok(request.redirect(&query.page_address(PATH, &EventPosition::Newest)))
}
