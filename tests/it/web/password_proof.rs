//! The password again, before actions that cannot be undone.

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

const ACT: &str = "/settings/developers/api-keys/all-deletion";
const ASKED: &str = "/password-proof?next=%2Fsettings%2Fdevelopers%2Fapi-keys%2Fall-deletion";

on_both_databases! {
    fn ten_minutes_after_the_password_was_typed_it_is_asked_for_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        app.clock.advance(Duration::minutes(10) - Duration::seconds(1));
        assert_eq!(owner.get(ACT).status, 200);
        app.clock.advance(Duration::seconds(1));
        assert_eq!((owner.get(ACT).status, owner.get(ACT).header("location")), (303, ASKED));
        assert_eq!(owner.post(ACT, &[("phrase", "delete 1 key")]).status, 403);
        assert_eq!(owner.listed().len(), 1, "nothing was deleted");

        let question = owner.get(ASKED);
        assert_eq!(question.find_all("h1")[0].text, "Confirm it is you");
        let next = question.find_all("[name=next]")[0].attribute("value").unwrap();
        assert_eq!(next, ACT);
        let page = owner.post("/password-proof", &[("password", PASSWORD), ("next", &next)]);
        assert_eq!((page.status, page.header("location")), (303, ACT));
        assert_eq!(owner.post(ACT, &[("phrase", "delete 1 key")]).status, 303);
        assert_eq!(app.audited("api_key.deleted"), 1);

        app.clock.advance(Duration::minutes(10));
        assert_eq!(owner.get(ACT).header("location"), ASKED, "the proof is over, too");
    }

    fn a_wrong_password_proves_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "bob");
        app.clock.advance(Duration::minutes(10));
        for password in ["", "not the password", "seven quiet lanterns "] {
            let page = owner.post("/password-proof", &[("password", password), ("next", ACT)]);
            assert_eq!(page.status, 422);
            assert!(page.has("#error-password") && (password.is_empty() || !page.body.contains(password)));
            assert_eq!(page.find_all("[name=next]")[0].attribute("value").as_deref(), Some(ACT), "kept");
        }
        assert_eq!(owner.get(ACT).header("location"), ASKED);
    }

    fn it_counts_for_this_browser_only_and_makes_its_old_cookie_worthless(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut elsewhere = app.sign_in_as("owner@acme.example");
        app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        app.clock.advance(Duration::minutes(10));
        let mut stolen = owner.clone();
        assert_eq!(owner.post("/password-proof", &[("password", PASSWORD), ("next", ACT)]).status, 303);
        assert_eq!(owner.get(ACT).status, 200);
        assert_eq!(elsewhere.get(ACT).header("location"), ASKED);
        assert!(stolen.get(ACT).header("location").starts_with("/sign-in"));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM sessions"), 2);
    }

    fn it_leads_to_no_other_server(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for next in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            let page = owner.post("/password-proof", &[("password", PASSWORD), ("next", next)]);
            assert_eq!((page.status, page.header("location")), (303, "/"), "{next}");
        }
    }

    fn a_script_is_sent_to_the_question(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.clock.advance(Duration::minutes(10));
        let page = owner.request("GET", ACT, &[("hx-request", "true")], None);
        assert_eq!((page.status, page.header("hx-redirect")), (200, ASKED));
    }

    fn a_form_is_asked_for_the_password_and_carried_out_with_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        app.clock.advance(Duration::minutes(10));
        for hx_request in ["false", "true"] {
            let csrf = owner.csrf();
            let fields = [("csrf", csrf.as_str()), ("phrase", "delete 2 \"keys\"\nnow")];
            let asked = owner.post_raw(ACT, &[("hx-request", hx_request)], &fields);
            let kept = asked.find_all("[data-testid=password-proof] [name=phrase]")[0].attribute("value").unwrap();
            assert_eq!((asked.status, kept.replace("\r\n", "\n").as_str()), (403, "delete 2 \"keys\"\nnow"));
            assert_eq!(asked.header("hx-retarget") == "#dialog-slot", hx_request == "true");
            assert_eq!(asked.find_all("[data-hx-post]").len(), usize::from(hx_request == "true"));
        }
        let wrong = owner.post(ACT, &[("phrase", "delete 1 key"), ("proof_password", "not the password")]);
        assert_eq!((wrong.status, wrong.find_all("#error-proof_password").len()), (422, 1));
        assert!(!wrong.body.contains("not the password") && wrong.body.contains("delete 1 key"));
        let mut stolen = owner.clone();
        let done = owner.post(ACT, &[("phrase", "delete 1 key"), ("proof_password", PASSWORD)]);
        assert_eq!((done.status, app.audited("api_key.deleted")), (303, 1));
        assert!(stolen.get("/").header("location").starts_with("/sign-in"), "the cookie of before has ended");
        assert_eq!(owner.get(ACT).status, 303, "no key is left, and no password asked for");
    }

    fn a_new_password_is_a_proof(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        app.clock.advance(Duration::minutes(10));
        let fields = [("current_password", PASSWORD), ("password", "violin harbour plum")];
        assert_eq!(owner.post("/settings/account/password", &fields).status, 303);
        assert_eq!(owner.get(ACT).status, 200);
    }
}
