//! The menu of a row.

use latchkey::domain::Role;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

fn offered(page: &Page) -> Vec<String> {
    page.find_all(".menu a").into_iter().map(|item| item.attribute("data-testid").unwrap()).collect()
}

on_both_databases! {
    fn the_menu_offers_what_applies(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let active = app.insert_api_key(OWNER, "active", |_| {});
        let disabled = app.insert_api_key(OWNER, "disabled", |key| key.disabled_at = Some(now));
        let revoked = app.insert_api_key(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let mut menu = |id: &str| offered(&owner.get(&format!("{PATH}/{id}/actions")));
        let live = |switch| vec!["view-key", "rename-key", "edit-key", "rotate-key", switch, "revoke-key", "delete-key"];
        assert_eq!(menu(active.id.as_str()), live("disable-key"));
        assert_eq!(menu(disabled.id.as_str()), live("enable-key"));
        assert_eq!(menu(revoked.id.as_str()), ["view-key", "delete-key"]);
        let mut support = app.sign_in(Role::Support);
        let page = support.get(&format!("{PATH}/{}/actions?view=organization", active.id));
        assert_eq!((page.status, offered(&page)), (200, vec!["view-key".to_owned()]));
        assert_eq!(app.audited("api_key.viewed"), 0, "it tells no more than the list");
    }

    fn the_row_leads_to_the_menu_and_the_menu_back_to_the_list_as_it_was(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let here = format!("{PATH}?view=organization&q=dep&sort=name");
        let page = owner.get(&here);
        let button = page.test_id("row-menu");
        assert_eq!(button.attribute("aria-label").unwrap(), "Actions for Deploy");
        assert_eq!(button.attribute("formaction").unwrap(), format!("{PATH}/{}/actions", key.id));
        let came_from = format!("{}{here}", app.address);
        let path = format!("{PATH}/{}/actions?view=organization", key.id);
        let menu = owner.request("GET", &path, &[("referer", &came_from)], None);
        assert_eq!(menu.test_id("cancel-action").attribute("href").unwrap(), here);
        let question = owner.get(&menu.test_id("delete-key").attribute("href").unwrap());
        assert_eq!(question.test_id("cancel-action").attribute("href").unwrap(), here);
        let action = question.find_all("main form")[0].attribute("action").unwrap();
        let fields = question.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = owner.post_raw(&action, &[], &fields);
        assert_eq!((done.status, done.header("location")), (303, here.as_str()));
    }

    fn nobody_is_led_to_the_page_of_a_key_that_is_gone(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let details = format!("{PATH}/{}", key.id);
        let came_from = format!("{}{details}", app.address);
        let question = owner.request("GET", &format!("{details}/deletion"), &[("referer", &came_from)], None);
        assert_eq!(question.test_id("cancel-action").attribute("href").unwrap(), details);
        let done = owner.post(&format!("{details}/deletion"), &[("next", &details)]);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        for elsewhere in ["https://evil.example/", "//evil.example", "/settings"] {
            let other = app.insert_api_key(OWNER, "Other", |_| {});
            let page = owner.get(&format!("{PATH}/{}/actions?next={elsewhere}", other.id));
            assert_eq!(page.test_id("cancel-action").attribute("href").unwrap(), PATH);
            app.database.execute("DELETE FROM api_keys");
        }
    }
}
