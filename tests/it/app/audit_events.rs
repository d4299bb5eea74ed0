//! The cause and the subject of events, under the names of that time.

use actix_web::rt::System;
use latchkey::{
    domain::{Clock as _, OrganizationEvent, ProjectEvent, Role, UserEvent, audit::Event},
    store, tasks,
};
use time::Duration;

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";
const EXPORT: &str = "/settings/developers/api-keys/export.csv";

/// The number of events for which all of this is true.
fn count(app: &TestApp, condition: &str) -> i64 {
    app.database.count(&format!("SELECT count(*) AS count FROM audit_events WHERE {condition}"))
}

on_both_databases! {
    fn an_event_says_what_it_is_about_and_by_what_it_came_about(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (api_key, token) = app.insert_token(OWNER, "Exporter", |_| {});
        owner.create_api_key("Not confirmed");
        let mut program = app.visitor();
        assert_eq!(program.request("GET", EXPORT, &[("x-api-key", token.expose())], None).status, 200);
        assert_eq!(owner.get(EXPORT).status, 200);
        app.clock.advance(Duration::days(2));
        System::new().block_on(tasks::purge(&app.state)).unwrap();
        app.run(&["user", "confirm-email", OWNER]);

        let own = app.user_id(OWNER);
        for (action, subject, actor) in [
            ("session.started", "user/owner", format!("user/{own}/-")),
            ("api_key.created", "api_key/Not confirmed", format!("user/{own}/-")),
            ("api_keys.exported", "organization/Acme", format!("api_key/{own}/{}", api_key.id)),
            ("api_keys.exported", "organization/Acme", format!("user/{own}/-")),
            ("api_key.purged", "api_key/Not confirmed", "server/-/-".to_owned()),
            ("user.email_confirmed", "user/owner", "command_line/-/-".to_owned()),
        ] {
            let condition = format!(
                "action = '{action}' AND subject_kind || '/' || subject_name = '{subject}' \
                 AND actor_kind || '/' || COALESCE(actor_id, '-') || '/' || COALESCE(credential_id, '-') = '{actor}'"
            );
            assert_eq!(count(app, &condition), 1, "{action} {subject} {actor}");
        }
        assert_eq!(count(app, "subject_kind = '' OR actor_kind = '' OR subject_name IS NULL"), 0);
    }

    fn events_of_an_earlier_version_get_what_they_did_not_say(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = app.insert_token(OWNER, "Exporter", |_| {});
        let deleted = app.insert_api_key(OWNER, "deleted", |_| {}).id;
        assert_eq!(owner.post(&format!("/settings/developers/api-keys/{deleted}/deletion"), &[]).status, 303);
        let mut program = app.visitor();
        assert_eq!(program.request("GET", EXPORT, &[("x-api-key", token.expose())], None).status, 200);
        owner.post("/settings/projects", &[("name", "Shop")]);
        let enabled = app.insert_api_key(OWNER, "enabled", |_| {}).id;
        let before = app.clock.now().unix_micros();
        app.database.execute(&format!(
            "INSERT INTO audit_events (id, organization_id, at, actor_id, action, subject_id, details) \
             SELECT 'ae_1', organization_id, {before}, id, 'api_key.enabled', '{enabled}', '{{}}' FROM users"
        ));
        app.database.allow_event_changes();
        // Those versions stored the key's name in the details.
        app.database.execute(
            "UPDATE audit_events SET details = '{\"api_key\":\"' || credential_id || '\"}' WHERE credential_id IS NOT NULL",
        );
        app.database.execute("CREATE TABLE before_upgrade AS SELECT * FROM audit_events");
        for statement in [
            "DROP INDEX audit_events_by_action",
            "DROP INDEX audit_events_by_actor",
            "DROP INDEX audit_events_by_credential",
            "DROP INDEX audit_events_by_initiator",
            "DROP INDEX audit_events_by_name",
            "DROP INDEX audit_events_by_owner",
            "ALTER TABLE audit_events DROP COLUMN subject_kind",
            "ALTER TABLE audit_events DROP COLUMN subject_name",
            "ALTER TABLE audit_events DROP COLUMN actor_kind",
            "ALTER TABLE audit_events DROP COLUMN credential_id",
            "ALTER TABLE api_keys DROP COLUMN enabled_at",
            "ALTER TABLE users DROP COLUMN enabled_at",
            "DELETE FROM migration_releases WHERE step IN ('0024', '0025', '0032')",
            "DELETE FROM __diesel_schema_migrations WHERE version IN ('0024', '0025', '0032')",
        ] {
            app.database.execute(statement);
        }
        drop(app.second_instance());
        let differs = "SELECT count(*) AS count FROM audit_events e JOIN before_upgrade b ON b.id = e.id WHERE e.id <> 'ae_1' \
                       AND (e.subject_kind <> b.subject_kind OR e.subject_name <> b.subject_name \
                       OR e.actor_kind <> b.actor_kind OR COALESCE(e.credential_id, '') <> COALESCE(b.credential_id, ''))";
        assert_eq!(app.database.count(differs), 0);
        assert_eq!(count(app, "subject_name IS NULL"), 0);
        let enabled = format!("SELECT count(*) AS count FROM api_keys WHERE enabled_at = {before} AND name = 'enabled'");
        assert_eq!(app.database.count(&enabled), 1);
    }
    fn a_change_of_an_earlier_version_is_read_as_one_of_today(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        owner.create_api_key("A key");
        for (end, (action, subject_kind, details)) in "048cgk".chars().zip([
            ("user.renamed", "user", r#"{"from":"Ann","to":"Anne"}"#),
            ("user.email_changed", "user", r#"{"from":"a@acme.example","to":"b@acme.example"}"#),
            ("user.email_released", "user", r#"{"from":"a@acme.example","to":"c@released.invalid"}"#),
            ("project.renamed", "project", r#"{"name":"Shop","old_name":"Store"}"#),
            ("api_keys.exported", "organization", r#"{"api_key":"key_1","format":"csv","view":"organization"}"#),
            ("member.disabled", "user", r#"{"before":"active","after":"disabled","name":"Ann"}"#),
        ]) {
            app.database.execute(&format!(
                "INSERT INTO audit_events (id, organization_id, at, actor_id, action, subject_kind, subject_id, details) \
                 SELECT 'event_{end:0>26}', organization_id, 1, id, '{action}', '{subject_kind}', '{action}', '{details}' \
                 FROM users WHERE email = '{OWNER}'"
            ));
        }
        for table in ["migration_releases WHERE step", "__diesel_schema_migrations WHERE version"] {
            app.database.execute(&format!("DELETE FROM {table} = '0026'"));
        }
        drop(app.second_instance());
        let read = |subject: &str| {
            let events = app.state.pool.read(|conn| store::audit_events::list_latest_of_subject(conn, subject, 1)).unwrap();
            events.into_iter().next().and_then(|past| past.event).unwrap_or_else(|| panic!("{subject} is not read"))
        };
        let (before, after) = ("a@acme.example".to_owned(), "b@acme.example".to_owned());
        let released = "c@released.invalid".to_owned();
        let renamed = UserEvent::Renamed { before: "Ann".to_owned(), after: "Anne".to_owned() };
        assert_eq!(read("user.renamed"), Event::User(renamed));
        assert_eq!(read("user.email_changed"), Event::User(UserEvent::EmailChanged { before: before.clone(), after }));
        assert_eq!(read("user.email_released"), Event::User(UserEvent::EmailReleased { before, after: released }));
        let renamed = ProjectEvent::Renamed { before: "Store".to_owned(), after: "Shop".to_owned() };
        assert_eq!(read("project.renamed"), Event::Project(renamed));
        let Event::Organization(OrganizationEvent::ApiKeysExported { format, query }) = read("api_keys.exported") else {
            panic!("another event");
        };
        assert_eq!((format.as_str(), query["view"].as_str()), ("csv", "organization"));
        assert_eq!(read("member.disabled"), Event::User(UserEvent::Disabled));
    }
}
