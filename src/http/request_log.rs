//! One log line per request: method, route, status, duration, client and request id. Never a query, a cookie or a body,
//! which may hold secrets.

use actix_web::{
    Error, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};

use super::client;

#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let client = client::address(request.request()).map(|address| address.to_string()).unwrap_or_default();
        // The pattern, not the path, which a stranger chooses.
        let route = request.match_pattern().unwrap_or_default();
        let method = request.method().as_str();
        tracing::info_span!("request", request_id, method, route, client, status = Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        let _entered = span.entered();
        // The reason for an error was already logged with the same request id.
        tracing::info!("request");
    }
}
