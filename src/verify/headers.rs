//! Headers of every answer of these APIs, all of which are for programs: nothing in them is a page.

use actix_web::{
    HttpResponseBuilder,
    http::header::{self, HeaderName, HeaderValue},
};

/// A browser that is led to such an answer shows and runs nothing of it, and no other site can embed it. A script that
/// asks for it is told by CORS whether it may read the answer.
pub fn set(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    response
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ))
        .insert_header((CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")))
}
