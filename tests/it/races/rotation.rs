//! Rotations against each other, and against whatever ends a key: one outcome, never three tokens, and never a key that
//! lost its working token because somebody left the page.

use latchkey::domain::{ApiKey, Clock as _, Role, Token};

use super::{Form, at_once, rounds, with_status};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";
const USUAL: usize = 15;

/// A key with its token.
struct Key {
    id: String,
    token: Token,
}

/// A new token that is not confirmed, and the form that confirms it.
struct Started {
    token: String,
    confirmation: Vec<(String, String)>,
}

impl Key {
    fn insert(app: &TestApp, round: usize) -> Self {
        // Limits are not what this is about.
        app.database.execute("DELETE FROM rate_limits");
        let (ApiKey { id, .. }, token) = app.insert_token(OWNER, &format!("Deploy {round}"), |_| {});
        Self { id: id.to_string(), token }
    }

    fn path(&self, act: &str) -> String {
        format!("{PATH}/{}/{act}", self.id)
    }

    /// The form that starts a rotation, opened again for each.
    fn rotation(&self, owner: &mut Client) -> Vec<(String, String)> {
        let mut form = owner.get(&self.path("rotation")).form_fields("form");
        form.retain(|(name, _)| name != "overlap");
        form.push(("overlap".to_owned(), "24".to_owned()));
        form
    }

    fn start(&self, owner: &mut Client) -> Started {
        let form = self.rotation(owner);
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Started::of(&owner.post_raw(&self.path("rotation"), &[], &fields))
    }

    /// Two tokens at most, one of them current.
    fn is_whole(&self, app: &TestApp, round: usize) {
        let count = |condition: &str| {
            let of_key = format!("FROM api_key_tokens WHERE api_key_id = '{}' AND {condition}", self.id);
            app.database.count(&format!("SELECT count(*) AS count {of_key}"))
        };
        let now = app.clock.now().unix_micros();
        let current = count("confirmed_at IS NOT NULL AND ends_at IS NULL");
        assert_eq!(current, 1, "round {round}: one token is current");
        let others = count(&format!("(confirmed_at IS NULL OR ends_at > {now})"));
        assert!(others <= 1, "round {round}: {others} tokens beside the current one");
    }
}

impl Started {
    fn of(page: &Page) -> Self {
        assert_eq!(page.status, 200, "{}", page.body);
        let mut confirmation = page.form_fields("form[action$=confirmation]");
        confirmation.retain(|(name, _)| name != "copied");
        confirmation.push(("copied".to_owned(), "yes".to_owned()));
        Self { token: page.test_id("key-token").text, confirmation }
    }
}

fn form(client: &mut Client) -> Vec<(String, String)> {
    vec![("csrf".to_owned(), client.csrf())]
}

fn code(app: &TestApp, token: &str) -> String {
    app.visitor().verify(token).1
}

/// All answers are of the page, in whatever order they came.
fn assert_none_failed(pages: &[Page], round: usize) {
    for page in pages {
        assert!(page.status < 500, "round {round}: {} {}", page.status, page.body);
    }
}

on_both_databases! {
    fn rotations_of_one_key_leave_one_new_token(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(USUAL) {
            let key = Key::insert(app, round);
            let path = key.path("rotation");
            let forms: Vec<Form<'_>> = (0..3).map(|_| (owner.clone(), path.as_str(), key.rotation(&mut owner))).collect();
            let pages = at_once(forms);
            assert_eq!(with_status(&pages, 200), 3, "round {round}: the last one replaces the others");
            key.is_whole(app, round);
            assert_eq!(code(app, key.token.expose()), "VALID", "round {round}: nobody confirmed anything");

            let started: Vec<_> = pages.iter().map(Started::of).collect();
            let path = key.path("confirmation");
            let pages = at_once(started.iter().map(|new| (owner.clone(), path.as_str(), new.confirmation.clone())).collect());
            assert_eq!((with_status(&pages, 303), with_status(&pages, 409)), (1, 2), "round {round}");
            key.is_whole(app, round);
            let valid = started.iter().filter(|new| code(app, &new.token) == "VALID").count();
            assert_eq!((valid, code(app, key.token.expose()).as_str()), (1, "VALID"), "round {round}: it overlaps");
            app.database.execute("DELETE FROM api_keys");
        }
    }

    fn one_form_sent_by_two_clicks_rotates_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(USUAL) {
            let key = Key::insert(app, round);
            let (path, rotation) = (key.path("rotation"), key.rotation(&mut owner));
            let pages = at_once((0..3).map(|_| (owner.clone(), path.as_str(), rotation.clone())).collect());
            assert_eq!((with_status(&pages, 200), with_status(&pages, 409)), (1, 2), "round {round}");
            key.is_whole(app, round);
            let new = pages.iter().find(|page| page.status == 200).map(Started::of).unwrap();
            let path = key.path("confirmation");
            let pages = at_once((0..3).map(|_| (owner.clone(), path.as_str(), new.confirmation.clone())).collect());
            assert_eq!(with_status(&pages, 303), 3, "round {round}: who comes later finds it done");
            assert_eq!([code(app, &new.token), code(app, key.token.expose())], ["VALID", "VALID"], "round {round}");
            assert_eq!(app.audited("api_key.rotated"), i64::try_from(round + 1).unwrap());
            app.database.execute("DELETE FROM api_keys");
        }
    }

    fn a_revocation_ends_all_tokens_at_whatever_moment_of_a_rotation_it_comes(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(USUAL) {
            let key = Key::insert(app, round);
            let (revocation, rotation, confirmation) =
                (key.path("revocation"), key.path("rotation"), key.path("confirmation"));
            let mut tokens = vec![key.token.expose().to_owned()];
            let act = if round % 2 == 0 {
                (owner.clone(), rotation.as_str(), key.rotation(&mut owner))
            } else {
                let new = key.start(&mut owner);
                tokens.push(new.token);
                (owner.clone(), confirmation.as_str(), new.confirmation)
            };
            let forms = vec![act, (owner.clone(), revocation.as_str(), form(&mut owner))];
            let pages = at_once(forms);
            assert_none_failed(&pages, round);
            assert_eq!(pages[1].status, 303, "round {round}: {}", pages[1].body);
            if pages[0].status == 200 {
                tokens.push(pages[0].test_id("key-token").text);
            }
            for token in &tokens {
                let code = code(app, token);
                assert!(code == "REVOKED" || code == "NOT_FOUND", "round {round}: {code}");
            }
            app.database.execute("DELETE FROM api_keys");
        }
    }

    fn the_end_of_the_overlap_and_a_confirmation_leave_a_token_that_works(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(USUAL) {
            let key = Key::insert(app, round);
            let (new, before) = (key.start(&mut owner), app.audited("api_key.overlap_ended"));
            let (confirmation, completion) = (key.path("confirmation"), key.path("rotation/completion"));
            let pages = at_once(vec![
                (owner.clone(), confirmation.as_str(), new.confirmation),
                (owner.clone(), completion.as_str(), form(&mut owner)),
            ]);
            assert_none_failed(&pages, round);
            assert_eq!(pages[0].status, 303, "round {round}: {}", pages[0].body);
            key.is_whole(app, round);
            assert_eq!(code(app, &new.token), "VALID", "round {round}");
            let overlapping = ["VALID", "EXPIRED"][usize::from(app.audited("api_key.overlap_ended") > before)];
            assert_eq!(code(app, key.token.expose()), overlapping, "round {round}");
            app.database.execute("DELETE FROM api_keys");
        }
    }

    fn the_deletion_of_all_keys_takes_the_tokens_of_a_rotation_with_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(USUAL) {
            let key = Key::insert(app, round);
            let (rotation, confirmation) = (key.path("rotation"), key.path("confirmation"));
            let mut tokens = vec![key.token.expose().to_owned()];
            let act = if round % 2 == 0 {
                (owner.clone(), rotation.as_str(), key.rotation(&mut owner))
            } else {
                let new = key.start(&mut owner);
                tokens.push(new.token);
                (owner.clone(), confirmation.as_str(), new.confirmation)
            };
            let all = format!("{PATH}/all-deletion");
            let mut deletion = form(&mut owner);
            deletion.push(("phrase".to_owned(), "delete 1 key".to_owned()));
            let pages = at_once(vec![act, (owner.clone(), all.as_str(), deletion)]);
            assert_none_failed(&pages, round);
            assert_eq!(pages[1].status, 303, "round {round}: {}", pages[1].body);
            if pages[0].status == 200 {
                tokens.push(pages[0].test_id("key-token").text);
            }
            for token in &tokens {
                // After many rounds this address has sent too many wrong tokens.
                let code = code(app, token);
                assert!(["NOT_FOUND", "RATE_LIMITED"].contains(&code.as_str()), "round {round}: {code}");
            }
            let left = app.database.count("SELECT count(*) AS count FROM api_key_tokens");
            assert_eq!(left, 0, "round {round}");
        }
    }

    fn leaving_the_page_changes_nothing_and_the_next_rotation_goes_on(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = Key::insert(app, 0);
        let left = key.start(&mut owner);
        assert_eq!(code(app, key.token.expose()), "VALID");
        assert_eq!(code(app, &left.token), "KEY_NOT_CONFIRMED");
        let next = key.start(&mut owner);
        assert_eq!(code(app, &left.token), "NOT_FOUND", "replaced");
        let fields: Vec<_> = next.confirmation.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(&key.path("confirmation"), &[], &fields).status, 303);
        assert_eq!([code(app, key.token.expose()), code(app, &next.token)], ["VALID", "VALID"]);
        key.is_whole(app, 0);
    }
}
