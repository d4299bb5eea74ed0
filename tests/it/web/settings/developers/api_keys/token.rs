//! Displaying the token of a key again.

use latchkey::{
    domain::{ApiKeyId, Role, policy::Viewable},
    store,
};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, PASSWORD, Page, TestApp},
};

const PATH: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";

fn path(id: &str) -> String {
    format!("{PATH}/{id}/token")
}

fn keep_all(app: &TestApp) {
    app.change_policy(|policy| policy.viewable = Viewable::All);
}

/// Sends the form of the page, as a browser without JavaScript does.
fn confirm(client: &mut Client, question: &Page) -> Page {
    let action = question.find_all("main section form")[0].attribute("action").unwrap();
    let fields = question.form_fields("section form");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(&action, &[], &fields)
}

/// The request of the pages' script.
fn fetch(client: &mut Client, id: &str, query: &str) -> Page {
    let csrf = client.csrf();
    client.post_raw(&format!("{}{query}", path(id)), &[("hx-request", "true")], &[("csrf", &csrf)])
}

fn kept(app: &TestApp) -> i64 {
    app.database.count("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL")
}

on_both_databases! {
    fn by_default_no_token_is_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        assert_eq!(kept(app), 0);
        let page = owner.get(&format!("{PATH}/{id}"));
        let menu = owner.get(&format!("{PATH}/{id}/actions"));
        assert!([page, menu].iter().all(|page| page.status == 200 && !page.has("[data-testid=show-token]")));
        for page in [owner.get(&path(&id)), owner.post(&path(&id), &[]), fetch(&mut owner, &id, "")] {
            assert_eq!(page.status, 409);
            assert!(page.body.contains("does not store") && !page.body.contains(token.rsplit('_').next().unwrap()));
        }
        assert_eq!(app.audited("api_key.token_shown"), 0);
    }

    fn a_kept_token_is_shown_to_its_owner_who_typed_the_password_and_each_look_is_written_down(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        assert_eq!(kept(app), 1);
        app.clock.advance(Duration::minutes(10));
        let details = owner.get(&format!("{PATH}/{id}"));
        assert!(details.has("[data-testid=show-token]") && details.has("[data-testid=copy-token]"));
        assert!(owner.get(&format!("{PATH}/{id}/actions")).has("[data-testid=copy-token]"));

        let asked = format!("/password-proof?next=%2Fsettings%2Fdevelopers%2Fapi-keys%2F{id}%2Ftoken");
        for page in [owner.get(&path(&id)), owner.post(&path(&id), &[])] {
            assert_eq!((page.status, page.header("location")), (303, asked.as_str()));
            assert!(!page.body.contains(&token));
        }
        assert_eq!(fetch(&mut owner, &id, "?copy=1").header("hx-redirect"), format!("{asked}%3Fcopy%3D1"));
        assert_eq!(owner.post("/password-proof", &[("password", PASSWORD), ("next", &path(&id))]).header("location"), path(&id));
        let question = owner.get(&path(&id));
        assert_eq!(question.find_all("h1")[0].text, "Show the token of Deploy?");
        assert!(!question.body.contains(&token) && app.audited("api_key.token_shown") == 0);

        let shown = confirm(&mut owner, &question);
        assert_eq!((shown.status, shown.header("cache-control")), (200, "no-store"));
        assert_eq!(shown.header("refresh"), format!("60;url={PATH}/{id}"));
        assert_eq!(shown.test_id("key-token").text, token);
        assert_eq!(shown.test_id("key-secret").text, token.rsplit('_').next().unwrap());
        assert_eq!(app.audited("api_key.token_shown"), 1);
        assert!(shown.body.contains("60 seconds") && !shown.has("[data-copy-now]"));

        let again = confirm(&mut owner, &question);
        assert_eq!((again.status, again.header("location")), (303, path(&id).as_str()), "a reload shows nothing");
        assert!(!again.body.contains(&token) && app.audited("api_key.token_shown") == 1);

        let dialog = fetch(&mut owner, &id, "?copy=1");
        assert!(dialog.body.trim_start().starts_with("<dialog") && dialog.has("[data-copy-now]"));
        assert_eq!((dialog.test_id("key-token").text, dialog.header("refresh")), (token.clone(), ""));
        assert_eq!(app.audited("api_key.token_shown"), 2);
        let history = owner.get(&format!("{PATH}/{id}"));
        assert!(history.test_id("history-table").text.contains("Viewed the token of the key") && !history.body.contains(&token));
        assert_eq!(app.visitor().verify(&token), (200, "VALID".to_owned()));
    }

    fn nobody_sees_the_token_of_somebody_else(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        app.create_user_of("Globex", Role::Owner, "gwen");
        for (email, status) in [
            (app.create_user(Role::Administrator, "ada"), 403),
            (app.create_user(Role::Support, "sam"), 403),
            (app.create_user(Role::Member, "max"), 404),
            ("gwen@globex.example".to_owned(), 404),
        ] {
            let mut other = app.sign_in_as(&email);
            for page in [other.get(&path(&id)), other.post(&path(&id), &[]), fetch(&mut other, &id, "")] {
                assert_eq!(page.status, status, "{email}");
                assert!(!page.body.contains(&token));
            }
            let details = other.get(&format!("{PATH}/{id}"));
            assert!(!details.has("[data-testid=show-token]"), "{email}");
        }
        assert_eq!(app.audited("api_key.token_shown"), 0);
    }

    fn what_cannot_be_shown_says_why_in_every_state(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        let pending = owner.create_api_key("Waiting").api_key_id();
        let (revoked, _) = owner.create_confirmed_api_key("Revoked");
        let (deleted, _) = owner.create_confirmed_api_key("Deleted");
        let disabled = owner.create_confirmed_api_key("Paused").0;
        assert_eq!(kept(app), 5);
        assert_eq!(owner.post(&format!("{PATH}/{disabled}/disablement"), &[]).status, 303);
        assert_eq!(owner.post(&format!("{PATH}/{revoked}/revocation"), &[]).status, 303);
        assert_eq!(kept(app), 4, "erased with the revocation");
        assert_eq!(owner.post(&format!("{PATH}/{deleted}/deletion"), &[]).status, 303);
        assert_eq!(kept(app), 3, "and with the deletion");
        assert_eq!(fetch(&mut owner, &disabled, "").status, 200);
        assert!(owner.get(&path(&pending)).body.contains("never confirmed"));
        assert!(owner.get(&path(&revoked)).body.contains("expired or was revoked"));
        assert_eq!(owner.get(&path(&deleted)).status, 404);

        app.change_policy(|policy| policy.viewable = Viewable::Never);
        let page = fetch(&mut owner, &id, "");
        assert!(page.status == 409 && page.body.contains("does not store") && !page.body.contains(&token));
        keep_all(app);
        assert_eq!(fetch(&mut owner, &id, "").status, 200);
        app.clock.advance(Duration::days(366));
        let mut owner = app.sign_in_as(OWNER);
        let page = fetch(&mut owner, &id, "");
        assert!(page.status == 409 && page.body.contains("expired or was revoked"));
    }

    fn a_key_that_is_handed_over_takes_no_secret_with_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let mut ada = app.sign_in_as(&app.create_user(Role::Administrator, "ada"));
        let (id, token) = ada.create_confirmed_api_key("Deploy");
        assert_eq!(kept(app), 1);
        let (ada_id, heir) = (app.user_id("ada@acme.example").to_string(), app.user_id(OWNER).to_string());
        let removed = owner.post(&format!("/settings/members/{ada_id}/removal"), &[("heir", &heir)]);
        assert_eq!(removed.status, 303, "{}", removed.body);
        assert_eq!(owner.listed().len(), 1, "the key is the heir's");
        assert_eq!(kept(app), 0);
        assert_eq!(fetch(&mut owner, &id, "").status, 409);
        assert_eq!(app.visitor().verify(&token).1, "VALID");
    }

    fn only_keys_of_web_pages_and_apps_are_kept_where_the_policy_says_so(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::WebAndMobile);
        for (count, scope) in [(0, "server"), (0, "analytics"), (1, "web"), (2, "mobile")] {
            let form = owner.get(&format!("{PATH}/new"));
            let mut fields = form.form_fields("form");
            fields.retain(|(name, _)| name != "scope" && name != "name");
            let open = if scope == "mobile" { "app_identifiers" } else { "trusted_domains" };
            let typed = [("scope", scope), ("name", scope), ("unrestricted", open)];
            fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let page = owner.post_raw(PATH, &[], &fields);
            assert_eq!((page.status, kept(app)), (200, count), "{scope}");
        }
    }

    fn without_a_trace_there_is_no_look(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        app.database.refuse_events("api_key.token_shown");
        let page = fetch(&mut owner, &id, "");
        assert!(page.status >= 500 && !page.body.contains(&token));
    }

    fn a_token_that_was_changed_in_the_database_or_moved_to_another_key_is_not_shown(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let (first, first_token) = owner.create_confirmed_api_key("First");
        let (second, second_token) = owner.create_confirmed_api_key("Second");
        app.database.execute(&format!(
            "UPDATE api_key_tokens SET sealed = (SELECT o.sealed FROM api_key_tokens o WHERE o.api_key_id = '{second}') WHERE api_key_id = '{first}'"
        ));
        let page = fetch(&mut owner, &first, "");
        assert_eq!(page.status, 500);
        assert!(page.body.contains("cannot decrypt") && !page.body.contains(&first_token) && !page.body.contains(&second_token));
        assert_eq!((fetch(&mut owner, &second, "").status, app.audited("api_key.token_shown")), (200, 1));
    }

    fn what_a_thief_of_the_database_gets_opens_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        keep_all(app);
        let (id, token) = owner.create_confirmed_api_key("planted name");
        fetch(&mut owner, &id, "");
        owner.get(&path(&id));
        let stolen = app.database.stolen();
        let holds = |text: &str| stolen.windows(text.len()).any(|window| window == text.as_bytes());
        let secret = token.rsplit('_').next().unwrap();
        let hex = data_encoding::HEXLOWER.encode(secret.as_bytes());
        assert!(holds("planted name") && holds(&id), "the search finds what is there");
        assert!(!holds(secret) && !holds(&secret[..16]) && !holds(&hex) && !holds(&hex[..32]));
        let sealed = app.state.pool.read(|conn| store::sealed_tokens::find(conn, &ApiKeyId::parse(&id).unwrap())).unwrap().unwrap();
        assert!(holds(&sealed.hex()));
    }
}
