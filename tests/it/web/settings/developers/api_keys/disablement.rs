//! Disabling and enabling keys, one or many.

use latchkey::domain::Role;
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

on_both_databases! {
    fn a_key_is_switched_off_and_on_again_at_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "CI", |_| {});
        let (off, on) = (format!("{PATH}/{}/disablement", key.id), format!("{PATH}/{}/enablement", key.id));
        let mut service = app.visitor();
        assert_eq!(service.verify(token.expose()).1, "VALID");

        assert_eq!(owner.post(&off, &[]).status, 303);
        assert_eq!(service.verify(token.expose()).1, "DISABLED");
        let list = owner.get(PATH);
        assert!(list.test_id("flash-success").text.contains("“CI” is disabled."));
        assert_eq!(list.test_id("api-key-row").attribute("data-status").as_deref(), Some("disabled"));
        let undo = list.find_all("[data-testid=flash-success] form")[0].attribute("action").unwrap();
        assert_eq!(undo, on);

        assert_eq!(owner.post(&undo, &[]).status, 303);
        assert_eq!(service.verify(token.expose()).1, "VALID");
        assert!(owner.get(PATH).test_id("flash-success").text.contains("active again"));
        assert_eq!((app.audited("api_key.disabled"), app.audited("api_key.enabled")), (1, 1));
    }

    fn a_pause_ends_by_itself(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/disablement", key.id);
        let question = owner.get(&path);
        let offered = question.find_all("#pause option");
        let offered: Vec<_> = offered.iter().map(|option| option.attribute("value").unwrap()).collect();
        assert_eq!(offered, ["", "1h", "24h", "7d"]);

        assert_eq!(owner.post(&path, &[("pause", "1h")]).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("until 21 Nov 2026, 13:00 UTC"));
        let mut service = app.visitor();
        assert_eq!(service.verify(token.expose()).1, "DISABLED");
        app.clock.advance(Duration::HOUR - Duration::MICROSECOND);
        assert_eq!(service.verify(token.expose()).1, "DISABLED");
        assert_eq!(owner.get(PATH).test_id("api-key-row").attribute("data-status").as_deref(), Some("disabled"));
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!(service.verify(token.expose()).1, "VALID");
        assert_eq!(owner.get(PATH).test_id("api-key-row").attribute("data-status").as_deref(), Some("active"));
        assert_eq!(owner.post(&path, &[("pause", "1y")]).status, 400);
    }

    fn twice_is_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/disablement", key.id);
        owner.post(&path, &[]);
        owner.get(PATH);
        assert_eq!(owner.post(&path, &[]).status, 303);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("Nothing was changed"));
        assert_eq!(app.audited("api_key.disabled"), 1);
    }

    fn the_question_says_who_uses_the_keys_and_which_stay_as_they_are(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let (used, token) = app.insert_token(OWNER, "used", |key| key.last_use = Some(used_at(now.minus(Duration::HOUR))));
        let idle = app.insert_api_key(OWNER, "idle", |_| {});
        let over = app.insert_api_key(OWNER, "over", |key| key.revoked_at = Some(now));
        app.visitor().verify(token.expose());
        actix_web::rt::System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        let ids = [&used, &idle, &over].map(|key| key.id.to_string());
        let query = ids.each_ref().map(|id| format!("id={id}")).join("&");
        let question = owner.get(&format!("{PATH}/bulk-disablement?{query}"));
        assert_eq!(question.find_all("h1")[0].text, "Disable 2 keys?");
        let dialog = question.test_id("confirm-dialog").text;
        assert!(dialog.contains("1 of them was used") && question.test_id("used-by").text.contains("127.0.0.1"), "{dialog}");
        assert!(question.test_id("untouched").text.starts_with("1 of the selected keys will not change"));

        let fields = ids.each_ref().map(|id| ("id", id.as_str()));
        assert_eq!(owner.post(&format!("{PATH}/bulk-disablement"), &fields).status, 303);
        let said = owner.get(PATH).test_id("flash-success").text;
        assert!(said.contains("2 keys disabled. 1 other key was not changed."), "{said}");
        assert_eq!(owner.post(&format!("{PATH}/bulk-enablement"), &fields).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("2 keys enabled."));
        assert_eq!((app.audited("api_key.disabled"), app.audited("api_key.enabled")), (2, 2));
    }

    fn one_comes_back_to_where_one_was(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let base = &app.address;
        for (from, to) in [
            (format!("{base}{PATH}?sort=name&project=none"), format!("{PATH}?sort=name&project=none")),
            (format!("{base}{PATH}/{}", key.id), format!("{PATH}/{}", key.id)),
            (format!("https://evil.example{PATH}?sort=name"), PATH.to_owned()),
            (format!("{base}{PATH}/{}/deletion", key.id), PATH.to_owned()),
            (format!("{base}/settings"), PATH.to_owned()),
            ("nonsense".to_owned(), PATH.to_owned()),
        ] {
            for act in ["disablement", "enablement"] {
                let path = format!("{PATH}/{}/{act}", key.id);
                let csrf = owner.csrf();
                let page = owner.post_raw(&path, &[("referer", &from)], &[("csrf", &csrf)]);
                assert_eq!((page.status, page.header("location")), (303, to.as_str()), "{from}");
            }
        }
        let path = format!("{PATH}/{}/disablement", key.id);
        for next in ["//evil.example", "https://evil.example", "/sign-out", "/settings/developers/api-keys/../../x"] {
            assert_eq!(owner.post(&path, &[("next", next)]).header("location"), PATH, "{next}");
        }
    }
}
