//! A dialog and the page below it are one document.

use std::collections::BTreeSet;

use latchkey::domain::Role;
use scraper::{Html, Selector};

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const OWNER: &str = "owner@acme.example";
const KEYS: &str = "/settings/developers/api-keys";

/// A dialog, or the menu of a row.
fn is_fragment(page: &Page) -> bool {
    ["<dialog", "<div popover"].iter().any(|start| page.body.trim_start().starts_with(start))
}

fn fragment(client: &mut Client, path: &str) -> Page {
    let page = client.request("GET", path, &[("hx-request", "true")], None);
    assert_eq!(page.status, 200, "{path}");
    assert!(is_fragment(&page), "{path}: {}", page.body);
    page
}

/// Every id is unique, every label has its control, and every reference to an id resolves.
fn expect_sound(page: &Page, dialog: &Page, path: &str) {
    let html = Html::parse_document(&format!("{}{}", page.body, dialog.body));
    let select = |selector: &str| Selector::parse(selector).unwrap();
    let mut ids = BTreeSet::new();
    for element in html.select(&select("[id]")) {
        let id = element.attr("id").unwrap();
        assert!(ids.insert(id.to_owned()), "{path}: the id {id} is there twice");
    }
    for attribute in ["for", "form", "list", "aria-describedby", "aria-labelledby"] {
        for element in html.select(&select(&format!("[{attribute}]"))) {
            for id in element.attr(attribute).unwrap().split_whitespace() {
                assert!(ids.contains(id), "{path}: {attribute} names {id}, which is not there");
            }
        }
    }
    for label in html.select(&select("label[for]")) {
        let id = label.attr("for").unwrap();
        let controls = select(&format!("input#{id}, select#{id}, textarea#{id}"));
        assert_eq!(html.select(&controls).count(), 1, "{path}: the label of {id}");
    }
    for label in html.select(&select("label:not([for])")) {
        assert_eq!(label.select(&select("input, select, textarea")).count(), 1, "{path}: {}", label.html());
    }
}

/// The answer to a script that sends this page's form with some fields changed.
fn sent(client: &mut Client, form: &str, to: &str, changes: &[(&str, &str)]) -> Page {
    let fields = client.get(form).form_fields("form");
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| {
            let typed = changes.iter().find(|(field, _)| field == name).map(|(_, value)| *value);
            (name.as_str(), typed.unwrap_or(value))
        })
        .collect();
    client.post_raw(to, &[("hx-request", "true")], &fields)
}

on_both_databases! {
    fn ids_are_unique_when_a_dialog_lies_over_the_keys(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.insert_project(OWNER, "Mobile app");
        app.insert_api_key("max@acme.example", "of Max", |_| {});
        let id = app.insert_api_key(OWNER, "Deploy", |_| {}).id.to_string();
        let paused = app.insert_api_key(OWNER, "Paused", |key| key.disabled_at = Some(key.created_at)).id.to_string();
        let of_one = ["deletion", "disablement", "revocation", "edit", "name", "actions"]
            .map(|noun| format!("{KEYS}/{id}/{noun}"));
        let others = [
            format!("{KEYS}/new"),
            format!("{KEYS}/all-deletion"),
            format!("{KEYS}/{paused}/enablement"),
            format!("{KEYS}/bulk-deletion?id={id}&id={paused}"),
            format!("{KEYS}/bulk-revocation?id={id}&id={paused}"),
            format!("{KEYS}/bulk-disablement?id={id}&id={paused}"),
        ];
        let mut dialogs: Vec<_> =
            of_one.iter().chain(&others).map(|path| (path.clone(), fragment(&mut owner, path))).collect();
        let create = format!("{KEYS}/new");
        for name in ["", "Deploy", "made"] {
            dialogs.push((format!("create {name}"), sent(&mut owner, &create, KEYS, &[("name", name)])));
        }
        let refused = [("name", ""), ("expires_on", "never"), ("project", "none")];
        dialogs.push(("faults".to_owned(), sent(&mut owner, &create, KEYS, &refused)));
        let edit = format!("{KEYS}/{id}/edit");
        dialogs.push(("edit".to_owned(), sent(&mut owner, &edit, &edit, &[("edits", "7"), ("name", "other")])));
        let pages = [KEYS.to_owned(), format!("{KEYS}?view=organization"), format!("{KEYS}?status=active&scope=web")];
        for path in pages.iter().chain([&format!("{KEYS}/{id}")]) {
            let page = owner.get(path);
            for (name, dialog) in &dialogs {
                assert!(is_fragment(dialog), "{name}: {}", dialog.body);
                expect_sound(&page, dialog, &format!("{name} over {path}"));
            }
        }
    }

    fn ids_are_unique_when_a_dialog_lies_over_members_or_projects(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let max = app.user_id("max@acme.example").to_string();
        let project = app.insert_project(OWNER, "Mobile app").id.to_string();
        let members = owner.get("/settings/members");
        for noun in ["invitations/new", &format!("{max}/role"), &format!("{max}/disablement"), &format!("{max}/removal")] {
            let path = format!("/settings/members/{noun}");
            expect_sound(&members, &fragment(&mut owner, &path), &path);
        }
        let projects = owner.get("/settings/projects");
        for noun in ["new", &format!("{project}/name"), &format!("{project}/archival")] {
            let path = format!("/settings/projects/{noun}");
            expect_sound(&projects, &fragment(&mut owner, &path), &path);
        }
    }
}
