//! The list as a file.

use actix_web::HttpResponse;

use crate::{
    app::api_keys::{export::format::Format, list_query::ListQuery},
    http::api_key_export,
    web::{error::Error, visit::Visit},
};

pub async fn csv(visit: Visit) -> Result<HttpResponse, Error> {
    show(visit, Format::Csv).await
}

pub async fn json(visit: Visit) -> Result<HttpResponse, Error> {
    show(visit, Format::Json).await
}

async fn show(visit: Visit, format: Format) -> Result<HttpResponse, Error> {
    let query = ListQuery::parse_whole(visit.query_fields().pairs())?;
    let (context, actor) = (visit.context(), visit.actor()?);
    Ok(api_key_export::respond(visit.state.clone(), context, actor, query, format).await?)
}
