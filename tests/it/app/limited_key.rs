//! A key that may only manage its owner's keys can do nothing else, although its owner may do everything.

use std::{collections::BTreeSet, fmt, fs, path::Path, sync::Arc};

use latchkey::{
    app::{
        Context, Error, Failure,
        api_keys::{
            View, confirmation, creation,
            creation::{Creation, NotCreated, Submission},
            deleted, deletion, details, edit, export,
            form::KeyTexts,
            get_own, limit_reset,
            list_query::ListQuery,
            listing, narrowing, owners, rotation, rotation_mark,
            rotation_mark::NewRotationMark,
            search, selection,
            selection::Selection,
            status_change,
            status_change::StatusChange,
            token,
        },
        api_permissions,
        api_permissions::{
            NewApiPermissions, RoleGrants,
            grants::{self, GrantsProposal},
            removal,
        },
        audit_log,
        audit_log::query::AuditQuery,
        home, invitations,
        invitations::NewInvitation,
        members,
        members::KeysGo,
        policies,
        policies::{Agreed, Existing, Proposal},
        projects, sessions,
    },
    domain::{
        Actor, ApiGrants, ApiKey, ApiKeyAction, ApiKeyId, ApiKeyName, ApiKeyTokenId, ApiPermissionName, InvitationId,
        KeyPermissions, Permission, PermissionSet, Policy, ProjectId, ProjectName, Role, Sha256Digest, TokenKeys,
        UserId, Via, api_permission::ApiPermissionDescription, member,
    },
    store::Conn,
};

use time::Duration;

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";

/// The subjects that the use cases are tried on.
struct World {
    /// A key of the limited key's owner, or of a colleague.
    api_key: ApiKeyId,
    colleague: UserId,
    project: ProjectId,
    permission: ApiPermissionName,
    invitation: InvitationId,
    /// A token of that key.
    token: String,
    token_keys: Arc<TokenKeys>,
}

type UseCase = fn(&mut Conn, &mut Context, &Actor, &World) -> Result<(), Error>;

/// The result of a use case with refusals of its own, none of which is about permissions.
fn accepted<T, R: fmt::Debug>(outcome: Result<T, Failure<R>>) -> Result<(), Error> {
    match outcome {
        Ok(_) => Ok(()),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Refused(reason)) => panic!("refused for another reason: {reason:?}"),
    }
}

fn one(world: &World) -> Selection {
    Selection::One(world.api_key.clone())
}

fn organization() -> ListQuery {
    ListQuery { view: View::Organization, ..ListQuery::default() }
}

/// Use cases for one of your own keys.
const OF_A_KEY: &[(&str, UseCase)] = &[
    ("api_keys::get_own", |conn, context, actor, world| get_own(conn, context, actor, &world.api_key).map(drop)),
    ("confirmation::confirm", |conn, context, actor, world| {
        let base_url = "http://keys.example".parse().unwrap();
        accepted(confirmation::confirm(conn, context, actor, &world.api_key, None, &base_url))
    }),
    ("rotation::find_managed", |conn, context, actor, world| {
        rotation::find_managed(conn, context, actor, &world.api_key).map(drop)
    }),
    ("rotation::cancel", |conn, context, actor, world| {
        let token_id = ApiKeyTokenId::first_of(&world.api_key);
        rotation::cancel(conn, context, actor, &world.api_key, &token_id).map(drop)
    }),
    ("rotation::end_overlap", |conn, context, actor, world| {
        rotation::end_overlap(conn, context, actor, &world.api_key).map(drop)
    }),
    ("deletion::delete", |conn, context, actor, world| {
        accepted(deletion::delete(conn, context, actor, &world.token_keys, &one(world)))
    }),
    ("details::find_actions", |conn, context, actor, world| {
        details::find_actions(conn, context, actor, &world.api_key).map(drop)
    }),
    ("details::find_own", |conn, context, actor, world| {
        details::find_own(conn, context, actor, &world.api_key)?.map(drop).ok_or(Error::NotFound)
    }),
    ("details::look", |conn, context, actor, world| details::look(conn, context, actor, &world.api_key).map(drop)),
    ("edit::find_editable", |conn, context, actor, world| {
        edit::find_editable(conn, context, actor, &world.api_key).map(drop)
    }),
    ("edit::edit", |conn, context, actor, world| {
        let texts = KeyTexts { name: "Renamed", expires_on: "2026-12-01", ..KeyTexts::default() };
        accepted(edit::edit(conn, context, actor, &world.api_key, &texts.parse_changes(None, 0)))
    }),
    ("edit::rename", |conn, context, actor, world| {
        accepted(edit::rename(conn, context, actor, &world.api_key, &Ok(ApiKeyName::parse("Renamed").unwrap())))
    }),
    ("listing::find_one", |conn, context, actor, world| {
        listing::find_one(conn, context, actor, View::Mine, &world.api_key).map(drop)
    }),
    ("narrowing::find_narrowable", |conn, context, actor, world| {
        narrowing::find_narrowable(conn, context, actor, &world.api_key).map(drop)
    }),
    ("narrowing::narrow", |conn, context, actor, world| {
        accepted(narrowing::narrow(conn, context, actor, &world.api_key, &[]))
    }),
    ("rotation_mark::mark", |conn, context, actor, world| {
        let (new, base_url) = (NewRotationMark::parse("2026-12-01", ""), "http://localhost".parse().unwrap());
        accepted(rotation_mark::mark(conn, context, actor, &one(world), &new, &base_url))
    }),
    ("search::find_by_token", |conn, context, actor, world| {
        search::find_by_token(conn, context, actor, &world.token_keys, &world.token)?.map(drop).ok_or(Error::NotFound)
    }),
    ("selection::preview", |conn, context, actor, world| {
        selection::preview(conn, context, actor, &one(world), ApiKeyAction::Disable).map(drop)
    }),
    ("status_change::change_status", |conn, context, actor, world| {
        accepted(status_change::change_status(
            conn,
            context,
            actor,
            &one(world),
            &StatusChange::Disable { until: None },
        ))
    }),
];

/// Use cases for all of your own keys.
const OF_OWN_KEYS: &[(&str, UseCase)] = &[
    ("deletion::impact_of_deleting_all", |conn, context, actor, _| {
        deletion::impact_of_deleting_all(conn, context, actor, View::Mine).map(drop)
    }),
    ("export::begin", |conn, context, actor, _| export::begin(conn, context, actor, &ListQuery::default(), "csv")),
    ("export::chunk", |conn, context, actor, _| {
        export::chunk(conn, context, actor, &ListQuery::default(), None).map(drop)
    }),
    ("listing::list", |conn, context, actor, _| listing::list(conn, context, actor, &ListQuery::default()).map(drop)),
    ("listing::list_ids", |conn, context, actor, _| {
        listing::list_ids(conn, context, actor, &ListQuery::default(), 9).map(drop)
    }),
    ("listing::list_chunk", |conn, context, actor, _| {
        listing::list_chunk(conn, context, actor, &ListQuery::default(), None).map(drop)
    }),
    ("listing::list_first", |conn, context, actor, _| {
        listing::list_first(conn, context, actor, &ListQuery::default(), 9).map(drop)
    }),
    ("home::overview", |conn, context, actor, _| home::overview(conn, context, actor, None).map(drop)),
    ("selection::save", |conn, context, actor, world| {
        selection::save(conn, context, actor, View::Mine, std::slice::from_ref(&world.api_key)).map(drop)
    }),
];

/// Use cases for a signed-in Owner, which this key never allows.
const OF_OTHERS: &[(&str, UseCase)] = &[
    ("creation::draft", |conn, context, actor, _| creation::draft(conn, context, actor, "Key").map(drop)),
    ("creation::create", |conn, context, actor, world| {
        let texts = KeyTexts { name: "New", expires_on: "2026-12-01", ..KeyTexts::default() };
        let creation = Creation::Chosen(Box::new(texts.parse_new(false)));
        accepted(creation::create(conn, context, actor, &world.token_keys, &Submission::default(), &creation))
    }),
    ("deletion::impact_of_deleting_all", |conn, context, actor, _| {
        deletion::impact_of_deleting_all(conn, context, actor, View::Organization).map(drop)
    }),
    // It ends tokens for good, and asks for the password.
    ("deletion::delete_all", |conn, context, actor, world| {
        accepted(deletion::delete_all(conn, context, actor, &world.token_keys, View::Organization, 3))
    }),
    ("export::begin", |conn, context, actor, _| export::begin(conn, context, actor, &organization(), "csv")),
    ("export::chunk", |conn, context, actor, _| export::chunk(conn, context, actor, &organization(), None).map(drop)),
    ("deleted::find", |conn, context, actor, world| {
        deleted::find(conn, context, actor, &world.api_key)?.map(drop).ok_or(Error::NotFound)
    }),
    ("limit_reset::find_resettable", |conn, context, actor, world| {
        limit_reset::find_resettable(conn, context, actor, &world.api_key).map(drop)
    }),
    ("limit_reset::reset", |conn, context, actor, world| {
        limit_reset::reset(conn, context, actor, &world.api_key, 0).map(drop)
    }),
    ("listing::list", |conn, context, actor, _| listing::list(conn, context, actor, &organization()).map(drop)),
    ("listing::find_one", |conn, context, actor, world| {
        listing::find_one(conn, context, actor, View::Organization, &world.api_key).map(drop)
    }),
    ("listing::list_ids", |conn, context, actor, _| {
        listing::list_ids(conn, context, actor, &organization(), 9).map(drop)
    }),
    ("listing::list_chunk", |conn, context, actor, _| {
        listing::list_chunk(conn, context, actor, &organization(), None).map(drop)
    }),
    ("owners::suggest", |conn, context, actor, _| owners::suggest(conn, context, actor, "ann").map(drop)),
    ("owners::find", |conn, context, actor, _| owners::find(conn, context, actor, None, "ann").map(drop)),
    ("rotation::find", |conn, context, actor, world| rotation::find(conn, context, actor, &world.api_key).map(drop)),
    ("rotation::start", |conn, context, actor, world| {
        let (keys, overlap) = (&world.token_keys, Duration::HOUR);
        accepted(rotation::start(conn, context, actor, keys, &world.api_key, "form", overlap))
    }),
    ("token::find_viewable", |conn, context, actor, world| {
        token::find_viewable(conn, context, actor, &world.api_key).map(drop)
    }),
    ("token::show", |conn, context, actor, world| {
        token::show(conn, context, actor, &world.token_keys, &world.api_key, None).map(drop)
    }),
    ("invitations::create", |conn, context, actor, _| {
        let form = NewInvitation::parse("new@acme.example", "owner", "one form");
        accepted(invitations::create(conn, context, actor, &form))
    }),
    ("invitations::get", |conn, context, actor, world| {
        invitations::get(conn, context, actor, &world.invitation).map(drop)
    }),
    ("invitations::revoke", |conn, context, actor, world| {
        invitations::revoke(conn, context, actor, &world.invitation).map(drop)
    }),
    ("audit_log::list", |conn, context, actor, _| {
        audit_log::list(conn, context, actor, &AuditQuery::default()).map(drop)
    }),
    ("audit_log::list_own", |conn, context, actor, _| {
        audit_log::list_own(conn, context, actor, &AuditQuery::default()).map(drop)
    }),
    ("actors::find", |conn, context, actor, _| audit_log::actors::find(conn, context, actor, None, "ann").map(drop)),
    ("actors::suggest", |conn, context, actor, _| audit_log::actors::suggest(conn, context, actor, "ann").map(drop)),
    ("members::find_details", |conn, context, actor, world| {
        members::find_details(conn, context, actor, &world.colleague).map(drop)
    }),
    ("projects::find_details", |conn, context, actor, world| {
        projects::find_details(conn, context, actor, &world.project).map(drop)
    }),
    ("members::list", |conn, context, actor, _| members::list(conn, context, actor, "", 1).map(drop)),
    ("members::get_changeable", |conn, context, actor, world| {
        members::get_changeable(conn, context, actor, &world.colleague, member::MemberChange::Disable).map(drop)
    }),
    ("members::change_role", |conn, context, actor, world| {
        accepted(members::change_role(conn, context, actor, &world.colleague, &Ok(Role::Owner)))
    }),
    ("members::disable", |conn, context, actor, world| {
        members::disable(conn, context, actor, &world.colleague).map(drop)
    }),
    ("members::enable", |conn, context, actor, world| {
        members::enable(conn, context, actor, &world.colleague).map(drop)
    }),
    ("members::plan_removal", |conn, context, actor, world| {
        members::plan_removal(conn, context, actor, &world.colleague).map(drop)
    }),
    ("members::remove", |conn, context, actor, world| {
        accepted(members::remove(conn, context, actor, &world.colleague, &KeysGo::Revoked))
    }),
    ("policies::get", |conn, context, actor, _| policies::get(conn, context, actor).map(drop)),
    ("policies::change", |conn, context, actor, _| {
        let policy = Policy { max_keys_per_user: 7, ..Policy::default() }.check().unwrap();
        let (long_lived, endless) = (Existing::Leave, Existing::Leave);
        let proposal = Proposal { policy, edits: None, long_lived, endless, agreed: Some(Agreed::ToAll) };
        policies::change(conn, context, actor, &proposal).map(drop)
    }),
    ("api_permissions::list", |conn, context, actor, _| api_permissions::list(conn, context, actor).map(drop)),
    ("api_permissions::get", |conn, context, actor, world| {
        api_permissions::get(conn, context, actor, &world.permission).map(drop)
    }),
    ("api_permissions::create", |conn, context, actor, _| {
        let new = NewApiPermissions::one("new:read", "", vec![Role::Member]);
        accepted(api_permissions::create(conn, context, actor, &new))
    }),
    ("api_permissions::change_description", |conn, context, actor, world| {
        let description = Ok(ApiPermissionDescription::from_stored("Changed".to_owned()));
        accepted(api_permissions::change_description(conn, context, actor, &world.permission, &description, ""))
    }),
    ("removal::plan", |conn, context, actor, world| removal::plan(conn, context, actor, &world.permission).map(drop)),
    ("removal::remove", |conn, context, actor, world| {
        accepted(removal::remove(conn, context, actor, &world.permission, None))
    }),
    ("grants::matrix", |conn, context, actor, _| grants::matrix(conn, context, actor).map(drop)),
    ("grants::change_of_roles", |conn, context, actor, _| {
        let proposal = GrantsProposal { grants: RoleGrants::default(), seen: String::new(), agreed: None };
        grants::change_of_roles(conn, context, actor, &proposal).map(drop)
    }),
    ("grants::of_member", |conn, context, actor, world| {
        grants::of_member(conn, context, actor, &world.colleague).map(drop)
    }),
    ("grants::change_of_member", |conn, context, actor, world| {
        let proposal = GrantsProposal { grants: ApiGrants::default(), seen: String::new(), agreed: None };
        grants::change_of_member(conn, context, actor, &world.colleague, &proposal).map(drop)
    }),
    ("projects::list", |conn, context, actor, _| projects::list(conn, context, actor).map(drop)),
    ("projects::list_open", |conn, context, actor, _| projects::list_open(conn, context, actor).map(drop)),
    ("projects::preview", |conn, context, actor, world| {
        projects::preview(conn, context, actor, &world.project).map(drop)
    }),
    ("projects::create", |conn, context, actor, _| {
        accepted(projects::create(conn, context, actor, &Ok(ProjectName::parse("New").unwrap())))
    }),
    ("projects::rename", |conn, context, actor, world| {
        accepted(projects::rename(conn, context, actor, &world.project, &Ok(ProjectName::parse("Renamed").unwrap())))
    }),
    ("projects::archive", |conn, context, actor, world| {
        projects::archive(conn, context, actor, &world.project).map(drop)
    }),
    ("projects::restore", |conn, context, actor, world| {
        projects::restore(conn, context, actor, &world.project).map(drop)
    }),
    ("sessions::list", |conn, context, actor, _| sessions::list(conn, context, actor).map(drop)),
    ("sessions::end", |conn, context, actor, _| {
        sessions::end(conn, context, actor, &Sha256Digest::compute("a session"))
    }),
    ("sessions::end_others", |conn, context, actor, _| {
        sessions::end_others(conn, context, actor, &Sha256Digest::compute("a session")).map(drop)
    }),
];

/// Runs the use case and rolls back every change.
fn attempt(app: &TestApp, actor: &Actor, world: &World, use_case: UseCase) -> Result<(), Error> {
    let mut context = app.state.context(Arc::default(), None, None);
    // A missing password proof must not be what refuses the key.
    context.has_password_proof = true;
    let mut outcome = Ok(());
    let rolled_back: Result<(), Error> = app.state.pool.write(|conn| {
        outcome = use_case(conn, &mut context, actor, world);
        Err(Error::NotFound)
    });
    assert!(rolled_back.is_err());
    outcome
}

fn is_refused(outcome: &Result<(), Error>) -> bool {
    matches!(outcome, Err(Error::Forbidden | Error::NotFound | Error::SelectionNotFound { .. }))
}

/// An Owner, the same person by a limited key, and worlds whose key is the Owner's own and a colleague's.
fn prepare(app: &TestApp, permissions: PermissionSet) -> (Actor, Actor, [World; 2]) {
    app.create_user(Role::Owner, "owner");
    let ann = app.create_user(Role::Administrator, "ann");
    let owner = app.actor(OWNER);
    let permissions = KeyPermissions::Only(permissions.into());
    let limited = app.insert_api_key(OWNER, "limited", |key| key.permissions = permissions);
    let by_key = Actor { via: Via::ApiKey { id: limited.id, permissions: limited.permissions }, ..owner.clone() };
    let project = app.insert_project(OWNER, "Shop").id;
    let permission = ApiPermissionName::parse("invoices:read").unwrap();
    app.database.execute(
        "INSERT INTO api_permissions (organization_id, name, description, created_at) \
         SELECT id, 'invoices:read', '', 0 FROM organizations",
    );
    let form = NewInvitation::parse("bob@acme.example", "member", "the form");
    let mut context = app.state.context(Arc::default(), None, None);
    context.has_password_proof = true;
    let made = app.state.pool.write(|conn| invitations::create(conn, &mut context, &owner, &form)).unwrap();
    app.change_policy(|policy| policy.viewable = latchkey::domain::policy::Viewable::All);
    let worlds = [OWNER, &ann].map(|email| {
        let (api_key, token): (ApiKey, _) = app.insert_token(email, "tried", |_| {});
        app.keep_token(&api_key);
        World {
            api_key: api_key.id,
            colleague: app.user_id(&ann),
            project: project.clone(),
            permission: permission.clone(),
            invitation: made.invitation.id.clone(),
            token: token.expose().to_owned(),
            token_keys: app.state.token_keys.clone().into(),
        }
    });
    (owner, by_key, worlds)
}

on_both_databases! {
    fn a_key_that_may_manage_its_owners_keys_does_no_more(app: &TestApp) {
        let permissions = [Permission::SeeOwnApiKeys, Permission::ManageOwnApiKeys].into_iter().collect();
        let (owner, by_key, [own, colleagues]) = prepare(app, permissions);
        for (name, use_case) in OF_A_KEY {
            assert!(attempt(app, &by_key, &own, *use_case).is_ok(), "{name} of an own key");
            let outcome = attempt(app, &by_key, &colleagues, *use_case);
            assert!(is_refused(&outcome), "{name} of a colleague's key: {outcome:?}");
        }
        for (name, use_case) in OF_OWN_KEYS {
            let outcome = attempt(app, &by_key, &own, *use_case);
            assert!(outcome.is_ok(), "{name} of one's own keys: {outcome:?}");
        }
        for (name, use_case) in OF_OTHERS {
            let outcome = attempt(app, &by_key, &own, *use_case);
            assert!(is_refused(&outcome), "{name} by the key: {outcome:?}");
            // Otherwise the test would prove nothing.
            let outcome = attempt(app, &owner, &own, *use_case);
            let is_there = !matches!(*name, "deleted::find" | "sessions::end");
            assert!(!matches!(outcome, Err(Error::Forbidden)), "{name} by its owner");
            assert!(!is_there || !is_refused(&outcome), "{name} by its owner: {outcome:?}");
        }
    }

    fn a_key_without_permissions_does_nothing(app: &TestApp) {
        let (_, by_key, [own, _]) = prepare(app, PermissionSet::default());
        for (name, use_case) in [OF_A_KEY, OF_OWN_KEYS, OF_OTHERS].concat() {
            // Without the permission to see keys, there are none.
            let is_silent = name == "selection::save";
            let outcome = attempt(app, &by_key, &own, use_case);
            assert!(is_silent || is_refused(&outcome), "{name}: {outcome:?}");
        }
    }

    fn a_key_gives_no_more_than_it_has(app: &TestApp) {
        let permissions =
            [Permission::SeeOwnApiKeys, Permission::CreateApiKeys, Permission::ManageOwnApiKeys].into_iter().collect();
        let (owner, by_key, [own, _]) = prepare(app, permissions);
        let create = |actor: &Actor, permissions: &[&str]| {
            let permissions: Vec<_> = permissions.iter().map(|name| (*name).to_owned()).collect();
            let mut context = app.state.context(Arc::default(), None, None);
            let texts = KeyTexts {
                name: &permissions.concat(),
                expires_on: "2026-12-01",
                permissions: &permissions,
                ..KeyTexts::default()
            };
            let creation = match permissions.as_slice() {
                [] => Creation::Proposed { noun: "Key".to_owned() },
                _ => Creation::Chosen(Box::new(texts.parse_new(false))),
            };
            let form_token = format!("{permissions:?} {:?}", actor.via);
            let submission = Submission { form_token: &form_token, replaces: "" };
            let keys = &own.token_keys;
            let made = app.state.pool.write(|conn| {
                creation::create(conn, &mut context, actor, keys, &submission, &creation)
            });
            made.map(|made| made.api_key.permissions)
        };
        assert_eq!(create(&owner, &["inherit"]).unwrap(), KeyPermissions::Inherited);
        let all = create(&by_key, &["inherit"]);
        assert!(matches!(all, Err(Failure::Refused(NotCreated::Invalid(_)))), "all that its owner may: {all:?}");
        assert!(matches!(create(&by_key, &["policy.manage"]), Err(Failure::Refused(NotCreated::Invalid(_)))));
        assert!(create(&by_key, &["api_keys.see_own"]).is_ok());
        app.change_policy(|policy| policy.one_click_creation = true);
        assert!(create(&owner, &[]).is_ok());
        assert!(matches!(create(&by_key, &[]), Err(Failure::Error(Error::Forbidden))), "with one click");
    }

    fn a_key_that_ended_meanwhile_changes_nothing(app: &TestApp) {
        let permissions = [Permission::SeeOwnApiKeys, Permission::ManageOwnApiKeys].into_iter().collect();
        let (_, by_key, [own, _]) = prepare(app, permissions);
        let (_, rename) = OF_A_KEY.iter().find(|(name, _)| *name == "edit::rename").unwrap();
        assert!(attempt(app, &by_key, &own, *rename).is_ok());
        let Via::ApiKey { id, .. } = &by_key.via else { panic!("it is by a key") };
        app.database.execute(&format!("UPDATE api_keys SET revoked_at = 1 WHERE id = '{id}'"));
        assert!(matches!(attempt(app, &by_key, &own, *rename), Err(Error::Forbidden)));
    }
}

/// Public functions of `app` that take an actor and a connection.
fn use_cases(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            use_cases(&path, found);
            continue;
        }
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for function in fs::read_to_string(&path).unwrap().split("\npub fn ").skip(1) {
            let head = function.split('{').next().unwrap();
            if head.contains("actor: &Actor") && head.contains("conn: &mut Conn") {
                found.insert(format!("{module}::{}", head.split(['(', '<']).next().unwrap()));
            }
        }
    }
}

#[test]
fn every_use_case_is_tried() {
    let mut all = BTreeSet::new();
    use_cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app"), &mut all);
    assert!(all.len() > 40, "use cases are not recognized any more: {all:?}");
    let tried: BTreeSet<_> =
        [OF_A_KEY, OF_OWN_KEYS, OF_OTHERS].concat().iter().map(|(name, _)| (*name).to_owned()).collect();
    let missing: Vec<_> = all.difference(&tried).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
