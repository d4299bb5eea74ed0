//! Revoking keys, whose rows stay.

use latchkey::domain::{ApiKey, Role};

use super::{OWNER, PATH};
use crate::{on_both_databases, support::TestApp};

fn reason(app: &TestApp, key: &ApiKey) -> Option<String> {
    let stored = app.state.pool.read(|conn| latchkey::store::api_keys::find(conn, &key.id)).unwrap().unwrap();
    stored.revocation_reason.map(|reason| reason.as_str().to_owned())
}

on_both_databases! {
    fn a_revoked_key_stops_at_once_stays_in_the_list_and_never_works_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/revocation", key.id);
        let mut service = app.visitor();
        assert_eq!(service.verify(token.expose()).1, "VALID");
        let question = owner.get(&path);
        assert_eq!(question.test_id("confirm-action").text, "Yes, revoke");
        assert!(question.test_id("confirm-dialog").text.contains("cannot be undone"));
        assert_eq!(service.verify(token.expose()).1, "VALID", "asking changes nothing");

        assert_eq!(owner.post(&path, &[("reason", " Leaked in a log ")]).status, 303);
        assert_eq!(service.verify(token.expose()).1, "REVOKED");
        let list = owner.get(PATH);
        assert!(list.test_id("flash-success").text.contains("“CI” was revoked"));
        assert_eq!(list.test_id("api-key-row").attribute("data-status").as_deref(), Some("revoked"));
        assert_eq!(reason(app, &key).as_deref(), Some("Leaked in a log"));
        let events = app.events_of(key.id.as_str());
        assert!(events.iter().any(|past| past.details.get("reason") == Some(&"Leaked in a log".into())));

        for act in ["enablement", "disablement", "revocation"] {
            assert_eq!(owner.post(&format!("{PATH}/{}/{act}", key.id), &[]).status, 303);
            assert_eq!(service.verify(token.expose()).1, "REVOKED", "{act}");
        }
        assert_eq!((app.audited("api_key.revoked"), app.audited("api_key.enabled")), (1, 0));
    }

    fn a_reason_that_cannot_be_is_explained_and_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/revocation", key.id);
        let long = "x".repeat(501);
        let page = owner.post(&path, &[("reason", &long)]);
        assert_eq!(page.status, 422);
        assert!(page.test_id("error-reason").text.contains("at most 500"));
        assert_eq!(page.find_all("#reason")[0].attribute("value").as_deref(), Some(long.as_str()));
        assert_eq!(app.audited("api_key.revoked"), 0);
    }

    fn chosen_keys_are_revoked_all_or_none(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let [one, two] = ["one", "two"].map(|name| app.insert_api_key(OWNER, name, |_| {}).id.to_string());
        app.create_user(Role::Administrator, "other");
        let foreign = app.insert_api_key("other@acme.example", "foreign", |_| {}).id.to_string();
        let path = format!("{PATH}/bulk-revocation");
        let page = owner.post(&path, &[("id", &one), ("id", &foreign)]);
        assert_eq!(page.status, 404);
        assert_eq!(app.audited("api_key.revoked"), 0);
        assert_eq!(owner.post(&path, &[("id", &one), ("id", &two), ("reason", "Moved")]).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("2 keys revoked."));
        assert_eq!(app.audited("api_key.revoked"), 2);
        assert_eq!(owner.post(&path, &[]).status, 303);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("no keys were selected"));
        // In the organization's view, an Owner can revoke the keys of others.
        let of_all = format!("{path}?view=organization");
        assert_eq!(owner.post(&of_all, &[("id", &foreign)]).status, 303);
        assert_eq!(app.audited("api_key.revoked"), 3);
    }

    fn only_who_manages_keys_ends_them(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        for (role, status) in [(Role::Administrator, 303), (Role::Support, 403), (Role::Analytics, 403), (Role::Member, 403)] {
            let mut somebody = app.sign_in(role);
            for act in ["disablement", "enablement", "revocation"] {
                assert_eq!(somebody.post(&format!("{PATH}/{}/{act}", key.id), &[]).status, status, "{role} {act}");
            }
        }
        assert_eq!(app.audited("api_key.revoked"), 1);
    }
}
