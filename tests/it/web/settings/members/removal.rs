//! Removing members, and what happens to their keys.

use latchkey::domain::Role;
use time::Duration;

use super::{PATH, listed, path_of};
use crate::{
    on_both_databases,
    support::{PASSWORD, Page, TestApp, used_at},
};

const MAX: &str = "max@acme.example";

fn heirs(page: &Page) -> Vec<String> {
    page.find_all("#heir optgroup option").into_iter().map(|option| option.text).collect()
}

/// A key's name, owner's address and whether it is revoked.
fn found(app: &TestApp, name: &str, owner: &str, is_revoked: bool) -> i64 {
    app.database.count(&format!(
        "SELECT count(*) AS count FROM api_keys JOIN users ON users.id = owner_id WHERE api_keys.name = '{name}' \
         AND users.email = '{owner}' AND revoked_at IS {} NULL",
        if is_revoked { "NOT" } else { "" }
    ))
}

on_both_databases! {
    fn who_is_removed_is_gone_and_their_keys_are_revoked(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let mut max = app.sign_in_as(MAX);
        let now = app.state.clock.now();
        let (_, used) = app.insert_token(MAX, "used", |key| key.last_use = Some(used_at(now.minus(Duration::hours(2)))));
        app.insert_api_key(MAX, "idle", |_| {});
        app.insert_api_key(MAX, "pending", |key| key.confirmed_at = None);
        app.insert_api_key(MAX, "expired", |key| key.expires_at = Some(now));
        let path = path_of(app, MAX, "removal");
        let question = owner.get(&path);
        assert!(question.test_id("removal-keys").text.contains("3 API keys"), "{}", question.body);
        assert!(question.test_id("confirm-dialog").text.contains("1 of them was used in the last 24 hours"));
        assert_eq!(question.find_all("#heir option")[0].attribute("value").unwrap(), "", "revoking is the default");
        assert_eq!(listed(&mut owner).len(), 2, "asking changes nothing");

        let id = app.user_id(MAX);
        let done = owner.post(&path, &[]);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        let page = owner.get(PATH);
        assert!(page.test_id("flash-success").text.contains("max was removed. 3 keys revoked."), "{}", page.body);
        assert_eq!(page.find_all("[data-testid=member-row]").len(), 1);
        assert_eq!(max.get("/").status, 303, "signed out");
        assert_eq!(app.visitor().post("/sign-in", &[("email", MAX), ("password", PASSWORD)]).status, 422);
        assert_eq!(app.visitor().verify(used.expose()).1, "REVOKED");
        let kept = format!("SELECT count(*) AS count FROM users WHERE id = '{id}' AND email = '' AND password_hash = ''");
        assert_eq!(app.database.count(&kept), 1, "without address and password");
        assert_eq!(app.database.count("SELECT count(*) AS count FROM api_keys"), 4, "rows stay");
        assert_eq!((app.audited("member.removed"), app.audited("api_key.revoked")), (1, 3));
        assert_eq!(owner.post(&path, &[]).status, 404, "once");
        // The address is free again.
        app.create_user(Role::Member, "max");
        app.sign_in_as(MAX);
    }

    fn keys_that_are_handed_over_keep_their_tokens_and_get_free_names(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "max");
        let heir = app.create_user(Role::Support, "heir");
        for number in 0..9 {
            app.insert_api_key(&heir, &format!("own {number}"), |_| {});
        }
        app.insert_api_key(&heir, "dEPLOY", |_| {});
        let (_, deploy) = app.insert_token(MAX, "Deploy", |_| {});
        let (_, plain) = app.insert_token(MAX, "Plain", |key| key.disabled_at = Some(key.created_at));
        app.insert_api_key(MAX, "pending", |key| key.confirmed_at = None);
        let now = app.state.clock.now();
        app.insert_api_key(MAX, "old", |key| key.expires_at = Some(now));
        let mut service = app.visitor();
        assert_eq!(service.verify(deploy.expose()).1, "VALID");

        let id = app.user_id(&heir).to_string();
        assert_eq!(owner.post(&path_of(app, MAX, "removal"), &[("heir", &id)]).status, 303);
        let said = owner.get(PATH).test_id("flash-success").text;
        assert!(said.contains("2 keys were handed over to heir. 1 key revoked."), "{said}");
        assert_eq!(found(app, "Deploy 2", &heir, false), 1, "beyond the limit of ten");
        assert_eq!(found(app, "Plain", &heir, false), 1);
        assert_eq!(found(app, "pending", "", true), 1);
        assert_eq!(found(app, "old", "", false), 1, "what has ended stays where it was");
        assert_eq!(service.verify(deploy.expose()).1, "VALID");
        assert_eq!(service.verify(plain.expose()).1, "DISABLED");
        let answer = service.request("POST", "/v1/verify", &[("x-api-key", deploy.expose())], None).json();
        assert_eq!(answer["role"].as_str().unwrap(), "support", "the new owner's");
        assert_eq!((app.audited("api_key.handed_over"), app.audited("api_key.revoked")), (2, 1));
    }

    fn keys_go_to_active_members_whom_the_actor_may_manage(app: &TestApp) {
        let founder = app.create_user(Role::Owner, "founder");
        app.create_user(Role::Member, "max");
        app.insert_api_key(MAX, "Deploy", |_| {});
        let off = app.create_user(Role::Member, "off");
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE email = 'off@acme.example'");
        let mut administrator = app.sign_in(Role::Administrator);
        let path = path_of(app, MAX, "removal");
        let offered = heirs(&administrator.get(&path));
        assert_eq!(offered, ["administrator (administrator@acme.example, Administrator)"]);
        let id_of = |email: &str| app.user_id(email).to_string();
        // An Owner's keys would have more permissions than an Administrator can give.
        for heir in [id_of(&founder), id_of(&off), id_of(MAX), "nobody".to_owned()] {
            let page = administrator.post(&path, &[("heir", &heir)]);
            assert_eq!(page.status, 422, "{heir}");
            assert!(page.has("[data-testid=error-heir]"));
        }
        assert_eq!(app.audited("member.removed"), 0);
        let own = id_of("administrator@acme.example");
        assert_eq!(administrator.post(&path, &[("heir", &own)]).status, 303);
        assert_eq!(found(app, "Deploy", "administrator@acme.example", false), 1);
    }

    fn nobody_removes_themselves_or_an_owner_above_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = path_of(app, "owner@acme.example", "removal");
        assert_eq!((owner.get(&own).status, owner.post(&own, &[]).status), (409, 409));
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!((administrator.get(&own).status, administrator.post(&own, &[]).status), (403, 403));
        let own = path_of(app, "administrator@acme.example", "removal");
        assert_eq!((administrator.get(&own).status, administrator.post(&own, &[]).status), (409, 409));
        assert_eq!(app.audited("member.removed"), 0);
    }
}
