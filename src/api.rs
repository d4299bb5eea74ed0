//! The API for programs that authenticate with an API key: no session, no pages.

mod exports;

use actix_web::{
    guard,
    http::header::{self, HeaderMap},
    web,
};

use crate::{
    domain::Permission::SeeOwnApiKeys,
    http::{
        problem::refuse_method,
        routes::{self, Access::May, Route},
        throttle::Throttle,
    },
    routes,
};

/// Every route of this API. `tests/it/api/access.txt` lists what each caller gets from each row.
pub const ROUTES: &[Route] = routes![
    GET "/settings/developers/api-keys/export.csv" May(SeeOwnApiKeys), exports::csv, body: 0;
    GET "/settings/developers/api-keys/export.json" May(SeeOwnApiKeys), exports::json, body: 0;
];

/// Handles only requests that carry a key. Browsers get pages at the same addresses.
pub fn configure(config: &mut web::ServiceConfig, throttle: &web::Data<Throttle>) {
    for resource in routes::resources(ROUTES) {
        let resource = resource.guard(guard::fn_guard(|context| presents_key(context.head().headers())));
        config.service(resource.app_data(throttle.clone()).default_service(web::to(refuse_method)));
    }
}

/// Whether a program sends a key. HTTP Basic is ignored: behind a proxy that asks for a password, browsers send it to
/// every address.
fn presents_key(headers: &HeaderMap) -> bool {
    let is_bearer = |value: &[u8]| value.len() >= 6 && value[..6].eq_ignore_ascii_case(b"bearer");
    headers.contains_key("x-api-key") || headers.get_all(header::AUTHORIZATION).any(|value| is_bearer(value.as_bytes()))
}
