//! What one member may do in the organization's own API beside their role.

use latchkey::domain::Role;

use super::{PATH, path_of};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const PERMISSIONS: &str = "/settings/developers/permissions";

/// Creates permissions, and grants them to these roles.
fn create(owner: &mut Client, roles: &[&str]) {
    let lines = [("lines", "invoices:read\ninvoices:send\ncustomers:read")];
    let fields: Vec<_> = lines.into_iter().chain(roles.iter().map(|role| ("roles", *role))).collect();
    assert_eq!(owner.post(&format!("{PERMISSIONS}/several"), &fields).status, 303);
}

fn prepare(app: &TestApp) -> (Client, String, String) {
    let mut owner = app.sign_in(Role::Owner);
    let max = app.create_user(Role::Member, "max");
    create(&mut owner, &[]);
    let path = path_of(app, &max, "api-permissions");
    (owner, max, path)
}

/// Sends the form of the page with exactly these boxes ticked.
fn save(client: &mut Client, page: &Page, path: &str, grants: &[&str]) -> Page {
    let fields = page.form_fields("form");
    let hidden =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| *name != "grants");
    let fields: Vec<_> = hidden.chain(grants.iter().map(|grant| ("grants", *grant))).collect();
    client.post_raw(path, &[], &fields)
}

fn ticked(page: &Page) -> Vec<String> {
    page.find_all("[name=grants][checked]").iter().map(|ticked| ticked.attribute("value").unwrap()).collect()
}

on_both_databases! {
    fn a_member_gets_more_than_their_role(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let max = app.create_user(Role::Member, "max");
        let (page_of, path) = (format!("{PATH}/{}", app.user_id(&max)), path_of(app, &max, "api-permissions"));
        assert!(!owner.get(&page_of).has("[data-testid=change-api-permissions]"), "there are no permissions");
        create(&mut owner, &["member"]);
        let details = owner.get(&page_of);
        assert_eq!(details.test_id("change-api-permissions").attribute("href").unwrap(), path);
        let form = owner.get(&path);
        assert!(ticked(&form).is_empty() && form.find_all(".badge").len() == 3, "{}", form.body);

        let done = save(&mut owner, &form, &path, &["invoices:*"]);
        assert_eq!((done.status, done.header("location")), (303, page_of.as_str()));
        let details = owner.get(&page_of);
        assert!(details.test_id("flash-success").text.contains("max") && details.body.contains("invoices:*"));
        assert!(details.body.contains("Changed the extra API permissions of"), "{}", details.body);
        let form = owner.get(&path);
        assert_eq!(ticked(&form), ["invoices:*"]);
        assert_eq!(save(&mut owner, &form, &path, &["invoices:*"]).status, 303);
        assert_eq!(app.audited("member.api_grants_changed"), 1);
        let list = owner.get(&format!("{PERMISSIONS}?q=send"));
        assert_eq!(list.test_id("cell-holders").text, "Member, 1 person");
    }

    fn taking_away_from_keys_is_confirmed(app: &TestApp) {
        let (mut owner, max, path) = prepare(app);
        let form = owner.get(&path);
        assert_eq!(save(&mut owner, &form, &path, &["invoices:read"]).status, 303);
        let form = owner.get(&path);
        app.insert_api_key(&max, "Key", |_| {});
        let question = save(&mut owner, &form, &path, &["invoices:send"]);
        assert_eq!(question.status, 200);
        assert!(question.test_id("impact").text.contains("invoices:read") && question.test_id("impact").text.contains("1 key"));
        let fields = question.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let back = owner.post_raw(&path, &[], &[&fields[..], &[("back", "form")]].concat());
        assert_eq!((back.status, ticked(&back)), (200, vec!["invoices:send".to_owned()]));
        assert_eq!(ticked(&owner.get(&path)), ["invoices:read"], "nothing is saved yet");
        assert_eq!(owner.post_raw(&path, &[], &fields).status, 303);
        assert_eq!(ticked(&owner.get(&path)), ["invoices:send"]);
    }

    fn two_administrators_do_not_overwrite_each_other(app: &TestApp) {
        let (mut owner, _, path) = prepare(app);
        let mut other = app.sign_in(Role::Administrator);
        let (first, second) = (owner.get(&path), other.get(&path));
        assert_eq!(save(&mut owner, &first, &path, &["invoices:read"]).status, 303);
        let late = save(&mut other, &second, &path, &["customers:*"]);
        assert!(late.status == 409 && late.has("[data-testid=form-error]"));
        assert_eq!(ticked(&late), ["customers:*"], "nothing is lost");
        assert_eq!(save(&mut other, &late, &path, &["customers:*", "invoices:read"]).status, 303);
        for bad in ["*", "Invoices", ""] {
            assert_eq!(save(&mut other, &late, &path, &[bad]).status, 400, "{bad}");
        }
    }

    fn only_an_owner_changes_an_owner(app: &TestApp) {
        let (mut owner, max, path) = prepare(app);
        let of_owner = path_of(app, "owner@acme.example", "api-permissions");
        assert_eq!(owner.get(&of_owner).status, 200);
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!((administrator.get(&path).status, administrator.get(&of_owner).status), (200, 403));
        assert_eq!(administrator.post(&of_owner, &[("seen", "")]).status, 403);
        let page = administrator.get(&of_owner.replace("/api-permissions", ""));
        assert!(page.status == 200 && !page.has("[data-testid=change-api-permissions]"));
        let mut support = app.sign_in(Role::Support);
        assert_eq!((support.get(&path).status, support.post(&path, &[("seen", "")]).status), (403, 403));
        let page = support.get(&format!("{PATH}/{}", app.user_id(&max)));
        assert!(page.status == 200 && !page.has("[data-testid=change-api-permissions]"));
    }
}
