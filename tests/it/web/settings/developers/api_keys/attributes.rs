//! Environment, external id and metadata in the forms, the details, the list and its filters.

use latchkey::domain::{
    KeyAttributes, Policy, Role,
    api_key::attributes::{Environment, ExternalId, Metadata},
    policy::{OfferedAttribute, Preset, WhoMayCreate},
};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

fn policy() -> Policy {
    Policy {
        who_may_create: WhoMayCreate::Everyone,
        environments: vec!["live".to_owned(), "test".to_owned()],
        attributes_offered: vec![OfferedAttribute::ExternalId, OfferedAttribute::Metadata],
        require_copy_confirmation: false,
        max_keys_per_user: 100,
        ..Policy::default()
    }
}

fn fields(form: &Page, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = form.form_fields("form");
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

fn send(client: &mut Client, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(path, &[], &fields)
}

fn create(client: &mut Client, changes: &[(&str, &str)]) -> Page {
    let form = client.get(&format!("{PATH}/new"));
    send(client, PATH, &fields(&form, changes))
}

fn names(page: &Page) -> Vec<String> {
    let rows = page.find_all("[data-testid=api-key-row]");
    let mut names: Vec<_> = rows.iter().map(|row| row.attribute("data-key-name").unwrap()).collect();
    names.sort_unstable();
    names
}

on_both_databases! {
    fn nothing_of_it_is_visible_until_the_policy_has_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        for preset in Preset::ALL {
            app.set_policy(&preset.policy());
            let edit = format!("{PATH}/{}/edit", key.id);
            for path in [PATH, &format!("{PATH}/new"), &edit, &format!("{PATH}/{}", key.id)] {
                let page = owner.get(path);
                assert_eq!(page.status, 200, "{path}");
                for id in ["environment", "external_id", "metadata", "rate_limit", "quota", "filter-environment", "filter-external_id"] {
                    assert!(!page.has(&format!("#{id}")), "{preset:?} {path} {id}");
                }
                for id in ["cell-environment", "cell-external-id", "detail-environment", "detail-external-id", "detail-metadata", "limits"] {
                    assert!(!page.has(&format!("[data-testid={id}]")), "{preset:?} {path} {id}");
                }
            }
        }
    }

    fn a_key_is_created_and_edited_with_its_attributes(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&policy());
        let form = owner.get(&format!("{PATH}/new"));
        assert!(form.form_fields("form").contains(&("environment".to_owned(), "live".to_owned())), "the first is proposed");
        let typed = "{ \"plan\": \"pro\",\n  \"seats\": 12.50 }";
        let reveal = create(&mut owner, &[
            ("name", "Acme"), ("environment", "test"), ("external_id", " cus_9F3 "), ("metadata", typed),
        ]);
        assert_eq!(reveal.status, 200, "{}", reveal.body);
        let (id, token) = (reveal.api_key_id(), reveal.test_id("key-token").text);
        assert!(token.starts_with("lk_test_"), "{token}");
        let page = owner.get(&format!("{PATH}/{id}"));
        assert_eq!(page.test_id("detail-environment").text, "test");
        assert!(page.test_id("detail-external-id").text.contains("cus_9F3"));
        assert_eq!(page.test_id("detail-metadata").text, "{\n  \"plan\": \"pro\",\n  \"seats\": 12.50\n}");

        let path = format!("{PATH}/{id}/edit");
        let form = owner.get(&path);
        assert!(!form.has("[name=environment]"), "a key keeps its environment");
        assert!(form.form_fields("form").contains(&("external_id".to_owned(), "cus_9F3".to_owned())));
        let unchanged = send(&mut owner, &path, &fields(&form, &[]));
        assert_eq!((unchanged.status, app.audited("api_key.edited")), (303, 0), "the same metadata is no change");
        let forced = send(&mut owner, &path, &fields(&form, &[("environment", "live")]));
        assert_eq!(forced.status, 400);
        let edited = send(&mut owner, &path, &fields(&form, &[("external_id", "cus_2"), ("metadata", "")]));
        assert_eq!(edited.status, 303, "{}", edited.body);
        let answer = app.visitor().request("POST", "/v1/verify", &[("x-api-key", &token)], None).json();
        assert_eq!((&answer["environment"], &answer["external_id"]), (&"test".into(), &"cus_2".into()));
        assert!(answer["metadata"].is_null(), "a change counts at once");
        let history = owner.get(&format!("{PATH}/{id}")).test_id("history-table").text;
        for text in ["External ID", "cus_9F3", "cus_2", "Metadata", "Environment"] {
            assert!(history.contains(text), "{text}: {history}");
        }
    }

    fn each_fault_is_beside_its_field_and_nothing_typed_is_lost(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&policy());
        let sized = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let edit = format!("{PATH}/{}/edit", key.id);
        let (too_long, long) = ("я".repeat(129), sized(2_049));
        for (field, typed, says) in [
            ("environment", "staging", "Select one of the environments"),
            ("environment", "Live", "Select one of the environments"),
            ("environment", "", "Select one of the environments"),
            ("external_id", &*too_long, "at most 128 characters"),
            ("external_id", "a\u{202e}b", "invisible or control characters"),
            ("metadata", "[1]", "Enter a JSON object"),
            ("metadata", "{\"a\":1,}", "The fault is on line 1, character 8"),
            ("metadata", "{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "“c” is there twice"),
            ("metadata", "{\"a\":[[[[[1]]]]]}", "at most 5 deep"),
            ("metadata", &*long, "at most 2,048 bytes. Without spaces between values, this is 2,049"),
        ] {
            let changes = [("name", "Typed"), ("environment", "test"), ("external_id", "cus_1"), ("metadata", "{}")];
            let changes: Vec<_> = changes.into_iter().filter(|(name, _)| *name != field).chain([(field, typed)]).collect();
            let mut pages = vec![create(&mut owner, &changes)];
            if field != "environment" {
                let form = owner.get(&edit);
                pages.push(send(&mut owner, &edit, &fields(&form, &[("name", "Typed"), (field, typed)])));
            }
            for page in pages {
                assert_eq!(page.status, 422, "{field} {typed}");
                assert!(page.test_id(&format!("error-{field}")).text.contains(says), "{}", page.test_id(&format!("error-{field}")).text);
                let kept = page.form_fields("form");
                assert!(kept.contains(&("name".to_owned(), "Typed".to_owned())));
                assert!(field == "environment" || kept.contains(&(field.to_owned(), typed.to_owned())), "{field} {kept:?}");
            }
        }
        for good in [sized(2_048), "{\"a\":[[[[1]]]]}".to_owned()] {
            let form = owner.get(&edit);
            assert_eq!(send(&mut owner, &edit, &fields(&form, &[("metadata", &good)])).status, 303);
        }
        assert_eq!(create(&mut owner, &[("name", "longest"), ("external_id", &"я".repeat(128))]).status, 200);
    }

    fn only_people_who_manage_all_keys_say_whose_customer_a_key_is(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.set_policy(&policy());
        let mut member = app.sign_in(Role::Member);
        let form = member.get(&format!("{PATH}/new"));
        assert!(form.has("[name=environment]") && !form.has("[name=external_id]") && !form.has("[name=metadata]"));
        for field in ["external_id", "metadata"] {
            for value in ["", "{}"] {
                assert_eq!(create(&mut member, &[("name", "mine"), (field, value)]).status, 403, "{field}");
            }
        }
        let reveal = create(&mut member, &[("name", "mine"), ("environment", "test")]);
        assert_eq!(reveal.status, 200);
        let edit = format!("{PATH}/{}/edit", reveal.api_key_id());
        let form = member.get(&edit);
        assert!(!form.has("[name=external_id]"));
        assert_eq!(send(&mut member, &edit, &fields(&form, &[("external_id", "cus_other")])).status, 403);

        let mut owner = app.sign_in_as(OWNER);
        let form = owner.get(&edit);
        assert_eq!(send(&mut owner, &edit, &fields(&form, &[("external_id", "cus_1")])).status, 303);
        let form = member.get(&edit);
        assert_eq!(send(&mut member, &edit, &fields(&form, &[("name", "renamed")])).status, 303);
        assert!(member.get(&format!("{PATH}/{}", reveal.api_key_id())).test_id("detail-external-id").text.contains("cus_1"));

        app.set_policy(&Policy { attributes_offered: Vec::new(), ..policy() });
        let form = owner.get(&edit);
        assert!(form.has("[name=external_id]"), "it can be removed");
        assert_eq!(send(&mut owner, &edit, &fields(&form, &[("external_id", "cus_2")])).status, 403);
        assert_eq!(send(&mut owner, &edit, &fields(&form, &[("external_id", "")])).status, 303);
        assert!(!owner.get(&edit).has("[name=external_id]"));
    }

    fn the_list_has_columns_filters_and_a_search_for_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&policy());
        let insert = |name: &str, environment: &str, id: &str| {
            app.insert_api_key(OWNER, name, |key| {
                key.attributes = KeyAttributes {
                    environment: Environment::parse(environment).unwrap(),
                    external_id: ExternalId::parse(id).unwrap(),
                    metadata: Metadata::parse(r#"{"plan":"pro","rate":1.50}"#).unwrap(),
                    ..KeyAttributes::default()
                };
            });
        };
        insert("a", "live", "cus_1");
        insert("b", "test", "cus_12");
        insert("c", "test", "");
        app.insert_api_key(OWNER, "d", |_| {});
        let page = owner.get(PATH);
        let cells = |id: &str| page.find_all(&format!("[data-testid={id}]")).into_iter().map(|cell| cell.text).collect::<Vec<_>>();
        assert_eq!(cells("cell-environment").iter().filter(|text| *text == "test").count(), 2);
        assert!(cells("cell-external-id").contains(&"cus_12".to_owned()));
        for (query, expected) in [
            ("environment=test", &["b", "c"][..]),
            ("environment=live", &["a", "d"]),
            ("environment=gone", &[]),
            ("external_id=cus_1", &["a"]),
            ("external_id=CUS_1", &[]),
            ("external_id=cus_1*", &["a", "b"]),
            ("external_id=*", &["a", "b"]),
            ("external_id=cus_1*&environment=test", &["b"]),
            ("q=cus_12", &["b"]),
            ("q=cus", &["a", "b"]),
        ] {
            let page = owner.get(&format!("{PATH}?{query}"));
            assert_eq!((page.status, names(&page)), (200, expected.iter().map(|name| (*name).to_owned()).collect()), "{query}");
            let filters = query.split('&').filter(|filter| !filter.starts_with("q=")).count();
            assert_eq!(page.find_all("[data-testid=remove-filter]").len(), filters, "{query}");
        }
        let file = owner.get(&format!("{PATH}/export.json?environment=test&sort=name"));
        assert!(file.body.contains(r#","metadata":{"plan":"pro","rate":1.50},"own_rate_limit":"#), "{}", file.body);
        let json = file.json();
        assert_eq!((&json[0]["environment"], &json[0]["external_id"]), (&"test".into(), &"cus_12".into()));
        assert!(json[1]["external_id"].is_null());
        let csv = owner.get(&format!("{PATH}/export.csv?external_id=cus_12")).body;
        assert!(csv.contains(",environment,external_id,metadata,own_rate_limit,own_quota\r\n"), "{csv}");
        assert!(csv.contains(",test,cus_12,\"{\"\"plan\"\":\"\"pro\"\",\"\"rate\"\":1.50}\""), "{csv}");
    }
}
