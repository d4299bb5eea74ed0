//! Limits on connections: how many there are, how long each may take, and how they end.
//!
//! The HTTP library has a deadline only for the head of a connection's first request. It has none for other heads, for
//! bodies, or for clients that do not read. So the stream below it is our own: [`Stream`] counts, watches and refuses,
//! and [`Exchanges`] reports where a request and its answer begin and end. A sweep four times a second finds late
//! connections: a timer per request would cost more than a verification.

mod admission;
mod connection;
mod exchange;
mod head;
mod refusal;
mod stream;

pub use admission::{Connections, REFUSED_AT_ONCE};
pub use connection::Worker;
pub use exchange::Exchanges;
pub use stream::Stream;
