//! System keys.

use latchkey::domain::{
    Policy, Role,
    policy::{Preset, RowButton},
};
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const NAME: &str = "Auto-Generated API Key (Created By System)";

fn policy() -> Policy {
    Preset::PersonalDefault.policy()
}

/// Signs in a person where everybody has a system key, and returns the id of theirs.
fn with_system_key(app: &TestApp, role: Role) -> (Client, String) {
    app.create_user(role, role.as_str());
    app.set_policy(&policy());
    let client = app.sign_in_as(&format!("{role}@acme.example"));
    let id = system_key(app, &format!("{role}@acme.example"));
    (client, id)
}

/// The system key of this person.
fn system_key(app: &TestApp, email: &str) -> String {
    let owner = app.user_id(email);
    app.database.text(&format!("SELECT api_key_id AS text FROM system_api_keys WHERE owner_id = '{owner}'"))
}

fn count(app: &TestApp, condition: &str) -> i64 {
    app.database.count(&format!("SELECT count(*) AS count FROM api_keys WHERE {condition}"))
}

fn names(client: &mut Client) -> Vec<String> {
    let mut names: Vec<_> = client.listed().into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

on_both_databases! {
    fn it_is_made_at_the_first_sign_in_whatever_the_role_and_no_second_time(app: &TestApp) {
        for role in Role::ALL {
            app.create_user(role, role.as_str());
        }
        app.set_policy(&Policy { system_default_key: true, ..Policy::default() });
        for role in Role::ALL {
            let email = format!("{role}@acme.example");
            let mut client = app.sign_in_as(&email);
            assert_eq!(client.listed(), [(NAME.to_owned(), "active".to_owned())], "{role}");
            assert!(client.get(PATH).test_id("made-by-system").text.contains("Created by system"));
            assert!(client.get(&format!("{PATH}/{}", system_key(app, &email))).has("[data-testid=made-by-system]"));
            let mut again = app.sign_in_as(&email);
            assert_eq!(again.listed().len(), 1);
        }
        assert_eq!(app.audited("api_key.created"), 5);
        let events = "SELECT count(*) AS count FROM audit_events WHERE action = 'api_key.created' AND actor_id IS NULL";
        assert_eq!(app.database.count(events), 5);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL"), 5, "whatever else is viewable");
        assert_eq!(count(app, "expires_at = 1826841600000000 AND scope = 'server' AND confirmed_at = created_at"), 5, "the maximum");
        assert_eq!(count(app, "created_by IS NULL"), 5);
    }

    fn whoever_may_make_no_keys_sees_the_token_of_theirs_all_the_same(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "member");
        app.set_policy(&Policy { system_default_key: true, row_buttons: vec![RowButton::Show], ..Policy::default() });
        let mut member = app.sign_in_as("member@acme.example");
        let list = member.get(PATH);
        let show = list.test_id("row-show").attribute("formaction").unwrap();
        let fields = list.form_fields("#row-token");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let shown = member.post_raw(&show, &[("hx-request", "true")], &fields);
        assert_eq!(shown.status, 200, "{}", shown.body);
        assert_eq!(app.visitor().verify(&shown.test_id("key-token").text).1, "VALID");
        let asked = member.post_raw(&show, &[], &fields);
        assert_eq!((asked.status, asked.header("location")), (303, show.as_str()), "without a script it is asked first");
        assert!(member.get(&format!("{PATH}/{}", system_key(app, "member@acme.example"))).has("[data-testid=show-token]"));
    }

    fn it_takes_what_the_policy_has(app: &TestApp) {
        use latchkey::domain::Scope;
        app.create_user(Role::Owner, "owner");
        app.set_policy(&Policy { scopes_offered: vec![Scope::Mobile, Scope::Analytics], ..policy() });
        app.sign_in_as(OWNER);
        assert_eq!(count(app, "scope = 'mobile' AND expires_at = 9223372036854775807"), 1);
    }

    fn without_the_setting_there_is_none(app: &TestApp) {
        assert!(app.sign_in(Role::Owner).listed().is_empty());
    }

    fn a_name_that_is_taken_gets_a_number(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_api_key(OWNER, &NAME.to_lowercase(), |_| {});
        app.set_policy(&policy());
        let mut owner = app.sign_in_as(OWNER);
        assert!(names(&mut owner).contains(&format!("{NAME} 2")));
    }

    fn it_does_not_count_towards_the_limit(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.set_policy(&Policy { max_keys_per_user: 1, ..policy() });
        let mut owner = app.sign_in_as(OWNER);
        assert!(owner.get(PATH).body.contains("0 of 1 key"));
        assert_eq!(owner.create_api_key("mine").status, 200);
        let page = owner.get(PATH);
        assert!(page.body.contains("1 of 1 key") && page.has("[data-testid=create-key][aria-disabled=true]"));
        assert!(owner.get(&format!("{PATH}/new")).test_id("form-error").text.contains("your limit of"));
    }

    fn deleting_it_makes_a_new_one_with_another_token(app: &TestApp) {
        let (mut owner, before) = with_system_key(app, Role::Owner);
        let question = owner.get(&format!("{PATH}/{before}/deletion"));
        assert!(question.test_id("made-anew").text.contains("immediately"));
        assert_eq!(owner.post(&format!("{PATH}/{before}/deletion"), &[]).status, 303);
        let message = owner.get(PATH).test_id("flash-success").text;
        assert!(message.contains("was deleted") && message.contains("1 new key"), "{message}");
        assert_eq!(names(&mut owner), [NAME]);
        assert_ne!(system_key(app, OWNER), before);
        assert_eq!((app.audited("api_key.deleted"), app.audited("api_key.created")), (1, 2));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL"), 1);
    }

    fn whoever_deletes_it_and_in_whatever_mixture_each_person_has_one_again(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "member");
        app.set_policy(&policy());
        let (mut owner, mut member) = (app.sign_in_as(OWNER), app.sign_in_as("member@acme.example"));
        let other = app.insert_api_key("member@acme.example", "other", |_| {}).id.to_string();
        let [mine, theirs] = [system_key(app, OWNER), system_key(app, "member@acme.example")];

        let chosen = [("id", mine.as_str()), ("id", theirs.as_str()), ("id", other.as_str())];
        let query = "bulk-deletion?view=organization";
        let question = owner.get(&format!("{PATH}/{query}&id={mine}&id={theirs}&id={other}"));
        assert!(question.test_id("made-anew").text.contains('2'));
        assert_eq!(owner.post(&format!("{PATH}/{query}"), &chosen).status, 303);
        let message = owner.get(&format!("{PATH}?view=organization")).test_id("flash-success").text;
        assert!(message.contains("3 keys") && message.contains("2 new keys"), "{message}");
        assert_eq!((names(&mut owner), names(&mut member)), (vec![NAME.to_owned()], vec![NAME.to_owned()]));

        let of_all = format!("{PATH}/all-deletion?view=organization");
        let question = owner.get(&of_all);
        assert!(question.has("[data-testid=made-anew]") && !question.body.contains("will have no keys left"));
        assert_eq!(owner.post(&of_all, &[("phrase", "delete 2 keys of the organization")]).status, 303);
        assert_eq!(owner.post(&format!("{PATH}/all-deletion"), &[("phrase", "delete 1 key")]).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("1 new key"));
        assert_eq!((names(&mut owner), names(&mut member)), (vec![NAME.to_owned()], vec![NAME.to_owned()]));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM system_api_keys"), 2);
    }

    fn it_is_not_revoked_on_its_own_nor_among_others(app: &TestApp) {
        let (mut owner, id) = with_system_key(app, Role::Owner);
        let other = app.insert_api_key(OWNER, "other", |_| {}).id.to_string();
        assert!(!owner.get(&format!("{PATH}/{id}")).has("[data-testid=revoke-key]"));
        assert!(!owner.get(&format!("{PATH}/{id}/actions")).has("[data-testid=revoke-key]"));
        assert!(owner.get(&format!("{PATH}/{other}/actions")).has("[data-testid=revoke-key]"));
        let list = owner.get(PATH);
        assert!(!list.has(&format!("tr[data-key-id='{id}'] [data-testid=row-revoke]")));
        assert!(list.has(&format!("tr[data-key-id='{other}'] [data-testid=row-revoke]")));
        for page in [owner.get(&format!("{PATH}/{id}/revocation")), owner.post(&format!("{PATH}/{id}/revocation"), &[])] {
            assert_eq!(page.status, 409);
            assert!(page.body.contains("Delete it instead"), "{}", page.body);
        }
        let question = owner.get(&format!("{PATH}/bulk-revocation?id={id}&id={other}"));
        assert!(question.test_id("system-not-revoked").text.contains("1 key") && !question.has("[data-testid=untouched]"));
        assert_eq!(owner.post(&format!("{PATH}/bulk-revocation"), &[("id", &id), ("id", &other)]).status, 303);
        let message = owner.get(PATH).test_id("flash-success").text;
        assert!(message.contains("1 key revoked") && message.contains("cannot be revoked"), "{message}");
        owner.post(&format!("{PATH}/bulk-revocation"), &[("id", &id)]);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("cannot be revoked"));
        assert_eq!(count(app, "revoked_at IS NOT NULL"), 1);
    }

    fn one_that_has_expired_is_followed_by_another_at_the_next_sign_in(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.set_policy(&Policy { allow_no_expiry: false, default_lifetime_days: Some(7), max_lifetime_days: 30, ..policy() });
        app.sign_in_as(OWNER);
        let before = system_key(app, OWNER);
        app.clock.advance(Duration::days(30));
        app.sign_in_as(OWNER);
        assert_eq!(system_key(app, OWNER), before, "it works until the end of its last day");
        app.clock.advance(Duration::days(1));
        let mut owner = app.sign_in_as(OWNER);
        assert_ne!(system_key(app, OWNER), before);
        let mut listed = owner.listed();
        listed.sort();
        assert_eq!(listed, [(NAME.to_owned(), "active".to_owned()), (format!("{NAME} 2"), "expired".to_owned())]);
        assert_eq!(owner.get(PATH).find_all("[data-testid=made-by-system]").len(), 1);
        assert_eq!(app.audited("api_key.renamed"), 1);
    }

    fn switched_off_it_is_a_key_like_any_other(app: &TestApp) {
        let (mut owner, id) = with_system_key(app, Role::Owner);
        app.set_policy(&Policy { system_default_key: false, ..policy() });
        let page = owner.get(PATH);
        assert!(page.has("[data-testid=made-by-system]") && page.has("[data-testid=row-revoke]"));
        assert!(page.body.contains("1 of 10 keys"));
        assert_eq!(owner.post(&format!("{PATH}/{id}/revocation"), &[]).status, 303);
        assert_eq!(owner.post(&format!("{PATH}/{id}/deletion"), &[]).status, 303);
        let message = owner.get(PATH).test_id("flash-success").text;
        assert!(!message.contains("new key"), "{message}");
        assert!(owner.listed().is_empty());
        assert!(app.sign_in_as(OWNER).listed().is_empty());
    }

    fn who_is_removed_leaves_none_behind_and_hands_none_over(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "member");
        app.set_policy(&policy());
        let mut owner = app.sign_in_as(OWNER);
        app.sign_in_as("member@acme.example");
        app.insert_api_key("member@acme.example", "other", |_| {});
        let (member, id) = (app.user_id("member@acme.example"), system_key(app, "member@acme.example"));
        let path = format!("/settings/members/{member}/removal");
        assert!(owner.get(&path).body.contains("created by the system is revoked in any case"));
        let heir = app.user_id(OWNER).to_string();
        assert_eq!(owner.post(&path, &[("heir", &heir)]).status, 303);
        assert_eq!(names(&mut owner), [NAME, "other"]);
        assert_eq!(count(app, &format!("id = '{id}' AND revoked_at IS NOT NULL")), 1);
        let query = format!("{PATH}/{id}/deletion?view=organization");
        assert_eq!(owner.post(&query, &[]).status, 303);
        assert_eq!(count(app, &format!("owner_id = '{member}'")), 0, "whoever is gone gets no new one");
    }
}
