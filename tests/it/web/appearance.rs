//! Theme and language before sign-in.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const PATH: &str = "/appearance";

/// The theme and the language of a page.
fn look(page: &Page) -> (Option<String>, Option<String>) {
    let root = &page.find_all("html")[0];
    (root.attribute("data-theme"), root.attribute("lang"))
}

/// Presses a button of the sign-in page.
fn press(client: &mut Client, name: &str, value: &str) -> Page {
    let page = client.get("/sign-in?next=%2Fsettings");
    assert!(page.has(&format!("[data-testid=appearance] button[name={name}][value={value}]")));
    let next = page.find_all("[data-testid=appearance] [name=next]")[0].attribute("value").unwrap();
    let answer = client.post(PATH, &[(name, value), ("next", &next)]);
    assert_eq!((answer.status, answer.header("location")), (303, "/sign-in?next=%2Fsettings"));
    client.get("/sign-in")
}

on_both_databases! {
    fn a_visitor_selects_theme_and_language_for_this_browser(app: &TestApp) {
        app.create_user(Role::Member, "Member");
        let mut visitor = app.visitor();
        assert_eq!(look(&visitor.get("/sign-in")), (None, Some("en".to_owned())));
        assert_eq!(look(&press(&mut visitor, "theme", "dark")), (Some("dark".to_owned()), Some("en".to_owned())));
        let page = press(&mut visitor, "language", "ru");
        assert_eq!(look(&page), (Some("dark".to_owned()), Some("ru".to_owned())));
        let pressed = page.find_all("[data-testid=appearance] [aria-pressed=true]");
        assert_eq!(pressed.iter().map(|button| button.text.as_str()).collect::<Vec<_>>(), ["Тёмная", "Русский"]);
        assert_eq!(look(&visitor.get("/password-reset")), (Some("dark".to_owned()), Some("ru".to_owned())));
        assert_eq!(look(&press(&mut visitor, "theme", "browser")), (None, Some("ru".to_owned())));
        assert_eq!(look(&app.visitor().get("/sign-in")), (None, Some("en".to_owned())), "another browser");
    }

    fn the_accounts_own_settings_come_first_and_none_keeps_those_of_the_browser(app: &TestApp) {
        app.create_user(Role::Member, "Member");
        let mut member = app.visitor();
        press(&mut member, "theme", "dark");
        press(&mut member, "language", "ru");
        let credentials = [("email", "member@acme.example"), ("password", crate::support::PASSWORD)];
        assert_eq!(member.post("/sign-in", &credentials).status, 303);
        assert_eq!(look(&member.get("/settings")), (Some("dark".to_owned()), Some("ru".to_owned())), "the account has none");
        assert!(!member.get("/settings").has("[data-testid=appearance]"));
        member.post("/settings/account", &[("name", "Ada"), ("theme", "light"), ("language", "en")]);
        assert_eq!(look(&member.get("/settings")), (Some("light".to_owned()), Some("en".to_owned())));
        member.post("/settings/account", &[("name", "Ada"), ("theme", "browser"), ("language", "browser")]);
        assert_eq!(look(&member.get("/settings")), (None, Some("en".to_owned())), "the browser, not what it kept");
    }

    fn what_nobody_offers_is_refused_and_a_page_elsewhere_is_not_opened(app: &TestApp) {
        app.create_user(Role::Member, "Member");
        let mut visitor = app.visitor();
        visitor.get("/sign-in");
        for wrong in [&[("theme", "pink")][..], &[("language", "de")], &[], &[("theme", "dark"), ("language", "ru")]] {
            assert_eq!(visitor.post(PATH, wrong).status, 400, "{wrong:?}");
        }
        let answer = visitor.post(PATH, &[("theme", "dark"), ("next", "https://evil.example")]);
        assert_eq!(answer.header("location"), "/");
    }
}
