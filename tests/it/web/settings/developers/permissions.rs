//! The permissions of the organization's own API: the list, and creating, describing and removing them.

mod roles;

use latchkey::domain::{Role, Timestamp};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, used_at},
};

pub const PATH: &str = "/settings/developers/permissions";
pub const OWNER: &str = "owner@acme.example";

/// The name of each permission in the list, and who holds it.
fn listed(page: &Page) -> Vec<(String, String)> {
    let rows = page.find_all("[data-testid=api-permission-row]");
    let holders = page.find_all("[data-testid=cell-holders]");
    rows.iter().zip(holders).map(|(row, cell)| (row.attribute("data-permission-name").unwrap(), cell.text)).collect()
}

fn row(name: &str, holders: &str) -> (String, String) {
    (name.to_owned(), holders.to_owned())
}

/// Creates permissions through the page, and grants them to these roles.
pub fn create(client: &mut Client, names: &[&str], roles: &[&str]) {
    let lines = names.join("\n");
    let fields: Vec<_> =
        [("lines", lines.as_str())].into_iter().chain(roles.iter().map(|role| ("roles", *role))).collect();
    let page = client.post(&format!("{PATH}/several"), &fields);
    assert_eq!(page.status, 303, "{}", page.body);
}

/// A key of this person with these permissions selected, last used at this time.
pub fn insert_key(
    app: &TestApp,
    email: &str,
    name: &str,
    permissions: Option<&str>,
    used: Option<Timestamp>,
) -> String {
    let id = app.insert_api_key(email, name, |key| key.last_use = used.map(used_at)).id.to_string();
    if let Some(permissions) = permissions {
        app.database.execute(&format!("UPDATE api_keys SET permissions = '{permissions}' WHERE id = '{id}'"));
    }
    id
}

fn permissions_of(app: &TestApp, id: &str) -> String {
    app.database.text(&format!("SELECT COALESCE(permissions, 'inherited') AS text FROM api_keys WHERE id = '{id}'"))
}

/// Opens the question, ticks the box, and removes the permission.
fn remove(client: &mut Client, name: &str) -> Page {
    let path = format!("{PATH}/{name}/removal");
    let mut fields = client.get(&path).form_fields("form");
    fields.push(("confirmed".to_owned(), "yes".to_owned()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(&path, &[], &fields)
}

on_both_databases! {
    fn a_permission_is_created_described_and_removed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.get("/settings").test_id("open-api-permissions").attribute("href").unwrap(), PATH);
        let empty = owner.get(PATH);
        assert!(empty.test_id("empty-state").text.contains("invoices:read"));
        assert_eq!(empty.find_all(".rail [aria-current=page]")[0].text, "Permissions");
        let form = owner.get(&empty.test_id("create-api-permission").attribute("href").unwrap());
        assert!(form.has("[data-testid=create-api-permission-dialog]"));

        let fields = [("name", " invoices:read "), ("description", "See  invoices"), ("roles", "support"), ("roles", "owner")];
        let done = owner.post(PATH, &fields);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        let page = owner.get(PATH);
        assert!(page.test_id("flash-success").text.contains("invoices:read"));
        assert_eq!(page.test_id("api-permissions-found").text, "1 of 500 permissions");
        assert_eq!(listed(&page), [row("invoices:read", "Owner, Support")]);

        let edit = page.test_id("edit-api-permission").attribute("href").unwrap();
        assert_eq!(owner.get(&edit).find_all("[name=description]")[0].attribute("value").unwrap(), "See invoices");
        let typed = [("description", "Read invoices"), ("seen", "See invoices")];
        assert_eq!(owner.post(&edit, &typed).status, 303);
        assert_eq!(owner.post(&edit, &typed).status, 303, "it changes nothing");
        assert!(owner.get(PATH).body.contains("Read invoices"));

        let removal = page.test_id("remove-api-permission").attribute("href").unwrap();
        let question = owner.get(&removal);
        assert!(question.test_id("impact").text.contains("Owner, Support"), "{}", question.body);
        assert_eq!(remove(&mut owner, "invoices:read").status, 303);
        assert!(owner.get(PATH).has("[data-testid=empty-state]"));
        for (action, times) in [
            ("api_permission.created", 1), ("role.api_grants_changed", 2), ("api_permission.changed", 1), ("api_permission.removed", 1),
        ] {
            assert_eq!(app.audited(action), times, "{action}");
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM role_api_grants"), 0);
        let log = owner.get("/settings/audit-log?q=invoices");
        let sentences: Vec<_> = log.find_all("[data-testid=event-sentence]").into_iter().map(|sentence| sentence.text).collect();
        assert_eq!(sentences.len(), 3, "{sentences:?}");
        for part in ["Created the permission invoices:read", "Changed the description of", "Removed the permission"] {
            assert!(sentences.iter().any(|sentence| sentence.starts_with(part)), "{part}: {sentences:?}");
        }
    }

    fn a_name_is_checked_beside_its_field_and_nothing_is_lost(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let longest = format!("{}:{}", "x".repeat(32), "y".repeat(31));
        let description = "ж".repeat(200);
        assert_eq!(owner.post(PATH, &[("name", &longest), ("description", &description)]).status, 303);
        let (too_long, too_much) = (format!("{longest}z"), "x".repeat(201));
        for (name, description, field, reason) in [
            ("", "", "name", "Enter a name"),
            (too_long.as_str(), "", "name", "64"),
            ("Invoices:read", "kept", "name", "lowercase"),
            ("invoices:*", "kept", "name", "lowercase"),
            ("invoices::read", "", "name", "lowercase"),
            ("api_keys.create", "", "name", "lowercase"),
            ("счета:читать", "", "name", "lowercase"),
            ("inherit", "", "name", "reserved"),
            (longest.as_str(), "kept", "name", "already exists"),
            ("good", too_much.as_str(), "description", "200"),
            ("good", "a\u{202e}b", "description", "invisible"),
        ] {
            let page = owner.post(PATH, &[("name", name), ("description", description), ("roles", "member")]);
            assert_eq!(page.status, 422, "{name}");
            assert!(page.test_id(&format!("error-{field}")).text.contains(reason), "{name}: {}", page.body);
            let value = |field: &str| page.find_all(&format!("[name={field}]"))[0].attribute("value").unwrap();
            assert_eq!((value("name").as_str(), value("description").as_str()), (name, description));
            assert!(page.has("[name=roles][value=member][checked]") && !page.has("[name=roles][value=owner][checked]"));
            assert!(page.find_all("title")[0].text.starts_with("Error: "));
        }
        assert_eq!(owner.post(&format!("{PATH}/{longest}/description"), &[("description", &too_much)]).status, 422);
        assert_eq!(owner.post(PATH, &[("name", "good"), ("roles", "boss")]).status, 400, "the form has no such box");
        assert_eq!(owner.post(PATH, &[("name", "good"), ("organization_id", "x")]).status, 400);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM api_permissions"), 1);
    }

    fn one_after_the_other_is_created(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = [("name", "invoices:read"), ("roles", "support"), ("next", "another")];
        let next = owner.post(PATH, &fields).header("location").to_owned();
        let form = owner.get(&next);
        assert!(form.test_id("flash-success").text.contains("invoices:read"));
        assert!(form.has("[name=roles][value=support][checked]") && form.has("[data-testid=finish-api-permissions]"));
        // A script gets the next form in place of the first.
        let csrf = owner.csrf();
        let fields = [("csrf", csrf.as_str()), ("name", "invoices:send"), ("roles", "support"), ("next", "another")];
        let form = owner.post_raw(PATH, &[("hx-request", "true")], &fields);
        assert_eq!(form.status, 200);
        assert!(form.test_id("flash-success").text.contains("invoices:send"));
        assert_eq!(form.find_all("[name=name]")[0].attribute("value").unwrap(), "");
        assert_eq!(listed(&owner.get(PATH)), [row("invoices:read", "Support"), row("invoices:send", "Support")]);
    }

    fn several_are_created_all_or_none(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let several = format!("{PATH}/several");
        create(&mut owner, &["invoices:read  See invoices", "", "\tinvoices:send\tSend them", "customers:read"], &["member"]);
        let page = owner.get(PATH);
        assert_eq!(listed(&page), ["customers:read", "invoices:read", "invoices:send"].map(|name| row(name, "Member")));
        assert!(page.body.contains("See invoices") && page.body.contains("Send them"));

        let bad = "orders:read Fine\nOrders:send\ninvoices:read\norders:read again";
        let page = owner.post(&several, &[("lines", bad), ("roles", "support")]);
        assert_eq!(page.status, 422);
        let faults: Vec<_> = page.find_all("[data-testid=error-summary] li").into_iter().map(|fault| fault.text).collect();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("Line 2, “Orders:send”: Use only lowercase"), "{faults:?}");
        assert!(faults[1].starts_with("Line 3") && faults[2].starts_with("Line 4"), "{faults:?}");
        assert_eq!(page.find_all("[name=lines]")[0].text, bad);
        assert!(page.has("[name=roles][value=support][checked]"));
        assert_eq!(owner.post(&several, &[("lines", " \n ")]).status, 422);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM api_permissions"), 3);
    }

    fn an_organization_has_at_most_500(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let names: Vec<_> = (0..499).map(|number| format!("r{number}:read")).collect();
        create(&mut owner, &names.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        let page = owner.post(&format!("{PATH}/several"), &[("lines", "a:read\nb:read")]);
        assert_eq!(page.status, 422);
        assert!(page.test_id("error-lines").text.contains("you can create 1 more"), "{}", page.test_id("error-lines").text);
        assert_eq!(owner.post(PATH, &[("name", "a:read")]).status, 303);
        let page = owner.post(PATH, &[("name", "b:read")]);
        assert!(page.status == 422 && page.test_id("error-name").text.contains("at most 500"));
        assert_eq!(owner.get(PATH).test_id("api-permissions-found").text, "500 of 500 permissions");
        let found = owner.get(&format!("{PATH}?q=R49"));
        assert_eq!((listed(&found).len(), found.test_id("api-permissions-found").text.as_str()), (10, "10 permissions found"));
        assert_eq!(owner.get(&format!("{PATH}/roles")).find_all("[data-testid=grant-row]").len(), 1_000);
    }

    fn a_form_that_arrives_twice_creates_and_removes_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for _ in 0..2 {
            let fields = [("name", "invoices:read"), ("form_token", "one form")];
            let mut all = fields.to_vec();
            let csrf = owner.csrf();
            all.push(("csrf", &csrf));
            owner.post_raw(PATH, &[], &all);
        }
        assert_eq!(app.audited("api_permission.created"), 1);
        let path = format!("{PATH}/invoices:read/removal");
        let fields = owner.get(&path).form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for _ in 0..2 {
            assert_eq!(owner.post_raw(&path, &[], &fields).status, 303);
        }
        assert_eq!(app.audited("api_permission.removed"), 1);
    }

    fn two_administrators_do_not_overwrite_each_others_description(app: &TestApp) {
        let (mut owner, mut other) = (app.sign_in(Role::Owner), app.sign_in(Role::Administrator));
        create(&mut owner, &["invoices:read"], &[]);
        let path = format!("{PATH}/invoices:read/description");
        let save = |client: &mut Client, form: &Page, description: &str| {
            let mut fields = form.form_fields("form");
            fields.retain(|(name, _)| name != "description");
            fields.push(("description".to_owned(), description.to_owned()));
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            client.post_raw(&path, &[], &fields)
        };
        let (first, second) = (owner.get(&path), other.get(&path));
        assert_eq!(save(&mut owner, &first, "Read <invoices>").status, 303);
        assert_eq!(save(&mut other, &second, "Read <invoices>").status, 303, "both typed the same");
        let late = save(&mut other, &second, "List invoices");
        assert_eq!(late.status, 409);
        assert!(late.test_id("form-error").text.contains("Description now: Read <invoices>"), "{}", late.body);
        assert_eq!(late.find_all("[name=description]")[0].attribute("value").unwrap(), "List invoices", "nothing is lost");
        assert_eq!(app.audited("api_permission.changed"), 1);

        let form = owner.get(&path);
        assert_eq!(save(&mut owner, &form, "").status, 303);
        let again = save(&mut other, &late, "List invoices");
        assert!(again.status == 409 && again.test_id("form-error").text.contains("There is no description now."), "{}", again.body);
        assert_eq!(save(&mut other, &again, "List invoices").status, 303);
        assert_eq!(app.audited("api_permission.changed"), 3);
    }

    fn a_removal_says_what_it_affects_and_waits_for_the_box(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (max, sam) = (app.create_user(Role::Member, "max"), app.create_user(Role::Support, "sam"));
        create(&mut owner, &["invoices:read", "invoices:read_all", "customers:read"], &["support"]);
        app.database.execute(
            "INSERT INTO role_api_grants (organization_id, role, api_grant) SELECT id, 'owner', 'invoices:*' FROM organizations",
        );
        app.database.execute(&format!(
            "INSERT INTO member_api_grants (user_id, organization_id, api_grant) \
             SELECT id, organization_id, 'invoices:read' FROM users WHERE id = '{}'",
            app.user_id(&max),
        ));
        let now = app.state.clock.now();
        let (recent, old) = (Some(now.minus(Duration::days(29))), Some(now.minus(Duration::days(31))));
        let named = insert_key(app, &max, "named", Some("api_keys.see_own invoices:read invoices:read_all"), recent);
        let only = insert_key(app, &sam, "only", Some("invoices:read"), old);
        let wildcard = insert_key(app, OWNER, "wildcard", Some("invoices:*"), recent);
        insert_key(app, OWNER, "inherits", None, recent);
        insert_key(app, OWNER, "other", Some("invoices:read_all customers:*"), recent);
        insert_key(app, &max, "without", Some(""), recent);
        // Keys of somebody who has left count if they have it by its name, and ended ones do not.
        let left = app.create_user(Role::Owner, "left");
        let of_left = insert_key(app, &left, "named", Some("invoices:read"), old);
        for (name, permissions) in [("inherits", None), ("wildcard", Some("invoices:*"))] {
            insert_key(app, &left, name, permissions, recent);
        }
        app.database.execute(&format!("UPDATE users SET disabled_at = 1, removed_at = 1 WHERE id = '{}'", app.user_id(&left)));
        let ended = insert_key(app, &max, "ended", Some("invoices:read"), recent);
        app.database.execute("UPDATE api_keys SET revoked_at = 1 WHERE name = 'ended'");

        let path = format!("{PATH}/invoices:read/removal");
        let question = owner.get(&path);
        let impact: Vec<_> = question.find_all("[data-testid=impact] li").into_iter().map(|line| line.text).collect();
        assert_eq!(impact, [
            "3 people have it",
            "Granted to roles: Support",
            "Granted to roles by a wildcard: Owner",
            "Granted beside the role to 1 member: max",
            "3 keys have it by name",
            "1 key has it by a wildcard",
            "1 key has it because its owner does",
        ]);
        assert_eq!(question.test_id("used-recently").text, "3 of the keys that lose it were used in the last 30 days.");
        let fields = question.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let refused = owner.post_raw(&path, &[], &fields);
        assert!(refused.status == 422 && refused.has("[data-testid=error-confirmed]"), "{}", refused.body);

        insert_key(app, &sam, "new", Some("invoices:read"), None);
        let confirmed: Vec<_> = fields.iter().copied().chain([("confirmed", "yes")]).collect();
        let again = owner.post_raw(&path, &[], &confirmed);
        assert_eq!(again.status, 409);
        assert!(again.test_id("form-error").text.contains("have changed") && again.body.contains("4 keys have it by name"));
        assert_eq!(app.audited("api_permission.removed"), 0);

        assert_eq!(remove(&mut owner, "invoices:read").status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("4 keys"));
        assert_eq!(permissions_of(app, &named), "api_keys.see_own invoices:read_all");
        for key in [&only, &of_left, &ended] {
            assert_eq!(permissions_of(app, key), "", "it does not inherit");
        }
        assert_eq!(permissions_of(app, &wildcard), "invoices:*");
        assert_eq!(app.database.count("SELECT count(*) AS count FROM member_api_grants"), 0);
        let details = app.database.text("SELECT details AS text FROM audit_events WHERE action = 'api_permission.removed'");
        assert!(details.contains("\"api_keys\":4") && details.contains("support"), "{details}");
        assert_eq!(owner.get(&path).status, 404);
    }

    fn only_owners_and_administrators_manage_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        create(&mut owner, &["invoices:read"], &[]);
        let ends = ["", "/new", "/several", "/roles", "/invoices:read/description", "/invoices:read/removal"];
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            let settings = client.get("/settings");
            assert!(!settings.has("[data-testid=open-api-permissions]") && !settings.has(&format!("a[href='{PATH}']")));
            for end in ends {
                assert_eq!(client.get(&format!("{PATH}{end}")).status, 403, "{role} {end}");
            }
            for end in ["", "/several", "/roles", "/invoices:read/description", "/invoices:read/removal"] {
                assert_eq!(client.post(&format!("{PATH}{end}"), &[("name", "mine")]).status, 403, "{role} {end}");
            }
        }
        let mut administrator = app.sign_in(Role::Administrator);
        for end in ends {
            assert_eq!(administrator.get(&format!("{PATH}{end}")).status, 200, "{end}");
        }
        for bad in ["Invoices:read", "invoices:*", "%20invoices:read", "no:such", "%00", "%FF"] {
            assert!(matches!(owner.get(&format!("{PATH}/{bad}/removal")).status, 400 | 404), "{bad}");
        }
    }

    fn a_recent_password_is_asked_for_when_power_is_given_or_taken(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        create(&mut owner, &["invoices:read"], &[]);
        app.clock.advance(Duration::minutes(11));
        assert_eq!(owner.post(PATH, &[("name", "invoices:send")]).status, 303, "nobody holds it yet");
        for (path, fields) in [
            (PATH.to_owned(), vec![("name", "orders:read"), ("roles", "member")]),
            (format!("{PATH}/several"), vec![("lines", "orders:read"), ("roles", "member")]),
            (format!("{PATH}/roles"), vec![("seen", "x"), ("member", "invoices:read")]),
            (format!("{PATH}/invoices:read/removal"), vec![("agreed", "x")]),
            (format!("/settings/members/{}/api-permissions", app.user_id(OWNER)), vec![("seen", "x")]),
        ] {
            let page = owner.post(&path, &fields);
            assert!(page.status == 403 && page.has("[name=proof_password]"), "{path}: {}", page.status);
            assert!(page.test_id("proof-reason").text.contains("API keys may do in your own API"), "{path}");
        }
    }
}
