//! Every form that changes something leaves an event. A new route fails here until it has its place.

use std::cell::Cell;

use latchkey::{
    domain::{Role, policy::Viewable},
    http::routes::Route,
    web::ROUTES,
};

use super::things::{self, Whose};
use crate::{
    on_both_databases_with_mails,
    support::{Client, Mails, PASSWORD, Page, TestApp},
};

const KEYS: &str = "/settings/developers/api-keys";
const NEW_PASSWORD: &str = "violin harbour plum";

/// Forms without an event, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("/go-to", "only leads to a page"),
    ("/appearance", "a preference of the browser"),
    ("/shortcuts", "a preference of the browser"),
    ("/settings/account/theme", "a preference"),
    ("/settings/account/language", "a preference"),
    ("/settings/developers/api-keys/search", "only leads to a page: the key's page records who looks at it"),
    ("/settings/developers/api-keys/selections", "keeps which keys are selected; what is done with them is recorded"),
    ("/settings/members/invitations/{id}/confirmation", "only closes the page with the link"),
];

/// Sends the form of a page, with these fields in place of its own.
fn fill_in(client: &mut Client, page: &str, path: &str, changes: &[(&str, &str)]) -> Page {
    let form = client.get(page);
    assert_eq!(form.status, 200, "{page}: {}", form.body);
    let own = form.form_fields("form");
    let is_own = |field: &str| changes.iter().all(|(changed, _)| *changed != field);
    let mut fields: Vec<_> = own.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
    fields.retain(|(field, _)| is_own(field));
    fields.extend(changes);
    client.post_raw(path, &[], &fields)
}

/// Sends a form that succeeds. Calls `mark` before it, if something else was sent for its preparation.
fn send(app: &TestApp, mails: &Mails, owner: &mut Client, email: &str, route: &Route, mark: impl Fn()) -> Page {
    let whose = if things::owners(route.path).contains(&Whose::Own) && !route.path.starts_with("/settings/members/") {
        Whose::Own
    } else {
        Whose::Colleague
    };
    let mut path = route.path.to_owned();
    if path.contains("{id}") {
        path = path.replace("{id}", &things::make(app, route.path, whose, email));
    }
    let key = |name: &str| app.insert_api_key(email, name, |_| {}).id.to_string();
    match route.path {
        "/registration" => unreachable!("it comes first"),
        "/sign-in" => owner.post(&path, &[("email", email), ("password", PASSWORD)]),
        "/password-proof" => owner.post(&path, &[("password", PASSWORD), ("next", "/")]),
        "/password-reset" => {
            let page = owner.post(&path, &[("email", email)]);
            // The link is made after the answer.
            while mails.next().to != email {}
            page
        }
        "/password-reset/new-password" => {
            let link = app.password_reset_link(email);
            mark();
            fill_in(&mut app.visitor(), &link, &path, &[("password", NEW_PASSWORD)])
        }
        "/settings/account" => owner.post(&path, &[("name", "Another name")]),
        "/settings/account/email" => {
            owner.post(&path, &[("email", "another@acme.example"), ("current_password", PASSWORD)])
        }
        "/settings/account/password" => {
            owner.post(&path, &[("current_password", PASSWORD), ("password", NEW_PASSWORD)])
        }
        "/settings/account/sessions/all-deletion" => {
            app.sign_in_as(email);
            mark();
            owner.post(&path, &[])
        }
        "/settings/developers/api-keys" => owner.create_api_key("A key"),
        "/settings/developers/api-keys/bulk-enablement" => {
            let id = key("disabled");
            assert_eq!(owner.post(&format!("{KEYS}/{id}/disablement"), &[]).status, 303);
            mark();
            owner.post(&path, &[("id", &id)])
        }
        "/settings/developers/api-keys/bulk-deletion"
        | "/settings/developers/api-keys/bulk-disablement"
        | "/settings/developers/api-keys/bulk-revocation" => owner.post(&path, &[("id", &key("one of many"))]),
        "/settings/developers/api-keys/bulk-rotation-mark" => {
            owner.post(&path, &[("id", &key("to be rotated")), ("rotate_by", "2026-12-31")])
        }
        "/settings/developers/api-keys/all-deletion" => {
            key("only one");
            fill_in(owner, &path, &path, &[("phrase", "delete 1 key")])
        }
        "/settings/developers/api-keys/{id}/edit" | "/settings/developers/api-keys/{id}/name" => {
            fill_in(owner, &path, &path, &[("name", "A new name")])
        }
        "/settings/developers/api-keys/{id}/confirmation" => {
            let id = owner.create_api_key("pending").api_key_id();
            mark();
            owner.post(&format!("{KEYS}/{id}/confirmation"), &[("copied", "yes")])
        }
        "/settings/developers/api-keys/{id}/enablement" | "/settings/members/{id}/enablement" => {
            assert_eq!(owner.post(&path.replace("enablement", "disablement"), &[]).status, 303);
            mark();
            owner.post(&path, &[])
        }
        "/settings/developers/api-keys/{id}/token" => {
            app.change_policy(|policy| policy.viewable = Viewable::All);
            let id = owner.create_confirmed_api_key("viewable").0;
            let path = format!("{KEYS}/{id}/token");
            mark();
            fill_in(owner, &path, &path, &[])
        }
        "/settings/members/invitations" => {
            owner.post(&path, &[("email", "new@acme.example"), ("role", "member"), ("form_token", "one")])
        }
        "/settings/members/{id}/role" => owner.post(&path, &[("role", "support")]),
        "/settings/policy" => fill_in(owner, &path, &path, &[("max_keys_per_user", "77")]),
        "/settings/projects" => owner.post(&path, &[("name", "Shop")]),
        "/settings/projects/{id}/name" => owner.post(&path, &[("name", "Store")]),
        "/settings/projects/{id}/restoration" => {
            assert_eq!(owner.post(&path.replace("restoration", "archival"), &[]).status, 303);
            mark();
            owner.post(&path, &[])
        }
        "/sign-out"
        | "/settings/account/sessions/{id}/deletion"
        | "/settings/developers/api-keys/{id}/deletion"
        | "/settings/developers/api-keys/{id}/disablement"
        | "/settings/developers/api-keys/{id}/revocation"
        | "/settings/members/invitations/{id}/revocation"
        | "/settings/members/{id}/disablement"
        | "/settings/members/{id}/removal"
        | "/settings/projects/{id}/archival" => owner.post(&path, &[]),
        other => panic!("send a form to {other} here that succeeds, or say in EXCEPTIONS why it records nothing"),
    }
}

fn is_exception(route: &Route) -> bool {
    EXCEPTIONS.iter().any(|(path, _)| *path == route.path)
}

on_both_databases_with_mails! {
    fn every_form_that_changes_something_is_recorded(app: &TestApp, mails: &Mails) {
        let count = || app.database.count("SELECT count(*) AS count FROM audit_events");
        let form = [("organization_name", "Acme"), ("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)];
        assert_eq!(app.visitor().post("/registration", &form).status, 303);
        assert!(count() > 0);
        let forms = || ROUTES.iter().filter(|route| route.method_name() == "POST" && route.path != "/registration");
        for (number, route) in forms().filter(|route| !is_exception(route)).enumerate() {
            let email = app.create_user(Role::Owner, &format!("owner-{number}"));
            let mut owner = app.sign_in_as(&email);
            app.clock.advance(time::Duration::seconds(15));
            let before = Cell::new(count());
            let page = send(app, mails, &mut owner, &email, route, || before.set(count()));
            assert!(matches!(page.status, 200 | 303), "{} {}: {}", route.path, page.status, page.body);
            assert!(count() > before.get(), "{} leaves no event", route.path);
        }
        for (path, _) in EXCEPTIONS {
            assert!(forms().any(|route| route.path == *path), "there is no form {path}");
        }
    }
}
