//! The list of API keys.

mod actions;
mod all_deletion;
mod attributes;
mod bulk_deletion;
mod confirmation;
mod creation;
mod deleted;
mod deletion;
mod details;
mod disablement;
mod edit;
mod export;
mod filters;
mod in_place;
mod limits;
mod lost_answer;
mod matching;
mod name;
mod narrowing;
mod new;
mod organization;
mod permissions;
mod repetition;
mod restrictions;
mod revocation;
mod rotation;
mod rotation_mark;
mod rotation_schedule;
mod row_buttons;
mod search;
mod selections;
mod system;
mod token;
mod unknown_fields;

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, used_at},
};

const PATH: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";

fn names(page: &Page) -> Vec<String> {
    let rows = page.find_all("[data-testid=api-key-row]").into_iter();
    rows.map(|row| row.attribute("data-key-name").unwrap()).collect()
}

/// Sends the form of a confirmation page unchanged.
fn send(client: &mut Client, question: &Page) -> Page {
    let action = question.find_all("main form")[0].attribute("action").unwrap();
    post(client, &action, &question.form_fields("form"))
}

fn post(client: &mut Client, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(path, &[], &fields)
}

/// Submits the bar below this list with these keys selected, and returns the confirmation page.
fn ask_about(client: &mut Client, list: &Page, noun: &str, picked: &[String]) -> Page {
    let action = list.test_id("selection-bar").attribute("action").unwrap();
    let mut fields = list.form_fields("form[id=selection]");
    fields.extend(picked.iter().map(|id| ("id".to_owned(), id.clone())));
    fields.push(("question".to_owned(), noun.to_owned()));
    let led = post(client, &action, &fields);
    if led.status == 303 { client.get(led.header("location")) } else { led }
}

/// The same with all keys of the list selected.
fn ask(client: &mut Client, list: &Page, noun: &str) -> Page {
    ask_about(client, list, noun, &[])
}

/// Every page of the list, by following the links.
fn turn_pages(client: &mut Client, from: &str, link: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut path = Some(from.to_owned());
    while let Some(current) = path {
        let page = client.get(&current);
        assert_eq!(page.status, 200);
        pages.push(names(&page));
        let next = page.find_all(&format!("[data-testid={link}]")).first().and_then(|link| link.attribute("href"));
        path = next;
    }
    pages
}

on_both_databases! {
    fn a_row_tells_all_about_its_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |key| {
            key.last_use = Some(used_at(key.created_at.minus(Duration::minutes(4))));
        });
        let page = owner.get(PATH);
        let row = page.test_id("api-key-row");
        assert_eq!(row.attribute("data-key-id").unwrap(), key.id.as_str());
        assert_eq!(row.attribute("data-status").unwrap(), "active");
        let cell = |name: &str| page.test_id(name).text;
        assert!(cell("cell-name").contains("CI"));
        assert_eq!(cell("cell-key"), format!("lk_…{}", key.hint));
        assert!(page.body.contains(&format!("data-copy-text=\"lk_{}\"", key.lookup)));
        assert_eq!(cell("cell-status"), "Active");
        assert_eq!(cell("cell-created"), "21 Nov 2026");
        assert_eq!(cell("cell-expires"), "1 Mar 2027");
        assert_eq!(cell("cell-last-used"), "4 minutes ago");
        let times = page.find_all("[data-testid=cell-expires] time");
        assert_eq!(times[0].attribute("datetime").unwrap(), "2027-03-01");
    }

    fn every_status_is_told_in_words(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        app.insert_api_key(OWNER, "active", |_| {});
        app.insert_api_key(OWNER, "pending", |key| key.confirmed_at = None);
        app.insert_api_key(OWNER, "disabled", |key| key.disabled_at = Some(now));
        app.insert_api_key(OWNER, "expired", |key| key.expires_at = Some(now));
        app.insert_api_key(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let listed = owner.listed();
        assert_eq!(listed.len(), 5);
        assert!(listed.iter().all(|(name, status)| name == status), "{listed:?}");
        let page = owner.get(PATH);
        let unused = page.find_all("[data-testid=cell-last-used]");
        assert!(unused.iter().all(|cell| cell.text.contains("Never")));
        assert!(page.body.contains("Not confirmed"));
        assert!(page.body.contains("3 of 10 keys"), "expired and revoked keys do not count");
    }

    fn the_switch_of_a_row_disables_and_enables_and_leads_back(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        app.insert_api_key(OWNER, "on", |_| {});
        app.insert_api_key(OWNER, "off", |key| key.disabled_at = Some(now));
        for (name, change) in [("expired", 0), ("revoked", 1), ("pending", 2)] {
            app.insert_api_key(OWNER, name, |key| match change {
                0 => key.expires_at = Some(now),
                1 => key.revoked_at = Some(now),
                _ => key.confirmed_at = None,
            });
        }
        let here = format!("{PATH}?scope=server&sort=-name");
        let page = owner.get(&here);
        let switches = page.find_all("button[data-testid=status-switch]");
        let told: Vec<_> = switches
            .iter()
            .map(|switch| {
                assert_eq!(switch.attribute("role").as_deref(), Some("switch"));
                (switch.attribute("aria-label").unwrap(), switch.attribute("aria-checked").unwrap())
            })
            .collect();
        let expected = [("on is active", "true"), ("off is active", "false")];
        assert_eq!(told, expected.map(|(name, on)| (name.to_owned(), on.to_owned())));
        let form = "row-act";
        let fields = page.form_fields(&format!("#{form}"));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for switch in &switches {
            let done = owner.post_raw(&switch.attribute("data-act").unwrap(), &[], &fields);
            assert_eq!((done.status, done.header("location")), (303, here.as_str()));
        }
        let listed = owner.get(&format!("{PATH}?sort=name&status=active"));
        assert_eq!(names(&listed), ["off"]);
        assert_eq!(names(&owner.get(&format!("{PATH}?status=disabled"))), ["on"]);
    }

    fn every_sorted_column_says_so_and_the_ends_of_the_list_are_one_click_away(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for number in 0..120 {
            app.insert_api_key(OWNER, &format!("key {number:03}"), |_| {});
        }
        let page = owner.get(PATH);
        let columns: Vec<_> = page.find_all("thead th:has(a)").into_iter().map(|column| column.text).collect();
        assert_eq!(columns, ["Name", "Scope", "Status", "Created", "Expires", "Last used"]);
        for link in page.find_all("thead th a") {
            let sorted = owner.get(&link.attribute("href").unwrap());
            let marked = sorted.find_all("th[aria-sort]");
            assert_eq!(marked.len(), 1);
            assert_eq!(marked[0].text, link.text);
        }
        let first = owner.get(&format!("{PATH}?sort=name"));
        assert!(!first.has("[data-testid=page-first]") && !first.has("[data-testid=page-previous]"));
        let last = owner.get(&first.test_id("page-last").attribute("href").unwrap());
        assert_eq!(names(&last).last().unwrap(), "key 119");
        assert!(!last.has("[data-testid=page-last]") && !last.has("[data-testid=page-next]"));
        let again = owner.get(&last.test_id("page-first").attribute("href").unwrap());
        assert_eq!(names(&again), names(&first));
    }

    fn a_full_page_has_fewer_than_1500_elements(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_project(OWNER, "Shop");
        let now = app.state.clock.now();
        for number in 0..60 {
            app.insert_api_key(OWNER, &format!("key {number}"), |key| {
                key.description = latchkey::domain::Description::parse("Nightly run").unwrap();
                key.last_use = Some(latchkey::domain::LastUse {
                    at: now,
                    address: Some("203.0.113.7".parse().unwrap()),
                    agent: None,
                });
            });
        }
        for path in [PATH, "/settings/developers/api-keys?view=organization&status=active"] {
            let page = owner.get(path);
            assert_eq!(names(&page).len(), 50);
            let elements = page.find_all("*").len();
            assert!(elements < 1_500, "{path}: {elements} elements");
        }
    }

    fn a_key_expires_in_front_of_ones_eyes(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        app.insert_api_key(OWNER, "CI", |key| key.expires_at = Some(now.plus(Duration::hours(2))));
        assert!(owner.get(PATH).test_id("cell-status").text.contains("Expires today"));
        app.clock.advance(Duration::hours(2) - Duration::microseconds(1));
        assert_eq!(owner.listed()[0].1, "active");
        app.clock.advance(Duration::microseconds(1));
        assert_eq!(owner.listed()[0].1, "expired");
    }

    fn sorting_goes_both_ways_for_name_creation_and_expiry(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        for (name, created, expires) in [("beta", 1, 30), ("Alpha", 2, 10), ("_x", 3, 20), ("Ёж", 4, 40)] {
            app.insert_api_key(OWNER, name, |key| {
                key.created_at = now.plus(Duration::minutes(created));
                key.expires_at = Some(now.plus(Duration::days(expires)));
            });
        }
        for (sort, expected) in [
            ("name", ["_x", "Alpha", "beta", "Ёж"]),
            ("-name", ["Ёж", "beta", "Alpha", "_x"]),
            ("created", ["beta", "Alpha", "_x", "Ёж"]),
            ("-created", ["Ёж", "_x", "Alpha", "beta"]),
            ("expires", ["Alpha", "_x", "beta", "Ёж"]),
            ("-expires", ["Ёж", "beta", "_x", "Alpha"]),
        ] {
            let page = owner.get(&format!("{PATH}?sort={sort}"));
            assert_eq!(names(&page), expected, "{sort}");
            let sorted = page.find_all("th[aria-sort]");
            assert_eq!(sorted.len(), 1);
            let direction = if sort.starts_with('-') { "descending" } else { "ascending" };
            assert_eq!(sorted[0].attribute("aria-sort").unwrap(), direction);
        }
        assert_eq!(names(&owner.get(PATH)), ["Ёж", "_x", "Alpha", "beta"], "newest first");
    }

    fn pages_of_fifty_join_without_gap_or_repetition_in_every_order(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let past = app.state.clock.now().minus(Duration::days(500));
        for number in 0..123 {
            app.insert_api_key(OWNER, &format!("key {}", number * 37 % 123), |key| {
                // Many have the same creation time, so that only the id orders them.
                key.created_at = past.plus(Duration::minutes(number / 40));
                key.expires_at = if number % 41 == 0 { None } else { Some(past.plus(Duration::days(number % 7))) };
            });
        }
        for sort in ["name", "-name", "created", "-created", "expires", "-expires"] {
            let forward = turn_pages(&mut owner, &format!("{PATH}?sort={sort}"), "page-next");
            assert_eq!(forward.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 23], "{sort}");
            let mut all: Vec<_> = forward.concat();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 123, "{sort}");

            let mut last = format!("{PATH}?sort={sort}");
            while let Some(next) = owner.get(&last).find_all("[data-testid=page-next]").first() {
                last = next.attribute("href").unwrap();
            }
            let mut backward = turn_pages(&mut owner, &last, "page-previous");
            backward.reverse();
            assert_eq!(backward, forward, "{sort}");
        }
    }

    fn a_page_keeps_its_place_when_keys_come_and_go(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let keys: Vec<_> = (0..60)
            .map(|number| {
                app.insert_api_key(OWNER, &format!("key {number}"), |key| {
                    key.created_at = now.minus(Duration::minutes(number));
                })
            })
            .collect();
        let second = owner.get(PATH).test_id("page-next").attribute("href").unwrap();
        let before = names(&owner.get(&second));
        app.insert_api_key(OWNER, "newcomer", |key| key.created_at = now.plus(Duration::minutes(1)));
        owner.post(&format!("{PATH}/{}/deletion", keys[49].id), &[]);
        assert_eq!(names(&owner.get(&second)), before);
    }

    fn a_page_whose_keys_are_gone_leads_to_those_that_are_left(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for number in 0..51 {
            app.insert_api_key(OWNER, &format!("key {number:02}"), |_| {});
        }
        let second = owner.get(&format!("{PATH}?sort=name")).test_id("page-next").attribute("href").unwrap();
        let last = owner.get(&second).test_id("api-key-row").attribute("data-key-id").unwrap();
        owner.post(&format!("{PATH}/{last}/deletion"), &[]);
        let page = owner.get(&second);
        assert_eq!((page.status, page.header("location")), (303, "/settings/developers/api-keys?sort=name"));
    }

    fn an_address_that_is_none_of_the_list_is_refused(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for query in ["sort=id", "sort=", "after=x", "before=%00", "after=AAAA&before=AAAA", "sort=name&sort=name"] {
            assert_eq!(owner.get(&format!("{PATH}?{query}")).status, 400, "{query}");
        }
    }

    fn one_sees_ones_own_keys_only(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        app.insert_api_key("administrator@acme.example", "theirs", |_| {});
        assert!(owner.get(PATH).has("[data-testid=empty-state]"));
        assert_eq!(administrator.listed().len(), 1);
    }

    fn who_may_not_create_sees_nothing_to_press(app: &TestApp) {
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            app.insert_api_key(&format!("{role}@acme.example"), "given", |_| {});
            let page = client.get(&format!("{PATH}?view=mine"));
            assert_eq!(names(&page), ["given"]);
            for id in ["create-key", "delete-all-keys", "delete-selected", "status-switch"] {
                assert!(!page.has(&format!("[data-testid={id}]")), "{role}: {id}");
            }
        }
    }

    fn the_limit_is_explained_before_anything_is_typed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for number in 0..10 {
            app.insert_api_key(OWNER, &format!("key {number}"), |_| {});
        }
        let page = owner.get(PATH);
        let button = page.test_id("create-key");
        assert_eq!(button.attribute("aria-disabled").unwrap(), "true");
        let explanation = button.attribute("aria-describedby").unwrap();
        assert!(page.find_all(&format!("#{explanation}"))[0].text.contains("10 keys"));
        let refused = owner.create_api_key("one more");
        assert_eq!(refused.status, 422);
        assert!(refused.test_id("form-error").text.contains("10 keys"));
        assert_eq!(owner.listed().len(), 10);
    }
}
