//! `latchkey organization`.

use super::text;
use crate::{
    on_both_databases,
    support::{Kind, TestApp},
};
use latchkey::{config::Registration, domain::Role};

const EVENTS: &str = "SELECT count(*) AS count FROM audit_events WHERE action = 'organization.default_changed'";

fn said(app: &TestApp, arguments: &[&str]) -> String {
    let output = app.run(&[&["organization"], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn refused(app: &TestApp, arguments: &[&str]) -> String {
    let output = app.run(&[&["organization"], arguments].concat());
    assert!(!output.status.success(), "{arguments:?}");
    text(&output.stderr)
}

on_both_databases! {
    fn the_operator_says_whose_keys_are_accepted_by_default(app: &TestApp) {
        assert_eq!(said(app, &["list"]), "");
        app.create_user(Role::Owner, "owner");
        app.clock.advance(time::Duration::seconds(1));
        app.create_user_of("Globex", Role::Owner, "gina");
        let listed = said(app, &["list"]);
        let ids: Vec<_> = listed.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
        let [acme, globex] = ids[..] else { panic!("{listed}") };
        assert_eq!(listed, format!("{acme}  Acme  (default)\n{globex}  Globex\n"));

        assert!(said(app, &["default", acme]).contains("already"), "the first one is the default until told otherwise");
        assert_eq!(app.database.count(EVENTS), 0);
        assert!(said(app, &["default", globex]).contains(globex));
        assert_eq!(said(app, &["list"]), format!("{acme}  Acme\n{globex}  Globex  (default)\n"));
        let of = |id: &str| app.database.count(&format!("{EVENTS} AND organization_id = '{id}'"));
        assert_eq!((of(acme), of(globex)), (1, 1), "each learns of it and neither of the other one");
        assert!(said(app, &["default", "none"]).contains("must now name"));
        assert!(said(app, &["default", "none"]).contains("already"));
        assert_eq!((of(acme), of(globex)), (1, 2));
        assert_eq!(said(app, &["list"]), format!("{acme}  Acme\n{globex}  Globex\n"));
        assert!(refused(app, &["default", "Acme"]).contains("organization list"));
        let unknown = format!("org_{}", "0".repeat(26));
        assert!(refused(app, &["default", &unknown]).contains("no such organization"));
        assert!(refused(app, &["default", "any"]).contains("not the ID of an organization"));
        assert_eq!((of(acme), of(globex)), (1, 2));
    }

    fn doctor_warns_where_the_default_decides_whose_keys_pass(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let doctor = |words: &str| {
            let said = text(&app.run(&["doctor"]).stdout);
            let line = said.lines().find(|line| line.contains("verification:")).unwrap_or_default().to_owned();
            assert!(line.contains(words), "{words}: {said}");
            line
        };
        assert!(doctor("keys of org_").starts_with("ok"));
        app.create_user_of("Globex", Role::Owner, "gina");
        assert!(doctor("several organizations").starts_with("warning"));
        said(app, &["default", "none"]);
        assert!(doctor("must name the organization").starts_with("ok"));
    }
}

#[test]
fn doctor_warns_where_strangers_may_register() {
    let app = TestApp::start_with(Kind::Sqlite, |config| config.registration = Registration::Open);
    app.create_user(Role::Owner, "owner");
    let output = app.run_with(&["doctor"], &[("LATCHKEY_REGISTRATION", "open")]);
    let said = text(&output.stdout);
    assert!(said.lines().any(|line| line.starts_with("warning") && line.contains("registration is open")), "{said}");
}
