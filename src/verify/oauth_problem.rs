//! Errors of introspection for OAuth clients: the members of RFC 6749 §5.2 beside those of problem details.

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};

use crate::http::problem::Problem;

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct OAuthProblem(#[from] Problem);

impl OAuthProblem {
    /// The codes of RFC 6749 §5.2 and §4.1.2.1, and of RFC 6750 §3.1.
    fn code(&self) -> &'static str {
        match self.0 {
            Problem::Unauthorized(_) => "invalid_client",
            Problem::Forbidden(_) => "insufficient_scope",
            Problem::RateLimited | Problem::Unavailable(_) | Problem::Database(..) => "temporarily_unavailable",
            _ => "invalid_request",
        }
    }

    /// A client may authenticate by either scheme.
    fn challenges(&self) -> &'static [&'static str] {
        match self.0 {
            Problem::Unauthorized(None) => &["Basic realm=\"Latchkey\"", "Bearer"],
            Problem::Unauthorized(Some(_)) => &["Basic realm=\"Latchkey\"", "Bearer error=\"invalid_token\""],
            Problem::Forbidden(_) => &["Bearer error=\"insufficient_scope\""],
            _ => &[],
        }
    }
}

impl ResponseError for OAuthProblem {
    fn status_code(&self) -> StatusCode {
        self.0.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.0.error_response();
        let mut details = self.0.details();
        details["error"] = self.code().into();
        details["error_description"] = self.to_string().into();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.remove(header::WWW_AUTHENTICATE);
        for challenge in self.challenges() {
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response.set_body(BoxBody::new(details.to_string()))
    }
}
