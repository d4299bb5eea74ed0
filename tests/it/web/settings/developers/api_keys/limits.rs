//! Limits of a key's own in the forms, what is used of them on its page, and resetting that.

use std::time::{Duration, Instant};

use latchkey::domain::{
    Policy, Role,
    key_limits::{OwnLimit, OwnLimits},
    policy::{OfferedAttribute, WhoMayCreate},
};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, limits},
};

fn policy() -> Policy {
    Policy {
        who_may_create: WhoMayCreate::Everyone,
        attributes_offered: vec![OfferedAttribute::Limits],
        require_copy_confirmation: false,
        max_keys_per_user: 100,
        ..Policy::default()
    }
}

/// Sends the form of a page to `path`, with these changes.
fn send(client: &mut Client, path: &str, form: &Page, changes: &[(&str, &str)]) -> Page {
    let mut fields = form.form_fields("form");
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(path, &[], &fields)
}

fn create(client: &mut Client, changes: &[(&str, &str)]) -> Page {
    let form = client.get(&format!("{PATH}/new"));
    send(client, PATH, &form, changes)
}

fn edit(client: &mut Client, id: &str, changes: &[(&str, &str)]) -> Page {
    let path = format!("{PATH}/{id}/edit");
    let form = client.get(&path);
    send(client, &path, &form, changes)
}

fn stored(app: &TestApp, id: &str) -> OwnLimits {
    let id = latchkey::domain::ApiKeyId::parse(id).unwrap();
    app.state.pool.read(|conn| latchkey::store::api_keys::find(conn, &id)).unwrap().unwrap().attributes.limits
}

fn code(client: &mut Client, token: &str) -> String {
    let answer = client.request("POST", "/v1/verify", &[("x-api-key", token)], None).json();
    answer["code"].as_str().unwrap().to_owned()
}

const OWN: &[(&str, &str)] = &[
    ("rate_limit_choice", "own"),
    ("rate_limit", "20"),
    ("rate_limit_period", "hour"),
    ("rate_limit_burst", " 5 "),
    ("quota_choice", "none"),
];

on_both_databases! {
    fn a_key_is_created_and_edited_with_limits_of_its_own(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { quota: Some(3), ..policy() });
        let form = owner.get(&format!("{PATH}/new"));
        assert!(form.body.contains("As the policy says: 3 per calendar month"), "{}", form.body);
        assert!(form.body.contains("As the policy says: no limit"));
        let reveal = create(&mut owner, &[&[("name", "Acme")][..], OWN].concat());
        assert_eq!(reveal.status, 200, "{}", reveal.body);
        let (id, token) = (reveal.api_key_id(), reveal.test_id("key-token").text);
        assert_eq!(stored(app, &id), OwnLimits { quota: OwnLimit::Unlimited, ..limits("20/hour/5", "") });
        let page = owner.get(&format!("{PATH}/{id}"));
        let limits_text = page.test_id("limits").text;
        assert!(limits_text.contains("Rate limit: 20 per hour, at most 5 in one second Set for this key"), "{limits_text}");
        assert!(!limits_text.contains("Quota"), "{limits_text}");
        let created = page.test_id("history-table").text;
        assert!(created.contains("20 per hour, at most 5 in one second") && created.contains("No limit"), "{created}");

        assert_eq!((edit(&mut owner, &id, &[]).status, app.audited("api_key.edited")), (303, 0), "as it was");
        let form = owner.get(&format!("{PATH}/{id}/edit"));
        let fields = form.form_fields("form");
        for (name, value) in [("rate_limit_choice", "own"), ("rate_limit_burst", "5"), ("quota_choice", "none")] {
            assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{fields:?}");
        }
        let changes = [("rate_limit_choice", "policy"), ("quota_choice", "own"), ("quota", "2"), ("quota_period", "day")];
        assert_eq!(edit(&mut owner, &id, &changes).status, 303);
        assert_eq!(stored(app, &id), limits("", "2/day"));
        let history = owner.get(&format!("{PATH}/{id}")).test_id("history-table").text;
        for text in ["Rate limit", "As the policy says", "Quota", "No limit", "2 per calendar day"] {
            assert!(history.contains(text), "{text}: {history}");
        }
        let mut service = app.visitor();
        assert_eq!([(); 3].map(|()| code(&mut service, &token)), ["VALID", "VALID", "QUOTA_EXCEEDED"]);
        let page = owner.get(&format!("{PATH}/{id}")).test_id("limits").text;
        assert!(page.contains("2 of 2 today, 0 left. The quota resets on 22 Nov 2026, 00:00 UTC."), "{page}");

        // The form of before, sent twice and by somebody who has not seen the change.
        assert_eq!(send(&mut owner, &format!("{PATH}/{id}/edit"), &form, &changes).status, 303, "a double submit");
        let conflict = send(&mut owner, &format!("{PATH}/{id}/edit"), &form, &[("rate_limit", "30")]);
        assert_eq!(conflict.status, 409);
        let cells = |id: &str| conflict.find_all(&format!("[data-testid={id}]")).into_iter().map(|cell| cell.text).collect::<Vec<_>>();
        assert_eq!(cells("conflict-present"), ["As the policy says", "2 per calendar day"]);
        assert_eq!(cells("conflict-typed"), ["30 per hour, at most 5 in one second", "No limit"]);

        let json = owner.get(&format!("{PATH}/export.json")).json();
        assert_eq!((&json[0]["own_rate_limit"], &json[0]["own_quota"]), (&serde_json::Value::Null, &"2/day".into()));
    }

    fn each_fault_is_beside_its_field_and_nothing_typed_is_lost(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&policy());
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let [range, burst, quota] = ["rate limit", "burst", "quota"]
            .map(|name| format!("Enter the {name} as a whole number from 1 to 1,000,000,000"));
        let (range, burst, quota) = (range.as_str(), burst.as_str(), quota.as_str());
        for (field, typed, says) in [
            ("rate_limit", "", range),
            ("rate_limit", "0", range),
            ("rate_limit", "1000000001", range),
            ("rate_limit", "<b>", range),
            ("rate_limit_burst", "-1", burst),
            ("rate_limit_burst", "21", "at most the rate limit"),
            ("rate_limit_period", "year", "Select one of the options"),
            ("rate_limit_choice", "", "Select one of the options"),
            ("quota", "1.5", quota),
            ("quota_period", "hour", "Select one of the options"),
            ("quota_choice", "x", "Select one of the options"),
        ] {
            let own = [OWN, &[("name", "Typed"), ("quota_choice", "own"), ("quota", "7"), ("quota_period", "day")]].concat();
            let mut changes: Vec<_> = own.into_iter().filter(|(name, _)| *name != field).collect();
            changes.retain(|change| *change != ("quota_choice", "none"));
            changes.push((field, typed));
            for page in [create(&mut owner, &changes), edit(&mut owner, key.id.as_str(), &changes)] {
                assert_eq!(page.status, 422, "{field} {typed}");
                let error = page.test_id(&format!("error-{field}")).text;
                assert!(error.contains(says), "{field} {typed}: {error}");
                assert!(page.find_all("[data-testid^=error-]").len() <= 2, "the field and the summary");
                let kept = page.form_fields("form");
                for (name, value) in &changes {
                    let is_text = !name.ends_with("choice") && !name.ends_with("period");
                    let is_kept = kept.contains(&((*name).to_owned(), (*value).to_owned()));
                    assert!(is_kept || !is_text, "{name} {value}: {kept:?}");
                }
                assert!(!page.has("details.more:not([open])"), "the fault is in sight");
            }
        }
        assert_eq!(stored(app, key.id.as_str()), OwnLimits::default());
        let largest = [("rate_limit_choice", "own"), ("rate_limit", "1000000000"), ("rate_limit_burst", "1000000000")];
        assert_eq!(edit(&mut owner, key.id.as_str(), &largest).status, 303);
    }

    fn only_people_who_manage_all_keys_limit_and_reset_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&policy());
        let mut member = app.sign_in(Role::Member);
        let form = member.get(&format!("{PATH}/new"));
        assert!(!form.has("[name=rate_limit_choice]") && !form.has("[name=quota_choice]"));
        for field in ["rate_limit_choice", "rate_limit", "quota_choice", "quota_period"] {
            assert_eq!(create(&mut member, &[("name", "mine"), (field, "policy")]).status, 403, "{field}");
        }
        let reveal = create(&mut member, &[("name", "mine")]);
        let id = reveal.api_key_id();
        assert_eq!(edit(&mut member, &id, &[("quota_choice", "none")]).status, 403);
        assert_eq!(edit(&mut owner, &id, OWN).status, 303);
        assert_eq!(edit(&mut member, &id, &[("name", "renamed")]).status, 303);
        assert_eq!(stored(app, &id).rate, limits("20/hour/5", "").rate);
        let page = member.get(&format!("{PATH}/{id}"));
        assert!(page.has("[data-testid=limits]") && !page.has("[data-testid=reset-limits]"));
        let reset = format!("{PATH}/{id}/limit-reset");
        assert_eq!((member.get(&reset).status, member.post(&reset, &[("resets", "0")]).status), (403, 403));
        assert!(owner.get(&format!("{PATH}/{id}")).has("[data-testid=reset-limits]"));

        // What the policy no longer offers can stay or be removed.
        app.set_policy(&Policy { attributes_offered: Vec::new(), ..policy() });
        assert_eq!(edit(&mut owner, &id, &[("name", "again")]).status, 303);
        assert_eq!(edit(&mut owner, &id, &[("rate_limit", "21")]).status, 403);
        assert_eq!(edit(&mut owner, &id, &[("rate_limit_choice", "none")]).status, 403);
        let as_policy = [("rate_limit_choice", "policy"), ("quota_choice", "policy")];
        assert_eq!(edit(&mut owner, &id, &as_policy).status, 303);
        assert!(!owner.get(&format!("{PATH}/{id}/edit")).has("[name=rate_limit_choice]"));
    }

    fn a_reset_frees_a_key_that_is_used_up(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Policy { quota: Some(2), ..policy() });
        let (key, token) = app.insert_token(OWNER, "Deploy", |key| key.attributes.limits = limits("2/hour", ""));
        let (mut service, token) = (app.visitor(), token.expose());
        let (page, path) = (format!("{PATH}/{}", key.id), format!("{PATH}/{}/limit-reset", key.id));
        let unused = owner.get(&page).test_id("limits").text;
        for text in ["0 of 2 in the last hour, 2 left.", "Quota: 2 per calendar month From the API key policy"] {
            assert!(unused.contains(text), "{text}: {unused}");
        }
        assert_eq!([(); 3].map(|()| code(&mut service, token)), ["VALID", "VALID", "QUOTA_EXCEEDED"]);
        let full = owner.get(&page);
        assert_eq!(full.find_all("meter.full[value='2'][max='2']").len(), 2);
        let text = full.test_id("limits").text;
        assert!(text.contains("2 of 2 in the last hour, 0 left. More is free in 61 minutes."), "{text}");
        assert!(text.contains("2 of 2 this month, 0 left. The quota resets on 1 Dec 2026, 00:00 UTC."), "{text}");

        let dialog = owner.get(&path);
        assert_eq!(dialog.status, 200);
        let reset = |owner: &mut Client| send(owner, &path, &dialog, &[]);
        assert_eq!(reset(&mut owner).status, 303);
        assert_eq!(code(&mut service, token), "VALID", "at once");
        assert!(owner.get(&page).test_id("flash-success").text.contains("start again at zero"));
        assert_eq!(reset(&mut owner).status, 303, "a double submit");
        assert_eq!([(); 2].map(|()| code(&mut service, token)), ["VALID", "QUOTA_EXCEEDED"]);
        assert_eq!(app.audited("api_key.limits_reset"), 1);
        assert!(owner.get(&page).test_id("history-table").text.contains("Reset the limits"));

        assert_eq!(send(&mut owner, &path, &dialog, &[("resets", "x")]).status, 400);
        app.set_policy(&policy());
        assert_eq!(edit(&mut owner, key.id.as_str(), &[("rate_limit_choice", "policy")]).status, 303);
        assert!(!owner.get(&page).has("[data-testid=limits]"));
        assert!(owner.get(&path).body.contains("This key has no limits"));
        assert_eq!((reset(&mut owner).status, app.audited("api_key.limits_reset")), (303, 1));
        app.database.execute(&format!("UPDATE api_keys SET revoked_at = 1 WHERE id = '{}'", key.id));
        assert_eq!((owner.get(&path).status, reset(&mut owner).status), (409, 409));
    }

    fn a_reset_is_for_all_servers_and_a_gauge_counts_them_together(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "Deploy", |key| key.attributes.limits = limits("", "6/month"));
        let other = app.second_instance();
        let (mut service, mut elsewhere, token) = (app.visitor(), Client::new(&other.address), token.expose());
        let mut passed = 0;
        for _ in 0..20 {
            app.clock.advance(time::Duration::milliseconds(300));
            passed += [code(&mut elsewhere, token), code(&mut service, token)].iter().filter(|it| *it == "VALID").count();
        }
        assert_eq!(passed, 6);
        // They are as stored by the last sync.
        let deadline = Instant::now() + Duration::from_secs(5);
        let page = format!("{PATH}/{}", key.id);
        while !owner.get(&page).test_id("limits").text.contains("6 of 6 this month, 0 left") {
            assert!(Instant::now() < deadline, "{}", owner.get(&page).test_id("limits").text);
            app.clock.advance(time::Duration::milliseconds(300));
        }

        // The clock stands still, so neither server would look for changes by itself.
        let path = format!("{page}/limit-reset");
        let dialog = owner.get(&path);
        assert_eq!(send(&mut owner, &path, &dialog, &[]).status, 303);
        let deadline = Instant::now() + Duration::from_secs(5);
        let became_valid = |client: &mut Client| loop {
            if code(client, token) == "VALID" {
                return true;
            }
            if Instant::now() > deadline {
                return false;
            }
        };
        assert!(became_valid(&mut elsewhere), "the other server");
        assert!(became_valid(&mut service), "this server");
    }

    fn what_is_not_known_is_said_plainly(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "Deploy", |key| key.attributes.limits = limits("2/hour", "5/day"));
        app.database.execute("ALTER TABLE key_limit_claims RENAME TO away");
        let page = owner.get(&format!("{PATH}/{}", key.id));
        app.database.execute("ALTER TABLE away RENAME TO key_limit_claims");
        assert_eq!((page.status, page.find_all("meter").len()), (200, 0));
        assert_eq!(page.test_id("limits").text.matches("is not known right now").count(), 2);
    }
}
