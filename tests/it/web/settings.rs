//! Settings.

mod account;
mod audit_log;
mod developers;
mod dialogs;
mod members;
pub mod policy;
mod projects;

use latchkey::domain::Role;

use crate::{on_both_databases, support::TestApp};

on_both_databases! {
    fn the_way_to_the_keys_leads_through_for_developers(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let settings = owner.get("/settings");
        assert!(settings.test_id("for-developers").text.starts_with("For Developers"));
        let open = settings.test_id("open-api-keys");
        assert_eq!(open.text, "Open");
        let list = owner.get(&open.attribute("href").unwrap());
        let crumbs: Vec<_> =
            list.find_all("nav[aria-label=Breadcrumbs] li").into_iter().map(|crumb| crumb.text).collect();
        assert_eq!(crumbs, ["Home", "Settings", "API keys"]);
    }

    fn the_rail_has_the_pages_that_the_role_may_open(app: &TestApp) {
        for (role, shared) in [
            (Role::Owner, &["Permissions", "Members", "Projects", "Policy", "Audit log"][..]),
            (Role::Administrator, &["Permissions", "Members", "Projects", "Audit log"]),
            (Role::Support, &["Members", "Audit log"]),
            (Role::Analytics, &[]),
            (Role::Member, &[]),
        ] {
            let mut client = app.sign_in(role);
            let page = client.get("/settings");
            let links = page.find_all("nav[aria-label=Settings] a");
            let labels: Vec<_> = links.iter().map(|link| link.text.as_str()).collect();
            assert_eq!(labels, [&["API keys", "Check keys"], shared, &["Account", "Sessions"]].concat(), "{role}");
            for link in links {
                let path = link.attribute("href").unwrap();
                let opened = client.get(&path);
                assert_eq!(opened.status, 200, "{role}: {path}");
                let marked = opened.find_all("nav[aria-label=Settings] [aria-current=page]");
                assert_eq!(marked.iter().map(|link| &link.text).collect::<Vec<_>>(), [&link.text], "{role}");
            }
            assert!(!client.get("/").has("nav[aria-label=Settings]"), "home has no rail");
        }
    }

    fn a_page_below_one_of_the_rail_marks_it_and_a_dialog_has_no_rail(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let path = "/settings/developers/api-keys/new";
        let marked = owner.get(path).find_all("nav[aria-label=Settings] [aria-current=true]");
        assert_eq!(marked.iter().map(|link| link.text.as_str()).collect::<Vec<_>>(), ["API keys"]);
        let dialog = owner.request("GET", path, &[("hx-request", "true")], None);
        assert!(!dialog.has("nav"), "{}", dialog.body);
    }
}
