//! Planted secrets appear nowhere after a journey.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

const CREATE: &str = "/settings/developers/api-keys";

on_both_databases! {
    fn the_database_holds_no_token_no_password_and_no_session(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (kept, token) = owner.create_confirmed_api_key("planted name");
        let abandoned = owner.create_api_key("abandoned").test_id("key-token").text;
        let (deleted, deleted_token) = owner.create_confirmed_api_key("deleted");
        owner.post(&format!("{CREATE}/{deleted}/deletion"), &[]);
        app.visitor().post("/sign-in", &[("email", "owner@acme.example"), ("password", "a wrong planted guess")]);

        let stolen = app.database.stolen();
        let holds = |text: &str| stolen.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds("planted name") && holds(&kept), "the search finds what is there");
        for token in [&token, &abandoned, &deleted_token] {
            let secret = token.rsplit('_').next().unwrap();
            assert!(!holds(token) && !holds(secret) && !holds(&secret[..16]));
        }
        assert!(!holds(PASSWORD) && !holds("a wrong planted guess"));
        for value in owner.cookies.values() {
            // The signature comes first, the session's key after it.
            let key = value.rsplit(['=', '%']).next().unwrap();
            assert!(!holds(value) && !holds(&key[key.len().saturating_sub(32)..]));
        }
    }

    fn no_page_shows_a_token_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let reveal = owner.create_api_key("Deploy");
        let token = reveal.test_id("key-token").text;
        let secret = reveal.test_id("key-secret").text;
        let id = reveal.api_key_id();
        assert_eq!(reveal.header("cache-control"), "no-store");
        let pages = [
            "/".to_owned(),
            "/settings".to_owned(),
            CREATE.to_owned(),
            format!("{CREATE}/new"),
            format!("{CREATE}/{id}/deletion"),
            format!("{CREATE}/bulk-deletion?id={id}"),
            format!("{CREATE}/all-deletion"),
            format!("{CREATE}/{id}/confirmation"),
            format!("{CREATE}/{id}"),
        ];
        for path in pages {
            let page = owner.get(&path);
            assert!(!page.body.contains(&token) && !page.body.contains(&secret), "{path}");
            for (name, value) in &page.headers {
                assert!(!value.to_str().unwrap().contains(&secret), "{path}: {name}");
            }
        }
        let refused = owner.post(&format!("{CREATE}/{id}/confirmation"), &[]);
        assert!(refused.status == 422 && !refused.body.contains(&secret));
        let confirmed = owner.post(&format!("{CREATE}/{id}/confirmation"), &[("copied", "yes")]);
        assert!(confirmed.status == 303 && !confirmed.body.contains(&secret));
        assert!(!owner.get(CREATE).body.contains(&secret));
    }
}
