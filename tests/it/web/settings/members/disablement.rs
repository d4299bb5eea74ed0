//! Disabling and enabling.

use latchkey::domain::Role;

use super::{PATH, path_of, row};
use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};

on_both_databases! {
    fn who_is_disabled_is_out_at_once_until_they_are_enabled(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (mut here, mut there) = (app.sign_in(Role::Support), app.sign_in_as("support@acme.example"));
        let email = "support@acme.example";
        let question = owner.get(&path_of(app, email, "disablement"));
        assert!(question.test_id("confirm-dialog").text.contains("signed out everywhere"));
        assert_eq!(question.test_id("confirm-action").text, "Yes, disable");
        assert_eq!(here.get("/").status, 200, "asking changes nothing");

        for _ in 0..2 {
            assert_eq!(owner.post(&path_of(app, email, "disablement"), &[]).status, 303);
        }
        assert_eq!((here.get("/").status, there.get("/").status), (303, 303));
        assert_eq!(app.visitor().post("/sign-in", &[("email", email), ("password", PASSWORD)]).status, 422);
        let page = owner.get(PATH);
        assert!(page.test_id("flash-success").text.contains("disabled"));
        assert_eq!(row(&page, email).attribute("data-status").unwrap(), "disabled");
        assert!(page.has(&format!("[data-email='{email}'] [data-testid=enable-member]")));
        assert!(!page.has(&format!("[data-email='{email}'] [data-testid=disable-member]")));

        for _ in 0..2 {
            assert_eq!(owner.post(&path_of(app, email, "enablement"), &[]).status, 303);
        }
        assert_eq!(here.get("/").status, 303, "sessions do not come back");
        app.sign_in_as(email);
        assert_eq!((app.audited("member.disabled"), app.audited("member.enabled")), (1, 1), "twice is one event");
    }

    fn nobody_disables_themselves_or_somebody_above(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Owner, "second");
        let own = path_of(app, "owner@acme.example", "disablement");
        for page in [owner.get(&own), owner.post(&own, &[])] {
            assert_eq!(page.status, 409);
            assert!(page.test_id("flash-error").text.contains("You cannot disable or remove yourself"));
        }
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!(administrator.post(&own, &[]).status, 403);
        app.database.execute("UPDATE users SET disabled_at = 1 WHERE email = 'second@acme.example'");
        let enablement = path_of(app, "second@acme.example", "enablement");
        assert_eq!(administrator.post(&enablement, &[]).status, 403);
        assert_eq!(app.audited("member.disabled") + app.audited("member.enabled"), 0);
        assert_eq!(owner.post(&enablement, &[]).status, 303);
    }
}
