//! Stopping a server. After SIGTERM it first reports that on `/readyz` and closes each connection with its next answer,
//! but still serves: load balancers need seconds to notice. Then the listener closes, and running requests are
//! finished.

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

/// How long idle connections may take to end by themselves.
const IDLE_PATIENCE: Duration = Duration::from_millis(600);
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Whether a listener of this program was closed before its server stopped.
static LISTENER_CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether errors of the accepting thread can be ignored: it may use a listener that was just closed.
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
    /// Must be called before the server announces itself: an earlier signal would kill the program.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Whether running requests are finished first. SIGINT, as Ctrl+C sends it, and SIGQUIT do not wait.
    async fn is_graceful(&mut self) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
            _ = self.quit.recv() => false,
        }
    }
}

/// Waits for a signal and stops the server. A second signal ends everything at once, through `give_up`.
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
    LISTENER_CLOSED.store(true, Relaxed);
    // From here on, clients are refused and know that their request was not handled. If the server paused first,
    // connections that arrive in between would be reset.
    if let Err(error) = shutdown(&listener, Shutdown::Both) {
        tracing::warn!(%error, "the listener cannot be closed before the requests are finished");
    }
    server.pause().await;
    connections.close_idle();
    let began = Instant::now();
    while connections.open() > 0 && began.elapsed() < IDLE_PATIENCE {
        sleep(LOOK_INTERVAL).await;
    }
    server.stop(true).await;
}
