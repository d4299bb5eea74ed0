//! Settings → Your account.

mod activity;
mod email;
mod language;
mod password;
mod sessions;
mod theme;

use latchkey::domain::Role;

use crate::{on_both_databases, support::TestApp};

on_both_databases! {
    fn every_page_and_the_settings_lead_to_ones_account(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let settings = member.get("/settings");
        for id in ["open-account", "settings-account"] {
            assert_eq!(settings.test_id(id).attribute("href").as_deref(), Some("/settings/account"));
        }
        let account = member.get("/settings/account");
        assert_eq!(account.find_all("h1")[0].text, "Your account");
        assert_eq!(account.test_id("open-account").attribute("aria-current").as_deref(), Some("page"));
        for id in ["change-email", "change-password", "open-sessions"] {
            assert_eq!(member.get(&account.test_id(id).attribute("href").unwrap()).status, 200, "{id}");
        }
    }

    fn a_new_name_is_on_every_page_and_in_the_audit_log(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let page = member.post("/settings/account", &[("name", " Ада Лавлейс ")]);
        assert_eq!((page.status, page.header("location")), (303, "/settings/account"));
        let account = member.get("/settings/account");
        assert!(account.test_id("flash-success").text.contains("name"));
        assert!(account.test_id("open-account").text.starts_with("Ада Лавлейс"));
        assert_eq!(app.audited("user.renamed"), 1);
        member.post("/settings/account", &[("name", "Ада Лавлейс")]);
        assert_eq!(app.audited("user.renamed"), 1, "nothing was changed");
        assert_eq!(member.get("/settings/account").test_id("flash-success").text, "No changes to save.");
    }

    fn one_form_saves_name_theme_and_language_and_says_which_have_changed(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let fields = [("name", "Ada"), ("theme", "dark"), ("language", "en")];
        assert_eq!(member.post("/settings/account", &fields).status, 303);
        let page = member.get("/settings/account");
        let said = "Your name was changed. Your theme was changed. Your language was changed.";
        assert_eq!(page.test_id("flash-success").text, said);
        assert_eq!(page.find_all("html")[0].attribute("data-theme").as_deref(), Some("dark"));
        let wrong = member.post("/settings/account", &[("name", ""), ("theme", "pink"), ("language", "ru")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.has("#error-name") && wrong.has("#error-theme"));
        assert!(wrong.has("#language option[value=ru][selected]"), "what was selected is kept");
        assert_eq!(app.audited("user.renamed"), 1);
    }

    fn a_name_that_cannot_be_is_explained_and_kept(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let long = "x".repeat(101);
        for (name, said) in [("", "Enter your name"), (long.as_str(), "at most 100"), ("a\u{202e}b", "invisible")] {
            let page = member.post("/settings/account", &[("name", name)]);
            assert_eq!(page.status, 422);
            assert!(page.test_id("error-name").text.contains(said));
            assert_eq!(page.find_all("#name")[0].attribute("value").as_deref(), Some(name));
        }
        assert_eq!(app.audited("user.renamed"), 0);
    }
}
