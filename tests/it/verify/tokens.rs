//! A key can have several tokens, for example during a rotation.

use actix_web::{rt::System, web::Data};
use latchkey::{
    domain::{ApiKey, ApiKeyToken, ApiKeyTokenId, Clock as _, Role, Timestamp, Token, policy::Viewable},
    state::State,
    store,
};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";

/// A pending one, unless `change` says otherwise.
fn try_to_add(
    app: &TestApp,
    api_key: &ApiKey,
    change: impl FnOnce(&mut ApiKeyToken),
) -> Result<(ApiKeyToken, Token), store::Error> {
    let (now, mut rng) = (app.clock.now(), (app.state.rng)());
    let secret = Token::generate(&mut rng);
    let mut token = ApiKeyToken {
        id: ApiKeyTokenId::generate(now, &mut rng),
        lookup: secret.lookup().to_owned(),
        hint: secret.hint().to_owned(),
        created_at: now,
        confirmed_at: None,
        ..ApiKeyToken::first_of(api_key)
    };
    change(&mut token);
    let digest = app.state.token_keys.digest(&secret, &api_key.id, &api_key.organization_id);
    app.state.pool.write(|conn| {
        store::api_key_tokens::insert(conn, &token, &digest)?;
        store::api_keys::update_current_token(conn, &api_key.id)
    })?;
    Ok((token, secret))
}

/// A confirmed key with two tokens that verify: the first one ends after a day.
fn insert_with_two(app: &TestApp, name: &str) -> (ApiKey, [Token; 2]) {
    let (api_key, first) = app.insert_token(OWNER, name, |_| {});
    end(app, &ApiKeyTokenId::first_of(&api_key.id), app.clock.now().plus(Duration::DAY));
    let later = |token: &mut ApiKeyToken| {
        token.created_at = token.created_at.plus(Duration::MICROSECOND);
        token.confirmed_at = Some(token.created_at);
    };
    let (_, second) = try_to_add(app, &api_key, later).unwrap();
    (api_key, [first, second])
}

fn end(app: &TestApp, id: &ApiKeyTokenId, at: Timestamp) {
    app.state.pool.write(|conn| store::api_key_tokens::update_end(conn, id, at)).unwrap();
}

fn codes(client: &mut Client, tokens: &[Token; 2]) -> [String; 2] {
    tokens.each_ref().map(|token| client.verify(token.expose()).1)
}

fn write_usage(state: &Data<State>) {
    System::new().block_on(latchkey::tasks::write_usage(state)).unwrap();
}

/// The last use of each token, the oldest token first.
fn last_uses(app: &TestApp, api_key: &ApiKey) -> Vec<Option<Timestamp>> {
    let tokens = app.state.pool.read(|conn| store::api_key_tokens::list(conn, &api_key.id)).unwrap();
    tokens.into_iter().map(|token| token.last_used_at).collect()
}

on_both_databases! {
    fn what_ends_a_key_ends_all_its_tokens_at_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut client = app.visitor();
        for (act, code) in [("revocation", "REVOKED"), ("disablement", "DISABLED"), ("deletion", "NOT_FOUND")] {
            for is_cached in [true, false] {
                let (key, tokens) = insert_with_two(app, &format!("{act} {is_cached}"));
                if is_cached {
                    assert_eq!(codes(&mut client, &tokens), ["VALID", "VALID"]);
                    assert_eq!(codes(&mut client, &tokens), ["VALID", "VALID"], "from the cache");
                }
                assert_eq!(owner.post(&format!("{PATH}/{}/{act}", key.id), &[]).status, 303, "{act}");
                assert_eq!(codes(&mut client, &tokens), [code, code], "cached: {is_cached}");
                assert_eq!(codes(&mut Client::new(&app.second_instance().address), &tokens), [code, code]);
            }
        }
    }

    fn a_token_that_has_ended_does_not_verify_and_the_other_does(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, tokens) = insert_with_two(app, "Deploy");
        let mut client = app.visitor();
        app.clock.advance(Duration::DAY - Duration::MICROSECOND);
        assert_eq!(codes(&mut client, &tokens), ["VALID", "VALID"]);
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!(codes(&mut client, &tokens), ["EXPIRED", "VALID"], "from the cache");
        assert_eq!(codes(&mut Client::new(&app.second_instance().address), &tokens), ["EXPIRED", "VALID"]);
    }

    fn of_several_tokens_one_is_current_and_lists_and_searches_have_that(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, first) = app.insert_token(OWNER, "Deploy", |_| {});
        let shown = |owner: &mut Client| owner.get(PATH).test_id("cell-key").text;
        let cell_of = |token: &Token| format!("lk_…{}", token.hint());

        let (_, pending) = try_to_add(app, &key, |_| {}).unwrap();
        assert_eq!(shown(&mut owner), cell_of(&first), "a pending token is not current yet");
        assert_eq!(app.visitor().verify(pending.expose()).1, "KEY_NOT_CONFIRMED");
        assert_eq!(app.visitor().verify(first.expose()).1, "VALID");

        let confirm = |token: &mut ApiKeyToken| token.confirmed_at = Some(token.created_at);
        let second = try_to_add(app, &key, confirm);
        assert!(matches!(second, Err(store::Error::Duplicate)), "two would be current: {second:?}");
        end(app, &ApiKeyTokenId::first_of(&key.id), app.clock.now().plus(Duration::DAY));
        let (_, next) = try_to_add(app, &key, confirm).unwrap();
        assert_eq!(shown(&mut owner), cell_of(&next));
        for (words, found) in [(next.lookup(), 1), (first.lookup(), 0)] {
            let page = owner.get(&format!("{PATH}?q={words}"));
            assert_eq!(page.find_all("[data-testid=api-key-row]").len(), found, "{words}");
        }
        for token in [&first, &pending, &next] {
            let place = owner.post(&format!("{PATH}/search"), &[("q", token.expose())]).header("location").to_owned();
            assert!(place.contains(key.id.as_str()), "a whole token finds its key: {place}");
        }
    }

    fn a_digest_that_was_copied_to_another_token_of_the_same_key_does_not_verify_there(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, tokens) = insert_with_two(app, "Deploy");
        app.database.execute(&format!(
            "UPDATE api_key_tokens SET digest = (SELECT o.digest FROM api_key_tokens o WHERE o.lookup = '{}') \
             WHERE api_key_id = '{}'",
            tokens[0].lookup(), key.id
        ));
        assert_eq!(codes(&mut app.visitor(), &tokens), ["VALID", "NOT_FOUND"]);
    }

    fn the_last_use_is_kept_by_token_and_the_key_has_the_newest(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, [first, second]) = insert_with_two(app, "Deploy");
        let mut client = app.visitor();
        let begin = app.clock.now();
        assert_eq!(client.verify(second.expose()).1, "VALID");
        app.clock.advance(Duration::MINUTE);
        assert_eq!(client.verify(first.expose()).1, "VALID");
        write_usage(&app.state);
        assert_eq!(last_uses(app, &key), [Some(begin.plus(Duration::MINUTE)), Some(begin)]);
        let find = || app.state.pool.read(|conn| store::api_keys::find(conn, &key.id)).unwrap().unwrap();
        let of_key = || find().last_use.unwrap().at;
        assert_eq!(of_key(), begin.plus(Duration::MINUTE));

        app.clock.advance(Duration::MINUTE);
        assert_eq!(client.verify(second.expose()).1, "VALID");
        write_usage(&app.state);
        assert_eq!(last_uses(app, &key), [1, 2].map(|minutes| Some(begin.plus(Duration::minutes(minutes)))));
        assert_eq!(of_key(), begin.plus(Duration::minutes(2)));
        let uses = format!("SELECT sum(count) AS count FROM verification_counts WHERE api_key_id = '{}'", key.id);
        assert_eq!(app.database.count(&format!("SELECT CAST(count AS BIGINT) AS count FROM ({uses}) AS uses")), 3);
    }

    fn every_token_of_a_key_follows_the_master_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (key, tokens) = insert_with_two(app, "Deploy");
        let current = app.state.pool.read(|conn| store::api_keys::find(conn, &key.id)).unwrap().unwrap();
        for (api_key, token) in [(&key, &tokens[0]), (&current, &tokens[1])] {
            let sealed = app.state.token_keys.seal(token, &key.id, &key.organization_id, &mut (app.state.rng)());
            app.state.pool.write(|conn| store::sealed_tokens::insert(conn, api_key, &sealed)).unwrap();
        }
        assert!(app.run(&["secret-key", "rotate"]).status.success());
        let mut client = app.visitor();
        write_usage(&app.state);
        assert_eq!(codes(&mut client, &tokens), ["VALID", "VALID"]);
        write_usage(&app.state);
        let moved = "SELECT count(*) AS count FROM api_key_tokens WHERE digest_version = 2 AND sealed_version = 2";
        assert_eq!(app.database.count(moved), 2);
        assert_eq!(codes(&mut client, &tokens), ["VALID", "VALID"]);
        let csrf = owner.csrf();
        let shown = owner.post_raw(&format!("{PATH}/{}/token", key.id), &[("hx-request", "true")], &[("csrf", &csrf)]);
        assert_eq!(shown.test_id("key-token").text, tokens[1].expose(), "the current one");
    }
}
