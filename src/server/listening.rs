//! The HTTP server on our own stream, which watches its client; otherwise like `actix_web::HttpServer`.

use std::{io, net::TcpListener, num::NonZero, sync::Arc, time::Duration};

use actix_http::{HttpService, KeepAlive, Protocol, error::DispatchError};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{
    Error,
    body::MessageBody,
    dev::{AppConfig, Server, ServiceResponse},
    rt::net::TcpStream,
};

use crate::http::connections::{Connections, REFUSED_AT_ONCE, Stream, Worker};

/// Threads per worker for blocking work: more than there are database connections, but few, because each uses memory.
const BLOCKING_THREADS: usize = 16;
/// In seconds: how long running requests may take after the listener has closed.
const FINISH_SECONDS: u64 = 2;
/// How long a client may go on sending a body that was refused.
const LINGER: Duration = Duration::from_secs(1);

/// Listens. Each worker creates its own application.
pub fn listen<F, I, S, B>(listener: TcpListener, connections: Arc<Connections>, application: F) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, actix_http::Request>,
    S: ServiceFactory<
            actix_http::Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    S::Service: 'static,
    <S::Service as actix_service::Service<actix_http::Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let workers = std::thread::available_parallelism().map_or(2, NonZero::get);
    let accepted = (connections.limits.connections + REFUSED_AT_ONCE).div_ceil(workers);
    let builder = actix_server::Server::build()
        .workers(workers)
        // `Connections` counts connections. This stops the acceptor if a worker does not get to count them.
        .max_concurrent_connections(accepted)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .shutdown_timeout(FINISH_SECONDS)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder.listen("latchkey", listener, move || {
        let worker = Worker::start(connections.clone());
        let stopping = stopping.clone();
        let application = application().into_factory().map_err(|error: Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            // The stream enforces the deadlines.
            .keep_alive(KeepAlive::Os)
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|stream: &Stream, data| {
                data.insert(stream.connection());
            })
            .finish(map_config(application, |()| AppConfig::default()));
        let open = fn_service(move |tcp: TcpStream| {
            let opened = Stream::open(tcp, &worker).map_err(DispatchError::Io);
            std::future::ready(opened.map(|(stream, peer)| (stream, Protocol::Http1, peer)))
        });
        open.and_then(http)
    })?;
    Ok(builder.run())
}
