//! How much a person, an organization or an address may create in a time.

use latchkey::{config::Registration, domain::Role};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Kind, PASSWORD, Page, TestApp},
};

const KEYS: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";

/// Empties every bucket of this kind. Returns how many there were.
fn use_up(app: &TestApp, kind: &str, span: Duration) -> i64 {
    let free_at = app.state.clock.now().plus(span).unix_micros();
    let of_kind = format!("WHERE subject LIKE '{kind}%'");
    app.database.execute(&format!("UPDATE rate_limits SET free_at = {free_at} {of_kind}"));
    app.database.count(&format!("SELECT count(*) AS count FROM rate_limits {of_kind}"))
}

fn register(app: &TestApp, number: usize) -> Page {
    let email = format!("new{number}@tenants.example");
    let organization = format!("Tenant {number}");
    let fields =
        [("organization_name", organization.as_str()), ("name", "New"), ("email", &email), ("password", PASSWORD)];
    app.visitor().post("/registration", &fields)
}

fn invite(client: &mut Client, number: usize) -> Page {
    let email = format!("ann{number}@acme.example");
    let form_token = format!("form {number}");
    let fields = [("email", email.as_str()), ("role", "member"), ("form_token", &form_token)];
    client.post("/settings/members/invitations", &fields)
}

on_both_databases! {
    fn keys_are_created_as_fast_as_people_need_and_a_refused_form_is_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(owner.create_api_key("first").status, 200);
        for (kind, span) in [("keys of user_", 120), ("keys of org_", 150)] {
            assert_eq!(use_up(app, kind, Duration::seconds(span)), 1, "{kind}");
            let refused = owner.create_api_key("second \"key\"");
            assert_eq!(refused.status, 429, "{kind}");
            assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 2);
            assert_eq!(refused.find_all("[data-testid=retry] [name=name]")[0].attribute("value").unwrap(), "second \"key\"");
            assert_eq!((owner.listed().len(), app.audited("api_key.created")), (1, 1));
            use_up(app, kind, Duration::ZERO);
        }
        use_up(app, "keys of user_", Duration::seconds(120));
        let refused = owner.create_api_key("second");
        app.clock.advance(Duration::seconds(2));
        let again = refused.form_fields("form[data-testid=retry]");
        let again: Vec<_> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(KEYS, &[], &again).status, 200, "sent as it is, it creates the key");
        assert_eq!(app.audited("api_key.created"), 2);
    }

    fn exports_of_pages_and_keys_have_a_limit(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = app.insert_token(OWNER, "Backup", |_| {});
        let by_key = || app.visitor().request("GET", &format!("{KEYS}/export.json"), &[("x-api-key", token.expose())], None);
        assert_eq!((owner.get(&format!("{KEYS}/export.csv")).status, by_key().status), (200, 200));
        for (kind, span) in [("exports of user_", 120), ("exports of org_", 150)] {
            assert_eq!(use_up(app, kind, Duration::seconds(span)), 1, "{kind}");
            let (page, problem) = (owner.get(&format!("{KEYS}/export.csv")), by_key());
            assert_eq!((page.status, problem.status), (429, 429), "{kind}");
            for answer in [&page, &problem] {
                assert!((1..=3).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
            }
            assert_eq!(problem.header("content-type"), "application/problem+json");
            assert!(problem.json()["detail"].as_str().unwrap().contains("exports too often"));
            use_up(app, kind, Duration::ZERO);
        }
        assert_eq!(app.audited("api_keys.exported"), 2, "a refused export leaves no event");
        assert_eq!(by_key().status, 200);
    }
}

fn strangers_have_limits(kind: Kind) {
    let app = &TestApp::start_with(kind, |config| config.registration = Registration::Open);
    let mut founder = app.sign_in(Role::Owner);
    let statuses: Vec<_> = (0..6).map(|number| register(app, number).status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    assert_eq!(app.database.count("SELECT count(*) AS count FROM organizations"), 6, "the first and five");

    let mut new = app.sign_in_as("new0@tenants.example");
    let statuses: Vec<_> = (0..11).map(|number| invite(&mut new, number).status).collect();
    assert_eq!((&statuses[..10], statuses[10]), (&[200; 10][..], 429));
    let kept = invite(&mut new, 11);
    assert!(kept.has("[data-testid=retry] [name=email][value='ann11@acme.example']"), "{}", kept.body);
    use_up(app, "invitations of all new", Duration::minutes(50 * 15));
    assert_eq!(invite(&mut app.sign_in_as("new1@tenants.example"), 1).status, 429, "they share one supply");
    assert_eq!(invite(&mut founder, 1).status, 200, "which the others do not need");
    app.clock.advance(Duration::days(7));
    assert_eq!(invite(&mut app.sign_in_as("new1@tenants.example"), 2).status, 200, "it is not new any more");
    app.clock.advance(Duration::days(400));
    assert_eq!(register(app, 9).status, 303);
    app.clock.advance(Duration::days(-400));
    use_up(app, "invitations of all new", Duration::minutes(50 * 15));
    assert_eq!(invite(&mut app.sign_in_as("new9@tenants.example"), 4).status, 200, "nor is one from the future");
    use_up(app, "invitations of the server", Duration::minutes(1_000));
    assert_eq!(invite(&mut app.sign_in_as(OWNER), 3).status, 429);
}

#[test]
fn strangers_have_limits_on_sqlite() {
    strangers_have_limits(Kind::Sqlite);
}

#[test]
fn strangers_have_limits_on_postgres() {
    strangers_have_limits(Kind::Postgres);
}
