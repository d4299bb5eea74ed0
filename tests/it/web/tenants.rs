//! No route gives access to another organization. The probes are made from the table of routes, so that new routes are
//! probed automatically.

use actix_web::http::Method;
use latchkey::{domain::Role, http::routes::Route, web::ROUTES};

use super::things::{self, PLANTED, RIVAL, Whose};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const KEYS: &str = "/settings/developers/api-keys";

/// The number and state of everything in the other organization.
fn inventory(app: &TestApp) -> Vec<i64> {
    let rival = format!("(SELECT id FROM organizations WHERE name = '{RIVAL}')");
    [
        format!("SELECT count(*) AS count FROM users WHERE organization_id = {rival} AND disabled_at IS NULL AND removed_at IS NULL AND role = 'owner'"),
        format!("SELECT count(*) AS count FROM api_keys WHERE organization_id = {rival} AND revoked_at IS NULL AND disabled_at IS NULL AND owner_id IN (SELECT id FROM users WHERE organization_id = {rival})"),
        format!("SELECT count(*) AS count FROM api_keys WHERE organization_id <> {rival} AND owner_id IN (SELECT id FROM users WHERE organization_id = {rival})"),
        format!("SELECT count(*) AS count FROM invitations WHERE organization_id = {rival} AND revoked_at IS NULL AND accepted_at IS NULL"),
        format!("SELECT count(*) AS count FROM projects WHERE organization_id = {rival} AND archived_at IS NULL AND name LIKE '{PLANTED}%'"),
        format!("SELECT count(*) AS count FROM api_permissions WHERE organization_id = {rival} AND name LIKE '{PLANTED}%'"),
        format!("SELECT count(*) AS count FROM sessions WHERE user_id IN (SELECT id FROM users WHERE organization_id = {rival})"),
        format!("SELECT count(*) AS count FROM audit_events WHERE organization_id = {rival}"),
    ]
    .map(|sql| app.database.count(&sql))
    .to_vec()
}

/// The fields that the form of this path may require.
fn fields_of(path: &str) -> &'static [(&'static str, &'static str)] {
    match path.rsplit('/').next().unwrap_or_default() {
        "role" => &[("role", "member")],
        "name" | "edit" => &[("name", "taken")],
        "confirmation" => &[("copied", "yes")],
        "removal" if path.contains("/members/") => &[("heir", "")],
        _ => &[],
    }
}

fn ask(client: &mut Client, route: &Route, path: &str, fields: &[(&str, &str)]) -> Page {
    if route.method == Some(Method::GET) { client.get(path) } else { client.post(path, fields) }
}

on_both_databases! {
    fn an_id_of_another_organization_is_nowhere(app: &TestApp) {
        app.create_user(Role::Owner, "founder");
        let mut probes = 0;
        for route in ROUTES.iter().filter(|route| route.path.contains("{id}")) {
            for role in Role::ALL {
                let email = app.create_user(role, &format!("{role}-{probes}"));
                let mut client = app.sign_in_as(&email);
                let id = things::make(app, route.path, Whose::Stranger, &email);
                let before = inventory(app);
                let (method, path) = (route.method_name(), route.path.replace("{id}", &id));
                let page = ask(&mut client, route, &path, fields_of(route.path));
                assert!(matches!(page.status, 403 | 404), "{method} {path} as {role}: {}", page.status);
                assert!(!page.body.contains(PLANTED), "{method} {path} as {role} tells a name");
                assert_eq!(inventory(app), before, "{method} {path} as {role} changed something");
                probes += 1;
            }
        }
        assert!(probes >= 5 * 5, "{probes} probes");
    }

    fn no_page_shows_anything_of_another_organization(app: &TestApp) {
        app.create_user(Role::Owner, "founder");
        for path in ["/api-keys/{id}", "/permissions/{id}", "/members/{id}", "/invitations/{id}", "/projects/{id}"] {
            things::make(app, path, Whose::Stranger, "founder@acme.example");
        }
        let mut stranger = app.sign_in_as(&app.create_user_of(RIVAL, Role::Owner, "stranger"));
        assert!(stranger.get("/settings/members").body.contains(PLANTED), "there is something to be seen");
        for route in ROUTES.iter().filter(|route| route.method == Some(Method::GET) && !route.path.contains("{id}")) {
            for role in Role::ALL {
                let email = app.create_user(role, &format!("{role}-{}", app.database.count("SELECT count(*) AS count FROM users")));
                let mut client = app.sign_in_as(&email);
                for query in ["", "?view=organization", "?q=oyster"] {
                    let page = client.get(&format!("{}{query}", route.path));
                    assert!(!page.body.contains(PLANTED), "{}{query} as {role}", route.path);
                }
            }
        }
    }

    fn ids_of_another_organization_in_queries_and_forms_are_refused(app: &TestApp) {
        app.create_user(Role::Owner, "founder");
        let founder = "founder@acme.example";
        let mut owner = app.sign_in_as(founder);
        let of_stranger = |path: &str| things::make(app, path, Whose::Stranger, founder);
        let (user, project) = (of_stranger("/members/{id}"), of_stranger("/projects/{id}"));
        let (api_key, member) = (of_stranger("/api-keys/{id}"), app.create_user(Role::Member, "leaver"));
        let member_id = app.user_id(&member).to_string();
        app.insert_api_key(&member, "left behind", |_| {});
        let before = inventory(app);

        for query in [format!("?view=organization&owner={user}"), format!("?project={project}")] {
            let page = owner.get(&format!("{KEYS}{query}"));
            assert_eq!(page.status, 404, "{query}");
            assert!(!page.body.contains(PLANTED), "{query}");
        }
        let page = owner.get(&format!("{KEYS}/bulk-deletion?id={api_key}&view=organization"));
        assert!(!page.body.contains(PLANTED) && page.status != 200, "{}", page.status);
        let page = owner.post(&format!("{KEYS}/bulk-deletion?view=organization"), &[("id", &api_key)]);
        assert_eq!(page.status, 404);

        let form = owner.get(&format!("{KEYS}/new"));
        let mut fields = form.form_fields("form");
        fields.retain(|(name, _)| name != "project" && name != "name");
        fields.extend([("project".to_owned(), project), ("name".to_owned(), "mine".to_owned())]);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(owner.post_raw(KEYS, &[], &fields).status, 422);

        let removal = format!("/settings/members/{member_id}/removal");
        let page = owner.post(&removal, &[("heir", &user)]);
        assert_eq!(page.status, 422, "{}", page.body);
        assert_eq!(inventory(app), before);
    }

    // A client can send fields that the form does not have.
    fn organization_owner_and_role_cannot_be_chosen_by_adding_fields(app: &TestApp) {
        app.create_user(Role::Owner, "founder");
        let mut administrator = app.sign_in(Role::Administrator);
        let rival = app.create_user_of(RIVAL, Role::Owner, "rival");
        let rival_id = app.user_id(&rival).to_string();
        let rival_organization = app.database.text(&format!("SELECT organization_id AS text FROM users WHERE id = '{rival_id}'"));
        let before = inventory(app);
        let extra = [
            ("owner_id", rival_id.as_str()), ("owner", &rival_id), ("user_id", &rival_id), ("role", "owner"),
            ("organization_id", &rival_organization), ("organization", RIVAL), ("confirmed_at", "1"), ("removed_at", "1"),
        ];
        let form = administrator.get("/settings/developers/api-keys/new");
        let mut fields = form.form_fields("form");
        fields.retain(|(name, _)| name != "name");
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(extra);
        fields.push(("name", "mine"));
        let page = administrator.post_raw("/settings/developers/api-keys", &[], &fields);
        assert!(matches!(page.status, 200 | 400 | 422), "{}", page.status);
        let mut profile = vec![("name", "Still an administrator")];
        profile.extend(extra);
        let page = administrator.post("/settings/account", &profile);
        assert!(matches!(page.status, 303 | 400 | 422), "{}", page.status);

        assert_eq!(inventory(app), before);
        let own = "SELECT count(*) AS count FROM users WHERE email = 'administrator@acme.example' AND role = 'administrator' AND removed_at IS NULL";
        assert_eq!(app.database.count(own), 1);
        let foreign = format!("SELECT count(*) AS count FROM api_keys WHERE owner_id = '{rival_id}' OR confirmed_at = 1");
        assert_eq!(app.database.count(&foreign), 0);
    }
}
