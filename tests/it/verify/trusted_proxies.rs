//! Which address counts behind proxies.

use latchkey::{
    config::{Config, TrustedProxies},
    domain::{Role, Token, TokenLabel},
};

use crate::support::{Kind, TestApp};

fn behind_a_proxy(config: &mut Config) {
    config.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap();
}

/// Sends wrong tokens until one is refused unchecked; returns how many that took.
fn wear_out(app: &TestApp, forwarded_for: impl Fn(usize) -> String) -> Option<usize> {
    let mut rng = (app.state.rng)();
    (0..400).find(|number| {
        let token = Token::generate(&TokenLabel::default(), &mut rng);
        let address = forwarded_for(*number);
        let headers = [("x-api-key", token.expose()), ("x-forwarded-for", address.as_str())];
        app.visitor().request("POST", "/v1/verify", &headers, None).status == 429
    })
}

#[test]
fn each_client_of_a_trusted_proxy_is_held_up_for_itself() {
    let app = TestApp::start_with(Kind::Sqlite, behind_a_proxy);
    app.create_user(Role::Owner, "owner");
    // The client's own entries come before those of the proxy.
    let worn_out = wear_out(&app, |number| format!("198.51.100.{}, 203.0.113.1", number % 250));
    assert!(worn_out.is_some_and(|number| number >= 200), "{worn_out:?}");
    assert_eq!(wear_out(&app, |number| format!("198.51.100.{}", number % 100)), None);
}

#[test]
fn who_is_no_trusted_proxy_cannot_choose_an_address() {
    let app = TestApp::start(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    assert!(wear_out(&app, |number| format!("198.51.100.{}", number % 250)).is_some());
}

#[test]
fn the_last_use_and_the_audit_event_name_the_client_and_not_the_proxy() {
    let app = TestApp::start_with(Kind::Postgres, behind_a_proxy);
    app.create_user(Role::Owner, "owner");
    let (_, token) = app.insert_token("owner@acme.example", "Deploy", |_| {});
    let from = ("x-forwarded-for", "203.0.113.9");
    app.visitor().request("GET", "/v1/forward-auth", &[("x-api-key", token.expose()), from], None);
    actix_web::rt::System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
    let used = "SELECT COUNT(*) AS count FROM api_keys WHERE last_used_address = '203.0.113.9'";
    assert_eq!(app.database.count(used), 1);

    let mut browser = app.visitor();
    let csrf = browser.csrf();
    let fields = [("csrf", csrf.as_str()), ("email", "owner@acme.example"), ("password", crate::support::PASSWORD)];
    assert_eq!(browser.post_raw("/sign-in", &[from], &fields).status, 303);
    let signed_in =
        "SELECT COUNT(*) AS count FROM audit_events WHERE action = 'session.started' AND address = '203.0.113.9'";
    assert_eq!(app.database.count(signed_in), 1);
}
