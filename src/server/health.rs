//! Whether the server lives, and whether it can do its work: for the programs that watch it.

use actix_web::{HttpResponse, http::header, web};

use crate::{app, http::connections::Connections, state::State};

pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/healthz").get(healthz).head(healthz))
        .service(web::resource("/readyz").get(readyz).head(readyz));
}

async fn healthz() -> HttpResponse {
    plain(&mut HttpResponse::Ok(), "ok\n")
}

async fn readyz(state: web::Data<State>, connections: web::Data<Connections>) -> HttpResponse {
    if connections.is_draining() {
        return plain(&mut HttpResponse::ServiceUnavailable(), "the server is stopping\n");
    }
    match state.read(app::accounts::is_registration_open).await {
        Ok(_) => plain(&mut HttpResponse::Ok(), "ready\n"),
        Err(_) => plain(&mut HttpResponse::ServiceUnavailable(), "the database is away\n"),
    }
}

fn plain(response: &mut actix_web::HttpResponseBuilder, text: &'static str) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/plain; charset=utf-8").body(text)
}
