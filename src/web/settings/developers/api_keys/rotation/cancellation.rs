//! Discarding the new token of a rotation. The current token still works.

use actix_web::{HttpResponse, web::Path};
use serde::Deserialize;

use crate::{
    app::api_keys::rotation,
    domain::ApiKeyTokenId,
    web::{
        error::Error,
        flash::Flash,
        request_context::RequestContext,
        settings::developers::api_keys::{PATH, parse_id},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct CancellationForm {
    token_id: String,
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let asked = id.clone();
    request.read(move |conn, context, actor| rotation::find_managed(conn, context, actor, &asked).map(drop)).await?;
    let token_id = ApiKeyTokenId::parse(&request.form::<CancellationForm>()?.token_id).map_err(|_| Error::Malformed)?;
    let told = request.once(move |conn, context, actor| {
        let key = rotation::cancel(conn, context, actor, &id, &token_id)?;
        Ok::<_, crate::app::Error>(Flash::RotationDiscarded {
            id: key.id.to_string(),
            name: key.name.as_str().to_owned(),
        })
    });
    let told = told.await?;
    let next = match &told {
        Flash::RotationDiscarded { id, .. } => format!("{PATH}/{id}"),
        _ => PATH.to_owned(),
    };
    request.set_flash(told)?;
    Ok(request.redirect(&next))
}
