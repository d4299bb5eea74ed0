//! Settings → Your account.

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
