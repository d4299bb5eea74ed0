//! The project of a key in verification answers.

use latchkey::domain::Role;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const OWNER: &str = "owner@acme.example";
const PROJECTS: &str = "/settings/projects";

fn project_of(service: &mut Client, token: &str) -> Value {
    let headers = [("x-api-key", token)];
    let answer = service.request("POST", "/v1/verify", &headers, None).json();
    assert_eq!(answer["code"], "VALID");
    let passed = service.request("GET", "/v1/forward-auth", &headers, None);
    assert_eq!(passed.status, 200);
    let id = answer["project"]["id"].as_str().unwrap_or_default();
    assert_eq!(passed.header("x-latchkey-project-id"), id, "both doors say the same");
    assert!(passed.headers.contains_key("x-latchkey-project-id"), "empty, but there");
    answer["project"].clone()
}

on_both_databases! {
    fn answers_name_the_project_or_say_that_there_is_none(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let project = app.insert_project(OWNER, "Mobile \"app\"");
        let (_, inside) = app.insert_token(OWNER, "inside", |key| key.project_id = Some(project.id.clone()));
        let (_, outside) = app.insert_token(OWNER, "outside", |_| {});
        let mut service = app.visitor();
        // Twice: from the database, and from the cache.
        for _ in 0..2 {
            let said = json!({ "id": project.id.as_str(), "name": "Mobile \"app\"" });
            assert_eq!(project_of(&mut service, inside.expose()), said);
            assert_eq!(project_of(&mut service, outside.expose()), Value::Null);
        }
    }

    fn a_new_name_is_in_the_very_next_answer_and_archiving_changes_none(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "Old");
        let (_, token) = app.insert_token(OWNER, "Deploy", |key| key.project_id = Some(project.id.clone()));
        let mut service = app.visitor();
        for name in ["New", "Newer", "Newest"] {
            project_of(&mut service, token.expose());
            let path = format!("{PROJECTS}/{}/name", project.id);
            assert_eq!(owner.post(&path, &[("name", name)]).status, 303);
            assert_eq!(project_of(&mut service, token.expose())["name"], name);
        }
        assert_eq!(owner.post(&format!("{PROJECTS}/{}/archival", project.id), &[]).status, 303);
        assert_eq!(project_of(&mut service, token.expose())["id"], project.id.as_str());
        let (_, late) = app.insert_token(OWNER, "late", |key| key.project_id = Some(project.id.clone()));
        assert_eq!(project_of(&mut service, late.expose())["name"], "Newest", "archived or not");
    }
}
