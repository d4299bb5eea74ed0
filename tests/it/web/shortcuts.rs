//! Keyboard shortcuts can be switched off in each browser (WCAG 2.1.4).

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const PATH: &str = "/shortcuts";

/// The address that the shortcut for a new key opens; None if shortcuts are off.
fn shortcuts(client: &mut Client) -> Option<String> {
    client.get("/settings").find_all("body")[0].attribute("data-shortcuts")
}

on_both_databases! {
    fn they_are_off_in_one_browser_until_they_are_turned_on_there(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut elsewhere = app.sign_in_as("owner@acme.example");
        for (shortcuts_field, is_on, other) in [("off", false, "on"), ("on", true, "off")] {
            assert_eq!(owner.post(PATH, &[("shortcuts", shortcuts_field)]).header("location"), PATH);
            let page = owner.get(PATH);
            assert!(page.has("[data-testid=flash-success]") && page.has(&format!("[data-testid=turn-shortcuts-{other}]")));
            assert_eq!(shortcuts(&mut owner).is_some(), is_on);
            assert!(shortcuts(&mut elsewhere).is_some());
        }
        for wrong in ["", "maybe"] {
            assert_eq!(owner.post(PATH, &[("shortcuts", wrong)]).status, 400);
        }
    }

    fn the_one_for_a_new_key_is_for_people_who_may_create_one(app: &TestApp) {
        for role in Role::ALL {
            let mut client = app.sign_in(role);
            let path = shortcuts(&mut client).unwrap();
            let may_create = client.get("/settings/developers/api-keys/new").status == 200;
            assert_eq!(path, if may_create { "/settings/developers/api-keys/new" } else { "" }, "{role}");
        }
        assert!(app.visitor().get("/sign-in").find_all("body")[0].attribute("data-shortcuts").is_none());
    }
}
