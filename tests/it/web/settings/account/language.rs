//! A person's language.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const PATH: &str = "/settings/account/language";

/// The language of the root element, and the heading of the settings.
fn spoken(client: &mut Client) -> (String, String) {
    let page = client.get("/settings");
    (page.find_all("html")[0].attribute("lang").unwrap(), page.find_all("h1")[0].text.clone())
}

on_both_databases! {
    fn the_language_is_that_of_the_person_in_every_browser_until_they_choose_another(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let english = ("en".to_owned(), "Settings".to_owned());
        let russian = ("ru".to_owned(), "Настройки".to_owned());
        assert_eq!(spoken(&mut member), english);
        let mut elsewhere = app.sign_in_as("member@acme.example");
        for (language, expected) in [("ru", &russian), ("en", &english), ("browser", &english)] {
            assert_eq!(member.post(PATH, &[("language", language)]).status, 303);
            let page = member.get("/settings/account");
            assert!(page.has("[data-testid=flash-success]"));
            let chosen = page.find_all("#language option[selected]");
            let chosen: Vec<_> = chosen.iter().map(|option| option.attribute("value").unwrap()).collect();
            assert_eq!(chosen, [language]);
            assert_eq!(&spoken(&mut member), expected);
            assert_eq!(&spoken(&mut elsewhere), expected);
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users WHERE language IS NOT NULL"), 0);
    }

    fn who_chooses_none_gets_the_first_that_the_browser_prefers_and_the_pages_know(app: &TestApp) {
        app.create_user(Role::Member, "Member");
        for (accepted, language) in [
            ("ru", "ru"),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"),
            ("en-GB,ru;q=0.9", "en"),
            ("de,fr;q=0.9,ru;q=0.2,en;q=0.1", "ru"),
            ("ru;q=0.1, en;q=0.4", "en"),
            ("de", "en"),
            ("*", "en"),
            ("", "en"),
            ("\";q=x,,,ru", "ru"),
        ] {
            let page = app.visitor().request("GET", "/sign-in", &[("accept-language", accepted)], None);
            assert_eq!(page.status, 200);
            assert_eq!(page.find_all("html")[0].attribute("lang").as_deref(), Some(language), "{accepted}");
        }
    }

    fn a_language_that_nobody_offers_is_refused(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        for language in ["", "RU", "de", "\"><script>"] {
            let page = member.post(PATH, &[("language", language)]);
            assert_eq!(page.status, 422);
            assert!(page.has("#error-language") && !page.body.contains("<script>"));
        }
        assert_eq!(spoken(&mut member).0, "en");
    }
}
