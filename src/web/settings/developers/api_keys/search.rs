//! The search field. Its form is sent by POST, so that a pasted token stays out of addresses, logs and history.

use actix_web::HttpResponse;

use super::{
    PATH,
    query::{PageQuery, address},
};
use crate::{
    app::api_keys::{list_query::ListQuery, search::find_by_token},
    domain::api_key::{listing::Position, search::token_in},
    http::form,
    web::{error::Error, flash::Flash, request_context::RequestContext},
};

/// A whole token redirects to its key, any other text to the list.
pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let query = ListQuery { position: Position::First, ..PageQuery::parse(request.form_fields())?.list };
    let text = form::field(&request.body, "q").unwrap_or_default();
    if token_in(&text).is_none() {
        return Ok(request.redirect(&address(&query, query.order, None)));
    }
    let keys = request.state.current_token_keys().await?;
    let found = request.read(move |conn, context, actor| find_by_token(conn, context, actor, &keys, &text)).await?;
    let Some(found) = found else {
        request.set_flash(Flash::TokenNotFound)?;
        return Ok(request.redirect(&address(&query.without("q"), query.order, None)));
    };
    request.set_flash(if found.has_its_secret { Flash::TokenFound } else { Flash::TokenOfOtherSecret })?;
    Ok(request.redirect(&format!("{PATH}/{}", found.api_key_id)))
}
