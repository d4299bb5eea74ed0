//! Switching a key off, until somebody switches it on again or its time is over.

use actix_web::{HttpResponse, web::Path};

use super::{acts, parse_id};
use crate::{
    app::api_keys::selection::Selection,
    domain::Act,
    web::{error::Error, request_context::RequestContext},
};

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    acts::ask(&request, Act::Disable, Selection::One(parse_id(&id)?)).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    acts::carry_out(&request, Act::Disable, Selection::One(parse_id(&id)?)).await
}
