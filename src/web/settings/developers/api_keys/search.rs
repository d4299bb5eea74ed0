//! The search field. It is a form that is posted, so that a token that is pasted into it gets into no address, no log and
//! no history.

use actix_web::HttpResponse;

use super::{
    PATH,
    query::{PageQuery, address},
};
use crate::{
    app::api_keys::{list_query::ListQuery, search::find_by_token},
    domain::api_key::{listing::Position, search::token_in},
    http::form,
    web::{error::Error, flash::Flash, visit::Visit},
};

/// A whole token leads to its key, every other text to the list.
pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let query = ListQuery { position: Position::First, ..PageQuery::parse(visit.form_fields())?.list };
    let text = form::field(&visit.body, "q").unwrap_or_default();
    if token_in(&text).is_none() {
        return Ok(visit.redirect(&address(&query, query.order, None)));
    }
    let keys = visit.state.current_token_keys().await?;
    let found = visit.read(move |conn, context, actor| find_by_token(conn, context, actor, &keys, &text)).await?;
    let Some(found) = found else {
        visit.set_flash(Flash::TokenNotFound)?;
        return Ok(visit.redirect(&address(&ListQuery { search: None, ..query.clone() }, query.order, None)));
    };
    visit.set_flash(if found.has_its_secret { Flash::TokenFound } else { Flash::TokenOfOtherSecret })?;
    Ok(visit.redirect(&format!("{PATH}/{}", found.api_key_id)))
}
