//! Tokens with a prefix of their own.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use latchkey::{
    domain::{
        ApiKeyId, Policy, Role, TokenLabel,
        policy::{Viewable, token_pattern},
    },
    store,
};

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";

fn policy(prefix: &str, environments: &[&str]) -> Policy {
    Policy {
        token_prefix: prefix.to_owned(),
        environments: environments.iter().map(|name| (*name).to_owned()).collect(),
        viewable: Viewable::All,
        max_keys_per_user: 100,
        ..Policy::default()
    }
}

/// What `grep -E` finds, one per line.
fn found(pattern: &str, text: &str) -> String {
    let mut grep =
        Command::new("grep").args(["-oE", pattern]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    grep.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(grep.wait_with_output().unwrap().stdout).unwrap()
}

on_both_databases! {
    fn tokens_keep_working_after_every_change_of_the_prefix(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut service = app.visitor();
        let mut tokens = Vec::new();
        let policies = [
            (policy("lk", &["live"]), "lk_"),
            (policy("acme", &["live"]), "acme_"),
            (policy("acme", &["live", "test"]), "acme_live_"),
            (policy("shop2", &["pre-prod", "live"]), "shop2_preprod_"),
            (policy("lk", &["live", "pre-prod"]), "lk_live_"),
        ];
        for (number, (policy, begins)) in policies.iter().enumerate() {
            app.set_policy(policy);
            let (id, token) = owner.create_confirmed_api_key(&format!("Key {number}"));
            assert!(token.starts_with(begins), "{token}");
            let listed = owner.get("/settings/developers/api-keys?view=mine");
            let hints: Vec<_> = listed.find_all("[data-testid=cell-key]").into_iter().map(|cell| cell.text).collect();
            let hint = format!("{begins}…{}", &token[token.len() - 4..]);
            assert!(hints.iter().any(|text| text.contains(&hint)), "{hint}: {hints:?}");
            tokens.push((id, token));
            for (_, token) in &tokens {
                assert_eq!(service.verify(token), (200, "VALID".to_owned()), "{token}");
            }
        }
        for (id, token) in &tokens {
            let details = owner.get(&format!("/settings/developers/api-keys/{id}"));
            let (key_id, secret) = token.rsplit_once('_').unwrap();
            assert_eq!(details.test_id("detail-lookup").text, key_id);
            let basic = data_encoding::BASE64.encode(format!("{key_id}:{secret}").as_bytes());
            let page = service.request("GET", "/v1/forward-auth", &[("authorization", &format!("Basic {basic}"))], None);
            assert_eq!(page.status, 200, "{key_id}");
            let search = owner.post("/settings/developers/api-keys/search", &[("q", token)]);
            assert!(!search.header("location").contains(&secret[..8]), "{}", search.header("location"));
            let (key, organization) = (ApiKeyId::parse(id).unwrap(), app.actor(OWNER).person.organization_id);
            if let Some(sealed) = app.state.pool.read(|conn| store::sealed_tokens::find(conn, &key)).unwrap() {
                assert_eq!(app.state.token_keys.open(&sealed, &key, &organization).unwrap().expose(), token);
            } else {
                panic!("{token} is viewable");
            }
        }
        let pattern = owner.get("/settings/developers/verification").test_id("token-pattern").text;
        for (_, token) in &tokens {
            assert_eq!(found(&pattern, &format!("\"{token}\"")), format!("{token}\n"));
        }
        let snippets = owner.get("/settings/developers/verification").body;
        assert!(snippets.contains("(lk|acme|shop2)"), "proxies know them, too");
    }

    fn a_rotation_uses_the_present_prefix_and_a_deleted_token_is_recognized(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        app.set_policy(&policy("acme", &["live", "test"]));
        let path = format!("/settings/developers/api-keys/{id}/rotation");
        let form = owner.get(&path);
        let fields = form.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reveal = owner.post_raw(&path, &[], &fields);
        let token = reveal.test_id("key-token").text;
        assert!(token.starts_with("acme_live_"), "{token}");
        let token_id = reveal.find_all("input[name=token_id]")[0].attribute("value").unwrap();
        let confirmation = format!("/settings/developers/api-keys/{id}/confirmation");
        assert_eq!(owner.post(&confirmation, &[("token_id", &token_id), ("copied", "yes")]).status, 303);
        let mut service = app.visitor();
        for token in [&former, &token] {
            assert_eq!(service.verify(token), (200, "VALID".to_owned()), "{token}");
        }
        assert_eq!(owner.post(&format!("/settings/developers/api-keys/{id}/deletion"), &[]).status, 303);
        for token in [&former, &token] {
            assert_eq!(service.verify(token).1, "NOT_FOUND", "{token}");
        }
        assert_eq!(app.database.count("SELECT count(*) AS count FROM deleted_api_key_tokens"), 2);
    }

    fn the_page_about_verification_has_a_pattern_that_finds_the_tokens(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, former) = owner.create_confirmed_api_key("Former");
        for (policy, labels) in [
            (policy("lk", &["live"]), ""),
            (policy("acme", &["live"]), "lk"),
            (policy("acme", &["live", "pre-prod"]), "acme lk"),
        ] {
            app.set_policy(&policy);
            let labels: Vec<_> = labels.split_whitespace().map(TokenLabel::from_stored).collect();
            let pattern = owner.get("/settings/developers/verification").test_id("token-pattern").text;
            assert_eq!(pattern, token_pattern::of_tokens(&policy, &labels));
            let (_, token) = owner.create_confirmed_api_key(&format!("{} {}", policy.token_prefix, policy.environments.len()));
            let text = format!("TOKEN={token}\n\"{former}\", x{token} {}x sk_live_4eC39HqLyjWDarjtT1zdp7dc", &token);
            assert_eq!(found(&pattern, &text), format!("{token}\n{former}\n"));
        }
    }
}
