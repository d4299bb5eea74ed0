//! Changes of a person affect their keys at the next request.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const ANN: &str = "ann@acme.example";
/// Administrators have this permission, and Members do not.
const MANAGE: &str = "api_keys.manage_all";

/// The status and the code of a question about that permission.
fn may_manage(service: &mut Client, token: &str) -> (u16, String) {
    let path = format!("/v1/forward-auth?permission={MANAGE}");
    let page = service.request("GET", &path, &[("x-api-key", token)], None);
    (page.status, page.header("x-latchkey-code").to_owned())
}

on_both_databases! {
    fn a_demoted_owners_keys_lose_the_permissions_and_a_promoted_ones_gain_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "ann");
        let (_, token) = app.insert_token(ANN, "Deploy", |_| {});
        let mut service = app.visitor();
        let path = format!("/settings/members/{}/role", app.user_id(ANN));
        // Twice each: from the database, and from the cache.
        for _ in 0..2 {
            assert_eq!(may_manage(&mut service, token.expose()).0, 200);
            assert_eq!(may_manage(&mut service, token.expose()).0, 200);
            assert_eq!(owner.post(&path, &[("role", "member")]).status, 303);
            assert_eq!(may_manage(&mut service, token.expose()), (403, "INSUFFICIENT_PERMISSIONS".to_owned()));
            assert_eq!(may_manage(&mut service, token.expose()), (403, "INSUFFICIENT_PERMISSIONS".to_owned()));
            assert_eq!(owner.post(&path, &[("role", "administrator")]).status, 303);
        }
    }

    fn a_disabled_owners_keys_stop_and_come_back(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "ann");
        let (_, token) = app.insert_token(ANN, "Deploy", |_| {});
        let mut service = app.visitor();
        let id = app.user_id(ANN);
        for _ in 0..3 {
            assert_eq!(service.verify(token.expose()).1, "VALID");
            assert_eq!(owner.post(&format!("/settings/members/{id}/disablement"), &[]).status, 303);
            assert_eq!(service.verify(token.expose()).1, "OWNER_INACTIVE");
            assert_eq!(owner.post(&format!("/settings/members/{id}/enablement"), &[]).status, 303);
        }
        assert_eq!(service.verify(token.expose()).1, "VALID");
    }

    fn a_removed_owners_keys_are_revoked_or_become_the_heirs(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let heir = app.create_user(Role::Member, "heir");
        let mut service = app.visitor();
        for (name, hands_over) in [("ann", false), ("bob", true)] {
            let email = app.create_user(Role::Administrator, name);
            let (_, token) = app.insert_token(&email, "Deploy", |_| {});
            assert_eq!(may_manage(&mut service, token.expose()).0, 200);
            let heir = if hands_over { app.user_id(&heir).to_string() } else { String::new() };
            let path = format!("/settings/members/{}/removal", app.user_id(&email));
            assert_eq!(owner.post(&path, &[("heir", &heir)]).status, 303);
            let code = if hands_over { "VALID" } else { "REVOKED" };
            assert_eq!(service.verify(token.expose()).1, code, "{name}");
            assert_ne!(may_manage(&mut service, token.expose()).0, 200, "{name}");
        }
        // And with the heir, the keys.
        let (_, token) = app.insert_token(&heir, "own", |_| {});
        let path = format!("/settings/members/{}/disablement", app.user_id(&heir));
        assert_eq!(service.verify(token.expose()).1, "VALID");
        assert_eq!(owner.post(&path, &[]).status, 303);
        assert_eq!(service.verify(token.expose()).1, "OWNER_INACTIVE");
    }
}
