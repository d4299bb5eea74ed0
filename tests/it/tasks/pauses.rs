//! Keys that were disabled until a time that has come.

use actix_web::rt::System;
use latchkey::{domain::Role, state::State};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const OWNER: &str = "owner@acme.example";
const LIST: &str = "/settings/developers/api-keys";

fn note(state: &State) {
    System::new().block_on(latchkey::tasks::end_pauses(state)).unwrap();
}

fn events(app: &TestApp, id: &str) -> Vec<String> {
    app.events_of(id).into_iter().map(|past| past.action).collect()
}

fn pause(owner: &mut Client, id: &str) {
    assert_eq!(owner.post(&format!("{LIST}/{id}/disablement"), &[("pause", "1h")]).status, 303);
}

on_both_databases! {
    fn an_ended_pause_is_noted_once_by_whichever_instance(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let keys: Vec<_> = (0..12).map(|number| app.insert_token(OWNER, &format!("key {number}"), |_| {})).collect();
        for (key, _) in &keys {
            pause(&mut owner, key.id.as_str());
        }
        let (key, token) = &keys[0];
        let noted = || app.database.count("SELECT count(*) AS count FROM api_keys WHERE noted_status = 1 AND disabled_until IS NULL");
        let verify = || app.visitor().verify(token.expose()).1;
        app.clock.advance(Duration::HOUR - Duration::microseconds(1));
        note(&app.state);
        assert_eq!((verify().as_str(), noted(), app.audited("api_key.enabled")), ("DISABLED", 0, 0));

        app.clock.advance(Duration::microseconds(1));
        assert_eq!((verify().as_str(), noted()), ("VALID", 0), "at the instant itself, whatever the task does");
        app.clock.advance(Duration::seconds(40));
        let other = app.second_instance();
        std::thread::scope(|scope| {
            for state in [&app.state, &other.state, &app.state, &other.state] {
                let state = state.clone().into_inner();
                scope.spawn(move || note(&state));
            }
        });
        assert_eq!((verify().as_str(), noted(), app.audited("api_key.enabled")), ("VALID", 12, 12));
        assert_eq!(events(app, key.id.as_str()), ["api_key.disabled", "api_key.enabled"]);
        let by_nobody = "SELECT count(*) AS count FROM audit_events e JOIN audit_events d ON d.subject_id = e.subject_id \
             WHERE e.action = 'api_key.enabled' AND e.actor_id IS NULL AND e.address IS NULL \
             AND d.action = 'api_key.disabled' AND e.at = d.at + 3600000000";
        assert_eq!(app.database.count(by_nobody), 12, "of the instant at which it came about");
        let page = owner.get(&format!("{LIST}/{}", key.id));
        assert!(page.test_id("history-table").text.contains("Latchkey"), "{}", page.body);
        note(&app.state);
        assert_eq!(app.audited("api_key.enabled"), 12);
    }

    fn what_ended_meanwhile_was_not_enabled(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let expiring = app.insert_api_key(OWNER, "expiring", |key| key.expires_at = Some(now.plus(Duration::HOUR))).id;
        let revoked = app.insert_api_key(OWNER, "revoked", |_| {}).id;
        for id in [&expiring, &revoked] {
            pause(&mut owner, id.as_str());
        }
        app.clock.advance(Duration::SECOND);
        assert_eq!(owner.post(&format!("{LIST}/{revoked}/revocation"), &[]).status, 303);
        app.clock.advance(Duration::HOUR);
        note(&app.state);
        assert_eq!(events(app, expiring.as_str()), ["api_key.disabled"]);
        assert_eq!(events(app, revoked.as_str()), ["api_key.disabled", "api_key.revoked"]);
    }

    fn whoever_changes_the_key_before_the_task_leaves_nothing_out(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let [again, revoked] = ["again", "revoked"].map(|name| app.insert_api_key(OWNER, name, |_| {}).id);
        for id in [&again, &revoked] {
            pause(&mut owner, id.as_str());
        }
        app.clock.advance(Duration::HOUR + Duration::SECOND);
        pause(&mut owner, again.as_str());
        assert_eq!(owner.post(&format!("{LIST}/{revoked}/revocation"), &[]).status, 303);
        note(&app.state);
        assert_eq!(events(app, again.as_str()), ["api_key.disabled", "api_key.enabled", "api_key.disabled"]);
        assert_eq!(events(app, revoked.as_str()), ["api_key.disabled", "api_key.enabled", "api_key.revoked"]);
        app.clock.advance(Duration::HOUR);
        note(&app.state);
        assert_eq!(events(app, again.as_str()).len(), 4, "the second pause has its own end");
    }

    fn a_form_that_was_open_while_the_pause_ended_is_still_good(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = app.insert_api_key(OWNER, "Deploy", |_| {}).id;
        pause(&mut owner, id.as_str());
        let path = format!("{LIST}/{id}/edit");
        let form = owner.get(&path).form_fields("form");
        app.clock.advance(Duration::HOUR);
        note(&app.state);
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(&path, &[], &fields).status, 303);
        assert_eq!(owner.listed(), [("Deploy".to_owned(), "active".to_owned())]);
    }
}
