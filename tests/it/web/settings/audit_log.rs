//! The page of the audit log.

use latchkey::domain::{Clock as _, Role};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const PATH: &str = "/settings/audit-log";
const KEYS: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";

fn texts(page: &Page, selector: &str) -> Vec<String> {
    page.find_all(selector).into_iter().map(|element| element.text).collect()
}

fn sentences(page: &Page) -> Vec<String> {
    texts(page, "[data-testid=event-sentence]")
}

fn actions(page: &Page) -> Vec<String> {
    let rows = page.find_all("[data-testid=event-row]");
    rows.into_iter().map(|row| row.attribute("data-action").unwrap()).collect()
}

/// Writes events of signing in, one each second.
fn sign_in_often(app: &TestApp, count: i64) {
    let start = app.clock.now();
    for number in 0..count {
        let at = start.plus(Duration::seconds(number));
        let id = latchkey::domain::AuditEventId::generate(at, &mut (app.state.rng)());
        app.database.execute(&format!(
            "INSERT INTO audit_events (id, organization_id, at, actor_kind, actor_id, action, subject_kind, subject_id, \
             subject_name, details) SELECT '{id}', organization_id, {}, 'user', id, 'session.started', 'user', id, name, \
             '{{}}' FROM users WHERE email = '{OWNER}'",
            at.unix_micros()
        ));
    }
    app.clock.advance(Duration::seconds(count));
}

fn rename(client: &mut Client, id: &str, name: &str) {
    assert_eq!(client.post(&format!("{KEYS}/{id}/name"), &[("name", name)]).status, 303);
}

on_both_databases! {
    fn events_are_sentences_with_who_when_where_and_the_change(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "<b>Deploy</b>", |_| {}).id.to_string();
        app.clock.advance(Duration::SECOND);
        rename(&mut owner, &key, "\u{202b}سلام \"x\" ".trim_start_matches('\u{202b}'));
        app.clock.advance(Duration::minutes(2));
        let open = owner.get("/settings").test_id("open-audit-log").attribute("href").unwrap();
        let page = owner.get(&open);
        assert_eq!(page.find_all("h1")[0].text, "Audit log");
        assert_eq!(sentences(&page)[0], "Renamed the key <b>Deploy</b> to سلام \"x\"");
        assert!(page.body.contains("<bdi translate=\"no\">&#60;b&#62;Deploy&#60;/b&#62;</bdi>"), "{}", page.body);
        let link = &page.find_all("[data-testid=event-sentence] a")[0];
        assert_eq!(link.attribute("href").unwrap(), format!("{KEYS}/{key}"));
        assert_eq!(texts(&page, "td[data-label=Who]")[0], "owner");
        assert_eq!(texts(&page, "td[data-label=Where]")[0], "127.0.0.1");
        let time = &page.find_all("[data-testid=audit-table] time")[0];
        assert_eq!((time.text.as_str(), time.attribute("datetime").unwrap().as_str()), ("2 minutes ago", "2026-11-21T12:00:01Z"));
        let details = &texts(&page, "[data-testid=event-details]")[0];
        for part in ["Before: <b>Deploy</b>", "After: سلام", "21 Nov 2026, 12:00:01 UTC", "api_key.renamed", &key, "Request ID"] {
            assert!(details.contains(part), "{part}: {details}");
        }
    }

    fn pages_have_every_event_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.clock.advance(Duration::SECOND);
        sign_in_often(app, 120);
        let ids = |page: &Page| -> Vec<String> {
            page.find_all("[data-testid=event-row]").into_iter().map(|row| row.attribute("id").unwrap()).collect()
        };
        let follow = |owner: &mut Client, link: &str| {
            let (mut page, mut found) = (owner.get(PATH), Vec::new());
            if link == "page-previous" {
                page = owner.get(&page.test_id("page-last").attribute("href").unwrap());
                assert!(!page.has("[data-testid=page-next]") && !page.has("[data-testid=page-last]"));
            }
            loop {
                found.push(ids(&page));
                if !page.has(&format!("[data-testid={link}]")) {
                    return found;
                }
                page = owner.get(&page.test_id(link).attribute("href").unwrap());
            }
        };
        let down = follow(&mut owner, "page-next");
        assert_eq!(down.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 23]);
        let down = down.concat();
        assert!(down.windows(2).all(|pair| pair[0] > pair[1]));
        let up = follow(&mut owner, "page-previous");
        assert_eq!(up.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 50], "the first page is full");
        assert!(up[2] == down[..50] && up[1] == down[23..73] && up[0] == down[73..]);
    }

    fn filters_are_in_the_address_and_each_has_a_chip(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "ada");
        let mut ada = app.sign_in_as("ada@acme.example");
        app.clock.advance(Duration::SECOND);
        let key = ada.create_api_key("Deploy").api_key_id();
        app.clock.advance(Duration::days(1));
        let mut ada = app.sign_in_as("ada@acme.example");
        let mut owner = app.sign_in_as(OWNER);
        rename(&mut ada, &key, "Ship");
        owner.post("/settings/projects", &[("name", "Shop")]);
        app.clock.advance(Duration::SECOND);
        let found = |owner: &mut Client, query: &str| actions(&owner.get(&format!("{PATH}?{query}")));
        assert_eq!(found(&mut owner, "action=key_changes"), ["api_key.renamed", "api_key.created"]);
        assert_eq!(found(&mut owner, "action=api_key.created"), ["api_key.created"]);
        assert_eq!(found(&mut owner, "kind=project"), ["project.created"]);
        assert_eq!(found(&mut owner, "kind=api_key&from=2026-11-22"), ["api_key.renamed"]);
        assert_eq!(found(&mut owner, "kind=api_key&to=2026-11-21T12:00"), ["api_key.created"]);
        assert_eq!(found(&mut owner, &format!("subject={key}&via=session")), ["api_key.renamed", "api_key.created"]);
        assert_eq!(found(&mut owner, "via=api_key"), [""; 0]);

        let typed = owner.get(&format!("{PATH}?acted_by=ADA&action=key_changes&kind=&via=&from=&to="));
        assert_eq!(typed.status, 303);
        let id = app.user_id("ada@acme.example");
        assert_eq!(typed.header("location"), format!("{PATH}?actor={id}&action=key_changes"));
        let page = owner.get(typed.header("location"));
        assert_eq!(sentences(&page), ["Renamed the key Deploy to Ship", "Created the key Deploy"]);
        assert_eq!(page.test_id("found-count").text, "2 events");
        let chips = page.find_all("[data-testid=remove-filter]");
        let labels: Vec<_> = chips.iter().map(|chip| chip.text.trim().to_owned()).collect();
        assert_eq!(labels, ["Remove filter Event: Keys created or changed", "Remove filter Person: ada"]);
        assert_eq!(chips[1].attribute("href").unwrap(), format!("{PATH}?action=key_changes"));
        let nobody = owner.get(&format!("{PATH}?acted_by=zoe"));
        assert_eq!(nobody.status, 422);
        assert!(nobody.test_id("error-acted_by").text.contains("Nobody in your organization"));
        let several = owner.get(&format!("{PATH}?acted_by=acme.example"));
        assert_eq!((several.status, several.find_all("[data-testid=actor-unclear] li").len()), (422, 2));
        let suggested = ada.request("GET", &format!("{PATH}/actors?acted_by=own"), &[("hx-request", "true")], None);
        assert!(suggested.body.contains("owner (owner@acme.example)") && !suggested.body.contains("ada"));
    }

    fn a_search_finds_subjects_by_name_id_or_token_and_keeps_no_secret(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = owner.create_confirmed_api_key("Nightly export");
        let gone = owner.create_api_key("Экспорт").api_key_id();
        assert_eq!(owner.post(&format!("{KEYS}/{gone}/deletion"), &[]).status, 303);
        app.clock.advance(Duration::SECOND);
        let search = |owner: &mut Client, text: &str| {
            let answer = owner.post(&format!("{PATH}/search"), &[("q", text), ("kind", "api_key")]);
            assert_eq!(answer.status, 303, "{text}");
            let address = answer.header("location").to_owned();
            let mut found = actions(&owner.get(&address));
            found.sort_unstable();
            (found, address)
        };
        let of_key = ["api_key.confirmed", "api_key.created"];
        for text in ["export", "NIGHTLY", "nightly ex", &token, &format!("KEY={token}")] {
            let (found, address) = search(&mut owner, text);
            assert_eq!(found, of_key, "{text}");
            assert!(!address.contains(&token[token.len() - 20..]), "{address}");
        }
        for text in ["экс", "Экспорт", gone.as_str()] {
            assert_eq!(search(&mut owner, text).0, ["api_key.created", "api_key.deleted"], "{text}");
        }
        assert!(search(&mut owner, "nothing like this").0.is_empty());
        let page = owner.get(&format!("{PATH}?q=nothing"));
        assert!(page.has("[data-testid=filtered-empty]") && page.test_id("found-count").text == "0 events");
    }

    fn bad_input_is_refused_in_every_field(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for bad in [
            "action=nothing", "kind=key", "via=user", "from=x", "to=2026-13-01", "after=1", "before=x", "position=first",
            "sort=name", "action=sign_ins&action=access", "acted_by=a&acted_by=b", "from=2026-11-21&from=2026-11-21",
        ] {
            assert_eq!(owner.get(&format!("{PATH}?{bad}")).status, 400, "{bad}");
            if !bad.contains("acted_by") {
                assert_eq!(owner.get(&format!("{PATH}/export.csv?{bad}")).status, 400, "{bad}");
            }
        }
        let nobody = "user_06hb3s1q0000000000000000a0";
        for bad in ["actor=x", "subject=x", "key=x", &format!("actor={nobody}")] {
            assert_eq!(owner.get(&format!("{PATH}?{bad}")).status, 404, "{bad}");
        }
        assert_eq!(owner.get(&format!("{PATH}/export.json?position=last")).status, 400);
        assert_eq!(owner.post(&format!("{PATH}/search"), &[("q", "x"), ("more", "y")]).status, 400);
        assert_eq!(app.audited("audit_log.exported"), 0);
    }

    fn an_export_has_the_events_of_the_view_and_no_formula(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_project(OWNER, "first");
        owner.post("/settings/projects", &[("name", "=1+1")]);
        app.clock.advance(Duration::SECOND);
        sign_in_often(app, 1_100);
        let file = owner.get(&format!("{PATH}/export.csv?kind=project"));
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"audit-log-2026-11-21.csv\"");
        let lines: Vec<_> = file.body.trim_start_matches('\u{feff}').trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("id,at,action,initiator,actor_id,actor_name,api_key_id,api_key_name,subject_kind,"));
        assert!(lines[1].contains(",project.created,session,") && lines[1].contains(",'=1+1,127.0.0.1,"), "{}", lines[1]);
        assert!(owner.get(PATH).test_id("export-csv").attribute("href").unwrap().ends_with("export.csv"));
        app.clock.advance(Duration::SECOND);
        let all = owner.get(&format!("{PATH}/export.json")).json();
        let all = all.as_array().unwrap();
        assert_eq!(all.len(), 1_101 + 5, "sign-ins, organization, account, project and two exports");
        assert!(all.windows(2).all(|pair| pair[0]["id"].as_str() > pair[1]["id"].as_str()));
        assert_eq!(app.audited("audit_log.exported"), 2);
        assert_eq!(sentences(&owner.get(&format!("{PATH}?action=access")))[0], "Exported the audit log as JSON");
    }

    fn an_export_ends_when_its_reader_loses_the_right(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        assert_eq!(support.get(&format!("{PATH}/export.csv")).status, 403);
        assert!(!support.get(PATH).has("[data-testid=export]"));
        let mut ada = app.sign_in(Role::Administrator);
        assert_eq!(ada.get(&format!("{PATH}/export.csv")).status, 200);
        app.change_users_beside("UPDATE users SET role = 'support' WHERE name = 'administrator'");
        assert_eq!(ada.get(&format!("{PATH}/export.csv")).status, 403);
    }

    fn events_of_another_organization_are_never_seen(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Globex", Role::Owner, "gwen");
        let mut gwen = app.sign_in_as("gwen@globex.example");
        let key = app.insert_api_key(OWNER, "Oystercatcher", |_| {}).id.to_string();
        owner.post(&format!("{KEYS}/{key}/disablement"), &[]);
        let project = app.insert_project(OWNER, "Oystercatcher").id;
        owner.post(&format!("/settings/projects/{project}/archival"), &[]);
        app.clock.advance(Duration::SECOND);
        let id = app.user_id(OWNER);
        let ways = ["", "?q=oyster", "?q=owner", "?kind=api_key", "?action=projects", "?via=session", "?position=last"];
        let subjects = [format!("?subject={key}"), format!("?subject={project}"), format!("?subject={id}"), format!("?key={key}")];
        for query in ways.into_iter().chain(subjects.iter().map(String::as_str)) {
            for path in [PATH.to_owned(), format!("{PATH}/export.json")] {
                if query.contains("position") && path != PATH {
                    continue;
                }
                let page = gwen.get(&format!("{path}{query}"));
                assert_eq!(page.status, 200, "{path}{query}");
                assert!(!page.body.contains("Oystercatcher") && !page.body.contains("owner@"), "{path}{query}: {}", page.body);
                assert!(!page.body.contains(&format!("id=\"{key}")) && !page.body.contains("\"api_key.disabled\""), "{path}{query}");
            }
        }
        assert_eq!(gwen.get(&format!("{PATH}?actor={id}")).status, 404);
        assert_eq!(gwen.get(&format!("/settings/members/{id}")).status, 404);
        assert_eq!(gwen.get(&format!("/settings/projects/{project}")).status, 404);
    }

    fn members_and_projects_have_a_page_with_their_events(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let max = app.user_id("max@acme.example");
        owner.post("/settings/projects", &[("name", "Shop")]);
        app.clock.advance(Duration::SECOND);
        owner.post(&format!("/settings/members/{max}/role"), &[("role", "support")]);
        let list = owner.get("/settings/members");
        let links: Vec<_> = list.find_all("[data-testid=open-member]").into_iter().map(|link| link.attribute("href").unwrap()).collect();
        assert!(links.contains(&format!("/settings/members/{max}")), "{links:?}");
        let page = owner.get(&format!("/settings/members/{max}"));
        assert_eq!(page.find_all("h1")[0].text, "max");
        assert_eq!(sentences(&page), ["Changed the role of max from Member to Support", "Created the account of max with the role Member"]);
        assert_eq!(page.test_id("all-events").attribute("href").unwrap(), format!("{PATH}?subject={max}"));
        assert_eq!(page.test_id("acts-of-member").attribute("href").unwrap(), format!("{PATH}?actor={max}"));
        let project = owner.get("/settings/projects").test_id("open-project").attribute("href").unwrap();
        let page = owner.get(&project);
        assert_eq!((page.find_all("h1")[0].text.as_str(), sentences(&page)), ("Shop", vec!["Created the project Shop".to_owned()]));
        let mut support = app.sign_in_as("max@acme.example");
        assert_eq!((support.get(&format!("/settings/members/{max}")).status, support.get(&project).status), (200, 403));
    }
}
