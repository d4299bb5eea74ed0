//! Answers to requests that fail.

use latchkey::domain::{Clock as _, InvitationId, Role};
use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    on_both_databases,
    support::{Kind, TestApp, on_server},
};

on_both_databases! {
    fn an_error_is_a_page_with_a_way_on_and_the_id_to_ask_about(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for path in ["/nowhere", "/settings/developers/api-keys/key_x/deletion", "/settings/developers/api-keys/x.css"] {
            let page = owner.get(path);
            assert_eq!(page.status, 404);
            assert_eq!(page.test_id("request-id").text, page.header("x-request-id"));
            assert!(page.has("nav[aria-label=Main]") && page.has("main a[href]"));
        }
        let stranger = app.visitor().get("/nowhere");
        assert!(stranger.status == 404 && !stranger.has("nav[aria-label=Main]"));
    }

    fn what_is_no_longer_there_is_named_and_leads_to_what_is_left(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let member = format!("/settings/members/{}/removal", app.user_id("max@acme.example"));
        assert_eq!(owner.post(&member, &[]).status, 303);

        app.sign_in_as("owner@acme.example");
        let sessions = "/settings/account/sessions";
        let end = owner.get(sessions).find_all("form:has([data-testid=end-session])")[0].attribute("action").unwrap();
        assert_eq!(owner.post(&end, &[]).header("location"), sessions);

        let invitation = InvitationId::generate(app.clock.now(), &mut StdRng::seed_from_u64(1));
        let invitation = format!("/settings/members/invitations/{invitation}/revocation");
        for (path, heading, back) in [
            (&member, "This person is no longer a member", "/settings/members"),
            (&invitation, "This invitation is no longer open", "/settings/members"),
            (&end, "This session has already ended", sessions),
        ] {
            let page = owner.post(path, &[]);
            assert_eq!((page.status, page.find_all("h1")[0].text.as_str()), (404, heading), "{path}");
            assert!(page.has(&format!("main a[href='{back}']")), "{}", page.body);
        }
    }

    fn a_method_that_a_path_does_not_take_is_told_which_it_takes(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let page = owner.request(method, "/settings/developers/api-keys", &[], None);
            assert_eq!((page.status, page.header("allow")), (405, "GET, HEAD, POST"), "{method}");
        }
        assert_eq!(owner.get("/sign-out").header("allow"), "POST");
        let style = owner.get("/").find_all("link[rel=stylesheet]")[0].attribute("href").unwrap();
        for path in [style.as_str(), "/healthz", "/readyz"] {
            assert_eq!(owner.request("HEAD", path, &[], None).status, 200, "{path}");
        }
        let head = owner.request("HEAD", "/settings/developers/api-keys", &[], None);
        assert_eq!((head.status, head.body.as_str()), (200, ""));
    }

    fn a_body_that_is_no_form_or_too_large_is_refused(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let path = "/settings/developers/api-keys";
        let form = ("content-type", "application/x-www-form-urlencoded");
        let json = owner.request("POST", path, &[("content-type", "application/json")], Some("{}"));
        assert_eq!(json.status, 400);
        assert_eq!(owner.request("POST", path, &[form], Some(&"a".repeat(100_000))).status, 413);
        assert_eq!(owner.request("POST", path, &[form], Some("csrf=%ff%fe")).status, 403);
    }
}

#[test]
fn when_the_database_is_away_pages_say_so_and_come_back_by_themselves() {
    let app = TestApp::start(Kind::Postgres);
    let mut owner = app.sign_in(Role::Owner);
    let name = app.database.url().rsplit('/').next().unwrap().to_owned();
    on_server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    on_server(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    let away = owner.get("/settings?tab=x");
    assert_eq!(away.status, 503);
    assert!(away.test_id("flash-error").text.contains("Nothing was changed"));
    assert!(!away.header("retry-after").is_empty() && !away.header("content-security-policy").is_empty());
    assert_eq!(away.test_id("retry").attribute("href").as_deref(), Some("/settings?tab=x"), "the same page again");
    assert!(owner.get("//elsewhere.example/").find_all("[data-testid=retry]").is_empty());
    assert_eq!(owner.get("/readyz").status, 503);
    assert_eq!(owner.get("/healthz").status, 200);

    on_server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    assert_eq!(owner.get("/settings").status, 200);
}

#[test]
fn what_was_typed_when_the_database_was_busy_is_sent_again_with_one_button() {
    let app = TestApp::start(Kind::Sqlite);
    let mut owner = app.sign_in(Role::Owner);
    app.database
        .execute("CREATE TRIGGER busy BEFORE INSERT ON api_keys BEGIN SELECT RAISE(ABORT, 'database is locked'); END");
    let busy = owner.create_api_key("Deploy & <more>");
    assert_eq!((busy.status, busy.header("retry-after")), (503, "5"));
    assert!(busy.test_id("flash-error").text.contains("did not answer in time"), "{}", busy.body);
    let form = busy.test_id("retry");
    assert_eq!(form.attribute("action").as_deref(), Some("/settings/developers/api-keys"));

    app.database.execute("DROP TRIGGER busy");
    let fields = busy.form_fields("[data-testid=retry]");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(owner.post_raw("/settings/developers/api-keys", &[], &fields).status, 200);
    assert_eq!(owner.listed()[0].0, "Deploy & <more>");
}
