//! Passwords cannot be guessed, and guessing locks nobody out.

use std::collections::BTreeMap;

use latchkey::{
    config::{Registration, TrustedProxies},
    domain::Role,
};
use time::Duration;

use crate::support::{Client, Kind, PASSWORD, TestApp};

/// Clients name their own address here, as a proxy would.
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

/// How many of these guesses were compared with the password.
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
        // The first minute is the worst: every address is new.
        let mut compared = 0;
        for _ in 0..5 {
            compared += guesses_compared(&mut guesser, email, 250);
            app.clock.advance(Duration::seconds(12));
        }
        assert!((1..=20).contains(&compared), "{kind:?}: {compared} in the first minute");

        let fresh = &mut app.visitor();
        assert_eq!(attempt(fresh, "198.51.100.1", email, PASSWORD), 303, "{kind:?}: in the middle of it");

        // Another server on the same database, as after a restart, has the same state.
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
        // Where the owner has signed in before, none of this delays them.
        for _ in 0..5 {
            assert_eq!(attempt(&mut app.visitor(), "198.51.100.1", email, "a typing error"), 422, "{kind:?}");
        }
        assert_eq!(attempt(&mut app.visitor(), "198.51.100.1", email, PASSWORD), 303, "{kind:?}");
    }
}

#[test]
fn an_owner_who_is_refused_in_the_middle_of_an_attack_gets_in_at_the_time_the_page_says() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = app(kind);
        app.create_user(Role::Owner, "owner");
        let (email, mut guesser) = ("owner@acme.example", app.visitor());
        guesses_compared(&mut guesser, email, 30);
        let owner = &mut app.visitor();
        let (status, text, wait) = attempt_page(owner, "198.51.100.1", email, PASSWORD);
        assert!(status == 429 && text.contains("where you have signed in before"), "{kind:?}: {status} {text}");
        // Trying too early costs nothing, and other attempts take nothing away.
        let mut waited = 0;
        while waited + 12 < wait.parse::<i64>().unwrap() {
            app.clock.advance(Duration::seconds(12));
            waited += 12;
            guesses_compared(&mut guesser, email, 30);
            assert_eq!(attempt(owner, "198.51.100.1", email, PASSWORD), 429, "{kind:?}");
        }
        app.clock.advance(Duration::seconds(wait.parse::<i64>().unwrap() - waited));
        guesses_compared(&mut guesser, email, 30);
        assert_eq!(attempt(owner, "198.51.100.1", email, PASSWORD), 303, "{kind:?}");
    }
}

#[test]
fn a_browser_that_has_signed_in_gets_in_from_anywhere_however_many_fresh_addresses_guess() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = app(kind);
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "eve");
        let (email, mut guesser) = ("owner@acme.example", app.visitor());
        let mut laptop = app.visitor();
        assert_eq!(attempt(&mut laptop, "198.51.100.1", email, PASSWORD), 303, "{kind:?}");
        let device: BTreeMap<_, _> =
            laptop.cookies.clone().into_iter().filter(|(name, _)| name.contains("latchkey-device")).collect();
        assert_eq!(device.len(), 1, "{kind:?}");
        guesses_compared(&mut guesser, email, 250);

        let with_cookies = |cookies: &BTreeMap<String, String>| {
            let mut client = app.visitor();
            client.cookies.clone_from(cookies);
            client
        };
        assert_eq!(attempt(&mut app.visitor(), "198.51.100.2", email, PASSWORD), 429, "{kind:?}: another browser");
        assert_eq!(attempt(&mut with_cookies(&device), "198.51.100.3", email, PASSWORD), 303, "{kind:?}");
        // A forged cookie, or one of another account, is not valid.
        let mut eve = app.visitor();
        assert_eq!(attempt(&mut eve, "198.51.100.4", "eve@acme.example", PASSWORD), 303, "{kind:?}");
        eve.cookies.retain(|name, _| name.contains("latchkey-device"));
        let forged = device.iter().map(|(name, value)| (name.clone(), value.replace('-', "-0"))).collect();
        for cookies in [&eve.cookies, &forged] {
            assert_eq!(attempt(&mut with_cookies(cookies), "198.51.100.5", email, PASSWORD), 429, "{kind:?}");
        }
        // Nor does a stolen one allow unlimited guesses.
        let thief = |_| attempt(&mut with_cookies(&device), "198.51.100.6", email, "guess");
        assert_eq!((0..30).map(thief).filter(|status| *status == 422).count(), 10, "{kind:?}");
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
        assert_eq!((*status, retry_after.as_str()), (429, "20"), "{kind:?}");
        assert_eq!(text, "Too many attempts. Try again in 20 seconds.");
        app.clock.advance(Duration::seconds(20));
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

#[test]
fn who_is_signed_in_cannot_guess_the_password_of_the_session_either() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = app(kind);
        let mut owner = app.sign_in(Role::Owner);
        let mut wrong = || owner.post("/password-proof", &[("password", "not the password"), ("next", "/")]);
        assert!((0..5).all(|_| wrong().status == 422), "{kind:?}");
        let page = wrong();
        assert_eq!((page.status, page.header("retry-after")), (429, "12"), "{kind:?}");
        // All pages that ask for the password share one token bucket.
        let fields = [("current_password", PASSWORD), ("password", "eleven loud trumpets")];
        assert_eq!(owner.post("/settings/account/password", &fields).status, 429, "{kind:?}");
        app.clock.advance(Duration::seconds(12));
        assert_eq!(owner.post("/settings/account/password", &fields).status, 303, "{kind:?}");
    }
}

#[test]
fn registrations_from_one_address_have_an_end() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start_with(kind, |config| config.registration = Registration::Open);
        app.create_user(Role::Owner, "owner");
        let mut visitor = app.visitor();
        let mut register = |number: usize| {
            let email = format!("new{number}@example.org");
            let fields =
                [("organization_name", "New"), ("name", "Somebody"), ("email", &email), ("password", PASSWORD)];
            visitor.post("/registration", &fields).status
        };
        assert!((0..5).all(|number| register(number) == 303), "{kind:?}");
        assert_eq!(register(5), 429, "{kind:?}");
        app.clock.advance(Duration::minutes(30));
        assert_eq!(register(5), 303, "{kind:?}");
    }
}
