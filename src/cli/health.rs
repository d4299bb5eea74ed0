//! `latchkey health`: requests /healthz from the server on this machine, for containers without curl.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use super::output;
use crate::config;

/// The health checks of Docker and systemd wait longer.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The start of a positive answer.
const OK: &[u8] = b"HTTP/1.1 200 ";

#[derive(Debug, clap::Args)]
pub struct HealthArguments {
    /// Address and port that the server listens on [default: 127.0.0.1:8080]
    #[arg(long, env = "LATCHKEY_BIND", value_name = "ADDRESS:PORT")]
    bind: Option<String>,
}

pub fn run(arguments: &HealthArguments) -> anyhow::Result<()> {
    let bind = config::parse_bind(arguments.bind.as_deref()).map_err(anyhow::Error::msg)?;
    if bind.port() == 0 {
        bail!("LATCHKEY_BIND: with port 0 the server listens on a port that only it knows");
    }
    let address = reachable(bind);
    let start = read_start(address, Instant::now() + TIMEOUT).map_err(timed_out).with_context(|| {
        format!("no server answers at {address}. Check that it runs, and that LATCHKEY_BIND is the same here and there")
    })?;
    if start != OK {
        bail!("the server at {address} does not answer /healthz with 200");
    }
    Ok(output::print(format_args!("The server at {address} answers."))?)
}

/// The address at which the same machine reaches a server that listens on `bind`.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind {
        SocketAddr::V4(bind) if bind.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(bind) if bind.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        _ => return bind,
    };
    SocketAddr::new(ip, bind.port())
}

/// Requests /healthz and reads the start of the answer, up to the status.
fn read_start(address: SocketAddr, deadline: Instant) -> io::Result<Vec<u8>> {
    let left = || {
        let left = deadline.saturating_duration_since(Instant::now());
        // A timeout of zero would mean no timeout.
        if left.is_zero() { Err(ErrorKind::TimedOut) } else { Ok(left) }
    };
    let mut stream = TcpStream::connect_timeout(&address, left()?)?;
    stream.set_write_timeout(Some(left()?))?;
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut start = Vec::new();
    while start.len() < OK.len() {
        stream.set_read_timeout(Some(left()?))?;
        let mut part = [0; OK.len()];
        match stream.read(&mut part[start.len()..])? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            length => start.extend_from_slice(&part[start.len()..start.len() + length]),
        }
    }
    Ok(start)
}

/// Names the timeout, which the operating system calls "Resource temporarily unavailable".
fn timed_out(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            io::Error::other(format!("no answer within {} seconds", TIMEOUT.as_secs()))
        }
        _ => error,
    }
}
