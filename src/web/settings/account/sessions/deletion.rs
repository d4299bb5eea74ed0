//! Ending one session: that browser has to sign in again.

use actix_web::{HttpResponse, web};

use crate::{
    app,
    domain::Sha256Digest,
    web::{error::Error, flash::Flash, sign_out, visit::Visit},
};

pub async fn create(visit: Visit, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = Sha256Digest::from_stored(&id);
    if visit.open_session().is_some_and(|own| own.id_digest == id) {
        return sign_out::create(visit).await;
    }
    visit.write(move |conn, context, actor| app::sessions::end(conn, context, actor, &id)).await?;
    visit.set_flash(Flash::SessionEnded)?;
    Ok(visit.redirect(super::PATH))
}
