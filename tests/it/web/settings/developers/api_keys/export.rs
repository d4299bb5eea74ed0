//! Exports of the list.

use latchkey::{
    app::api_keys::{View, export, list_query::ListQuery},
    domain::{Description, Role},
};
use serde_json::json;

use super::{OWNER, PATH};
use crate::{on_both_databases, support::TestApp};

on_both_databases! {
    fn a_spreadsheet_gets_every_key_once_and_no_formula(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "-Shop");
        let (_, token) = app.insert_token(OWNER, "=1+1", |key| {
            key.description = Description::parse("\"quoted\", and more").unwrap();
            key.project_id = Some(project.id.clone());
        });
        app.insert_api_key(OWNER, "Ёж", |key| key.disabled_at = Some(key.created_at));
        let file = owner.get(&format!("{PATH}/export.csv?sort=name"));
        assert_eq!(file.status, 200);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"api-keys-2026-11-21.csv\"");
        let text = file.body.strip_prefix('\u{feff}').unwrap();
        let mut lines = text.split("\r\n");
        assert!(lines.next().unwrap().starts_with("id,name,description,key_id,last4,scope,project,owner,status,"));
        let first = lines.next().unwrap();
        assert!(first.contains(",'=1+1,\"\"\"quoted\"\", and more\",lk_"), "{first}");
        assert!(first.contains(",server,'-Shop,owner,active,2026-11-21T12:00:00"), "{first}");
        assert!(lines.next().unwrap().contains(",Ёж,"));
        assert_eq!(lines.collect::<Vec<_>>(), [""]);
        assert!(!file.body.contains(token.secret()) && !file.body.contains(&token.secret()[..10]));
    }

    fn a_program_gets_an_array_however_many_keys_there_are(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.get(&format!("{PATH}/export.json")).json(), json!([]));
        app.insert_api_key(OWNER, "first", |_| {});
        for number in 0..1_010 {
            app.insert_api_key(OWNER, &format!("key {number}"), |_| {});
        }
        for sort in ["name", "-created", "used", "status"] {
            let all = owner.get(&format!("{PATH}/export.json?sort={sort}")).json();
            let mut names: Vec<_> = all.as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
            assert_eq!(names.len(), 1_011, "{sort}");
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), 1_011, "{sort}");
        }
        let some = owner.get(&format!("{PATH}/export.json?q=first")).json();
        assert_eq!((some.as_array().unwrap().len(), &some[0]["last_used_at"]), (1, &json!(null)));
        assert_eq!(some[0]["status"], "active");
    }

    fn no_more_than_two_exports_of_a_person_run_at_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = owner.create_confirmed_api_key("Deploy");
        let actor = app.actor(OWNER);
        let held: Vec<_> = (0..2).map(|_| app.state.exports.permit(&actor).unwrap()).collect();
        let path = format!("{PATH}/export.csv");
        let refused = owner.get(&path);
        assert_eq!((refused.status, refused.header("retry-after")), (429, "5"));
        assert!(refused.test_id("flash-error").text.contains("Wait until one of the exports finishes"));
        let program = app.visitor().request("GET", &path, &[("x-api-key", &token)], None);
        assert_eq!((program.status, program.header("retry-after")), (429, "1"), "{}", program.body);
        assert_eq!(app.audited("api_keys.exported"), 0, "nothing was taken");
        drop(held);
        for _ in 0..3 {
            assert_eq!(owner.get(&path).status, 200, "an export that has ended makes room");
        }
    }

    fn an_export_is_written_down_and_is_of_what_one_may_see(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_api_key(OWNER, "owners", |_| {});
        app.insert_api_key("max@acme.example", "members", |_| {});
        app.insert_api_key("gwen@globex.example", "strangers", |_| {});
        let mut max = app.sign_in_as("max@acme.example");
        assert_eq!(max.get(&format!("{PATH}/export.json?view=organization")).status, 403);
        assert_eq!(app.audited("api_keys.exported"), 0);
        assert_eq!(max.get(&format!("{PATH}/export.json")).json().as_array().unwrap().len(), 1);
        let mut support = app.sign_in(Role::Support);
        let all = support.get(&format!("{PATH}/export.csv?view=organization&status=active"));
        assert_eq!(all.status, 200);
        for (name, is_there) in [("owners", true), ("members", true), ("strangers", false)] {
            assert_eq!(all.body.contains(name), is_there, "{name}");
        }
        assert_eq!(app.audited("api_keys.exported"), 2);
        let details = app.database.text("SELECT details AS text FROM audit_events WHERE action = 'api_keys.exported' AND details LIKE '%csv%'");
        for part in ["\"format\":\"csv\"", "\"view\":\"organization\"", "\"status\":\"active\""] {
            assert!(details.contains(part), "{details}");
        }
        assert_eq!(support.get(&format!("{PATH}/export.csv?sort=owner")).status, 400);
    }

    fn an_export_gives_no_more_once_its_reader_has_lost_the_right(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, "first", |_| {});
        let actor = app.state.pool.read(|conn| {
            let id = app.user_id("support@acme.example");
            Ok::<_, latchkey::app::Error>(latchkey::app::actors::find_active(conn, &id)?.unwrap().actor())
        }).unwrap();
        let chunk = || {
            let context = app.state.context(std::sync::Arc::default(), None, None);
            let query = ListQuery { view: View::Organization, ..ListQuery::default() };
            app.state.pool.read(|conn| export::chunk(conn, &context, &actor, &query, None)).map(|keys| keys.len())
        };
        assert_eq!(chunk().unwrap(), 1);
        app.change_users_beside("UPDATE users SET role = 'member' WHERE name = 'support'");
        assert!(matches!(chunk(), Err(latchkey::app::Error::Forbidden)));
        assert_eq!(support.get(&format!("{PATH}/export.json?view=organization")).status, 403);
    }
}
