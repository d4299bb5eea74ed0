//! Projects.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

const PATH: &str = "/settings/projects";
const OWNER: &str = "owner@acme.example";

/// Name, number of live keys and status of every project.
fn rows(page: &Page) -> Vec<(String, String, String)> {
    let keys = page.find_all("[data-testid=project-row] [data-testid=cell-keys]");
    let rows = page.find_all("[data-testid=project-row]").into_iter().zip(keys);
    rows.map(|(row, keys)| {
        let attribute = |name| row.attribute(name).unwrap();
        (attribute("data-project-name"), keys.text, attribute("data-status"))
    })
    .collect()
}

fn row(name: &str, keys: &str, status: &str) -> (String, String, String) {
    (name.to_owned(), keys.to_owned(), status.to_owned())
}

fn id_of(page: &Page, name: &str) -> String {
    page.find_all(&format!("[data-project-name={name}]"))[0].attribute("data-project-id").unwrap()
}

on_both_databases! {
    fn a_project_is_made_renamed_archived_and_restored(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let open = owner.get("/settings").test_id("open-projects").attribute("href").unwrap();
        assert_eq!(open, PATH);
        let page = owner.get(PATH);
        assert_eq!(page.find_all("h1")[0].text, "Projects");
        assert!(page.has("[data-testid=empty-state]"));
        let form = owner.get(&page.test_id("create-project").attribute("href").unwrap());
        assert_eq!(form.find_all("main form")[0].attribute("action").unwrap(), PATH);

        let done = owner.post(PATH, &[("name", "  Mobile   app ")]);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        let page = owner.get(PATH);
        assert!(page.test_id("flash-success").text.contains("Mobile app"));
        assert_eq!(rows(&page), [row("Mobile app", "0", "open")]);

        let rename = page.test_id("rename-project").attribute("href").unwrap();
        assert_eq!(owner.get(&rename).find_all("[name=name]")[0].attribute("value").unwrap(), "Mobile app");
        assert_eq!(owner.post(&rename, &[("name", "App")]).status, 303);
        let archive = owner.get(PATH).test_id("archive-project").attribute("href").unwrap();
        assert!(owner.get(&archive).test_id("confirm-dialog").text.contains("no current keys"));
        assert_eq!(owner.post(&archive, &[]).status, 303);
        let page = owner.get(PATH);
        assert_eq!(rows(&page), [row("App", "0", "archived")]);
        assert!(!page.has("[data-testid=archive-project]"));
        let restore = page.find_all("main form")[0].attribute("action").unwrap();
        assert_eq!(owner.post(&restore, &[]).status, 303);
        assert_eq!(rows(&owner.get(PATH)), [row("App", "0", "open")]);
        for action in ["created", "renamed", "archived", "restored"] {
            assert_eq!(app.audited(&format!("project.{action}")), 1, "{action}");
        }
        let story = app.database.count(
            "SELECT count(*) AS count FROM audit_events WHERE action = 'project.renamed' \
             AND details LIKE '%\"name\":\"App\"%' AND details LIKE '%\"before\":\"Mobile app\"%'",
        );
        assert_eq!(story, 1);
    }

    fn doing_it_again_changes_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        owner.post(PATH, &[("name", "App")]);
        let page = owner.post(PATH, &[("name", "App")]);
        assert!(page.status == 422 && page.test_id("error-name").text.contains("already"));
        let id = id_of(&owner.get(PATH), "App");
        for act in ["restoration", "archival", "archival", "restoration", "restoration"] {
            assert_eq!(owner.post(&format!("{PATH}/{id}/{act}"), &[]).status, 303, "{act}");
        }
        assert_eq!(owner.post(&format!("{PATH}/{id}/name"), &[("name", " App ")]).status, 303);
        for (action, times) in [("created", 1), ("renamed", 0), ("archived", 1), ("restored", 1)] {
            assert_eq!(app.audited(&format!("project.{action}")), times, "{action}");
        }
    }

    fn names_are_required_short_free_of_tricks_and_unique(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        owner.post(PATH, &[("name", "Straße")]);
        owner.post(PATH, &[("name", "Other")]);
        let list = owner.get(PATH);
        let (first, other) = (id_of(&list, "Straße"), id_of(&list, "Other"));
        owner.post(&format!("{PATH}/{first}/archival"), &[]);
        let rename = format!("{PATH}/{other}/name");
        let long = "x".repeat(65);
        for (name, reason) in [
            ("", "Enter a name"),
            (long.as_str(), "64"),
            ("a\u{202e}b", "invisible"),
            ("a\u{0}b", "invisible"),
            (" STRASSE ", "already"),
        ] {
            for path in [PATH, &rename] {
                let page = owner.post(path, &[("name", name)]);
                assert_eq!(page.status, 422, "{path} {name:?}");
                assert!(page.test_id("error-name").text.contains(reason), "{path} {name:?}");
                let field = &page.find_all("[name=name]")[0];
                assert_eq!(field.attribute("aria-invalid").unwrap(), "true");
                assert_eq!(field.attribute("value").unwrap().trim(), name.replace('\0', "\u{fffd}").trim());
                assert!(page.find_all("title")[0].text.starts_with("Error: "));
            }
        }
        // The same name with other case is still its own.
        assert_eq!(owner.post(&rename, &[("name", "OTHER")]).status, 303);
        app.create_user_of("Globex", Role::Owner, "gwen");
        let mut gwen = app.sign_in_as("gwen@globex.example");
        assert_eq!(gwen.post(PATH, &[("name", "Other")]).status, 303, "names are unique in one organization");
        assert_eq!(rows(&gwen.get(PATH)), [row("Other", "0", "open")]);
    }

    fn live_keys_are_counted_and_go_on_after_archiving(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "App");
        let now = app.state.clock.now();
        let (_, token) = app.insert_token(OWNER, "live", |key| key.project_id = Some(project.id.clone()));
        for (name, revoked_at, expires_at) in [("revoked", Some(now), None), ("expired", None, Some(now))] {
            app.insert_api_key(OWNER, name, |key| {
                (key.revoked_at, key.expires_at, key.project_id) = (revoked_at, expires_at, Some(project.id.clone()));
            });
        }
        assert_eq!(rows(&owner.get(PATH)), [row("App", "1", "open")]);
        let archive = format!("{PATH}/{}/archival", project.id);
        assert!(owner.get(&archive).test_id("confirm-dialog").text.contains("1 key"));
        owner.post(&archive, &[]);
        assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
        let keys = owner.get(PATH).find_all("[data-testid=cell-name] a")[0].attribute("href").unwrap();
        assert_eq!(owner.get(&keys).find_all("[data-testid=api-key-row]").len(), 3, "{keys}");
        assert!(!owner.get("/settings/developers/api-keys/new").has("select[name=project]"), "it is not offered");
    }

    fn only_owners_and_administrators_have_projects_to_manage(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let id = app.insert_project(OWNER, "App").id.to_string();
        let acts = ["name", "archival", "restoration"].map(|act| format!("{PATH}/{id}/{act}"));
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            assert!(!client.get("/settings").has("[data-testid=open-projects]"), "{role}");
            for path in [PATH, &format!("{PATH}/new"), &acts[0], &acts[1]] {
                assert_eq!(client.get(path).status, 403, "{role} {path}");
            }
            for path in acts.iter().map(String::as_str).chain([PATH]) {
                assert_eq!(client.post(path, &[("name", "Mine")]).status, 403, "{role} {path}");
            }
        }
        assert!(app.sign_in(Role::Administrator).get("/settings").has("[data-testid=open-projects]"));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM projects WHERE name = 'App' AND archived_at IS NULL"), 1);
    }

    fn projects_of_another_organization_are_not_there(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let id = app.insert_project(OWNER, "App").id.to_string();
        let mut gwen = app.sign_in_as("gwen@globex.example");
        assert!(!gwen.get(PATH).body.contains("App"));
        for id in [id.as_str(), "proj_00000000000000000000000000", "proj_x", "%00"] {
            for act in ["name", "archival"] {
                assert_eq!(gwen.get(&format!("{PATH}/{id}/{act}")).status, 404, "{id} {act}");
            }
            for act in ["name", "archival", "restoration"] {
                assert_eq!(gwen.post(&format!("{PATH}/{id}/{act}"), &[("name", "Taken")]).status, 404, "{id} {act}");
            }
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM projects WHERE name = 'App' AND archived_at IS NULL"), 1);
    }

    fn organization_id_and_times_are_not_taken_from_the_form(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Globex", Role::Owner, "gwen");
        let gwen = app.user_id("gwen@globex.example");
        let foreign = app.state.pool.read(|conn| latchkey::app::actors::find_active(conn, &gwen)).unwrap().unwrap();
        let organization_id = foreign.person.organization_id.to_string();
        let forged = [
            ("id", "proj_00000000000000000000000000"),
            ("organization_id", &organization_id),
            ("archived_at", "1"),
            ("role", "owner"),
        ];
        for field in forged {
            assert_eq!(owner.post(PATH, &[("name", "App"), field]).status, 400, "{field:?}");
        }
        assert!(rows(&owner.get(PATH)).is_empty());
        assert_eq!(owner.post(PATH, &[("name", "App")]).status, 303);
        assert_eq!(rows(&owner.get(PATH)), [row("App", "0", "open")]);
        assert!(rows(&app.sign_in_as("gwen@globex.example").get(PATH)).is_empty());
    }

    fn what_people_type_is_shown_as_they_typed_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let name = "<script>alert(1)</script> \"&amp; {{7*7}}";
        assert_eq!(owner.post(PATH, &[("name", name)]).status, 303);
        let page = owner.get(PATH);
        assert_eq!(rows(&page), [row(name, "0", "open")]);
        assert!(!page.has("main script") && page.test_id("flash-success").text.contains(name));
        let form = owner.get("/settings/developers/api-keys/new");
        assert!(!form.has("main script") && form.find_all("option")[1].text == name);
    }

    fn a_script_gets_dialogs_and_is_told_where_to_go(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let script = [("hx-request", "true")];
        let form = owner.request("GET", &format!("{PATH}/new"), &script, None);
        assert!(form.body.trim_start().starts_with("<dialog") && !form.body.contains("<html"));
        let csrf = owner.csrf();
        let refused = owner.post_raw(PATH, &script, &[("name", ""), ("csrf", &csrf)]);
        assert!(refused.status == 422 && refused.body.trim_start().starts_with("<dialog"));
        let done = owner.post_raw(PATH, &script, &[("name", "App"), ("csrf", &csrf)]);
        assert_eq!((done.status, done.header("hx-redirect")), (200, PATH));
    }
}
