//! Marking keys for rotation: who may, what is refused, and who gets an email.

use std::{sync::Barrier, thread};

use actix_web::rt::System;
use latchkey::domain::{ApiKey, ExpirationDate, Role, policy::WhoMayCreate};

use super::{OWNER, PATH, ask_about, names, post, send};
use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Mails, TestApp},
};

const MAX: &str = "max@acme.example";
const MARK: &str = "/settings/developers/api-keys/bulk-rotation-mark";

fn find(app: &TestApp, key: &ApiKey) -> ApiKey {
    app.state.pool.read(|conn| latchkey::store::api_keys::find(conn, &key.id)).unwrap().unwrap()
}

fn mark_of(app: &TestApp, key: &ApiKey) -> Option<String> {
    find(app, key).rotation_mark().map(ExpirationDate::iso)
}

on_both_databases! {
    fn selected_keys_get_a_date_and_each_an_event(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let keys = ["one", "two", "three"].map(|name| app.insert_api_key(OWNER, name, |_| {}));
        let over = app.insert_api_key(OWNER, "over", |key| key.revoked_at = key.confirmed_at);
        let list = owner.get(PATH);
        let picked: Vec<_> = [&keys[0], &keys[1], &over].map(|key| key.id.to_string()).to_vec();
        let question = ask_about(&mut owner, &list, "bulk-rotation-mark", &picked);
        assert_eq!(question.find_all("h1")[0].text, "Mark 2 keys for rotation?");
        assert!(question.test_id("untouched").text.starts_with("1 of the selected keys"));
        assert!(!question.has("[data-testid=owners-emailed]"), "they are the reader's own");
        let field = question.find_all("#rotate_by").remove(0);
        let attribute = |name| field.attribute(name).unwrap();
        assert_eq!([attribute("type"), attribute("min"), attribute("max")], ["date", "2026-11-21", "2027-11-21"]);
        assert_eq!(attribute("value"), "2026-12-21", "in 30 days");

        assert_eq!(send(&mut owner, &question).status, 303);
        let page = owner.get(PATH);
        let told = page.test_id("flash-success").text;
        assert_eq!(told, "2 keys are due for rotation by 21 Dec 2026. 1 other key was not changed.");
        assert_eq!(keys.each_ref().map(|key| mark_of(app, key)), [Some("2026-12-21".to_owned()), Some("2026-12-21".to_owned()), None]);
        assert_eq!(app.audited("api_key.rotation_marked"), 2);
        let details = owner.get(&format!("{PATH}/{}", keys[0].id));
        assert!(details.test_id("history-table").text.contains("for rotation by 21 Dec 2026"));

        assert_eq!(send(&mut owner, &question).status, 303, "sent twice, it is done once");
        assert_eq!(app.audited("api_key.rotation_marked"), 2);
        let question = owner.get(&format!("{MARK}?id={}", keys[0].id));
        assert_eq!(question.find_all("h1")[0].text, "Mark “one” for rotation?");
        assert!(question.test_id("marked-already").text.starts_with("1 of the keys is already marked"));
        assert_eq!(owner.post(MARK, &[("id", keys[0].id.as_str()), ("rotate_by", "2026-11-30")]).status, 303);
        assert_eq!(owner.get(PATH).test_id("flash-success").text, "API key “one” is due for rotation by 30 Nov 2026.");
        assert_eq!(mark_of(app, &keys[0]).as_deref(), Some("2026-11-30"));
    }

    fn a_date_that_cannot_be_is_told_at_its_field_and_marks_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        for (date, fault) in [
            ("", "Select a date by which"), ("2026-11-20", "Select 21 Nov 2026 or a later date"),
            ("2027-11-22", "Select 21 Nov 2027 or an earlier date"), ("2026-02-30", "such as 2026-12-31"), ("soon", "such as 2026-12-31"),
        ] {
            let page = owner.post(MARK, &[("id", key.id.as_str()), ("rotate_by", date), ("note", "kept")]);
            assert_eq!(page.status, 422, "{date}");
            assert!(page.test_id("error-rotate_by").text.contains(fault), "{date}: {}", page.body);
            assert!(page.has("[data-testid=error-summary] a[href='#rotate_by']") && page.has("#rotate_by[aria-invalid=true]"));
        }
        let long = "x".repeat(501);
        let page = owner.post(MARK, &[("id", key.id.as_str()), ("rotate_by", "2026-12-01"), ("note", &long)]);
        assert_eq!(page.status, 422);
        assert_eq!((mark_of(app, &key), app.audited("api_key.rotation_marked")), (None, 0));
        for last in ["2026-11-21", "2027-11-21"] {
            assert_eq!(owner.post(MARK, &[("id", key.id.as_str()), ("rotate_by", last)]).status, 303, "{last}");
        }
    }

    fn all_of_them_or_none_and_only_keys_that_one_may_change(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = app.insert_api_key(OWNER, "own", |_| {});
        app.create_user(Role::Member, "max");
        let of_max = app.insert_api_key(MAX, "of Max", |_| {});
        let both = [("id", own.id.as_str()), ("id", of_max.id.as_str()), ("rotate_by", "2026-12-01")];
        assert_eq!(owner.post(MARK, &both).status, 404, "one of them is not in this view");
        assert_eq!(app.audited("api_key.rotation_marked"), 0);
        assert_eq!(owner.post(&format!("{MARK}?view=organization"), &both).status, 303);
        assert_eq!(app.audited("api_key.rotation_marked"), 2);

        app.change_policy(|policy| policy.who_may_create = WhoMayCreate::Everyone);
        let mut max = app.sign_in_as(MAX);
        let mine = [("id", of_max.id.as_str()), ("rotate_by", "2026-12-02")];
        assert_eq!(max.post(MARK, &mine).status, 303, "one's own keys");
        assert_eq!(max.post(MARK, &both).status, 404);
        assert_eq!(max.post(&format!("{MARK}?view=organization"), &mine).status, 403);
        for role in [Role::Support, Role::Analytics] {
            let mut other = app.sign_in(role);
            assert_eq!(other.post(&format!("{MARK}?view=organization"), &mine).status, 403, "{role:?}");
            assert!(!other.get(&format!("{PATH}?view=organization")).has("[data-testid=mark-selected]"), "{role:?}");
        }
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!(administrator.post(&format!("{MARK}?view=organization"), &mine).status, 303);
        app.create_user_of("Globex", Role::Owner, "gwen");
        let mut stranger = app.sign_in_as("gwen@globex.example");
        assert_eq!(stranger.post(&format!("{MARK}?view=organization"), &mine).status, 404);
    }

    fn what_matches_is_marked_as_it_was_counted(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for name in ["a", "b"] {
            app.insert_api_key(OWNER, name, |_| {});
        }
        let form = [("matching", "2"), ("status", "active"), ("rotate_by", "2026-12-01")];
        app.insert_api_key(OWNER, "c", |_| {});
        let page = owner.post(MARK, &form);
        assert_eq!((page.status, page.has("[data-testid=count-changed]")), (409, true));
        assert_eq!(app.audited("api_key.rotation_marked"), 0);
        assert_eq!(send(&mut owner, &page).status, 303);
        assert_eq!(app.audited("api_key.rotation_marked"), 3);
        assert_eq!(names(&owner.get(&format!("{PATH}?sort=name&rotation=due_soon"))), ["a", "b", "c"]);
    }

    fn the_mark_is_changed_and_removed_in_the_edit_form(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/edit", key.id);
        assert!(!owner.get(&path).has("#rotate_by"), "there is nothing to remove");
        let stale = owner.get(&path);
        owner.post(MARK, &[("id", key.id.as_str()), ("rotate_by", "2026-12-01")]);
        // A form of before does not remove it.
        let fields: Vec<_> = stale.form_fields("form").into_iter().map(|(name, value)| match name.as_str() {
            "description" => (name, "late".to_owned()),
            _ => (name, value),
        }).collect();
        let conflict = post(&mut owner, &path, &fields);
        assert_eq!(conflict.status, 409);
        assert_eq!(send(&mut owner, &conflict).status, 303);
        assert_eq!(mark_of(app, &key).as_deref(), Some("2026-12-01"));
        let with_date = |client: &mut crate::support::Client, date: &str| {
            let mut fields = client.get(&path).form_fields("form");
            fields.retain(|(name, _)| name != "rotate_by");
            fields.push(("rotate_by".to_owned(), date.to_owned()));
            post(client, &path, &fields)
        };
        assert_eq!(with_date(&mut owner, "2026-11-01").status, 422);
        assert_eq!(with_date(&mut owner, "2026-12-24").status, 303);
        assert_eq!(mark_of(app, &key).as_deref(), Some("2026-12-24"));
        assert_eq!(with_date(&mut owner, "").status, 303);
        assert_eq!(mark_of(app, &key), None);
        let edits = app.events_of(key.id.as_str());
        let removed = edits.iter().filter(|event| event.action == "api_key.edited" && event.details["after"]["rotation_marked_for"].is_null());
        let removed: Vec<_> = removed.filter(|event| event.details["before"]["rotation_marked_for"] == "2026-12-25T00:00:00Z").collect();
        assert_eq!(removed.len(), 1, "{edits:?}");
    }

    fn a_mark_against_a_deletion_has_one_outcome(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..20 {
            let key = app.insert_api_key(OWNER, &format!("key {round}"), |_| {});
            let csrf = owner.csrf();
            let (mut marking, mut deleting) = (owner.clone(), owner.clone());
            let barrier = Barrier::new(2);
            let (marked, deleted) = thread::scope(|scope| {
                let marking = scope.spawn(|| {
                    barrier.wait();
                    marking.post_raw(MARK, &[], &[("id", key.id.as_str()), ("rotate_by", "2026-12-01"), ("csrf", &csrf)]).status
                });
                barrier.wait();
                let deleted = deleting.post_raw(&format!("{PATH}/{}/deletion", key.id), &[], &[("csrf", &csrf)]).status;
                (marking.join().unwrap(), deleted)
            });
            assert_eq!(deleted, 303, "round {round}");
            assert!([303, 404].contains(&marked), "round {round}: {marked}");
            let (marks, of_key) = (i64::from(marked == 303), format!("subject_id = '{}'", key.id));
            let recorded = app.database.count(&format!("SELECT count(*) AS count FROM audit_events WHERE action = 'api_key.rotation_marked' AND {of_key}"));
            assert_eq!(recorded, marks, "round {round}");
        }
        assert!(owner.listed().is_empty());
    }
}

on_both_databases_with_mails! {
    fn each_other_owner_gets_one_mail_with_their_keys(app: &TestApp, mails: &Mails) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.create_user(Role::Member, "rita");
        app.create_user(Role::Member, "gone");
        app.database.execute("UPDATE users SET language = 'ru' WHERE email = 'rita@acme.example'");
        let own = app.insert_api_key(OWNER, "own", |_| {});
        let of_max = ["Deploy", "Reports"].map(|name| app.insert_api_key(MAX, name, |_| {}));
        let of_rita = app.insert_api_key("rita@acme.example", "Выгрузка", |_| {});
        let of_gone = app.insert_api_key("gone@acme.example", "Old", |_| {});
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE email = 'gone@acme.example'");
        let picked: Vec<_> = [&own, &of_max[0], &of_max[1], &of_rita, &of_gone].map(|key| key.id.to_string()).to_vec();
        let list = owner.get(&format!("{PATH}?view=organization"));
        let question = ask_about(&mut owner, &list, "bulk-rotation-mark", &picked);
        assert!(question.test_id("owners-emailed").text.contains("each of the 2 owners one email"));
        let mut fields = question.form_fields("form");
        fields.retain(|(name, _)| name != "note" && name != "rotate_by");
        fields.extend([("note", "Somebody has left."), ("rotate_by", "2026-12-12")].map(|(name, value)| (name.to_owned(), value.to_owned())));
        let action = question.find_all("main form")[0].attribute("action").unwrap();
        assert_eq!(post(&mut owner, &action, &fields).status, 303);
        assert_eq!(post(&mut owner, &action, &fields).status, 303, "the same form sends nothing again");
        let mut letters = [mails.next(), mails.next()];
        letters.sort_by(|one, other| one.to.cmp(&other.to));
        let [max, rita] = letters;
        assert_eq!((max.to.as_str(), max.subject.as_str()), (MAX, "Rotate 2 API keys by 12 December 2026"));
        for text in [&max.text, &max.html] {
            for part in ["owner asks you", "in Acme", "Somebody has left.", "Deploy", "Reports", &of_max[0].hint, "keeps working"] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
        assert_eq!(max.link(&app.address), "/settings/developers/api-keys?view=mine");
        assert_eq!((rita.to.as_str(), rita.subject.as_str()), ("rita@acme.example", "Смените токен API-ключа до 12 декабря 2026 г."));
        assert_eq!(rita.link(&app.address), format!("{PATH}/{}", of_rita.id));
        assert_eq!(app.audited("api_key.rotation_marked"), 5);
        let state = app.state.clone();
        System::new().block_on(async move { latchkey::tasks::remind(&state).await }).unwrap();
        assert_eq!(app.audited("api_key.reminder_sent"), 0, "nobody is reminded a moment later");
        // The next mail is about something else: the owner and the disabled person got none.
        owner.post(&format!("{MARK}?view=organization"), &[("id", of_max[0].id.as_str()), ("rotate_by", "2026-12-24")]);
        let next = mails.next();
        assert_eq!((next.to.as_str(), next.subject.as_str()), (MAX, "Rotate an API key by 24 December 2026"));
    }
}
