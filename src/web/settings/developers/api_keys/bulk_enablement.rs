//! The same as `enablement`, for the chosen keys: all of them or none.

use actix_web::HttpResponse;

use super::acts;
use crate::{
    domain::Act,
    web::{error::Error, visit::Visit},
};

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    acts::ask_chosen(&visit, Act::Enable).await
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    acts::carry_out_chosen(&visit, Act::Enable).await
}
