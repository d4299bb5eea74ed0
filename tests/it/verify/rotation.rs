//! The master key rotates, and every token still works.

use actix_web::{rt::System, web::Data};
use latchkey::{
    domain::{Role, policy::Viewable},
    state::State,
    store,
};

use crate::{
    on_both_databases,
    support::{Client, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";

/// Runs a command that must succeed, and returns its output.
fn run(app: &TestApp, command: &str) -> String {
    let output = app.run(&["secret-key", command]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn write_down(state: &Data<State>) {
    System::new().block_on(latchkey::tasks::write_usage(state)).unwrap();
}

fn digests(app: &TestApp, version: i32) -> i64 {
    app.database.count(&format!("SELECT count(*) AS count FROM api_key_tokens WHERE digest_version = {version}"))
}

fn sealed(app: &TestApp, version: i32) -> i64 {
    app.database.count(&format!("SELECT count(*) AS count FROM api_key_tokens WHERE sealed_version = {version}"))
}

fn code(client: &mut Client, token: &str) -> String {
    client.verify(token).1
}

on_both_databases! {
    fn no_token_ends_by_a_rotation_and_none_by_forgetting_the_key_before(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let now = app.state.clock.now();
        let tokens: Vec<_> = (0..3).map(|number| app.insert_token(OWNER, &format!("key {number}"), |_| {}).1).collect();
        let (_, revoked) = app.insert_token(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let wrong = with_wrong_secret(&tokens[0], &tokens[1]);
        assert_eq!(digests(app, 1), 4);
        let said = run(app, "rotate");
        assert!(said.contains("Master key 2 is now the current one") && said.contains("retired master keys: 4."), "{said}");

        // The server that runs goes on.
        let mut before = app.visitor();
        assert!(tokens.iter().all(|token| code(&mut before, token.expose()) == "VALID"));

        let restarted = app.second_instance();
        let mut after = Client::new(&restarted.address);
        for token in &tokens {
            assert_eq!(code(&mut after, token.expose()), "VALID");
            assert_eq!(code(&mut after, token.expose()), "VALID", "from memory");
        }
        assert_eq!(code(&mut after, revoked.expose()), "REVOKED");
        assert_eq!(code(&mut after, &wrong), "NOT_FOUND");
        write_down(&restarted.state);
        assert_eq!((digests(app, 1), digests(app, 2)), (0, 4));
        assert!(tokens.iter().all(|token| code(&mut after, token.expose()) == "VALID"));
        write_down(&restarted.state);
        assert_eq!(code(&mut after, &wrong), "NOT_FOUND");

        // The first server was never restarted: it looks for the key that it does not know.
        let mut before = app.visitor();
        assert!(tokens.iter().all(|token| code(&mut before, token.expose()) == "VALID"));
        assert_eq!(code(&mut before, &wrong), "NOT_FOUND");
        write_down(&app.state);
        assert_eq!(digests(app, 2), 4, "and does not go back");

        assert!(run(app, "forget-retired").contains("Removed master key 1"));
        assert!(tokens.iter().all(|token| code(&mut before, token.expose()) == "VALID"));
        let mut owner = app.sign_in_as(OWNER);
        let (_, late) = owner.create_confirmed_api_key("made by the first server");
        assert_eq!((digests(app, 1), digests(app, 2)), (0, 5));
        assert_eq!(code(&mut before, &late), "VALID");
        let last = app.second_instance();
        let mut last_client = Client::new(&last.address);
        assert!(tokens.iter().all(|token| code(&mut last_client, token.expose()) == "VALID"));
        assert_eq!(code(&mut last_client, &late), "VALID");
        assert_eq!(code(&mut last_client, revoked.expose()), "REVOKED");
        assert!(run(app, "forget-retired").contains("There are no retired"));
    }

    fn a_server_that_has_not_read_the_newest_master_key_digests_nothing_anew(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "key", |_| {});
        run(app, "rotate");
        let behind = app.second_instance();
        // Rotated elsewhere, and nobody has copied the file yet.
        app.database.execute("INSERT INTO master_keys (version, fingerprint, first_used_at) VALUES (3, 'other', 0)");
        assert_eq!(code(&mut Client::new(&behind.address), token.expose()), "VALID");
        write_down(&behind.state);
        assert_eq!((digests(app, 1), digests(app, 2)), (1, 0), "master key 2 may be forgotten by now");
        app.database.execute("DELETE FROM master_keys WHERE version = 3");
        run(app, "rotate");
        let restarted = app.second_instance();
        assert_eq!(code(&mut Client::new(&restarted.address), token.expose()), "VALID");
        write_down(&restarted.state);
        assert_eq!(digests(app, 3), 1);
    }

    fn a_key_that_nobody_presents_keeps_its_master_key_from_being_forgotten(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, used) = app.insert_token(OWNER, "used", |_| {});
        let (_, unused) = app.insert_token(OWNER, "unused", |_| {});
        run(app, "rotate");
        let second = app.second_instance();
        assert_eq!(code(&mut Client::new(&second.address), used.expose()), "VALID");
        write_down(&second.state);
        let (_, third_version) = (run(app, "rotate"), run(app, "status"));
        assert!(third_version.contains("Master key 3, current: it verifies 0 tokens"), "{third_version}");
        assert!(third_version.contains("Master key 2, retired: it verifies 1 token ") && third_version.contains("Master key 1, retired: it verifies 1"));

        let refused = app.run(&["secret-key", "forget-retired"]);
        let errors = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && errors.contains("master key 1 is still needed: it verifies 1 token "), "{errors}");
        let third = app.second_instance();
        let mut client = Client::new(&third.address);
        assert_eq!([code(&mut client, used.expose()), code(&mut client, unused.expose())], ["VALID", "VALID"]);
        write_down(&third.state);
        assert_eq!(digests(app, 3), 2);
        run(app, "forget-retired");
        let fourth = app.second_instance();
        let mut client = Client::new(&fourth.address);
        assert_eq!([code(&mut client, used.expose()), code(&mut client, unused.expose())], ["VALID", "VALID"]);
    }

    fn tokens_that_are_kept_are_sealed_anew_and_can_be_shown_after_the_restart(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        let (lost, _) = owner.create_confirmed_api_key("Damaged");
        app.database.execute(&format!("UPDATE api_key_tokens SET sealed = '00' WHERE api_key_id = '{lost}'"));
        let said = run(app, "rotate");
        assert!(said.contains("Stored tokens encrypted again: 1.") && said.contains("left unchanged: 1."), "{said}");
        assert_eq!((sealed(app, 1), sealed(app, 2)), (1, 1));

        // The server that runs finds the new key by itself.
        let path = format!("/settings/developers/api-keys/{id}/token");
        let csrf = owner.csrf();
        let shown = owner.post_raw(&path, &[("hx-request", "true")], &[("csrf", &csrf)]);
        assert_eq!(shown.test_id("key-token").text, token);
        let (late, late_token) = owner.create_confirmed_api_key("Late");
        assert_eq!((sealed(app, 1), sealed(app, 2), digests(app, 2)), (1, 2, 1));
        assert_eq!(code(&mut owner, &late_token), "VALID");

        // One that did not would have left this.
        let (over, over_token) = app.insert_token(OWNER, "Left over", |_| {});
        let left = app.state.token_keys.seal(&over_token, &over.id, &over.organization_id, &mut (app.state.rng)());
        app.state.pool.write(|conn| store::sealed_tokens::insert(conn, &over.lookup, &left)).unwrap();
        let restarted = app.second_instance();
        System::new().block_on(latchkey::tasks::reseal(&restarted.state)).unwrap();
        assert_eq!((sealed(app, 1), sealed(app, 2)), (1, 3));

        let mut session = Client::new(&restarted.address);
        session.cookies = owner.cookies.clone();
        assert!(session.get("/").header("location").starts_with("/sign-in"), "sessions end with it");
        let mut owner = Client::new(&restarted.address);
        owner.post("/sign-in", &[("email", OWNER), ("password", crate::support::PASSWORD)]);
        let over = (over.id.to_string(), over_token.expose().to_owned());
        for (id, token) in [(id, token), (late, late_token), over] {
            let csrf = owner.csrf();
            let path = format!("/settings/developers/api-keys/{id}/token");
            let shown = owner.post_raw(&path, &[("hx-request", "true")], &[("csrf", &csrf)]);
            assert_eq!(shown.test_id("key-token").text, token);
            assert_eq!(code(&mut owner, &token), "VALID");
        }
    }
}
