//! Exports of the list with an API key, without a session.

use time::Duration;

use latchkey::{
    domain::{KeyPermissions, Permission, Role, Scope, Token, api_key::restrictions::Kind},
    web::ROUTES,
};
use serde_json::json;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, with_wrong_secret},
};

const PATH: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";
const MEMBER: &str = "max@acme.example";

/// A program without cookies.
fn ask(app: &TestApp, token: &str, query: &str) -> Page {
    app.visitor().request("GET", &format!("{PATH}/export.json{query}"), &[("x-api-key", token)], None)
}

fn names(page: &Page) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    let mut names: Vec<_> =
        page.json().as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn organization(app: &TestApp) -> (Token, Token) {
    app.create_user(Role::Owner, "owner");
    app.create_user(Role::Member, "max");
    app.create_user_of("Globex", Role::Owner, "gwen");
    app.insert_api_key("gwen@globex.example", "strangers", |_| {});
    let (_, owners) = app.insert_token(OWNER, "owners", |_| {});
    let (_, members) = app.insert_token(MEMBER, "members", |_| {});
    (owners, members)
}

on_both_databases! {
    fn a_key_gets_the_files_with_what_its_owner_may_see_now(app: &TestApp) {
        let (owners, members) = organization(app);
        assert_eq!(names(&ask(app, owners.expose(), "")), ["owners"]);
        assert_eq!(names(&ask(app, owners.expose(), "?view=organization")), ["members", "owners"]);
        assert_eq!(names(&ask(app, owners.expose(), "?view=organization&q=members")), ["members"]);
        assert_eq!(names(&ask(app, members.expose(), "")), ["members"]);
        let refused = ask(app, members.expose(), "?view=organization");
        assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("INSUFFICIENT_PERMISSIONS")));

        let bearer = format!("Bearer {}", owners.expose());
        let file = app.visitor().request("GET", &format!("{PATH}/export.csv"), &[("authorization", &bearer)], None);
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
        assert!(file.body.contains(",owners,") && file.header("set-cookie").is_empty(), "{}", file.body);
        assert!(file.header("cache-control").contains("no-store"), "{}", file.header("cache-control"));

        app.change_users_beside("UPDATE users SET role = 'member' WHERE name = 'owner'");
        app.clock.advance(Duration::seconds(1));
        assert_eq!(ask(app, owners.expose(), "?view=organization").status, 403);
        assert_eq!(names(&ask(app, owners.expose(), "")), ["owners"]);
    }

    fn the_file_is_written_down_with_the_key_that_took_it_and_counts_as_its_use(app: &TestApp) {
        let (owners, _) = organization(app);
        ask(app, owners.expose(), "?status=active");
        let details = app.database.text("SELECT details AS text FROM audit_events WHERE action = 'api_keys.exported'");
        for part in ["\"status\":\"active\"", "\"format\":\"json\""] {
            assert!(details.contains(part), "{details}");
        }
        assert!(!details.contains(owners.secret()));
        let credential = "SELECT name AS text FROM api_keys WHERE id = (SELECT credential_id FROM audit_events \
                          WHERE action = 'api_keys.exported')";
        assert_eq!(app.database.text(credential), "owners");
        assert_eq!(app.audited("api_keys.exported"), 1);
    }

    fn only_a_good_key_gets_anything(app: &TestApp) {
        let (owners, members) = organization(app);
        let of = |change: fn(&mut latchkey::domain::ApiKey)| {
            let name = format!("key {}", app.database.count("SELECT count(*) AS count FROM api_keys"));
            app.insert_token(OWNER, &name, change).1
        };
        for (token, code) in [
            (of(|key| key.confirmed_at = None), "KEY_NOT_CONFIRMED"),
            (of(|key| key.disabled_at = Some(key.created_at)), "DISABLED"),
            (of(|key| key.expires_at = Some(key.created_at)), "EXPIRED"),
            (of(|key| key.revoked_at = Some(key.created_at)), "REVOKED"),
        ] {
            let refused = ask(app, token.expose(), "");
            assert_eq!((refused.status, &refused.json()["code"]), (401, &json!(code)));
        }
        let restricted = app.insert_restricted(OWNER, Kind::AllowedNetworks, "203.0.113.0/24").1;
        assert_eq!(ask(app, restricted.expose(), "").json()["code"], "NETWORK_NOT_ALLOWED");
        let wrong = ask(app, &with_wrong_secret(&owners, &members), "");
        assert_eq!((wrong.status, &wrong.json()["code"]), (401, &json!("NOT_FOUND")));
        assert_eq!(ask(app, "nonsense", "").status, 401);
        assert_eq!(ask(app, owners.expose(), "?sort=owner").status, 400);
        let other = format!("Bearer {}", members.expose());
        let export = |authorization: &str| {
            let both = [("x-api-key", owners.expose()), ("authorization", authorization)];
            app.visitor().request("GET", &format!("{PATH}/export.json"), &both, None).status
        };
        assert_eq!(export(&other), 400, "two different keys");
        let subset = of(|key| key.permissions = KeyPermissions::Only([Permission::SeeAllUsage].into_iter().collect()));
        assert_eq!(ask(app, subset.expose(), "").json()["code"], "INSUFFICIENT_PERMISSIONS");
        // Keys that anybody can read in a page or an app.
        for token in [of(|key| key.scope = Scope::Web), of(|key| key.scope = Scope::Mobile)] {
            assert_eq!(ask(app, token.expose(), "").status, 403);
        }
        assert_eq!(ask(app, of(|key| key.scope = Scope::Analytics).expose(), "?q=nothing").status, 200);
        assert_eq!(app.audited("api_keys.exported"), 1);
        assert_eq!((export("Bearer x"), export("Digest x")), (200, 200), "those of a proxy before the pages");
    }

    fn a_key_opens_nothing_else_and_changes_nothing(app: &TestApp) {
        let (owners, _) = organization(app);
        let id = app.database.text("SELECT id AS text FROM api_keys WHERE name = 'owners'");
        let before = app.database.count("SELECT count(*) AS count FROM audit_events");
        let answer = |client: &mut Client, route: &latchkey::http::routes::Route, headers: &[(&str, &str)]| {
            let path = route.path.replace("{id}", &id);
            let body = (route.method_name() != "GET").then_some("");
            let page = client.request(route.method_name(), &path, headers, body);
            (page.status, page.header("location").to_owned())
        };
        let bearer = format!("Bearer {}", owners.expose());
        for route in ROUTES.iter().filter(|route| !route.path.contains("/export.")) {
            let form = [("content-type", "application/x-www-form-urlencoded")];
            let nobody = answer(&mut app.visitor(), route, &form);
            for credential in [("x-api-key", owners.expose()), ("authorization", bearer.as_str())] {
                let with_key = answer(&mut app.visitor(), route, &[form[0], credential]);
                assert_eq!(with_key, nobody, "{} {}", route.method_name(), route.path);
            }
        }
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let key = [("x-api-key", owners.expose())];
            let refused = app.visitor().request(method, &format!("{PATH}/export.csv"), &key, Some(""));
            assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD"), "{method}");
        }
        let events = app.database.count("SELECT count(*) AS count FROM audit_events WHERE action <> 'user.registration_refused'");
        assert_eq!(events, before);
        // It signs nobody in. A browser behind a proxy that asks for a password is redirected to the sign-in page.
        let basic = [("authorization", "Basic YTpi")];
        let page = app.visitor().request("GET", &format!("{PATH}/export.csv"), &basic, None);
        assert_eq!(page.status, 303);
    }
}
