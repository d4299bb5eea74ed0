//! The page of one key.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, ChosenPermissions, KeyPermissions, LastUse, Permission, Role, UserAgent};
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Page, TestApp, api_grants},
};

fn texts(page: &Page, selector: &str) -> Vec<String> {
    page.find_all(selector).into_iter().map(|element| element.text).collect()
}

/// The events with this action about this key by this person.
fn looks(app: &TestApp, key: &str, actor: &str) -> i64 {
    app.database.count(&format!(
        "SELECT count(*) AS count FROM audit_events WHERE action = 'api_key.viewed' AND subject_id = '{key}' \
         AND actor_id = '{}' AND request_id IS NOT NULL",
        app.user_id(actor)
    ))
}

on_both_databases! {
    fn it_tells_all_but_the_secret(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "Mobile app");
        let now = app.state.clock.now();
        let (key, token) = app.insert_token(OWNER, "Deploy", |key| {
            key.project_id = Some(project.id.clone());
            key.description = latchkey::domain::Description::parse("line one\nline two").unwrap();
            key.last_use = Some(LastUse {
                at: now.minus(Duration::minutes(4)),
                address: Some("203.0.113.9".parse().unwrap()),
                agent: UserAgent::from_header(b"curl/8"),
            });
        });
        let href = owner.get(PATH).find_all("[data-testid=cell-name] a")[0].attribute("href").unwrap();
        assert_eq!(href, format!("{PATH}/{}", key.id));
        let page = owner.get(&href);
        assert_eq!((page.status, page.find_all("h1")[0].text.as_str()), (200, "Deploy"));
        assert!(page.has("[data-testid=api-key-detail]"));
        for (id, text) in [
            ("detail-status", "Active"),
            ("detail-owner", "owner"),
            ("detail-project", "Mobile app"),
            ("detail-lookup", &format!("lk_{}", token.lookup())),
            ("detail-last-used", "4 minutes ago from 203.0.113.9 by curl/8"),
            ("detail-description", "line one\nline two"),
        ] {
            assert_eq!(page.test_id(id).text, text, "{id}");
        }
        assert_eq!(page.test_id("copy-lookup").attribute("data-copy").unwrap(), "lookup");
        assert!(page.has("code#lookup"));
        assert_eq!(page.test_id("api-key-detail").attribute("data-key-id").unwrap(), key.id.as_str());
        let permissions = texts(&page, "[data-testid=detail-permissions] code");
        assert!(permissions.contains(&"policy.manage".to_owned()), "{permissions:?}");
        assert!(!page.body.contains(token.secret()) && page.has("[data-testid=delete-key]"));
        assert!(!page.has("[data-testid=look-note]"));
        let crumbs = texts(&page, "nav[aria-label=Breadcrumbs] li");
        assert_eq!(crumbs, ["Home", "Settings", "API keys", "Deploy"]);
        assert_eq!(app.audited("api_key.viewed"), 0, "one may look at one's own");
    }

    fn a_key_that_does_not_work_may_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let now = app.state.clock.now();
        let pending = app.insert_api_key(OWNER, "pending", |key| key.confirmed_at = None);
        let expired = app.insert_api_key(OWNER, "expired", |key| key.expires_at = Some(now));
        let orphaned = app.insert_api_key("max@acme.example", "orphaned", |_| {});
        let maxs = format!("{PATH}/{}", orphaned.id);
        assert!(owner.get(&maxs).test_id("detail-permissions").text.contains("api_keys.see_own"));
        app.change_users_beside("UPDATE users SET removed_at = 1 WHERE email = 'max@acme.example'");
        for key in [pending, expired, orphaned] {
            let page = owner.get(&format!("{PATH}/{}", key.id));
            assert!(page.test_id("detail-permissions").text.starts_with("None"), "{}", key.name.as_str());
        }
        assert!(owner.get(&maxs).test_id("detail-owner").text.ends_with("Removed"));
    }

    fn it_says_what_the_key_is_for_who_made_it_and_what_became_of_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let max = app.create_user(Role::Member, "max");
        let (max, now) = (app.user_id(&max), app.state.clock.now());
        let none = KeyPermissions::Only(ChosenPermissions::default());
        let silent = app.insert_api_key(OWNER, "silent", |key| {
            key.permissions = none;
            key.created_by = Some(max.clone());
        });
        let page = owner.get(&format!("{PATH}/{}", silent.id));
        for (id, text) in [
            ("detail-scope", "Server"), ("detail-restrictions", "None: the key can be used from anywhere"), ("detail-created-by", "max"),
            ("detail-chosen-permissions", "None"), ("detail-permissions", "None: the key was given no permissions"),
        ] {
            assert_eq!(page.test_id(id).text, text, "{id}");
        }
        let left = KeyPermissions::Only([Permission::ManageOwners].into_iter().collect());
        let left = app.insert_api_key("max@acme.example", "left", |key| key.permissions = left);
        let page = owner.get(&format!("{PATH}/{}", left.id));
        assert!(page.test_id("detail-permissions").text.starts_with("None: its owner no longer has any"));
        assert!(!page.has("[data-testid=detail-created-by]"), "it goes without saying");

        let paused = app.insert_api_key(OWNER, "paused", |key| {
            (key.disabled_at, key.disabled_until) = (Some(now), Some(now.plus(Duration::HOUR)));
        });
        let page = owner.get(&format!("{PATH}/{}", paused.id));
        assert_eq!(page.test_id("detail-disabled").text, "21 Nov 2026, 12:00 UTC, until 21 Nov 2026, 13:00 UTC");
        let over = app.insert_api_key(OWNER, "over", |key| {
            key.revoked_at = Some(now);
            key.revocation_reason = Some(latchkey::domain::Description::parse("It leaked").unwrap());
        });
        let page = owner.get(&format!("{PATH}/{}", over.id));
        assert_eq!(page.test_id("detail-revoked").text, "21 Nov 2026, 12:00 UTC: It leaked");

        app.insert_api_permissions(OWNER, "invoices:read");
        let only_api = ChosenPermissions { api: api_grants("invoices:read"), ..ChosenPermissions::default() };
        let customers = app.insert_api_key(OWNER, "customers", |key| key.permissions = KeyPermissions::Only(only_api));
        let rights = owner.get(&format!("{PATH}/{}", customers.id)).test_id("detail-permissions").text;
        assert!(rights.ends_with("None: the key was given no permissions"), "{rights}");
    }

    fn it_offers_what_applies_to_the_key_in_its_state(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let mut offered = |name: &str, change: &dyn Fn(&mut ApiKey)| {
            let key = app.insert_api_key(OWNER, name, change);
            let page = owner.get(&format!("{PATH}/{}", key.id));
            texts(&page, "[data-testid=api-key-detail] .head .actions a")
        };
        assert_eq!(offered("active", &|_| {}), ["Rename", "Edit", "Rotate", "Disable", "Revoke", "Delete"]);
        assert_eq!(offered("disabled", &|key| key.disabled_at = Some(now)), ["Rename", "Edit", "Rotate", "Enable", "Revoke", "Delete"]);
        assert_eq!(offered("pending", &|key| key.confirmed_at = None), ["Rename", "Edit", "Rotate", "Revoke", "Delete"]);
        assert_eq!(offered("expired", &|key| key.expires_at = Some(now)), ["Rename", "Edit", "Delete"]);
        assert_eq!(offered("revoked", &|key| key.revoked_at = Some(now)), ["Delete"]);
    }

    fn it_says_from_where_the_key_is_used(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let path = format!("{PATH}/{}", key.id);
        assert!(!owner.get(&path).has("[data-testid=used-by]"));
        for _ in 0..2 {
            app.visitor().verify(token.expose());
            System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
            app.clock.advance(Duration::hours(2));
        }
        let page = owner.get(&path);
        assert!(page.test_id("used-by").text.contains("127.0.0.1"));
        assert_eq!(texts(&page, "[data-testid=used-by] tbody td"), ["4 hours ago", "2 hours ago"]);
    }

    fn use_is_told_by_day_and_outcome(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let path = format!("{PATH}/{}", key.id);
        assert!(owner.get(&path).has("[data-testid=no-use]"));
        let mut service = app.visitor();
        let mut write = |count: usize, permission: &str| {
            for _ in 0..count {
                let body = format!(r#"{{"token":"{}"{permission}}}"#, token.expose());
                service.request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body));
            }
            System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        };
        write(1, "");
        // The first of these days is now 30 days ago, and no longer displayed.
        app.clock.advance(Duration::days(1));
        write(3, "");
        app.database.execute(&format!("UPDATE api_keys SET disabled_at = 1 WHERE id = '{}'", key.id));
        let now = app.state.clock.now();
        app.state.pool.write(|conn| latchkey::store::verification::record_change(conn, None, now)).unwrap();
        System::new().block_on(async { app.state.read(|_| Ok(())).await }).unwrap();
        app.state.pool.read(|conn| app.state.verification_cache.follow(conn)).unwrap();
        write(2, "");
        app.clock.advance(Duration::days(29));
        let page = app.sign_in_as(OWNER).get(&path);
        assert_eq!(texts(&page, "[data-testid=usage-table] thead th"), ["Day (UTC)", "Valid", "Disabled"]);
        assert_eq!(texts(&page, "[data-testid=usage-table] tbody th"), ["22 Nov 2026"]);
        assert_eq!(texts(&page, "[data-testid=usage-table] tbody td"), ["3", "2"]);
    }

    fn every_look_at_the_key_of_another_is_written_down(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {}).id.to_string();
        let path = format!("{PATH}/{key}");
        for role in [Role::Administrator, Role::Support, Role::Analytics] {
            let mut client = app.sign_in(role);
            let email = format!("{role}@acme.example");
            let page = client.get(&path);
            assert_eq!((page.status, looks(app, &key, &email)), (200, 1), "{role}");
            assert!(page.test_id("look-note").text.contains("owner"));
            assert_eq!(client.request("HEAD", &path, &[], None).status, 200);
            let purpose = [("sec-purpose", "prefetch"), ("hx-request", "true")];
            assert_eq!(client.request("GET", &path, &purpose, None).status, 200);
            assert_eq!(looks(app, &key, &email), 3, "{role}: HEAD and prefetch are looks too");
            let may_manage = role == Role::Administrator;
            assert_eq!(page.has("[data-testid=delete-key]"), may_manage, "{role}");
            assert!(!page.has("main form"), "{role}");
            // Analytics does not see the audit log. A visit is in the history from the next one on.
            let again = client.get(&path);
            assert_eq!(again.has("[data-testid=history-table]"), role != Role::Analytics, "{role}");
        }
        assert_eq!(app.audited("api_key.viewed"), 12);
        let history = texts(&app.sign_in_as(OWNER).get(&path), "[data-testid=history-table] tbody td[data-label=Who]");
        assert!(history.iter().any(|who| who == "support"), "its owner learns who looked");
    }

    fn every_question_about_anothers_key_is_a_look(app: &TestApp) {
        let mut administrator = app.sign_in(Role::Administrator);
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {}).id.to_string();
        for (looked, noun) in (1..).zip(["edit", "name", "disablement", "revocation", "deletion"]) {
            assert_eq!(administrator.get(&format!("{PATH}/{key}/{noun}")).status, 200, "{noun}");
            assert_eq!(looks(app, &key, "administrator@acme.example"), looked, "{noun}");
        }
    }

    fn a_look_that_cannot_be_written_down_is_refused(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let path = format!("{PATH}/{}", key.id);
        assert_eq!(support.get(&path).status, 200);
        app.database.refuse_events("api_key.viewed");
        let refused = support.get(&path);
        assert_eq!(refused.status, 503);
        assert!(!refused.body.contains("Deploy") && !refused.body.contains(&key.lookup), "{}", refused.body);
        assert_eq!(app.sign_in_as(OWNER).get(&path).status, 200, "one's own needs no event");
        assert_eq!(app.audited("api_key.viewed"), 1);
    }

    fn a_key_that_one_may_not_see_is_not_there(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {}).id.to_string();
        let mut stranger = app.sign_in_as("gwen@globex.example");
        let mut member = app.sign_in(Role::Member);
        for id in [key.as_str(), "key_00000000000000000000000000", "key_x", "%00", "KEY"] {
            let path = format!("{PATH}/{id}");
            for client in [&mut stranger, &mut member] {
                let page = client.get(&path);
                assert!(page.status == 404 && !page.body.contains("Deploy"), "{id}");
            }
        }
        assert_eq!(app.audited("api_key.viewed"), 0);
    }

    fn the_latest_events_are_told_with_who_and_when(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = owner.create_api_key("Deploy").api_key_id();
        app.clock.advance(Duration::SECOND);
        owner.post(&format!("{PATH}/{id}/confirmation"), &[("copied", "yes")]);
        app.clock.advance(Duration::SECOND);
        let mut support = app.sign_in(Role::Support);
        let path = format!("{PATH}/{id}");
        support.get(&path);
        app.clock.advance(Duration::SECOND);
        let page = support.get(&path);
        let what = texts(&page, "[data-testid=history-table] [data-testid=event-sentence]");
        assert_eq!(what, [
            "Viewed the details of the key Deploy",
            "Confirmed that the key Deploy was copied",
            "Created the key Deploy",
        ]);
        let all = page.test_id("all-events").attribute("href").unwrap();
        assert_eq!(all, format!("/settings/audit-log?subject={id}"));
        let in_log = texts(&support.get(&all), "[data-testid=event-sentence]");
        assert_eq!(in_log[1..], what);
        assert_eq!(texts(&page, "[data-testid=history-table] td[data-label=Who]"), ["support", "owner", "owner"]);
        for _ in 0..20 {
            support.get(&path);
        }
        assert_eq!(texts(&owner.get(&path), "[data-testid=history-table] tbody tr").len(), 10);
    }

    fn a_member_sees_the_history_of_the_own_key(app: &TestApp) {
        let mut member = app.sign_in(Role::Member);
        let key = app.insert_api_key("member@acme.example", "given", |_| {});
        let path = format!("{PATH}/{}", key.id);
        app.sign_in(Role::Support).get(&path);
        let page = member.get(&path);
        assert_eq!(texts(&page, "[data-testid=history-table] td[data-label=Who]"), ["support"]);
        assert!(!page.has("[data-testid=all-events]"));
        assert!(!page.has("[data-testid=delete-key]") && !page.has("main form"));
    }
}
