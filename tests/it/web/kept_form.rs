//! A form that is sent after the session has ended is there again after the sign-in.

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, PASSWORD, Page, TestApp},
};

const KEYS: &str = "/settings/developers/api-keys";
const NEW: &str = "/settings/developers/api-keys/new";
const TYPED: [(&str, &str); 6] = [
    ("name", "Nightly \"backup\""),
    ("description", "precious <text>"),
    ("expires_on", "2026-12-01"),
    ("scope", "web"),
    ("trusted_domains", "shop.example\nshop.test"),
    ("status", "disabled"),
];

/// Sends a form whose session has ended in the meantime. Returns the address that the sign-in returns to.
fn send_late(app: &TestApp, client: &mut Client, to: &str, headers: &[(&str, &str)], typed: &[(&str, &str)]) -> String {
    let csrf = client.csrf();
    app.database.execute("DELETE FROM sessions");
    let fields = [&[("csrf", csrf.as_str())], typed].concat();
    let page = client.post_raw(to, headers, &fields);
    let location = [page.header("location"), page.header("hx-redirect")].concat();
    let next = location.strip_prefix("/sign-in?next=").unwrap_or_else(|| panic!("{} {location}", page.status));
    next.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")
}

fn sign_in(client: &mut Client, email: &str) {
    client.get("/sign-in");
    assert_eq!(client.post("/sign-in", &[("email", email), ("password", PASSWORD)]).status, 303);
}

fn value(page: &Page, selector: &str) -> String {
    let field = &page.find_all(selector)[0];
    field.attribute("value").unwrap_or_else(|| field.text.clone())
}

on_both_databases! {
    fn what_was_typed_is_there_again_and_nothing_was_carried_out(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let next = send_late(app, &mut owner, KEYS, &[], &TYPED);
        assert_eq!(next, NEW);
        assert!(!owner.get("/sign-in").has("[data-testid=kept-form]"));
        sign_in(&mut owner, "owner@acme.example");
        let page = owner.get(NEW);
        assert!(page.has("[data-testid=kept-form]") && page.has("details[open] #description"));
        assert_eq!(value(&page, "#name"), "Nightly \"backup\"");
        assert_eq!(value(&page, "#description"), "precious <text>");
        assert_eq!(value(&page, "#expires_on"), "2026-12-01");
        assert_eq!(value(&page, "#trusted_domains"), "shop.example\nshop.test");
        assert!(page.has("[name=scope][value=web][checked]") && page.has("[name=status] [value=disabled][selected]"));
        assert_eq!(owner.listed(), [], "no key was created");

        let fields = page.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let created = owner.post_raw(KEYS, &[], &fields);
        assert_eq!(created.status, 200, "{}", created.body);
        assert_eq!(owner.listed(), [("Nightly \"backup\"".to_owned(), "pending".to_owned())]);
        assert!(!owner.get(NEW).has("[data-testid=kept-form]"), "it is displayed once");
    }

    fn a_dialog_is_opened_again_where_it_was(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let current = format!("http://{}{KEYS}?sort=name", owner.host());
        let headers = [("hx-request", "true"), ("hx-current-url", current.as_str())];
        let next = send_late(app, &mut owner, KEYS, &headers, &TYPED);
        assert_eq!(next, format!("{KEYS}?sort=name"));
        sign_in(&mut owner, "owner@acme.example");
        let list = owner.get(&next);
        let loader = &list.find_all("[data-hx-trigger=load]")[0];
        assert_eq!(loader.attribute("data-hx-get").unwrap(), NEW);
        let dialog = owner.request("GET", NEW, &[("hx-request", "true")], None);
        assert_eq!(value(&dialog, "dialog #name"), "Nightly \"backup\"");
        assert!(!owner.get(&next).has("[data-hx-trigger=load]"));
    }

    fn it_is_given_back_to_the_same_account_only(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "ada");
        send_late(app, &mut owner, KEYS, &[], &TYPED);
        sign_in(&mut owner, "ada@acme.example");
        assert!(!owner.get(NEW).body.contains("precious"));
        owner.post("/sign-out", &[]);
        sign_in(&mut owner, "owner@acme.example");
        assert!(!owner.get(NEW).body.contains("precious"), "it was forgotten");
    }

    fn what_is_too_long_to_keep_is_said_to_be_lost(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let domains = (0..200).map(|number| format!("shop-{number}.example.org")).collect::<Vec<_>>().join("\n");
        let next = send_late(app, &mut owner, KEYS, &[], &[("name", "Shop"), ("trusted_domains", &domains)]);
        assert_eq!(next, NEW);
        sign_in(&mut owner, "owner@acme.example");
        let page = owner.get(NEW);
        assert!(page.test_id("kept-form").text.contains("too long"), "{}", page.body);
        assert_ne!(value(&page, "#name"), "Shop");
        assert!(!owner.get(NEW).has("[data-testid=kept-form]"), "said once");
    }

    fn it_is_forgotten_after_half_an_hour(app: &TestApp) {
        app.sign_in(Role::Owner);
        for (minutes, is_there) in [(29, true), (31, false)] {
            let mut owner = app.sign_in_as("owner@acme.example");
            send_late(app, &mut owner, KEYS, &[], &TYPED);
            app.clock.advance(Duration::minutes(minutes));
            sign_in(&mut owner, "owner@acme.example");
            assert_eq!(owner.get(NEW).body.contains("precious"), is_there, "{minutes}");
        }
    }

    fn other_sites_prepare_no_form(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for headers in [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://evil.example")]] {
            send_late(app, &mut owner, KEYS, headers, &TYPED);
            sign_in(&mut owner, "owner@acme.example");
            assert!(!owner.get(NEW).body.contains("precious"));
        }
        // A token of the attacker's own account.
        app.create_user(Role::Administrator, "eve");
        let foreign = app.sign_in_as("eve@acme.example").csrf();
        app.database.execute("DELETE FROM sessions");
        let fields = [("csrf", foreign.as_str()), ("name", "precious")];
        owner.post_raw(KEYS, &[], &fields);
        sign_in(&mut owner, "owner@acme.example");
        assert!(!owner.get(NEW).body.contains("precious"));
    }

    fn secrets_are_not_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let path = "/settings/account/email";
        let typed = [("email", "new@acme.example"), ("current_password", PASSWORD), ("proof_password", PASSWORD)];
        assert_eq!(send_late(app, &mut owner, path, &[], &typed), path);
        sign_in(&mut owner, "owner@acme.example");
        let page = owner.get(path);
        assert_eq!(value(&page, "#email"), "new@acme.example");
        assert!(!page.body.contains(PASSWORD));
    }
}
