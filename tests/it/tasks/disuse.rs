//! Unused keys.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, Role};
use time::Duration;

use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

const OWNER: &str = "owner@acme.example";

fn revoke(app: &TestApp) -> i64 {
    System::new().block_on(latchkey::tasks::revoke_unused(&app.state)).unwrap();
    app.audited("api_key.revoked")
}

fn set(app: &TestApp, days: i64) {
    let mut owner = app.sign_in_as(OWNER);
    let days = days.to_string();
    let mut page = crate::web::settings::policy::change(&mut owner, &[("revoke_unused_after_days", &[&days])]);
    if page.status == 200 {
        page = crate::web::settings::policy::agree(&mut owner, &page, &[]);
    }
    assert_eq!(page.status, 303, "{}", page.body);
}

fn made_before(key: &mut ApiKey, age: Duration) {
    key.created_at = key.created_at.minus(age);
    key.confirmed_at = Some(key.created_at);
    key.expires_at = None;
}

on_both_databases! {
    fn a_key_that_nobody_uses_is_revoked_when_the_notice_is_over(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (idle, token) = app.insert_token(OWNER, "idle", |key| made_before(key, Duration::days(400)));
        let old = |name: &str, change: &dyn Fn(&mut ApiKey)| app.insert_api_key(OWNER, name, |key| {
            made_before(key, Duration::days(400));
            change(key);
        });
        old("used", &|key| key.last_use = Some(used_at(key.created_at.plus(Duration::days(390)))));
        old("disabled", &|key| key.disabled_at = key.confirmed_at);
        old("pending", &|key| key.confirmed_at = None);
        let enabled = old("enabled lately", &|key| key.disabled_at = key.confirmed_at);
        let of_system = old("of the system", &|_| {});
        app.insert_api_key(OWNER, "new", |key| key.expires_at = None);
        set(app, 90);
        assert_eq!(revoke(app), 0, "there is notice");
        app.clock.advance(Duration::days(30));
        assert_eq!(revoke(app), 0, "through the last day of it");
        let mut owner = app.sign_in_as(OWNER);
        let path = format!("/settings/developers/api-keys/{}/enablement", enabled.id);
        assert_eq!(owner.post(&path, &[]).status, 303);
        app.database.execute("UPDATE policies SET settings = replace(settings, '\"system_default_key\":false', '\"system_default_key\":true')");
        app.database.execute(&format!("INSERT INTO system_api_keys (owner_id, api_key_id) SELECT owner_id, id FROM api_keys WHERE id = '{}'", of_system.id));

        let mut service = app.visitor();
        assert_eq!(service.verify(token.expose()).1, "VALID");
        let used = app.database.execute(&format!("UPDATE api_keys SET last_used_at = NULL WHERE id = '{}'", idle.id));
        assert_eq!(used, 1);
        app.clock.advance(Duration::days(1));
        assert_eq!(revoke(app), 1);
        assert_eq!(service.verify(token.expose()).1, "REVOKED");
        let mut owner = app.sign_in_as(OWNER);
        let page = owner.get(&format!("/settings/developers/api-keys/{}", idle.id));
        assert!(page.body.contains("Not used for 90 days"), "{}", page.body);
        assert_eq!(revoke(app), 1, "once");

        app.clock.advance(Duration::days(90));
        assert_eq!(revoke(app), 4, "by now also the used, the new and the enabled one");
    }

    fn nobody_could_use_the_keys_of_who_was_disabled(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "max");
        app.insert_api_key("max@acme.example", "idle", |key| made_before(key, Duration::days(400)));
        set(app, 90);
        app.change_users_beside("UPDATE users SET disabled_at = 1 WHERE name = 'max'");
        app.clock.advance(Duration::days(32));
        assert_eq!(revoke(app), 0, "while disabled");
        let mut owner = app.sign_in_as(OWNER);
        let path = format!("/settings/members/{}/enablement", app.user_id("max@acme.example"));
        assert_eq!(owner.post(&path, &[]).status, 303);
        assert_eq!(revoke(app), 0, "just enabled");
        app.clock.advance(Duration::days(91));
        assert_eq!(revoke(app), 1);
    }

    fn a_shorter_patience_gives_notice_again_and_a_longer_one_does_not(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, "idle", |key| made_before(key, Duration::days(400)));
        set(app, 90);
        app.clock.advance(Duration::days(31));
        set(app, 60);
        assert_eq!(revoke(app), 0);
        app.clock.advance(Duration::days(31));
        set(app, 70);
        assert_eq!(revoke(app), 1);
    }
}
