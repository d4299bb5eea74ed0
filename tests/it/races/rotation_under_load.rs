//! A client changes from one token to the next while 16 connections verify both.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use latchkey::domain::Role;

use super::rounds;
use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";
const CONNECTIONS: usize = 16;
/// How soon a second server follows a change.
const FOLLOWED_WITHIN: Duration = Duration::from_millis(250);
const USUAL: usize = 3;

fn code(client: &mut Client, token: &str) -> String {
    client.verify(token).1
}

/// Starts a rotation on the page and confirms it. Returns the new token.
fn rotate(owner: &mut Client, id: &str) -> String {
    let mut form = owner.get(&format!("{PATH}/{id}/rotation")).form_fields("form");
    form.retain(|(name, _)| name != "overlap");
    form.push(("overlap".to_owned(), "24".to_owned()));
    let page = post(owner, &format!("{PATH}/{id}/rotation"), &form);
    assert_eq!(page.status, 200, "{}", page.body);
    let mut form = page.form_fields("form[action$=confirmation]");
    form.retain(|(name, _)| name != "copied");
    form.push(("copied".to_owned(), "yes".to_owned()));
    assert_eq!(post(owner, &format!("{PATH}/{id}/confirmation"), &form).status, 303);
    page.test_id("key-token").text
}

fn post(client: &mut Client, path: &str, form: &[(String, String)]) -> crate::support::Page {
    let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(path, &[], &fields)
}

/// What the connections verify: the two tokens of the key, and whether the first may be refused.
struct Load {
    tokens: std::sync::RwLock<[String; 2]>,
    is_over: AtomicBool,
    verified: AtomicUsize,
    failed: AtomicUsize,
}

impl Load {
    /// Verifies both tokens, one after the other, until the load is over.
    fn verify(&self, address: &str) {
        let mut client = Client::new(address);
        while !self.is_over.load(Ordering::Relaxed) {
            // Held while they are verified: the former token ends only when no such request is under way.
            let tokens = self.tokens.read().unwrap();
            for token in tokens.iter() {
                let answer = client.verify(token);
                self.verified.fetch_add(1, Ordering::Relaxed);
                if answer != (200, "VALID".to_owned()) {
                    self.failed.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }
}

on_both_databases! {
    fn a_client_changes_its_token_and_no_request_fails(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, first) = app.insert_token(OWNER, "Deploy", |_| {});
        let (id, second) = (key.id.to_string(), app.second_instance());
        let mut other = Client::new(&second.address);
        let load = Load {
            tokens: [first.expose(), first.expose()].map(str::to_owned).into(),
            is_over: AtomicBool::new(false),
            verified: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        };
        let mut slowest = Duration::ZERO;
        thread::scope(|scope| {
            let load = &load;
            for number in 0..CONNECTIONS {
                let address = if number % 4 == 3 { &second.address } else { &app.address };
                scope.spawn(move || load.verify(address));
            }
            for round in 0..rounds(USUAL) {
                app.database.execute("DELETE FROM rate_limits");
                let former = load.tokens.read().unwrap()[1].clone();
                let new = rotate(&mut owner, &id);
                // Both work on both servers, the new one from its confirmation on.
                assert_eq!(code(&mut app.visitor(), &new), "VALID", "round {round}");
                *load.tokens.write().unwrap() = [former.clone(), new.clone()];
                let before = load.verified.load(Ordering::Relaxed);
                while load.verified.load(Ordering::Relaxed) < before + 20 * CONNECTIONS {
                    thread::yield_now();
                }
                // The client has changed: from here on, nothing presents the former token.
                *load.tokens.write().unwrap() = [new.clone(), new.clone()];
                assert_eq!(code(&mut other, &former), "VALID", "round {round}: in the cache of the second server");
                assert_eq!(owner.post(&format!("{PATH}/{id}/rotation/completion"), &[]).status, 303, "round {round}");
                let ended = Instant::now();
                assert_eq!(code(&mut app.visitor(), &former), "EXPIRED", "round {round}: the very next verification");
                while code(&mut other, &former) != "EXPIRED" {
                    assert!(ended.elapsed() < Duration::from_secs(5), "round {round}: {:?}", ended.elapsed());
                }
                slowest = slowest.max(ended.elapsed());
            }
            load.is_over.store(true, Ordering::Relaxed);
        });
        assert_eq!(load.failed.into_inner(), 0, "of {} verifications", load.verified.into_inner());
        // Only where nothing else needs the machine.
        assert!(slowest < FOLLOWED_WITHIN || rounds(0) == 0, "the second server followed within {slowest:?}");
    }

    fn the_end_that_was_set_is_kept_to_the_instant(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, first) = app.insert_token(OWNER, "Deploy", |_| {});
        let new = rotate(&mut owner, key.id.as_str());
        let second = app.second_instance();
        let mut clients = [app.visitor(), Client::new(&second.address)];
        app.clock.advance(time::Duration::DAY - time::Duration::MICROSECOND);
        for client in &mut clients {
            assert_eq!([code(client, first.expose()), code(client, &new)], ["VALID", "VALID"]);
        }
        app.clock.advance(time::Duration::MICROSECOND);
        for client in &mut clients {
            assert_eq!([code(client, first.expose()), code(client, &new)], ["EXPIRED", "VALID"]);
        }
    }

    fn after_a_revocation_in_the_overlap_neither_token_is_valid_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, first) = app.insert_token(OWNER, "Deploy", |_| {});
        let tokens = [first.expose().to_owned(), rotate(&mut owner, key.id.as_str())];
        assert_eq!(tokens.each_ref().map(|token| code(&mut app.visitor(), token)), ["VALID", "VALID"]);
        let (is_revoked, valid) = (AtomicBool::new(false), AtomicUsize::new(0));
        // 100,000 with LATCHKEY_RACES=1000.
        let each = rounds(20) * 100 / CONNECTIONS + 1;
        thread::scope(|scope| {
            for number in 0..CONNECTIONS {
                let (token, is_revoked, valid) = (&tokens[number % 2], &is_revoked, &valid);
                scope.spawn(move || {
                    let mut client = app.visitor();
                    // Keeps the key in the cache until it is revoked.
                    while !is_revoked.load(Ordering::SeqCst) {
                        client.verify(token);
                    }
                    for _ in 0..each {
                        valid.fetch_add(usize::from(code(&mut client, token) != "REVOKED"), Ordering::Relaxed);
                    }
                });
            }
            assert_eq!(owner.post(&format!("{PATH}/{}/revocation", key.id), &[]).status, 303);
            is_revoked.store(true, Ordering::SeqCst);
        });
        assert_eq!(valid.into_inner(), 0, "of {} verifications", each * CONNECTIONS);
    }
}
