//! When keys are due for rotation: in forms, on pages, in the list and its files.

use latchkey::domain::{ApiKey, Clock as _, ExpirationDate, Role, Timestamp};
use time::Duration;

use super::{OWNER, PATH, names, post};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

/// A key whose token came into use so many days ago.
fn in_use_for(app: &TestApp, days: i64) -> impl FnOnce(&mut ApiKey) {
    let since = app.clock.now().minus(Duration::days(days));
    move |key| {
        key.created_at = since;
        key.confirmed_at = Some(since);
    }
}

fn end_of(text: &str) -> Option<Timestamp> {
    ExpirationDate::parse(text).unwrap().map(ExpirationDate::expires_at)
}

fn create(client: &mut Client, changes: &[(&str, &str)]) -> Page {
    let mut fields = client.get(&format!("{PATH}/new")).form_fields("form");
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    post(client, PATH, &fields)
}

fn edit(client: &mut Client, key: &ApiKey, changes: &[(&str, &str)]) -> Page {
    let path = format!("{PATH}/{}/edit", key.id);
    let mut fields = client.get(&path).form_fields("form");
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    post(client, &path, &fields)
}

/// The text of the badge of each key that has one, by name.
fn badges(page: &Page) -> Vec<(String, String)> {
    let rows = page.find_all("tr:has([data-testid=rotation-badge])");
    let texts = page.find_all("[data-testid=rotation-badge]");
    rows.iter()
        .map(|row| row.attribute("data-key-name").unwrap())
        .zip(texts.into_iter().map(|badge| badge.text))
        .collect()
}

on_both_databases! {
    fn a_key_gets_an_interval_of_its_own_and_the_page_of_the_key_says_so(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let made = create(&mut owner, &[("name", "CI"), ("rotate_every_days", " 30 ")]);
        assert_eq!(made.status, 200, "{}", made.body);
        let id = made.api_key_id();
        let details = format!("{PATH}/{id}");
        assert!(!owner.get(&details).has("[data-testid=detail-rotation]"), "nothing is due before the copy is confirmed");
        assert_eq!(owner.post(&format!("{details}/confirmation"), &[("copied", "yes")]).status, 303);
        let page = owner.get(&details);
        assert_eq!(page.test_id("detail-rotation").text, "Rotate by 21 Dec 2026Every 30 days");
        assert!(!page.has("[data-testid=rotation-badge]"), "it is not soon");
        app.clock.advance(Duration::days(1));
        let mut owner = app.sign_in_as(OWNER);
        assert_eq!(owner.get(&details).test_id("rotation-badge").text, "Rotate by 21\u{a0}Dec");
        app.clock.advance(Duration::days(30));
        let mut owner = app.sign_in_as(OWNER);
        let page = owner.get(&details);
        assert_eq!(page.test_id("rotation-badge").text, "Rotation overdue");
        assert_eq!(page.test_id("detail-rotation").text, "Overdue: it was due by 21 Dec 2026Every 30 days");
        assert_eq!(page.test_id("detail-status").text.split_whitespace().next(), Some("Active"), "it keeps working");
    }

    fn a_key_may_be_rotated_more_often_than_the_policy_asks_for_but_not_less_often(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |key| key.rotate_every_days = Some(120));
        app.change_policy(|policy| policy.rotate_every_days = Some(90));
        let form = owner.get(&format!("{PATH}/new"));
        assert!(form.find_all("#hint-rotate_every_days")[0].text.contains("Leave empty for 90 days, as the policy says"));
        for (days, fault) in [
            ("91", "at most 90 days: the policy asks"), ("6", "from 7 to 3,650"), ("often", "from 7 to 3,650"), ("30.5", "from 7 to 3,650"),
        ] {
            let page = create(&mut owner, &[("name", "New"), ("rotate_every_days", days)]);
            assert_eq!(page.status, 422, "{days}");
            assert!(page.test_id("error-rotate_every_days").text.contains(fault), "{}", page.body);
            assert!(page.has("details.more[open]"), "the field with the error is visible");
            assert_eq!(page.find_all("#rotate_every_days")[0].attribute("value").unwrap(), days);
            let page = edit(&mut owner, &key, &[("rotate_every_days", days)]);
            assert_eq!((page.status, page.has("#rotate_every_days[aria-invalid=true]")), (422, true), "{days}");
        }
        // The policy became stricter later: the key's own interval stays, and the policy's counts.
        assert_eq!(edit(&mut owner, &key, &[("description", "kept")]).status, 303);
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(page.test_id("detail-rotation").text, "Rotate by 19 Feb 2027Every 90 days, by the policy");
        assert_eq!(edit(&mut owner, &key, &[("rotate_every_days", "60")]).status, 303);
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(page.test_id("detail-rotation").text, "Rotate by 20 Jan 2027Every 60 days");
        assert_eq!(edit(&mut owner, &key, &[("rotate_every_days", "")]).status, 303);
        assert_eq!(app.audited("api_key.edited"), 3);
    }

    fn the_list_has_a_badge_and_a_filter_only_where_something_is_due(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "plain", in_use_for(app, 80));
        for view in ["", "?view=organization"] {
            let page = owner.get(&format!("{PATH}{view}"));
            assert!(badges(&page).is_empty() && !page.has("#filter-rotation"));
        }
        app.insert_api_key(OWNER, "marked", |key| key.rotation_marked_for = end_of("2026-12-12"));
        assert_eq!(badges(&owner.get(PATH)), [("marked".to_owned(), "Rotate by 12\u{a0}Dec".to_owned())]);
        app.insert_api_key(OWNER, "late", |key| {
            in_use_for(app, 80)(key);
            key.rotate_every_days = Some(79);
        });
        app.insert_api_key(OWNER, "ends first", |key| {
            key.rotation_marked_for = end_of("2026-12-12");
            key.expires_at = end_of("2026-12-12");
        });
        app.insert_api_key(OWNER, "far", |key| key.rotation_marked_for = end_of("2026-12-22"));
        app.insert_api_key(OWNER, "paused", |key| {
            key.rotation_marked_for = end_of("2026-11-20");
            key.disabled_at = key.confirmed_at;
        });
        app.insert_api_key(OWNER, "revoked", |key| {
            key.rotation_marked_for = end_of("2026-11-20");
            key.revoked_at = key.confirmed_at;
        });
        for view in ["", "view=organization&"] {
            let mut listed = |query: &str| {
                let page = owner.get(&format!("{PATH}?{view}sort=name&{query}"));
                assert_eq!((page.status, page.has("#filter-rotation")), (200, true), "{query}");
                names(&page).join(" ")
            };
            assert_eq!(listed("rotation=overdue"), "late paused");
            assert_eq!(listed("rotation=due_soon"), "marked");
            assert_eq!(listed("rotation=overdue&status=disabled"), "paused");
            assert_eq!(listed("rotation="), "ends first far late marked paused plain revoked");
        }
        let page = owner.get(&format!("{PATH}?rotation=overdue"));
        assert!(page.test_id("remove-filter").text.contains("Rotation: Overdue"));
        assert_eq!(page.test_id("found-count").text, "2 keys found");
        assert_eq!(owner.get(&format!("{PATH}?rotation=later")).status, 400);
        // The interval of the policy counts at once.
        app.change_policy(|policy| policy.rotate_every_days = Some(100));
        assert_eq!(names(&owner.get(&format!("{PATH}?sort=name&rotation=due_soon"))), ["marked", "plain"]);
        app.change_policy(|policy| policy.rotate_every_days = Some(79));
        assert_eq!(names(&owner.get(&format!("{PATH}?sort=name&rotation=overdue"))), ["late", "paused", "plain"]);
    }

    fn files_have_the_due_date_and_the_home_page_has_what_is_overdue(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let attention = |page: &Page| page.find_all("[data-testid=attention]").into_iter().map(|section| section.text).collect::<String>();
        app.insert_api_key(OWNER, "CI", in_use_for(app, 80));
        assert!(!attention(&owner.get("/")).contains("rotation"));
        app.change_policy(|policy| policy.rotate_every_days = Some(79));
        let page = owner.get("/");
        assert!(attention(&page).contains("key is overdue for rotation"), "{}", page.body);
        let links = page.find_all("[data-testid=attention] a");
        let href = links.iter().filter_map(|link| link.attribute("href")).find(|href| href.contains("rotation=overdue"));
        assert_eq!(names(&owner.get(&href.unwrap())), ["CI"]);
        let json = owner.get(&format!("{PATH}/export.json")).json();
        assert_eq!(json[0]["rotation_due_at"], "2026-11-21T00:00:00Z");
        let csv = owner.get(&format!("{PATH}/export.csv")).body;
        assert!(csv.contains(",expires_at,rotation_due_at,last_used_at,") && csv.contains(",2026-11-21T00:00:00Z,"), "{csv}");
        app.change_policy(|policy| policy.rotate_every_days = None);
        assert!(owner.get(&format!("{PATH}/export.json")).json()[0]["rotation_due_at"].is_null());
    }

    fn a_rotation_begins_the_schedule_again_and_clears_the_mark(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |key| {
            in_use_for(app, 80)(key);
            key.rotate_every_days = Some(90);
            key.rotation_marked_for = end_of("2026-11-25");
        });
        let path = format!("{PATH}/{}/rotation", key.id);
        let form = owner.get(&path).form_fields("section form");
        let reveal = post(&mut owner, &path, &form);
        let details = format!("{PATH}/{}", key.id);
        assert!(owner.get(&details).test_id("detail-rotation").text.starts_with("Rotate by 25 Nov 2026"), "nothing has changed yet");
        let token_id = reveal.find_all("input[name=token_id]")[0].attribute("value").unwrap();
        let confirmed = owner.post(&format!("{details}/confirmation"), &[("token_id", &token_id), ("copied", "yes")]);
        assert_eq!(confirmed.status, 303, "{}", confirmed.body);
        let page = owner.get(&details);
        assert_eq!(page.test_id("detail-rotation").text, "Rotate by 19 Feb 2027Every 90 days");
        assert_eq!(names(&owner.get(&format!("{PATH}?rotation=due_soon"))), [""; 0]);
    }
}
