//! Settings.

mod account;
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
}
