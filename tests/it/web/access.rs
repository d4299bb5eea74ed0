//! Who gets what from which route: the checked-in table `access.txt`, held against the server.
//!
//! A route that is new, or answers somebody otherwise than before, changes the table. Review it like code; to write it
//! anew, run the test with `LATCHKEY_WRITE_ACCESS=1`.

use std::{env, fmt::Write as _, fs, path::Path};

use actix_web::http::Method;
use latchkey::{domain::Role, web::ROUTES};

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

/// What somebody gets: the status, for a key of their own and for one of somebody else.
fn outcome(client: &mut Client, method: &Method, path: &str, id: &str) -> String {
    let path = path.replace("{id}", id);
    let page = if *method == Method::GET {
        client.get(&path)
    } else {
        let csrf = client.csrf();
        client.post_raw(&path, &[], &[("csrf", &csrf)])
    };
    match (page.status, page.header("location")) {
        (303, to) if to.starts_with("/sign-in?next") => "sign-in".to_owned(),
        (status, _) => status.to_string(),
    }
}

fn table(app: &TestApp) -> String {
    let mut visitor = app.visitor();
    app.create_user(Role::Owner, "founder");
    let foreign = app.insert_api_key("founder@acme.example", "foreign", |_| {}).id.to_string();
    let mut text = String::from("method path | visitor | owner administrator support analytics member\n");
    for route in ROUTES {
        let of_a_key = route.path.contains("{id}");
        for whose in if of_a_key { &["own", "foreign"][..] } else { &[""][..] } {
            let line = format!("{} {} {whose}", route.method, route.path);
            let _ =
                write!(text, "{} | {} |", line.trim_end(), outcome(&mut visitor, &route.method, route.path, &foreign));
            for role in Role::ALL {
                // Somebody new each time, since acts leave traces: a sign-out most of all.
                let name = format!("{role}-{}", text.len());
                let email = app.create_user(role, &name);
                let own = app.insert_api_key(&email, "own", |_| {}).id.to_string();
                let id = if *whose == "foreign" { &foreign } else { &own };
                let _ = write!(text, " {}", outcome(&mut app.sign_in_as(&email), &route.method, route.path, id));
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
