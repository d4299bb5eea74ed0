//! A person's theme.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const PATH: &str = "/settings/account/theme";

/// The theme of the root element.
fn shown(client: &mut Client) -> Option<String> {
    client.get("/settings").find_all("html")[0].attribute("data-theme")
}

on_both_databases! {
    fn the_theme_is_that_of_the_person_in_every_browser_until_they_choose_another(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        assert_eq!(shown(&mut member), None);
        let mut elsewhere = app.sign_in_as("member@acme.example");
        for (theme, expected) in [("dark", Some("dark")), ("light", Some("light")), ("browser", None)] {
            assert_eq!(member.post(PATH, &[("theme", theme)]).status, 303);
            assert_eq!(shown(&mut member).as_deref(), expected);
            assert_eq!(shown(&mut elsewhere).as_deref(), expected);
            let chosen = member.get("/settings/account").find_all("#theme option[selected]");
            assert_eq!(chosen.iter().map(|option| option.attribute("value").unwrap()).collect::<Vec<_>>(), [theme]);
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users WHERE theme IS NOT NULL"), 0);
    }

    fn a_script_gets_a_sentence_instead_of_a_page(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let mut fields = member.get("/settings/account").form_fields("[data-testid=account-form]");
        fields.retain(|(name, _)| name != "theme");
        fields.push(("theme".to_owned(), "dark".to_owned()));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = member.post_raw(PATH, &[("hx-request", "true")], &fields);
        assert_eq!((answer.status, answer.body.as_str()), (200, "Your theme was changed."));
        assert_eq!(shown(&mut member).as_deref(), Some("dark"));
        assert!(!member.get("/settings/account").has("[data-testid=flash-success]"), "it was said already");
    }

    fn a_theme_that_nobody_offers_is_refused(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        for theme in ["", "Dark", "\"><script>"] {
            let page = member.post(PATH, &[("theme", theme)]);
            assert_eq!(page.status, 422);
            assert!(page.has("#error-theme") && !page.body.contains("<script>"));
        }
        assert_eq!(shown(&mut member), None);
    }
}
