//! Counts of uses, none of which is lost.

use std::{net::IpAddr, thread};

use actix_web::{rt::System, web::Data};
use latchkey::{
    config::TrustedProxies,
    domain::{ApiKey, ApiKeyId, Role, Timestamp, Token},
    state::State,
    store,
};
use time::{Duration, macros::datetime};

use crate::{
    on_both_databases,
    support::{Client, Kind, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";

fn write_down(state: &Data<State>) {
    System::new().block_on(latchkey::tasks::write_usage(state)).unwrap();
}

fn stored(app: &TestApp, key: &ApiKey) -> ApiKey {
    app.state.pool.read(|conn| store::api_keys::find(conn, &key.id)).unwrap().unwrap()
}

fn counted(app: &TestApp, code: &str, day: Timestamp) -> i64 {
    app.database.count(&format!(
        "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS count FROM verification_counts \
         WHERE code = '{code}' AND day = {}",
        day.unix_micros()
    ))
}

on_both_databases! {
    fn every_answer_is_counted_and_only_valid_ones_are_a_use(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let today = now.start_of_day();
        let (good, token) = app.insert_token(OWNER, "good", |_| {});
        let (disabled, disabled_token) = app.insert_token(OWNER, "disabled", |key| key.disabled_at = Some(now));
        app.create_user(Role::Member, "max");
        let (lacking, lacking_token) = app.insert_token("max@acme.example", "lacking", |_| {});
        let (_, other) = app.insert_token(OWNER, "other", |_| {});
        let wrong = with_wrong_secret(&token, &other);
        let mut service = app.visitor();
        let mut ask = |token: &str| service.request("GET", "/v1/forward-auth", &[("x-api-key", token), ("user-agent", "agent/1")], None);
        for _ in 0..3 {
            ask(token.expose());
        }
        ask(disabled_token.expose());
        ask(disabled_token.expose());
        ask(&wrong);
        let headers = [("x-api-key", lacking_token.expose())];
        let stopped = service.request("GET", "/v1/forward-auth?permission=policy.manage", &headers, None);
        assert_eq!(stopped.status, 403);
        assert_eq!(stored(app, &good).last_use, None, "nothing is written while it answers");

        write_down(&app.state);
        let last_use = stored(app, &good).last_use.unwrap();
        assert_eq!((last_use.at, last_use.address), (now, Some(IpAddr::from([127, 0, 0, 1]))));
        for key in [&disabled, &lacking] {
            assert_eq!(stored(app, key).last_use, None, "a refusal is no use");
        }
        assert_eq!(counted(app, "INSUFFICIENT_PERMISSIONS", today), 1);
        assert_eq!(counted(app, "DISABLED", today), 2);
        assert_eq!(counted(app, "NOT_FOUND", today), 1);
        assert_eq!(counted(app, "VALID", today), 3);

        let page = owner.get(PATH);
        let row = |name: &str| page.find_all(&format!("[data-key-name={name}] [data-testid=cell-last-used]")).remove(0).text;
        assert!(row("good").contains("just now") && !row("good").contains("127.0.0.1") && row("good").contains("3 today, 1 refused"), "{}", row("good"));
        assert_eq!(row("disabled"), "Never created 21 Nov 2026, 12:00 UTC 2 refused today");
        assert_eq!(row("other"), "Never created 21 Nov 2026, 12:00 UTC");
    }

    fn what_is_written_twice_adds_up_and_the_later_use_stays(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "shared", |_| {});
        let second = app.second_instance();
        let body = format!(r#"{{"token":"{}","client_ip":"203.0.113.7","user_agent":"tool\u202e/1"}}"#, token.expose());
        let json = [("content-type", "application/json")];
        assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
        app.clock.advance(Duration::seconds(5));
        let later = app.state.clock.now();
        let answer = Client::new(&second.address).request("POST", "/v1/verify", &json, Some(&body));
        assert_eq!(answer.status, 200, "{}", answer.body);
        // The one with the later use comes first.
        write_down(&second.state);
        write_down(&app.state);
        write_down(&app.state);
        let last_use = stored(app, &key).last_use.unwrap();
        assert_eq!((last_use.at, last_use.address), (later, Some(IpAddr::from([203, 0, 113, 7]))));
        assert_eq!(last_use.agent.unwrap().as_str(), "tool/1");
        assert_eq!(counted(app, "VALID", later.start_of_day()), 2);
    }

    fn the_ten_places_that_used_a_key_last_are_remembered_until_it_goes(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "shared", |_| {});
        let (_, other) = app.insert_token(OWNER, "other", |_| {});
        let mut service = app.visitor();
        let mut use_from = |token: &str, place: u8, agent: &str| {
            let body = format!(r#"{{"token":"{token}","client_ip":"203.0.113.{place}","user_agent":"{agent}"}}"#);
            app.clock.advance(Duration::SECOND);
            let answer = service.request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body));
            assert_eq!(answer.status, 200, "{}", answer.body);
        };
        let callers = || {
            let listed = app.state.pool.read(|conn| store::usage::list_callers(conn, &[&key.id], 100)).unwrap();
            let place = |address: Option<IpAddr>| address.unwrap().to_string().rsplit('.').next().unwrap().to_owned();
            let text = |agent: Option<&latchkey::domain::UserAgent>| agent.map_or("", |agent| agent.as_str()).to_owned();
            let said = |caller: &latchkey::domain::usage::RecordedCaller| format!("{} {}", place(caller.address), text(caller.agent.as_ref()));
            (listed.iter().map(said).collect::<Vec<_>>(), listed)
        };
        for (place, agent) in [(1, "a"), (2, "a"), (1, "b"), (1, "a"), (1, "")] {
            use_from(token.expose(), place, agent);
        }
        use_from(other.expose(), 99, "x");
        write_down(&app.state);
        let (said, listed) = callers();
        assert_eq!(said, ["1 ", "1 a", "1 b", "2 a"], "the latest first");
        let first_used = listed[2].first_used_at;

        for place in 3..=9 {
            use_from(token.expose(), place, "a");
        }
        use_from(token.expose(), 1, "b");
        write_down(&app.state);
        let (said, listed) = callers();
        assert_eq!(said, ["1 b", "9 a", "8 a", "7 a", "6 a", "5 a", "4 a", "3 a", "1 ", "1 a"]);
        assert_eq!(listed[0].first_used_at, first_used, "what was known before is kept");
        assert!(listed[0].last_used_at > first_used);

        assert_eq!(owner.post(&format!("{PATH}/{}/deletion", key.id), &[]).status, 303);
        assert_eq!(app.database.count("SELECT COUNT(*) AS count FROM api_key_uses"), 1, "that of the other key");
    }

    fn forged_addresses_and_agents_take_no_place_of_other_askers(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "leaked", |_| {});
        let (flooded, flooded_token) = app.insert_token(OWNER, "flooded", |_| {});
        let mut config = app.config().clone();
        config.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap();
        let server = app.instance_with(config);
        let mut service = Client::new(&server.address);
        let mut ask = |token: &Token, asker: &str, agent: &str, reported: &str| {
            app.clock.advance(Duration::SECOND);
            let headers = [("content-type", "application/json"), ("x-forwarded-for", asker), ("user-agent", agent)];
            let body = format!(r#"{{"token":"{}"{reported}}}"#, token.expose());
            let answer = service.request("POST", "/v1/verify", &headers, Some(&body));
            assert!(answer.body.contains("VALID"), "{}", answer.body);
        };
        let client_ip = |number: usize| format!(r#","client_ip":"198.51.100.{number}""#);
        let use_by_others = |ask: &mut dyn FnMut(&Token, &str, &str, &str)| {
            (1..=8).for_each(|number| ask(&token, &format!("192.0.2.{number}"), "curl/8", ""));
            ask(&token, "10.0.0.5", "service/1", r#","client_ip":"203.0.113.9","user_agent":"app/1""#);
        };
        let places = |ids: &[&ApiKeyId]| {
            let listed = app.state.pool.read(|conn| store::usage::list_callers(conn, ids, 10)).unwrap();
            let text = |address: Option<IpAddr>| address.map(|address| address.to_string()).unwrap_or_default();
            listed.iter().map(|caller| format!("{} {}", text(caller.address), text(caller.reported_by))).collect::<Vec<_>>()
        };
        let others = ["203.0.113.9 10.0.0.5", "192.0.2.8 ", "192.0.2.7 ", "192.0.2.6 ", "192.0.2.5 ", "192.0.2.4 ",
            "192.0.2.3 ", "192.0.2.2 ", "192.0.2.1 "];

        // In memory.
        use_by_others(&mut ask);
        (1..=30).for_each(|number| ask(&token, "203.0.113.66", "x", &client_ip(number)));
        write_down(&server.state);
        assert_eq!(places(&[&key.id])[0], "198.51.100.30 203.0.113.66");
        assert_eq!(places(&[&key.id])[1..], others);
        // In the database. The agent of the header can be forged as well.
        for batch in 0..3 {
            (1..=9).for_each(|number| ask(&token, "203.0.113.66", &format!("{batch} {number}"), &client_ip(number)));
            (1..=9).for_each(|number| ask(&token, "203.0.113.66", &format!("{batch} {number}"), ""));
            write_down(&server.state);
        }
        assert_eq!(places(&[&key.id])[0], "203.0.113.66 ");
        assert_eq!(places(&[&key.id])[1..], others);
        // Where several keys are asked about together.
        (1..=10).for_each(|number| ask(&flooded_token, "203.0.113.66", "x", &client_ip(number)));
        write_down(&server.state);
        assert_eq!(places(&[&key.id, &flooded.id])[1..], others);

        let used_by = owner.get(&format!("{PATH}/{}", key.id)).test_id("used-by").text;
        assert!(used_by.contains("203.0.113.9app/1 as reported by 10.0.0.5"), "{used_by}");
        assert_eq!(used_by.matches("as reported by").count(), 1, "{used_by}");
        let question = owner.get(&format!("{PATH}/{}/revocation", key.id)).test_id("used-by").text;
        assert!(question.contains("203.0.113.9 app/1 as reported by 10.0.0.5"), "{question}");
    }

    fn each_day_has_its_own_count(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "night", |_| {});
        let mut service = app.visitor();
        app.clock.advance(Duration::hours(12) - Duration::MICROSECOND);
        service.verify(token.expose());
        app.clock.advance(Duration::MICROSECOND);
        service.verify(token.expose());
        service.verify(token.expose());
        write_down(&app.state);
        assert_eq!(counted(app, "VALID", datetime!(2026-11-21 0:00 UTC).into()), 1);
        assert_eq!(counted(app, "VALID", datetime!(2026-11-22 0:00 UTC).into()), 2);

        app.clock.advance(Duration::days(400));
        System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        assert_eq!(app.database.count("SELECT COUNT(*) AS count FROM verification_counts"), 1, "400 days are kept");
    }

    fn what_could_not_be_written_is_written_later_and_once(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "patient", |_| {});
        let mut service = app.visitor();
        service.verify(token.expose());
        app.database.refuse_updates("api_keys");
        assert!(System::new().block_on(latchkey::tasks::write_usage(&app.state)).is_err());
        assert_eq!(counted(app, "VALID", app.state.clock.now().start_of_day()), 0, "all or nothing");
        service.verify(token.expose());
        app.database.allow_updates("api_keys");
        write_down(&app.state);
        assert_eq!(counted(app, "VALID", app.state.clock.now().start_of_day()), 2);
        assert!(stored(app, &key).last_use.is_some());
    }

    fn a_key_that_is_deleted_leaves_its_counts_and_no_error(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "gone", |_| {});
        app.visitor().verify(token.expose());
        owner.post(&format!("{PATH}/{}/deletion", key.id), &[]);
        write_down(&app.state);
        assert!(app.state.usage.is_written());
        assert_eq!(counted(app, "VALID", app.state.clock.now().start_of_day()), 1);
    }

    fn a_server_that_stops_has_written_everything(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let tokens: Vec<_> = (0..50).map(|number| app.insert_token(OWNER, &format!("key {number}"), |_| {}).1).collect();
        let second = app.second_instance();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut service = Client::new(&second.address);
                    assert!(tokens.iter().all(|token| service.verify(token.expose()).1 == "VALID"));
                });
            }
        });
        drop(second);
        assert_eq!(counted(app, "VALID", app.state.clock.now().start_of_day()), 150);
        assert_eq!(app.database.count("SELECT COUNT(*) AS count FROM api_keys WHERE last_used_at IS NOT NULL"), 50);
    }
}

#[test]
fn writing_waits_for_nobody_who_is_changing_a_key() {
    let app = TestApp::start(Kind::Postgres);
    app.create_user(Role::Owner, "owner");
    let (key, token) = app.insert_token(OWNER, "busy", |_| {});
    let (free, free_token) = app.insert_token(OWNER, "free", |_| {});
    for token in [&token, &free_token] {
        app.visitor().verify(token.expose());
    }
    app.state
        .pool
        .write(|conn| {
            store::api_keys::update_confirmed(conn, &key.id, app.state.clock.now())?;
            // In a thread of its own: another connection, while this one holds the row.
            thread::scope(|scope| scope.spawn(|| write_down(&app.state)).join().unwrap());
            Ok::<_, store::Error>(())
        })
        .unwrap();
    assert!(stored(&app, &key).last_use.is_none() && stored(&app, &free).last_use.is_some());
    write_down(&app.state);
    assert!(stored(&app, &key).last_use.is_some());
    assert_eq!(counted(&app, "VALID", app.state.clock.now().start_of_day()), 2, "counted once");
}
