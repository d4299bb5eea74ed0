//! Exports the audit log as a file.

use actix_web::HttpResponse;

use crate::{
    app::{audit_log::query::AuditQuery, export::format::Format},
    http::export,
    web::{error::Error, request_context::RequestContext},
};

pub async fn csv(request: RequestContext) -> Result<HttpResponse, Error> {
    show(request, Format::Csv).await
}

pub async fn json(request: RequestContext) -> Result<HttpResponse, Error> {
    show(request, Format::Json).await
}

async fn show(request: RequestContext, format: Format) -> Result<HttpResponse, Error> {
    let query = AuditQuery::parse_whole(request.query_fields().pairs())?;
    let (context, actor) = (request.context(), request.actor()?);
    Ok(export::respond(request.state.clone(), context, actor, query, format).await?)
}
