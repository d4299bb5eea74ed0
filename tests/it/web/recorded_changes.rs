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
    support::{Client, Mails, PASSWORD, Page, TestApp, limits},
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
    ("/settings/audit-log/search", "only leads to a page"),
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

/// Starts the rotation that this path is below. Returns its own path, and the id of the new token.
fn start_rotation(client: &mut Client, below: &str) -> (String, String) {
    let path = below.rsplit_once('/').unwrap().0.to_owned();
    let reveal = fill_in(client, &path, &path, &[]);
    assert_eq!(reveal.status, 200, "{}", reveal.body);
    let token_id = reveal.find_all("input[name=token_id]")[0].attribute("value").unwrap();
    (path, token_id)
}

/// A form that succeeds, and who sends it.
struct Sending<'a> {
    app: &'a TestApp,
    mails: &'a Mails,
    owner: &'a mut Client,
    email: &'a str,
    path: String,
    /// Called after the preparation, which may be recorded, too.
    mark: &'a dyn Fn(),
}

impl Sending<'_> {
    fn post(&mut self, fields: &[(&str, &str)]) -> Page {
        (self.mark)();
        self.owner.post(&self.path, fields)
    }

    /// Sends the form of the page at the same path.
    fn fill_in(&mut self, changes: &[(&str, &str)]) -> Page {
        (self.mark)();
        fill_in(self.owner, &self.path, &self.path, changes)
    }

    /// Does the opposite before.
    fn undo(&mut self, verb: &str, opposite: &str) -> Page {
        assert_eq!(self.owner.post(&self.path.replace(verb, opposite), &[]).status, 303);
        self.post(&[])
    }

    fn insert_key(&self) -> String {
        self.app.insert_api_key(self.email, "A key", |_| {}).id.to_string()
    }

    fn about_keys(&mut self, route: &str) -> Page {
        match route {
            "" => self.owner.create_api_key("A key"),
            "/bulk-enablement" => {
                let id = self.insert_key();
                assert_eq!(self.owner.post(&format!("{KEYS}/{id}/disablement"), &[]).status, 303);
                self.post(&[("id", &id)])
            }
            "/bulk-deletion" | "/bulk-disablement" | "/bulk-revocation" => {
                let id = self.insert_key();
                self.post(&[("id", &id)])
            }
            "/bulk-rotation-mark" => {
                let id = self.insert_key();
                self.post(&[("id", &id), ("rotate_by", "2026-12-31")])
            }
            "/all-deletion" => {
                self.insert_key();
                self.fill_in(&[("phrase", "delete 1 key")])
            }
            "/{id}/edit" | "/{id}/name" => self.fill_in(&[("name", "A new name")]),
            "/{id}/limit-reset" => {
                let key = self.app.insert_api_key(self.email, "limited", |key| {
                    key.attributes.limits = limits("2/hour", "");
                });
                self.path = format!("{KEYS}/{}/limit-reset", key.id);
                self.fill_in(&[])
            }
            "/{id}/narrowing" => {
                let id = self.insert_key();
                self.app.leave_permissions_unused(self.email, &id);
                self.path = format!("{KEYS}/{id}/narrowing");
                self.fill_in(&[])
            }
            "/{id}/confirmation" => {
                let id = self.owner.create_api_key("pending").api_key_id();
                self.path = format!("{KEYS}/{id}/confirmation");
                self.post(&[("copied", "yes")])
            }
            "/{id}/rotation" => self.fill_in(&[]),
            "/{id}/rotation/cancellation" => {
                let (_, token_id) = start_rotation(self.owner, &self.path);
                self.post(&[("token_id", &token_id)])
            }
            "/{id}/rotation/completion" => {
                let (rotation, token_id) = start_rotation(self.owner, &self.path);
                let confirmation = rotation.replace("rotation", "confirmation");
                let confirmed = self.owner.post(&confirmation, &[("token_id", &token_id), ("copied", "yes")]);
                assert_eq!(confirmed.status, 303);
                self.post(&[])
            }
            "/{id}/enablement" => self.undo("enablement", "disablement"),
            "/{id}/token" => {
                self.app.change_policy(|policy| policy.viewable = Viewable::All);
                let id = self.owner.create_confirmed_api_key("viewable").0;
                self.path = format!("{KEYS}/{id}/token");
                self.fill_in(&[])
            }
            "/{id}/deletion" | "/{id}/disablement" | "/{id}/revocation" => self.post(&[]),
            other => unknown(other),
        }
    }

    fn about_others(&mut self, route: &str) -> Page {
        match route {
            "/sign-in" => self.post(&[("email", self.email), ("password", PASSWORD)]),
            "/password-proof" => self.post(&[("password", PASSWORD), ("next", "/")]),
            "/password-reset" => {
                let page = self.post(&[("email", self.email)]);
                // The link is made after the answer.
                while self.mails.next().to != self.email {}
                page
            }
            "/password-reset/new-password" => {
                let link = self.app.password_reset_link(self.email);
                (self.mark)();
                fill_in(&mut self.app.visitor(), &link, &self.path, &[("password", NEW_PASSWORD)])
            }
            "/settings/account" => self.post(&[("name", "Another name")]),
            "/settings/account/email" => {
                self.post(&[("email", "another@acme.example"), ("current_password", PASSWORD)])
            }
            "/settings/account/password" => self.post(&[("current_password", PASSWORD), ("password", NEW_PASSWORD)]),
            "/settings/account/sessions/all-deletion" => {
                self.app.sign_in_as(self.email);
                self.post(&[])
            }
            "/settings/members/invitations" => {
                self.post(&[("email", "new@acme.example"), ("role", "member"), ("form_token", "one")])
            }
            "/settings/developers/permissions" => self.post(&[("name", "invoices:read")]),
            "/settings/developers/permissions/several" => self.post(&[("lines", "orders:read\norders:send")]),
            "/settings/developers/permissions/{id}/description" => self.fill_in(&[("description", "Another one")]),
            "/settings/developers/permissions/{id}/removal" => self.fill_in(&[]),
            // With permissions that were created above.
            "/settings/developers/permissions/roles" => self.fill_in(&[("support", "orders:*")]),
            "/settings/members/{id}/api-permissions" => self.fill_in(&[("grants", "orders:*")]),
            "/settings/members/{id}/role" => self.post(&[("role", "support")]),
            "/settings/members/{id}/enablement" => self.undo("enablement", "disablement"),
            "/settings/policy" => self.fill_in(&[("max_keys_per_user", "77")]),
            "/settings/projects" => self.post(&[("name", "Shop")]),
            "/settings/projects/{id}/name" => self.post(&[("name", "Store")]),
            "/settings/projects/{id}/restoration" => self.undo("restoration", "archival"),
            "/sign-out"
            | "/settings/account/sessions/{id}/deletion"
            | "/settings/members/invitations/{id}/revocation"
            | "/settings/members/{id}/disablement"
            | "/settings/members/{id}/removal"
            | "/settings/projects/{id}/archival" => self.post(&[]),
            other => unknown(other),
        }
    }
}

fn unknown(route: &str) -> ! {
    panic!("send a form to {route} here that succeeds, or say in EXCEPTIONS why it records nothing")
}

/// The path with the id of a thing that the owner may change.
fn path_for(app: &TestApp, email: &str, route: &Route) -> String {
    let is_own = things::owners(route.path).contains(&Whose::Own) && !route.path.starts_with("/settings/members/");
    let whose = if is_own { Whose::Own } else { Whose::Colleague };
    if !route.path.contains("{id}") {
        return route.path.to_owned();
    }
    route.path.replace("{id}", &things::make(app, route.path, whose, email))
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
            let (path, mark) = (path_for(app, &email, route), || before.set(count()));
            let mut sending = Sending { app, mails, owner: &mut owner, email: &email, path, mark: &mark };
            let page = match route.path.strip_prefix(KEYS) {
                Some(rest) => sending.about_keys(rest),
                None => sending.about_others(route.path),
            };
            assert!(matches!(page.status, 200 | 303), "{} {}: {}", route.path, page.status, page.body);
            assert!(count() > before.get(), "{} leaves no event", route.path);
        }
        for (path, _) in EXCEPTIONS {
            assert!(forms().any(|route| route.path == *path), "there is no form {path}");
        }
    }
}
