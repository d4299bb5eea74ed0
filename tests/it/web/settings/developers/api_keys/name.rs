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
        assert!(owner.get(PATH).test_id("flash-success").text.contains("now called “Builds”"));
        assert_eq!(owner.listed(), [("Builds".to_owned(), "active".to_owned())]);
        assert_eq!(app.audited("api_key.renamed"), 1, "the same name again is no change");
        assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
    }

    fn the_script_gets_the_row_with_a_field_and_then_the_row_as_it_is(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_project(OWNER, "Shop");
        app.insert_api_key(OWNER, "Taken", |_| {});
        let key = app.insert_api_key(OWNER, "CI <b>", |_| {});
        let path = format!("{PATH}/{}/name", key.id);
        for (list, has_owner) in [(PATH.to_owned(), false), (format!("{PATH}?view=organization&sort=name"), true)] {
            let next: String = url::form_urlencoded::byte_serialize(list.as_bytes()).collect();
            let mut get = |row: &str| owner.request("GET", &format!("{path}?row={row}&next={next}"), &[("hx-request", "true")], None);
            for (row, page) in [("field", get("field")), ("text", get("text"))] {
                let body = &page.body;
                assert!(page.status == 200 && body.starts_with(&format!("<tr id=\"{}\"", key.id)), "{body}");
                assert_eq!(body.contains("value=\"CI &#60;b&#62;\""), row == "field", "{body}");
                assert_eq!(body.contains("data-testid=\"cell-owner\""), has_owner);
                assert!(body.contains("data-testid=\"cell-project\"") && body.contains("name=\"id\"") && !body.contains("checked disabled"));
            }
            let mut post = |name: &str| {
                let csrf = owner.csrf();
                let body: String = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs([("csrf", csrf.as_str()), ("name", name), ("next", list.as_str()), ("row", "field")]).finish();
                owner.request("POST", &path, &[("hx-request", "true"), ("content-type", "application/x-www-form-urlencoded")], Some(&body))
            };
            let clash = post("taken");
            assert_eq!(clash.status, 422);
            for part in ["<tr id=", "data-key-name=\"CI &#60;b&#62;\"", "value=\"taken\"", "aria-invalid=\"true\"", "data-testid=\"error-name\"", "already"] {
                assert!(clash.body.contains(part), "{part} in {}", clash.body);
            }
            let saved = post("Builds");
            assert!(saved.status == 200 && saved.body.contains("data-key-name=\"Builds\"") && !saved.body.contains("data-testid=\"rename\""), "{}", saved.body);
            assert!(saved.body.contains("Actions for Builds") && saved.body.contains("Select Builds"));
            assert_eq!(post("CI <b>").status, 200);
        }
        assert!(!owner.get(PATH).has("[data-testid=flash-success]"), "the row itself has told it");
        assert_eq!(app.audited("api_key.renamed"), 4);
        assert_eq!(owner.get(&format!("{path}?row=cell")).status, 400);
        assert!(owner.get(&format!("{path}?row=field")).has("[data-testid=rename-dialog]"), "without a script it is the page");

        // Every error is a dialog, not a row.
        app.database.execute(&format!("DELETE FROM api_keys WHERE id = '{}'", key.id));
        let gone = owner.request("GET", &format!("{path}?row=field"), &[("hx-request", "true")], None);
        assert_eq!((gone.status, gone.header("hx-retarget"), gone.header("hx-reswap")), (404, "#dialog-slot", "innerHTML"));
    }

    fn all_keys_stay_chosen_in_a_row_that_was_renamed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/name?row=text&next=/settings/developers/api-keys%3Fselect%3Dmatching", key.id);
        assert!(owner.request("GET", &path, &[("hx-request", "true")], None).body.contains("checked disabled"));
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
