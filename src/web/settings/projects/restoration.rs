//! Restoring an archived project.

use actix_web::{HttpResponse, web::Path};

use super::{PATH, parse_id};
use crate::{
    app,
    web::{error::Error, flash::Flash, request_context::RequestContext},
};

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let project = request.write(move |conn, context, actor| app::projects::restore(conn, context, actor, &id)).await?;
    request.set_flash(Flash::ProjectRestored { name: project.name.as_str().to_owned() })?;
    Ok(request.redirect(PATH))
}
