//! Renaming a key.

use latchkey::domain::Role;

use super::{OWNER, PATH};
use crate::{on_both_databases, support::TestApp};

on_both_databases! {
    fn a_key_is_renamed_and_one_is_back_where_one_was(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "CI", |_| {});
        let (details, path) = (format!("{PATH}/{}", key.id), format!("{PATH}/{}/name", key.id));
        assert_eq!(owner.get(&details).test_id("rename-key").attribute("href").unwrap(), path);
        for from in [details.clone(), format!("{PATH}?sort=name")] {
            let form = owner.request("GET", &path, &[("referer", &format!("{}{from}", app.address))], None);
            assert!(form.has("[data-testid=rename-dialog]"));
            let next = form.find_all("[name=next]")[0].attribute("value").unwrap();
            let answer = owner.post(&path, &[("name", "  Builds  "), ("next", &next)]);
            assert_eq!((answer.status, answer.header("location")), (303, from.as_str()));
        }
        assert!(owner.get(PATH).test_id("flash-success").text.contains("called “Builds” now"));
        assert_eq!(owner.listed(), [("Builds".to_owned(), "active".to_owned())]);
        assert_eq!(app.audited("api_key.renamed"), 1, "the same name again is no change");
        assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
    }

    fn a_name_that_cannot_be_had_is_told_at_the_field(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "Taken", |_| {});
        let key = app.insert_api_key(OWNER, "Mine", |_| {});
        let path = format!("{PATH}/{}/name", key.id);
        for (name, says) in [("", "Enter a name"), ("  taken ", "already"), ("a\u{202e}b", "invisible")] {
            let page = owner.post(&path, &[("name", name), ("next", PATH)]);
            assert_eq!(page.status, 422, "{name}");
            assert!(page.test_id("error-name").text.contains(says), "{name}");
            let field = &page.find_all("#name")[0];
            assert_eq!((field.attribute("value").unwrap(), field.attribute("aria-invalid").unwrap()), (name.to_owned(), "true".to_owned()));
            assert_eq!(page.find_all("[name=next]")[0].attribute("value").unwrap(), PATH);
        }
        assert_eq!(owner.post(&path, &[("name", "MINE")]).status, 303, "its own name in other letters is free");
    }
}
