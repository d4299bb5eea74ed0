//! Ending all of one's sessions but the present one.

use actix_web::HttpResponse;

use crate::{
    app,
    web::{error::Error, flash::Flash, visit::Visit},
};

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let own = visit.open_session().ok_or(Error::Forbidden)?.id_digest;
    let count = visit.state.write(move |conn| app::sessions::end_others(conn, &mut context, &actor, &own)).await?;
    visit.set_flash(Flash::OtherSessionsEnded { count })?;
    Ok(visit.redirect(super::PATH))
}
