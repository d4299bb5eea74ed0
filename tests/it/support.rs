//! A server of its own for every test, with a clock to turn and seeded randomness; and clients that talk to it.

mod app;
mod backend;
mod client;
mod database;
mod page;
pub mod program;
mod relay;

pub use app::{PASSWORD, TestApp, used_at, with_wrong_secret};
pub use backend::{Answer, Asked, Backend};
pub use client::Client;
pub use database::{Kind, TestDatabase, on_server};
pub use page::{Element, Page};
pub use relay::Relay;

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    ($(fn $name:ident($app:ident: &TestApp) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports, reason = "not every test needs all that its file needs")]
            use super::*;

            fn check($app: &TestApp) $body

            #[test]
            fn sqlite() {
                check(&TestApp::start($crate::support::Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                check(&TestApp::start($crate::support::Kind::Postgres));
            }
        })*
    };
}
