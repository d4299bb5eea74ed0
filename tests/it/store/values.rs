//! Values that this version does not know, such as those of a later version.

use std::{fmt::Debug, sync::Arc};

use latchkey::{
    domain::{Clock as _, EmailAddress, Invitation, InvitationId, Role, Sha256Digest},
    store::{self, Conn, Error},
};
use time::Duration;

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";

fn assert_refused<T: Debug>(app: &TestApp, column: &str, read: impl FnOnce(&mut Conn) -> Result<T, Error>) {
    let refused = app.state.pool.read(read).unwrap_err();
    assert!(matches!(&refused, Error::Corrupt(named) if *named == column), "{column}: {refused}");
}

on_both_databases! {
    fn an_unknown_role_is_refused(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let owner = app.actor(OWNER).person;
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let now = app.clock.now();
        let invitation = Invitation {
            id: InvitationId::generate(now, &mut (app.state.rng)()),
            organization_id: owner.organization_id.clone(),
            email: EmailAddress::parse("new@acme.example").unwrap(),
            role: Role::Member,
            invited_by: owner.id.clone(),
            created_at: now,
            expires_at: now.plus(Duration::days(7)),
            accepted_at: None,
            revoked_at: None,
        };
        let (link, mailed) = (Sha256Digest::compute("link"), Sha256Digest::compute("mailed"));
        app.state.pool.write(|conn| store::invitations::insert(conn, &invitation, &link, &mailed)).unwrap();

        app.change_users_beside("UPDATE users SET role = 'auditor'");
        app.database.execute("UPDATE invitations SET role = 'auditor'");
        assert_refused(app, "users.role", |conn| store::users::find_account(conn, &owner.id));
        assert_refused(app, "users.role", |conn| store::members::list(conn, &owner.organization_id));
        assert_refused(app, "users.role", |conn| store::owners::list(conn, &owner.organization_id));
        assert_refused(app, "users.role", |conn| store::verification::find_presented_key(conn, token.lookup(), |_, _| Ok(Arc::default())));
        assert_refused(app, "invitations.role", |conn| store::invitations::find_by_token(conn, &link));
        assert_eq!(app.visitor().verify(token.expose()).0, 503, "its owner's permissions are not known");
    }

    fn an_unknown_scope_is_refused(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        app.database.execute("UPDATE api_keys SET scope = 'satellite'");
        assert_refused(app, "api_keys.scope", |conn| store::api_keys::find(conn, &key.id));
        assert_refused(app, "api_keys.scope", |conn| store::verification::find_presented_key(conn, token.lookup(), |_, _| Ok(Arc::default())));
        assert_eq!(app.visitor().verify(token.expose()).0, 503, "its restrictions are not known");
    }

    fn an_unknown_rule_of_who_may_create_keys_is_refused(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let owner = app.actor(OWNER).person;
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        app.change_policy(|_| {});
        app.database.execute("UPDATE policies SET who_may_create = 'robots'");
        assert_refused(app, "policies.who_may_create", |conn| {
            store::verification::find_presented_key(conn, token.lookup(), |_, _| Ok(Arc::default()))
        });
        app.database.execute("UPDATE policies SET settings = '{\"who_may_create\":\"robots\"}'");
        assert_refused(app, "policies.settings", |conn| store::policies::get(conn, &owner.organization_id));
    }

    fn an_unknown_theme_or_language_counts_as_none(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        // They decide nothing but how pages look, and an earlier version may run beside a later one.
        app.database.execute("UPDATE users SET theme = 'sepia', language = 'eo'");
        let account = app.state.pool.read(|conn| store::users::find_account(conn, &app.user_id(OWNER))).unwrap().unwrap();
        assert_eq!((account.theme, account.language), (None, None));
        let page = owner.get("/settings/account");
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("sepia") && page.has("html[lang=en]"), "{}", page.body);
    }
}
