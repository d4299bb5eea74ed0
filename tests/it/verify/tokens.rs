//! A key can have several tokens, for example during a rotation.

use actix_web::{rt::System, web::Data};
use latchkey::{
    domain::{ApiKey, ApiKeyToken, ApiKeyTokenId, Clock as _, Role, Timestamp, Token, TokenLabel, policy::Viewable},
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
    let secret = Token::generate(&TokenLabel::default(), &mut rng);
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

/// Oldest first.
fn tokens_of(app: &TestApp, api_key: &ApiKey) -> Vec<ApiKeyToken> {
    app.state.pool.read(|conn| store::api_key_tokens::list(conn, &api_key.id)).unwrap()
}

/// The last use of each token, the oldest token first.
fn last_uses(app: &TestApp, api_key: &ApiKey) -> Vec<Option<Timestamp>> {
    tokens_of(app, api_key).into_iter().map(|token| Some(token.last_use?.at)).collect()
}

fn verify_from(client: &mut Client, token: &Token, address: &str, agent: &str) -> String {
    let body = format!(r#"{{"token":"{}","client_ip":"{address}","user_agent":"{agent}"}}"#, token.expose());
    client.request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body)).body
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

    fn every_answer_tells_which_token_it_is_and_when_that_ends(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, [former, current]) = insert_with_two(app, "Deploy");
        let (_, pending) = try_to_add(app, &key, |_| {}).unwrap();
        let ends_at = app.clock.now().plus(Duration::DAY);
        let key_ends_at = key.expires_at.unwrap();
        let in_seconds = |instant: Timestamp| instant.unix_micros() / 1_000_000;
        let mut client = app.visitor();
        for (token, name, end, exp) in [
            (&former, "previous", Some(ends_at), ends_at),
            (&current, "current", None, key_ends_at),
            (&pending, "pending", None, key_ends_at),
        ] {
            let is_valid = name != "pending";
            let headers = [("x-api-key", token.expose())];
            let answer = client.request("POST", "/v1/verify", &headers, None).json();
            assert_eq!((answer["valid"].as_bool(), answer["token"].as_str()), (Some(is_valid), Some(name)), "{answer}");
            assert_eq!(answer["token_ends_at"].as_str().map(str::to_owned), end.map(|end| end.to_string()), "{answer}");
            assert_eq!(answer["expires_at"].as_str(), Some(key_ends_at.to_string().as_str()));

            let answer = client.request("GET", "/v1/forward-auth", &headers, None);
            let said = ["x-latchkey-token", "x-latchkey-token-ends-at"].map(|name| answer.header(name).to_owned());
            let expected = [name.to_owned(), end.map(|end| end.to_string()).unwrap_or_default()];
            assert_eq!(said, if is_valid { expected } else { Default::default() });

            let form = [("x-api-key", current.expose()), ("content-type", "application/x-www-form-urlencoded")];
            let body = format!("token={}", token.expose());
            let answer = client.request("POST", "/oauth2/introspect", &form, Some(&body)).json();
            assert_eq!(answer["active"], is_valid);
            let said = (answer["token"].as_str(), answer["exp"].as_i64());
            assert_eq!(said, if is_valid { (Some(name), Some(in_seconds(exp))) } else { (None, None) }, "{answer}");
        }
        app.clock.advance(Duration::DAY);
        let answer = client.request("POST", "/v1/verify", &[("x-api-key", former.expose())], None).json();
        assert_eq!([&answer["code"], &answer["token"]], ["EXPIRED", "previous"], "{answer}");
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

    fn each_token_has_its_last_place_and_the_uses_of_today_from_all_servers(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, [first, second]) = insert_with_two(app, "Deploy");
        let other = app.second_instance();
        let mut clients = [app.visitor(), Client::new(&other.address)];
        let uses = |app: &TestApp| {
            let of = |token: ApiKeyToken| {
                let last = token.last_use.as_ref();
                let place = last.map(|last| format!("{} {}", last.address.unwrap(), last.agent.as_ref().unwrap()));
                (token.uses_today(app.clock.now()), place.unwrap_or_default())
            };
            tokens_of(app, &key).into_iter().map(of).collect::<Vec<_>>()
        };
        for _ in 0..3 {
            verify_from(&mut clients[0], &first, "10.0.0.7", "old/1");
            verify_from(&mut clients[1], &second, "10.0.0.8", "new/2");
        }
        app.clock.advance(Duration::SECOND);
        verify_from(&mut clients[1], &first, "10.0.0.9", "old/2");
        // The server with the later use writes first.
        for state in [&other.state, &app.state] {
            write_usage(state);
        }
        let expected = [(4, "10.0.0.9 old/2".to_owned()), (3, "10.0.0.8 new/2".to_owned())];
        assert_eq!(uses(app), expected);

        app.database.execute(&format!("UPDATE api_keys SET disabled_at = 1 WHERE id = '{}'", key.id));
        app.state.pool.write(|conn| store::verification::record_change(conn, Some(&key.id), app.clock.now())).unwrap();
        let restarted = app.second_instance();
        let mut client = Client::new(&restarted.address);
        assert!(verify_from(&mut client, &first, "10.0.0.66", "denied").contains("DISABLED"));
        write_usage(&restarted.state);
        assert_eq!(uses(app), expected, "a denied call is no use");
    }

    fn uses_of_yesterday_that_are_written_late_do_not_count_today(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let other = app.second_instance();
        let today = |app: &TestApp| tokens_of(app, &key)[0].uses_today(app.clock.now());
        let mut late = Client::new(&other.address);
        app.clock.advance(Duration::hours(12) - Duration::SECOND);
        for _ in 0..2 {
            assert_eq!(late.verify(token.expose()).1, "VALID");
        }
        assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
        write_usage(&app.state);
        assert_eq!(today(app), 1);
        app.clock.advance(Duration::SECOND);
        assert_eq!(today(app), 0, "it is midnight");
        assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
        write_usage(&app.state);
        write_usage(&other.state);
        assert_eq!(today(app), 1);
        assert_eq!(last_uses(app, &key), [Some(app.clock.now())]);
    }

    fn every_token_of_a_key_follows_the_master_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (key, tokens) = insert_with_two(app, "Deploy");
        let current = app.state.pool.read(|conn| store::api_keys::find(conn, &key.id)).unwrap().unwrap();
        for (api_key, token) in [(&key, &tokens[0]), (&current, &tokens[1])] {
            let sealed = app.state.token_keys.seal(token, &key.id, &key.organization_id, &mut (app.state.rng)());
            app.state.pool.write(|conn| store::sealed_tokens::insert(conn, &api_key.lookup, &sealed)).unwrap();
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
