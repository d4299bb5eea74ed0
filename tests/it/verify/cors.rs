//! Preflights of browsers before a page of another site sends a key, and the answers that such a page may read.

use latchkey::{
    domain::{
        ApiKey, Restrictions, Role, Scope,
        api_key::restrictions::{Kind as Restriction, Texts},
    },
    store,
};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Kind, Page, TestApp},
};

const OWNER: &str = "owner@acme.example";
const API_KEYS: &str = "/settings/developers/api-keys";
const SHOP: &str = "https://shop.example";

/// A preflight as browsers send it to this address.
fn preflight_at(app: &TestApp, path: &str, origin: &str) -> Page {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type,x-api-key"),
    ];
    app.visitor().request("OPTIONS", path, &headers, None)
}

fn preflight(app: &TestApp, origin: &str) -> u16 {
    preflight_at(app, "/v1/forward-auth", origin).status
}

fn web_key(app: &TestApp, domains: &str) -> ApiKey {
    app.insert_restricted(OWNER, Restriction::TrustedDomains, domains).0
}

on_both_databases! {
    fn a_preflight_is_answered_by_the_trusted_domains_of_web_keys(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        assert_eq!(preflight(app, SHOP), 403);
        web_key(app, "shop.example\n*.example.org\nhttp://localhost:*");
        for path in ["/v1/forward-auth", "/v1/forward-auth?permission=api_keys.verify", "/v1/forward-auth/orders?page=2"] {
            let allowed = preflight_at(app, path, SHOP);
            assert_eq!((allowed.status, allowed.body.as_str()), (204, ""), "{path}");
            for (name, value) in [
                ("access-control-allow-origin", SHOP),
                ("access-control-allow-methods", "PUT"),
                ("access-control-allow-headers", "content-type,x-api-key"),
                ("access-control-max-age", "600"),
                ("access-control-allow-credentials", ""),
                ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
                ("x-content-type-options", "nosniff"),
            ] {
                assert_eq!(allowed.header(name), value, "{name}");
            }
        }
        for (origin, status) in [
            ("http://shop.example", 204),
            ("https://a.b.example.org", 204),
            ("http://localhost:3000", 204),
            ("https://localhost:3000", 403),
            ("https://example.org", 403),
            ("https://shop.example:8443", 403),
            ("https://evil.example", 403),
            ("https://shop.example.evil.example", 403),
            ("null", 403),
            ("", 403),
            ("nonsense", 403),
            (&format!("https://{}example", "a.".repeat(120)), 403),
        ] {
            let page = preflight_at(app, "/v1/forward-auth", origin);
            assert_eq!(page.status, status, "{origin}");
            assert_eq!(page.header("access-control-allow-origin"), if status == 204 { origin } else { "" });
        }
    }

    fn only_a_preflight_itself_is_answered(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        web_key(app, "shop.example");
        let (origin, method) = (("origin", SHOP), ("access-control-request-method", "PUT"));
        let (asked, original) = (("x-forwarded-method", "OPTIONS"), ("x-original-method", "OPTIONS"));
        for (by, headers, status) in [
            ("OPTIONS", &[origin, method][..], 204),
            ("OPTIONS", &[origin], 401),
            ("OPTIONS", &[method], 401),
            ("OPTIONS", &[], 401),
            ("OPTIONS", &[origin, ("origin", "https://evil.example"), method], 403),
            // A proxy lets pass what gets a 2xx: nobody reaches the service without a key.
            ("GET", &[origin, method], 401),
            ("GET", &[origin, method, asked], 401),
            ("OPTIONS", &[origin, method, asked], 401),
            ("OPTIONS", &[origin, method, original], 401),
            ("OPTIONS", &[origin, method, ("x-api-key", "garbage")], 401),
        ] {
            let page = app.visitor().request(by, "/v1/forward-auth", headers, None);
            assert_eq!(page.status, status, "{by} {headers:?}");
        }
    }

    fn only_keys_that_are_good_now_count(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let now = app.state.clock.now();
        let texts = Texts { trusted_domains: "shop.example", ..Texts::default() };
        let shop = Restrictions::parse(Scope::Web, texts).unwrap();
        for (name, change) in [
            ("pending", (|key| key.confirmed_at = None) as fn(&mut ApiKey)),
            ("disabled", |key| key.disabled_at = Some(key.created_at)),
            ("expired", |key| key.expires_at = Some(key.created_at)),
            ("revoked", |key| key.revoked_at = Some(key.created_at)),
        ] {
            app.insert_token(OWNER, name, |key| {
                (key.scope, key.restrictions) = (Scope::Web, shop.clone());
                change(key);
            });
            assert_eq!(preflight(app, SHOP), 403, "{name}");
        }
        app.insert_restricted("max@acme.example", Restriction::TrustedDomains, "shop.example");
        assert_eq!(preflight(app, SHOP), 204);
        app.database.execute("UPDATE users SET removed_at = 1 WHERE email = 'max@acme.example'");
        app.state.pool.write(|conn| store::verification::record_change(conn, None, now)).unwrap();
        app.state.pool.read(|conn| app.state.verification_cache.follow(conn)).unwrap();
        assert_eq!(preflight(app, SHOP), 403, "its owner is gone");
        let inside = app.insert_restricted(OWNER, Restriction::AllowedNetworks, "127.0.0.0/8").0;
        assert_eq!((inside.scope, preflight(app, SHOP)), (Scope::Server, 403), "only Web keys count");

        let key = web_key(app, "shop.example");
        assert_eq!(preflight(app, SHOP), 204);
        let pause = format!("{API_KEYS}/{}/disablement", key.id);
        assert_eq!(owner.post(&pause, &[]).status, 303);
        assert_eq!(preflight(app, SHOP), 403, "what changes is known at once");
        let until = now.plus(Duration::hours(1)).unix_micros();
        app.database.execute(&format!("UPDATE api_keys SET disabled_until = {until} WHERE id = '{}'", key.id));
        app.clock.advance(Duration::hours(1));
        assert_eq!(preflight(app, SHOP), 204, "a pause ends");
        assert_eq!(owner.post(&format!("{API_KEYS}/{}/deletion", key.id), &[]).status, 303);
        assert_eq!(preflight(app, SHOP), 403);
        assert_eq!(app.database.count(&format!("SELECT count(*) AS count FROM trusted_domains WHERE api_key_id = '{}'", key.id)), 0);
    }

    fn an_edit_of_the_domains_counts_at_once_and_a_key_for_any_page_lets_every_page_ask(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = web_key(app, "shop.example");
        let edit = |owner: &mut crate::support::Client, domains: &str| {
            let path = format!("{API_KEYS}/{}/edit", key.id);
            let form = owner.get(&path).form_fields("form");
            let mut fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.retain(|(name, _)| !["trusted_domains", "unrestricted"].contains(name));
            fields.extend([("trusted_domains", domains), ("unrestricted", "trusted_domains")]);
            assert_eq!(owner.post_raw(&path, &[], &fields).status, 303);
        };
        assert_eq!((preflight(app, SHOP), preflight(app, "https://other.example")), (204, 403));
        edit(&mut owner, "other.example");
        assert_eq!((preflight(app, SHOP), preflight(app, "https://other.example")), (403, 204));
        edit(&mut owner, "");
        assert_eq!((preflight(app, SHOP), preflight(app, "https://other.example")), (204, 204));
        assert_eq!(preflight(app, "null"), 403, "such a page has no origin");
    }

    fn a_page_may_read_the_answer_to_its_own_web_key(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, web) = app.insert_restricted(OWNER, Restriction::TrustedDomains, "shop.example");
        let texts = Texts { trusted_domains: "old.example", ..Texts::default() };
        let (_, anywhere) = app.insert_token(OWNER, "Anywhere", |key| key.scope = Scope::Web);
        let (_, old) = app.insert_token(OWNER, "Old", |old| {
            old.restrictions = Restrictions::parse(Scope::Web, texts).unwrap();
            (old.scope, old.expires_at) = (Scope::Web, Some(old.created_at));
        });
        let (_, server) = app.insert_token(OWNER, "Server", |_| {});
        for (token, origin, status, readable) in [
            (Some(&web), SHOP, 200, true),
            (Some(&anywhere), SHOP, 200, true),
            (Some(&anywhere), "https://evil.example", 200, true),
            (Some(&web), "https://evil.example", 403, false),
            (Some(&old), "https://old.example", 401, true),
            (Some(&old), SHOP, 401, false),
            (Some(&server), SHOP, 200, false),
            (Some(&anywhere), "null", 200, false),
            // The page learns that it forgot its key.
            (None, SHOP, 401, true),
        ] {
            let key = token.map(|token| ("x-api-key", token.expose()));
            let headers: Vec<_> = key.into_iter().chain([("origin", origin)]).collect();
            let page = app.visitor().request("GET", "/v1/forward-auth", &headers, None);
            assert_eq!(page.status, status, "{origin}");
            assert_eq!(page.header("access-control-allow-origin"), if readable { origin } else { "" }, "{origin}");
            assert_eq!(page.header("vary"), if readable { "Origin" } else { "" });
        }
    }

    fn only_web_keys_of_the_organizations_asked_for_count(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = web_key(app, "shop.example");
        let named = format!("organization={}", key.organization_id);
        let other = format!("organization=org_{}", "0".repeat(key.organization_id.as_str().len() - 4));
        for (query, status) in [("", 204), (named.as_str(), 204), ("organization=any", 204), (other.as_str(), 403),
            ("organization=x", 400), ("permissions=x", 400)]
        {
            assert_eq!(preflight_at(app, &format!("/v1/forward-auth?{query}"), SHOP).status, status, "{query}");
        }
        let envoy = format!("/v1/forward-auth;{other}/orders?organization=any");
        assert_eq!(preflight_at(app, &envoy, SHOP).status, 403);
    }

    fn web_keys_of_earlier_versions_are_found(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        web_key(app, "shop.example\n*.example.org\nhttp://localhost:*");
        app.insert_token(OWNER, "Anywhere", |key| key.scope = Scope::Web);
        app.insert_token(OWNER, "Server", |_| {});
        let stored = || {
            app.database.text(
                "SELECT CAST(count(*) AS TEXT) || min(domain) || max(domain) || min(organization_id) AS text FROM \
                 trusted_domains",
            )
        };
        let before = stored();
        assert!(before.starts_with('4'));
        app.database.execute("DELETE FROM trusted_domains");
        let file = format!("migrations/{}/0019_trusted_domains.sql", if app.database.url().starts_with("postgres") { "postgres" } else { "sqlite" });
        let step = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let backfill = step.split("(api_key_id);").nth(1).unwrap();
        app.database.execute(backfill.trim().trim_end_matches(';'));
        assert_eq!(stored(), before);
    }
}

#[test]
fn who_tries_out_origins_is_held_up() {
    let app = TestApp::start(Kind::Sqlite);
    app.create_user(Role::Owner, "owner");
    web_key(&app, "shop.example");
    let mut guesses = (0..1_000).map(|number| preflight(&app, &format!("https://shop{number}.example")));
    assert!(guesses.any(|status| status == 429));
    assert_eq!(preflight(&app, SHOP), 204);
}
