//! Editing a key.

use latchkey::domain::{ChosenPermissions, Description, KeyPermissions, Role, api_key::restrictions::Kind};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

/// The displayed form, with these fields changed.
fn typed(form: &Page, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = form.form_fields("form");
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

fn send(client: &mut Client, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(path, &[], &fields)
}

fn edit(client: &mut Client, path: &str, changes: &[(&str, &str)]) -> Page {
    let form = client.get(path);
    send(client, path, &typed(&form, changes))
}

fn texts(page: &Page, selector: &str) -> Vec<String> {
    page.find_all(selector).into_iter().map(|element| element.text).collect()
}

on_both_databases! {
    fn everything_but_token_and_scope_is_edited_and_the_page_of_the_key_says_so(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "Site");
        let (key, token) = app.insert_restricted(OWNER, Kind::TrustedDomains, "example.com");
        let (details, path) = (format!("{PATH}/{}", key.id), format!("{PATH}/{}/edit", key.id));
        assert_eq!(owner.get(&details).test_id("edit-key").attribute("href").unwrap(), path);

        let form = owner.request("GET", &path, &[("referer", &format!("{}{details}", app.address))], None);
        assert!(form.has("[data-testid=edit-dialog]") && !form.has("[name=scope]") && !form.has("[name=allowed_networks]"));
        assert_eq!(form.test_id("edit-dialog").text.matches("Web").count(), 1);
        assert_eq!(texts(&form, "#trusted_domains"), ["example.com"]);
        let fields = typed(&form, &[
            ("name", "Shop"), ("description", "first\r\nsecond"), ("expires_on", "2027-01-31"), ("project", project.id.as_str()),
            ("trusted_domains", "*.пример.рф"), ("permissions", "chosen"), ("permissions", "members.see"),
        ]);
        let answer = send(&mut owner, &path, &fields);
        assert_eq!((answer.status, answer.header("location")), (303, details.as_str()), "{}", answer.body);

        let page = owner.get(&details);
        assert!(page.test_id("flash-success").text.contains("“Shop” was changed"));
        for (id, text) in [
            ("detail-description", "first\nsecond"), ("detail-project", "Site"), ("detail-scope", "Web"),
            ("detail-restrictions", "Trusted domains*.пример.рф"), ("detail-chosen-permissions", "members.see"),
            ("detail-permissions", "Members\n    View members members.see"), ("detail-lookup", &format!("lk_{}", token.lookup())),
        ] {
            assert_eq!(page.test_id(id).text, text, "{id}");
        }
        assert!(page.body.contains("31 Jan 2027"));
        assert_eq!(app.audited("api_key.edited"), 1);
        let again = owner.get(&path);
        assert_eq!(texts(&again, "#trusted_domains"), ["*.пример.рф"]);
        assert_eq!(texts(&again, "#description"), ["first\nsecond"]);
        assert!(again.has("[value=chosen][checked]") && again.has("[value='members.see'][checked]"));
        assert_eq!(send(&mut owner, &path, &again.form_fields("form")).status, 303, "as it comes, the form can be sent");
        assert_eq!(app.audited("api_key.edited"), 1, "and changes nothing");
    }

    fn what_cannot_be_taken_is_told_at_its_field_and_kept(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.insert_api_key(OWNER, "Taken", |_| {});
        let key = app.insert_api_key(OWNER, "Mine", |_| {});
        let path = format!("{PATH}/{}/edit", key.id);
        for (field, value) in [
            ("name", "TAKEN"), ("name", ""), ("expires_on", "2020-01-01"), ("expires_on", "2030-01-01"), ("project", "no-such"),
            ("allowed_networks", "10.0.0.0/8\r\nnonsense"), ("trusted_domains", "example.com"), ("permissions", "api_keys.fly"),
        ] {
            let page = edit(&mut owner, &path, &[("description", "kept"), (field, value)]);
            assert_eq!(page.status, 422, "{field}: {value}");
            let links = page.find_all("[data-testid=error-summary] a");
            assert_eq!((links.len(), links[0].attribute("href").unwrap()), (1, format!("#{field}")));
            assert!(page.has(&format!("#{field}[aria-invalid=true]")) && page.has(&format!("#error-{field}")), "{field}");
            assert_eq!(texts(&page, "#description"), ["kept"]);
            assert!(page.find_all("title")[0].text.starts_with("Error: "));
        }
        let page = edit(&mut owner, &path, &[("permissions", "inherit"), ("permissions", "members.see")]);
        assert!(page.test_id("error-permissions").text.contains("either all"), "a tick that would be dropped is not");
        assert_eq!(app.audited("api_key.edited"), 0);
    }

    fn who_was_overtaken_sees_both_values_and_decides(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let path = format!("{PATH}/{}/edit", key.id);
        let stale = owner.get(&path);
        let theirs = [("name", "Builds"), ("allowed_networks", "10.0.0.0/8"), ("permissions", "chosen")];
        assert_eq!(edit(&mut administrator, &path, &theirs).status, 303);

        let fields = typed(&stale, &[("name", "Nightly"), ("allowed_networks", ""), ("description", "mine")]);
        let conflict = send(&mut owner, &path, &fields);
        assert_eq!(conflict.status, 409);
        assert!(conflict.test_id("edit-conflict").text.contains("changed while you were editing it"));
        let rows = texts(&conflict, "[data-testid=edit-conflict] tbody tr");
        let rows: Vec<_> = rows.iter().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(rows, ["Name Builds Nightly", "Description Empty mine", "Allowed networks 10.0.0.0/8 Empty", "Permissions None All permissions of its owner"]);
        assert_eq!(conflict.find_all("#name")[0].attribute("value").unwrap(), "Nightly");
        assert_eq!(app.audited("api_key.edited"), 1, "nothing was changed");

        let answer = send(&mut owner, &path, &conflict.form_fields("form"));
        assert_eq!(answer.status, 303);
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(page.find_all("h1")[0].text, "Nightly");
        assert!(page.test_id("detail-restrictions").text.starts_with("None"));
        assert_eq!(send(&mut owner, &path, &conflict.form_fields("form")).status, 303, "sent twice, it is done once");
        assert_eq!(app.audited("api_key.edited"), 2);
    }

    fn who_may_edit_and_who_may_not(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        let mut support = app.sign_in(Role::Support);
        let key = app.insert_api_key(OWNER, "CI", |_| {});
        let foreign = app.create_user_of("Rival", Role::Owner, "rival");
        let foreign = app.insert_api_key(&foreign, "secret plan", |_| {});
        let gone = app.insert_api_key(OWNER, "gone", |key| key.revoked_at = Some(key.created_at));
        for act in ["edit", "name"] {
            let path = |id: &latchkey::domain::ApiKeyId| format!("{PATH}/{id}/{act}");
            assert_eq!(support.get(&path(&key.id)).status, 403);
            assert_eq!(support.post(&path(&key.id), &[("name", "x")]).status, 403);
            for page in [owner.get(&path(&foreign.id)), owner.post(&path(&foreign.id), &[("name", "x")])] {
                assert!(page.status == 404 && !page.body.contains("secret plan"));
            }
            for page in [owner.get(&path(&gone.id)), owner.post(&path(&gone.id), &[("name", "x")])] {
                assert_eq!(page.status, 409);
                assert!(page.body.contains("This key was revoked") && !page.body.contains("copy"), "{}", page.body);
            }
            assert_eq!(owner.get(&path(&key.id)).status, 200);
        }
        let form = administrator.get(&format!("{PATH}/{}/edit", key.id));
        assert!(form.body.contains("All permissions of <bdi translate=\"no\">owner</bdi>"), "whose permissions a key has is said");
        assert_eq!(edit(&mut administrator, &format!("{PATH}/{}/edit", key.id), &[("description", "seen to")]).status, 303);
        let seen = support.get(&format!("{PATH}/{}", key.id));
        for id in ["rename-key", "edit-key", "disable-key", "revoke-key", "delete-key"] {
            assert!(!seen.has(&format!("[data-testid={id}]")), "{id}");
        }
    }

    fn nobody_is_offered_what_they_do_not_have(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut administrator = app.sign_in(Role::Administrator);
        let form = administrator.get(&format!("{PATH}/new"));
        assert!(form.has("[value='members.manage']") && !form.has("[value='owners.manage']"));
        let chosen = [latchkey::domain::Permission::ManageOwners].into_iter().collect();
        let key = app.insert_api_key(OWNER, "CI", |key| key.permissions = KeyPermissions::Only(chosen));
        let path = format!("{PATH}/{}/edit", key.id);
        let form = administrator.get(&path);
        assert!(form.has("[value='owners.manage'][checked]"), "what the key has may stay");
        assert_eq!(send(&mut administrator, &path, &form.form_fields("form")).status, 303);
        assert_eq!(edit(&mut administrator, &path, &[("permissions", "inherit")]).status, 422);
    }

    fn permissions_stay_when_nothing_is_said_of_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "CI", |key| key.permissions = KeyPermissions::Only(ChosenPermissions::default()));
        let path = format!("{PATH}/{}/edit", key.id);
        let mut fields = typed(&owner.get(&path), &[("description", "of a form that does not ask")]);
        fields.retain(|(name, _)| name != "permissions");
        assert_eq!(send(&mut owner, &path, &fields).status, 303);
        let page = owner.get(&format!("{PATH}/{}", key.id));
        assert_eq!(page.test_id("detail-chosen-permissions").text, "None", "a key never gets more by the way");
    }

    fn a_date_that_the_policy_would_not_allow_any_more_may_stay(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let forever = app.insert_api_key(OWNER, "forever", |key| {
            key.expires_at = None;
            key.description = Description::parse("a").unwrap();
        });
        let path = format!("{PATH}/{}/edit", forever.id);
        assert_eq!(edit(&mut owner, &path, &[("description", "b")]).status, 303);
        assert_eq!(edit(&mut owner, &path, &[("expires_on", "2027-11-22")]).status, 422);
        assert_eq!(edit(&mut owner, &path, &[("expires_on", "2027-11-21")]).status, 303);
        assert_eq!(edit(&mut owner, &path, &[("expires_on", "")]).status, 422, "it does not become eternal again");
        assert!(!owner.get(&path).has("#expires_on[readonly]"));
        let expired = app.insert_api_key(OWNER, "expired", |key| key.expires_at = Some(key.created_at));
        let form = owner.get(&format!("{PATH}/{}/edit", expired.id));
        assert!(form.has("#expires_on[readonly]") && form.body.contains("so its date cannot be changed"));
    }
}
