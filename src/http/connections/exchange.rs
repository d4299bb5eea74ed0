//! Middleware around the whole application. It reports to the connection where a request and its answer begin and end,
//! and adds what every answer needs. Every verification passes here, so it has no boxed future.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready as ready_or_pending},
};

use actix_http::ConnectionType;
use actix_web::{
    Error, HttpMessage as _, HttpResponse,
    body::{BodySize, MessageBody},
    dev::{Payload, ResponseHead, Service, ServiceRequest, ServiceResponse, Transform},
    error::{InternalError, PayloadError},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web::Bytes,
};
use futures_util::{Stream, future::Either};
use pin_project_lite::pin_project;

use super::{
    admission::Connections,
    connection::{Connection, Phase},
    refusal,
};
use crate::http::headers::STRICT_TRANSPORT_SECURITY;

/// Longer than any registered method name.
const LONGEST_METHOD: usize = 32;
/// Endpoints to which programs send a key with each request.
const PROGRAMS: [&str; 2] = ["/v1/verify", "/oauth2/introspect"];
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Paths that are still served when nearly all connections are taken.
const ALWAYS: [&str; 4] = ["/healthz", "/readyz", "/sign-in", "/oauth2/introspect"];

/// Wraps the whole application. Does nothing without a [`Connection`], as in tests of a part.
#[derive(Clone, Copy, Debug)]
pub struct Exchanges;

#[derive(Debug)]
pub struct ExchangeService<S>(S);

/// One answer, from its beginning until it is dropped.
struct Exchange(Option<Rc<Connection>>);

impl<S, B> Transform<S, ServiceRequest> for Exchanges
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<AnswerBody<B>>;
    type Error = Error;
    type Transform = ExchangeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(ExchangeService(service)))
    }
}

impl<S, B> Service<ServiceRequest> for ExchangeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<AnswerBody<B>>;
    type Error = Error;
    type Future = Either<Ready<Result<Self::Response, Error>>, Answer<S::Future>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let connection = request.conn_data::<Rc<Connection>>().cloned();
        if let Some(connection) = &connection {
            if let Some(status) = refused(&request, connection) {
                return Either::Left(ready(Err(refusal(connection, status))));
            }
            begin(&mut request, connection);
        }
        Either::Right(Answer { call: self.0.call(request), connection })
    }
}

fn refused(request: &ServiceRequest, connection: &Connection) -> Option<StatusCode> {
    let path = request.match_info().unprocessed();
    if connection.is_hurried() && !path.starts_with("/v1/") && !ALWAYS.contains(&path) {
        return Some(StatusCode::SERVICE_UNAVAILABLE);
    }
    if connection.connections().is_https && is_plain_http(request, connection.connections()) {
        return Some(StatusCode::FORBIDDEN);
    }
    (request.method().as_str().len() > LONGEST_METHOD).then_some(StatusCode::NOT_IMPLEMENTED)
}

/// Whether a trusted proxy reports that a program sent a key over plain http. A redirect would let it send the key
/// openly forever. At forward-auth the header describes the client's request, and without a proxy nothing is certain.
fn is_plain_http(request: &ServiceRequest, connections: &Connections) -> bool {
    // As the router reads it, without escapes.
    PROGRAMS.contains(&request.match_info().unprocessed())
        && request.headers().get_all(X_FORWARDED_PROTO).last().is_some_and(is_http)
        && request.peer_addr().is_some_and(|peer| connections.trusts(peer.ip()))
}

/// With several proxies, the last entry is that of the last proxy.
fn is_http(value: &HeaderValue) -> bool {
    let last = value.as_bytes().rsplit(|byte| *byte == b',').next();
    last.is_some_and(|scheme| scheme.trim_ascii().eq_ignore_ascii_case(b"http"))
}

/// The head of a request has arrived.
fn begin(request: &mut ServiceRequest, connection: &Rc<Connection>) {
    match request.take_payload() {
        Payload::None => connection.enter(Phase::Handling),
        payload => {
            connection.enter(Phase::Body);
            let payload = RequestBody { payload, connection: connection.clone() };
            request.set_payload(Payload::Stream { payload: Box::pin(payload) });
        }
    }
}

/// An answer that ends the connection.
fn refusal(connection: &Connection, status: StatusCode) -> Error {
    connection.answer();
    connection.enter(Phase::Flushing);
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, refusal::RETRY_AFTER));
    }
    let mut response = response.content_type("application/problem+json").body(refusal::problem(status));
    complete(response.head_mut(), connection);
    response.head_mut().set_connection_type(ConnectionType::Close);
    InternalError::from_response("refused", response).into()
}

/// Adds what every answer carries.
fn complete(head: &mut ResponseHead, connection: &Connection) {
    if connection.connections().is_https {
        head.headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT_SECURITY));
    }
    // So the client knows that it must reconnect for its next request.
    if connection.is_hurried() || connection.connections().is_draining() {
        head.set_connection_type(ConnectionType::Close);
    }
}

pin_project! {
    /// The answer, or a refusal if the body of the request does not arrive in time.
    pub struct Answer<F> {
        #[pin]
        call: F,
        connection: Option<Rc<Connection>>,
    }
}

impl<F, B> Future for Answer<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody,
{
    type Output = Result<ServiceResponse<AnswerBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(connection) = this.connection
            && connection.phase() == Phase::Body
            && connection.is_late()
        {
            return Poll::Ready(Err(refusal(connection, StatusCode::REQUEST_TIMEOUT)));
        }
        let outcome = ready_or_pending!(this.call.poll(cx));
        let Some(connection) = this.connection.take() else {
            return Poll::Ready(outcome.map(|response| response.map_body(|_, body| AnswerBody::bare(body))));
        };
        connection.answer();
        Poll::Ready(match outcome {
            Ok(response) => Ok(response.map_body(|head, body| {
                complete(head, &connection);
                AnswerBody { body, exchange: Exchange(Some(connection)) }
            })),
            Err(error) => {
                let mut response = error.error_response();
                complete(response.head_mut(), &connection);
                connection.enter(Phase::Flushing);
                Err(InternalError::from_response(error, response).into())
            }
        })
    }
}

/// The body of a request. When it ends or is dropped, the connection no longer waits for the client.
struct RequestBody {
    payload: Payload,
    connection: Rc<Connection>,
}

impl RequestBody {
    fn end(&self) {
        if self.connection.phase() == Phase::Body {
            self.connection.enter(Phase::Handling);
        }
    }
}

impl Stream for RequestBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.payload).poll_next(cx);
        if matches!(next, Poll::Ready(None)) {
            self.end();
        }
        next
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.end();
    }
}

pin_project! {
    /// The body of an answer, which ends when it is dropped.
    pub struct AnswerBody<B> {
        #[pin]
        body: B,
        exchange: Exchange,
    }
}

impl<B> AnswerBody<B> {
    fn bare(body: B) -> Self {
        Self { body, exchange: Exchange(None) }
    }
}

impl<B: MessageBody> MessageBody for AnswerBody<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.project().body.poll_next(cx)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.enter(Phase::Flushing);
        }
    }
}
