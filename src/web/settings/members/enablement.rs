//! Enabling a disabled member.

use actix_web::{HttpResponse, web::Path};

use super::{PATH, parse_id};
use crate::{
    app,
    web::{error::Error, flash::Flash, request_context::RequestContext},
};

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let member = request.write(move |conn, context, actor| app::members::enable(conn, context, actor, &id)).await?;
    request.set_flash(Flash::MemberEnabled { name: member.name })?;
    Ok(request.redirect(PATH))
}
