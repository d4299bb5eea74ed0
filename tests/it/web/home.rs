//! The home page.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, Policy, Role, Timestamp, policy::WhoMayCreate};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, used_at},
};

const OWNER: &str = "owner@acme.example";

/// The first number, the text and the address of each thing that needs attention.
fn to_dos(page: &Page) -> Vec<(String, String)> {
    let links = page.find_all("[data-testid=attention] .to-dos > li > a");
    links.into_iter().map(|link| (link.text.trim().to_owned(), link.attribute("href").unwrap())).collect()
}

/// The names in one of the lists.
fn names(page: &Page, list: &str) -> Vec<String> {
    page.find_all(&format!("[data-testid={list}] .rows li a")).into_iter().map(|link| link.text).collect()
}

/// Keys, active ones, requests, refused ones.
fn figures(page: &Page) -> Vec<String> {
    page.find_all("main .stats dd").iter().map(|value| value.text.trim().to_owned()).collect()
}

fn view(page: &Page) -> Option<String> {
    page.find_all("nav.views [aria-current]").first().map(|link| link.attribute("data-testid").unwrap())
}

fn verify(app: &TestApp, token: &str, times: usize) {
    let mut service = app.visitor();
    (0..times).for_each(|_| drop(service.verify(token)));
    System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
}

fn invite(client: &mut Client, email: &str) {
    let form = client.get("/settings/members/invitations/new").form_fields("form");
    let form_token = form.iter().find(|(name, _)| name == "form_token").map_or("none", |(_, value)| value);
    let fields = [("email", email), ("role", "member"), ("form_token", form_token)];
    assert_eq!(client.post("/settings/members/invitations", &fields).status, 200);
}

/// A key that has been idle since `at`.
fn idle_since(at: Timestamp) -> impl FnOnce(&mut ApiKey) {
    move |key| {
        key.created_at = at;
        key.confirmed_at = Some(at);
        key.expires_at = None;
    }
}

on_both_databases! {
    fn what_needs_attention_is_counted_and_listed_alike(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let now = app.state.clock.now();
        let long_ago = now.minus(Duration::days(90));
        app.insert_api_key(OWNER, "soon", |key| key.expires_at = Some(now.plus(Duration::days(5))));
        app.insert_api_key(OWNER, "waiting", |key| key.confirmed_at = None);
        app.insert_api_key(OWNER, "idle", idle_since(long_ago));
        app.insert_api_key(OWNER, "idle and paused", |key| {
            idle_since(long_ago)(key);
            key.disabled_at = Some(now);
        });
        app.insert_api_key(OWNER, "young", idle_since(long_ago.plus(Duration::MINUTE)));
        app.insert_api_key(OWNER, "used", |key| {
            idle_since(long_ago)(key);
            key.last_use = Some(used_at(now));
        });
        app.insert_api_key("max@acme.example", "of max", |key| key.confirmed_at = None);
        let page = owner.get("/");
        assert_eq!((page.status, view(&page).as_deref()), (200, Some("home-mine")));
        let texts: Vec<_> = to_dos(&page).into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, [
            "1 key expires within 30 days",
            "1 key is not confirmed and does not work yet",
            "1 active key has not been used for 90 days",
        ]);
        for ((text, href), expected) in to_dos(&page).into_iter().zip(["soon", "waiting", "idle"]) {
            let listed: Vec<_> = owner.get(&href).find_all("[data-testid=api-key-row]").iter().map(|row| row.attribute("data-key-name").unwrap()).collect();
            assert_eq!(listed, [expected], "{text} {href}");
        }
        assert_eq!(names(&page, "to-do-expiring"), ["soon"]);
        assert!(page.body.contains("Expires in 5 days"));

        // The organization's figures have the keys of others as well, and its lists too.
        let page = owner.get("/?view=organization");
        let (text, href) = to_dos(&page).swap_remove(1);
        assert_eq!(text, "2 keys are not confirmed and do not work yet");
        assert_eq!(owner.get(&href).find_all("[data-testid=api-key-row]").len(), 2, "{href}");
    }

    fn a_key_whose_pause_is_over_counts_as_one_that_works(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        app.insert_api_key(OWNER, "paused", |key| {
            key.disabled_at = Some(now);
            key.disabled_until = Some(now.plus(Duration::hours(1)));
        });
        assert_eq!(figures(&owner.get("/"))[..2], ["1", "0"]);
        app.clock.advance(Duration::hours(1));
        assert_eq!(figures(&owner.get("/"))[..2], ["1", "1"]);
    }

    fn requests_and_the_most_used_keys_are_displayed_for_each_view(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "ann");
        let now = app.state.clock.now();
        let (_, seldom) = app.insert_token(OWNER, "seldom", |key| key.created_at = now.minus(Duration::hours(2)));
        let (_, often) = app.insert_token(OWNER, "often", |key| key.created_at = now.minus(Duration::HOUR));
        let (_, off) = app.insert_token(OWNER, "off", |key| key.disabled_at = Some(now));
        let (_, of_ann) = app.insert_token("ann@acme.example", "of Ann", |_| {});
        for (token, times) in [(&seldom, 1), (&often, 3), (&off, 2), (&of_ann, 5)] {
            verify(app, token.expose(), times);
        }
        let page = owner.get("/");
        assert_eq!(figures(&page), ["3", "2", "6", "2"]);
        assert_eq!(names(&page, "most-used"), ["often", "seldom"]);
        let chart = "[data-testid=usage-chart]";
        let cells: Vec<_> = page.find_all(&format!("{chart} tbody :is(th, td)")).into_iter().map(|cell| cell.text).collect();
        assert_eq!(cells, ["21 Nov 2026", "4", "2"]);
        assert_eq!(page.find_all(&format!("{chart} svg g")).len(), 30, "a bar for each day");
        assert_eq!(page.find_all(&format!("{chart} svg rect:not(.day)")).len(), 2);
        assert_eq!(names(&page, "newest"), ["off", "often", "seldom"]);
        let page = owner.get("/?view=organization");
        assert_eq!(figures(&page), ["4", "3", "11", "2"]);
        assert_eq!(names(&page, "most-used"), ["of Ann", "often", "seldom"]);
        assert!(page.test_id("most-used").text.contains("5 requests"));
        assert!(page.test_id("most-used").text.contains("ann"), "whose key it is");

        // After 30 days they are out of sight.
        app.clock.advance(Duration::days(30));
        let page = app.sign_in_as(OWNER).get("/?view=organization");
        assert_eq!(figures(&page)[2..], ["0", "0"]);
        assert!(names(&page, "most-used").is_empty());
    }

    fn each_role_sees_what_there_is_to_see(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "deploy", |_| {});
        verify(app, token.expose(), 2);
        for role in [Role::Owner, Role::Administrator, Role::Support, Role::Analytics] {
            let mut person = if role == Role::Owner { app.sign_in_as(OWNER) } else { app.sign_in(role) };
            let page = person.get("/");
            let expected = if role == Role::Owner { "home-mine" } else { "home-organization" };
            assert_eq!(view(&page).as_deref(), Some(expected), "{role}");
            assert_eq!(figures(&page), ["1", "1", "2", "0"], "{role}");
            assert!(!page.has("[data-testid=empty-state]"), "{role}");
            let list = person.get(&page.find_all("main .head a")[0].attribute("href").unwrap());
            assert_eq!(list.find_all("[data-testid=api-key-row]").len(), 1, "{role}");
            assert_eq!(page.has("main .head a.primary"), matches!(role, Role::Owner | Role::Administrator), "{role}");
            // Their own are a click away.
            assert_eq!(person.get("/?view=mine").status, 200, "{role}");
        }
        let mut member = app.sign_in(Role::Member);
        let page = member.get("/");
        assert!(page.has("[data-testid=empty-state]") && view(&page).is_none());
        assert!(!page.body.contains("deploy"));
        assert_eq!(member.get("/?view=organization").status, 403);
        assert_eq!(member.get("/?view=all").status, 400);
    }

    fn figures_are_no_look_at_a_key(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "deploy", |_| {});
        verify(app, token.expose(), 1);
        let events = "SELECT COUNT(*) AS count FROM audit_events WHERE action = 'api_key.viewed'";
        let mut support = app.sign_in(Role::Support);
        let page = support.get("/");
        assert_eq!(app.database.count(events), 0);
        let href = page.find_all("[data-testid=newest] li a")[0].attribute("href").unwrap();
        assert_eq!(support.get(&href).status, 200);
        assert_eq!(app.database.count(events), 1, "the page of the key is one");
    }

    fn open_invitations_are_for_people_who_manage_members(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "deploy", |key| key.last_use = Some(used_at(key.created_at)));
        let has = |page: &Page| page.has("[data-testid=to-do-invitations]");
        assert!(!has(&owner.get("/")));
        invite(&mut owner, "bob@acme.example");
        for path in ["/", "/?view=organization"] {
            let page = owner.get(path);
            let (text, href) = to_dos(&page).pop().unwrap();
            assert_eq!((text.as_str(), href.as_str()), ("1 invitation has not been accepted yet", "/settings/members#invitations"));
            assert!(owner.get(&href).has("#invitations"));
        }
        assert!(!has(&app.sign_in(Role::Support).get("/")));
        app.clock.advance(Duration::days(8));
        assert!(!has(&app.sign_in_as(OWNER).get("/")), "it has expired");
    }

    fn a_limit_that_is_almost_reached_is_said(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { max_keys_per_user: 5, ..Policy::default() });
        let mut limit = |app: &TestApp, name: &str| {
            app.insert_api_key(OWNER, name, |_| {});
            let page = owner.get("/");
            page.find_all("[data-testid=to-do-limit] a").first().map(|link| link.text.trim().to_owned())
        };
        assert_eq!(["a", "b", "c"].map(|name| limit(app, name)), [None, None, None]);
        assert_eq!(limit(app, "d").as_deref(), Some("4 of 5 keys: you can create one more"));
        assert_eq!(limit(app, "e").as_deref(), Some("5 of 5 keys: your limit is reached"));
    }

    fn a_new_organization_is_taken_through_the_first_steps(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let steps = |page: &Page| page.find_all("[data-testid=first-steps] li").iter().map(|step| step.attribute("class").is_some()).collect::<Vec<_>>();
        let page = owner.get("/");
        assert_eq!(steps(&page), [false, false, false]);
        assert!(!page.has("[data-testid=empty-state]") && !page.has(".stats"));
        let (_, token) = app.insert_token(OWNER, "first", |_| {});
        let page = owner.get("/");
        assert_eq!(steps(&page), [true, false, false]);
        assert!(page.has(".stats"));
        verify(app, token.expose(), 1);
        assert_eq!(steps(&owner.get("/")), [true, true, false]);
        invite(&mut owner, "bob@acme.example");
        assert!(steps(&owner.get("/")).is_empty(), "all are done");

        // Who may not manage members, or not create keys, is not asked to.
        app.database.execute("DELETE FROM usage_days");
        app.database.execute("UPDATE api_keys SET last_used_at = NULL");
        assert_eq!(steps(&app.sign_in(Role::Administrator).get("/")).len(), 3);
        assert!(steps(&app.sign_in(Role::Support).get("/")).is_empty());
        assert!(steps(&app.sign_in(Role::Member).get("/")).is_empty());
        app.change_policy(|policy| policy.who_may_create = WhoMayCreate::Everyone);
        assert_eq!(steps(&app.sign_in_as("member@acme.example").get("/")), [false, false]);
    }

    fn an_older_organization_that_uses_its_keys_knows_the_way(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = app.insert_token(OWNER, "first", |_| {});
        let has_steps = |page: &Page| page.has("[data-testid=first-steps]");
        verify(app, token.expose(), 1);
        assert!(has_steps(&owner.get("/")));
        app.clock.advance(Duration::days(14));
        let mut owner = app.sign_in_as(OWNER);
        assert!(!has_steps(&owner.get("/")));
        // Nor does a colleague with a new key need them.
        app.create_user(Role::Administrator, "ann");
        app.insert_api_key("ann@acme.example", "new", |_| {});
        let page = app.sign_in_as("ann@acme.example").get("/");
        assert_eq!((has_steps(&page), view(&page).as_deref()), (false, Some("home-mine")));
    }
}
