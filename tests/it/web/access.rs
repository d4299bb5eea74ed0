//! What each role gets from each page: the checked-in table `access.txt`, compared with the server.
//!
//! A new route, or one that answers a role differently than before, changes the table. Review it like code. To write
//! the table, run the test with `LATCHKEY_WRITE_ACCESS=1`.

use std::{env, fmt::Write as _, fs, path::Path};

use actix_web::http::Method;
use latchkey::{domain::Role, http::routes::Route, web::ROUTES};
use time::Duration;

use super::things::{self, Whose};
use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

/// The status of the answer.
fn outcome(client: &mut Client, route: &Route, path: &str) -> String {
    let page = if route.method == Some(Method::GET) {
        client.get(path)
    } else {
        let csrf = client.csrf();
        client.post_raw(path, &[], &[("csrf", &csrf)])
    };
    match (page.status, page.header("location")) {
        (303, to) if to.starts_with("/sign-in?next") => "sign-in".to_owned(),
        (status, _) => status.to_string(),
    }
}

fn table(app: &TestApp) -> String {
    app.create_user(Role::Owner, "founder");
    let mut text = String::from("method path | visitor | owner administrator support analytics member\n");
    for route in ROUTES {
        let owners = things::owners(route.path).iter().copied().map(Some);
        let owners: Vec<_> = if owners.len() == 0 { vec![None] } else { owners.collect() };
        for whose in owners {
            let path = |email: &str| match whose {
                Some(whose) => route.path.replace("{id}", &things::make(app, route.path, whose, email)),
                None => route.path.to_owned(),
            };
            let line = format!("{} {} {}", route.method_name(), route.path, whose.map_or("", Whose::as_str));
            let visited = outcome(&mut app.visitor(), route, &path("founder@acme.example"));
            let _ = write!(text, "{} | {visited} |", line.trim_end());
            for role in Role::ALL {
                // A new account each time, because acts leave traces, above all a sign-out.
                let email = app.create_user(role, &format!("{role}-{}", text.len()));
                let mut client = app.sign_in_as(&email);
                // Long enough that earlier attempts delay nobody.
                app.clock.advance(Duration::seconds(15));
                let path = path(&email);
                let _ = write!(text, " {}", outcome(&mut client, route, &path));
            }
            text.push('\n');
        }
    }
    text
}

on_both_databases! {
    fn every_role_gets_from_every_route_what_the_table_says(app: &TestApp) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/web/access.txt");
        let found = table(app);
        if env::var_os("LATCHKEY_WRITE_ACCESS").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap();
        for (found, expected) in found.lines().zip(expected.lines()) {
            assert_eq!(found, expected);
        }
        assert_eq!(found.lines().count(), expected.lines().count());
    }
}
