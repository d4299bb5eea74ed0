//! Emails about keys that expire.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, Role};
use time::Duration;

use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Mails, TestApp},
};

const OWNER: &str = "owner@acme.example";

fn remind(app: &TestApp) -> i64 {
    let state = app.state.clone();
    System::new().block_on(async move {
        latchkey::tasks::remind(&state).await.unwrap();
        // Emails are sent in the background of the same system, which waits for started ones.
        for _ in 0..100 {
            actix_web::rt::task::yield_now().await;
        }
    });
    app.database.count("SELECT count(*) AS count FROM api_key_reminders")
}

fn ends_in(days: i64) -> impl Fn(&mut ApiKey) {
    move |key| key.expires_at = Some(key.created_at.plus(Duration::days(days)))
}

on_both_databases_with_mails! {
    fn the_owner_is_reminded_once_for_each_time(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", ends_in(31));
        assert_eq!(remind(app), 0);
        app.clock.advance(Duration::days(1));
        assert_eq!((remind(app), remind(app)), (1, 1), "once");
        let mail = mails.next();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (OWNER, "API key “Deploy” expires in 30 days"));
        assert!(mail.text.contains(&key.hint) && mail.text.contains("in Acme"), "{}", mail.text);
        assert_eq!(mail.link(&app.address), format!("/settings/developers/api-keys/{}", key.id));
        // The server was down seven days before: only the nearest reminder is sent.
        app.clock.advance(Duration::days(29));
        assert_eq!(remind(app), 2);
        assert!(mails.next().subject.ends_with("expires tomorrow"));
        app.clock.advance(Duration::hours(23));
        assert_eq!(remind(app), 2);
        assert_eq!(app.database.count("SELECT min(days) AS count FROM api_key_reminders"), 1);
    }

    fn people_get_it_in_their_language_and_those_who_are_gone_get_none(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.database.execute("UPDATE users SET language = 'ru' WHERE email = 'owner@acme.example'");
        let now = latchkey::domain::Clock::now(&*app.clock);
        app.insert_api_key("owner@acme.example", "Выгрузка", ends_in(5));
        app.insert_api_key("owner@acme.example", "disabled", |key| { ends_in(5)(key); key.disabled_at = Some(now); });
        app.insert_api_key("owner@acme.example", "revoked", |key| { ends_in(5)(key); key.revoked_at = Some(now); });
        app.insert_api_key("owner@acme.example", "pending", |key| { ends_in(5)(key); key.confirmed_at = None; });
        app.insert_api_key("owner@acme.example", "over", |key| key.expires_at = Some(now));
        app.insert_api_key("owner@acme.example", "endless", |key| key.expires_at = None);
        app.create_user(Role::Member, "gone");
        app.insert_api_key("max@acme.example", "of somebody disabled", ends_in(50));
        app.insert_api_key("gone@acme.example", "of somebody removed", ends_in(50));
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE email = 'max@acme.example'");
        app.database.execute("UPDATE users SET removed_at = 1 WHERE email = 'gone@acme.example'");
        // Not before the emails are sent, because the server also sends reminders by itself.
        app.database.execute("UPDATE api_keys SET expires_at = (SELECT expires_at FROM api_keys WHERE name = 'disabled') WHERE name LIKE 'of somebody%'");
        assert_eq!(remind(app), 1);
        assert_eq!(mails.next().subject, "Срок действия API-ключа «Выгрузка» истекает через 5 дней");
    }
}

on_both_databases! {
    fn without_a_mail_server_nothing_is_taken_for_sent(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, "Deploy", ends_in(5));
        assert_eq!(remind(app), 0);
    }
}
