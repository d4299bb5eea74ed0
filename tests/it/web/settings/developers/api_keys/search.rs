//! The search field.

use latchkey::domain::Role;

use super::{OWNER, PATH, names};
use crate::{
    on_both_databases,
    support::{TestApp, with_wrong_secret},
};

const SEARCH: &str = "/settings/developers/api-keys/search";

on_both_databases! {
    fn a_text_leads_to_the_list_with_the_filters_that_were_there(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "deploy", |_| {});
        app.insert_api_key(OWNER, "deploy old", |key| key.disabled_at = Some(key.created_at));
        app.insert_api_key(OWNER, "other", |_| {});
        let page = owner.get(&format!("{PATH}?view=organization&status=active&sort=name"));
        let mut fields = page.form_fields("[role=search]");
        fields.retain(|(name, _)| name != "q");
        fields.push(("q".to_owned(), " depl & ".to_owned()));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let found = owner.post_raw(SEARCH, &[], &fields);
        let place = format!("{PATH}?view=organization&q=depl+%26&status=active&sort=name");
        assert_eq!((found.status, found.header("location")), (303, place.as_str()));
        let page = owner.get(&place);
        assert_eq!(names(&page), ["deploy"]);
        assert_eq!(page.find_all("#q")[0].attribute("value").unwrap(), "depl &");
        assert_eq!(page.test_id("found-count").text, "1 key found");
        let kept = page.form_fields("form[data-testid=filters]");
        assert!(kept.contains(&("q".to_owned(), "depl &".to_owned())), "{kept:?}");
        assert_eq!(owner.post(SEARCH, &[("q", "")]).header("location"), format!("{PATH}?sort=-created"));
        assert_eq!(owner.post(SEARCH, &[("q", "x"), ("status", "paused")]).status, 400);
    }

    fn the_id_that_services_get_finds_the_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut member = app.sign_in(Role::Member);
        let key = app.insert_api_key(OWNER, "deploy", |_| {});
        app.insert_api_key(OWNER, "other", |_| {});
        let text = format!(" {}\n", key.id);
        let found = owner.post(SEARCH, &[("q", &text)]).header("location").to_owned();
        let page = owner.get(&found);
        assert_eq!((names(&page), page.test_id("found-count").text), (vec!["deploy".to_owned()], "1 key found".to_owned()));
        assert_eq!(names(&owner.get(&format!("{found}&view=organization&status=active"))), ["deploy"]);
        assert!(names(&owner.get(&format!("{found}&status=revoked"))).is_empty());
        assert!(owner.get(&format!("/go-to?q={}", key.id)).body.contains(">deploy<"));
        assert!(names(&member.get(&found)).is_empty());
    }

    fn a_whole_token_leads_to_its_key_and_is_in_no_answer(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (_, other) = app.insert_token(OWNER, "Other", |_| {});
        let details = format!("{PATH}/{}", key.id);
        for (text, testid) in [
            (format!(" {}\n", token.expose()), "flash-success"),
            (with_wrong_secret(&token, &other), "flash-error"),
        ] {
            for view in [&[][..], &[("view", "organization")]] {
                let mut fields = vec![("q", text.as_str())];
                fields.extend_from_slice(view);
                let found = owner.post(SEARCH, &fields);
                assert_eq!((found.status, found.header("location")), (303, details.as_str()));
                let page = owner.get(&details);
                assert!(page.has(&format!("[data-testid={testid}]")));
                assert!(!page.body.contains(token.secret()) && !page.body.contains(other.secret()));
            }
        }
    }

    fn a_token_of_nobody_or_of_a_hidden_key_leads_to_a_message(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (_, strangers) = app.insert_token("gwen@globex.example", "Theirs", |_| {});
        let (gone, unknown) = app.insert_token(OWNER, "Gone", |_| {});
        app.database.execute(&format!("DELETE FROM api_keys WHERE id = '{}'", gone.id));
        let mut member = app.sign_in(Role::Member);
        for token in [&token, &strangers, &unknown] {
            let found = member.post(SEARCH, &[("q", token.expose())]);
            assert_eq!((found.status, found.header("location")), (303, "/settings/developers/api-keys?sort=-created"));
            let page = member.get(found.header("location"));
            assert!(page.test_id("flash-error").text.contains("None of the keys you can see has this token"));
            assert!(!page.body.contains(token.secret()) && !page.body.contains(token.lookup()));
        }
        assert_eq!(member.post(SEARCH, &[("q", "x"), ("view", "organization")]).status, 303);
        assert_eq!(member.get(&format!("{PATH}?view=organization&q=x")).status, 403);
    }

    fn the_secret_in_a_longer_text_gets_into_no_address(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        for text in [format!("Bearer {}", token.expose()), format!("{} is whose?", token.expose())] {
            let place = owner.post(SEARCH, &[("q", &text)]).header("location").to_owned();
            assert!(place.starts_with(PATH) && !place.contains(&token.secret()[..10]), "{place}");
        }
    }
}
