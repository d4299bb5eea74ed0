//! Many at once: exactly one winner, no server error, and what is left fits together.

use std::{sync::Barrier, thread};

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const CREATE: &str = "/settings/developers/api-keys";

/// Who sends it, where to, and its fields.
type Form<'a> = (Client, &'a str, Vec<(String, String)>);

/// Sends all forms at the same moment.
fn at_once(forms: Vec<Form<'_>>) -> Vec<Page> {
    let barrier = Barrier::new(forms.len());
    thread::scope(|scope| {
        let senders: Vec<_> = forms
            .into_iter()
            .map(|(mut client, path, fields)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    barrier.wait();
                    client.post_raw(path, &[], &fields)
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    })
}

fn create_form(client: &mut Client, name: &str) -> Vec<(String, String)> {
    let mut fields = client.get("/settings/developers/api-keys/new").form_fields("form");
    for (field, value) in &mut fields {
        if field == "name" {
            name.clone_into(value);
        }
    }
    fields
}

fn with_status(pages: &[Page], status: u16) -> usize {
    pages.iter().filter(|page| page.status == status).count()
}

on_both_databases! {
    fn fifty_creates_of_one_name_make_one_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let forms = (0..50)
            .map(|number| {
                let name = if number % 2 == 0 { "Deploy" } else { " dEPLOY " };
                let form = create_form(&mut owner, name);
                (owner.clone(), CREATE, form)
            })
            .collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 200), with_status(&pages, 422)), (1, 49));
        assert_eq!(owner.listed().len(), 1);
        assert_eq!(app.audited("api_key.created"), 1);
    }

    fn one_form_sent_twenty_times_makes_one_key_and_shows_one_token(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let form = create_form(&mut owner, "Deploy");
        let pages = at_once((0..20).map(|_| (owner.clone(), CREATE, form.clone())).collect());
        assert_eq!((with_status(&pages, 200), with_status(&pages, 409)), (1, 19));
        assert_eq!(pages.iter().filter(|page| page.has("[data-testid=key-token]")).count(), 1);
        assert_eq!(owner.listed().len(), 1);
        assert_eq!(app.audited("api_key.created"), 1);
    }

    fn the_limit_holds_when_many_create_at_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for number in 0..9 {
            app.insert_api_key("owner@acme.example", &format!("key {number}"), |_| {});
        }
        let forms = (0..20)
            .map(|number| {
                let form = create_form(&mut owner, &format!("new {number}"));
                (owner.clone(), CREATE, form)
            })
            .collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 200), with_status(&pages, 422)), (1, 19));
        assert_eq!(owner.listed().len(), 10);
    }

    fn delete_all_against_creates_leaves_all_or_exactly_the_new_ones(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..10 {
            let before = owner.listed().len();
            app.insert_api_key("owner@acme.example", &format!("old {round}"), |_| {});
            let count = before + 1;
            let noun = if count == 1 { "key" } else { "keys" };
            let csrf = owner.csrf();
            let delete_all =
                vec![("phrase".to_owned(), format!("delete {count} {noun}")), ("csrf".to_owned(), csrf)];
            let mut forms: Vec<_> = (0..3)
                .map(|number| {
                    let form = create_form(&mut owner, &format!("new {round} {number}"));
                    (owner.clone(), CREATE, form)
                })
                .collect();
            forms.insert(1, (owner.clone(), "/settings/developers/api-keys/all-deletion", delete_all));
            let pages = at_once(forms);
            let created = with_status(&pages, 200);
            let left = owner.listed().len();
            match pages[1].status {
                // Before the first create: only new keys are left.
                303 => assert_eq!(left, created, "round {round}"),
                // After one: it was asked again, and nothing is gone.
                409 => assert_eq!(left, count + created, "round {round}"),
                other => panic!("{other}: {}", pages[1].body),
            }
            let csrf = owner.csrf();
            let noun = if left == 1 { "key" } else { "keys" };
            let phrase = format!("delete {left} {noun}");
            if left > 0 {
                let fields = [("phrase", phrase.as_str()), ("csrf", csrf.as_str())];
                assert_eq!(owner.post_raw("/settings/developers/api-keys/all-deletion", &[], &fields).status, 303);
            }
        }
        assert_eq!(
            app.audited("api_key.created") + 10,
            app.audited("api_key.deleted"),
            "every key that came has gone, each with its event"
        );
    }

    fn one_key_deleted_by_many_is_deleted_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        let path = format!("/settings/developers/api-keys/{}/deletion", key.id);
        let csrf = owner.csrf();
        let forms =
            (0..20).map(|_| (owner.clone(), path.as_str(), vec![("csrf".to_owned(), csrf.clone())])).collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 303), with_status(&pages, 404)), (1, 19));
        assert_eq!(app.audited("api_key.deleted"), 1);
    }

    fn of_ten_first_registrations_one_wins(app: &TestApp) {
        let forms = (0..10)
            .map(|number| {
                let mut visitor = app.visitor();
                let csrf = visitor.csrf();
                let email = format!("person{number}@acme.example");
                let fields = [
                    ("organization_name", "Acme"),
                    ("name", "Person"),
                    ("email", &email),
                    ("password", crate::support::PASSWORD),
                    ("csrf", &csrf),
                ];
                let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
                (visitor, "/registration", fields)
            })
            .collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 303), with_status(&pages, 403)), (1, 9));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users"), 1);
        assert_eq!(app.database.count("SELECT count(*) AS count FROM organizations"), 1);
    }
}
