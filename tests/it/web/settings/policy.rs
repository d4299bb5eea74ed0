//! The policy page: what it displays before it saves, and the effects of a policy.

mod api;
mod dry_run;
mod export;

use latchkey::{
    domain::{
        Role,
        policy::{Preset, SETTINGS},
    },
    store,
};

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

pub const PATH: &str = "/settings/policy";

/// The form's fields, with some of them changed. An empty list of values leaves a field out.
pub fn filled(page: &Page, changes: &[(&str, &[&str])]) -> Vec<(String, String)> {
    let mut fields = page.form_fields("form");
    for (name, values) in changes {
        fields.retain(|(field, _)| field != name);
        fields.extend(values.iter().map(|value| ((*name).to_owned(), (*value).to_owned())));
    }
    fields
}

pub fn send(client: &mut Client, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(PATH, &[], &fields)
}

/// Opens the page, changes these fields and sends it.
pub fn change(client: &mut Client, changes: &[(&str, &[&str])]) -> Page {
    let page = client.get(PATH);
    assert_eq!(page.status, 200, "{}", page.body);
    send(client, &filled(&page, changes))
}

/// Confirms the dry run.
pub fn agree(client: &mut Client, dry_run: &Page, changes: &[(&str, &[&str])]) -> Page {
    send(client, &filled(dry_run, changes))
}

pub fn present(app: &TestApp) -> store::policies::StoredPolicy {
    let organizations = app.state.pool.read(store::organizations::list).unwrap();
    app.state.pool.read(|conn| store::policies::get(conn, &organizations[0].0)).unwrap()
}

on_both_databases! {
    fn an_owner_finds_every_setting_and_nobody_else_gets_the_page(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert!(owner.get("/settings").has("[data-testid=open-policy]"));
        let page = owner.get(PATH);
        assert_eq!(page.status, 200);
        assert_eq!(page.find_all("h1")[0].text, "API key policy");
        let names: std::collections::BTreeSet<_> =
            page.find_all("#policy-form [name]").iter().map(|field| field.attribute("name").unwrap()).collect();
        let settings = serde_json::to_value(Preset::CopyConfirmed.policy()).unwrap();
        for setting in settings.as_object().unwrap().keys() {
            assert!(names.contains(setting), "{setting}");
        }
        assert_eq!(names.len(), SETTINGS.len() + 2, "with the token and the number of edits: {names:?}");
        for role in [Role::Administrator, Role::Support, Role::Analytics, Role::Member] {
            let mut other = app.sign_in(role);
            assert!(!other.get("/settings").has("[data-testid=open-policy]"), "{role}");
            for page in [other.get(PATH), other.get("/settings/policy/export.toml"), other.post(PATH, &[])] {
                assert_eq!(page.status, 403, "{role}");
            }
        }
    }

    fn every_preset_fills_the_form_and_is_saved_as_it_is(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for preset in Preset::ALL.into_iter().rev() {
            let page = owner.get(&format!("{PATH}?preset={}", preset.as_str()));
            assert!(page.test_id("begun-from").text.contains("Nothing is saved yet"));
            let mut saved = send(&mut owner, &filled(&page, &[]));
            if saved.status == 200 {
                saved = agree(&mut owner, &saved, &[]);
            }
            assert_eq!((saved.status, saved.header("location")), (303, PATH), "{preset:?}: {}", saved.body);
            assert_eq!(present(app).policy, preset.policy());
            let page = owner.get(PATH);
            assert!(page.test_id("flash-success").text.contains("applies now"));
            let presets = page.find_all("[data-testid=policy-presets] h2");
            let in_force: Vec<_> = presets.iter().filter(|preset| preset.text.contains("Current")).collect();
            assert_eq!(in_force.len(), 1, "{preset:?}");
        }
        assert_eq!(owner.get(&format!("{PATH}?preset=none")).status, 400);
        assert_eq!(app.audited("policy.changed"), 5);
    }

    fn a_saved_policy_holds_at_once_on_every_instance(app: &TestApp) {
        let second = app.second_instance();
        let mut owner = app.sign_in(Role::Owner);
        app.sign_in(Role::Member);
        let mut member = Client::new(&second.address);
        member.post("/sign-in", &[("email", "member@acme.example"), ("password", crate::support::PASSWORD)]);
        assert_eq!(member.get("/settings/developers/api-keys/new").status, 403);
        assert_eq!(change(&mut owner, &[("who_may_create", &["everyone"]), ("max_keys_per_user", &["1"])]).status, 303);
        assert_eq!(member.create_api_key("first").status, 200);
        let refused = member.get("/settings/developers/api-keys/new");
        assert!(refused.has("[data-testid=form-error]"), "the limit is one key");
        let (_, token) = app.insert_token("member@acme.example", "of last year", |_| {});
        let mut service = Client::new(&second.address);
        let permissions = |service: &mut Client| {
            let answer = service.request("POST", "/v1/verify", &[("x-api-key", token.expose())], None).json();
            answer["permissions"].to_string()
        };
        assert!(permissions(&mut service).contains("api_keys.create"));
        let dry_run = change(&mut owner, &[("who_may_create", &["administrators"])]);
        assert!(dry_run.test_id("impact").text.contains("1 person can no longer create or manage their own keys"));
        assert_eq!(agree(&mut owner, &dry_run, &[]).status, 303);
        let began = std::time::Instant::now();
        while permissions(&mut service).contains("api_keys.create") {
            assert!(began.elapsed().as_secs() < 10, "the other instance never learns of it");
        }
        assert_eq!(member.get("/settings/developers/api-keys/new").status, 403);
    }

    fn what_cannot_be_is_said_beside_its_field_and_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let page = change(&mut owner, &[
            ("max_lifetime_days", &["ninety"]),
            ("max_keys_per_user", &["0"]),
            ("scopes_offered", &[]),
            ("reminder_days", &["30, soon"]),
            ("revoke_unused_after_days", &["7"]),
            ("default_lifetime_days", &[""]),
            ("rate_limit", &["0"]),
            ("rate_limit_burst", &["0"]),
            ("quota", &["0"]),
        ]);
        assert_eq!(page.status, 422);
        for field in ["max_lifetime_days", "max_keys_per_user", "scopes_offered", "reminder_days",
            "revoke_unused_after_days", "default_lifetime_days", "rate_limit", "rate_limit_burst", "quota"]
        {
            page.test_id(&format!("error-{field}"));
            assert!(page.test_id("error-summary").text.len() > 10);
            assert!(page.has(&format!("[data-testid=error-summary] a[href='#{field}']")));
            assert!(page.has(&format!("#{field}")), "the summary leads to {field}");
        }
        assert_eq!(page.find_all("#max_lifetime_days")[0].attribute("value").unwrap(), "ninety");
        assert!(page.find_all("title")[0].text.starts_with("Error:"));
        for bad in [[("viewable", "some")], [("who_may_create", "")], [("scopes_offered", "moon")]] {
            let bad = [(bad[0].0, &[bad[0].1][..])];
            assert_eq!(change(&mut owner, &bad).status, 400);
        }
        for bad in [("viewable", &["all", "never"][..]), ("edits", &["0", "0"]), ("max_keys", &["3"])] {
            assert_eq!(change(&mut owner, &[bad]).status, 400, "{bad:?}");
        }
        assert_eq!((app.audited("policy.changed"), present(app).edits), (0, 0));
    }

    fn reading_needs_no_password_but_saving_does_and_says_why(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = filled(&owner.get(PATH), &[("max_keys_per_user", &["3"])]);
        app.clock.advance(time::Duration::minutes(10));
        assert_eq!(owner.get(PATH).status, 200);
        let wrong = change(&mut owner, &[("max_keys_per_user", &["many"])]);
        assert_eq!(wrong.status, 422, "faults come before the password");
        let asked = send(&mut owner, &fields);
        assert_eq!((asked.status, present(app).edits), (403, 0));
        assert!(asked.test_id("proof-reason").text.contains("rules for every key"));
        let mut again: Vec<_> = asked.form_fields("[data-testid=password-proof] form");
        again.retain(|(name, _)| name != "proof_password");
        again.push(("proof_password".to_owned(), crate::support::PASSWORD.to_owned()));
        let again: Vec<_> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(PATH, &[], &again).status, 303);
        assert_eq!((present(app).edits, present(app).policy.max_keys_per_user), (1, 3), "nothing was typed again");
    }

    fn a_change_of_nothing_says_so_and_a_second_submit_is_harmless(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(change(&mut owner, &[]).status, 303);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("Nothing was changed"));
        let fields = filled(&owner.get(PATH), &[("max_keys_per_user", &["30"])]);
        for _ in 0..2 {
            assert_eq!(send(&mut owner, &fields).status, 303);
        }
        assert_eq!((app.audited("policy.changed"), present(app).edits), (1, 1));
    }

    fn whoever_is_overtaken_sees_both_values(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Owner, "second");
        let mut second = app.sign_in_as("second@acme.example");
        let mine = filled(&owner.get(PATH), &[("max_keys_per_user", &["30"]), ("viewable", &["all"])]);
        assert_eq!(change(&mut second, &[("max_keys_per_user", &["20"])]).status, 303);
        let page = send(&mut owner, &mine);
        assert_eq!(page.status, 409);
        let texts = |id| page.find_all(&format!("[data-testid={id}]")).into_iter().map(|cell| cell.text).collect::<Vec<_>>();
        assert_eq!(texts("conflict-present"), ["20", "None"]);
        assert_eq!(texts("conflict-typed"), ["30", "All tokens"]);
        assert_eq!(present(app).policy.max_keys_per_user, 20);
        assert_eq!(send(&mut owner, &filled(&page, &[])).status, 303, "who has seen it overwrites");
        assert_eq!((present(app).policy.max_keys_per_user, present(app).edits), (30, 2));
    }

    fn the_audit_log_has_each_setting_before_and_after(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(change(&mut owner, &[("max_keys_per_user", &["30"]), ("reminder_days", &["14"])]).status, 303);
        let details = app.database.text("SELECT details AS text FROM audit_events WHERE action = 'policy.changed'");
        let details: serde_json::Value = serde_json::from_str(&details).unwrap();
        assert_eq!(details["before"], serde_json::json!({ "max_keys_per_user": 10, "reminder_days": [30, 7, 1] }));
        assert_eq!(details["after"], serde_json::json!({ "max_keys_per_user": 30, "reminder_days": [14] }));
    }
}
