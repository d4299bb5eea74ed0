//! Switching a key off, until somebody switches it on again or its time is over.

use actix_web::{HttpResponse, web::Path};

use super::{acts, parse_id};
use crate::{
    app::api_keys::selection::Selection,
    domain::Act,
    web::{error::Error, visit::Visit},
};

pub async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    acts::ask(&visit, Act::Disable, Selection::One(parse_id(&id)?)).await
}

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    acts::carry_out(&visit, Act::Disable, Selection::One(parse_id(&id)?)).await
}
