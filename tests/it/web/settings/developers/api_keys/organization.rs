//! All keys of the organization, and the filters.

use latchkey::domain::{Role, policy::WhoMayCreate};
use time::Duration;

use super::{OWNER, PATH, names, turn_pages};
use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

const ALL: &str = "/settings/developers/api-keys?view=organization";

fn texts(page: &Page, selector: &str) -> Vec<String> {
    page.find_all(selector).into_iter().map(|element| element.text).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

on_both_databases! {
    fn whoever_may_see_all_keys_sees_those_of_the_own_organization(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_api_key(OWNER, "first", |_| {});
        app.insert_api_key("max@acme.example", "second", |_| {});
        app.insert_api_key("gwen@globex.example", "strangers", |_| {});
        for role in [Role::Owner, Role::Administrator, Role::Support, Role::Analytics] {
            let mut client =
                if role == Role::Owner { app.sign_in_as(OWNER) } else { app.sign_in(role) };
            let mine = client.get(&format!("{PATH}?view=mine"));
            assert_eq!(mine.test_id("view-mine").attribute("aria-current").as_deref(), Some("page"));
            let page = client.get(&mine.test_id("view-organization").attribute("href").unwrap());
            assert_eq!(page.test_id("view-organization").attribute("aria-current").as_deref(), Some("page"));
            assert_eq!(page.test_id("view-mine").attribute("aria-current"), None);
            assert_eq!(sorted(names(&page)), ["first", "second"], "{role}");
            assert_eq!(sorted(texts(&page, "[data-testid=cell-owner]")), ["max", "owner"]);
            assert!(!page.body.contains("strangers") && !page.body.contains("gwen"));

            let may_manage = matches!(role, Role::Owner | Role::Administrator);
            let controls = ["status-switch", "delete-selected", "delete-all-keys", "create-key"];
            for control in controls.map(|id| format!("[data-testid={id}]")).iter().map(String::as_str).chain(
                ["td.c-select", "main [type=checkbox]", "main form[method=post]:not([role=search])", "main [data-hx-post]", "main a[data-hx-get]"],
            ) {
                let expected = may_manage && control != "main [data-hx-post]";
                assert_eq!(page.has(control), expected, "{role} {control}");
            }
        }
    }

    fn a_member_gets_no_other_view(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let mut member = app.sign_in(Role::Member);
        let page = member.get(PATH);
        assert!(!page.has("[data-testid=view-organization]") && !page.has("[data-testid=view-mine]"));
        let owner_filter = format!("{ALL}&owner={}", key.owner_id);
        for path in [ALL, &format!("{ALL}&sort=name"), &owner_filter, &format!("{ALL}&after=x")] {
            let page = member.get(path);
            assert!(matches!(page.status, 403 | 400) && !page.body.contains("Deploy"), "{path}: {}", page.status);
        }
        assert_eq!(member.get(ALL).status, 403);
        assert_eq!(member.get(&format!("{PATH}?owner={}", key.owner_id)).status, 404, "no back door");
        assert_eq!(member.get(&format!("{PATH}?view=own")).status, 400);
    }

    fn people_who_cannot_have_keys_land_on_the_keys_of_the_organization(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, "Deploy", |_| {});
        let current = |page: &Page| page.find_all("nav.views [aria-current]")[0].attribute("data-testid").unwrap();
        for role in [Role::Support, Role::Analytics] {
            let mut person = app.sign_in(role);
            app.insert_api_key(&format!("{role}@acme.example"), "From before", |_| {});
            let page = person.get(PATH);
            assert_eq!((page.status, current(&page).as_str()), (200, "view-organization"), "{role}");
            assert!(page.body.contains("Deploy"), "{role}");

            // Their own keys are a view away, and its links stay there.
            let mine = page.find_all("[data-testid=view-mine]")[0].attribute("href").unwrap();
            let page = person.get(&mine);
            assert_eq!(current(&page), "view-mine", "{role}");
            assert!(page.body.contains("From before") && !page.body.contains("Deploy"), "{role}");
            let sorted = page.find_all("th a")[0].attribute("href").unwrap();
            assert_eq!(current(&person.get(&sorted)), "view-mine", "{role} {sorted}");
        }
        let mut admin = app.sign_in(Role::Administrator);
        assert_eq!(current(&admin.get(PATH)), "view-mine");

        // Where everybody may create keys, everybody lands on their own.
        app.change_policy(|policy| policy.who_may_create = WhoMayCreate::Everyone);
        assert_eq!(current(&app.sign_in_as("support@acme.example").get(PATH)), "view-mine");
    }

    fn keys_are_filtered_by_owner_and_by_project(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.create_user(Role::Member, "without");
        let (mobile, old) = (app.insert_project(OWNER, "Mobile"), app.insert_project(OWNER, "Old"));
        app.database.execute("UPDATE projects SET archived_at = 1 WHERE name = 'Old'");
        for (email, name, project) in [
            (OWNER, "a", Some(&mobile)),
            (OWNER, "b", None),
            ("max@acme.example", "c", Some(&mobile)),
            ("max@acme.example", "d", Some(&old)),
        ] {
            app.insert_api_key(email, name, |key| key.project_id = project.map(|project| project.id.clone()));
        }
        let max = app.user_id("max@acme.example");
        let without = app.user_id("without@acme.example");
        let page = support.get(ALL);
        let projects = ["All projects", "Mobile", "Old (archived)", "No project"];
        assert_eq!(texts(&page, "select[name=project] option"), projects);
        assert!(!page.has("[data-testid=found-count]"));

        for (filter, expected) in [
            (format!("owner={max}"), &["c", "d"][..]),
            (format!("project={}", mobile.id), &["a", "c"]),
            (format!("project={}", old.id), &["d"]),
            ("project=none".to_owned(), &["b"]),
            (format!("owner={max}&project={}", mobile.id), &["c"]),
            ("owner=&project=".to_owned(), &["a", "b", "c", "d"]),
        ] {
            let page = support.get(&format!("{ALL}&sort=name&{filter}"));
            assert_eq!(names(&page), expected, "{filter}");
            if filter != "owner=&project=" {
                let count = expected.len();
                let found = format!("{count} key{} found", if count == 1 { "" } else { "s" });
                assert_eq!(page.test_id("found-count").text, found);
                let clear = page.test_id("clear-filters").attribute("href").unwrap();
                assert_eq!(names(&support.get(&clear)).len(), 4);
            }
            assert_eq!(page.find_all("#owned_by")[0].attribute("value").unwrap() == "max (max@acme.example)", filter.contains("=user_"));
            // The fields that the form sends again, and the fields that the links of the table keep.
            let chosen: Vec<_> = page.form_fields("form.filters");
            for pair in filter.split('&').filter(|pair| *pair != "owner=") {
                let (name, value) = pair.split_once('=').unwrap();
                assert!(chosen.contains(&(name.to_owned(), value.to_owned())), "{pair}: {chosen:?}");
            }
            assert!(chosen.contains(&("view".to_owned(), "organization".to_owned())));
            assert!(chosen.contains(&("sort".to_owned(), "name".to_owned())));
            let reversed = page.find_all("th[aria-sort] a")[0].attribute("href").unwrap();
            let mut backwards = names(&support.get(&reversed));
            backwards.reverse();
            assert_eq!(backwards, expected, "{reversed}");
        }
        for filter in [format!("owner={without}"), format!("owner={max}&project=none")] {
            let page = support.get(&format!("{ALL}&{filter}"));
            assert!(page.has("[data-testid=filtered-empty]") && !page.has("[data-testid=empty-state]"), "{filter}");
            assert_eq!(page.test_id("found-count").text, "0 keys found");
        }
    }

    fn ones_own_keys_are_filtered_by_project(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let mobile = app.insert_project(OWNER, "Mobile");
        assert!(!owner.get(PATH).has("[data-testid=filters]"), "nothing to filter");
        app.insert_api_key(OWNER, "inside", |key| key.project_id = Some(mobile.id.clone()));
        app.insert_api_key(OWNER, "outside", |_| {});
        app.insert_api_key("max@acme.example", "theirs", |key| key.project_id = Some(mobile.id.clone()));
        assert_eq!(names(&owner.get(&format!("{PATH}?project={}", mobile.id))), ["inside"]);
        let page = owner.get(&format!("{PATH}?project=none"));
        assert_eq!(names(&page), ["outside"]);
        assert!(!page.has("#owned_by") && !page.has("[data-testid=cell-owner]"));
    }

    fn without_projects_there_is_no_column_for_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "Deploy", |_| {});
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_project("gwen@globex.example", "Foreign");
        for path in [PATH, ALL] {
            let page = owner.get(path);
            assert!(!page.has("[data-testid=cell-project]") && !page.body.contains("Foreign"), "{path}");
        }
    }

    fn what_is_not_of_this_organization_filters_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_api_key(OWNER, "own", |_| {});
        let project = app.insert_project("gwen@globex.example", "Foreign");
        app.insert_api_key("gwen@globex.example", "strangers", |key| key.project_id = Some(project.id.clone()));
        let gwen = app.user_id("gwen@globex.example");
        for filter in [
            format!("owner={gwen}"),
            format!("project={}", project.id),
            "owner=user_00000000000000000000000000".to_owned(),
            "project=proj_00000000000000000000000000".to_owned(),
            "owner=nonsense".to_owned(),
            "project=%00".to_owned(),
        ] {
            let page = owner.get(&format!("{ALL}&{filter}"));
            assert!(page.status == 404 && !page.body.contains("strangers"), "{filter}");
            if filter.starts_with("project") {
                assert_eq!(owner.get(&format!("{PATH}?{filter}")).status, 404, "{filter}");
            }
        }
        for filter in ["view=everything", "view=", "view=organization&view=organization", "owner=&owner="] {
            assert_eq!(owner.get(&format!("{PATH}?{filter}")).status, 400, "{filter}");
        }
    }

    fn an_owner_is_found_by_what_is_typed(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        app.create_user(Role::Owner, "owner");
        for name in ["max", "maxine", "bruno", "without"] {
            let email = app.create_user(Role::Member, name);
            if name != "without" {
                app.insert_api_key(&email, &format!("of {name}"), |_| {});
            }
        }
        app.change_users_beside("UPDATE users SET name = 'Бруно Straße' WHERE name = 'bruno'");
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_api_key("gwen@globex.example", "strangers", |_| {});
        let id = |name: &str| app.user_id(&format!("{name}@acme.example"));
        for (typed, name) in
            [("maxine", "maxine"), (" MAX@acme.example ", "max"), ("MAX", "max"), ("strasse", "bruno"), ("max (max@acme.example)", "max")]
        {
            let typed: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            let answer = support.get(&format!("{ALL}&status=active&sort=name&owner={}&owned_by={typed}", id("maxine")));
            let list = format!("{ALL}&owner={}&status=active&sort=name", id(name));
            assert_eq!((answer.status, answer.header("location")), (303, list.as_str()), "{typed}");
            assert_eq!(names(&support.get(&list)), [format!("of {name}")], "{typed}");
        }
        let everybody = support.get(&format!("{ALL}&sort=name&owner={}&owned_by=+", id("max")));
        assert_eq!(names(&everybody), ["of bruno", "of max", "of maxine"]);

        for nobody in ["without", "gwen", "nobody%25", "%3Cscript%3E", "user_"] {
            let page = support.get(&format!("{ALL}&status=active&sort=name&owned_by={nobody}"));
            assert_eq!((page.status, names(&page).len()), (422, 0), "{nobody}");
            assert_eq!(page.find_all(".error-summary a")[0].attribute("href").unwrap(), "#owned_by");
            assert!(page.test_id("error-owned_by").text.contains("No key owner has this name"), "{nobody}");
            assert!(page.test_id("owner-unclear").text.contains("No key owners found"));
            let field = &page.find_all("#owned_by")[0];
            assert_eq!(field.attribute("aria-invalid").as_deref(), Some("true"));
            assert_eq!(field.attribute("aria-describedby").as_deref(), Some("error-owned_by"));
            let fields = page.form_fields("form.filters");
            let kept = |name: &str, value: &str| fields.contains(&(name.to_owned(), value.to_owned()));
            assert!(kept("status", "active") && kept("sort", "name"), "{fields:?}");
        }
        let page = support.get(&format!("{ALL}&status=active&owned_by=acme.ex"));
        assert_eq!((page.status, names(&page).len()), (422, 0));
        assert!(page.test_id("error-owned_by").text.contains("Several people match"));
        let people = page.find_all("[data-testid=owner-unclear] li a");
        assert_eq!(people.iter().map(|person| person.text.as_str()).collect::<Vec<_>>(),
            ["max (max@acme.example)", "maxine (maxine@acme.example)", "Бруно Straße (bruno@acme.example)"]);
        let chosen = support.get(&people[1].attribute("href").unwrap());
        assert_eq!(names(&chosen), ["of maxine"]);
        assert!(chosen.form_fields("form.filters").contains(&("status".to_owned(), "active".to_owned())));
    }

    fn people_of_one_name_and_people_who_left_can_be_told_apart(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for number in 0..3 {
            let email = app.create_user(Role::Member, &format!("max{number}"));
            app.insert_api_key(&email, &format!("key {number}"), |_| {});
        }
        app.change_users_beside("UPDATE users SET name = 'Max' WHERE name LIKE 'max%'");
        let ids = [0, 1, 2].map(|number| app.user_id(&format!("max{number}@acme.example")));
        app.change_users_beside(&format!("UPDATE users SET removed_at = 1, email = '' WHERE name = 'Max' AND id <> '{}'", ids[1]));
        let page = owner.get(&format!("{ALL}&owned_by=max"));
        assert_eq!(
            sorted(texts(&page, "[data-testid=owner-unclear] li a")),
            ["Max (max1@acme.example)", "Max (removed)", "Max (removed)"]
        );
        for (number, id) in ids.iter().enumerate() {
            let shown = owner.get(&format!("{ALL}&owner={id}"));
            assert_eq!(names(&shown), [format!("key {number}")]);
            // This page's form, sent again unchanged, names the same person.
            let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(shown.form_fields("form.filters[method=get]")).finish();
            let again = owner.get(&format!("{PATH}?{query}"));
            assert_eq!(again.status, 303, "{query}");
            assert_eq!(names(&owner.get(again.header("location"))), [format!("key {number}")]);
        }
    }

    fn suggestions_are_few_and_know_no_more_than_who_asks(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        for number in 100..130 {
            let email = app.create_user(Role::Member, &format!("max{number}"));
            app.insert_api_key(&email, "CI", |_| {});
        }
        app.create_user(Role::Member, "without");
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_api_key("gwen@globex.example", "strangers", |_| {});
        let path = format!("{PATH}/owners");
        let fragment = [("hx-request", "true")];
        let suggested = |client: &mut crate::support::Client, typed: &str| {
            let page = client.request("GET", &format!("{path}?owned_by={typed}"), &fragment, None);
            assert_eq!(page.status, 200, "{typed}");
            page.find_all("option").iter().map(|option| option.attribute("value").unwrap()).collect::<Vec<_>>()
        };
        let first = suggested(&mut support, "");
        assert_eq!((first.len(), first[0].as_str(), first[19].as_str()), (20, "max100 (max100@acme.example)", "max119 (max119@acme.example)"));
        assert_eq!(suggested(&mut support, "MAX129@"), ["max129 (max129@acme.example)"]);
        assert!(suggested(&mut support, "without").is_empty() && suggested(&mut support, "gwen").is_empty());

        // A person who may not see members sees the names in the list, but no addresses.
        let mut analytics = app.sign_in(Role::Analytics);
        assert_eq!(suggested(&mut analytics, "max129"), ["max129"]);
        assert!(suggested(&mut analytics, "acme").is_empty());
        let list = format!("{ALL}&owner={}", app.user_id("max129@acme.example"));
        assert_eq!(analytics.get(&list).find_all("#owned_by")[0].attribute("value").unwrap(), "max129");
        assert_eq!(analytics.get(&format!("{ALL}&owned_by=max129@acme.example")).status, 422);

        // The 101st person is as easy to find as the first. The page names nobody before a search.
        let page = support.get(ALL);
        assert!(!page.has("datalist option") && !page.body.contains("max128@"));
        let answer = support.get(&format!("{path}?owned_by=max129"));
        assert_eq!(answer.status, 303, "without a script it is the list");
        let answer = support.get(answer.header("location"));
        assert_eq!(names(&support.get(answer.header("location"))), ["CI"]);

        let mut member = app.sign_in(Role::Member);
        assert_eq!(member.request("GET", &path, &fragment, None).status, 403);
        assert_eq!(member.get(&format!("{ALL}&owned_by=max")).status, 403);
        assert_eq!(support.get(&format!("{PATH}?view=mine&owned_by=max129")).status, 404);
    }

    fn pages_of_all_keys_join_and_keep_view_and_filters(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let mobile = app.insert_project(OWNER, "Mobile");
        let past = app.state.clock.now().minus(Duration::days(500));
        for number in 0..130 {
            let email = [OWNER, "max@acme.example", "gwen@globex.example"][number % 3];
            app.insert_api_key(email, &format!("key {number}"), |key| {
                key.created_at = past.plus(Duration::minutes(i64::try_from(number / 40).unwrap()));
                key.expires_at = Some(past.plus(Duration::days(i64::try_from(number % 7).unwrap())));
                if number % 3 < 2 && number < 120 {
                    key.project_id = Some(mobile.id.clone());
                }
            });
        }
        for sort in ["name", "-created", "expires"] {
            let all = turn_pages(&mut owner, &format!("{ALL}&sort={sort}"), "page-next");
            assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [50, 37], "{sort}");
            let filtered = turn_pages(&mut owner, &format!("{ALL}&project={}&sort={sort}", mobile.id), "page-next");
            assert_eq!(filtered.iter().map(Vec::len).collect::<Vec<_>>(), [50, 30], "{sort}");
            let mut unique = filtered.concat();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), 80, "{sort}");
        }
        let second = owner.get(&format!("{ALL}&project={}", mobile.id)).test_id("page-next").attribute("href").unwrap();
        app.database.execute("DELETE FROM api_keys");
        let gone = owner.get(&second);
        let first = format!("{PATH}?view=organization&project={}&sort=-created", mobile.id);
        assert_eq!((gone.status, gone.header("location")), (303, first.as_str()));
    }

    fn the_key_of_somebody_who_was_removed_says_so(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.insert_api_key("max@acme.example", "left behind", |_| {});
        app.insert_api_key(OWNER, "own", |_| {});
        app.change_users_beside("UPDATE users SET removed_at = 1 WHERE email = 'max@acme.example'");
        let page = owner.get(&format!("{ALL}&sort=name"));
        let cells = texts(&page, "[data-testid=cell-owner]");
        assert!(cells[0].starts_with("max") && cells[0].ends_with("Removed"), "{cells:?}");
        assert_eq!(cells[1], "owner");
    }

    fn an_organization_without_keys_says_so(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        let page = support.get(ALL);
        assert!(page.test_id("empty-state").text.contains("No API keys in your organization yet"));
        assert!(!page.has("[data-testid=filters]"));
    }
}
