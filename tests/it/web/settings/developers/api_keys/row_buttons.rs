//! The buttons in the rows, and the last use of keys.

use latchkey::domain::{
    LastUse, Policy, Role,
    policy::{RowButton, Viewable},
};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Page, TestApp, used_at},
};

/// The buttons in the row of this key.
fn buttons(page: &Page, id: &impl std::fmt::Display) -> Vec<String> {
    let found = page.find_all(&format!("tr[data-key-id='{id}'] :is(.c-actions, .c-buttons) .button"));
    found.iter().map(|button| button.attribute("data-testid").unwrap()).filter(|id| id != "row-menu").collect()
}

fn with(row_buttons: &[RowButton]) -> Policy {
    Policy { row_buttons: row_buttons.to_vec(), viewable: Viewable::All, ..Policy::default() }
}

on_both_databases! {
    fn by_default_there_is_the_menu_alone(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let page = owner.get(PATH);
        assert!(page.has("[data-testid=row-menu]") && buttons(&page, &key.id).is_empty());
    }

    fn those_of_the_policy_are_there_where_they_apply(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { viewable: Viewable::All, ..with(&RowButton::ALL) });
        let now = app.state.clock.now();
        let active = app.insert_api_key(OWNER, "Active", |_| {}).id;
        let revoked = app.insert_api_key(OWNER, "Revoked", |key| key.revoked_at = Some(now)).id;
        let kept = app.insert_api_key(OWNER, "Kept", |_| {});
        app.keep_token(&kept);
        let page = owner.get(PATH);
        assert_eq!(buttons(&page, &active), ["row-view", "row-edit", "row-revoke", "row-delete"]);
        assert_eq!(buttons(&page, &revoked), ["row-view", "row-delete"]);
        assert_eq!(buttons(&page, &kept.id), ["row-view", "row-show", "row-copy", "row-edit", "row-revoke", "row-delete"]);
        let button = page.find_all(&format!("tr[data-key-id='{}'] [data-testid=row-revoke]", kept.id)).remove(0);
        assert_eq!(button.attribute("aria-label").unwrap(), "Revoke Kept");
        let copy = page.find_all("[data-testid=row-copy]").remove(0);
        assert_eq!(copy.attribute("formaction").unwrap(), format!("{PATH}/{}/token?copy=yes", kept.id));
        assert!(page.has("form#row-token[method=post]"));

        let mut support = app.sign_in(Role::Support);
        let page = support.get(&format!("{PATH}?view=organization"));
        assert_eq!(buttons(&page, &kept.id), ["row-view"], "nobody sees another person's token, nor changes what they may not");
        let mut administrator = app.sign_in(Role::Administrator);
        let page = administrator.get(&format!("{PATH}?view=organization"));
        assert_eq!(buttons(&page, &kept.id), ["row-view", "row-edit", "row-revoke", "row-delete"]);
    }

    fn the_buttons_lead_where_the_menu_does(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&with(&[RowButton::View, RowButton::Edit, RowButton::Revoke, RowButton::Delete]));
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let page = owner.get(PATH);
        for id in ["row-view", "row-edit"] {
            assert_eq!(owner.get(&page.test_id(id).attribute("href").unwrap()).status, 200, "{id}");
        }
        for id in ["row-revoke", "row-delete"] {
            let question = owner.get(&page.test_id(id).attribute("formaction").unwrap());
            assert!(question.status == 200 && question.has("[data-testid=confirm-dialog]"), "{id}");
        }
        assert_eq!(owner.get(&format!("{PATH}/{}", key.id)).status, 200);
    }

    fn a_full_page_with_four_buttons_has_fewer_than_1500_elements(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_project(OWNER, "Mobile app");
        for number in 0..60 {
            let key = app.insert_api_key(OWNER, &format!("key {number:02}"), |key| {
                key.description = latchkey::domain::Description::parse("Nightly run").unwrap();
                let used_here = LastUse { address: "203.0.113.7".parse().ok(), ..used_at(key.created_at) };
                key.last_use = (number % 2 == 0).then_some(used_here);
            });
            app.keep_token(&key);
        }
        for row_buttons in [
            [RowButton::View, RowButton::Copy, RowButton::Edit, RowButton::Delete],
            [RowButton::Copy, RowButton::Edit, RowButton::Revoke, RowButton::Delete],
        ] {
            app.set_policy(&with(&row_buttons));
            for path in [PATH.to_owned(), format!("{PATH}?view=organization")] {
                let page = owner.get(&path);
                assert_eq!(page.find_all("[data-testid=api-key-row]").len(), 50);
                let elements = page.find_all("*").len();
                assert!(elements < 1_500, "{path}: {elements} elements");
            }
        }
    }

    fn a_key_that_was_never_used_says_so_and_when_it_was_made(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "Deploy", |_| {});
        let cell = owner.get(PATH).test_id("cell-last-used").text;
        assert!(cell.starts_with("Never") && cell.contains("created 21 Nov 2026, 12:00 UTC"), "{cell}");
    }
}
