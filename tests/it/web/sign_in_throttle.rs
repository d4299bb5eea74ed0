//! Passwords cannot be guessed, and guessing locks nobody out.

use latchkey::{config::TrustedProxies, domain::Role};
use time::Duration;

use crate::support::{Client, Kind, PASSWORD, TestApp};

/// Clients name their address themselves here, as a proxy would.
fn app(kind: Kind) -> TestApp {
    TestApp::start_with(kind, |config| config.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap())
}

fn attempt(client: &mut Client, from: &str, email: &str, password: &str) -> u16 {
    attempt_page(client, from, email, password).0
}

fn attempt_page(client: &mut Client, from: &str, email: &str, password: &str) -> (u16, String, String) {
    let csrf = client.csrf();
    let fields = [("csrf", csrf.as_str()), ("email", email), ("password", password)];
    let page = client.post_raw("/sign-in", &[("x-forwarded-for", from)], &fields);
    let text = if page.status == 303 { String::new() } else { page.test_id("form-error").text };
    (page.status, text, page.header("retry-after").to_owned())
}

/// How many of these guesses had their password compared.
fn guesses_compared(client: &mut Client, email: &str, addresses: usize) -> usize {
    let guess = |number: usize| attempt(client, &format!("127.9.{number}.7"), email, "not the password");
    (0..addresses).map(guess).filter(|status| *status != 429).count()
}

#[test]
fn of_very_many_guesses_from_250_addresses_at_most_20_a_minute_count_and_the_owner_still_gets_in() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = app(kind);
        app.create_user(Role::Owner, "owner");
        let (email, mut guesser) = ("owner@acme.example", app.visitor());
        // The first minute is the worst: every address comes for the first time.
        let mut compared = 0;
        for _ in 0..5 {
            compared += guesses_compared(&mut guesser, email, 250);
            app.clock.advance(Duration::seconds(12));
        }
        assert!((1..=20).contains(&compared), "{kind:?}: {compared} in the first minute");

        let fresh = &mut app.visitor();
        assert_eq!(attempt(fresh, "198.51.100.1", email, PASSWORD), 303, "{kind:?}: in the middle of it");

        // Another server on the same database, as after a restart, has forgotten nothing.
        let instance = app.second_instance();
        let mut there = Client::new(&instance.address);
        let mut compared = 0;
        for _ in 0..5 {
            compared += guesses_compared(&mut guesser, email, 125) + guesses_compared(&mut there, email, 125);
            app.clock.advance(Duration::seconds(12));
        }
        assert!((1..=20).contains(&compared), "{kind:?}: {compared} a minute later");
        let fresh = &mut Client::new(&instance.address);
        assert_eq!(attempt(fresh, "198.51.100.2", email, PASSWORD), 303, "{kind:?}: on the other one");
        // And where its owner has signed in before, nothing of all that is felt.
        for _ in 0..5 {
            assert_eq!(attempt(&mut app.visitor(), "198.51.100.1", email, "a typing error"), 422, "{kind:?}");
        }
        assert_eq!(attempt(&mut app.visitor(), "198.51.100.1", email, PASSWORD), 303, "{kind:?}");
    }
}

#[test]
fn too_many_attempts_are_answered_alike_for_accounts_that_exist_and_those_that_do_not() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = app(kind);
        app.create_user(Role::Owner, "owner");
        let answers = |email: &str, from: &str| {
            let mut visitor = app.visitor();
            let mut answer = || attempt_page(&mut visitor, from, email, "not the password");
            (0..9).map(|_| answer()).collect::<Vec<_>>()
        };
        let known = answers("owner@acme.example", "198.51.100.1");
        assert_eq!(known, answers("nobody@acme.example", "198.51.100.2"), "{kind:?}");
        let (status, text, retry_after) = known.last().unwrap();
        assert_eq!((*status, retry_after.as_str()), (429, "12"), "{kind:?}");
        assert_eq!(text, "Too many attempts. Try again in 12 seconds.");
        app.clock.advance(Duration::seconds(12));
        assert_eq!(attempt(&mut app.visitor(), "198.51.100.1", "OWNER@acme.example ", PASSWORD), 303, "{kind:?}");
    }
}

#[test]
fn one_address_cannot_try_one_account_after_the_other_but_an_office_can_sign_in() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = app(kind);
        let people: Vec<_> = (0..60).map(|number| app.create_user(Role::Owner, &format!("p{number}"))).collect();
        for email in &people {
            assert_eq!(attempt(&mut app.visitor(), "203.0.113.1", email, PASSWORD), 303, "{kind:?}");
        }
        let mut visitor = app.visitor();
        let statuses: Vec<_> = (0..60)
            .map(|number| attempt(&mut visitor, "203.0.113.2", &format!("x{number}@acme.example"), "x"))
            .collect();
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 50, "{kind:?}");
        assert_eq!(statuses.last(), Some(&429));
    }
}
