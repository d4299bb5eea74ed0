//! The answer with the token is lost, and the form is sent again.

use latchkey::domain::{Role, policy::Preset};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

type Fields = Vec<(String, String)>;

fn filled(client: &mut Client, changes: &[(&str, &str)]) -> Fields {
    let fields = client.get(&format!("{PATH}/new")).form_fields("form");
    let typed = |field: &str| changes.iter().find(|(name, _)| *name == field).map(|(_, value)| (*value).to_owned());
    fields.into_iter().map(|(name, value)| (name.clone(), typed(&name).unwrap_or(value))).collect()
}

fn send(client: &mut Client, fields: &Fields) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_raw(PATH, &[], &fields)
}

/// The fields of the button on the page for a form that was already sent.
fn again(refusal: &Page) -> Fields {
    assert_eq!(refusal.status, 409);
    assert!(refusal.has("[data-testid=discard-and-create]"), "{}", refusal.body);
    refusal.form_fields("form")
}

fn confirm(client: &mut Client, reveal: &Page) {
    client.post(&format!("{PATH}/{}/confirmation", reveal.api_key_id()), &[("copied", "yes")]);
}

on_both_databases! {
    fn the_key_is_discarded_and_created_again_with_what_was_typed(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let project = app.insert_project(OWNER, "Mobile app").id.to_string();
        let typed = [
            ("name", "Deploy"),
            ("description", "kept text"),
            ("expires_on", "2027-01-31"),
            ("allowed_networks", "192.0.2.7"),
            ("project", project.as_str()),
            ("status", "disabled"),
        ];
        let fields = filled(&mut owner, &typed);
        let lost = send(&mut owner, &fields).test_id("key-token").text;
        let refusal = send(&mut owner, &fields);
        assert!(refusal.test_id("flash-error").text.contains("Deploy"));
        let reveal = send(&mut owner, &again(&refusal));
        assert_eq!(reveal.status, 200);
        let token = reveal.test_id("key-token").text;
        assert_ne!(token, lost);
        confirm(&mut owner, &reveal);

        let details = owner.get(&format!("{PATH}/{}", reveal.api_key_id()));
        assert_eq!(details.test_id("detail-description").text, "kept text");
        assert!(details.test_id("detail-restrictions").text.contains("192.0.2.7"));
        assert_eq!(details.test_id("detail-project").text, "Mobile app");
        assert_eq!(owner.listed(), [("Deploy".to_owned(), "disabled".to_owned())], "one key");
        assert_eq!(owner.verify(&lost).1, "NOT_FOUND");
        assert_eq!(owner.verify(&token).1, "DISABLED");
        assert_eq!((app.audited("api_key.created"), app.audited("api_key.deleted")), (2, 1));
        assert_eq!(owner.listed().len(), 1);
    }

    fn pressing_it_twice_makes_no_second_key_and_the_first_form_none_either(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = filled(&mut owner, &[]);
        send(&mut owner, &fields);
        let second = again(&send(&mut owner, &fields));
        assert_eq!(send(&mut owner, &second).status, 200);
        let third = again(&send(&mut owner, &second));
        let gone = send(&mut owner, &fields);
        assert_eq!((gone.status, gone.has("[data-testid=discard-and-create]")), (409, false));
        assert_eq!(send(&mut owner, &third).status, 200, "that answer was lost, too");
        assert_eq!(owner.listed(), [("API key 1".to_owned(), "pending".to_owned())]);
    }

    fn a_key_that_was_confirmed_meanwhile_stays(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = filled(&mut owner, &[]);
        let reveal = send(&mut owner, &fields);
        let pressed = again(&send(&mut owner, &fields));
        app.clock.advance(time::Duration::SECOND);
        confirm(&mut owner, &reveal);
        for fields in [&pressed, &fields] {
            let refusal = send(&mut owner, fields);
            assert_eq!((refusal.status, refusal.has("[data-testid=discard-and-create]")), (409, false));
            assert!(refusal.test_id("flash-error").text.contains("confirmed"), "{}", refusal.body);
            let link = refusal.test_id("see-made-key").attribute("href").unwrap();
            assert_eq!(link, format!("{PATH}/{}", reveal.api_key_id()));
        }
        assert_eq!(owner.listed(), [("API key 1".to_owned(), "active".to_owned())]);
    }

    fn nothing_is_discarded_for_somebody_else_and_nothing_by_a_form_with_faults(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = filled(&mut owner, &[]);
        send(&mut owner, &fields);
        let pressed = again(&send(&mut owner, &fields));
        let token = &pressed.iter().find(|(name, _)| name == "replaces").unwrap().1;
        let mut administrator = app.sign_in(Role::Administrator);
        let csrf = administrator.csrf();
        let theirs: Fields = pressed
            .iter()
            .map(|(name, value)| (name.clone(), if name == "csrf" { csrf.clone() } else { value.clone() }))
            .collect();
        assert_eq!(send(&mut administrator, &theirs).status, 200, "an ordinary creation of theirs");
        assert_eq!(owner.listed().len(), 1);

        let faulty: Fields = pressed
            .iter()
            .map(|(name, value)| (name.clone(), if name == "name" { String::new() } else { value.clone() }))
            .collect();
        let refused = send(&mut owner, &faulty);
        assert_eq!(refused.status, 422);
        assert_eq!(refused.form_fields("form").iter().find(|(name, _)| name == "replaces").unwrap().1, *token);
        assert_eq!(owner.listed(), [("API key 1".to_owned(), "pending".to_owned())]);
    }

    fn a_key_that_works_at_once_is_discarded_only_while_nobody_has_used_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| *policy = Preset::KeyAndSecret.policy());
        let csrf = owner.csrf();
        let fields: Fields = [("csrf", csrf.as_str()), ("one_click", "yes"), ("form_token", "one")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let lost = send(&mut owner, &fields).test_id("key-token").text;
        let pressed = again(&send(&mut owner, &fields));
        let reveal = send(&mut owner, &pressed);
        let token = reveal.test_id("key-token").text;
        assert_eq!(owner.listed(), [("API key 1".to_owned(), "active".to_owned())]);
        assert_eq!((owner.verify(&lost).1.as_str(), owner.verify(&token).1.as_str()), ("NOT_FOUND", "VALID"));

        let fields = filled(&mut owner, &[]);
        let token = send(&mut owner, &fields).test_id("key-token").text;
        assert_eq!(owner.verify(&token).1, "VALID");
        actix_web::rt::System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        let used = send(&mut owner, &fields);
        assert_eq!((used.status, used.has("[data-testid=discard-and-create]")), (409, false));
        assert!(used.has("[data-testid=see-made-key]"));
    }

    fn a_script_gets_a_dialog(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = filled(&mut owner, &[]);
        send(&mut owner, &fields);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let dialog = owner.post_raw(PATH, &[("hx-request", "true")], &fields);
        assert!(dialog.body.trim_start().starts_with("<dialog"));
        assert_eq!(dialog.find_all("form[data-hx-post]").len(), 1);
    }

    fn an_invitation_whose_link_was_lost_is_made_again_with_its_address_and_role(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let path = "/settings/members/invitations";
        let fields = owner.get(&format!("{path}/new")).form_fields("form");
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| match name.as_str() {
                "email" => ("email", "nora@acme.example"),
                "role" => ("role", "support"),
                other => (other, value.as_str()),
            })
            .collect();
        let lost = owner.post_raw(path, &[], &fields).test_id("invitation-link").text;
        let refusal = owner.post_raw(path, &[], &fields);
        assert_eq!((refusal.status, refusal.has("[data-testid=invite-again]")), (409, true));
        let again = refusal.form_fields("form");
        let again: Vec<_> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reveal = owner.post_raw(path, &[], &again);
        assert_eq!(reveal.status, 200);
        assert_ne!(reveal.test_id("invitation-link").text, lost);
        assert!(reveal.body.contains("Support"));
        let pending = owner.get("/settings/members").find_all("[data-testid=invitation-row]");
        assert_eq!(pending.len(), 1);
    }
}
