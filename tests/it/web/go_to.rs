//! Go to: the field that finds keys by name and pages by title.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, with_wrong_secret},
};

const PATH: &str = "/go-to";
const LIST: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";

fn texts(page: &Page, test_id: &str) -> Vec<String> {
    page.find_all(&format!("[data-testid={test_id}]")).iter().map(|link| link.text.trim().to_owned()).collect()
}

fn names(page: &Page) -> Vec<String> {
    page.find_all("[data-testid=go-to-key] bdi").iter().map(|name| name.text.clone()).collect()
}

/// Asks as the script does while somebody types.
fn type_text(client: &mut Client, text: &str) -> Page {
    let csrf = client.csrf();
    client.post_raw(PATH, &[("hx-request", "true")], &[("q", text), ("csrf", &csrf)])
}

on_both_databases! {
    fn it_finds_keys_by_name_and_begins_with_those_that_begin_so(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let deploy = app.insert_api_key(OWNER, "Deploy shop", |_| {});
        app.insert_api_key(OWNER, "Nightly deploy", |_| {});
        app.insert_api_key(OWNER, "Billing", |_| {});
        let page = owner.get(&format!("{PATH}?q=depl"));
        assert_eq!(names(&page), ["Deploy shop", "Nightly deploy"]);
        let link = &page.find_all("[data-testid=go-to-key]")[0];
        assert_eq!(link.attribute("href").unwrap(), format!("{LIST}/{}", deploy.id));
        assert_eq!(names(&type_text(&mut owner, "depl")), ["Deploy shop", "Nightly deploy"]);
        assert!(owner.get(&format!("{PATH}?q=zzz")).has("[data-testid=go-to-nothing]"));
        assert_eq!(names(&owner.get(PATH)).len(), 3);
    }

    fn a_form_leads_to_the_only_result_or_the_one_with_exactly_this_name(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let keys = ["Deploy", "Deploy shop", "Billing"].map(|name| app.insert_api_key(OWNER, name, |_| {}));
        let details = |key: usize| format!("{LIST}/{}", keys[key].id);
        for (text, location) in [
            ("deploy", details(0)),
            ("bill", details(2)),
            ("polic", "/settings/policy".to_owned()),
            ("depl", "/go-to?q=depl".to_owned()),
            ("a & b", "/go-to?q=a+%26+b".to_owned()),
            ("", "/go-to?q=".to_owned()),
        ] {
            let answer = owner.post(PATH, &[("q", text)]);
            assert_eq!((answer.status, answer.header("location")), (303, location.as_str()), "{text}");
        }
    }

    fn a_whole_token_leads_to_its_key_and_is_in_no_answer(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (_, other) = app.insert_token(OWNER, "Other", |_| {});
        for text in [token.expose().to_owned(), with_wrong_secret(&token, &other)] {
            let typed = type_text(&mut owner, &text);
            assert_eq!(names(&typed), ["Deploy"]);
            assert!(!typed.body.contains(token.secret()) && !typed.body.contains(other.secret()));
            let answer = owner.post(PATH, &[("q", &text)]);
            assert_eq!(answer.header("location"), format!("{LIST}/{}", key.id));
        }
        app.database.execute(&format!("DELETE FROM api_keys WHERE id = '{}'", key.id));
        let answer = owner.post(PATH, &[("q", token.expose())]);
        assert_eq!(answer.header("location"), PATH);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("None of the keys you can see"));
    }

    fn everybody_finds_only_what_they_may_open(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_api_key(OWNER, "Deploy", |_| {});
        app.insert_api_key("gwen@globex.example", "Deploy theirs", |_| {});
        for role in Role::ALL {
            let email = app.create_user(role, &format!("{role}-new"));
            let mut client = app.sign_in_as(&email);
            let found = names(&client.get(&format!("{PATH}?q=deploy")));
            assert_eq!(found.len(), usize::from(role != Role::Member), "{role}: {found:?}");
            let pages = client.get(PATH).find_all("[data-testid=go-to-page]");
            assert!(pages.len() > 4);
            for page in pages {
                let path = page.attribute("href").unwrap();
                assert_eq!(client.get(&path).status, 200, "{role}: {path}");
            }
            let policy = texts(&client.get(&format!("{PATH}?q=policy")), "go-to-page");
            assert_eq!(policy.len(), usize::from(role == Role::Owner), "{role}");
        }
    }
}
