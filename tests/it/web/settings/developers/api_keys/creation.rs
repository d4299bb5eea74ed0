//! Creating a key under each setting of the policy.

use latchkey::domain::{
    Policy, Role, Scope, Token,
    policy::{Preset, Viewable, WhoMayCreate},
};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

fn form(client: &mut Client) -> Page {
    let page = client.get(&format!("{PATH}/new"));
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

/// Sends the create form with changed and additional fields.
fn create(client: &mut Client, changes: &[(&str, &str)]) -> Page {
    let mut fields = form(client).form_fields("form");
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let changes = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let fields: Vec<_> = fields.into_iter().chain(changes).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(PATH, &[], &fields)
}

fn press(client: &mut Client) -> Page {
    let fields = client.get(PATH).form_fields("#create");
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("one_click", "yes"));
    client.post_raw(PATH, &[], &fields)
}

on_both_databases! {
    fn where_a_date_is_optional_none_is_proposed_and_none_is_needed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { allow_no_expiry: true, default_lifetime_days: None, ..Policy::default() });
        let page = form(&mut owner);
        let date = &page.find_all("[name=expires_on]")[0];
        assert_eq!((date.attribute("value").unwrap().as_str(), date.attribute("required")), ("", None));
        let (hint, body) = (&page.find_all("#hint-expires_on")[0].text, &page.body);
        assert!(body.contains("optional") && hint.contains("Without a date") && hint.contains("Choose a date all the same"));
        let reveal = create(&mut owner, &[("name", "endless")]);
        assert_eq!(reveal.status, 200);
        let row = "SELECT count(*) AS count FROM api_keys WHERE expires_at = 9223372036854775807";
        assert_eq!(app.database.count(row), 1);
        assert_eq!(create(&mut owner, &[("name", "late"), ("expires_on", "2027-11-22")]).status, 422, "the maximum holds");

        app.set_policy(&Policy::default());
        assert_eq!(create(&mut owner, &[("name", "another"), ("expires_on", "")]).status, 422);
        let path = format!("{PATH}/{}/edit", reveal.api_key_id());
        let fields = owner.get(&path).form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(&path, &[], &fields).status, 303, "what it has may stay");
    }

    fn a_key_with_an_end_loses_it_only_where_that_is_allowed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let path = format!("{PATH}/{}/edit", key.id);
        let without_date = |owner: &mut Client| {
            let mut fields = owner.get(&path).form_fields("form");
            fields.iter_mut().filter(|(name, _)| name == "expires_on").for_each(|(_, value)| value.clear());
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            owner.post_raw(&path, &[], &fields).status
        };
        assert_eq!(without_date(&mut owner), 422);
        app.set_policy(&Policy { allow_no_expiry: true, ..Policy::default() });
        assert_eq!(without_date(&mut owner), 303);
        assert!(owner.get(PATH).test_id("cell-expires").text.contains("Never"));
    }

    fn another_maximum_is_said_and_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { default_lifetime_days: Some(7), max_lifetime_days: 30, ..Policy::default() });
        let page = form(&mut owner);
        let date = &page.find_all("[name=expires_on]")[0];
        assert_eq!(["value", "max"].map(|name| date.attribute(name).unwrap()), ["2026-11-28", "2026-12-21"]);
        let hint = &page.find_all("#hint-expires_on")[0].text;
        assert!(hint.contains("21 Dec 2026") && !hint.contains("year"), "{hint}");
        assert_eq!(create(&mut owner, &[("name", "x"), ("expires_on", "2026-12-22")]).status, 422);
    }

    fn only_the_scopes_of_the_policy_are_offered_and_taken(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let with = |scopes: &[Scope]| Policy { scopes_offered: scopes.to_vec(), ..Policy::default() };
        app.set_policy(&with(&[Scope::Web, Scope::Analytics]));
        let offered = |page: &Page| -> Vec<_> {
            page.find_all("[name=scope]").iter().map(|choice| choice.attribute("value").unwrap()).collect()
        };
        let page = form(&mut owner);
        assert_eq!(offered(&page), ["web", "analytics"]);
        assert!(page.has("[name=trusted_domains]") && !page.has("[name=app_identifiers]"));
        for scope in ["server", "mobile", "none"] {
            let page = create(&mut owner, &[("name", "kept"), ("scope", scope)]);
            assert_eq!(page.status, 422, "{scope}");
            assert!(page.has("[data-testid=error-scope]"));
        }
        assert_eq!(create(&mut owner, &[("name", "web"), ("trusted_domains", "example.com")]).status, 200);

        app.set_policy(&with(&[Scope::Mobile]));
        let page = form(&mut owner);
        assert!(page.test_id("only-scope").text.contains("Mobile") && !page.has("fieldset [name=scope]"));
        assert!(page.has("[name=app_identifiers]") && !page.has("[name=allowed_networks]"));
        assert_eq!(create(&mut owner, &[("name", "app"), ("scope", ""), ("app_identifiers", "com.example.app")]).status, 200);
        let cells: Vec<_> =
            owner.get(&format!("{PATH}?sort=name")).find_all("[data-testid=cell-scope]").into_iter().map(|cell| cell.text).collect();
        assert_eq!(cells, ["Mobile", "Web"]);
    }

    fn a_key_can_be_made_switched_off(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(form(&mut owner).find_all("[name=status] option").len(), 2);
        let reveal = create(&mut owner, &[("name", "later"), ("status", "disabled")]);
        assert!(reveal.body.contains("The key is disabled"));
        assert_eq!(owner.listed(), [("later".to_owned(), "pending".to_owned())]);
        owner.post(&format!("{PATH}/{}/confirmation", reveal.api_key_id()), &[("copied", "yes")]);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("created disabled"));
        let token = reveal.test_id("key-token").text;
        assert_eq!(app.visitor().verify(&token).1, "DISABLED");
        owner.post(&format!("{PATH}/{}/enablement", reveal.api_key_id()), &[]);
        assert_eq!(app.visitor().verify(&token).1, "VALID");
        assert_eq!(create(&mut owner, &[("name", "x"), ("status", "revoked")]).status, 400);

        let faulty = create(&mut owner, &[("name", ""), ("status", "disabled")]);
        assert_eq!(faulty.find_all("[name=status] option[selected]")[0].attribute("value").unwrap(), "disabled");
    }

    fn without_confirmation_a_key_works_at_once_and_its_token_is_shown_the_same_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { require_copy_confirmation: false, ..Policy::default() });
        let reveal = create(&mut owner, &[("name", "Deploy")]);
        let token = reveal.test_id("key-token").text;
        assert_eq!(app.visitor().verify(&token).1, "VALID", "before anybody has said anything");
        assert!(!reveal.has("[data-testid=copied-confirmation]") && !reveal.has("[data-testid=discard-key]"));
        assert!(reveal.has("[data-testid=copy-key]") && reveal.has("[data-testid=copy-secret]"));
        assert!(reveal.body.contains("curl") && reveal.body.contains("will not be displayed again"));
        assert!(reveal.body.contains("its secret cannot be shown again"));
        assert_eq!(reveal.header("cache-control"), "no-store");
        assert_eq!(app.audited("api_key.created"), 1);
        let details = app.database.text("SELECT details AS text FROM audit_events WHERE action = 'api_key.created'");
        assert!(details.contains("\"needs_confirmation\":false") && !details.contains(&token), "{details}");

        let fields = reveal.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = owner.post_raw(&format!("{PATH}/{}/confirmation", reveal.api_key_id()), &[], &fields);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        let list = owner.get(PATH);
        assert!(list.test_id("flash-success").text.contains("Deploy") && list.has("tr.new"));
        assert_eq!(app.audited("api_key.confirmed"), 0, "there was nothing to confirm");
    }

    fn the_words_differ_where_the_token_can_be_seen_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let policy = Policy { require_copy_confirmation: false, viewable: Viewable::WebAndMobile, ..Policy::default() };
        app.set_policy(&policy);
        let web = create(&mut owner, &[("name", "web"), ("scope", "web"), ("unrestricted", "trusted_domains")]);
        assert!(web.body.contains("see it again later") && !web.body.contains("cannot be shown again"));
        let server = create(&mut owner, &[("name", "server"), ("scope", "server")]);
        assert!(!server.body.contains("see it again") && server.body.contains("cannot be shown again"));
    }

    fn one_press_makes_a_key_and_the_same_form_no_second_one(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Preset::KeyAndSecret.policy());
        let list = owner.get(PATH);
        assert!(list.has("#create [data-testid=create-key]") && list.has("[data-testid=create-with-options]"));
        assert_eq!(form(&mut owner).status, 200, "the whole form stays there");
        let fields = owner.get(PATH).form_fields("#create");
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("one_click", "yes"));
        let reveal = owner.post_raw(PATH, &[], &fields);
        assert_eq!(reveal.status, 200, "{}", reveal.body);
        let token = Token::parse(&reveal.test_id("key-token").text).unwrap();
        assert_eq!(reveal.test_id("key-lookup").attribute("value").unwrap(), format!("lk_{}", token.lookup()));
        assert_eq!(reveal.test_id("key-secret").text, token.secret());
        let again = owner.post_raw(PATH, &[], &fields);
        assert_eq!(again.status, 409);
        assert!(again.body.contains("API key 1") && !again.body.contains(token.secret()));
        assert_eq!(owner.listed(), [("API key 1".to_owned(), "active".to_owned())]);
        assert_eq!(press(&mut owner).status, 200);
        assert!(owner.listed().contains(&("API key 2".to_owned(), "active".to_owned())));
    }

    fn one_press_is_refused_at_the_limit_and_where_the_policy_knows_of_none(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let policy = Policy { max_keys_per_user: 1, ..Preset::KeyAndSecret.policy() };
        app.set_policy(&policy);
        let fields = owner.get(PATH).form_fields("#create");
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("one_click", "yes"));
        app.insert_api_key(OWNER, "first", |_| {});
        let list = owner.get(PATH);
        assert!(list.has("[data-testid=create-key][aria-disabled=true]") && list.body.contains("1 of 1 key"));
        let refused = owner.post_raw(PATH, &[], &fields);
        assert_eq!(refused.status, 422);
        assert!(refused.test_id("form-error").text.contains("your limit of"));
        app.set_policy(&Policy::default());
        let refused = owner.post_raw(PATH, &[], &fields);
        assert_eq!((refused.status, refused.header("location")), (303, "/settings/developers/api-keys/new"));
        assert_eq!(owner.listed().len(), 1);
    }

    fn under_every_preset_the_form_can_be_sent_as_it_comes(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for (number, preset) in Preset::ALL.into_iter().enumerate() {
            let policy = preset.policy();
            app.set_policy(&policy);
            for role in Role::ALL {
                let mut client = app.sign_in_as(&app.create_user(role, &format!("{role}{number}")));
                let may = policy.who_may_create == WhoMayCreate::Everyone || matches!(role, Role::Owner | Role::Administrator);
                let page = client.get(&format!("{PATH}/new"));
                assert_eq!(page.status, if may { 200 } else { 403 }, "{preset:?} {role}");
                if !may {
                    continue;
                }
                // If Web is proposed, the form asks whether every website may use the key.
                let reveal = create(&mut client, &[("unrestricted", "trusted_domains")]);
                assert_eq!(reveal.status, 200, "{preset:?} {role}");
                let token = reveal.test_id("key-token").text;
                let code = if policy.require_copy_confirmation { "KEY_NOT_CONFIRMED" } else { "VALID" };
                assert_eq!(app.visitor().verify(&token).1, code, "{preset:?} {role}");
                let kept = format!("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL AND api_key_id = '{}'", reveal.api_key_id());
                let is_kept = policy.viewable == Viewable::All;
                assert_eq!(app.database.count(&kept), i64::from(is_kept), "{preset:?} {role}");
                assert_eq!(client.get(PATH).status, 200);
            }
        }
    }
}
