//! Creating a key for some pages, networks or apps, and with some of your permissions.

use latchkey::domain::{Role, Scope, api_key::restrictions::Kind};
use serde_json::{Value, json};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

/// Sends the create form with these fields added.
fn create(client: &mut Client, more: &[(&str, &str)]) -> Page {
    let fields = client.get(&format!("{PATH}/new")).form_fields("form");
    let is_added = |name: &str| more.iter().any(|(field, _)| *field == name);
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.retain(|(name, _)| !is_added(name));
    fields.extend_from_slice(more);
    client.post_raw(PATH, &[], &fields)
}

/// The link of the only error in the summary: its field and its text.
fn only_error(page: &Page) -> (String, String) {
    assert_eq!(page.status, 422);
    let links = page.find_all("[data-testid=error-summary] a");
    assert_eq!(links.len(), 1, "{}", page.body);
    (links[0].attribute("href").unwrap(), links[0].text.clone())
}

fn stored(app: &TestApp, column: &str) -> String {
    app.database.text(&format!("SELECT {column} AS text FROM api_keys"))
}

on_both_databases! {
    fn pages_of_keys_name_the_networks_of_the_organization(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let (near, _) = app.insert_restricted(OWNER, Kind::AllowedNetworks, "10.1.0.0/16");
        let mut shown = |path: &str, selector: &str| {
            let page = owner.get(&format!("{PATH}/{path}"));
            page.find_all(selector)[0].text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let facts = "[data-testid=detail-restrictions]";
        assert_eq!(shown(key.id.as_str(), facts), "None: the key can be used from anywhere");
        let hint = shown("new", "#hint-allowed_networks");
        app.change_policy(|policy| policy.allowed_networks = vec!["10.0.0.0/8".to_owned()]);
        assert_eq!(shown(key.id.as_str(), facts), "Allowed networks of the organization10.0.0.0/8");
        let both = "Allowed networks10.1.0.0/16Allowed networks of the organization10.0.0.0/8";
        assert_eq!(shown(near.id.as_str(), facts), both);
        assert_ne!(shown("new", "#hint-allowed_networks"), hint);
        assert!(shown(&format!("{}/edit", key.id), "#hint-allowed_networks").contains("all networks of the organization"));
    }

    fn what_was_typed_is_kept_in_one_spelling_written_down_and_holds(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let typed = "https://App.Example.com:443, *.пример.рф\r\n\r\nlocalhost:*\r\n*.пример.рф.";
        let fields = [("scope", "web"), ("trusted_domains", typed), ("allowed_networks", " \r\n"),
            ("permissions", "chosen"), ("permissions", "members.see"), ("permissions", "api_keys.see_own")];
        let reveal = create(&mut owner, &fields);
        assert_eq!(reveal.status, 200);
        assert_eq!(stored(app, "scope"), "web");
        assert_eq!(stored(app, "trusted_domains"), "https://app.example.com\n*.xn--e1afmkfd.xn--p1ai\nlocalhost:*");
        assert_eq!(stored(app, "allowed_networks"), "");
        assert_eq!(stored(app, "permissions"), "api_keys.see_own members.see");

        let details = "SELECT details AS text FROM audit_events WHERE action = 'api_key.created'";
        let details: Value = serde_json::from_str(&app.database.text(details)).unwrap();
        assert_eq!((&details["scope"], &details["name"]), (&json!("web"), &json!("API key 1")));
        assert_eq!(details["trusted_domains"], json!(["https://app.example.com", "*.xn--e1afmkfd.xn--p1ai", "localhost:*"]));
        assert_eq!((&details["allowed_networks"], &details["permissions"]), (&json!([]), &json!(["api_keys.see_own", "members.see"])));

        owner.post(&format!("{PATH}/{}/confirmation", reveal.api_key_id()), &[("copied", "yes")]);
        let token = reveal.test_id("key-token").text;
        let ask = |origin: &str| {
            let body = json!({ "token": token, "origin": origin }).to_string();
            app.visitor().request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body)).json()
        };
        let good = ask("https://a.xn--e1afmkfd.xn--p1ai");
        assert_eq!((&good["code"], &good["scope"]), (&json!("VALID"), &json!("web")));
        assert_eq!(good["permissions"], json!(["api_keys.see_own", "members.see"]));
        assert_eq!(ask("http://app.example.com")["code"], "ORIGIN_NOT_ALLOWED");
        assert_eq!(ask("https://xn--e1afmkfd.xn--p1ai")["code"], "ORIGIN_NOT_ALLOWED");
    }

    fn a_form_that_does_not_ask_makes_a_server_key_with_all_of_ones_permissions(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(create(&mut owner, &[]).status, 200);
        let usual = "SELECT COUNT(*) AS count FROM api_keys WHERE scope = 'server' AND permissions IS NULL \
                     AND trusted_domains = '' AND app_identifiers = '' AND allowed_networks = ''";
        assert_eq!(app.database.count(usual), 1);
        assert_eq!(create(&mut owner, &[("permissions", "inherit"), ("scope", "analytics")]).status, 200);
        assert_eq!(create(&mut owner, &[("permissions", "chosen")]).status, 200);
        assert_eq!(app.database.count("SELECT COUNT(*) AS count FROM api_keys WHERE permissions = ''"), 1);
    }

    fn what_cannot_be_taken_is_refused_at_its_field_with_its_line(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let domains = (0..51).map(|number| format!("a{number}.example\r\n")).collect::<Vec<_>>().concat();
        let networks = (0..101).map(|number| format!("10.0.0.{number},")).collect::<Vec<_>>().concat();
        for (scope, field, typed, says) in [
            ("web", "trusted_domains", "example.com\r\nhttps://example.com/path", "Line 2, “https://example.com/path”: "),
            ("web", "trusted_domains", "*", "star"),
            ("web", "trusted_domains", "*.com", "star"),
            ("web", "trusted_domains", "a..b", "enter a domain"),
            ("web", "trusted_domains", "user@example.com", "a user name"),
            ("web", "trusted_domains", "ftp://example.com", "http://"),
            ("web", "trusted_domains", "example.com:0", "65535"),
            ("web", "trusted_domains", "<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("web", "trusted_domains", &domains, "at most 50"),
            ("mobile", "app_identifiers", "com.example.app\r\napp", "Line 2, “app”"),
            ("mobile", "app_identifiers", "com.example.app AB:CD", "SHA-256"),
            ("server", "allowed_networks", "10.0.0.0/8,\r\n\r\n10.0.0.0/33", "Line 3, “10.0.0.0/33”"),
            ("analytics", "allowed_networks", "localhost", "enter an IP address"),
            ("server", "allowed_networks", &networks, "at most 100"),
            ("server", "trusted_domains", "example.com", "scope Web"),
            ("web", "app_identifiers", "com.example.app", "scope Mobile"),
            ("mobile", "allowed_networks", "10.0.0.0/8", "scope Server or Analytics"),
        ] {
            let page = create(&mut owner, &[("scope", scope), (field, typed)]);
            let (href, text) = only_error(&page);
            assert_eq!(href, format!("#{field}"));
            assert!(text.contains(says), "{typed}: {text}");
            assert!(!page.has("main script"));
        }
        for scope in ["Web", "everything", "\u{0}"] {
            assert_eq!(only_error(&create(&mut owner, &[("scope", scope)])).0, "#scope");
        }
        assert!(owner.listed().is_empty());
    }

    fn the_form_offers_all_of_it_and_keeps_what_was_typed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let form = owner.get(&format!("{PATH}/new"));
        assert!(form.has("[name=scope][value=server][checked]") && form.has("[value=inherit][checked]"));
        assert_eq!(form.find_all("[name=scope]").len(), 4);
        let page = create(&mut owner, &[("name", ""), ("scope", "web"), ("trusted_domains", "example.com\r\n*.пример.рф"),
            ("permissions", "chosen"), ("permissions", "members.see")]);
        assert_eq!(only_error(&page).0, "#name");
        assert!(page.has("[name=scope][value=web][checked]") && !page.has("[name=scope][value=server][checked]"));
        assert_eq!(page.find_all("#trusted_domains")[0].text, "example.com\r\n*.пример.рф".replace('\r', ""));
        assert!(page.has("[value=chosen][checked]") && page.has("[value='members.see'][checked]"));
        assert!(!page.has("[value=inherit][checked]") && !page.has("[value='members.manage'][checked]"));
    }

    fn a_key_that_anybody_can_find_is_unrestricted_only_when_that_is_confirmed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (scope, kind, other, says) in [
            ("web", "trusted_domains", "app_identifiers", "Any website may use this key"),
            ("mobile", "app_identifiers", "trusted_domains", "Any app may use this key"),
        ] {
            let typed = [("name", scope), ("description", "kept"), ("scope", scope)];
            assert!(!owner.get(&format!("{PATH}/new")).has("[data-testid=unrestricted]"), "asked only where it matters");
            // Confirming the other list does not count for this one.
            for more in [&[][..], &[("unrestricted", other)], &[("unrestricted", "yes")], &[(kind, " \r\n")]] {
                let page = create(&mut owner, &[&typed[..], more].concat());
                let (href, text) = only_error(&page);
                assert!(href == format!("#{kind}") && text.contains("tick the box"), "{text}");
                assert_eq!(page.find_all("[name=description]")[0].attribute("value").unwrap(), "kept");
                let boxes = page.find_all("label:has([data-testid=unrestricted])");
                assert!(boxes.iter().any(|label| label.text == says), "{}", page.body);
                assert!(!page.has("[data-testid=unrestricted][value=trusted_domains][checked]") || kind != "trusted_domains");
            }
            let confirmed = [&typed[..], &[("unrestricted", kind)]].concat();
            let faulty: Vec<_> = confirmed.iter().map(|&(name, value)| (name, if name == "name" { "" } else { value })).collect();
            let page = create(&mut owner, &faulty);
            assert!(page.has(&format!("[data-testid=unrestricted][value={kind}][checked]")), "the answer is kept");
            assert_eq!(create(&mut owner, &confirmed).status, 200);
        }
        assert_eq!(owner.listed().len(), 2);
        for scope in ["server", "analytics"] {
            assert_eq!(create(&mut owner, &[("name", scope), ("scope", scope)]).status, 200, "nobody reads these");
        }
    }

    fn lifting_the_last_restriction_of_such_a_key_is_confirmed_too(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, _) = app.insert_restricted(OWNER, Kind::TrustedDomains, "example.com");
        let path = format!("{PATH}/{}/edit", key.id);
        let mut edit = |changes: &[(&str, &str)]| {
            let mut fields = owner.get(&path).form_fields("form");
            fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
            let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let fields: Vec<_> = fields.chain(changes.iter().copied()).collect();
            owner.post_raw(&path, &[], &fields)
        };
        let refused = edit(&[("trusted_domains", "")]);
        assert_eq!(only_error(&refused).0, "#trusted_domains");
        assert!(refused.test_id("unrestricted").attribute("checked").is_none());
        assert_eq!(stored(app, "trusted_domains"), "example.com");
        assert_eq!(edit(&[("trusted_domains", ""), ("unrestricted", "trusted_domains")]).status, 303);
        assert_eq!(stored(app, "trusted_domains"), "");
        assert_eq!(edit(&[("description", "a key that was open before stays so")]).status, 303);
    }

    fn one_press_opens_the_form_where_it_would_ask(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| (policy.one_click_creation, policy.scopes_offered) = (true, vec![Scope::Web, Scope::Server]));
        let mut fields = owner.get(PATH).form_fields("#create");
        if fields.is_empty() {
            fields = vec![("csrf".to_owned(), owner.csrf()), ("form_token".to_owned(), "t".to_owned())];
        }
        fields.push(("one_click".to_owned(), "yes".to_owned()));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let form = owner.post_raw(PATH, &[], &fields);
        assert_eq!(only_error(&form).0, "#trusted_domains");
        assert!(form.has("[name=name][value='API key 1']") && owner.listed().is_empty());
    }

    fn nobody_gives_a_key_what_they_do_not_have(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut administrator = app.sign_in(Role::Administrator);
        for (chosen, says) in [
            (&["owners.manage"][..], "only permissions that you have"),
            (&["api_keys.see_own", "policy.manage"], "only permissions that you have"),
            (&["api_keys.fly"], "from the list"),
            (&["inherit", "api_keys.see_own"], "either all"),
        ] {
            let fields: Vec<_> = chosen.iter().map(|name| ("permissions", *name)).collect();
            let (href, text) = only_error(&create(&mut administrator, &fields));
            assert!(href == "#permissions" && text.contains(says), "{chosen:?}: {text}");
        }
        assert_eq!(create(&mut administrator, &[("permissions", "members.manage")]).status, 200);
        let mut owner = app.sign_in_as(OWNER);
        assert_eq!(create(&mut owner, &[("permissions", "owners.manage")]).status, 200);
        assert_eq!(app.audited("api_key.created"), 2);
    }
}
