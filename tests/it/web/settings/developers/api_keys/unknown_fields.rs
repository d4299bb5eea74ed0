//! Unknown fields are refused wherever ignoring them would affect more than was requested.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const PATH: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";

fn list(app: &TestApp) -> (Client, Vec<String>) {
    let owner = app.sign_in(Role::Owner);
    let ids = ["Deploy", "Backup", "CI"].map(|name| app.insert_api_key(OWNER, name, |_| {}).id.to_string());
    (owner, ids.to_vec())
}

fn living(app: &TestApp) -> i64 {
    app.database.count("SELECT count(*) AS count FROM api_keys WHERE revoked_at IS NULL AND disabled_at IS NULL")
}

on_both_databases! {
    fn a_misspelt_filter_gets_no_file_and_no_list(app: &TestApp) {
        let (mut owner, _) = list(app);
        let (_, token) = app.insert_token(OWNER, "program", |_| {});
        for query in [
            "statuss=revoked",
            "Status=revoked",
            "status=revoked&status=active",
            "x=1;status=revoked",
            "owned_by=max",
            "after=x",
            "position=last",
            "select=matching",
            "permission=api_keys.see_own",
        ] {
            for file in ["export.json", "export.csv"] {
                let path = format!("{PATH}/{file}?{query}");
                assert_eq!(owner.get(&path).status, 400, "{path}");
                let by_key = app.visitor().request("GET", &path, &[("x-api-key", token.expose())], None);
                assert_eq!((by_key.status, by_key.header("content-type")), (400, "application/problem+json"), "{path}");
            }
        }
        assert_eq!(app.audited("api_keys.exported"), 0);
        assert_eq!(owner.get(&format!("{PATH}?statuss=revoked&select=matching")).status, 400);
        assert_eq!(owner.get(&format!("{PATH}/export.json?status=active&sort=name")).status, 200);
    }

    fn acts_on_many_keys_refuse_what_would_make_them_more(app: &TestApp) {
        let (mut owner, ids) = list(app);
        for act in ["bulk-disablement", "bulk-revocation", "bulk-deletion", "selections"] {
            let path = format!("{PATH}/{act}");
            for fields in [
                &[("matching", "3"), ("statuss", "revoked")][..],
                &[("matching", "3"), ("owned_by", "max")],
                &[("matching", "3"), ("status", "active"), ("status", "revoked")],
                &[("matching", "3"), ("id", &ids[0])],
                &[("id", &ids[0]), ("status", "revoked")],
                &[("id", &ids[0]), ("selection", "sel_x")],
                &[("ids", &ids[0]), ("id", &ids[1])],
            ] {
                let fields = [fields, &[("question", "bulk-revocation")][..]].concat();
                let fields = if act == "selections" { &fields[..] } else { &fields[..fields.len() - 1] };
                let page = owner.post(&path, fields);
                assert_eq!(page.status, 400, "{path} {fields:?}");
                assert_eq!(owner.post(&format!("{path}?veiw=organization"), &[("id", &ids[0])]).status, 400);
                let query: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let asked = owner.get(&format!("{path}?{}", query.join("&"))).status;
                assert_eq!(asked, if act == "selections" { 405 } else { 400 }, "{path} {query:?}");
            }
        }
        let all = format!("{PATH}/all-deletion");
        for (query, phrase) in [("?status=revoked", "phrase"), ("?veiw=organization", "phrase"), ("", "phrases")] {
            assert_eq!(owner.post(&format!("{all}{query}"), &[(phrase, "delete 3 keys")]).status, 400, "{query}");
        }
        assert_eq!(owner.get(&format!("{all}?status=revoked")).status, 400);
        assert_eq!(living(app), 3);
    }

    fn a_key_is_not_made_or_changed_without_a_restriction_that_was_misspelt(app: &TestApp) {
        let (mut owner, ids) = list(app);
        let before = living(app);
        for field in ["allowed_network", "Allowed_networks", "trusted_domain", "permission", "expires", "statuses"] {
            let form = owner.get(&format!("{PATH}/new")).form_fields("form");
            let mut fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.push((field, "192.0.2.0/24"));
            assert_eq!(owner.post_raw(PATH, &[], &fields).status, 400, "{field}");

            let edit = format!("{PATH}/{}/edit", ids[0]);
            let form = owner.get(&edit).form_fields("form");
            let mut fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.push((field, "192.0.2.0/24"));
            assert_eq!(owner.post_raw(&edit, &[], &fields).status, 400, "{field}");
        }
        assert_eq!(living(app), before);
        let disablement = format!("{PATH}/{}/disablement", ids[0]);
        assert_eq!(owner.post(&disablement, &[("pauses", "1h")]).status, 400, "it would be for good");
        assert_eq!(living(app), before);
    }
}
