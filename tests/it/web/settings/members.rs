//! The Members page.

mod api_permissions;
mod disablement;
mod invitations;
mod removal;
mod role;

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Element, Page, TestApp, used_at},
};

pub const PATH: &str = "/settings/members";

/// The row of the member with this address.
pub fn row(page: &Page, email: &str) -> Element {
    let mut rows = page.find_all(&format!("[data-testid=member-row][data-email='{email}']"));
    assert_eq!(rows.len(), 1, "{email} in {}", page.body);
    rows.remove(0)
}

/// Address, role and status of every member on the page.
pub fn listed(client: &mut Client) -> Vec<(String, String, String)> {
    let rows = client.get(PATH).find_all("[data-testid=member-row]");
    let value = |row: &Element, name: &str| row.attribute(name).unwrap();
    rows.iter().map(|row| (value(row, "data-email"), value(row, "data-role"), value(row, "data-status"))).collect()
}

/// The path of an action on a member.
pub fn path_of(app: &TestApp, email: &str, noun: &str) -> String {
    format!("{PATH}/{}/{noun}", app.user_id(email))
}

on_both_databases! {
    fn everybody_is_listed_with_role_status_keys_and_last_sign_in(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let max = app.create_user(Role::Member, "max");
        let now = app.state.clock.now();
        app.insert_api_key(&max, "live", |key| key.last_use = Some(used_at(now)));
        app.insert_api_key(&max, "pending", |key| key.confirmed_at = None);
        app.insert_api_key(&max, "expired", |key| key.expires_at = Some(now));
        app.insert_api_key(&max, "revoked", |key| key.revoked_at = Some(now));
        app.clock.advance(Duration::minutes(3));

        let page = owner.get(PATH);
        assert_eq!((page.status, page.find_all("h1")[0].text.as_str()), (200, "Members"));
        let (own, other) = (row(&page, "owner@acme.example"), row(&page, &max));
        assert!(own.text.contains("You") && own.text.contains("3 minutes ago"), "{}", own.text);
        assert!(other.text.contains("Never") && other.text.contains("Active"), "{}", other.text);
        assert!(!other.text.contains("You"));
        assert_eq!(page.find_all("[data-testid=cell-keys]")[0].text, "2", "what is neither expired nor revoked");
        assert_eq!(other.attribute("data-role").unwrap(), "member");
        assert_eq!(other.attribute("data-user-id").unwrap(), app.user_id(&max).to_string());
        let crumbs: Vec<_> =
            page.find_all("nav[aria-label=Breadcrumbs] li").into_iter().map(|crumb| crumb.text).collect();
        assert_eq!(crumbs, ["Home", "Settings", "Members"]);
    }

    fn each_role_is_offered_what_it_may_do_and_no_more(app: &TestApp) {
        let founder = app.create_user(Role::Owner, "founder");
        app.create_user(Role::Member, "max");
        let controls = |page: &Page, email: &str| {
            let found = |control: &str| {
                page.has(&format!("[data-email='{email}'] [data-testid={control}]")).then_some(control.to_owned())
            };
            ["change-role", "disable-member", "enable-member", "remove-member"].into_iter().filter_map(found).collect()
        };
        let all = ["change-role", "disable-member", "remove-member"];
        let none: Vec<String> = Vec::new();

        let mut owner = app.sign_in(Role::Owner);
        let page = owner.get(PATH);
        assert!(page.has("[data-testid=invite-member]"));
        let offered: Vec<String> = controls(&page, "max@acme.example");
        assert_eq!(offered, all);
        assert_eq!(controls(&page, &founder), all);
        assert_eq!(controls(&page, "owner@acme.example"), ["change-role"], "of oneself");

        let page = app.sign_in(Role::Administrator).get(PATH);
        assert!(page.has("[data-testid=invite-member]"));
        assert_eq!(controls(&page, "max@acme.example"), all);
        assert_eq!(controls(&page, &founder), none);
        assert_eq!(controls(&page, "administrator@acme.example"), none);

        let page = app.sign_in(Role::Support).get(PATH);
        assert_eq!(page.find_all("[data-testid=member-row]").len(), 5);
        assert!(!page.has("[data-testid=invite-member]") && !page.has("main form[method=post]"));
        assert_eq!(controls(&page, "max@acme.example"), none);
        assert!(!page.has("main table a:not([data-testid=open-member])"), "nothing to press");

        for role in [Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            assert_eq!(client.get(PATH).status, 403, "{role}");
            assert!(!client.get("/settings").has("[data-testid=open-members]"), "{role}");
        }
        assert!(owner.get("/settings").test_id("open-members").attribute("href").unwrap() == PATH);
    }

    fn people_are_found_by_name_and_address_and_paged(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Acme", Role::Member, "olga");
        app.database.execute("UPDATE users SET name = 'Ольга Берг' WHERE email = 'olga@acme.example'");
        let one = owner.get(&format!("{PATH}?q=%20%D0%9E%D0%9B%D0%AC"));
        assert_eq!(one.find_all("[data-testid=member-row]").len(), 1);
        assert!(one.test_id("members-found").text.contains("1 person found"));
        assert_eq!(one.find_all("#q")[0].attribute("value").unwrap(), "ОЛЬ");
        let nobody = owner.get(&format!("{PATH}?q=%25"));
        assert!(nobody.body.contains("No members found") && !nobody.has("[data-testid=member-row]"));

        for number in 0..52 {
            app.create_user(Role::Member, &format!("Person{number:02}"));
        }
        let first = owner.get(&format!("{PATH}?q=person"));
        let emails = |page: &Page| -> Vec<String> {
            let rows = page.find_all("[data-testid=member-row]");
            rows.iter().map(|row| row.attribute("data-email").unwrap()).collect()
        };
        assert_eq!(emails(&first).len(), 50);
        assert!(emails(&first).is_sorted() && !first.has("[data-testid=page-previous]"));
        let next = first.test_id("page-next").attribute("href").unwrap();
        let second = owner.get(&next);
        assert_eq!(emails(&second), ["Person50@acme.example", "Person51@acme.example"]);
        assert!(next.contains("q=person") && second.has("[data-testid=page-previous]"));
        assert!(second.test_id("members-found").text.contains("52 people found, page 2 of 2"));
        for past in ["page=99", "page=0"] {
            assert_eq!(owner.get(&format!("{PATH}?{past}")).status, 200, "{past}");
        }
        assert_eq!(owner.get(&format!("{PATH}?page=x")).status, 400);
    }

    fn organizations_know_nothing_of_each_other(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let stranger = app.create_user_of("Globex", Role::Owner, "eve");
        let page = owner.get(PATH);
        assert!(!page.body.contains(&stranger));
        let mut eve = app.sign_in_as(&stranger);
        assert_eq!(listed(&mut eve).len(), 1);
        let id = app.user_id("owner@acme.example");
        for (noun, fields) in [
            ("role", &[("role", "member")][..]),
            ("disablement", &[]),
            ("removal", &[]),
        ] {
            assert_eq!(eve.get(&format!("{PATH}/{id}/{noun}")).status, 404, "{noun}");
            assert_eq!(eve.post(&format!("{PATH}/{id}/{noun}"), fields).status, 404, "{noun}");
        }
        assert_eq!(eve.post(&format!("{PATH}/{id}/enablement"), &[]).status, 404);
        for nonsense in ["user_x", "user_00000000000000000000000000", "key_00000000000000000000000000"] {
            assert_eq!(owner.get(&format!("{PATH}/{nonsense}/role")).status, 404, "{nonsense}");
        }
        // Nor can keys go to a member of another organization.
        let max = app.create_user(Role::Member, "max");
        app.insert_api_key(&max, "Deploy", |_| {});
        let heir = app.user_id(&stranger).to_string();
        let page = owner.post(&path_of(app, &max, "removal"), &[("heir", &heir)]);
        assert_eq!(page.status, 422);
        assert!(page.has("[data-testid=error-heir]"));
        assert_eq!(listed(&mut owner).len(), 2);
    }
}
