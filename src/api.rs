//! The API for programs that authenticate with an API key: no session, no pages.

mod exports;

use actix_web::{
    HttpResponse, guard,
    http::header::{self, HeaderMap},
    web::{self, Data},
};

use crate::http::{problem::Problem, throttle::Throttle};

const EXPORTS: &str = "/settings/developers/api-keys/export";

/// Takes requests that present a key. Browsers get pages at the same addresses.
pub fn configure(config: &mut web::ServiceConfig, throttle: &Data<Throttle>) {
    let resource = |extension| {
        let resource = web::resource(format!("{EXPORTS}.{extension}"))
            .guard(guard::fn_guard(|context| presents_key(context.head().headers())));
        resource.app_data(throttle.clone()).default_service(web::to(only_get))
    };
    config
        .service(resource("csv").route(web::get().to(exports::csv)).route(web::head().to(exports::csv)))
        .service(resource("json").route(web::get().to(exports::json)).route(web::head().to(exports::json)));
}

/// Whether a program presents a key. HTTP Basic is ignored: behind a proxy that asks for a password, browsers send it to
/// every address.
fn presents_key(headers: &HeaderMap) -> bool {
    let is_bearer = |value: &[u8]| value.len() >= 6 && value[..6].eq_ignore_ascii_case(b"bearer");
    headers.contains_key("x-api-key") || headers.get_all(header::AUTHORIZATION).any(|value| is_bearer(value.as_bytes()))
}

async fn only_get() -> Result<HttpResponse, Problem> {
    Err(Problem::MethodNotAllowed { allow: "GET, HEAD" })
}
