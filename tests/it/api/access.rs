//! What each caller gets from each route of the APIs for programs: the checked-in table `access.txt`, compared with the
//! server.
//!
//! A new route, or one that answers a caller differently than before, changes the table. Review it like code. To write
//! the table, run the test with `LATCHKEY_WRITE_ACCESS=1`.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path};

use latchkey::{
    api,
    domain::{ChosenPermissions, KeyPermissions, Permission, Role, Scope},
    http::{
        assets,
        routes::{Access, Route},
    },
    server::health,
    verify,
    web::ROUTES as PAGES,
};

use crate::{
    on_both_databases,
    support::{Client, TestApp, with_wrong_secret},
};

const OWNER: &str = "owner@acme.example";

/// The tables of all APIs that are not pages.
fn tables() -> impl Iterator<Item = &'static Route> {
    [verify::ROUTES, api::ROUTES, health::ROUTES, assets::ROUTES].into_iter().flatten()
}

/// An address that the row answers.
fn address(route: &Route) -> String {
    let asset = format!("{}/app.css", assets::base());
    let address = route.path.replace("/static/{build}/{path:.*}", &asset).replace("{path:.*}", "orders");
    address.replace("{conditions:.*}", "organization=any")
}

/// The status of the answer. From the pages, 303 redirects to the sign-in.
fn outcome(client: &mut Client, route: &Route, token: Option<&str>) -> String {
    let key = token.map(|token| ("x-api-key", token));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers: Vec<_> = key.into_iter().chain((route.path == "/oauth2/introspect").then_some(form)).collect();
    let (method, body) = match route.method_name() {
        "ANY" => ("OPTIONS", None),
        "POST" if route.path == "/oauth2/introspect" => ("POST", Some("token=x")),
        "POST" => ("POST", Some("")),
        other => (other, None),
    };
    client.request(method, &address(route), &headers, body).status.to_string()
}

/// The callers, as in the header of the table, and their credentials.
fn callers(app: &TestApp) -> Vec<(String, Option<String>)> {
    let mut callers = vec![("none".to_owned(), None)];
    let mut tokens = Vec::new();
    for role in Role::ALL {
        let token = app.insert_token(&app.create_user(role, role.as_str()), "program", |_| {}).1;
        callers.push((role.as_str().to_owned(), Some(token.expose().to_owned())));
        tokens.push(token);
    }
    callers.insert(1, ("wrong".to_owned(), Some(with_wrong_secret(&tokens[0], &tokens[1]))));
    let mut of_owner = |name: &str, change: fn(&mut latchkey::domain::ApiKey)| {
        let token = app.insert_token(OWNER, name, change).1;
        callers.push((name.to_owned(), Some(token.expose().to_owned())));
    };
    of_owner("disabled", |key| key.disabled_at = Some(key.created_at));
    of_owner("limited", |key| {
        key.permissions = KeyPermissions::Only([Permission::SeeAllUsage].into_iter().collect::<ChosenPermissions>());
    });
    of_owner("web", |key| key.scope = Scope::Web);
    callers
}

fn table(app: &TestApp) -> String {
    let callers = callers(app);
    let heads: Vec<_> = callers.iter().map(|(head, _)| head.as_str()).collect();
    let mut text = format!("method path | key: {}\n", heads.join(" "));
    for route in tables() {
        let _ = write!(text, "{} {} |", route.method_name(), route.path);
        for (_, token) in &callers {
            // Long enough that no export is refused by its limit.
            app.clock.advance(time::Duration::seconds(15));
            let _ = write!(text, " {}", outcome(&mut app.visitor(), route, token.as_deref()));
        }
        text.push('\n');
    }
    text
}

on_both_databases! {
    fn every_key_gets_from_every_route_what_the_table_says(app: &TestApp) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/api/access.txt");
        let found = table(app);
        if env::var_os("LATCHKEY_WRITE_ACCESS").is_some() {
            fs::write(&path, &found).unwrap();
        }
        assert_eq!(found, fs::read_to_string(&path).unwrap());
    }

    fn a_route_that_needs_something_is_closed_without_a_key(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut closed = 0;
        for route in tables().filter(|route| route.access != Access::Anyone) {
            for token in [None, Some("garbage")] {
                let status = outcome(&mut app.visitor(), route, token);
                assert!(["401", "303"].contains(&status.as_str()), "{} {status}", route.path);
            }
            closed += 1;
        }
        assert!(closed >= 3, "{closed} routes");
    }

    fn other_methods_of_a_path_are_refused_with_those_it_has(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for route in verify::ROUTES.iter().chain(api::ROUTES).filter(|route| route.method.is_some()) {
            let allow = if route.method_name() == "GET" { "GET, HEAD" } else { route.method_name() };
            for method in ["PUT", "PATCH", "DELETE", "OPTIONS"] {
                let page = app.visitor().request(method, &address(route), &[("x-api-key", "garbage")], None);
                assert_eq!((page.status, page.header("allow")), (405, allow), "{method} {}", route.path);
                assert_eq!(page.header("content-type"), "application/problem+json");
            }
        }
    }

    fn a_body_may_be_as_large_as_its_row_says(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "gateway", |_| {});
        for route in verify::ROUTES.iter().filter(|route| route.method_name() == "POST") {
            for (length, is_too_large) in [(route.body_limit, false), (route.body_limit + 1, true)] {
                let headers = [("x-api-key", token.expose()), ("content-type", "text/plain")];
                let page = app.visitor().request("POST", &address(route), &headers, Some(&"x".repeat(length)));
                assert_eq!(page.status == 413, is_too_large, "{} {length}: {}", route.path, page.status);
            }
        }
    }
}

#[test]
fn no_two_rows_of_a_table_answer_the_same_requests() {
    for table in [verify::ROUTES, api::ROUTES, health::ROUTES, assets::ROUTES, PAGES] {
        let rows: BTreeSet<_> = table.iter().map(|row| (row.path, row.method_name())).collect();
        assert_eq!(rows.len(), table.len());
    }
}
