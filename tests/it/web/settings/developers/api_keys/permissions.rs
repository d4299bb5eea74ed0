//! Permissions of the organization's own API in the form of a key and on its page.

use latchkey::domain::{ApiKey, ChosenPermissions, KeyPermissions, Permission, Role, policy::WhoMayCreate};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, api_grants},
};

const ADMINISTRATOR: &str = "administrator@acme.example";

/// Sends the form at this address with these permissions.
fn send(client: &mut Client, form: &str, action: &str, permissions: &[&str]) -> Page {
    let mut fields = client.get(form).form_fields("form");
    fields.retain(|(name, _)| name != "permissions");
    fields.extend(permissions.iter().map(|name| ("permissions".to_owned(), (*name).to_owned())));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(action, &[], &fields)
}

fn create(client: &mut Client, permissions: &[&str]) -> Page {
    send(client, &format!("{PATH}/new"), PATH, permissions)
}

fn edit(client: &mut Client, key: &ApiKey, permissions: &[&str]) -> Page {
    let path = format!("{PATH}/{}/edit", key.id);
    send(client, &path, &path, permissions)
}

fn values(page: &Page, selector: &str) -> Vec<String> {
    page.find_all(selector).iter().filter_map(|element| element.attribute("value")).collect()
}

fn texts(page: &Page, selector: &str) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    page.find_all(selector).iter().map(|element| words(&element.text)).collect()
}

fn only(api: &str) -> KeyPermissions {
    KeyPermissions::Only(ChosenPermissions { api: api_grants(api), ..ChosenPermissions::default() })
}

on_both_databases! {
    fn without_permissions_of_an_api_pages_are_as_they_were(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        for page in [owner.get(&format!("{PATH}/new")), owner.get(&format!("{PATH}/{}/edit", key.id)), owner.get(&format!("{PATH}/{}", key.id))] {
            assert!(!page.has("[data-testid=resource]") && !page.has("#find-permission") && !page.body.contains("Your API"));
        }
        // A member to whom nothing is granted has nothing to choose from either.
        app.insert_api_permissions(OWNER, "invoices:read");
        assert!(!owner.get(&format!("{PATH}/new")).has("[data-testid=resource]"));
    }

    fn who_sees_all_keys_is_warned_that_a_key_with_all_permissions_does_too(app: &TestApp) {
        let mut clients = [Role::Owner, Role::Support, Role::Member].map(|role| app.sign_in(role));
        app.change_policy(|policy| policy.who_may_create = WhoMayCreate::Everyone);
        let mut warned = || clients.each_mut().map(|client| {
            let small = texts(&client.get(&format!("{PATH}/new")), "label:has(#permissions) > small");
            small.iter().any(|text| text.contains("For a customer’s key, select permissions of your API only."))
        });
        assert_eq!(warned(), [false; 3], "there is no API");
        app.insert_api_permissions(OWNER, "invoices:read");
        for role in Role::ALL {
            app.grant_to_role(OWNER, role, "invoices:*");
        }
        assert_eq!(warned(), [true, true, false]);
    }

    fn the_form_offers_what_the_owner_is_granted_by_resource(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_permissions(OWNER, "invoices:read invoices:send invoices:lines:edit orders:read orders:cancel users:read");
        app.grant_to_role(OWNER, Role::Owner, "invoices:* orders:read");
        let form = owner.get(&format!("{PATH}/new"));
        let summaries = texts(&form, "[data-testid=resource] > summary");
        assert_eq!(summaries, ["invoices 0 of 3 selected", "orders 0 of 1 selected"]);
        assert_eq!(values(&form, "[data-testid=resource] input"),
            ["invoices:*", "invoices:lines:edit", "invoices:read", "invoices:send", "orders:read"]);
        for refused in ["orders:*", "orders:cancel", "users:read", "invoices:write", "Invoices:read", "*"] {
            let page = create(&mut owner, &["chosen", "invoices:read", "api_keys.see_own", refused]);
            assert_eq!(page.status, 422, "{refused}");
            assert!(page.has("[data-testid=error-permissions]"), "{refused}");
            if !["Invoices:read", "*"].contains(&refused) {
                assert_eq!(values(&page, "[data-testid=resource] input[checked]"), ["invoices:read"]);
            }
        }
        // What a wildcard contains need not be stored.
        let made = create(&mut owner, &["chosen", "invoices:read", "orders:read", "invoices:*", "invoices:lines:edit"]);
        assert_eq!(made.status, 200);
        let page = owner.get(&format!("{PATH}/{}", made.api_key_id()));
        assert_eq!(page.test_id("detail-chosen-permissions").text, "invoices:*, orders:read");
    }

    fn what_a_key_has_stays_in_its_form_whoever_edits_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut administrator = app.sign_in(Role::Administrator);
        app.insert_api_permissions(OWNER, "invoices:read invoices:send orders:read");
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        app.grant_to_role(OWNER, Role::Administrator, "orders:read");
        let key = app.insert_api_key(OWNER, "CI", |key| key.permissions = only("invoices:lines:* invoices:read"));
        let form = administrator.get(&format!("{PATH}/{}/edit", key.id));
        assert_eq!(values(&form, "[data-testid=resource] input[checked]"), ["invoices:lines:*", "invoices:read"]);
        assert_eq!(values(&form, "[data-testid=resource] input").len(), 2, "nothing that the editor or the owner lacks");
        let lacking = |page: &Page| page.test_id("error-permissions").text.clone();
        let page = edit(&mut administrator, &key, &["chosen", "invoices:send"]);
        assert!(page.status == 422 && lacking(&page).contains("that you have"));
        let page = edit(&mut administrator, &key, &["chosen", "orders:read"]);
        assert!(page.status == 422 && lacking(&page).contains("the owner of the key has"));
        assert_eq!(edit(&mut administrator, &key, &["inherit"]).status, 422, "the owner is granted more");
        assert_eq!(edit(&mut administrator, &key, &["chosen", "invoices:read"]).status, 303);
        assert_eq!(edit(&mut administrator, &key, &["chosen", "invoices:lines:*"]).status, 422, "it was removed");
        app.grant_to_member(ADMINISTRATOR, "invoices:*");
        assert_eq!(edit(&mut administrator, &key, &["chosen", "invoices:lines:*"]).status, 303);
    }

    fn a_key_with_more_than_an_administrator_has_is_not_rotated_by_them(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut administrator = app.sign_in(Role::Administrator);
        app.insert_api_permissions(OWNER, "invoices:read");
        app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        let latchkey = [Permission::SeeOwnApiKeys].into_iter().collect();
        let permissions = KeyPermissions::Only(ChosenPermissions { latchkey, api: api_grants("invoices:*") });
        let key = app.insert_api_key(OWNER, "CI", |key| key.permissions = permissions);
        let path = format!("{PATH}/{}/rotation", key.id);
        app.grant_to_role(OWNER, Role::Administrator, "invoices:read");
        assert_eq!(administrator.get(&path).status, 403, "the wildcard may mean more later");
        app.grant_to_role(OWNER, Role::Administrator, "invoices:*");
        assert_eq!(administrator.get(&path).status, 200);
    }

    fn its_page_lists_what_a_key_may_do_now_and_its_history_what_changed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_permissions(OWNER, "invoices:read invoices:send orders:read");
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert!(page.test_id("detail-permissions").text.starts_with("Your API") && page.test_id("detail-permissions").text.contains("None"));
        app.grant_to_role(OWNER, Role::Owner, "invoices:* orders:read");
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(texts(&page, "[data-testid=resource] > summary"), ["invoices 2 permissions", "orders 1 permission"]);
        assert_eq!(texts(&page, "[data-testid=resource] li"), ["invoices:read", "invoices:send", "orders:read"]);

        assert_eq!(edit(&mut owner, &key, &["chosen", "invoices:*", "api_keys.see_own"]).status, 303);
        let events = app.events_of(key.id.as_str());
        let details = format!("{:?}", events.last());
        assert!(details.contains("invoices:*") && details.contains("api_keys.see_own"), "{details}");
        let history = owner.get(&format!("{PATH}/{}", key.id)).test_id("event-details").text.clone();
        assert!(history.contains("View its owner’s keys, invoices:*"), "{history}");
        app.database.execute(&format!("UPDATE api_keys SET disabled_at = 1 WHERE id = '{}'", key.id));
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(page.test_id("detail-permissions").text, "None while the key does not work");
    }

    fn five_hundred_permissions_are_folded_and_can_be_searched(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let names: Vec<_> = (0..500).map(|number| format!("resource-{}:action-{number:03}", number % 50)).collect();
        app.insert_api_permissions(OWNER, &names.join(" "));
        let all: Vec<_> = (0..50).map(|number| format!("resource-{number}:*")).collect();
        app.grant_to_role(OWNER, Role::Owner, &all.join(" "));
        let form = owner.get(&format!("{PATH}/new"));
        assert_eq!(values(&form, "[data-testid=resource] input").len(), 550);
        assert!(form.has("#find-permission") && !form.has("[data-testid=resource][open]"));
        let mut wanted = vec!["chosen"];
        wanted.extend(names.iter().map(String::as_str));
        let made = create(&mut owner, &wanted);
        assert_eq!(made.status, 200);
        let key = app.insert_api_key(OWNER, "all", |key| key.permissions = only(&names.join(" ")));
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert!(page.test_id("detail-chosen-permissions").text.starts_with("500 permissions"));
        assert_eq!(page.find_all("[data-testid=resource] li").len(), 500);
    }
}
