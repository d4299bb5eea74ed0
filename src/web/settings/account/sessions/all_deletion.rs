//! Ending all of one's sessions but the present one.

use actix_web::HttpResponse;

use crate::{
    app,
    web::{error::Error, flash::Flash, visit::Visit},
};

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let own = visit.open_session().ok_or(Error::Forbidden)?.id_digest;
    let count = visit.write(move |conn, context, actor| app::sessions::end_others(conn, context, actor, &own)).await?;
    visit.set_flash(Flash::OtherSessionsEnded { count })?;
    Ok(visit.redirect(super::PATH))
}
