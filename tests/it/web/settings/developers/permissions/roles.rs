//! The permissions of roles.

use latchkey::domain::Role;

use super::{PATH, create, insert_key};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const ROLES: &str = "/settings/developers/permissions/roles";

/// Sends the form as it is displayed, with boxes ticked and cleared.
fn save(client: &mut Client, page: &Page, ticked: &[(&str, &str)], cleared: &[(&str, &str)]) -> Page {
    let fields = page.form_fields("form");
    let is_cleared = |field: &(&str, &str)| !cleared.contains(field);
    let shown = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(is_cleared);
    let fields: Vec<_> = shown.chain(ticked.iter().copied()).collect();
    client.post_raw(ROLES, &[], &fields)
}

/// The ticked boxes.
fn ticked(page: &Page) -> Vec<String> {
    let boxes = page.find_all("td [type=checkbox][checked]");
    let name = |name: &str, of: &crate::support::Element| of.attribute(name).unwrap();
    boxes.iter().map(|ticked| format!("{} {}", name("name", ticked), name("value", ticked))).collect()
}

/// Answers the question that the page asks.
fn confirm(client: &mut Client, question: &Page) -> Page {
    let fields = question.form_fields("form");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(ROLES, &[], &fields)
}

on_both_databases! {
    fn boxes_are_saved_as_they_are_ticked(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert!(owner.get(ROLES).has("[data-testid=empty-state]"));
        create(&mut owner, &["invoices:read", "invoices:send", "customers:read"], &[]);
        let page = owner.get(ROLES);
        let rows: Vec<_> = page.find_all("[data-testid=grant-row]").iter().map(|row| row.attribute("data-grant").unwrap()).collect();
        assert_eq!(rows, ["customers:*", "customers:read", "invoices:*", "invoices:read", "invoices:send"]);
        assert_eq!(page.find_all("td [type=checkbox]").len(), rows.len() * Role::ALL.len());
        assert!(page.has("[aria-label='invoices:read, Support'][name=support]"));

        let done = save(&mut owner, &page, &[("owner", "invoices:*"), ("support", "invoices:read")], &[]);
        assert_eq!((done.status, done.header("location")), (303, ROLES));
        let page = owner.get(ROLES);
        assert!(page.has("[data-testid=flash-success]"));
        assert_eq!(ticked(&page), ["owner invoices:*", "support invoices:read"]);
        assert_eq!(app.audited("role.api_grants_changed"), 2);
        let same = save(&mut owner, &page, &[], &[]);
        assert_eq!(same.status, 303);
        assert!(owner.get(ROLES).has("[data-testid=flash-error]"));
        assert_eq!(app.audited("role.api_grants_changed"), 2);
        // The wildcard stands for what is created later, too.
        create(&mut owner, &["invoices:void"], &[]);
        let list = owner.get(&format!("{PATH}?q=void"));
        assert_eq!(list.test_id("cell-holders").text, "Owner");
        let log = owner.get("/settings/audit-log?action=role.api_grants_changed");
        assert!(log.body.contains("Changed the API permissions of the role Support"), "{}", log.body);
    }

    fn taking_away_is_confirmed_with_the_people_and_keys_that_lose(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (sam, mia) = (app.create_user(Role::Support, "sam"), app.create_user(Role::Support, "mia"));
        create(&mut owner, &["invoices:read", "invoices:send", "customers:read"], &["support"]);
        let now = app.state.clock.now();
        insert_key(app, &sam, "inherits", None, Some(now));
        insert_key(app, &sam, "only", Some("customers:read"), Some(now));
        insert_key(app, &mia, "all", Some("invoices:*"), None);
        app.database.execute(&format!(
            "INSERT INTO member_api_grants (user_id, organization_id, api_grant) \
             SELECT id, organization_id, 'invoices:*' FROM users WHERE id = '{}'",
            app.user_id(&mia),
        ));
        // Nobody is an Analyst.
        let page = owner.get(ROLES);
        assert_eq!(save(&mut owner, &page, &[("analytics", "invoices:*")], &[]).status, 303);
        let page = owner.get(ROLES);
        assert_eq!(save(&mut owner, &page, &[], &[("analytics", "invoices:*")]).status, 303);

        let page = owner.get(ROLES);
        let question = save(&mut owner, &page, &[], &[("support", "invoices:read"), ("support", "invoices:send")]);
        assert_eq!(question.status, 200);
        assert!(question.has("[data-testid=grants-lost]"));
        let impact: Vec<_> = question.find_all("[data-testid=impact] li").into_iter().map(|line| line.text).collect();
        assert_eq!(impact.len(), 1);
        assert!(impact[0].contains("Support: invoices:read, invoices:send"), "{impact:?}");
        assert!(impact[0].contains("1 person. 1 key, used in the last 30 days: 1."), "{impact:?}");
        assert_eq!(ticked(&owner.get(ROLES)).len(), 3, "nothing is saved yet");

        let mut fields = question.form_fields("form");
        fields.retain(|(name, _)| name != "agreed");
        fields.push(("back".to_owned(), "form".to_owned()));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let form = owner.post_raw(ROLES, &[], &fields);
        assert_eq!((form.status, ticked(&form)), (200, vec!["support customers:read".to_owned()]), "what was ticked");
        assert!(form.has("form[data-changed]") && !form.has("[data-testid=roles-conflict]"));
        assert_eq!(save(&mut owner, &form, &[], &[]).test_id("impact").text, question.test_id("impact").text);

        insert_key(app, &sam, "another", None, None);
        let again = confirm(&mut owner, &question);
        assert_eq!(again.status, 409);
        assert!(again.body.contains("2 keys"), "{}", again.body);
        assert_eq!(confirm(&mut owner, &again).status, 303);
        assert_eq!(ticked(&owner.get(ROLES)), ["support customers:read"]);
        assert_eq!(confirm(&mut owner, &again).status, 303, "a second time it changes nothing");
        // A wildcard in their place takes nothing away.
        let page = owner.get(ROLES);
        let done = save(&mut owner, &page, &[("support", "customers:*")], &[("support", "customers:read")]);
        assert_eq!(done.status, 303);
    }

    fn two_administrators_do_not_overwrite_each_other(app: &TestApp) {
        let (mut owner, mut other) = (app.sign_in(Role::Owner), app.sign_in(Role::Administrator));
        create(&mut owner, &["invoices:read", "invoices:send"], &[]);
        let (first, second) = (owner.get(ROLES), other.get(ROLES));
        assert_eq!(save(&mut owner, &first, &[("member", "invoices:read")], &[]).status, 303);
        let late = save(&mut other, &second, &[("support", "invoices:send")], &[]);
        assert_eq!(late.status, 409);
        let differences = |id: &str| late.find_all(&format!("[data-testid=conflict-{id}]")).into_iter().map(|cell| cell.text).collect::<Vec<_>>();
        assert_eq!((differences("present"), differences("typed")), (vec![String::new(), "invoices:read".to_owned()], vec!["invoices:send".to_owned(), String::new()]));
        assert_eq!(ticked(&late), ["support invoices:send"], "nothing is lost");
        assert_eq!(save(&mut other, &late, &[("member", "invoices:read")], &[]).status, 303);
        assert_eq!(ticked(&owner.get(ROLES)), ["member invoices:read", "support invoices:send"]);

        // A permission that was removed in the meantime comes back nowhere.
        let page = other.get(ROLES);
        let path = format!("{PATH}/invoices:send/removal");
        let fields = owner.get(&path).form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("confirmed", "yes")]).collect();
        assert_eq!(owner.post_raw(&path, &[], &fields).status, 303);
        let late = save(&mut other, &page, &[], &[]);
        assert_eq!(late.status, 409);
        assert_eq!(save(&mut other, &late, &[("support", "invoices:send")], &[]).status, 409);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM role_api_grants WHERE api_grant = 'invoices:send'"), 0);
    }

    fn a_form_that_no_page_has_is_refused(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        create(&mut owner, &["invoices:read"], &[]);
        let page = owner.get(ROLES);
        for (name, value) in [("support", "*"), ("support", ""), ("support", "Invoices:read"), ("boss", "invoices:read")] {
            assert_eq!(save(&mut owner, &page, &[(name, value)], &[]).status, 400, "{name} {value}");
        }
        for unknown in ["no:such", "no:*"] {
            assert_eq!(save(&mut owner, &page, &[("support", unknown)], &[]).status, 409, "{unknown}");
        }
        app.create_user_of("Globex", Role::Owner, "gwen");
        let mut gwen = app.sign_in_as("gwen@globex.example");
        assert!(gwen.get(ROLES).has("[data-testid=empty-state]"));
        assert_eq!(app.audited("role.api_grants_changed"), 0);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM role_api_grants"), 0);
    }
}
