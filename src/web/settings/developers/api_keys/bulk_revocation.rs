//! The same as `revocation`, for the chosen keys: all of them or none.

use actix_web::HttpResponse;

use super::acts;
use crate::{
    domain::Act,
    web::{error::Error, request_context::RequestContext},
};

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    acts::ask_chosen(&request, Act::Revoke).await
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    acts::carry_out_chosen(&request, Act::Revoke).await
}
