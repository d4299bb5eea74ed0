//! Restoring a project that was archived.

use actix_web::{HttpResponse, web::Path};

use super::{PATH, parse_id};
use crate::{
    app,
    web::{error::Error, flash::Flash, visit::Visit},
};

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let project = visit.write(move |conn, context, actor| app::projects::restore(conn, context, actor, &id)).await?;
    visit.set_flash(Flash::ProjectRestored { name: project.name.as_str().to_owned() })?;
    Ok(visit.redirect(PATH))
}
