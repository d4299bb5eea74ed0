//! Headers of every answer of an API.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Keeps browsers from rendering or running the answer, and other sites from embedding it. CORS decides whether a
/// script may read it. The answer must not have any of them yet.
pub fn append(headers: &mut HeaderMap) {
    const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    headers.append(header::CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    headers.append(header::X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
    headers.append(
        header::CONTENT_SECURITY_POLICY,
        const { HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'") },
    );
    headers.append(CROSS_ORIGIN_RESOURCE_POLICY, const { HeaderValue::from_static("same-origin") });
}
