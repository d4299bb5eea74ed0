//! The page about verification.

use latchkey::{
    config::Config,
    domain::{
        Permission, Role, Token, TokenLabel,
        api_key::restrictions,
        key_limits::{OwnLimit, OwnLimits},
        policy::OfferedAttribute,
        verification::Code,
    },
};
use serde_json::{Value, json};
use url::Url;

use crate::{
    on_both_databases,
    support::{Kind, Page, TestApp, limits},
};

const PATH: &str = "/settings/developers/verification";
const OWNER: &str = "owner@acme.example";
const SNIPPETS: [&str; 10] =
    ["curl", "answer", "nginx", "caddy", "traefik", "envoy", "node", "python", "go", "introspection"];

/// A key that was used as often as it may.
fn exhausted(app: &TestApp, limits: OwnLimits) -> Token {
    let name = if limits.quota == OwnLimit::OfPolicy { "rate" } else { "quota" };
    let (_, token) = app.insert_token(OWNER, name, |key| key.attributes.limits = limits);
    assert_eq!(app.visitor().verify(token.expose()).1, "VALID");
    token
}

on_both_databases! {
    fn pages_about_keys_lead_to_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for from in ["/settings/developers/api-keys", "/settings"] {
            let to = owner.get(from).test_id("open-verification").attribute("href").unwrap();
            assert_eq!(to, PATH);
        }
        assert!(owner.get("/settings/developers/api-keys").has(&format!("[data-testid=empty-state] a[href='{PATH}']")));
        let page = owner.get(PATH);
        assert_eq!(page.find_all("h1")[0].text, "Check keys from your service");
    }

    fn the_table_of_codes_says_what_the_doors_answer(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.create_user(Role::Administrator, "gone");
        let now = app.state.clock.now();
        let (_, caller) = app.insert_token(OWNER, "caller", |_| {});
        let token = |code| match code {
            Code::Valid => app.insert_token(OWNER, "valid", |_| {}).1,
            Code::NotFound => Token::generate(&TokenLabel::default(), &mut (app.state.rng)()),
            Code::KeyNotConfirmed => app.insert_token(OWNER, "pending", |key| key.confirmed_at = None).1,
            Code::Disabled => app.insert_token(OWNER, "disabled", |key| key.disabled_at = Some(now)).1,
            Code::Expired => app.insert_token(OWNER, "expired", |key| key.expires_at = Some(now)).1,
            Code::Revoked => app.insert_token(OWNER, "revoked", |key| key.revoked_at = Some(now)).1,
            Code::OwnerInactive => app.insert_token("gone@acme.example", "orphaned", |_| {}).1,
            Code::OriginNotAllowed => app.insert_restricted(OWNER, restrictions::Kind::TrustedDomains, "example.com").1,
            Code::NetworkNotAllowed => app.insert_restricted(OWNER, restrictions::Kind::AllowedNetworks, "192.0.2.0/24").1,
            Code::AppNotAllowed => app.insert_restricted(OWNER, restrictions::Kind::AppIdentifiers, "com.example.app").1,
            Code::InsufficientPermissions => app.insert_token("max@acme.example", "lacking", |_| {}).1,
            Code::BrowserNotAllowed => app.insert_token(OWNER, "leaked", |_| {}).1,
            Code::EnvironmentNotAllowed => app.insert_token(OWNER, "live", |_| {}).1,
            Code::RateLimited => exhausted(app, limits("1/day", "")),
            Code::QuotaExceeded => exhausted(app, limits("", "1/day")),
        };
        let tokens = Code::ALL.map(|code| (code, token(code)));
        app.change_users_beside("UPDATE users SET disabled_at = 1 WHERE email = 'gone@acme.example'");

        app.change_policy(|policy| {
            policy.refuse_browsers_with_server_keys = true;
            policy.environments = vec!["live".to_owned(), "test".to_owned()];
            policy.quota = Some(1_000_000);
        });

        let page = app.sign_in_as(OWNER).get(PATH);
        assert_eq!(page.find_all("[data-testid=codes] tbody tr").len(), Code::ALL.len());
        for (code, token) in tokens {
            let row = format!("[data-testid=codes] tr[data-code={}]", code.as_str());
            let cells: Vec<_> = page.find_all(&format!("{row} td")).into_iter().map(|cell| cell.text).collect();
            let key = ("x-api-key", token.expose());
            let json = ("content-type", "application/json");
            let more = match code {
                Code::BrowserNotAllowed => "&browser=true",
                Code::EnvironmentNotAllowed => "&environment=test",
                _ => "",
            };
            let query = format!("?permission=api_keys.create{more}");
            let verify = app.visitor().request("POST", &format!("/v1/verify{query}"), &[key, json], Some("{}"));
            assert_eq!(verify.json()["code"].as_str().unwrap(), code.as_str());
            let forward_auth = app.visitor().request("GET", &format!("/v1/forward-auth{query}"), &[key], None);
            assert_eq!(forward_auth.header("x-latchkey-code"), code.as_str());
            let form = ("content-type", "application/x-www-form-urlencoded");
            let asked = format!("token={}", token.expose());
            let own = ("x-api-key", caller.expose());
            let introspection = app.visitor().request("POST", "/oauth2/introspect", &[own, form], Some(&asked)).json();
            let active = if introspection["active"].as_bool().unwrap() { "active" } else { "not active" };
            assert_eq!(cells, [verify.status.to_string(), forward_auth.status.to_string(), active.to_owned()], "{code:?}");
        }
    }
}

/// What only an organization reads that has configured it.
const CONFIGURED: [&str; 10] = [
    "invoices:read",
    "ENVIRONMENT_NOT_ALLOWED",
    "QUOTA_EXCEEDED",
    "BROWSER_NOT_ALLOWED",
    "X-Latchkey-Environment",
    "X-Latchkey-External-Id",
    "acme_test",
    "cost",
    "cus_9F3",
    "\"plan\"",
];

/// The words of the page without the snippets of proxies, which have every header.
fn text_of(page: &Page) -> String {
    let proxies = ["nginx", "caddy", "traefik", "envoy"].map(|name| page.test_id(&format!("snippet-{name}")).text);
    proxies.iter().fold(page.find_all("main")[0].text.clone(), |text, snippet| text.replace(snippet, ""))
}

#[test]
fn the_page_says_what_the_organization_has_configured_and_nothing_else() {
    let app = TestApp::start(Kind::Sqlite);
    let mut owner = app.sign_in(Role::Owner);
    let page = owner.get(PATH);
    for name in CONFIGURED {
        assert!(!text_of(&page).contains(name), "{name} without configuration");
    }
    assert!(!page.has("[data-testid^=about-]") && !page.has("[data-testid=permissions-of-api]"));
    let answer: Value = serde_json::from_str(&page.test_id("snippet-answer").text).unwrap();
    assert_eq!(answer["environment"], "live");
    for name in ["external_id", "metadata", "rate_limit", "quota"] {
        assert!(answer[name].is_null(), "{name}");
    }

    app.insert_api_permissions(OWNER, "customers:delete invoices:read invoices:write");
    app.change_policy(|policy| {
        policy.token_prefix = "acme".to_owned();
        policy.environments = vec!["live".to_owned(), "test".to_owned()];
        policy.attributes_offered = OfferedAttribute::ALL.to_vec();
        policy.refuse_browsers_with_server_keys = true;
        policy.rate_limit = Some(600);
        policy.quota = Some(100_000);
    });
    // Members read it, too: they write services.
    for page in [owner.get(PATH), app.sign_in(Role::Member).get(PATH)] {
        for name in CONFIGURED {
            assert!(text_of(&page).contains(name), "{name} is configured");
        }
        let named = page.find_all("[data-testid=permissions-of-api] code").into_iter().map(|code| code.text);
        assert_eq!(named.collect::<Vec<_>>(), ["customers:delete", "invoices:read", "invoices:write"]);
        let answer: Value = serde_json::from_str(&page.test_id("snippet-answer").text).unwrap();
        assert!(answer["permissions"].as_array().unwrap().contains(&json!("invoices:read")));
        let rate = json!({ "limit": 600, "remaining": 599, "reset": 17, "period": "minute" });
        assert_eq!(answer["rate_limit"], rate);
        assert_eq!(answer["quota"]["limit"], 100_000);
        for name in ["nginx", "caddy", "traefik", "envoy", "node", "python", "go", "permission"] {
            let text = page.test_id(&format!("snippet-{name}")).text;
            assert_eq!(text.matches("invoices:read").count(), 1, "{name}: {text}");
        }
        for link in page.find_all(".toc a") {
            assert_eq!(page.find_all(&link.attribute("href").unwrap()).len(), 1, "{}", link.text);
        }
    }

    for (attribute, heading) in
        [(OfferedAttribute::ExternalId, "External ID"), (OfferedAttribute::Metadata, "Metadata")]
    {
        app.change_policy(|policy| policy.attributes_offered = vec![attribute]);
        assert_eq!(owner.get(PATH).find_all("#attributes")[0].text, heading);
    }

    // Without limits of the policy, single keys can have some.
    app.change_policy(|policy| {
        (policy.rate_limit, policy.quota) = (None, None);
        policy.attributes_offered = vec![OfferedAttribute::Limits];
    });
    let page = owner.get(PATH);
    assert!(page.has("[data-testid=about-limits]") && text_of(&page).contains("QUOTA_EXCEEDED"));
}

#[test]
fn many_permissions_are_folded() {
    let app = TestApp::start(Kind::Sqlite);
    let mut owner = app.sign_in(Role::Owner);
    let names: Vec<_> = (0..21).map(|number| format!("invoices:{number}")).collect();
    app.insert_api_permissions(OWNER, &names.join(" "));
    let page = owner.get(PATH);
    assert_eq!(page.find_all("details > summary")[0].text, "21 permissions");
    assert_eq!(page.find_all("details > [data-testid=permissions-of-api] li").len(), 21);
}

#[test]
fn every_snippet_names_this_server_and_can_be_copied() {
    let app = TestApp::start_with(Kind::Sqlite, |config: &mut Config| {
        config.base_url = Some(Url::parse("https://keys.example.net:8443").unwrap());
    });
    let page = app.sign_in(Role::Member).get(PATH);
    assert_eq!(page.find_all("pre").len(), SNIPPETS.len());
    for name in SNIPPETS {
        let snippet = page.test_id(&format!("snippet-{name}"));
        let named = snippet.text.contains("https://keys.example.net:8443");
        assert!(named || name == "answer", "{name}: {}", snippet.text);
        assert!(!snippet.text.contains("https://keys.example.net:8443//"), "{name}");
        assert_eq!(snippet.attribute("tabindex").as_deref(), Some("0"));
        assert_eq!(snippet.attribute("role").as_deref(), Some("region"));
        assert!(snippet.attribute("aria-label").unwrap().contains(name));
        assert!(page.has(&format!("button[data-copy={}]", snippet.attribute("id").unwrap())));
    }
    // The server at this address must prove that it is Latchkey.
    assert!(page.test_id("snippet-nginx").text.contains("proxy_ssl_verify on;"));
    assert!(page.test_id("snippet-envoy").text.contains("port_value: 8443\ntransport_socket:"));
}

#[test]
fn over_http_no_snippet_speaks_of_certificates() {
    let app = TestApp::start(Kind::Sqlite);
    let page = app.sign_in(Role::Member).get(PATH);
    assert!(!page.body.contains("proxy_ssl") && !page.body.contains("transport_socket"));
    assert_eq!(page.test_id("server-url").text, app.address);
}

#[test]
fn links_on_the_page_lead_to_its_parts_and_every_permission_is_named() {
    let app = TestApp::start(Kind::Sqlite);
    let page = app.sign_in(Role::Member).get(PATH);
    let links = page.find_all(".toc a");
    assert!(links.len() > 10);
    for link in links {
        assert_eq!(page.find_all(&link.attribute("href").unwrap()).len(), 1, "{}", link.text);
    }
    let named: Vec<_> = page.find_all("[aria-labelledby=permissions] p:last-child code").into_iter().collect();
    let named: Vec<_> = named.iter().map(|code| code.text.as_str()).collect();
    assert_eq!(named, Permission::ALL.map(Permission::as_str));
}
