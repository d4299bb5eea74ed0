//! Rate limits and quotas of keys: what passes, what is refused, and what answers say about it.

use actix_web::rt::System;
use latchkey::domain::{
    ApiKey, Role, Token,
    key_limits::{OwnLimit, OwnLimits},
};
use serde_json::{Value, json};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, limits},
    web::settings::policy::{agree, change},
};

const OWNER: &str = "owner@acme.example";

fn insert(app: &TestApp, limits: OwnLimits) -> (ApiKey, Token) {
    app.create_user(Role::Owner, "owner");
    app.insert_token(OWNER, "Deploy", |key| key.attributes.limits = limits)
}

fn verify(client: &mut Client, token: &Token, cost: u32) -> Value {
    let body = json!({ "token": token.expose(), "cost": cost }).to_string();
    client.request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body)).json()
}

fn forward_auth(client: &mut Client, token: &Token, query: &str) -> Page {
    client.request("GET", &format!("/v1/forward-auth{query}"), &[("x-api-key", token.expose())], None)
}

fn code(client: &mut Client, token: &Token) -> String {
    verify(client, token, 1)["code"].as_str().unwrap().to_owned()
}

fn codes(client: &mut Client, token: &Token, count: usize) -> Vec<String> {
    (0..count).map(|_| code(client, token)).collect()
}

on_both_databases! {
    fn a_rate_limit_refuses_what_exceeds_it_and_nothing_else(app: &TestApp) {
        let (_, token) = insert(app, limits("3/minute", ""));
        let mut service = app.visitor();
        let first = verify(&mut service, &token, 1);
        assert_eq!(first["rate_limit"], json!({ "limit": 3, "remaining": 2, "reset": 61, "period": "minute" }));
        assert_eq!((&first["valid"], &first["quota"]), (&Value::Bool(true), &Value::Null));
        app.clock.advance(Duration::seconds(10));
        assert_eq!(verify(&mut service, &token, 2)["code"], "VALID");
        let refused = verify(&mut service, &token, 1);
        assert_eq!((&refused["valid"], refused["code"].as_str()), (&Value::Bool(false), Some("RATE_LIMITED")));
        assert_eq!(refused["rate_limit"]["remaining"], 0);
        assert_eq!(refused["rate_limit"]["reset"], 51);
        assert_eq!(refused["permissions"], json!([]));

        // Asking without taking, and too much at once, take nothing.
        assert_eq!(verify(&mut service, &token, 0)["code"], "VALID");
        assert_eq!(verify(&mut service, &token, 4)["code"], "RATE_LIMITED");
        app.clock.advance(Duration::seconds(51));
        assert_eq!(codes(&mut service, &token, 2), ["VALID", "RATE_LIMITED"]);
        app.clock.advance(Duration::seconds(61));
        assert_eq!(codes(&mut service, &token, 4), ["VALID", "VALID", "VALID", "RATE_LIMITED"]);
    }

    fn a_proxy_gets_429_with_the_fields_of_the_draft(app: &TestApp) {
        let (_, token) = insert(app, limits("10/minute/2", "5/day"));
        let mut proxy = app.visitor();
        let passed = forward_auth(&mut proxy, &token, "");
        assert_eq!(passed.status, 200);
        assert_eq!(passed.header("ratelimit-policy"), r#""rate";q=10;w=60, "burst";q=2;w=1, "quota";q=5;w=86400"#);
        // It is noon.
        assert_eq!(passed.header("ratelimit"), r#""rate";r=9;t=61, "burst";r=1;t=2, "quota";r=4;t=43200"#);
        assert_eq!(forward_auth(&mut proxy, &token, "?cost=0").status, 200);
        assert_eq!(forward_auth(&mut proxy, &token, "?cost=1").status, 200);
        let refused = forward_auth(&mut proxy, &token, "");
        assert_eq!((refused.status, refused.header("x-latchkey-code")), (429, "RATE_LIMITED"));
        assert_eq!((refused.header("retry-after"), refused.header("www-authenticate")), ("2", ""));
        app.clock.advance(Duration::seconds(2));
        assert_eq!(forward_auth(&mut proxy, &token, "?cost=2").status, 200);
        app.clock.advance(Duration::seconds(2));
        assert_eq!(forward_auth(&mut proxy, &token, "").status, 200);
        let refused = forward_auth(&mut proxy, &token, "");
        assert_eq!((refused.status, refused.header("x-latchkey-code")), (429, "QUOTA_EXCEEDED"));
        assert_eq!(refused.header("retry-after"), (43_200 - 4).to_string());
        app.clock.advance(Duration::hours(12));
        assert_eq!(forward_auth(&mut proxy, &token, "").status, 200, "another day");
    }

    fn what_is_refused_for_another_reason_takes_nothing(app: &TestApp) {
        let (_, token) = insert(app, limits("1/hour", "1/month"));
        let mut service = app.visitor();
        for _ in 0..3 {
            let lacking = forward_auth(&mut service, &token, "?permission=invoices:read");
            assert_eq!((lacking.status, lacking.header("ratelimit")), (403, ""));
        }
        assert_eq!(codes(&mut service, &token, 2), ["VALID", "QUOTA_EXCEEDED"], "the quota is the more final one");
        let outcomes = |code: &str| {
            System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
            let of = format!("SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS count FROM verification_counts WHERE code = '{code}'");
            app.database.count(&of)
        };
        assert_eq!((outcomes("VALID"), outcomes("QUOTA_EXCEEDED")), (1, 1));
        assert_eq!(outcomes("INSUFFICIENT_PERMISSIONS"), 3);
    }

    fn costs_that_are_no_numbers_are_refused(app: &TestApp) {
        let (_, token) = insert(app, limits("3/minute", ""));
        let mut service = app.visitor();
        for cost in ["-1", "+1", "1.5", "1000001", "", "x", "1&cost=1", "99999999999"] {
            assert_eq!(forward_auth(&mut service, &token, &format!("?cost={cost}")).status, 400, "{cost}");
        }
        for cost in ["-1", "1.5", "1000001", "\"1\"", "null", "[1]"] {
            let body = format!(r#"{{"token":"{}","cost":{cost}}}"#, token.expose());
            let headers = [("content-type", "application/json")];
            assert_eq!(service.request("POST", "/v1/verify", &headers, Some(&body)).status, 400, "{cost}");
        }
        let twice = service.request(
            "POST",
            "/v1/verify?cost=1",
            &[("content-type", "application/json"), ("x-api-key", token.expose())],
            Some(r#"{"cost":1}"#),
        );
        assert_eq!(twice.status, 400);
        assert_eq!(verify(&mut service, &token, 3)["code"], "VALID", "nothing was taken");
        assert_eq!(verify(&mut service, &token, 1_000_000)["code"], "RATE_LIMITED");
    }

    fn a_server_that_stops_forgets_nothing(app: &TestApp) {
        let (_, token) = insert(app, limits("5/hour", "8/month"));
        let other = app.second_instance();
        assert_eq!(codes(&mut Client::new(&other.address), &token, 3), ["VALID"; 3]);
        drop(other);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM key_limit_servers"), 0);
        let mut service = app.visitor();
        assert_eq!(codes(&mut service, &token, 3), ["VALID", "VALID", "RATE_LIMITED"]);
        app.clock.advance(Duration::minutes(70));
        assert_eq!(codes(&mut service, &token, 4), ["VALID", "VALID", "VALID", "QUOTA_EXCEEDED"]);
        // Its clock has jumped beyond its lease. It takes a new one and knows what it used itself.
        app.clock.advance(Duration::seconds(30));
        assert_eq!(code(&mut service, &token), "QUOTA_EXCEEDED");
    }

    fn after_a_restart_the_wait_is_as_long_as_before(app: &TestApp) {
        let (_, month) = insert(app, limits("", "3/month"));
        let (_, hour) = app.insert_token(OWNER, "Hourly", |key| key.attributes.limits = limits("2/hour", ""));
        let other = app.second_instance();
        let mut before = Client::new(&other.address);
        assert_eq!(codes(&mut before, &month, 4), ["VALID", "VALID", "VALID", "QUOTA_EXCEEDED"]);
        assert_eq!(codes(&mut before, &hour, 3), ["VALID", "VALID", "RATE_LIMITED"]);
        let wait = |client: &mut Client, token: &Token| {
            let refused = forward_auth(client, token, "");
            assert_eq!(refused.status, 429);
            refused.header("retry-after").parse::<i64>().unwrap()
        };
        let [of_month, of_hour] = [&month, &hour].map(|token| wait(&mut before, token));
        drop(other);
        let mut after = app.visitor();
        // A use leaves a sliding window up to a slot late, and for another server two seconds later.
        assert_eq!([&month, &hour].map(|token| wait(&mut after, token)), [of_month, of_hour + 2]);
        let month_now = verify(&mut after, &month, 0);
        assert_eq!(month_now["quota"], json!({ "limit": 3, "remaining": 0, "reset": of_month, "period": "month" }));
        app.clock.advance(Duration::minutes(10));
        assert_eq!([&month, &hour].map(|token| wait(&mut after, token)), [of_month - 600, of_hour + 2 - 600]);
        app.clock.advance(Duration::seconds(of_hour + 2 - 600));
        assert_eq!(code(&mut after, &hour), "VALID");
    }

    fn servers_share_a_limit(app: &TestApp) {
        let (_, token) = insert(app, limits("20/minute", ""));
        let other = app.second_instance();
        let mut services = [app.visitor(), Client::new(&other.address)];
        let (mut passed, mut last) = (0, [String::new(), String::new()]);
        for round in 0..40 {
            app.clock.advance(Duration::milliseconds(300));
            for (service, last) in services.iter_mut().zip(&mut last) {
                *last = code(service, &token);
                passed += usize::from(last == "VALID");
            }
            assert!(passed <= 20, "round {round}");
        }
        assert_eq!((passed, last), (20, ["RATE_LIMITED".to_owned(), "RATE_LIMITED".to_owned()]));
        app.clock.advance(Duration::seconds(62));
        drop(other);
        assert_eq!(verify(&mut services[0], &token, 20)["code"], "VALID", "what the other one had is free again");
    }

    fn a_lowered_limit_is_free_where_it_is_asked_for(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let limit = |count: &'static str| [("rate_limit", count), ("rate_limit_period", "minute")];
        let mut set = |count| {
            let fields = limit(count).map(|(name, value)| (name, [value]));
            let fields: Vec<(&str, &[&str])> = fields.iter().map(|(name, value)| (*name, &value[..])).collect();
            let asked = change(&mut owner, &fields);
            assert_eq!(agree(&mut owner, &asked, &[]).status, 303);
        };
        set("50");
        let other = app.second_instance();
        let mut services = [app.visitor(), Client::new(&other.address)];
        let ask_both = |services: &mut [Client; 2]| services.each_mut().map(|service| code(service, &token));
        for _ in 0..10 {
            ask_both(&mut services);
            app.clock.advance(Duration::milliseconds(300));
        }
        app.clock.advance(Duration::seconds(62));
        // Each has claimed more than it uses, and knows that there is another server.
        assert_eq!(ask_both(&mut services), ["VALID"; 2]);
        let wait = || {
            app.clock.advance(Duration::milliseconds(300));
            // The threads of the servers tick by real time.
            std::thread::sleep(std::time::Duration::from_millis(150));
        };
        wait();
        set("10");
        let [_, asked] = &mut services;
        let mut passed = 2;
        for _ in 0..20 {
            wait();
            passed += usize::from(code(asked, &token) == "VALID");
        }
        assert_eq!(passed, 10, "the other server is not asked, and holds nothing ahead");
    }

    fn a_lost_server_keeps_its_claim_until_the_window_ends(app: &TestApp) {
        let (key, token) = insert(app, limits("10/minute", ""));
        let micros = app.state.clock.now().unix_micros();
        app.database.execute(&format!("INSERT INTO key_limits (api_key_id, resets) VALUES ('{}', 0)", key.id));
        app.database.execute(&format!(
            "INSERT INTO key_limit_servers (server_id, expires_at) VALUES ('lost', {})", micros + 10_000_000
        ));
        app.database.execute(&format!(
            "INSERT INTO key_limit_claims (api_key_id, limit_window, window_start, server_id, claimed, wanted, demand, \
             uses, is_closed, stored_at, ends_at) VALUES ('{}', 'rate_minute', 0, 'lost', 8, 8, 0, '{micros}:3', 0, \
             {micros}, {})", key.id, micros + 100_000_000
        ));
        let mut service = app.visitor();
        assert_eq!(codes(&mut service, &token, 3), ["VALID", "VALID", "RATE_LIMITED"]);
        // Its uses have left the window, the rest of its claim counts from the end of its lease.
        app.clock.advance(Duration::seconds(63));
        assert_eq!(verify(&mut service, &token, 6)["code"], "RATE_LIMITED");
        assert_eq!(verify(&mut service, &token, 5)["code"], "VALID");
        app.clock.advance(Duration::seconds(63));
        assert_eq!(verify(&mut service, &token, 10)["code"], "VALID");
    }

    fn without_the_database_only_what_was_claimed_passes(app: &TestApp) {
        let (_, token) = insert(app, limits("100/hour", ""));
        let (_, unlimited) = app.insert_token(OWNER, "unlimited", |_| {});
        let mut service = app.visitor();
        assert_eq!(code(&mut service, &token), "VALID");
        app.database.execute("ALTER TABLE key_limit_claims RENAME TO away");
        let mut passed = 1;
        let failed = loop {
            let answer = forward_auth(&mut service, &token, "");
            if answer.status != 200 {
                break answer;
            }
            passed += 1;
        };
        assert!((2..=20).contains(&passed), "{passed}: without a query for each");
        assert_eq!((failed.status, failed.header("retry-after")), (503, "1"));
        assert_eq!(code(&mut service, &unlimited), "VALID");
        app.database.execute("ALTER TABLE away RENAME TO key_limit_claims");
        app.clock.advance(Duration::seconds(1));
        assert_eq!(verify(&mut service, &token, 100 - passed)["code"], "VALID");
        assert_eq!(code(&mut service, &token), "RATE_LIMITED");
    }

    fn keys_without_limits_of_their_own_have_those_of_the_policy(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, common) = app.insert_token(OWNER, "Deploy", |_| ());
        let of_its_own = OwnLimits { quota: OwnLimit::Unlimited, ..limits("5/minute", "") };
        let (_, own) = app.insert_token(OWNER, "Own", |key| key.attributes.limits = of_its_own);
        let mut service = app.visitor();
        assert_eq!(codes(&mut service, &common, 3), ["VALID"; 3]);
        let policy: &[(&str, &[&str])] = &[("rate_limit", &["2"]), ("rate_limit_period", &["hour"]), ("quota", &["3"])];
        let asked = change(&mut owner, policy);
        assert_eq!(asked.status, 200);
        let impact = asked.test_id("impact").text;
        assert!(impact.contains("1 key gets a stricter rate limit or quota at once."), "the other has its own: {impact}");
        assert_eq!(agree(&mut owner, &asked, &[]).status, 303);
        let answer = verify(&mut service, &common, 0);
        assert_eq!((&answer["rate_limit"]["limit"], &answer["rate_limit"]["period"]), (&json!(2), &json!("hour")));
        assert_eq!((&answer["quota"]["limit"], &answer["quota"]["period"]), (&json!(3), &json!("month")));
        assert_eq!(codes(&mut service, &common, 3), ["VALID", "VALID", "RATE_LIMITED"]);
        let answer = verify(&mut service, &own, 0);
        assert_eq!((&answer["rate_limit"]["limit"], &answer["quota"]), (&json!(5), &Value::Null));
        assert_eq!(change(&mut owner, &[("rate_limit", &[""]), ("quota", &[""])]).status, 303);
        assert_eq!(codes(&mut service, &common, 3), ["VALID"; 3]);
        assert_eq!(verify(&mut service, &common, 0)["rate_limit"], Value::Null);
    }
}
