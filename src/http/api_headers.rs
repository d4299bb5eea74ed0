//! Headers of every answer of an API.

use actix_web::{
    HttpResponseBuilder,
    http::header::{self, HeaderName, HeaderValue},
};

/// Keeps browsers from rendering or running the answer, and other sites from embedding it. CORS decides whether a
/// script may read it. The response must not have any of them yet.
pub fn set(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    response
        .append_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .append_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .append_header((
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ))
        .append_header((CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")))
}
