//! The first registration, and open registration.

use latchkey::{config::Registration, domain::Role};

use crate::{
    on_both_databases,
    support::{Client, Kind, PASSWORD, Page, TestApp},
};

fn register(client: &mut Client, changes: &[(&str, &str)]) -> Page {
    let mut fields =
        vec![("organization_name", "Acme"), ("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)];
    for (field, value) in &mut fields {
        if let Some((_, changed)) = changes.iter().find(|(name, _)| name == field) {
            *value = changed;
        }
    }
    client.post("/registration", &fields)
}

on_both_databases! {
    fn the_first_person_becomes_owner_and_the_door_closes(app: &TestApp) {
        let mut ada = app.visitor();
        assert_eq!(ada.get("/").header("location"), "/sign-in?next=%2F");
        assert_eq!(ada.get("/sign-in").header("location"), "/registration");
        let done = register(&mut ada, &[]);
        assert_eq!((done.status, done.header("location")), (303, "/"));
        let home = ada.get("/");
        assert!(home.test_id("flash-success").text.contains("Owner"));
        assert!(ada.get("/settings/developers/api-keys").has("[data-testid=create-key]"));
        for action in ["organization.created", "user.created", "session.started"] {
            assert_eq!(app.audited(action), 1, "{action}");
        }

        let mut second = app.visitor();
        assert_eq!(second.get("/registration").status, 403);
        assert_eq!(register(&mut second, &[("email", "eve@acme.example")]).status, 403);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users"), 1);
    }

    fn every_fault_stands_beside_its_field_and_nothing_typed_is_lost_but_the_password(app: &TestApp) {
        let mut ada = app.visitor();
        for (field, value, reason) in [
            ("organization_name", " ", "Enter"),
            ("name", "a\u{202e}b", "invisible"),
            ("email", "ada", "email address"),
            ("email", "ada@acme.example\r\nBcc: x@y.example", "email address"),
            ("password", "short", "12 characters"),
            ("password", "password1234", "common password"),
            ("password", "ada.acme.ada", "based on your name"),
        ] {
            let page = register(&mut ada, &[(field, value)]);
            assert_eq!(page.status, 422, "{value}");
            assert!(page.test_id(&format!("error-{field}")).text.contains(reason), "{value}");
            assert!(!page.body.contains(PASSWORD));
            for other in ["organization_name", "name", "email"].into_iter().filter(|name| *name != field) {
                assert_ne!(page.find_all(&format!("[name={other}]"))[0].attribute("value").unwrap(), "", "{other}");
            }
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users"), 0);
        let long = "пять разных слов и ещё одно ".repeat(5);
        assert_eq!(register(&mut ada, &[("password", &long)]).status, 303, "length is no trouble");
    }
}

#[test]
fn where_registration_is_open_everybody_gets_an_organization_of_their_own_and_the_same_answer() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start_with(kind, |config| config.registration = Registration::Open);
        assert_eq!(register(&mut app.visitor(), &[("email", "first@acme.example")]).header("location"), "/");

        let mut eve = app.visitor();
        assert!(eve.get("/sign-in").has("[data-testid=open-registration]"));
        let form = eve.get("/registration");
        assert!(form.status == 200 && form.has("[name=organization_name]"));
        let refused = register(&mut eve, &[("organization_name", " "), ("email", "eve@globex.example")]);
        assert_eq!(refused.status, 422);
        let fields = [
            ("organization_name", "Globex"),
            ("name", "Eve"),
            ("email", "eve@globex.example"),
            ("password", PASSWORD),
            ("setup_code", "x"),
        ];
        for forged in [("role", "member"), ("organization_id", "x")] {
            assert_eq!(eve.post("/registration", &[&fields[..], &[forged]].concat()).status, 400);
        }
        let made = eve.post("/registration", &fields);
        let taken = register(&mut app.visitor(), &[("email", "EVE@globex.example"), ("organization_name", "Other")]);
        for page in [&made, &taken] {
            assert_eq!((page.status, page.header("location")), (303, "/sign-in?registered=1"), "{}", page.body);
            assert_eq!(page.body, "");
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users"), 2);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM organizations"), 2);
        assert_eq!(app.audited("user.registration_refused"), 1);
        let members = app.sign_in_as("eve@globex.example").get("/settings/members");
        assert_eq!(members.test_id("member-row").attribute("data-role").unwrap(), "owner");
        assert!(!members.body.contains("first@acme.example"));
    }
}

#[test]
fn the_first_person_registers_however_registration_is_set() {
    for registration in [Registration::Invite, Registration::Open, Registration::Closed] {
        let app = TestApp::start_with(Kind::Sqlite, |config| config.registration = registration);
        let done = register(&mut app.visitor(), &[]);
        assert_eq!((done.status, done.header("location")), (303, "/"), "{registration:?}");
        let again = register(&mut app.visitor(), &[("email", "eve@acme.example")]).status;
        assert_eq!(again, if registration == Registration::Open { 303 } else { 403 }, "{registration:?}");
        let owners = format!("SELECT count(*) AS count FROM users WHERE role = '{}'", Role::Owner);
        assert_eq!(app.database.count(&owners), 1 + i64::from(registration == Registration::Open));
    }
}
