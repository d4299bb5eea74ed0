//! The section "Your API".

use latchkey::domain::{Clock as _, KeyAttributes, Role, UserAgent, api_key::attributes::Environment};

use super::{PATH, agree, change, present};
use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

const OWNER: &str = "owner@acme.example";

on_both_databases! {
    fn each_text_beyond_its_rule_is_refused_beside_its_field_and_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let long = "a".repeat(17);
        let many = (0..101).map(|number| format!("10.0.0.{number}")).collect::<Vec<_>>().join("\n");
        for (field, typed, says) in [
            ("token_prefix", "a", "2 to 16 lower-case letters and digits"),
            ("token_prefix", &long, "2 to 16 lower-case letters and digits"),
            ("token_prefix", "acme_x", "2 to 16 lower-case letters and digits"),
            ("token_prefix", "", "2 to 16 lower-case letters and digits"),
            ("token_prefix", "ghp", "“ghp” is the beginning of other tokens"),
            ("token_prefix", "key", "“key” is the beginning of other tokens"),
            ("environments", "", "Enter 1 to 5 environments"),
            ("environments", "a\nb\nc\nd\ne\nf", "Enter 1 to 5 environments"),
            ("environments", "live\nTest", "“Test” is not an environment"),
            ("environments", &long, "is not an environment"),
            ("allowed_networks", "10.0.0.0/8\n10.0.0.0/33", "“10.0.0.0/33” is not an IP address or a network"),
            ("allowed_networks", &many, "Enter at most 100 networks"),
            ("rate_limit", "many", "Enter a whole number from 1 to 1"),
            ("rate_limit", "-1", "Enter a whole number from 1 to 1"),
            ("quota", "1000000001", "or leave the field empty"),
            ("rate_limit_burst", "5", "Enter at most the rate limit"),
        ] {
            let page = change(&mut owner, &[(field, &[typed]), ("max_keys_per_user", &["7"])]);
            assert_eq!(page.status, 422, "{field} {typed}");
            assert!(page.test_id(&format!("error-{field}")).text.contains(says), "{}", page.test_id(&format!("error-{field}")).text);
            let kept = page.form_fields("#policy-form");
            assert!(kept.contains(&(field.to_owned(), typed.to_owned())), "{field} {typed} {kept:?}");
            assert!(kept.contains(&("max_keys_per_user".to_owned(), "7".to_owned())));
        }
        assert_eq!(change(&mut owner, &[("attributes_offered", &["moon"])]).status, 400);
        assert_eq!(present(app).edits, 0);
        let fields: &[(&str, &[&str])] = &[
            ("token_prefix", &["acme"]),
            ("environments", &[" test , live\r\ntest"]),
            ("attributes_offered", &["metadata", "external_id"]),
            ("allowed_networks", &["10.0.0.1/8 2001:DB8::/32"]),
            ("refuse_browsers_with_server_keys", &["true"]),
            ("rate_limit", &["600"]),
            ("rate_limit_burst", &["600"]),
            ("quota", &["1000000000"]),
        ];
        assert_eq!(change(&mut owner, fields).status, 303);
        let policy = present(app).policy;
        assert_eq!((policy.token_prefix.as_str(), policy.environments), ("acme", vec!["test".to_owned(), "live".to_owned()]));
        assert_eq!(policy.allowed_networks, ["10.0.0.0/8", "2001:db8::/32"]);
        let page = owner.get(PATH);
        assert!(page.form_fields("#policy-form").contains(&("environments".to_owned(), "test\nlive".to_owned())));
    }

    fn an_environment_that_keys_have_stays(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let of = |name: &str| KeyAttributes { environment: Environment::parse(name).unwrap(), ..KeyAttributes::default() };
        app.insert_api_key(OWNER, "one", |key| key.attributes = of("test"));
        app.insert_api_key(OWNER, "two", |key| key.attributes = of("test"));
        app.insert_api_key(OWNER, "three", |_| {});
        assert_eq!(change(&mut owner, &[("environments", &["live\ntest\nstaging"])]).status, 303);
        for (typed, says) in [
            ("live\nstaging", "Keep test: 2 keys have this environment"),
            ("test\nstaging", "Keep live: 1 key has this environment"),
        ] {
            let page = change(&mut owner, &[("environments", &[typed])]);
            assert_eq!(page.status, 422);
            assert!(page.test_id("error-environments").text.contains(says), "{}", page.test_id("error-environments").text);
            assert!(page.form_fields("#policy-form").contains(&("environments".to_owned(), typed.to_owned())));
        }
        assert_eq!(change(&mut owner, &[("environments", &["test\nlive"])]).status, 303, "no key is of staging");
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("policy.toml");
        std::fs::write(&file, "environments = [\"live\"]\n").unwrap();
        let applied = app.run(&["policy", "apply", file.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert!(!applied.status.success() && said.contains("environments must keep test"), "{said}");
    }

    fn what_callers_lose_is_shown_first(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let used = |address: &str, agent: &str| {
            let mut last = used_at(app.clock.now());
            last.address = address.parse().ok();
            last.agent = UserAgent::from_header(agent.as_bytes());
            Some(last)
        };
        app.insert_api_key(OWNER, "inside", |key| key.last_use = used("10.1.2.3", "curl/8"));
        app.insert_api_key(OWNER, "outside", |key| key.last_use = used("192.0.2.7", "Mozilla/5.0 (X11)"));
        app.insert_api_key(OWNER, "never", |_| {});
        let asked = change(&mut owner, &[("allowed_networks", &["10.0.0.0/8"]), ("refuse_browsers_with_server_keys", &["true"])]);
        assert_eq!(asked.status, 200);
        let impact = asked.test_id("impact").text;
        assert!(impact.contains("1 key was last used from outside the allowed networks"), "{impact}");
        assert!(impact.contains("1 server key was last used by a browser"), "{impact}");
        assert_eq!(present(app).edits, 0, "nothing is saved yet");
        assert_eq!(agree(&mut owner, &asked, &[]).status, 303);
        assert!(present(app).policy.refuse_browsers_with_server_keys);
    }
}
