//! How many connections there are, how long each may take, and how they end.
//!
//! The HTTP library has a deadline for the head of the first request of a connection, and none for any other head, for a
//! body, or for a client that does not read its answer. So the stream under it is ours: [`Stream`] counts, watches and
//! refuses, and [`Exchanges`] tells it where a request and its answer begin and end. A sweep four times a second finds
//! what is late: a timer for each request would cost more than a verification does.

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
