//! The page shows what a change affects before it is made, and nothing ends at once.

use latchkey::{
    domain::{Policy, Role, Scope, Timestamp, policy::Viewable},
    store,
};
use time::{Duration, macros::datetime};

use super::{PATH, agree, change, filled, present, send};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

const OWNER: &str = "owner@acme.example";

fn set(app: &TestApp, policy: &Policy) {
    let now = latchkey::domain::Clock::now(&*app.clock);
    app.state
        .pool
        .write(|conn| {
            let (id, _) = store::organizations::list(conn)?.remove(0);
            let present = store::policies::get(conn, &id)?;
            store::policies::replace(conn, &id, policy, present.unused_revoked_from, present.edits, now)
        })
        .unwrap();
}

fn last_days(app: &TestApp) -> Vec<(String, String)> {
    let mut owner = app.sign_in_as(OWNER);
    let page = owner.get("/settings/developers/api-keys?sort=name");
    let rows = page.find_all("[data-testid=api-key-row]");
    let ends = page.find_all("[data-testid=cell-expires]");
    let name = |row: &crate::support::Element| row.attribute("data-key-name").unwrap();
    rows.iter().map(name).zip(ends.into_iter().map(|cell| cell.text)).collect()
}

/// Stores the token of the key.
fn seal(app: &TestApp, id: &str) {
    app.database
        .execute(&format!("UPDATE api_key_tokens SET sealed = '00', sealed_version = 1 WHERE api_key_id = '{id}'"));
}

on_both_databases! {
    fn keys_that_become_overdue_for_rotation_are_counted_first(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = latchkey::domain::Clock::now(&*app.clock);
        let in_use_for = |days| move |key: &mut latchkey::domain::ApiKey| key.confirmed_at = Some(now.minus(Duration::days(days)));
        app.insert_api_key(OWNER, "old", in_use_for(91));
        app.insert_api_key(OWNER, "rotated", |key| { in_use_for(91)(key); key.rotated_at = Some(now); });
        app.insert_api_key(OWNER, "young", in_use_for(90));
        app.insert_api_key(OWNER, "revoked", |key| { in_use_for(91)(key); key.revoked_at = Some(now); });
        app.insert_api_key(OWNER, "paused", |key| { in_use_for(91)(key); key.disabled_at = Some(now); });
        app.insert_api_key(OWNER, "pending", |key| key.confirmed_at = None);
        for (days, fault) in [("6", true), ("3651", true), ("soon", true), ("365", false)] {
            let page = change(&mut owner, &[("rotate_every_days", &[days])]);
            assert_eq!((page.status == 422, page.has("[data-testid=error-rotate_every_days]")), (fault, fault), "{days}");
        }
        let dry_run = change(&mut owner, &[("rotate_every_days", &["90"])]);
        let impact = dry_run.test_id("impact").text;
        assert_eq!(impact, "2 keys have not been rotated for 90 days and become overdue. They keep working, and their owners are reminded.");
        assert_eq!(present(app).policy.rotate_every_days, Some(365), "nothing was saved");
        assert_eq!(agree(&mut owner, &dry_run, &[]).status, 303);
        assert_eq!(present(app).policy.rotate_every_days, Some(90));
        let dry_run = change(&mut owner, &[("rotate_every_days", &["89"])]);
        assert!(dry_run.test_id("impact").text.starts_with("1 key has not been rotated for 89 days"), "two are overdue already");
        assert_eq!(change(&mut owner, &[("rotate_every_days", &["120"])]).status, 303, "a longer interval affects nobody");
        assert_eq!(change(&mut owner, &[("rotate_every_days", &[""])]).status, 303);
        assert_eq!(present(app).policy.rotate_every_days, None);
    }

    fn keys_that_live_too_long_are_left_unless_one_says_otherwise(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        set(app, &Policy { allow_no_expiry: true, ..Policy::default() });
        let now = latchkey::domain::Clock::now(&*app.clock);
        app.insert_api_key(OWNER, "a long one", |key| key.expires_at = Some(now.plus(Duration::days(200))));
        app.insert_api_key(OWNER, "b old", |key| {
            key.created_at = Timestamp::from(datetime!(2026-02-01 12:00 UTC));
            key.expires_at = Some(Timestamp::from(datetime!(2027-02-01 00:00 UTC)));
        });
        app.insert_api_key(OWNER, "c short", |key| key.expires_at = Some(Timestamp::from(datetime!(2027-02-20 00:00 UTC))));
        app.insert_api_key(OWNER, "d endless", |key| key.expires_at = None);
        app.insert_api_key(OWNER, "e revoked", |key| { key.expires_at = None; key.revoked_at = Some(now); });
        app.insert_api_key(OWNER, "f expired", |key| {
            key.created_at = Timestamp::from(datetime!(2025-01-01 12:00 UTC));
            key.expires_at = Some(Timestamp::from(datetime!(2026-11-01 00:00 UTC)));
        });
        let before = last_days(app);
        let stricter: [(&str, &[&str]); 3] =
            [("max_lifetime_days", &["90"]), ("default_lifetime_days", &["90"]), ("allow_no_expiry", &[])];
        let dry_run = change(&mut owner, &stricter);
        assert_eq!(dry_run.status, 200);
        assert!(dry_run.test_id("impact-long_lived").text.starts_with("2 keys live longer than 90 days"));
        assert!(dry_run.test_id("impact-endless").text.starts_with("1 key never expires"));
        assert!(dry_run.body.contains("21 Dec 2026"), "the notice: {}", dry_run.body);
        assert_eq!((present(app).edits, last_days(app)), (1, before.clone()), "nothing was saved");

        assert_eq!(agree(&mut owner, &dry_run, &[]).status, 303);
        assert_eq!(present(app).policy.max_lifetime_days, 90);
        assert_eq!((last_days(app), app.audited("api_key.expiry_shortened")), (before, 0));
    }

    fn keys_are_shortened_with_notice_and_one_event_each(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        set(app, &Policy { allow_no_expiry: true, ..Policy::default() });
        let now = latchkey::domain::Clock::now(&*app.clock);
        let (long, token) = app.insert_token(OWNER, "a long one", |key| key.expires_at = Some(now.plus(Duration::days(200))));
        app.insert_api_key(OWNER, "b old", |key| {
            key.created_at = Timestamp::from(datetime!(2026-02-01 12:00 UTC));
            key.expires_at = Some(Timestamp::from(datetime!(2027-02-01 00:00 UTC)));
        });
        app.insert_api_key(OWNER, "c old and ends soon", |key| {
            key.created_at = Timestamp::from(datetime!(2026-02-01 12:00 UTC));
            key.expires_at = Some(Timestamp::from(datetime!(2026-12-02 00:00 UTC)));
        });
        app.insert_api_key(OWNER, "d endless", |key| key.expires_at = None);
        let second = app.second_instance();
        let mut service = crate::support::Client::new(&second.address);
        assert_eq!(service.verify(token.expose()).1, "VALID");
        let stricter: [(&str, &[&str]); 3] =
            [("max_lifetime_days", &["90"]), ("default_lifetime_days", &["90"]), ("allow_no_expiry", &[])];
        let dry_run = change(&mut owner, &stricter);
        let both: [(&str, &[&str]); 2] = [("long_lived", &["shorten"]), ("endless", &["shorten"])];
        let fields = filled(&dry_run, &both);
        for _ in 0..2 {
            assert_eq!(send(&mut owner, &fields).status, 303, "a second submit is harmless");
        }
        let ends: Vec<_> = last_days(app).into_iter().map(|(_, end)| end).collect();
        for (end, expected) in ends.iter().zip(["19 Feb 2027", "21 Dec 2026", "1 Dec 2026", "19 Feb 2027"]) {
            assert!(end.contains(expected), "{ends:?}");
        }
        assert_eq!((app.audited("api_key.expiry_shortened"), app.audited("policy.changed")), (3, 1));
        let events = app.events_of(long.id.as_str());
        assert_eq!(events[0].details["after"]["expires_at"], "2027-02-20T00:00:00Z", "{events:?}");
        let answer = service.request("POST", "/v1/verify", &[("x-api-key", token.expose())], None);
        let mut expires_at = answer.json()["expires_at"].to_string();
        let began = std::time::Instant::now();
        while !expires_at.contains("2027-02-20") {
            assert!(began.elapsed().as_secs() < 10, "{expires_at}");
            expires_at = service.request("POST", "/v1/verify", &[("x-api-key", token.expose())], None).json()["expires_at"].to_string();
        }
    }

    fn from_the_dry_run_one_returns_to_the_form_as_it_was_filled(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        set(app, &Policy { allow_no_expiry: true, ..Policy::default() });
        app.insert_api_key(OWNER, "endless", |key| key.expires_at = None);
        let page = owner.get(PATH);
        let typed = filled(&page, &[("max_lifetime_days", &["90"]), ("default_lifetime_days", &["30"]), ("allow_no_expiry", &[])]);
        let dry_run = send(&mut owner, &typed);
        assert!(dry_run.has("[data-testid=policy-dry-run]"), "{}", dry_run.body);
        assert_eq!(dry_run.test_id("back-to-form").attribute("name").as_deref(), Some("back"));
        let form = agree(&mut owner, &dry_run, &[("back", &["form"])]);
        assert_eq!(form.status, 200);
        let of_person = |mut fields: Vec<(String, String)>| {
            fields.retain(|(name, _)| name != "csrf");
            fields.sort();
            fields
        };
        assert_eq!(of_person(form.form_fields("#policy-form")), of_person(typed));
        assert_eq!(present(app).edits, 1, "nothing is saved");
    }

    fn other_numbers_than_those_agreed_to_are_asked_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "one", |_| {});
        let dry_run = change(&mut owner, &[("max_lifetime_days", &["90"]), ("default_lifetime_days", &["90"])]);
        assert!(dry_run.test_id("impact-long_lived").text.starts_with("1 key lives longer"));
        app.insert_api_key(OWNER, "two", |_| {});
        let again = agree(&mut owner, &dry_run, &[("long_lived", &["shorten"])]);
        assert_eq!(again.status, 409);
        assert!(again.test_id("form-error").text.contains("The numbers have changed"));
        assert!(again.test_id("impact-long_lived").text.starts_with("2 keys live longer"));
        assert!(again.has("#long_lived-shorten[checked]"), "the choice is kept");
        assert_eq!(present(app).edits, 0);
        assert_eq!(agree(&mut owner, &again, &[]).status, 303);
        assert_eq!(app.audited("api_key.expiry_shortened"), 2);
    }

    fn tokens_that_are_not_kept_any_more_are_erased_and_those_of_the_system_stay(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        set(app, &Policy { viewable: Viewable::All, system_default_key: true, ..Policy::default() });
        let of_scope = |name: &str, scope| app.insert_api_key(OWNER, name, |key| key.scope = scope).id.to_string();
        let (server, web, system) =
            (of_scope("server", Scope::Server), of_scope("web", Scope::Web), of_scope("system", Scope::Server));
        for id in [&server, &web, &system] {
            seal(app, id);
        }
        app.database.execute(&format!("INSERT INTO system_api_keys (owner_id, api_key_id) SELECT owner_id, id FROM api_keys WHERE id = '{system}'"));
        let kept = || app.database.count("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL");

        let dry_run = change(&mut owner, &[("viewable", &["web_and_mobile"])]);
        assert!(dry_run.test_id("impact").text.contains("1 token that can be seen now will be erased"), "{}", dry_run.body);
        assert_eq!(kept(), 3);
        assert_eq!(agree(&mut owner, &dry_run, &[]).status, 303);
        assert_eq!(kept(), 2);
        let dry_run = change(&mut owner, &[("viewable", &["never"]), ("system_default_key", &[])]);
        let text = dry_run.test_id("impact").text;
        assert!(text.contains("2 tokens that can be seen now") && text.contains("1 key created by the system stays"), "{text}");
        assert_eq!(agree(&mut owner, &dry_run, &[]).status, 303);
        assert_eq!((kept(), app.audited("api_key.deleted")), (0, 0));
        let of_system = app.database.count("SELECT count(*) AS count FROM system_api_keys");
        assert_eq!(of_system, 0, "they are keys like others, and would be made anew");
    }

    fn everybody_who_is_touched_is_counted(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.create_user(Role::Support, "sam");
        set(app, &Policy { who_may_create: latchkey::domain::policy::WhoMayCreate::Everyone, ..Policy::default() });
        for number in 0..3 {
            app.insert_api_key("max@acme.example", &format!("key {number}"), |key| key.scope = Scope::Mobile);
        }
        let now = latchkey::domain::Clock::now(&*app.clock);
        app.insert_api_key(OWNER, "idle", |key| {
            key.created_at = now.minus(Duration::days(200));
            key.confirmed_at = Some(key.created_at);
            key.last_use = Some(used_at(now.minus(Duration::days(91))));
        });
        let dry_run = change(&mut owner, &[
            ("who_may_create", &["administrators"]),
            ("max_keys_per_user", &["2"]),
            ("scopes_offered", &["server", "web"]),
            ("revoke_unused_after_days", &["90"]),
            ("system_default_key", &["true"]),
        ]);
        let said: Vec<_> = dry_run.find_all("[data-testid=impact] li").into_iter().map(|line| line.text).collect();
        assert_eq!(said, [
            "1 person has more than 2 keys. They keep them, but cannot create more.",
            "2 people can no longer create or manage their own keys. The keys keep working.",
            "3 keys have the scope Mobile, which is no longer offered. The keys keep working.",
            "1 key has not been used for 90 days. If it stays unused, Latchkey revokes it from 22 Dec 2026 on.",
            "3 people get a key from the system at their next sign-in.",
        ]);
        assert_eq!(agree(&mut owner, &dry_run, &[]).status, 303);
        assert_eq!(app.audited("api_key.revoked"), 0);
        assert_eq!(present(app).unused_revoked_from, Some(Timestamp::from(datetime!(2026-12-22 00:00 UTC))));
        let page = owner.get(PATH);
        assert_eq!(page.find_all("#revoke_unused_after_days")[0].attribute("value").unwrap(), "90");
    }

    fn nothing_of_another_organization_is_counted_or_touched(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let rival = app.create_user_of("Rival", Role::Owner, "rita");
        app.insert_api_key(&rival, "theirs", |_| {});
        let done = change(&mut owner, &[("max_lifetime_days", &["30"]), ("default_lifetime_days", &["30"])]);
        assert_eq!(done.status, 303, "nothing of this organization is touched");
        let mut rita = app.sign_in_as(&rival);
        assert_eq!(rita.get(PATH).find_all("#max_lifetime_days")[0].attribute("value").unwrap(), "365");
        assert_eq!(rita.create_api_key("for a year").status, 200);
    }
}
