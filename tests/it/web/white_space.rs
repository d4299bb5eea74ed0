//! Scripts read the text of elements: line breaks of the templates are not part of it.

use latchkey::domain::Role;
use scraper::{ElementRef, Html, Selector};

use crate::{on_both_databases, support::TestApp};

const LIST: &str = "/settings/developers/api-keys";
const TEXTS: &str = "th, td, dt, dd, h1, h2, h3, li, a, button, label, summary, option, caption, legend, p";
/// What stands within a line of text.
const INLINE: [&str; 15] =
    ["a", "abbr", "bdi", "br", "code", "em", "kbd", "path", "small", "span", "strong", "svg", "time", "use", "circle"];

fn is_line(element: ElementRef<'_>) -> bool {
    element.descendent_elements().skip(1).all(|inner| INLINE.contains(&inner.value().name()))
}

/// Lines of text that begin with white space or have a line break.
fn ragged(body: &str) -> Vec<String> {
    let page = Html::parse_document(body);
    let elements =
        page.select(&Selector::parse(TEXTS).unwrap()).filter(|element| is_line(*element)).collect::<Vec<_>>();
    assert!(elements.len() > 5, "{body}");
    let texts = elements.into_iter().map(|element| element.text().collect::<String>());
    texts.filter(|text| text.trim_start() != text || text.contains('\n')).collect()
}

on_both_databases! {
    fn texts_have_no_line_breaks_of_templates(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        let max = app.user_id("max@acme.example");
        let project = app.insert_project("owner@acme.example", "Shop").id;
        owner.post(&format!("/settings/projects/{project}/archival"), &[]);
        let used = app.insert_api_key("owner@acme.example", "used", |key| {
            key.expires_at = Some(app.state.clock.now().plus(time::Duration::days(3)));
        });
        let unused = app.insert_api_key("max@acme.example", "unused", |_| {});
        let both = format!("view=organization&id={}&id={}", used.id, unused.id);
        let mut paths: Vec<String> = ["", "?view=organization", "/new", "/all-deletion"].map(|end| format!("{LIST}{end}")).into();
        paths.extend(["bulk-deletion", "bulk-disablement", "bulk-revocation"].map(|act| format!("{LIST}/{act}?{both}")));
        for key in [&used.id, &unused.id] {
            let ends = ["", "/edit", "/name", "/deletion", "/disablement", "/revocation", "/actions"];
            paths.extend(ends.map(|end| format!("{LIST}/{key}{end}")));
        }
        paths.extend(["", "/removal", "/role", "/disablement"].map(|end| format!("/settings/members/{max}{end}")));
        paths.extend(["", "/name", "/archival"].map(|end| format!("/settings/projects/{project}{end}")));
        for lines in ["invoices:read See invoices\ninvoices:send", "a:b:c\na:b:d\nx"] {
            let fields = [("lines", lines), ("roles", "owner"), ("roles", "member")];
            assert_eq!(owner.post("/settings/developers/permissions/several", &fields).status, 303);
        }
        paths.extend(["", "/new", "/several", "/roles", "/invoices:read/description", "/invoices:read/removal"]
            .map(|end| format!("/settings/developers/permissions{end}")));
        paths.push(format!("/settings/members/{max}/api-permissions"));
        let others = [
            "/", "/settings", "/settings/policy", "/settings/projects", "/settings/projects/new", "/settings/members",
            "/settings/members/invitations/new", "/settings/account", "/settings/account/email",
            "/settings/account/password", "/settings/account/sessions", "/settings/account/activity",
            "/settings/audit-log", "/settings/audit-log?via=session&q=used", "/settings/audit-log?via=visitor", "/settings/developers/verification", "/go-to", "/go-to?q=us",
            "/shortcuts", "/nothing",
        ];
        paths.extend(others.map(str::to_owned));
        for path in paths {
            let page = owner.get(&path);
            assert_eq!(page.status, if path == "/nothing" { 404 } else { 200 }, "{path}");
            let ragged = ragged(&page.body);
            assert!(ragged.is_empty(), "{path}: {ragged:?}");
        }
    }
}
