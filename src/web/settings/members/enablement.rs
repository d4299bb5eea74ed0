//! Enabling a member who was disabled.

use actix_web::{HttpResponse, web::Path};

use super::{PATH, parse_id};
use crate::{
    app,
    web::{error::Error, flash::Flash, visit::Visit},
};

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let member = visit.write(move |conn, context, actor| app::members::enable(conn, context, actor, &id)).await?;
    visit.set_flash(Flash::MemberEnabled { name: member.name })?;
    Ok(visit.redirect(PATH))
}
