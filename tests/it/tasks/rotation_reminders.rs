//! Emails about keys that are due for rotation, and about overlaps that end while the former token is still used.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, Clock as _, ExpirationDate, Role, Timestamp};
use time::Duration;

use crate::{
    on_both_databases_with_mails,
    support::{Mails, TestApp},
};

const OWNER: &str = "owner@acme.example";

/// Runs the task, and returns how many reminders are recorded.
fn remind(app: &TestApp) -> i64 {
    let state = app.state.clone();
    System::new().block_on(async move {
        latchkey::tasks::remind(&state).await.unwrap();
        // Emails are sent in the background of the same system, which waits for started ones.
        for _ in 0..100 {
            actix_web::rt::task::yield_now().await;
        }
    });
    app.database.count("SELECT count(*) AS count FROM rotation_reminders")
}

fn every(days: i64) -> impl Fn(&mut ApiKey) {
    move |key| {
        key.rotate_every_days = Some(days);
        key.expires_at = None;
    }
}

fn end_of(text: &str) -> Option<Timestamp> {
    ExpirationDate::parse(text).unwrap().map(ExpirationDate::expires_at)
}

/// A key whose token came into use so many days ago.
fn in_use_for(app: &TestApp, days: i64) -> impl Fn(&mut ApiKey) {
    let since = app.clock.now().minus(Duration::days(days));
    move |key| (key.created_at, key.confirmed_at, key.expires_at) = (since, Some(since), None)
}

/// The key was rotated so long ago, with this overlap, and its former token was used so long ago.
fn rotate(app: &TestApp, key: &ApiKey, ago: Duration, overlap: Duration, used_ago: Duration) {
    let now = app.clock.now();
    let rotated = now.minus(ago);
    app.database.execute(&format!(
        "UPDATE api_key_tokens SET ends_at = {}, last_used_at = {} WHERE api_key_id = '{}'",
        rotated.plus(overlap).unix_micros(),
        now.minus(used_ago).unix_micros(),
        key.id
    ));
    app.database.execute(&format!(
        "INSERT INTO api_key_tokens (id, api_key_id, organization_id, lookup, hint, digest, digest_version, created_at, confirmed_at) \
         SELECT 'token_1' || SUBSTR(api_key_id, 6), api_key_id, organization_id, UPPER(lookup) || 'x', 'zzzz', digest, digest_version, {0}, {0} \
         FROM api_key_tokens WHERE api_key_id = '{1}'",
        rotated.unix_micros(),
        key.id
    ));
}

on_both_databases_with_mails! {
    fn the_owner_is_reminded_before_the_due_date_and_once_when_it_has_passed(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", every(60));
        app.clock.advance(Duration::days(30));
        assert_eq!(remind(app), 0);
        app.clock.advance(Duration::hours(12));
        assert_eq!((remind(app), remind(app), app.audited("api_key.reminder_sent")), (1, 1, 1), "once");
        let mail = mails.next();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (OWNER, "Rotate API key “Deploy” within 29 days"));
        assert!(mail.text.contains(&key.hint) && mail.text.contains("due for rotation by 20 January 2027"), "{}", mail.text);
        assert_eq!(mail.link(&app.address), format!("/settings/developers/api-keys/{}", key.id));
        // The server was down seven days before: only the nearest reminder is sent.
        app.clock.advance(Duration::days(29));
        assert_eq!(remind(app), 2);
        assert_eq!(mails.next().subject, "Rotate API key “Deploy” today");
        app.clock.advance(Duration::hours(23));
        assert_eq!(remind(app), 2);
        app.clock.advance(Duration::HOUR);
        assert_eq!((remind(app), remind(app)), (3, 3));
        let mail = mails.next();
        assert_eq!(mail.subject, "API key “Deploy” is overdue for rotation");
        assert!(mail.text.contains("was due for rotation by 20 January 2027") && mail.text.contains("overdue keeps working"), "{}", mail.text);
        app.clock.advance(Duration::days(9));
        assert_eq!(remind(app), 3, "an overdue key is mentioned once");
        // The next date, after a rotation, is another one.
        let now = app.clock.now();
        app.state.pool.write(|conn| latchkey::store::api_keys::update_rotated(conn, &key.id, now)).unwrap();
        app.clock.advance(Duration::days(55));
        assert_eq!(remind(app), 4);
    }

    fn only_owners_of_keys_that_work_are_reminded_and_the_earliest_date_counts(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.database.execute("UPDATE users SET language = 'ru' WHERE email = 'owner@acme.example'");
        let now = app.clock.now();
        let marked = |key: &mut ApiKey| key.rotation_marked_for = end_of("2026-11-26");
        app.insert_api_key(OWNER, "Выгрузка", |key| { every(20)(key); marked(key); });
        app.insert_api_key(OWNER, "disabled", |key| { marked(key); key.disabled_at = Some(now); });
        app.insert_api_key(OWNER, "revoked", |key| { marked(key); key.revoked_at = Some(now); });
        app.insert_api_key(OWNER, "pending", |key| { marked(key); key.confirmed_at = None; });
        app.insert_api_key(OWNER, "ends first", |key| { marked(key); key.expires_at = end_of("2027-11-26"); });
        app.database.execute("UPDATE api_keys SET expires_at = rotation_marked_for WHERE name = 'ends first'");
        app.database.execute("DELETE FROM api_key_reminders");
        app.insert_api_key("max@acme.example", "of somebody disabled", marked);
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE email = 'max@acme.example'");
        assert_eq!(remind(app), 1);
        let subjects = [mails.next().subject, mails.next().subject];
        assert!(subjects.iter().any(|subject| subject == "Смените токен API-ключа «Выгрузка» в течение 5 дней"), "{subjects:?}");
    }

    fn a_new_policy_is_said_to_owners_of_keys_that_are_overdue_by_it(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, "a old", in_use_for(app, 300));
        app.insert_api_key(OWNER, "b with a date of its own", |key| { in_use_for(app, 300)(key); every(299)(key); });
        app.insert_api_key(OWNER, "c due later", in_use_for(app, 85));
        assert_eq!(remind(app), 1);
        assert!(mails.next().subject.contains("b with a date of its own"));
        app.change_policy(|policy| policy.rotate_every_days = Some(90));
        assert_eq!((remind(app), remind(app)), (4, 4));
        let mut subjects: Vec<_> = (0..3).map(|_| mails.next().subject).collect();
        subjects.sort();
        assert_eq!(subjects, [
            "API key “a old” is overdue for rotation",
            "API key “b with a date of its own” is overdue for rotation",
            "Rotate API key “c due later” within 5 days",
        ]);
        app.change_policy(|policy| policy.reminder_days.clear());
        app.insert_api_key(OWNER, "d", in_use_for(app, 91));
        assert_eq!(remind(app), 4, "without reminders there are none of rotations");
        // Long after the policy has changed, keys that have been overdue for long are not looked for.
        app.change_policy(|policy| policy.reminder_days = vec![7]);
        app.clock.advance(Duration::days(31));
        app.insert_api_key(OWNER, "e", in_use_for(app, 200));
        app.insert_api_key(OWNER, "f", in_use_for(app, 110));
        let before = remind(app);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM rotation_reminders r JOIN api_keys k ON k.id = r.api_key_id WHERE k.name IN ('e', 'f')"), 1, "{before}");
    }

    fn the_owner_hears_once_that_the_former_token_is_used_near_the_end_of_the_overlap(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        let hours = Duration::hours;
        let key = |name: &str| app.insert_api_key(OWNER, name, |_| {});
        let [used, quiet, early, over] = ["used", "quiet", "early", "over"].map(key);
        rotate(app, &used, hours(22), hours(24), Duration::minutes(59));
        rotate(app, &quiet, hours(22), hours(24), Duration::minutes(61));
        rotate(app, &early, hours(21), hours(24), Duration::minutes(1));
        rotate(app, &over, hours(25), hours(24), Duration::minutes(1));
        assert_eq!((remind(app), remind(app)), (1, 1));
        let mail = mails.next();
        assert_eq!(mail.subject, "The former token of API key “used” ends soon and is still used");
        assert!(mail.text.contains(&format!("ends in {}", used.hint)) && mail.text.contains("until 21 November 2026, 14:00 UTC"), "{}", mail.text);
        assert_eq!(mail.link(&app.address), format!("/settings/developers/api-keys/{}", used.id));
        app.clock.advance(Duration::minutes(40));
        assert_eq!(remind(app), 2, "now less than a tenth is left of the early one");
        assert!(mails.next().subject.contains("“early”"));
    }
}
