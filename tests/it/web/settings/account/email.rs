//! Changing the email address.

use latchkey::domain::Role;

use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Mails, PASSWORD, TestApp},
};

const PATH: &str = "/settings/account/email";

on_both_databases! {
    fn one_signs_in_with_the_new_address_and_no_more_with_the_old(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let page = owner.post(PATH, &[("email", " Ada@Engine.example "), ("current_password", PASSWORD)]);
        assert_eq!((page.status, page.header("location")), (303, "/settings/account"));
        assert!(owner.get("/settings/account").test_id("flash-success").text.contains("Ada@Engine.example"));
        app.sign_in_as("ada@engine.example");
        let fields = [("email", "owner@acme.example"), ("password", PASSWORD)];
        assert_eq!(app.visitor().post("/sign-in", &fields).status, 422);
        assert_eq!(app.audited("user.email_changed"), 1);
    }

    fn it_needs_the_password_and_an_address(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (email, password, error) in [
            ("ada@engine.example", "not the password", "current_password"),
            ("ada@engine.example", "", "current_password"),
            ("ada", PASSWORD, "email"),
            ("", PASSWORD, "email"),
            ("a@x.example\r\nBcc: all@acme.example", PASSWORD, "email"),
        ] {
            let page = owner.post(PATH, &[("email", email), ("current_password", password)]);
            assert_eq!(page.status, 422);
            assert_eq!(page.find_all("p.error").len(), 1, "{email}");
            assert!(page.has(&format!("#error-{error}")), "{email}");
            assert!(!page.body.contains(PASSWORD) && !page.body.contains("not the password"));
        }
        let page = owner.post(PATH, &[("email", "kept@engine.example"), ("current_password", "no")]);
        assert_eq!(page.find_all("#email")[0].attribute("value").as_deref(), Some("kept@engine.example"));
        assert_eq!(app.audited("user.email_changed"), 0);
        app.sign_in_as("owner@acme.example");
    }

    fn a_taken_address_is_refused_and_only_who_knows_the_password_is_told(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "bob");
        let page = owner.post(PATH, &[("email", "BOB@acme.example"), ("current_password", "a guess")]);
        assert!(page.status == 422 && !page.has("#error-email") && page.has("#error-current_password"));
        let page = owner.post(PATH, &[("email", "BOB@acme.example"), ("current_password", PASSWORD)]);
        assert_eq!(page.status, 422);
        assert!(page.test_id("error-email").text.contains("cannot be used"));
        assert_eq!(app.audited("user.email_changed"), 0);
        // Nor may they try one address after the other.
        let mut ask = || owner.post(PATH, &[("email", "BOB@acme.example"), ("current_password", PASSWORD)]).status;
        assert_eq!([ask(), ask(), ask(), ask(), ask()], [422, 422, 422, 422, 429]);
    }

    fn ones_own_address_may_be_written_otherwise(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = [("email", "Owner@ACME.example"), ("current_password", PASSWORD)];
        assert_eq!(owner.post(PATH, &fields).status, 303);
        assert_eq!(owner.post(PATH, &fields).status, 303);
        assert_eq!(app.audited("user.email_changed"), 1, "the second changed nothing");
    }

    fn a_link_for_a_new_password_that_went_to_the_old_address_is_dead(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let link = app.password_reset_link("owner@acme.example");
        assert_eq!(app.visitor().get(&link).status, 200);
        owner.post(PATH, &[("email", "ada@engine.example"), ("current_password", PASSWORD)]);
        assert_eq!(app.visitor().get(&link).status, 410);
    }
}

on_both_databases_with_mails! {
    fn the_old_address_is_told(app: &TestApp, mails: &Mails) {
        let mut owner = app.sign_in(Role::Owner);
        owner.post(PATH, &[("email", "ada@engine.example"), ("current_password", PASSWORD)]);
        let letter = mails.next();
        assert_eq!((letter.to.as_str(), letter.from.as_str()), ("owner@acme.example", "keys@acme.example"));
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("ada@engine.example") && part.contains("127.0.0.1"), "{part}");
            assert!(part.contains("21 November 2026, 12:00 UTC"), "{part}");
        }
    }
}
