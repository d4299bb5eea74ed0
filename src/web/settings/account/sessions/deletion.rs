//! Ending one session: that browser must sign in again.

use actix_web::{HttpResponse, web};

use crate::{
    app,
    domain::Sha256Digest,
    web::{error::Error, flash::Flash, request_context::RequestContext, sign_out},
};

pub async fn create(request: RequestContext, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = Sha256Digest::from_stored(&id);
    if request.open_session().is_some_and(|own| own.id_digest == id) {
        return sign_out::create(request).await;
    }
    request.write(move |conn, context, actor| app::sessions::end(conn, context, actor, &id)).await?;
    request.set_flash(Flash::SessionEnded)?;
    Ok(request.redirect(super::PATH))
}
