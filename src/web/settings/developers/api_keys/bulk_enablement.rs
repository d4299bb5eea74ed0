//! Like `enablement`, for the selected keys: all of them or none.

use actix_web::HttpResponse;

use super::status_change;
use crate::{
    domain::ApiKeyAction,
    web::{error::Error, request_context::RequestContext},
};

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    status_change::show_confirmation_for_selection(&request, ApiKeyAction::Enable).await
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    status_change::submit_for_selection(&request, ApiKeyAction::Enable).await
}
