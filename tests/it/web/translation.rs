//! Browsers that translate a page leave names, addresses, IDs and tokens as they are.

use actix_web::http::Method;
use latchkey::{domain::Role, web::ROUTES};
use scraper::{ElementRef, Html};

use super::things::{self, PLANTED, Whose};
use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

/// Their text is translated nowhere, or is no part of the page.
const EXEMPT: [&str; 5] = ["title", "textarea", "style", "script", "noscript"];

/// The texts that a translation would change, with their elements.
fn translated(page: &Page, wanted: &[&str]) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let texts = html.tree.nodes().filter_map(|node| node.value().as_text().map(|text| (node, text)));
    let found = texts.filter(|(_, text)| wanted.iter().any(|word| text.contains(word)));
    let exposed = found.filter(|(node, _)| {
        let mut around = node.ancestors().filter_map(ElementRef::wrap).map(|element| element.value());
        !around.any(|element| element.attr("translate") == Some("no") || EXEMPT.contains(&element.name()))
    });
    let lines = exposed.map(|(node, text)| {
        let element = node.parent().and_then(ElementRef::wrap).map_or("", |element| element.value().name());
        format!("<{element}> {}", text.trim())
    });
    lines.collect()
}

fn assert_kept(page: &Page, address: &str, wanted: &[&str]) {
    let exposed = translated(page, wanted);
    assert!(exposed.is_empty(), "{address}: {exposed:#?}");
}

on_both_databases! {
    fn every_page_keeps_what_people_named(app: &TestApp) {
        let email = app.create_user(Role::Owner, PLANTED);
        let mut owner = app.sign_in_as(&email);
        let other = app.create_user(Role::Member, &format!("{PLANTED}-other"));
        let project = app.insert_project(&email, &format!("{PLANTED} project"));
        for name in ["first", "second"] {
            let key = app.insert_api_key(&other, &format!("{PLANTED} {name}"), |key| {
                key.project_id = Some(project.id.clone());
            });
            let path = format!("/settings/developers/api-keys/{}/name", key.id);
            assert_eq!(owner.post(&path, &[("name", &format!("{PLANTED} {name} renamed"))]).status, 303);
        }
        let mut pages = 0;
        for route in ROUTES {
            let is_get = route.method == Some(Method::GET);
            if !is_get && !route.path.contains("{id}") {
                continue;
            }
            let whose: &[Whose] = match things::owners(route.path) {
                [] => &[Whose::Own],
                [Whose::Colleague, ..] => &[Whose::Colleague],
                _ => &[Whose::Own, Whose::Colleague],
            };
            for whose in whose {
                let path = if route.path.contains("{id}") {
                    route.path.replace("{id}", &things::make(app, route.path, *whose, &email))
                } else {
                    route.path.to_owned()
                };
                for query in if is_get { &["", "?view=organization", "?q=oyster"][..] } else { &[""] } {
                    let address = format!("{path}{query}");
                    let fields = [("name", "oystercatcher of the beach"), ("role", "support"), ("copied", "yes")];
                    let mut page = if is_get { owner.get(&address) } else { owner.post(&path, &fields) };
                    // What has been done is on the next page.
                    if page.status == 303 {
                        let next = page.header("location").to_owned();
                        page = owner.get(&next);
                    }
                    if page.header("content-type").starts_with("text/html") {
                        assert_kept(&page, &format!("{} {address}", route.method_name()), &[PLANTED]);
                        pages += 1;
                    }
                }
            }
        }
        assert!(pages > 100, "{pages} pages");
    }

    fn a_new_token_and_its_parts_are_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let page = owner.create_api_key("backup");
        let token = page.test_id("key-token").text;
        let parts: Vec<&str> = token.split('_').skip(1).collect();
        assert_kept(&page, "the page with the token", &[token.as_str(), parts[0], parts[1], "backup"]);
        let key = app.insert_api_key("owner@acme.example", "with an ID", |_| {});
        let details = owner.get(&format!("/settings/developers/api-keys/{}", key.id));
        let lookup = key.lookup.clone();
        assert!(details.body.contains(&lookup));
        assert_kept(&details, "the details of a key", &[&lookup]);
    }

    fn a_phrase_to_type_is_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key("owner@acme.example", "backup", |_| {});
        let page = owner.get("/settings/developers/api-keys/all-deletion");
        assert!(page.body.contains("delete 1 key"));
        assert_kept(&page, "all-deletion", &["delete 1 key"]);
        let refused = owner.post("/settings/developers/api-keys/all-deletion", &[("phrase", "delete")]);
        assert_eq!(refused.status, 422);
        assert_kept(&refused, "all-deletion, refused", &["delete 1 key"]);
    }
}
