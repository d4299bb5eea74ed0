//! How a server ends. After SIGTERM it first says so, on `/readyz` and by closing each connection with its next answer,
//! and goes on serving: load balancers notice within seconds, and until then send requests here. Only then nothing new is
//! accepted, and what has begun is finished.

use std::{
    io,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use actix_web::{
    dev::ServerHandle,
    rt::{
        self,
        signal::unix::{Signal, SignalKind, signal},
        time::sleep,
    },
};
use rustix::net::{Shutdown, shutdown};
use tokio::sync::Notify;

use crate::http::connections::Connections;

/// How long connections without a request are waited for, to end by themselves.
const IDLE_PATIENCE: Duration = Duration::from_millis(600);
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Whether a listener of this program was closed before its server stopped.
static LISTENER_CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether errors of the thread that accepts connections mean nothing: it may look at a listener that was just closed.
pub fn is_listener_closed() -> bool {
    LISTENER_CLOSED.load(Relaxed)
}

/// The signals that end the server.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    /// They are listened to before the server says that it is there: a signal in between would end the program where it
    /// stands.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Whether requests that have begun are finished first: SIGINT, as Ctrl+C sends it, and SIGQUIT do not wait.
    async fn is_graceful(&mut self) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
            _ = self.quit.recv() => false,
        }
    }
}

/// Waits for a signal and stops the server. A second signal of any kind ends everything at once, by `give_up`.
pub async fn stop_on_signal(
    mut signals: Signals,
    server: ServerHandle,
    listener: TcpListener,
    connections: Arc<Connections>,
    give_up: Arc<Notify>,
) {
    if signals.is_graceful().await {
        let stopping = rt::spawn(drain_and_stop(server, listener, connections));
        signals.is_graceful().await;
        stopping.abort();
    }
    tracing::info!("stopping immediately");
    give_up.notify_one();
}

async fn drain_and_stop(server: ServerHandle, listener: TcpListener, connections: Arc<Connections>) {
    let drain = connections.limits.drain;
    tracing::info!(seconds = drain.as_secs_f32(), "stopping: /readyz answers 503, and requests are still served");
    connections.drain();
    sleep(drain).await;
    server.pause().await;
    LISTENER_CLOSED.store(true, Relaxed);
    // From here on clients are refused, and know that nobody took their request. A listener that is only not asked any longer
    // would let them in and reset them later.
    if let Err(error) = shutdown(&listener, Shutdown::Both) {
        tracing::warn!(%error, "the listener cannot be closed before the requests are finished");
    }
    connections.close_idle();
    let began = Instant::now();
    while connections.open() > 0 && began.elapsed() < IDLE_PATIENCE {
        sleep(LOOK_INTERVAL).await;
    }
    server.stop(true).await;
}
