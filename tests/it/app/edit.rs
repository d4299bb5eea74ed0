//! Editing and renaming keys.

use std::{sync::Barrier, thread};

use actix_web::rt::System;
use latchkey::{
    app::{
        Error, Failure, Fault, NameHolder, actors,
        api_keys::{
            edit::{self, NotEdited},
            form::KeyTexts,
        },
    },
    domain::{
        Actor, ApiKey, ApiKeyId, ApiKeyName, ExpirationDateError, KeyPermissions, Permission, Person, Role, Scope,
        Status,
        api_key::{
            KeyPermissionsError,
            restrictions::{Kind, ListError, Texts, TrustedDomain},
        },
    },
    store,
};
use serde_json::Value;
use time::Duration;

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";
const ADA: &str = "ada@acme.example";

fn taken() -> Fault {
    Fault::ApiKeyNameTaken(Some(NameHolder { name: "Taken".to_owned(), status: Status::Active }))
}

/// The fields of the edit form, as text.
#[derive(Clone)]
struct Typed {
    name: String,
    description: String,
    expires_on: String,
    project: String,
    trusted_domains: String,
    allowed_networks: String,
    permissions: Vec<String>,
    edits: i64,
}

impl Typed {
    /// The form as it is filled in.
    fn of(key: &ApiKey) -> Self {
        let permissions = match &key.permissions {
            KeyPermissions::Inherited => vec!["inherit".to_owned()],
            KeyPermissions::Only(chosen) => ["chosen"].into_iter().chain(chosen.names()).map(str::to_owned).collect(),
        };
        let last_day = key.expires_at.map(|end| latchkey::domain::ExpirationDate::last_day_before(end).iso());
        Self {
            name: key.name.as_str().to_owned(),
            description: key.description.as_str().to_owned(),
            expires_on: last_day.unwrap_or_default(),
            project: key.project_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            trusted_domains: key.restrictions.trusted_domains.to_string(),
            allowed_networks: key.restrictions.allowed_networks.to_string(),
            permissions,
            edits: key.edits,
        }
    }
}

fn actor(app: &TestApp, email: &str) -> Actor {
    app.state.pool.read(|conn| actors::find_active(conn, &app.user_id(email))).unwrap().unwrap().actor()
}

fn send(app: &TestApp, actor: &Actor, id: &ApiKeyId, typed: &Typed) -> Result<ApiKey, Failure<NotEdited>> {
    let (mut context, actor, id, typed) =
        (app.state.context(std::sync::Arc::default(), None, None), actor.clone(), id.clone(), typed.clone());
    System::new().block_on(app.state.write(move |conn| {
        let texts = KeyTexts {
            name: &typed.name,
            description: &typed.description,
            expires_on: &typed.expires_on,
            project: &typed.project,
            restrictions: Texts {
                trusted_domains: &typed.trusted_domains,
                app_identifiers: "",
                allowed_networks: &typed.allowed_networks,
            },
            permissions: &typed.permissions,
            ..KeyTexts::default()
        };
        edit::edit(conn, &mut context, &actor, &id, &texts.parse_changes(None, typed.edits))
    }))
}

fn rename(app: &TestApp, actor: &Actor, id: &ApiKeyId, name: &str) -> Result<ApiKey, Failure<NotEdited>> {
    let (mut context, actor, id, name) = (
        app.state.context(std::sync::Arc::default(), None, None),
        actor.clone(),
        id.clone(),
        ApiKeyName::parse(name).map_err(Fault::ApiKeyName),
    );
    System::new().block_on(
        app.state
            .write(move |conn| edit::rename(conn, &mut context, &actor, &id, &name).map(|renamed| renamed.api_key)),
    )
}

fn find(app: &TestApp, id: &ApiKeyId) -> ApiKey {
    app.state.pool.read(|conn| store::api_keys::find(conn, id)).unwrap().unwrap()
}

fn faults(result: Result<ApiKey, Failure<NotEdited>>) -> Vec<Fault> {
    match result {
        Err(Failure::Refused(NotEdited::Invalid(faults))) => faults,
        other => panic!("{other:?}"),
    }
}

/// The stored details of the events of this action.
fn details(app: &TestApp, action: &str) -> Value {
    let text = format!("SELECT details AS text FROM audit_events WHERE action = '{action}'");
    serde_json::from_str(&app.database.text(&text)).unwrap()
}

on_both_databases! {
    fn an_edit_is_written_audited_and_known_to_the_next_question(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let project = app.insert_project(OWNER, "Mobile app");
        let owner = actor(app, OWNER);
        let mut service = app.visitor();
        assert_eq!(service.verify(token.expose()).1, "VALID");

        let typed = Typed {
            name: " Nightly  export ".to_owned(),
            description: "the cellar".to_owned(),
            expires_on: "2026-12-31".to_owned(),
            project: project.id.to_string(),
            allowed_networks: "192.0.2.9/24".to_owned(),
            permissions: vec!["api_keys.see_own".to_owned()],
            ..Typed::of(&key)
        };
        let edited = send(app, &owner, &key.id, &typed).unwrap();
        assert_eq!(service.verify(token.expose()).1, "NETWORK_NOT_ALLOWED");
        assert_eq!(edited, find(app, &key.id), "what is given back is what is stored");
        assert_eq!((edited.name.as_str(), edited.description.as_str()), ("Nightly export", "the cellar"));
        assert_eq!(edited.expires_at.unwrap().to_string(), "2027-01-01T00:00:00Z");
        assert_eq!((edited.edits, edited.scope, edited.lookup), (1, key.scope, key.lookup));

        let told = details(app, "api_key.edited");
        assert_eq!((&told["before"]["name"], &told["after"]["name"]), (&"Deploy".into(), &"Nightly export".into()));
        assert_eq!(told["after"]["allowed_networks"], serde_json::json!(["192.0.2.0/24"]));
        assert_eq!(told["before"]["permissions"], Value::Null);
        assert_eq!(told["after"]["permissions"], serde_json::json!(["api_keys.see_own"]));
    }

    fn what_stays_as_it_was_is_no_edit(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, _) = app.insert_restricted(OWNER, Kind::TrustedDomains, "пример.рф");
        let owner = actor(app, OWNER);
        let shown = key.restrictions.trusted_domains.iter().map(TrustedDomain::to_unicode).collect::<Vec<_>>().join("\r\n");
        let typed = Typed { trusted_domains: shown, ..Typed::of(&key) };
        assert_eq!(send(app, &owner, &key.id, &typed).unwrap(), find(app, &key.id));
        assert_eq!(rename(app, &owner, &key.id, key.name.as_str()).unwrap().edits, 0);
        assert_eq!((app.audited("api_key.edited"), app.audited("api_key.renamed")), (0, 0));
    }

    fn who_edits_what_has_changed_meanwhile_is_told_what_it_is_now(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let owner = actor(app, OWNER);
        let (mine, theirs) = (Typed::of(&key), Typed { description: "theirs".to_owned(), ..Typed::of(&key) });
        send(app, &owner, &key.id, &theirs).unwrap();
        // Sent twice, it is a single edit.
        assert_eq!(send(app, &owner, &key.id, &theirs).unwrap(), find(app, &key.id));
        let wrong = Typed { name: String::new(), ..mine.clone() };
        for typed in [Typed { description: "mine".to_owned(), ..mine.clone() }, mine, wrong] {
            match send(app, &owner, &key.id, &typed) {
                Err(Failure::Refused(NotEdited::Conflict(present))) => assert_eq!(present.description.as_str(), "theirs"),
                other => panic!("{other:?}"),
            }
        }
        // A new name removes no permissions.
        let renamed = rename(app, &owner, &key.id, "Export").unwrap();
        assert_eq!((renamed.description.as_str(), renamed.edits), ("theirs", 2));
        let told = details(app, "api_key.renamed");
        assert_eq!((&told["before"], &told["after"]), (&serde_json::json!({ "name": "Deploy" }), &serde_json::json!({ "name": "Export" })));
        assert_eq!(app.audited("api_key.edited"), 1);
    }

    fn of_many_edits_at_once_one_is_taken(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let owner = actor(app, OWNER);
        let barrier = Barrier::new(8);
        let results: Vec<_> = thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|number| {
                    let (barrier, owner, key) = (&barrier, &owner, &key);
                    scope.spawn(move || {
                        let typed = Typed { description: number.to_string(), ..Typed::of(key) };
                        barrier.wait();
                        send(app, owner, &key.id, &typed)
                    })
                })
                .collect();
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let conflicts = results.iter().filter(|result| matches!(result, Err(Failure::Refused(NotEdited::Conflict(_))))).count();
        assert_eq!((conflicts, app.audited("api_key.edited"), find(app, &key.id).edits), (7, 1, 1));
    }

    fn the_store_writes_only_over_the_edit_that_it_expects(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let update = |expected| app.state.pool.write(|conn| store::api_keys::update(conn, &key, expected)).unwrap();
        assert_eq!((update(1), update(0), update(0), update(1)), (false, true, false, true));
        assert_eq!(find(app, &key.id).edits, 2);
    }

    fn every_field_is_held_to_its_rule_and_all_faults_are_told(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        app.insert_api_key(OWNER, "Taken", |_| {});
        let owner = actor(app, OWNER);
        let typed = Typed {
            name: " tAKEN ".to_owned(),
            expires_on: "2030-01-01".to_owned(),
            project: "proj_none".to_owned(),
            trusted_domains: "example.com".to_owned(),
            allowed_networks: "10.0.0.0/8\n10.0.0".to_owned(),
            permissions: vec!["api_keys.fly".to_owned()],
            ..Typed::of(&key)
        };
        let told = faults(send(app, &owner, &key.id, &typed));
        assert_eq!(told.len(), 6);
        assert!(told.contains(&taken()) && told.contains(&Fault::Project), "{told:?}");
        assert!(told.contains(&Fault::Restriction(Kind::TrustedDomains, ListError::OtherScope)));
        assert!(told.iter().any(|fault| matches!(fault, Fault::ExpirationDate(ExpirationDateError::TooLate { .. }))));
        let wrong_line = |fault: &Fault| matches!(fault, Fault::Restriction(_, ListError::Entry { line: 2, .. }));
        assert!(told.iter().any(wrong_line));
        assert!(told.contains(&Fault::Permissions(KeyPermissionsError::Unknown)));
        assert_eq!(faults(rename(app, &owner, &key.id, "Taken")), [taken()]);
        assert_eq!(rename(app, &owner, &key.id, "DEPLOY").unwrap().name.as_str(), "DEPLOY", "its own name is free");
        assert_eq!(find(app, &key.id).edits, 1);
    }

    fn what_a_key_has_already_may_stay(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let owner = actor(app, OWNER);
        let archived = app.insert_project(OWNER, "Archived");
        let now = app.state.clock.now();
        let key = app.insert_api_key(OWNER, "Old", |key| {
            key.expires_at = Some(now.plus(Duration::days(5_000)));
            key.project_id = Some(archived.id.clone());
        });
        let endless = app.insert_api_key(OWNER, "Endless", |key| key.expires_at = None);
        app.database.execute("UPDATE projects SET archived_at = 1");
        for key in [&key, &endless] {
            let typed = Typed { description: "changed".to_owned(), ..Typed::of(key) };
            let edited = send(app, &owner, &key.id, &typed).unwrap();
            assert_eq!((edited.expires_at, &edited.project_id), (key.expires_at, &key.project_id));
        }
        let into = Typed { project: archived.id.to_string(), ..Typed::of(&find(app, &endless.id)) };
        assert_eq!(faults(send(app, &owner, &endless.id, &into)), [Fault::Project]);
        let out = Typed { project: String::new(), ..Typed::of(&find(app, &key.id)) };
        assert_eq!(send(app, &owner, &key.id, &out).unwrap().project_id, None);
        let endless_too = Typed { expires_on: String::new(), ..Typed::of(&find(app, &key.id)) };
        assert_eq!(faults(send(app, &owner, &key.id, &endless_too)), [Fault::ExpirationDate(ExpirationDateError::Missing)]);
    }

    fn nobody_gives_a_key_what_they_do_not_have(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "ada");
        let ada = actor(app, ADA);
        let only = |permissions: &[Permission]| KeyPermissions::Only(permissions.iter().copied().collect());
        let (policy, see) = (Permission::ManagePolicy, Permission::SeeOwnApiKeys);
        let key = app.insert_api_key(OWNER, "Owners", |key| key.permissions = only(&[policy, see]));
        let permissions = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (names, expected) in [
            (&["inherit"][..], None),
            (&["policy.manage", "owners.manage"], None),
            (&["policy.manage", "members.manage"], Some(only(&[policy, Permission::ManageMembers]))),
            (&["policy.manage"], Some(only(&[policy]))),
            (&["api_keys.see_own"], Some(only(&[see]))),
            // It was removed, and an actor without it cannot add it again.
            (&["policy.manage"], None),
            (&["chosen"], Some(only(&[]))),
        ] {
            let present = find(app, &key.id);
            let result = send(app, &ada, &key.id, &Typed { permissions: permissions(names), ..Typed::of(&present) });
            match expected {
                Some(expected) => assert_eq!(result.unwrap().permissions, expected, "{names:?}"),
                None => assert_eq!(faults(result), [Fault::Permissions(KeyPermissionsError::NotHeld)], "{names:?}"),
            }
        }
        // Of a key with all of its owner's permissions, any editor may select a part.
        let all = app.insert_api_key(OWNER, "All", |_| {});
        let typed = Typed { permissions: permissions(&["policy.manage"]), ..Typed::of(&all) };
        assert_eq!(send(app, &ada, &all.id, &typed).unwrap().permissions, only(&[policy]));
        let own = app.insert_api_key(ADA, "Own", |key| key.permissions = only(&[]));
        let typed = Typed { permissions: permissions(&["inherit"]), ..Typed::of(&own) };
        assert_eq!(send(app, &ada, &own.id, &typed).unwrap().permissions, KeyPermissions::Inherited);
    }

    fn what_has_ended_keeps_its_date_and_what_was_revoked_everything(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let owner = actor(app, OWNER);
        let now = app.state.clock.now();
        let expired = app.insert_api_key(OWNER, "Expired", |key| key.expires_at = Some(now));
        let revoked = app.insert_api_key(OWNER, "Revoked", |key| key.revoked_at = Some(now));
        let later = Typed { expires_on: "2027-01-01".to_owned(), ..Typed::of(&expired) };
        assert_eq!(faults(send(app, &owner, &expired.id, &later)), [Fault::ApiKeyExpired]);
        let described = Typed { description: "it was the cellar".to_owned(), ..Typed::of(&expired) };
        assert_eq!(send(app, &owner, &expired.id, &described).unwrap().expires_at, Some(now));
        assert_eq!(rename(app, &owner, &expired.id, "Ended").unwrap().name.as_str(), "Ended");
        assert!(matches!(send(app, &owner, &revoked.id, &Typed::of(&revoked)), Err(Failure::Error(Error::ApiKeyEnded))));
        assert!(matches!(rename(app, &owner, &revoked.id, "x"), Err(Failure::Error(Error::ApiKeyEnded))));
    }

    fn strangers_find_no_key_and_lookers_may_not_change_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let typed = Typed { description: "changed".to_owned(), ..Typed::of(&key) };
        let of_role = |role| {
            let actor = actor(app, &app.create_user(role, role.as_str()));
            Person { role, ..actor.person }.signed_in()
        };
        for (who, is_hidden) in [(of_role(Role::Support), false), (of_role(Role::Analytics), false), (of_role(Role::Member), true)] {
            for result in [send(app, &who, &key.id, &typed), rename(app, &who, &key.id, "Mine")] {
                match result {
                    Err(Failure::Error(Error::NotFound)) => assert!(is_hidden, "{who:?}"),
                    Err(Failure::Error(Error::Forbidden)) => assert!(!is_hidden, "{who:?}"),
                    other => panic!("{other:?}"),
                }
            }
        }
        app.create_user_of("Globex", Role::Owner, "gwen");
        let gwen = actor(app, "gwen@globex.example");
        assert!(matches!(send(app, &gwen, &key.id, &typed), Err(Failure::Error(Error::NotFound))));
        // An Owner when the form was opened, who has lost the role since.
        let was = Person { role: Role::Owner, ..actor(app, "support@acme.example").person }.signed_in();
        assert!(matches!(send(app, &was, &key.id, &typed), Err(Failure::Error(Error::Forbidden))));
        assert_eq!((find(app, &key.id), app.audited("api_key.edited")), (key, 0));
    }

    fn a_scope_decides_also_in_an_edit_what_a_key_may_be_restricted_to(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let owner = actor(app, OWNER);
        for scope in Scope::ALL {
            let key = app.insert_api_key(OWNER, scope.as_str(), |key| key.scope = scope);
            for kind in [Kind::TrustedDomains, Kind::AllowedNetworks] {
                let mut typed = Typed::of(&find(app, &key.id));
                match kind {
                    Kind::TrustedDomains => typed.trusted_domains.push_str("example.com"),
                    _ => typed.allowed_networks.push_str("10.0.0.1"),
                }
                let result = send(app, &owner, &key.id, &typed);
                if kind.belongs_to(scope) {
                    assert!(!result.unwrap().restrictions.is_empty());
                } else {
                    assert_eq!(faults(result), [Fault::Restriction(kind, ListError::OtherScope)]);
                }
            }
        }
    }
}
