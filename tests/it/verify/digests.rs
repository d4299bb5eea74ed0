//! The digest of a token belongs to its API key, and follows the master key while servers run.

use actix_web::rt::System;
use latchkey::{
    domain::{ApiKey, MasterKeys, Role, Token, TokenLabel, secret::hmac_sha256},
    state::State,
};

use crate::{
    on_both_databases,
    support::{Client, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";

fn write_usage(state: &actix_web::web::Data<State>) {
    System::new().block_on(latchkey::tasks::write_usage(state)).unwrap();
}

/// What an earlier version of Latchkey stored of this token.
fn unbound_digest(app: &TestApp, token: &Token) -> String {
    let masters = MasterKeys::parse(&std::fs::read_to_string(app.secret_key_file()).unwrap()).unwrap();
    let key = masters.present().derive::<32>("latchkey token digest 1");
    data_encoding::HEXLOWER.encode(&hmac_sha256(&key, token.expose()))
}

fn store_unbound(app: &TestApp, api_key: &ApiKey, token: &Token) {
    let digest = unbound_digest(app, token);
    app.database.execute(&format!("UPDATE api_key_tokens SET digest = '{digest}' WHERE api_key_id = '{}'", api_key.id));
}

fn digest_of(app: &TestApp, api_key: &ApiKey) -> String {
    app.database.text(&format!("SELECT digest AS text FROM api_key_tokens WHERE api_key_id = '{}'", api_key.id))
}

/// The attack of a person who can write to the database and holds the token of `from`.
fn copy_token(app: &TestApp, from: &ApiKey, to: &ApiKey, digest: &str) {
    app.database
        .execute(&format!("UPDATE api_key_tokens SET lookup = 'aaaaaaaaaaaa' WHERE api_key_id = '{}'", from.id));
    let sql = format!(
        "UPDATE api_key_tokens SET lookup = '{}', digest = '{digest}' WHERE api_key_id = '{}'",
        from.lookup, to.id
    );
    assert_eq!(app.database.execute(&sql), 1);
}

on_both_databases! {
    fn a_digest_that_was_copied_to_another_key_does_not_verify_there(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (own, token) = app.insert_token(OWNER, "own", |_| {});
        let (target, target_token) = app.insert_token(OWNER, "target", |_| {});
        copy_token(app, &own, &target, &digest_of(app, &own));
        let mut client = app.visitor();
        assert_eq!(client.verify(token.expose()), (200, "NOT_FOUND".to_owned()));
        assert_eq!(client.verify(target_token.expose()).1, "NOT_FOUND");
        // Called one of an earlier version, it still is not.
        let relabelled = digest_of(app, &own).split_once(':').unwrap().1.to_owned();
        app.database.execute(&format!("UPDATE api_key_tokens SET digest = '{relabelled}' WHERE api_key_id = '{}'", target.id));
        assert_eq!(Client::new(&app.second_instance().address).verify(token.expose()).1, "NOT_FOUND");
    }

    fn digests_of_earlier_versions_verify_and_are_bound_at_their_next_use(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (used, token) = app.insert_token(OWNER, "used", |_| {});
        let (unused, unused_token) = app.insert_token(OWNER, "unused", |_| {});
        store_unbound(app, &used, &token);
        store_unbound(app, &unused, &unused_token);
        let instance = app.second_instance();
        let mut client = Client::new(&instance.address);
        assert_eq!(client.verify(with_wrong_secret(&token, &unused_token).as_str()).1, "NOT_FOUND");
        write_usage(&instance.state);
        assert_eq!(digest_of(app, &used), unbound_digest(app, &token), "a wrong secret moves nothing");

        assert_eq!(client.verify(token.expose()).1, "VALID");
        write_usage(&instance.state);
        assert!(digest_of(app, &used).starts_with("2:"));
        assert!(!digest_of(app, &unused).starts_with("2:"));
        assert_eq!(client.verify(token.expose()).1, "VALID");
        assert_eq!(client.verify(unused_token.expose()).1, "VALID");
        assert_eq!(Client::new(&app.second_instance().address).verify(token.expose()).1, "VALID");
        let report = String::from_utf8(app.run(&["doctor"]).stdout).unwrap();
        assert!(report.contains("until they are next presented: 1"), "{report}");

        // What was moved cannot be copied; and what an earlier version stored does not verify as if it were bound.
        copy_token(app, &used, &unused, &digest_of(app, &used));
        let copied = app.second_instance();
        assert_eq!(Client::new(&copied.address).verify(token.expose()).1, "NOT_FOUND");
        let marked = format!("2:{}", unbound_digest(app, &token));
        app.database.execute(&format!("UPDATE api_key_tokens SET digest = '{marked}' WHERE api_key_id = '{}'", unused.id));
        assert_eq!(Client::new(&app.second_instance().address).verify(token.expose()).1, "NOT_FOUND");
    }

    fn a_digest_that_somebody_else_changed_is_not_overwritten(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "key", |_| {});
        store_unbound(app, &key, &token);
        let instance = app.second_instance();
        assert_eq!(Client::new(&instance.address).verify(token.expose()).1, "VALID");
        let other = unbound_digest(app, &Token::generate(&TokenLabel::default(), &mut (app.state.rng)()));
        app.database.execute(&format!("UPDATE api_key_tokens SET digest = '{other}' WHERE api_key_id = '{}'", key.id));
        write_usage(&instance.state);
        assert_eq!(digest_of(app, &key), other);
    }

    fn a_running_server_moves_digests_at_their_next_use_after_a_rotation(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "key", |_| {});
        let mut client = app.visitor();
        assert_eq!(client.verify(token.expose()).1, "VALID");
        for version in [2, 3] {
            assert!(app.run(&["secret-key", "rotate"]).status.success());
            write_usage(&app.state);
            assert_eq!(client.verify(token.expose()).1, "VALID");
            write_usage(&app.state);
            let moved = format!("SELECT count(*) AS count FROM api_key_tokens WHERE digest_version = {version}");
            assert_eq!(app.database.count(&moved), 1, "without a restart");
            assert_eq!(client.verify(token.expose()).1, "VALID");
        }
        assert!(app.run(&["secret-key", "forget-retired"]).status.success());
        assert_eq!(client.verify(token.expose()).1, "VALID");
    }

    fn a_server_whose_secret_key_file_is_behind_does_not_call_good_tokens_unknown(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "key", |_| {});
        app.database.execute(&format!("UPDATE api_key_tokens SET digest_version = 2 WHERE api_key_id = '{}'", key.id));
        assert_eq!(app.visitor().verify(token.expose()), (200, "NOT_FOUND".to_owned()), "that master key is lost");
        let behind = app.second_instance();
        app.database.execute("INSERT INTO master_keys (version, fingerprint, first_used_at) VALUES (2, 'other', 0)");
        assert_eq!(Client::new(&behind.address).verify(token.expose()).0, 503, "another server has it");
    }
}
