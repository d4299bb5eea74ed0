//! Health endpoints for monitoring: whether the server runs, and whether it can do its work.

use std::time::Duration;

use actix_web::{HttpResponse, http::header, web};

use crate::{
    http::{
        connections::Connections,
        routes::{self, Access::Anyone, Route},
    },
    routes,
    state::State,
    store::{Reason, diagnosis},
};

/// Monitoring programs wait only seconds for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

pub const ROUTES: &[Route] = routes![
    GET "/healthz" Anyone, healthz, body: 0;
    GET "/readyz" Anyone, readyz, body: 0;
];

pub fn configure(config: &mut web::ServiceConfig) {
    for resource in routes::resources(ROUTES) {
        config.service(resource);
    }
}

async fn healthz() -> HttpResponse {
    plain(&mut HttpResponse::Ok(), "ok\n")
}

async fn readyz(state: web::Data<State>, connections: web::Data<Connections>) -> HttpResponse {
    if connections.is_draining() {
        return plain(&mut HttpResponse::ServiceUnavailable(), "the server is stopping\n");
    }
    let reason = match state.pool.read_within(PATIENCE, diagnosis::takes_changes).await {
        _ if state.pool.is_damaged() => Reason::Damaged,
        _ if state.pool.refuse_full().is_err() => Reason::Full,
        Err(error) => error.reason().unwrap_or(Reason::Away),
        Ok(true) => return plain(&mut HttpResponse::Ok(), "ready\n"),
        // For example on a standby: keys are verified, but nothing can be changed.
        Ok(false) => return plain(&mut HttpResponse::Ok(), "ready, but the database is read-only\n"),
    };
    plain(&mut HttpResponse::ServiceUnavailable(), &format!("the database {reason}\n"))
}

fn plain(response: &mut actix_web::HttpResponseBuilder, text: &str) -> HttpResponse {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; charset=utf-8")
        .body(text.to_owned())
}
