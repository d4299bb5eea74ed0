//! The stream below the HTTP library. Everything that it reads and writes passes through here.

use std::{
    io,
    mem::MaybeUninit,
    net::SocketAddr,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::{http::StatusCode, rt::net::TcpStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    connection::{Connection, Phase, Worker},
    head::{HeadFault, HeadReader},
    refusal,
};

#[derive(Debug)]
pub struct Stream {
    tcp: TcpStream,
    connection: Rc<Connection>,
    head: HeadReader,
    /// The unsent part of the answer to a refused client.
    refusal: Vec<u8>,
    /// A refused client has sent something. Before that, an answer would precede its request.
    has_asked: bool,
}

impl Stream {
    /// Fails if there is no capacity even for a refusal.
    pub fn open(tcp: TcpStream, worker: &Rc<Worker>) -> io::Result<(Self, Option<SocketAddr>)> {
        let peer = tcp.peer_addr().ok();
        let admission = worker.connections.admit(peer.map(|peer| peer.ip()));
        let admission = admission.ok_or_else(|| io::Error::other("too many connections"))?;
        // Compressed pages are written in pieces, and each would wait for the acknowledgement of the one before.
        tcp.set_nodelay(true)?;
        let connection = worker.open(admission);
        let mut stream = Self { tcp, connection, head: HeadReader::default(), refusal: Vec::new(), has_asked: false };
        if stream.connection.phase() == Phase::Refused {
            stream.refusal = stream.refusal_of(StatusCode::SERVICE_UNAVAILABLE);
        }
        Ok((stream, peer))
    }

    pub fn connection(&self) -> Rc<Connection> {
        self.connection.clone()
    }

    fn refusal_of(&self, status: StatusCode) -> Vec<u8> {
        refusal::bytes(status, self.connection.connections().is_https)
    }

    /// From now on, the HTTP library gets nothing that the client sends.
    fn begin_refusal(&mut self, cx: &mut Context<'_>, status: StatusCode) -> Poll<io::Result<()>> {
        self.refusal = self.refusal_of(status);
        self.has_asked = true;
        self.connection.enter(Phase::Refused);
        self.poll_refused(cx)
    }

    /// Sends the refusal, and reads what the client still sends until it has received it. An immediate close would
    /// reset the connection and lose the answer. Ready with nothing read ends the connection.
    fn poll_refused(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut space = [MaybeUninit::uninit(); 4096];
            let mut thrown_away = ReadBuf::uninit(&mut space);
            match Pin::new(&mut self.tcp).poll_read(cx, &mut thrown_away)? {
                Poll::Ready(()) if thrown_away.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(()) => self.has_asked = true,
                Poll::Pending => break,
            }
        }
        if self.connection.is_late() {
            return Poll::Ready(Ok(()));
        }
        self.connection.wake_later(cx.waker());
        if self.has_asked && !self.refusal.is_empty() {
            ready!(self.poll_write_refusal(cx))?;
            ready!(Pin::new(&mut self.tcp).poll_shutdown(cx))?;
        }
        Poll::Pending
    }

    fn poll_write_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.refusal.is_empty() {
            let count = ready!(Pin::new(&mut self.tcp).poll_write(cx, &self.refusal))?;
            self.refusal.drain(..count.max(1));
        }
        Poll::Ready(Ok(()))
    }

    /// Handles a late client. None if another part handles it.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Option<Poll<io::Result<()>>> {
        match self.connection.phase() {
            Phase::Head if !self.head.is_empty() => Some(self.begin_refusal(cx, StatusCode::REQUEST_TIMEOUT)),
            // Browsers open connections that they then do not use.
            Phase::Head | Phase::Idle => Some(Poll::Ready(Ok(()))),
            Phase::Answering | Phase::Flushing => Some(Poll::Ready(Err(io::ErrorKind::TimedOut.into()))),
            Phase::Body | Phase::Handling | Phase::Refused => None,
        }
    }

    /// Handles bytes from the client.
    fn receive(&mut self, bytes: &[u8]) -> Result<(), StatusCode> {
        if self.connection.phase() == Phase::Idle {
            self.head = HeadReader::default();
            self.connection.enter(Phase::Head);
        }
        if self.connection.phase() != Phase::Head {
            return Ok(());
        }
        self.head.read(bytes).map_err(|fault| match fault {
            HeadFault::TooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            HeadFault::BareLineFeed => StatusCode::BAD_REQUEST,
        })
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.connection.phase() == Phase::Refused {
            return this.poll_refused(cx);
        }
        if this.connection.is_late()
            && let Some(outcome) = this.poll_late(cx)
        {
            return outcome;
        }
        let before = buf.filled().len();
        let outcome = Pin::new(&mut this.tcp).poll_read(cx, buf);
        if outcome.is_pending() {
            this.connection.wake_later(cx.waker());
        } else if buf.filled().len() > before
            && let Err(status) = this.receive(&buf.filled()[before..])
        {
            buf.set_filled(before);
            return this.begin_refusal(cx, status);
        }
        outcome
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        match this.connection.phase() {
            // No request reached the application: the HTTP library refused what it could not parse. Its answer has no
            // headers.
            Phase::Head | Phase::Idle => {
                if this.refusal.is_empty() {
                    this.refusal = this.refusal_of(refusal::status_of(bytes));
                }
                ready!(this.poll_write_refusal(cx))?;
                return Poll::Ready(Ok(bytes.len()));
            }
            Phase::Answering | Phase::Flushing if this.connection.is_late() => {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            _ => {}
        }
        let outcome = Pin::new(&mut this.tcp).poll_write(cx, bytes);
        match outcome {
            Poll::Pending => this.connection.block(cx.waker()),
            Poll::Ready(Ok(count)) => this.connection.wrote(count),
            Poll::Ready(Err(_)) => {}
        }
        outcome
    }

    /// The HTTP library flushes after it has written everything.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.tcp).poll_flush(cx))?;
        if self.connection.phase() == Phase::Flushing {
            self.connection.enter(Phase::Idle);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
