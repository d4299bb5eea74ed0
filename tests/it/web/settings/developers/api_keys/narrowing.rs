//! Taking permissions from a key that nobody asks for.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, ChosenPermissions, KeyPermissions, Permission, Role};
use time::Duration;

use super::{OWNER, PATH, names};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, api_grants},
};

fn stored(app: &TestApp, key: &ApiKey) -> KeyPermissions {
    app.state.pool.read(|conn| latchkey::store::api_keys::find(conn, &key.id)).unwrap().unwrap().permissions
}

fn unused(page: &Page) -> Vec<String> {
    page.find_all(".unused code").iter().map(|element| element.text.clone()).collect()
}

on_both_databases! {
    fn what_nobody_asks_for_is_listed_and_taken_from_the_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token(OWNER, "CI", |_| {});
        app.leave_permissions_unused(OWNER, key.id.as_str());
        let (page, path) = (format!("{PATH}/{}", key.id), format!("{PATH}/{}/narrowing", key.id));
        let details = owner.get(&page);
        assert_eq!(unused(&details), ["narrow:never", "narrow:once"]);
        let text = details.test_id("unused-permissions").text.clone();
        assert!(text.contains("Never used") && text.contains("Last used on 1 Oct 2026"), "{text}");
        let dialog = owner.get(&path);
        assert_eq!(unused(&dialog), ["narrow:never", "narrow:once"]);
        assert_eq!(dialog.test_id("narrowing-stays").text, "members.see, narrow:new, narrow:used");
        assert!(dialog.body.contains("It no longer gets permissions"));
        let lost = dialog.test_id("narrowing-latchkey").text;
        assert!(lost.starts_with("api_keys.see_own, api_keys.create, ") && !lost.contains("members.see"), "{lost}");

        // Somebody asks for one of them before the dialog is confirmed.
        let fields = dialog.form_fields("form");
        let send = |owner: &mut Client, fields: &[(String, String)]| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            owner.post_raw(&path, &[], &fields)
        };
        let today = app.state.clock.now().start_of_day().unix_micros();
        app.database.execute(&format!("UPDATE exercised_permissions SET used_on = {today} WHERE permission = 'narrow:once'"));
        let without_latchkey: Vec<_> = fields.iter().filter(|(_, value)| !value.starts_with("api_keys.")).cloned().collect();
        assert_eq!(send(&mut owner, &without_latchkey).status, 409, "they were not all seen");
        let changed = send(&mut owner, &fields);
        assert_eq!((changed.status, unused(&changed)), (409, vec!["narrow:never".to_owned()]));
        assert_eq!(stored(app, &key), KeyPermissions::Inherited);
        assert_eq!(send(&mut owner, &changed.form_fields("form")).status, 303);
        let latchkey = [Permission::SeeMembers].into_iter().collect();
        let api = api_grants("narrow:new narrow:once narrow:used");
        assert_eq!(stored(app, &key), KeyPermissions::Only(ChosenPermissions { latchkey, api }));
        assert_eq!(app.audited("api_key.edited"), 1);
        assert!(!owner.get(&page).has("[data-testid=unused-permissions]"));
        assert!(owner.get(&path).body.contains("Each permission of this key was used"));
        let answer = app.visitor().request("POST", "/v1/verify", &[("x-api-key", token.expose())], None).json();
        assert_eq!(answer["permissions"], serde_json::json!(["members.see", "narrow:new", "narrow:once", "narrow:used"]));
    }

    fn nothing_is_unused_before_it_is_known(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        app.leave_permissions_unused(OWNER, key.id.as_str());
        let page = format!("{PATH}/{}", key.id);
        let mut has_unused = || owner.get(&page).has("[data-testid=unused-permissions]");
        assert!(has_unused());
        let recently = app.state.clock.now().minus(Duration::days(29)).unix_micros();
        app.database.execute(&format!("UPDATE api_keys SET created_at = {recently}"));
        assert!(!has_unused(), "a key that is new");
        app.database.execute("UPDATE api_keys SET created_at = 1");
        assert!(has_unused());
        app.database.execute("UPDATE exercised_permissions SET used_on = 1");
        assert!(!has_unused(), "nobody asks for permissions, so nothing is known");
        let narrowing = format!("{page}/narrowing");
        assert!(!owner.get(&narrowing).has("[data-testid=narrowing-latchkey]"));
        assert_eq!((owner.post(&narrowing, &[]).status, stored(app, &key)), (303, KeyPermissions::Inherited));
    }

    fn the_list_finds_keys_with_unused_permissions_after_the_daily_task(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let [key, other] = ["CI", "Other"].map(|name| app.insert_api_key(OWNER, name, |_| {}));
        let has_filter = |owner: &mut Client| owner.get(PATH).has("#filter-permissions");
        assert!(!has_filter(&mut owner), "an organization without such permissions");
        app.leave_permissions_unused(OWNER, key.id.as_str());
        assert!(has_filter(&mut owner));
        let mark = || System::new().block_on(latchkey::tasks::mark_unused_permissions(&app.state)).unwrap();
        let found = |owner: &mut Client| {
            let mut of = |view| names(&owner.get(&format!("{PATH}?{view}permissions=unused"))).join(" ");
            let (mine, all) = (of(""), of("view=organization&"));
            assert_eq!(mine, all);
            all
        };
        assert_eq!(found(&mut owner), "", "the task has not run yet");
        mark();
        assert_eq!(found(&mut owner), "CI");
        let page = owner.get(&format!("{PATH}?permissions=unused"));
        assert!(page.test_id("remove-filter").text.contains("Some not used for 30 days"), "{}", page.body);
        let exported = owner.get(&format!("{PATH}/export.json?permissions=unused")).json();
        assert_eq!((exported.as_array().unwrap().len(), &exported[0]["name"]), (1, &"CI".into()));
        assert_eq!(owner.get(&format!("{PATH}?permissions=used")).status, 400);

        let now = app.state.clock.now().unix_micros();
        for (broken, mended) in [
            (format!("disabled_at = {now}"), "disabled_at = NULL"),
            (format!("expires_at = {now}"), "expires_at = 9223372036854775807"),
            (format!("revoked_at = {now}"), "revoked_at = NULL"),
        ] {
            let set = |what: &str| app.database.execute(&format!("UPDATE api_keys SET {what} WHERE id = '{}'", key.id));
            set(&broken);
            assert_eq!(found(&mut owner), "", "{broken}");
            set(mended);
            assert_eq!(found(&mut owner), "CI");
        }

        // A key that the marks are wrong about gets right, in both directions.
        app.database.execute(&format!("UPDATE unused_permission_marks SET api_key_id = '{}'", other.id));
        assert_eq!(found(&mut owner), "Other");
        mark();
        assert_eq!(found(&mut owner), "CI");
        let path = format!("{PATH}/{}/narrowing", key.id);
        let fields = owner.get(&path).form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(&path, &[], &fields).status, 303);
        assert_eq!(found(&mut owner), "", "at once");
        mark();
        assert_eq!(found(&mut owner), "");
        let mut api = owner.get(&format!("{PATH}/{}/edit", key.id)).form_fields("form");
        api.push(("permissions".to_owned(), "narrow:never".to_owned()));
        let fields: Vec<_> = api.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(&format!("{PATH}/{}/edit", key.id), &[], &fields).status, 303);
        assert_eq!(found(&mut owner), "CI", "at once");

        // Keys of people who cannot sign in do not work.
        app.create_user(Role::Owner, "olga");
        let mut olga = app.sign_in_as("olga@acme.example");
        let all = format!("{PATH}?view=organization&permissions=unused");
        app.database.execute(&format!("UPDATE users SET disabled_at = {now} WHERE id = '{}'", app.user_id(OWNER)));
        mark();
        assert_eq!(names(&olga.get(&all)), [""; 0]);
        app.database.execute("UPDATE users SET disabled_at = NULL");
        mark();
        assert_eq!(names(&olga.get(&all)), ["CI"]);
        app.database.execute(&format!("DELETE FROM api_keys WHERE id = '{}'", key.id));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM unused_permission_marks"), 0);
    }

    fn a_selection_keeps_its_permissions_in_latchkey_and_support_only_looks(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut administrator = app.sign_in(Role::Administrator);
        let mut support = app.sign_in(Role::Support);
        let latchkey = || [Permission::ManagePolicy].into_iter().collect();
        let permissions = KeyPermissions::Only(ChosenPermissions { latchkey: latchkey(), api: api_grants("narrow:*") });
        let key = app.insert_api_key(OWNER, "CI", |key| key.permissions = permissions);
        app.leave_permissions_unused(OWNER, key.id.as_str());
        let path = format!("{PATH}/{}/narrowing", key.id);
        let seen = support.get(&format!("{PATH}/{}", key.id));
        assert!(seen.has("[data-testid=unused-permissions]") && !seen.has("[data-testid=narrow-key]"));
        assert_eq!(support.get(&path).status, 403);
        let dialog = administrator.get(&path);
        assert!(!dialog.body.contains("It no longer gets permissions"));
        let fields = dialog.form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(administrator.post_raw(&path, &[], &fields).status, 303);
        let api = api_grants("narrow:new narrow:used");
        assert_eq!(stored(app, &key), KeyPermissions::Only(ChosenPermissions { latchkey: latchkey(), api }));
    }
}
