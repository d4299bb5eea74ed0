//! A separate server for every test, with a clock that tests move and seeded randomness, and clients for it.

mod app;
mod backend;
mod client;
mod database;
mod limits;
pub mod mails;
mod network;
mod page;
pub mod program;
mod raw;
mod relay;

pub use app::{PASSWORD, TestApp, api_grants, used_at, with_wrong_secret};
pub use backend::{Answer, Asked, Backend};
pub use client::Client;
pub use database::{Kind, TestDatabase, on_server};
pub use limits::limits;
pub use mails::Mails;
pub use network::Network;
pub use page::{Element, Page};
pub use raw::Raw;
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

/// The same for tests that read the server's emails.
#[macro_export]
macro_rules! on_both_databases_with_mails {
    ($(fn $name:ident($app:ident: &TestApp, $mails:ident: &Mails) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports, reason = "not every test needs all that its file needs")]
            use super::*;

            fn check(kind: $crate::support::Kind) {
                let mails = Mails::start();
                let app = TestApp::start_with(kind, |config| mails.configure(config));
                let ($app, $mails) = (&app, &mails);
                $body
            }

            #[test]
            fn sqlite() {
                check($crate::support::Kind::Sqlite);
            }

            #[test]
            fn postgres() {
                check($crate::support::Kind::Postgres);
            }
        })*
    };
}
