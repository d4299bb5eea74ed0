//! Revoking a key for good. Its row stays.

use actix_web::{HttpResponse, web::Path};

use super::{parse_id, status_change};
use crate::{
    app::api_keys::selection::Selection,
    domain::ApiKeyAction,
    web::{error::Error, request_context::RequestContext},
};

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    status_change::show_confirmation(&request, ApiKeyAction::Revoke, Selection::One(parse_id(&id)?)).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    status_change::submit(&request, ApiKeyAction::Revoke, Selection::One(parse_id(&id)?)).await
}
