//! Errors of every API as problem details (RFC 9457).

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde_json::{Value, json};

use super::{api_headers, routes};
use crate::{
    app,
    domain::{Permission, verification::Code},
    store::{self, Reason},
};

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The endpoint does not understand the request. The text says what is wrong with it.
    #[error("{0}")]
    Malformed(&'static str),
    /// The limit is in bytes.
    #[error("The body is larger than {} KiB.", .limit / 1024)]
    TooLarge { limit: usize },
    #[error("This endpoint does not accept the media type of the body. Check the Content-Type header.")]
    UnsupportedMediaType,
    #[error("This endpoint accepts {allow} only.")]
    MethodNotAllowed { allow: String },
    /// No valid key was presented. The code is the reason why a presented token was refused.
    #[error("Authenticate with a valid API key.")]
    Unauthorized(Option<Code>),
    #[error("The API key is valid, but does not have the permission {0}.")]
    Forbidden(Permission),
    #[error("Too many invalid tokens came from this address. Try again later.")]
    RateLimited,
    #[error("Too many exports are running. Wait until one has finished.")]
    TooManyExports,
    #[error("The owner of this API key or their organization exports too often. Try again later.")]
    ExportsTooOften { wait: time::Duration },
    /// The server cannot determine whether a token is valid, so it accepts none.
    #[error("The database cannot be reached, so no key can be verified. Try again later.")]
    Unavailable(String),
    #[error("The database {0}, so no key can be verified. Try again later.")]
    Database(Reason, String),
}

impl From<app::Error> for Problem {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Store(store::Error::Unavailable(reason, message)) => Self::Database(reason, message),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Answers the methods of a path that its table does not have.
pub async fn refuse_method(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::MethodNotAllowed { allow: routes::allowed_for(&request) })
}

static RATE_LIMITED: LazyLock<String> = LazyLock::new(|| Problem::RateLimited.details().to_string());
/// In seconds.
const RETRY_AFTER: &str = "1";

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::RateLimited | Self::TooManyExports | Self::ExportsTooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::Database(..) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Unavailable(reason) | Self::Database(_, reason) = self {
            tracing::error!(reason, "a key could not be verified");
        }
        let status = self.status();
        let mut response = HttpResponse::build(status);
        match self {
            Self::MethodNotAllowed { allow } => {
                response.insert_header((header::ALLOW, allow.as_str()));
            }
            Self::Unauthorized(_) => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            Self::ExportsTooOften { wait } => {
                response.insert_header((header::RETRY_AFTER, wait.whole_seconds().saturating_add(1)));
            }
            Self::RateLimited | Self::TooManyExports | Self::Unavailable(_) | Self::Database(..) => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
            }
            _ => {}
        }
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")));
        let mut response = match self {
            // Built once: clients that send many wrong tokens must not cause work.
            Self::RateLimited => response.body(RATE_LIMITED.as_str()),
            _ => response.body(self.details().to_string()),
        };
        api_headers::append(response.headers_mut());
        response
    }
}

impl Problem {
    /// The members of the JSON object.
    pub fn details(&self) -> Value {
        let status = self.status();
        let title = status.canonical_reason().unwrap_or_default();
        let mut details = json!({ "title": title, "status": status.as_u16(), "detail": self.to_string() });
        let code = match self {
            Self::RateLimited => Some(Code::RateLimited),
            Self::Unauthorized(code) => *code,
            Self::Forbidden(_) => Some(Code::InsufficientPermissions),
            _ => None,
        };
        if let Some(code) = code {
            details["code"] = code.as_str().into();
        }
        details
    }
}
