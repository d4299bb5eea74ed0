//! Signs of attacks in the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

const OWNER: &str = "owner@acme.example";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that the log gets after a minute, as the server formats them.
fn written(app: &TestApp) -> Vec<String> {
    let lines = Lines::default();
    let writer = lines.clone();
    let format = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).with_target(false);
    tracing::subscriber::with_default(format.finish(), || app.state.security_log.write());
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

/// The one line that has all of these.
fn only<'a>(lines: &'a [String], parts: &[&str]) -> &'a str {
    let found: Vec<_> = lines.iter().filter(|line| parts.iter().all(|part| line.contains(part))).collect();
    assert_eq!(found.len(), 1, "{parts:?}: {lines:#?}");
    found[0]
}

on_both_databases! {
    fn wrong_tokens_leave_one_line_a_minute_and_address(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        let wrong = format!("{}x", &token[..token.len() - 1]);
        let mut service = app.visitor();
        for _ in 0..70 {
            service.verify(&wrong);
            service.request("GET", "/v1/forward-auth", &[("x-api-key", &wrong)], None);
            service.request("GET", "/settings/developers/api-keys/export.csv", &[("x-api-key", &wrong)], None);
            service.request("POST", "/oauth2/introspect", &[("x-api-key", &wrong)], Some("token=x"));
        }
        service.verify(&token);
        let lines = written(app);
        let line = only(&lines, &["unknown API key presented"]);
        assert!(line.contains("authn_login_fail") && line.contains("127.0.0.1") && line.contains("WARN"), "{line}");
        only(&lines, &["excess_rate_limit_exceeded", "127.0.0.1"]);
        let counts = lines.iter().map(|line| line.split_once("count=").unwrap().1.split(' ').next().unwrap());
        assert_eq!(counts.map(|count| count.parse::<u32>().unwrap()).sum::<u32>(), 280, "{lines:#?}");
        assert!(written(app).is_empty(), "each is written once, and valid keys are not");

        assert_eq!(owner.post(&format!("/settings/developers/api-keys/{id}/revocation"), &[]).status, 303);
        service.verify(&token);
        only(&written(app), &["authn_token_reuse", &format!("subjects=\"{id} (1)\"")]);
        assert!(!lines.concat().contains(&wrong[10..]) && !lines.concat().contains(&token[10..]));
    }

    fn failed_sign_ins_name_the_account_and_never_what_was_typed(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let sign_in = |email: &str, password: &str| {
            app.visitor().post("/sign-in", &[("email", email), ("password", password)]).status
        };
        assert_eq!(sign_in(" Owner@Acme.example", "planted wrong password"), 422);
        assert_eq!(sign_in("planted secret in the wrong field", PASSWORD), 422);
        assert_eq!(sign_in("nobody@acme.example\nWARN event=\"forged\"", PASSWORD), 422);
        while sign_in(OWNER, "planted wrong password") != 429 {}
        let lines = written(app);
        let line = only(&lines, &["authn_login_fail", "127.0.0.1", "sign-in failed", "owner@acme.example ("]);
        only(&lines, &["authn_login_lock", "127.0.0.1", "count=1"]);
        for secret in ["planted", PASSWORD, "nobody@", "forged"] {
            assert!(!line.contains(secret) && !lines.concat().contains(secret), "{secret}: {lines:#?}");
        }
    }

    fn what_is_refused_to_who_is_signed_in_names_them(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let email = format!("{} (1)", "member@acme.example");
        assert_eq!(member.get("/settings/policy").status, 403);
        only(&written(app), &["authz_fail", "access denied", &email]);
        assert_eq!(member.post_raw("/settings/account", &[], &[("csrf", "made up"), ("name", "M")]).status, 403);
        only(&written(app), &["malicious_cors", "form without a valid token", &email]);
        let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        assert_eq!(member.post_raw("/settings/account", &foreign, &[("name", "M")]).status, 403);
        only(&written(app), &["malicious_cors", "another site", &email]);
        app.clock.advance(Duration::minutes(11));
        assert_eq!(member.post("/password-proof", &[("password", "planted"), ("next", "/")]).status, 422);
        let lines = written(app);
        assert!(!only(&lines, &["authn_login_fail", "signed-in person", &email]).contains("planted"));
    }
}
