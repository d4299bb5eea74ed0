//! A full disk.

use latchkey::domain::Role;

use crate::support::{Kind, TestApp};

#[test]
fn a_full_disk_is_called_so_and_not_away() {
    let app = TestApp::start(Kind::Sqlite);
    let mut owner = app.sign_in(Role::Owner);
    app.database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON api_keys BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    let page = owner.create_api_key("Deploy");
    assert_eq!(page.status, 503);
    let text = page.test_id("flash-error").text;
    assert!(text.contains("free up space") && text.contains("Nothing was changed"), "{text}");
    // The disk has free space, as the next check finds.
    assert_eq!(owner.get("/readyz").status, 200);
}
