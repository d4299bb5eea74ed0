//! The organizations whose keys a request accepts.

use std::time::{Duration, Instant};

use latchkey::{
    config::Registration,
    domain::{OrganizationId, Role, Timestamp, Token, TokenLabel},
    store,
};
use serde_json::json;

use crate::{
    on_both_databases,
    support::{Client, Kind, PASSWORD, Page, TestApp, with_wrong_secret},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
const OWNER: &str = "owner@acme.example";

/// A server with two organizations, each with an Owner's key.
struct Scene<'a> {
    app: &'a TestApp,
    own: (OrganizationId, Token),
    strangers: (OrganizationId, Token),
}

impl<'a> Scene<'a> {
    fn new(app: &'a TestApp) -> Self {
        app.create_user(Role::Owner, "owner");
        let stranger = app.create_user_of("Globex", Role::Owner, "stranger");
        let of = |email: &str| {
            let (key, token) = app.insert_token(email, "Deploy", |_| {});
            (key.organization_id, token)
        };
        Self { app, own: of(OWNER), strangers: of(&stranger) }
    }

    fn change_default(&self, chosen: &str) {
        let output = self.app.run(&["organization", "default", chosen]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The status and the code of each endpoint for this token, with `query` at the end of the address.
    fn ask(&self, token: &Token, query: &str) -> [(u16, String); 3] {
        let (mut service, key) = (self.app.visitor(), ("x-api-key", token.expose()));
        let code = |page: Page| (page.status, page.json()["code"].as_str().unwrap_or_default().to_owned());
        let body = json!({ "token": token.expose() }).to_string();
        let in_body = service.request("POST", &format!("/v1/verify{query}"), &[JSON], Some(&body));
        let in_header = service.request("POST", &format!("/v1/verify{query}"), &[key], None);
        let passed = service.request("GET", &format!("/v1/forward-auth{query}"), &[key], None);
        [code(in_body), code(in_header), (passed.status, passed.header("x-latchkey-code").to_owned())]
    }

    fn introspect(&self, asker: &Token, token: &Token, more: &str, query: &str) -> bool {
        let (key, body) = (("x-api-key", asker.expose()), format!("token={}{more}", token.expose()));
        let page = self.app.visitor().request("POST", &format!("/oauth2/introspect{query}"), &[key, FORM], Some(&body));
        assert_eq!(page.status, 200, "{}", page.body);
        let active = page.json()["active"].as_bool().unwrap();
        assert!(active || page.body == r#"{"active":false}"#, "{}", page.body);
        active
    }
}

fn answers(verify: &str, forward_auth: u16) -> [(u16, String); 3] {
    [200, 200, forward_auth].map(|status| (status, verify.to_owned()))
}

/// Asks until the endpoint answers with this status.
fn wait_for(service: &mut Client, token: &Token, status: u16) {
    let began = Instant::now();
    while service.request("GET", "/v1/forward-auth", &[("x-api-key", token.expose())], None).status != status {
        assert!(began.elapsed() < Duration::from_secs(2), "it never became {status}");
        std::thread::yield_now();
    }
}

on_both_databases! {
    fn a_key_of_another_organization_is_answered_like_an_unknown_one(app: &TestApp) {
        let scene = Scene::new(app);
        let ((own, own_token), (other, strangers)) = (&scene.own, &scene.strangers);
        let unknown = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
        // Twice: from the database, and from the cache.
        for _ in 0..2 {
            for query in ["", &format!("?organization={own}"), &format!("?permission=policy.manage&organization={own}")] {
                assert_eq!(scene.ask(own_token, query), answers("VALID", 200), "{query}");
                assert_eq!(scene.ask(strangers, query), answers("NOT_FOUND", 401), "{query}");
                assert_eq!(scene.ask(strangers, query), scene.ask(&unknown, query), "{query}");
            }
            assert_eq!(scene.ask(strangers, "?permission=policy.manage"), answers("NOT_FOUND", 401));
            let both = format!("?organization={own}&organization={other}");
            for query in [&both, "?organization=any"] {
                assert_eq!(scene.ask(own_token, query), answers("VALID", 200), "{query}");
                assert_eq!(scene.ask(strangers, query), answers("VALID", 200), "{query}");
                assert_eq!(scene.ask(&unknown, query), answers("NOT_FOUND", 401), "{query}");
            }
            assert_eq!(scene.ask(own_token, &format!("?organization={other}")), answers("NOT_FOUND", 401));
        }
    }

    fn a_body_names_one_organization_or_several_or_any(app: &TestApp) {
        let scene = Scene::new(app);
        let (own, other) = (scene.own.0.as_str(), scene.strangers.0.as_str());
        for (organization, of_own, of_strangers) in [
            (json!(own), true, false),
            (json!([own]), true, false),
            (json!(other), false, true),
            (json!([own, other]), true, true),
            (json!("any"), true, true),
        ] {
            for ((_, token), valid) in [(&scene.own, of_own), (&scene.strangers, of_strangers)] {
                let body = json!({ "token": token.expose(), "organization": organization }).to_string();
                let answer = app.visitor().request("POST", "/v1/verify", &[JSON], Some(&body)).json();
                assert_eq!(answer["valid"], valid, "{organization}");
                assert!(valid || answer == json!({ "valid": false, "code": "NOT_FOUND" }), "{answer}");
            }
        }
    }

    fn introspection_takes_the_askers_own_organization_unless_it_says_otherwise(app: &TestApp) {
        let scene = Scene::new(app);
        let ((own, own_token), (other, strangers)) = (&scene.own, &scene.strangers);
        for (asker, token, more, active) in [
            (own_token, own_token, String::new(), true),
            (own_token, strangers, String::new(), false),
            // The strangers' own keys count, although another organization is the default.
            (strangers, strangers, String::new(), true),
            (strangers, own_token, String::new(), false),
            (own_token, strangers, format!("organization={other}"), true),
            (own_token, strangers, format!("organization={own}"), false),
            (own_token, strangers, format!("organization={own}&organization={other}"), true),
            (own_token, strangers, "organization=any".to_owned(), true),
        ] {
            assert_eq!(scene.introspect(asker, token, &format!("&{more}"), ""), active, "in the form: {more}");
            assert_eq!(scene.introspect(asker, token, "", &format!("?{more}")), active, "in the address: {more}");
        }
        // The default does not matter there.
        scene.change_default("none");
        assert!(scene.introspect(own_token, own_token, "", ""));
    }

    fn a_question_that_names_nobody_means_the_default_organization_of_now(app: &TestApp) {
        let scene = Scene::new(app);
        let ((own, own_token), (other, strangers)) = (&scene.own, &scene.strangers);
        let mut service = app.visitor();
        wait_for(&mut service, own_token, 200);
        scene.change_default(other.as_str());
        wait_for(&mut service, own_token, 401);
        assert_eq!(scene.ask(strangers, ""), answers("VALID", 200));
        assert_eq!(scene.ask(own_token, &format!("?organization={own}")), answers("VALID", 200));

        scene.change_default("none");
        wait_for(&mut service, strangers, 400);
        for (method, path) in [("POST", "/v1/verify"), ("GET", "/v1/forward-auth"), ("GET", "/v1/forward-auth/orders")] {
            let page = service.request(method, path, &[("x-api-key", own_token.expose())], None);
            assert_eq!((page.status, page.header("content-type")), (400, "application/problem+json"));
            assert!(page.json()["detail"].as_str().unwrap().contains("organization=ID"), "{}", page.body);
        }
        assert_eq!(service.get("/v1/forward-auth").status, 401, "without a key nobody passes in any case");
        let envoy = format!("/v1/forward-auth;organization={own}/orders?organization=any");
        for (token, status) in [(own_token, 200), (strangers, 401)] {
            assert_eq!(service.request("GET", &envoy, &[("x-api-key", token.expose())], None).status, status);
        }
        assert_eq!(scene.ask(own_token, "?organization=any"), answers("VALID", 200));
    }

    fn without_a_proof_of_freshness_the_default_comes_from_the_database(app: &TestApp) {
        let scene = Scene::new(app);
        let (other, strangers) = &scene.strangers;
        wait_for(&mut app.visitor(), &scene.own.1, 200);
        // As between a change and the follower's next read.
        for _ in 0..20 {
            app.state.verification_cache.distrust();
            assert_eq!(scene.ask(strangers, ""), answers("NOT_FOUND", 401));
        }
        app.state.pool.write(|conn| store::verification::update_default_organization(conn, Some(other))).unwrap();
        app.state.verification_cache.distrust();
        assert_eq!(scene.ask(strangers, ""), answers("VALID", 200));
    }

    fn a_stranger_who_registers_changes_nothing_for_the_first_organization(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, own_token) = app.insert_token(OWNER, "Deploy", |_| {});
        let mut config = app.config().clone();
        config.registration = Registration::Open;
        let open = app.instance_with(config);
        let fields = [
            ("organization_name", "Acme"), ("name", "Mallory"), ("email", "mallory@evil.example"), ("password", PASSWORD),
        ];
        let mut stranger = Client::new(&open.address);
        assert_eq!(stranger.post("/registration", &fields).status, 303);
        let signed_in = stranger.post("/sign-in", &[("email", "mallory@evil.example"), ("password", PASSWORD)]);
        assert_eq!(signed_in.status, 303);
        let (_, token) = stranger.create_confirmed_api_key("mine");
        let mut service = Client::new(&open.address);
        for path in ["/v1/forward-auth", "/v1/forward-auth?permission=policy.manage", "/v1/forward-auth/orders"] {
            assert_eq!(service.request("GET", path, &[("x-api-key", &token)], None).status, 401, "{path}");
            assert_eq!(service.request("GET", path, &[("x-api-key", own_token.expose())], None).status, 200, "{path}");
        }
        assert_eq!(service.verify(&token), (200, "NOT_FOUND".to_owned()));
        // Exports of their own list still work.
        let export = "/settings/developers/api-keys/export.json";
        let file = service.request("GET", export, &[("x-api-key", &token)], None);
        assert!(file.status == 200 && file.body.contains("mine") && !file.body.contains("Deploy"), "{}", file.body);
    }

    fn a_strangers_key_is_counted_as_a_wrong_secret_is(app: &TestApp) {
        let scene = Scene::new(app);
        let (other, strangers) = &scene.strangers;
        let wrong = with_wrong_secret(strangers, &scene.own.1);
        let mut service = app.visitor();
        for token in [strangers.expose(), &wrong] {
            assert_eq!(service.verify(token).1, "NOT_FOUND");
        }
        actix_web::rt::System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        let counted = |code| {
            app.database.count(&format!(
                "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS count FROM verification_counts \
                 WHERE organization_id = '{other}' AND code = '{code}'"
            ))
        };
        assert_eq!((counted("NOT_FOUND"), counted("VALID")), (2, 0));
    }
}

#[test]
fn a_strangers_key_wears_out_the_patience_that_wrong_tokens_do() {
    let app = TestApp::start(Kind::Sqlite);
    let scene = Scene::new(&app);
    let mut service = app.visitor();
    let held_up = (0..1_000).map(|_| service.verify(scene.strangers.1.expose())).find(|(status, _)| *status != 200);
    assert_eq!(held_up, Some((429, "RATE_LIMITED".to_owned())));
    assert_eq!(service.verify(scene.own.1.expose()).1, "VALID");
}

#[test]
fn a_second_instance_follows_the_default_organization() {
    let app = TestApp::start(Kind::Postgres);
    let scene = Scene::new(&app);
    let second = app.second_instance();
    let mut services = [app.visitor(), Client::new(&second.address)];
    for (chosen, own, strangers) in [(&scene.strangers.0, 401, 200), (&scene.own.0, 200, 401)] {
        scene.change_default(chosen.as_str());
        let began = Instant::now();
        for service in &mut services {
            wait_for(service, &scene.own.1, own);
            wait_for(service, &scene.strangers.1, strangers);
        }
        assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    }
}

#[test]
fn before_anybody_registered_no_key_is_known() {
    let app = TestApp::start(Kind::Sqlite);
    let token = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
    assert_eq!(app.visitor().verify(token.expose()), (200, "NOT_FOUND".to_owned()));
    let id = OrganizationId::generate(Timestamp::from_unix_micros(0), &mut (app.state.rng)());
    let path = format!("/v1/forward-auth?organization={id}");
    assert_eq!(app.visitor().request("GET", &path, &[("x-api-key", token.expose())], None).status, 401);
}
