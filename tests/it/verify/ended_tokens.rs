//! Tokens that somebody presents after their end: the owner of the key learns who it is, and nothing changes.

use actix_web::{rt::System, web::Data};
use latchkey::{
    domain::{ApiKey, ApiKeyToken, ApiKeyTokenId, Clock as _, Role, Token, TokenLabel},
    state::State,
    store,
};
use time::Duration;

use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Client, Mails, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";
const EVENT: &str = "api_key.ended_token_used";

fn write_usage(state: &Data<State>) {
    System::new().block_on(async {
        latchkey::tasks::write_usage(state).await.unwrap();
        // Emails are sent in the background of the same system.
        for _ in 0..100 {
            actix_web::rt::task::yield_now().await;
        }
    });
}

/// The answer to a service that reports this address and agent.
fn verify_from(client: &mut Client, token: &str, address: &str, agent: &str) -> String {
    let body = format!(r#"{{"token":"{token}","client_ip":"{address}","user_agent":"{agent}"}}"#);
    client.request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body)).body
}

/// A key whose first token ends in an hour, and that token.
fn insert_rotated(app: &TestApp, email: &str, name: &str) -> (ApiKey, Token) {
    let (api_key, former) = app.insert_token(email, name, |_| {});
    let (now, mut rng) = (app.clock.now().plus(Duration::MICROSECOND), (app.state.rng)());
    let secret = Token::generate(&TokenLabel::default(), &mut rng);
    let token = ApiKeyToken {
        id: ApiKeyTokenId::generate(now, &mut rng),
        lookup: secret.lookup().to_owned(),
        hint: secret.hint().to_owned(),
        created_at: now,
        confirmed_at: Some(now),
        ..ApiKeyToken::first_of(&api_key)
    };
    let digest = app.state.token_keys.digest(&secret, &api_key.id, &api_key.organization_id);
    app.state
        .pool
        .write(|conn| {
            let end = app.clock.now().plus(Duration::HOUR);
            store::api_key_tokens::update_end(conn, &ApiKeyTokenId::first_of(&api_key.id), end)?;
            store::api_key_tokens::insert(conn, &token, &digest)?;
            store::api_keys::update_current_token(conn, &api_key.id)
        })
        .unwrap();
    (api_key, former)
}

/// The places on the page of this key, each as its cells.
fn places(client: &mut Client, key: &ApiKey) -> Vec<String> {
    let page = client.get(&format!("{PATH}/{}", key.id));
    let rows = page.find_all("[data-testid=ended-token-uses] tbody tr").into_iter();
    rows.map(|row| row.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn rows(app: &TestApp) -> i64 {
    app.database.count("SELECT count(*) AS count FROM ended_token_uses")
}

on_both_databases! {
    fn a_token_that_is_presented_after_the_overlap_is_shown_with_its_places(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, former) = insert_rotated(app, OWNER, "Deploy");
        let mut service = app.visitor();
        assert!(verify_from(&mut service, former.expose(), "10.0.0.7", "shop/1").contains("VALID"));
        write_usage(&app.state);
        assert_eq!((rows(app), app.audited(EVENT)), (0, 0), "the overlap is not over");
        assert!(!owner.get(&format!("{PATH}/{}", key.id)).has("[data-testid=ended-tokens]"));
        assert!(!owner.get("/").has("[data-testid=to-do-ended-tokens]"));

        app.clock.advance(Duration::HOUR);
        for _ in 0..3 {
            assert!(verify_from(&mut service, former.expose(), "10.0.0.7", "shop/1").contains("EXPIRED"));
        }
        assert_eq!(rows(app), 0, "nothing is written while it answers");
        write_usage(&app.state);
        app.clock.advance(Duration::minutes(3));
        verify_from(&mut service, former.expose(), "10.0.0.8", "nightly/2");
        write_usage(&app.state);
        let hint = former.hint();
        assert_eq!(places(&mut owner, &key), [
            format!("10.0.0.8 nightly/2 as reported by 127.0.0.1 …{hint} 1 just now"),
            format!("10.0.0.7 shop/1 as reported by 127.0.0.1 …{hint} 3 3 minutes ago"),
        ]);
        let to_do = owner.get("/").test_id("to-do-ended-tokens").text;
        assert!(to_do.contains("1 key is still used with a token that has ended"), "{to_do}");
        assert!(to_do.contains("Deploy just now from 10.0.0.8 by nightly/2 4 refused today"), "{to_do}");

        assert_eq!(app.visitor().verify(former.expose()).1, "EXPIRED", "nothing changes");
        app.clock.advance(Duration::days(7) + Duration::SECOND);
        let mut owner = app.sign_in_as(OWNER);
        let home = owner.get("/");
        assert!(home.has("[data-testid=attention]") && !home.has("[data-testid=to-do-ended-tokens]"), "{}", home.body);
        assert_eq!(places(&mut owner, &key).len(), 2);
        app.clock.advance(Duration::days(400));
        System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        assert_eq!(rows(app), 0);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM ended_token_alarms"), 0);
    }

    fn the_alarm_is_recorded_once_a_day_and_key_whichever_server_sees_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, former) = insert_rotated(app, OWNER, "Deploy");
        let (other_key, revoked) = app.insert_token(OWNER, "Old", |key| key.revoked_at = Some(key.created_at));
        app.clock.advance(Duration::HOUR);
        let second = app.second_instance();
        let mut clients = [app.visitor(), Client::new(&second.address)];
        for _ in 0..2 {
            for (client, state) in clients.iter_mut().zip([&app.state, &second.state]) {
                for token in [&former, &revoked] {
                    verify_from(client, token.expose(), "10.0.0.7", "shop/1");
                }
                write_usage(state);
            }
            app.clock.advance(Duration::hours(11));
        }
        assert_eq!(app.audited(EVENT), 2);
        for key in [&key, &other_key] {
            let events = app.events_of(key.id.as_str());
            let event = events.iter().find(|event| event.action == EVENT).unwrap();
            assert_eq!(event.actor_id, None, "the server did it");
            assert_eq!(event.details["used_from"], "10.0.0.7");
            assert_eq!(event.details["agent"], "shop/1");
            assert_eq!(event.details["count_today"], 1);
        }
        let total = "SELECT CAST(sum(used_count) AS BIGINT) AS count FROM ended_token_uses";
        assert_eq!(app.database.count(total), 4, "of both servers, today");
        app.clock.advance(Duration::hours(2));
        for token in [&former, &revoked] {
            verify_from(&mut clients[0], token.expose(), "10.0.0.7", "shop/1");
        }
        write_usage(&app.state);
        assert_eq!(app.audited(EVENT), 4, "a day later");
    }

    fn the_token_of_a_deleted_key_is_recognized_and_answered_like_an_unknown_one(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut member = app.sign_in(Role::Member);
        let (key, token) = app.insert_token(OWNER, "Old shop", |_| {});
        let (_, other) = app.insert_token(OWNER, "Other", |_| {});
        let unknown = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
        let mut service = app.visitor();
        assert_eq!(owner.post(&format!("{PATH}/{}/deletion", key.id), &[]).status, 303);
        let wrong = with_wrong_secret(&token, &other);
        verify_from(&mut service, &wrong, "10.0.0.66", "guess/1");
        write_usage(&app.state);
        assert_eq!((rows(app), app.audited(EVENT)), (0, 0), "a wrong secret is a guess");

        let answers = [token.expose(), unknown.expose(), wrong.as_str()].map(|token| {
            let page = service.request("GET", "/v1/forward-auth", &[("x-api-key", token)], None);
            let verify = verify_from(&mut service, token, "10.0.0.7", "shop/1");
            (page.status, page.header("x-latchkey-code").to_owned(), page.header("www-authenticate").to_owned(), verify)
        });
        assert_eq!(answers[0].3, r#"{"valid":false,"code":"NOT_FOUND"}"#);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        write_usage(&app.state);
        assert_eq!((rows(app), app.audited(EVENT)), (2, 1));

        let to_do = owner.get("/").test_id("to-do-ended-tokens").text;
        assert!(to_do.contains("Old shop just now from") && to_do.contains("2 refused today"), "{to_do}");
        let gone = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(gone.status, 404);
        assert!(gone.body.contains("You deleted"), "who deleted it is still known: {}", gone.body);
        assert_eq!(gone.find_all("[data-testid=ended-token-uses] tbody tr").len(), 2);
        assert!(!member.get("/").has("[data-testid=to-do-ended-tokens]"));
        let gone = member.get(&format!("{PATH}/{}", key.id));
        assert!(gone.status == 404 && !gone.has("[data-testid=ended-token-uses]"));

        app.clock.advance(Duration::days(401));
        System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        assert_eq!(app.database.count("SELECT count(*) AS count FROM deleted_api_key_tokens"), 0);
        verify_from(&mut service, token.expose(), "10.0.0.7", "shop/1");
        write_usage(&app.state);
        assert_eq!(rows(app), 0);
    }

    fn every_way_of_deleting_keeps_confirmed_tokens_and_no_others(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (one, one_token) = app.insert_token(OWNER, "one", |_| {});
        let (two, former) = insert_rotated(app, OWNER, "two");
        let (pending, _) = app.insert_token(OWNER, "pending", |key| key.confirmed_at = None);
        let count = || app.database.count("SELECT count(*) AS count FROM deleted_api_key_tokens");
        assert_eq!(owner.post(&format!("{PATH}/{}/deletion", one.id), &[]).status, 303);
        assert_eq!(count(), 1);
        let answer = owner.post(&format!("{PATH}/all-deletion"), &[("phrase", "delete 2 keys")]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(count(), 3, "both tokens of “two”, and none of {}", pending.id);
        let mut service = app.visitor();
        for token in [&one_token, &former] {
            assert_eq!(service.verify(token.expose()).1, "NOT_FOUND");
        }
        write_usage(&app.state);
        let keys = "SELECT count(DISTINCT api_key_id) AS count FROM ended_token_uses";
        assert_eq!(app.database.count(keys), 2, "{} and {}", one.id, two.id);
    }

    fn refusals_for_other_reasons_raise_no_alarm(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let now = app.clock.now();
        let (_, revoked) = app.insert_token(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let (_, other) = app.insert_token(OWNER, "other", |_| {});
        let mut service = app.visitor();
        for token in [
            app.insert_token(OWNER, "expired", |key| key.expires_at = Some(now)).1.expose(),
            app.insert_token(OWNER, "disabled", |key| key.disabled_at = Some(now)).1.expose(),
            app.insert_token(OWNER, "pending", |key| key.confirmed_at = None).1.expose(),
            with_wrong_secret(&revoked, &other).as_str(),
            Token::generate(&TokenLabel::default(), &mut (app.state.rng)()).expose(),
        ] {
            verify_from(&mut service, token, "10.0.0.7", "shop/1");
        }
        let organization = format!("/v1/verify?organization={}", app.create_organization("Globex"));
        service.request("POST", &organization, &[("x-api-key", revoked.expose())], None);
        write_usage(&app.state);
        assert_eq!((rows(app), app.audited(EVENT)), (0, 0));
    }

    fn a_holder_that_invents_agents_takes_ten_rows_and_no_place_of_another(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, revoked) = app.insert_token(OWNER, "revoked", |key| key.revoked_at = Some(key.created_at));
        let direct = [("x-api-key", revoked.expose()), ("user-agent", "mine/1")];
        app.visitor().request("GET", "/v1/forward-auth", &direct, None);
        let mut service = app.visitor();
        for round in 0..3 {
            for number in 0..15 {
                app.clock.advance(Duration::SECOND);
                verify_from(&mut service, revoked.expose(), "10.0.0.7", &format!("agent/{round}.{number}"));
            }
            write_usage(&app.state);
            assert_eq!(rows(app), 10);
        }
        assert_eq!(app.audited(EVENT), 1);
        assert_eq!(places(&mut owner, &key).len(), 10);
    }

    fn strangers_who_send_many_tokens_are_stopped_before_any_is_looked_up(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut stranger = app.visitor();
        let mut limited = 0_usize;
        for _ in 0..260 {
            let token = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
            limited += usize::from(stranger.verify(token.expose()).0 == 429);
        }
        assert!(limited > 0, "the throttle counts first");
        let waiting = app.state.unknown_tokens.take().len();
        assert!(waiting <= 260 - limited, "{waiting} wait, {limited} were limited");
    }
}

on_both_databases_with_mails! {
    fn the_owner_gets_one_email_a_day_that_says_who_it_is(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.create_user(Role::Member, "gone");
        let (_, of_nobody) = app.insert_token("gone@acme.example", "Left", |key| key.revoked_at = Some(key.created_at));
        app.change_users_beside("UPDATE users SET disabled_at = 1 WHERE email = 'gone@acme.example'");
        let (key, former) = insert_rotated(app, "max@acme.example", "Deploy");
        app.clock.advance(Duration::HOUR);
        let mut service = app.visitor();
        for _ in 0..3 {
            verify_from(&mut service, of_nobody.expose(), "10.0.0.7", "shop/1");
            verify_from(&mut service, former.expose(), "10.0.0.7", "shop/1");
            write_usage(&app.state);
        }
        let mail = mails.next();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()),
            ("max@acme.example", "An ended token of the API key “Deploy” is still used"));
        for part in [former.hint(), "10.0.0.7", "shop/", "after a rotation", "in Acme"] {
            assert!(mail.text.contains(part), "{part}: {}", mail.text);
        }
        assert_eq!(mail.link(&app.address), format!("{PATH}/{}", key.id));

        // The next email is that of the next day: between them there was none.
        app.database.execute("UPDATE users SET language = 'ru' WHERE email = 'max@acme.example'");
        app.database.execute(&format!("UPDATE api_keys SET revoked_at = 1 WHERE id = '{}'", key.id));
        app.state.pool.write(|conn| store::verification::record_change(conn, Some(&key.id), app.clock.now())).unwrap();
        app.clock.advance(Duration::DAY);
        verify_from(&mut Client::new(&app.address), former.expose(), "10.0.0.7", "shop/1");
        write_usage(&app.state);
        let mail = mails.next();
        assert_eq!(mail.subject, "Отключённый токен API-ключа «Deploy» ещё используется");
    }
}
