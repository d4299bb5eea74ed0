//! Ending all of your sessions except the current one.

use actix_web::HttpResponse;

use crate::{
    app,
    web::{error::Error, flash::Flash, request_context::RequestContext},
};

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let own = request.open_session().ok_or(Error::Forbidden)?.id_digest;
    let count =
        request.write(move |conn, context, actor| app::sessions::end_others(conn, context, actor, &own)).await?;
    request.set_flash(Flash::OtherSessionsEnded { count })?;
    Ok(request.redirect(super::PATH))
}
