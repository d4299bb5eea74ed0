//! Signing in and out.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

on_both_databases! {
    fn a_wrong_password_and_an_unknown_address_get_the_same_answer(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut visitor = app.visitor();
        let mut answers = Vec::new();
        for (email, password) in [
            ("owner@acme.example", "not the password"),
            ("nobody@acme.example", PASSWORD),
            ("not an address", PASSWORD),
            ("owner@acme.example", ""),
        ] {
            let page = visitor.post("/sign-in", &[("email", email), ("password", password)]);
            assert_eq!(page.status, 422);
            assert!(page.find_all("[name=email]")[0].attribute("value").unwrap().contains(email), "kept");
            assert!(!page.body.contains(password) || password.is_empty());
            answers.push(page.test_id("form-error").text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        assert_eq!(visitor.get("/settings").status, 303);
    }

    fn the_form_helps_password_managers(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let page = app.visitor().get("/sign-in");
        for (field, expected) in [("email", "username"), ("password", "current-password")] {
            let field = &page.find_all(&format!("form[action='/sign-in'] [name={field}]"))[0];
            assert_eq!(field.attribute("autocomplete").as_deref(), Some(expected));
        }
    }

    fn one_comes_back_to_the_page_one_wanted_and_to_no_other_server(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for (next, location) in [
            ("/settings/developers/api-keys?sort=name", "/settings/developers/api-keys?sort=name"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
        ] {
            let fields = [("email", "owner@acme.example"), ("password", PASSWORD), ("next", next)];
            assert_eq!(app.visitor().post("/sign-in", &fields).header("location"), location, "{next}");
        }
        let wanted = app.visitor().get("/settings/developers/api-keys?sort=name");
        assert_eq!(wanted.header("location"), "/sign-in?next=%2Fsettings%2Fdevelopers%2Fapi-keys%3Fsort%3Dname");
    }

    fn a_disabled_account_is_out_at_once_and_cannot_come_back(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.get("/").status, 200);
        app.database.execute("UPDATE users SET disabled_at = 1");
        assert_eq!(owner.get("/").status, 303);
        let fields = [("email", "owner@acme.example"), ("password", PASSWORD)];
        assert_eq!(app.visitor().post("/sign-in", &fields).status, 422);
    }

    fn a_changed_role_counts_for_the_next_request(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.get("/settings/developers/api-keys/new").status, 200);
        app.database.execute("UPDATE users SET role = 'member'");
        assert_eq!(owner.get("/settings/developers/api-keys/new").status, 403);
        assert_eq!(owner.post("/settings/developers/api-keys", &[]).status, 403);
    }
}
