//! The policy as a file.

use latchkey::{
    app::policies::file,
    domain::{Policy, Role},
};

use super::change;
use crate::{on_both_databases, support::TestApp};

on_both_databases! {
    fn the_file_has_what_is_in_force_and_can_be_applied(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert_eq!(change(&mut owner, &[("max_keys_per_user", &["30"])]).status, 303);
        let page = owner.get("/settings/policy/export.toml");
        assert_eq!(page.header("content-disposition"), "attachment; filename=\"policy.toml\"");
        assert!(page.header("content-type").starts_with("application/toml"));
        assert_eq!(file::from_toml(&page.body, &Policy::default()).unwrap(), Policy { max_keys_per_user: 30, ..Policy::default() });
    }
}
