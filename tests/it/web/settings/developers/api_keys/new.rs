//! Creating a key.

use latchkey::{
    domain::{Role, Token},
    store,
};
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

/// Sends the create form with some fields changed.
fn create(client: &mut Client, changes: &[(&str, &str)]) -> Page {
    let fields = client.get(&format!("{PATH}/new")).form_fields("form");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| {
            let other = changes.iter().find(|(field, _)| field == name).map(|(_, value)| *value);
            (name.as_str(), other.unwrap_or(value))
        })
        .collect();
    client.post_raw(PATH, &[], &fields)
}

fn value(page: &Page, field: &str) -> String {
    page.find_all(&format!("[name={field}]"))[0].attribute("value").unwrap_or_default()
}

on_both_databases! {
    fn the_form_can_be_sent_as_it_comes(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let form = owner.get(&format!("{PATH}/new"));
        assert_eq!(value(&form, "name"), "API key 1");
        assert_eq!(value(&form, "expires_on"), "2027-11-21");
        let date = &form.find_all("[name=expires_on]")[0];
        assert_eq!((date.attribute("min").unwrap(), date.attribute("max").unwrap()),
            ("2026-11-21".to_owned(), "2027-11-21".to_owned()));
        assert_eq!(create(&mut owner, &[]).status, 200);
        assert_eq!(value(&owner.get(&format!("{PATH}/new")), "name"), "API key 2");
    }

    fn the_answer_carries_the_token_and_may_be_kept_by_nobody(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let reveal = create(&mut owner, &[("name", "Deploy")]);
        assert_eq!((reveal.status, reveal.header("cache-control")), (200, "no-store"));
        let token = Token::parse(&reveal.test_id("key-token").text).unwrap();
        assert_eq!(reveal.test_id("key-lookup").attribute("value").unwrap(), format!("lk_{}", token.lookup()));
        assert_eq!(reveal.test_id("key-secret").text, token.secret());
        assert!(reveal.body.contains("curl") && reveal.has("[data-testid=discard-key]"));
        assert_eq!(owner.listed(), [("Deploy".to_owned(), "pending".to_owned())]);
        assert_eq!(app.audited("api_key.created"), 1);

        let stored = |conn: &mut store::Conn| store::api_keys::find_by_lookup(conn, token.lookup());
        let (key, digest) = app.state.pool.read(stored).unwrap().unwrap();
        let expected = app.state.token_keys.digest(&token, &key.id, &key.organization_id).to_stored();
        assert_eq!(digest.to_stored(), expected, "what is stored is the digest of what was shown");
    }

    fn a_form_that_was_sent_before_makes_no_second_key_and_shows_no_token(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = owner.get(&format!("{PATH}/new")).form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let first = owner.post_raw(PATH, &[], &fields);
        let secret = first.test_id("key-secret").text;
        let again = owner.post_raw(PATH, &[], &fields);
        assert_eq!(again.status, 409);
        assert!(again.test_id("flash-error").text.contains("API key 1"));
        assert!(!again.body.contains(&secret));
        owner.post(&format!("{PATH}/{}/deletion", first.api_key_id()), &[]);
        assert_eq!(owner.post_raw(PATH, &[], &fields).status, 409, "also when its key is gone");
        assert_eq!(app.audited("api_key.created"), 1);
    }

    fn a_name_is_required_short_free_of_tricks_and_unique(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        create(&mut owner, &[("name", "Straße 1")]);
        let long = "x".repeat(65);
        for (name, reason) in [
            ("", "Enter a name"),
            ("  \t ", "Enter a name"),
            (long.as_str(), "64"),
            ("a\u{202e}b", "invisible"),
            ("a\u{0}b", "invisible"),
            ("Straße 1", "already"),
            ("  STRASSE   1 ", "already"),
        ] {
            let page = create(&mut owner, &[("name", name), ("description", "kept text")]);
            assert_eq!(page.status, 422, "{name:?}");
            assert!(page.test_id("error-name").text.contains(reason), "{name:?}: {}", page.test_id("error-name").text);
            let field = &page.find_all("[name=name]")[0];
            assert_eq!(field.attribute("aria-invalid").unwrap(), "true");
            assert!(field.attribute("aria-describedby").unwrap().contains("error-name"));
            assert_eq!(value(&page, "description"), "kept text");
            assert!(page.find_all("title")[0].text.starts_with("Error: "));
        }
        let widest = "Ω".repeat(64);
        assert_eq!(create(&mut owner, &[("name", &widest)]).status, 200);
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!(create(&mut administrator, &[("name", "Straße 1")]).status, 200, "names are one's own");
    }

    fn the_expiration_date_lies_between_today_and_a_year_from_now(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (date, reason) in [
            ("", "Enter"),
            ("2027-11-22", "21 Nov 2027"),
            ("9999-12-31", "21 Nov 2027"),
            ("2026-11-20", "past"),
            ("0001-01-01", "past"),
            ("2027-02-29", "real date"),
            ("tomorrow", "real date"),
            ("2027-01-01T00:00", "real date"),
            ("99999999999-01-01", "real date"),
        ] {
            let page = create(&mut owner, &[("name", "kept"), ("expires_on", date)]);
            assert_eq!(page.status, 422, "{date}");
            assert!(page.test_id("error-expires_on").text.contains(reason), "{date}");
            assert_eq!(value(&page, "name"), "kept");
        }
        assert_eq!(create(&mut owner, &[("name", "latest"), ("expires_on", "2027-11-21")]).status, 200);
        assert_eq!(create(&mut owner, &[("name", "today"), ("expires_on", "2026-11-21")]).status, 200);
        app.clock.advance(Duration::hours(12));
        let listed = app.sign_in_as(OWNER).listed();
        assert!(listed.contains(&("today".to_owned(), "expired".to_owned())), "its day has ended, UTC: {listed:?}");
    }

    fn all_faults_are_told_at_once_and_a_mended_form_is_taken(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let long = "x".repeat(501);
        let page = create(&mut owner, &[("name", ""), ("expires_on", "never"), ("description", &long)]);
        assert_eq!(page.find_all("[data-testid=error-summary] a").len(), 3);
        let fields = page.form_fields("form");
        let mended: Vec<_> = fields
            .iter()
            .map(|(field, value)| match field.as_str() {
                "name" => ("name", "mended"),
                "expires_on" => ("expires_on", "2027-01-31"),
                "description" => ("description", "short"),
                other => (other, value.as_str()),
            })
            .collect();
        assert_eq!(owner.post_raw(PATH, &[], &mended).status, 200, "the same form token is still good");
    }

    fn what_people_type_is_shown_as_they_typed_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for name in ["<script>alert(1)</script>", "\"><img src=x>", "{{7*7}} {% raw %}", "%00 %2527 %s%n", "👩\u{200d}👧 ключ"] {
            app.clock.advance(Duration::SECOND);
            let reveal = create(&mut owner, &[("name", name)]);
            assert_eq!(reveal.status, 200, "{name}");
            owner.post(&format!("{PATH}/{}/confirmation", reveal.api_key_id()), &[("copied", "yes")]);
            let list = owner.get(PATH);
            assert_eq!(list.find_all("[data-testid=api-key-row]")[0].attribute("data-key-name").unwrap(), name);
            assert!(!list.has("main script") && !list.has("main img"));
            assert!(list.test_id("flash-success").text.contains(name));
        }
    }

    fn owner_organization_and_id_are_not_taken_from_the_form(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Administrator, "victim");
        let victim = app.user_id("victim@acme.example").to_string();
        let form = owner.get(&format!("{PATH}/new")).form_fields("form");
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for forged in [("owner_id", victim.as_str()), ("organization_id", "org_x"), ("id", "key_x"), ("confirmed_at", "1")] {
            assert_eq!(owner.post_raw(PATH, &[], &[&fields[..], &[forged]].concat()).status, 400, "{forged:?}");
        }
        assert!(owner.listed().is_empty());
        assert_eq!(owner.post_raw(PATH, &[], &fields).status, 200);
        assert_eq!(owner.listed(), [("API key 1".to_owned(), "pending".to_owned())]);
        assert!(app.sign_in_as("victim@acme.example").listed().is_empty());
    }

    fn a_form_without_its_one_time_token_is_refused(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = [("name", "x"), ("expires_on", "2027-01-31")];
        assert_eq!(owner.post(PATH, &fields).status, 400);
        let twice = [fields[0], fields[0], fields[1], ("form_token", "t")];
        assert_eq!(owner.post(PATH, &twice).status, 400);
        assert!(owner.listed().is_empty());
    }

    fn a_script_gets_dialogs_and_is_told_where_to_go(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let script = [("hx-request", "true")];
        let form = owner.request("GET", &format!("{PATH}/new"), &script, None);
        assert!(form.body.trim_start().starts_with("<dialog") && !form.body.contains("<html"));
        let fields = owner.get(&format!("{PATH}/new")).form_fields("form");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reveal = owner.post_raw(PATH, &script, &fields);
        assert!(reveal.body.trim_start().starts_with("<dialog") && reveal.has("[data-testid=key-token]"));
        let csrf = owner.csrf();
        let path = format!("{PATH}/{}/confirmation", reveal.api_key_id());
        let confirmed = owner.post_raw(&path, &script, &[("copied", "yes"), ("csrf", &csrf)]);
        assert_eq!((confirmed.status, confirmed.header("hx-redirect")), (200, PATH));
        assert!(owner.get(PATH).header("vary").contains("hx-request"));
    }

    fn a_full_set_of_keys_leaves_no_room_until_one_ends(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        for number in 0..10 {
            app.insert_api_key(OWNER, &format!("key {number}"), |key| {
                if number == 0 {
                    key.expires_at = Some(now.plus(Duration::hours(1)));
                }
            });
        }
        let refused = create(&mut owner, &[("name", "eleventh"), ("description", "kept")]);
        assert_eq!((refused.status, value(&refused, "description").as_str()), (422, "kept"));
        app.clock.advance(Duration::hours(1));
        assert_eq!(create(&mut owner, &[("name", "eleventh")]).status, 200);
    }

    fn a_key_goes_into_the_project_that_was_chosen(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert!(!owner.get(&format!("{PATH}/new")).has("select[name=project]"), "without projects there is nothing to choose");
        let project = app.insert_project(OWNER, "Mobile app");
        let form = owner.get(&format!("{PATH}/new"));
        let offered: Vec<_> = form.find_all("select[name=project] option").into_iter().map(|option| option.text).collect();
        assert_eq!(offered, ["No project", "Mobile app"]);

        assert_eq!(create(&mut owner, &[("name", "inside"), ("project", project.id.as_str())]).status, 200);
        assert_eq!(create(&mut owner, &[("name", "outside")]).status, 200);
        let page = owner.get(&format!("{PATH}?sort=name"));
        let cells: Vec<_> = page.find_all("[data-testid=cell-project]").into_iter().map(|cell| cell.text).collect();
        assert!(cells[0] == "Mobile app" && cells[1].contains("No project"), "{cells:?}");
    }

    fn a_project_that_takes_no_keys_is_refused_at_the_field(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user_of("Globex", Role::Owner, "gwen");
        app.insert_project(OWNER, "Open");
        let foreign = app.insert_project("gwen@globex.example", "Foreign").id.to_string();
        let archived = app.insert_project(OWNER, "Archived").id.to_string();
        owner.post(&format!("/settings/projects/{archived}/archival"), &[]);
        for id in [foreign.as_str(), &archived, "proj_00000000000000000000000000", "none", "proj_\u{0}", "1 OR 1=1"] {
            let page = create(&mut owner, &[("name", "kept"), ("project", id)]);
            assert_eq!(page.status, 422, "{id}");
            assert!(page.test_id("error-project").text.contains("cannot add keys to this project"), "{id}");
            assert_eq!(value(&page, "name"), "kept");
            let offered = page.find_all("select[name=project] option").into_iter().map(|option| option.text);
            assert_eq!(offered.collect::<Vec<_>>(), ["No project", "Open"]);
        }
        assert!(owner.listed().is_empty());
    }

    fn the_chosen_project_is_kept_when_another_field_is_wrong(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "Mobile app").id.to_string();
        let page = create(&mut owner, &[("name", ""), ("project", &project)]);
        assert_eq!(page.status, 422);
        assert_eq!(page.find_all("option[selected]")[0].attribute("value").unwrap(), project);
    }
}
