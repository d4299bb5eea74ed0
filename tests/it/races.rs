//! Concurrent requests: exactly one winner, no server error, and consistent data.

mod limits;
mod rotation;
mod rotation_under_load;

use std::{sync::Barrier, thread};

use latchkey::domain::{Role, policy::Preset};

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

const CREATE: &str = "/settings/developers/api-keys";
/// How many send something at the same moment, round after round.
const MANY: usize = 6;

/// How often a race is run: `usual` times, or as often as `LATCHKEY_RACES` says.
fn rounds(usual: usize) -> usize {
    std::env::var("LATCHKEY_RACES").map_or(usual, |rounds| rounds.parse().expect("LATCHKEY_RACES is a number"))
}

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

/// Create forms, each opened separately.
fn create_forms(client: &mut Client, name: impl Fn(usize) -> String) -> Vec<Form<'static>> {
    let form = create_form(client, "");
    let fill = |number: usize| {
        let mut form = form.clone();
        for (field, value) in &mut form {
            match field.as_str() {
                "name" => *value = name(number),
                "form_token" => value.push_str(&number.to_string()),
                _ => {}
            }
        }
        (client.clone(), CREATE, form)
    };
    (0..MANY).map(fill).collect()
}

impl Client {
    /// Sends the create form for a key in this project, whether it is offered or not.
    fn create_in(&mut self, project: &str) -> Page {
        let mut form = create_form(self, "late");
        form.retain(|(field, _)| field != "project");
        form.push(("project".to_owned(), project.to_owned()));
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post_raw(CREATE, &[], &fields)
    }
}

fn with_status(pages: &[Page], status: u16) -> usize {
    pages.iter().filter(|page| page.status == status).count()
}

on_both_databases! {
    fn creates_of_one_name_make_one_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(10) {
            let forms = create_forms(&mut owner, |number| ["Deploy", " dEPLOY "][number % 2].to_owned());
            let pages = at_once(forms);
            assert_eq!((with_status(&pages, 200), with_status(&pages, 422)), (1, MANY - 1), "round {round}");
            assert_eq!(owner.listed().len(), 1, "round {round}");
            assert_eq!(app.audited("api_key.created"), i64::try_from(round + 1).unwrap());
            app.database.execute("DELETE FROM api_keys");
        }
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
        for round in 0..rounds(10) {
            let pages = at_once(create_forms(&mut owner, |number| format!("new {number}")));
            assert_eq!((with_status(&pages, 200), with_status(&pages, 422)), (1, MANY - 1), "round {round}");
            assert_eq!(owner.listed().len(), 10, "round {round}");
            assert_eq!(app.database.execute("DELETE FROM api_keys WHERE name LIKE 'new %'"), 1);
        }
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
                // Before the first creation: only new keys are left.
                303 => assert_eq!(left, created, "round {round}"),
                // After a creation: it must be confirmed again, and nothing was deleted.
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
        let csrf = owner.csrf();
        for round in 0..rounds(10) {
            let key = app.insert_api_key("owner@acme.example", "Deploy", |_| {});
            let path = format!("/settings/developers/api-keys/{}/deletion", key.id);
            let form = || (owner.clone(), path.as_str(), vec![("csrf".to_owned(), csrf.clone())]);
            let pages = at_once((0..MANY).map(|_| form()).collect());
            assert_eq!((with_status(&pages, 303), with_status(&pages, 404)), (1, MANY - 1), "round {round}");
            assert_eq!(app.audited("api_key.deleted"), i64::try_from(round + 1).unwrap());
        }
    }

    fn one_form_about_many_keys_sent_at_once_is_carried_out_once_and_tells_all_the_same(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..rounds(3) {
            for number in 0..4 {
                app.insert_api_key("owner@acme.example", &format!("key {number}"), |_| {});
            }
            for (noun, action) in
                [("disablement", "disabled"), ("enablement", "enabled"), ("revocation", "revoked"), ("deletion", "deleted"), ("all-deletion", "deleted")]
            {
                let before = app.audited(&format!("api_key.{action}"));
                if noun == "all-deletion" {
                    for number in 0..4 {
                        app.insert_api_key("owner@acme.example", &format!("key {number}"), |_| {});
                    }
                }
                let (path, question) = match noun {
                    "all-deletion" => (format!("{CREATE}/{noun}"), ""),
                    _ => (format!("{CREATE}/bulk-{noun}"), "?q=key&matching=4"),
                };
                let mut form = owner.get(&format!("{path}{question}")).form_fields("form");
                for (_, value) in form.iter_mut().filter(|(field, _)| field == "phrase") {
                    "delete 4 keys".clone_into(value);
                }
                let pages = at_once((0..MANY).map(|_| (owner.clone(), path.as_str(), form.clone())).collect());
                assert_eq!(with_status(&pages, 303), MANY, "round {round} {noun}: {}", pages[0].body);
                assert_eq!(app.audited(&format!("api_key.{action}")) - before, 4, "round {round} {noun}");
                let told = owner.get(CREATE);
                assert!(told.test_id("flash-success").text.contains("4 keys"), "round {round} {noun}");
            }
        }
    }

    fn keys_deleted_while_tasks_note_things_of_them_are_in_nobodys_way(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        for round in 0..rounds(5) {
            let ids: Vec<_> = (0..24)
                .map(|number| {
                    let insert = |key: &mut latchkey::domain::ApiKey| match number % 3 {
                        0 => key.expires_at = Some(now),
                        1 => (key.disabled_at, key.disabled_until) = (Some(now), Some(now)),
                        _ => {}
                    };
                    app.insert_api_key("owner@acme.example", &format!("key {number:02}"), insert).id.to_string()
                })
                .collect();
            app.database.execute("UPDATE api_keys SET search_text = ''");
            let fields = ids.into_iter().map(|id| ("id".to_owned(), id));
            let fields: Vec<_> = fields.chain([("csrf".to_owned(), owner.csrf())]).collect();
            let path = format!("{CREATE}/bulk-deletion");
            thread::scope(|scope| {
                scope.spawn(|| {
                    actix_web::rt::System::new().block_on(async {
                        latchkey::tasks::end_pauses(&app.state).await.unwrap();
                        latchkey::tasks::keep_lists_fast(&app.state).await.unwrap();
                    });
                });
                let pages = at_once(vec![(owner.clone(), path.as_str(), fields)]);
                assert_eq!(pages[0].status, 303, "round {round}: {}", pages[0].body);
            });
        }
        assert_eq!(app.audited("api_key.deleted"), 24 * i64::try_from(rounds(5)).unwrap());
    }

    fn of_many_keys_renamed_to_one_name_one_gets_it(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let ids: Vec<_> = (0..MANY)
            .map(|number| app.insert_api_key("owner@acme.example", &format!("key {number}"), |_| {}).id)
            .collect();
        let paths: Vec<_> = ids.iter().map(|id| format!("/settings/developers/api-keys/{id}/name")).collect();
        let csrf = owner.csrf();
        for round in 0..rounds(10) {
            let fields = [("csrf", csrf.clone()), ("name", format!("Deploy {round}"))];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
            let pages = at_once(paths.iter().map(|path| (owner.clone(), path.as_str(), fields.clone())).collect());
            assert_eq!((with_status(&pages, 303), with_status(&pages, 422)), (1, MANY - 1), "round {round}");
            assert_eq!(app.audited("api_key.renamed"), i64::try_from(round + 1).unwrap());
            let names = owner.listed().into_iter().map(|(name, _)| name);
            assert_eq!(names.filter(|name| *name == format!("Deploy {round}")).count(), 1, "round {round}");
        }
    }

    fn one_key_disabled_and_revoked_by_many_is_each_once_and_ends_revoked(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token("owner@acme.example", "Deploy", |_| {});
        let paths = ["disablement", "revocation", "enablement"]
            .map(|act| format!("/settings/developers/api-keys/{}/{act}", key.id));
        let fields = vec![("csrf".to_owned(), owner.csrf())];
        let forms = (0..21).map(|number| (owner.clone(), paths[number % 3].as_str(), fields.clone())).collect();
        let pages = at_once(forms);
        assert_eq!(with_status(&pages, 303), 21, "whoever comes too late is told that nothing was changed");
        assert_eq!(app.audited("api_key.revoked"), 1);
        assert!((0..=1).contains(&(app.audited("api_key.disabled") - app.audited("api_key.enabled"))));
        assert_eq!(app.visitor().verify(token.expose()).1, "REVOKED");
    }

    fn no_question_after_a_key_was_disabled_is_answered_valid(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (key, token) = app.insert_token("owner@acme.example", "Deploy", |_| {});
        let path = |act: &str| format!("/settings/developers/api-keys/{}/{act}", key.id);
        let is_over = std::sync::atomic::AtomicBool::new(false);
        thread::scope(|scope| {
            // Constant requests keep the key in the cache at every change.
            scope.spawn(|| {
                let mut service = app.visitor();
                for _ in 0..2_000 * rounds(50) {
                    if is_over.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                    service.verify(token.expose());
                }
            });
            let mut service = app.visitor();
            for round in 0..rounds(50) {
                assert_eq!(owner.post(&path("disablement"), &[]).status, 303);
                assert_eq!(service.verify(token.expose()).1, "DISABLED", "round {round}");
                assert_eq!(owner.post(&path("enablement"), &[]).status, 303);
                assert_eq!(service.verify(token.expose()).1, "VALID", "round {round}");
            }
            is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        });
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

    fn owners_who_end_each_other_at_the_same_moment_leave_one(app: &TestApp) {
        let first = app.create_user(Role::Owner, "first");
        for round in 0..12 {
            let second = app.create_user(Role::Owner, &format!("second{round}"));
            let (mut of_first, mut of_second) = (app.sign_in_as(&first), app.sign_in_as(&second));
            let noun = ["role", "disablement", "removal"][round % 3];
            let paths = [&second, &first].map(|other| format!("/settings/members/{}/{noun}", app.user_id(other)));
            let fields = |csrf: String| {
                let role = (noun == "role").then(|| ("role".to_owned(), "member".to_owned()));
                role.into_iter().chain([("csrf".to_owned(), csrf)]).collect()
            };
            let forms: Vec<(_, _, Vec<_>)> = vec![
                (of_first.clone(), paths[0].as_str(), fields(of_first.csrf())),
                (of_second.clone(), paths[1].as_str(), fields(of_second.csrf())),
            ];
            let pages = at_once(forms);
            // The slower one is signed out already, or gets a refusal.
            assert!(pages.iter().all(|page| [303, 403, 404, 409].contains(&page.status)), "{}", pages[0].body);
            let active = "role = 'owner' AND disabled_at IS NULL AND removed_at IS NULL";
            let owners = |who: &str| {
                app.database.count(&format!("SELECT count(*) AS count FROM users WHERE {active} {who}"))
            };
            assert_eq!(owners(""), 1, "round {round}");
            // In any case, the first is the only Owner again for the next round.
            app.database.execute(&format!("UPDATE users SET role = 'member' WHERE {active}"));
            if app.database.count("SELECT count(*) AS count FROM users WHERE name = 'first' AND removed_at IS NOT NULL") > 0 {
                app.database.execute("UPDATE users SET name = 'gone' WHERE name = 'first'");
                app.create_user(Role::Owner, "first");
            }
            app.database.execute("UPDATE users SET role = 'owner', disabled_at = NULL WHERE name = 'first'");
        }
    }

    fn an_owner_who_steps_down_while_the_other_is_demoted_leaves_one(app: &TestApp) {
        let (mut first, mut second) = (app.sign_in(Role::Owner), app.create_user(Role::Owner, "second"));
        let mut other = app.sign_in_as(&second);
        second = app.user_id(&second).to_string();
        let owner = app.user_id("owner@acme.example").to_string();
        let fields = |csrf: String| vec![("role".to_owned(), "member".to_owned()), ("csrf".to_owned(), csrf)];
        let paths = [owner, second].map(|id| format!("/settings/members/{id}/role"));
        // Each steps down.
        let forms = vec![
            (first.clone(), paths[0].as_str(), fields(first.csrf())),
            (other.clone(), paths[1].as_str(), fields(other.csrf())),
        ];
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 303), with_status(&pages, 409)), (1, 1));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users WHERE role = 'owner'"), 1);
        assert_eq!(app.audited("member.role_changed"), 1);
    }

    fn one_link_opened_by_many_makes_one_account(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let fields = [("email", "ann@acme.example"), ("role", "member"), ("form_token", "once")];
        let reveal = owner.post("/settings/members/invitations", &fields);
        let link = reveal.test_id("invitation-link").text;
        let token = link.split_once("invitation=").unwrap().1;
        let pages = at_once((0..10).map(|number| (app.visitor(), format!("Ann {number}"))).map(|(mut visitor, name)| {
            let csrf = visitor.csrf();
            let fields = [("invitation", token), ("name", &name), ("password", crate::support::PASSWORD), ("csrf", &csrf)];
            (visitor, "/registration", fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
        }).collect());
        assert_eq!((with_status(&pages, 303), with_status(&pages, 404)), (1, 9));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users"), 2);
        assert_eq!(app.audited("invitation.accepted"), 1);
    }

    fn one_form_sent_many_times_invites_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let csrf = owner.csrf();
        let fields = [("email", "ann@acme.example"), ("role", "member"), ("form_token", "once"), ("csrf", &csrf)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let path = "/settings/members/invitations";
        let pages = at_once((0..10).map(|_| (owner.clone(), path, fields.clone())).collect());
        assert_eq!((with_status(&pages, 200), with_status(&pages, 409)), (1, 9));
        assert_eq!(app.audited("member.invited"), 1);
    }

    fn one_address_invited_many_times_leaves_one_link_that_is_good(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let csrf = owner.csrf();
        let form = |number: i32| {
            let form_token = number.to_string();
            let fields = [("email", "ann@acme.example"), ("role", "member"), ("form_token", &form_token), ("csrf", &csrf)];
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
        };
        let path = "/settings/members/invitations";
        let pages = at_once((0..10).map(|number| (owner.clone(), path, form(number))).collect());
        assert_eq!(with_status(&pages, 200), 10);
        let good = pages.iter().filter(|page| {
            let link = page.test_id("invitation-link").text;
            app.visitor().get(link.strip_prefix(&app.address).unwrap()).status == 200
        });
        assert_eq!(good.count(), 1);
        assert_eq!(owner.get("/settings/members").find_all("[data-testid=invitation-row]").len(), 1);
    }

    fn a_key_made_while_its_owner_is_removed_does_not_outlive_them(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..10 {
            let email = app.create_user(Role::Administrator, &format!("ann{round}"));
            let mut ann = app.sign_in_as(&email);
            let id = app.user_id(&email);
            app.insert_api_key(&email, "here before", |_| {});
            let form = create_form(&mut ann, "made meanwhile");
            let path = format!("/settings/members/{id}/removal");
            let csrf = owner.csrf();
            let forms = vec![(owner.clone(), path.as_str(), vec![("csrf".to_owned(), csrf)]), (ann, CREATE, form)];
            let pages = at_once(forms);
            assert_eq!(pages[0].status, 303, "{}", pages[0].body);
            assert!([200, 303, 403].contains(&pages[1].status), "{}", pages[1].body);
            let left = format!("SELECT count(*) AS count FROM api_keys WHERE owner_id = '{id}' AND revoked_at IS NULL");
            assert_eq!(app.database.count(&left), 0, "round {round}");
        }
    }

    fn keys_deleted_while_their_owner_is_disabled_and_enabled_wait_for_each_other(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        let email = app.create_user(Role::Member, "ann");
        let person = format!("/settings/members/{}", app.user_id(&email));
        let ids: Vec<_> =
            (0..20).map(|number| app.insert_api_key(&email, &format!("key {number}"), |_| {}).id).collect();
        for (round, id) in ids.iter().enumerate() {
            let deletion = format!("/settings/developers/api-keys/{id}/deletion");
            let change = format!("{person}/{}", if round % 2 == 0 { "disablement" } else { "enablement" });
            let csrf = |csrf: String| vec![("csrf".to_owned(), csrf)];
            let pages = at_once(vec![
                (owner.clone(), deletion.as_str(), csrf(owner.csrf())),
                (administrator.clone(), change.as_str(), csrf(administrator.csrf())),
            ]);
            assert_eq!(with_status(&pages, 303), 2, "round {round}: {}{}", pages[0].body, pages[1].body);
        }
    }

    fn keys_handed_over_from_two_sides_at_once_all_arrive(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let heir = app.create_user(Role::Administrator, "heir");
        let mut forms = Vec::new();
        let heir_id = app.user_id(&heir).to_string();
        let csrf = owner.csrf();
        let people: Vec<String> = (0..4).map(|number| app.create_user(Role::Member, &format!("ann{number}"))).collect();
        let paths: Vec<_> =
            people.iter().map(|email| format!("/settings/members/{}/removal", app.user_id(email))).collect();
        for (email, path) in people.iter().zip(&paths) {
            app.insert_api_key(email, "Deploy", |_| {});
            let fields = vec![("heir".to_owned(), heir_id.clone()), ("csrf".to_owned(), csrf.clone())];
            forms.push((owner.clone(), path.as_str(), fields));
        }
        let mut of_heir = app.sign_in_as(&heir);
        let form = create_form(&mut of_heir, "deploy");
        forms.push((of_heir, CREATE, form));
        let pages = at_once(forms);
        assert_eq!(with_status(&pages[..4], 303), 4);
        let keys = app.database.count(&format!("SELECT count(*) AS count FROM api_keys WHERE owner_id = '{heir_id}'"));
        assert_eq!(keys, 4 + i64::from(pages[4].status == 200), "{}", pages[4].body);
        assert!([200, 422].contains(&pages[4].status));
    }

    fn one_address_registered_by_many_becomes_one_account(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let stranger = app.create_user_of("Globex", Role::Owner, "eve");
        let mut eve = app.sign_in_as(&stranger);
        let mut forms = Vec::new();
        for client in [&mut owner, &mut eve] {
            let fields = [("email", "ann@acme.example"), ("role", "member"), ("form_token", "once")];
            let link = client.post("/settings/members/invitations", &fields).test_id("invitation-link").text;
            let token = link.split_once("invitation=").unwrap().1.to_owned();
            let mut visitor = app.visitor();
            let csrf = visitor.csrf();
            let password = crate::support::PASSWORD;
            let fields = [("invitation", token.as_str()), ("name", "Ann"), ("password", password), ("csrf", &csrf)];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            forms.push((visitor, "/registration", fields));
        }
        let pages = at_once(forms);
        assert_eq!(with_status(&pages, 303), 2, "the same answer to both: {}", pages[0].body);
        let with_address = "SELECT count(*) AS count FROM users WHERE email_folded = 'ann@acme.example'";
        assert_eq!((app.database.count(with_address), app.audited("invitation.accepted")), (1, 1));
    }

    fn two_people_delete_the_same_keys_and_each_goes_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        app.create_user(Role::Member, "max");
        let path = "/settings/developers/api-keys/bulk-deletion?view=organization";
        for round in 0..10 {
            let ids: Vec<_> = (0..6)
                .map(|number| {
                    let email = ["owner@acme.example", "max@acme.example"][number % 2];
                    app.insert_api_key(email, &format!("key {round} {number}"), |_| {}).id.to_string()
                })
                .collect();
            // Both selections have two keys of two people in common, in opposite order.
            let selection = |ids: &[String], csrf: String| {
                let fields = ids.iter().map(|id| ("id".to_owned(), id.clone()));
                fields.chain([("csrf".to_owned(), csrf)]).collect::<Vec<_>>()
            };
            let reversed: Vec<_> = ids[2..].iter().rev().cloned().collect();
            let pages = at_once(vec![
                (owner.clone(), path, selection(&ids[..4], owner.csrf())),
                (administrator.clone(), path, selection(&reversed, administrator.csrf())),
            ]);
            assert_eq!((with_status(&pages, 303), with_status(&pages, 404)), (1, 1), "round {round}");
            let left = app.database.count("SELECT count(*) AS count FROM api_keys");
            assert_eq!((left, app.audited("api_key.deleted")), (2 * (round + 1), 4 * (round + 1)), "all or nothing");
        }
    }

    fn delete_all_of_the_organization_against_creates_of_several_people_loses_no_new_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let path = "/settings/developers/api-keys/all-deletion?view=organization";
        for round in 0..6 {
            let mut people: Vec<_> = (0..3)
                .map(|number| {
                    let email = app.create_user(Role::Administrator, &format!("person-{round}-{number}"));
                    // Some make their first key, others have some.
                    if number > 0 {
                        app.insert_api_key(&email, "old", |_| {});
                    }
                    app.sign_in_as(&email)
                })
                .collect();
            let before = app.database.count("SELECT count(*) AS count FROM api_keys");
            let phrase = format!("delete {before} keys of the organization");
            let mut forms: Vec<_> = people
                .iter_mut()
                .map(|person| {
                    let form = create_form(person, "new");
                    (person.clone(), CREATE, form)
                })
                .collect();
            let fields = vec![("phrase".to_owned(), phrase), ("csrf".to_owned(), owner.csrf())];
            forms.insert(1, (owner.clone(), path, fields));
            let pages = at_once(forms);
            assert_eq!(with_status(&pages, 200), 3, "every create is answered");
            let left = app.database.count("SELECT count(*) AS count FROM api_keys");
            match pages[1].status {
                // All earlier keys are deleted; all later keys, and no others, are left.
                303 => assert_eq!(left, 3, "round {round}"),
                409 => assert_eq!(left, before + 3, "round {round}"),
                other => panic!("{other}: {}", pages[1].body),
            }
            app.database.execute("DELETE FROM api_keys");
        }
    }

    fn a_project_created_by_many_at_once_is_one(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        let forms = (0..20)
            .map(|number| {
                let client = if number % 2 == 0 { &mut owner } else { &mut administrator };
                let name = if number % 3 == 0 { "Mobile" } else { " mOBILE " };
                let fields = vec![("name".to_owned(), name.to_owned()), ("csrf".to_owned(), client.csrf())];
                (client.clone(), "/settings/projects", fields)
            })
            .collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 303), with_status(&pages, 422)), (1, 19));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM projects"), 1);
        assert_eq!(app.audited("project.created"), 1);
    }

    fn projects_renamed_to_one_name_at_once_keep_apart(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let paths: Vec<_> = (0..10)
            .map(|number| {
                let project = app.insert_project("owner@acme.example", &format!("project {number}"));
                format!("/settings/projects/{}/name", project.id)
            })
            .collect();
        let csrf = owner.csrf();
        let fields = vec![("name".to_owned(), "Mobile".to_owned()), ("csrf".to_owned(), csrf)];
        let forms = paths.iter().map(|path| (owner.clone(), path.as_str(), fields.clone())).collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 303), with_status(&pages, 422)), (1, 9));
        assert_eq!(app.audited("project.renamed"), 1);
    }

    fn an_archived_project_has_no_key_that_came_after(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for round in 0..8 {
            let id = app.insert_project("owner@acme.example", &format!("project {round}")).id.to_string();
            let path = format!("/settings/projects/{id}/archival");
            let csrf = owner.csrf();
            let archive = (owner.clone(), path.as_str(), vec![("csrf".to_owned(), csrf)]);
            let mut people: Vec<_> = (0..4)
                .map(|number| app.create_user(Role::Administrator, &format!("person-{round}-{number}")))
                .map(|email| app.sign_in_as(&email))
                .collect();
            let mut forms: Vec<_> = people
                .iter_mut()
                .map(|person| {
                    let mut form = create_form(person, "new");
                    form.retain(|(field, _)| field != "project");
                    form.push(("project".to_owned(), id.clone()));
                    (person.clone(), CREATE, form)
                })
                .collect();
            forms.insert(2, archive);
            let pages = at_once(forms);
            assert_eq!(pages[2].status, 303, "{}", pages[2].body);
            let created = with_status(&pages, 200);
            assert_eq!(created + with_status(&pages, 422), 4, "a key is made, or refused at its field");
            // Everybody who got a key has it, and the log has each before the archiving.
            let inside = format!("SELECT count(*) AS count FROM api_keys WHERE project_id = '{id}'");
            assert_eq!(app.database.count(&inside), i64::try_from(created).unwrap());
            let late = people[0].clone().create_in(&id);
            assert_eq!(late.status, 422, "round {round}");
        }
    }

    fn one_press_sent_twenty_times_makes_one_key(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Preset::KeyAndSecret.policy());
        let mut form = owner.get(CREATE).form_fields("#create");
        form.push(("one_click".to_owned(), "yes".to_owned()));
        let pages = at_once((0..20).map(|_| (owner.clone(), CREATE, form.clone())).collect());
        assert_eq!((with_status(&pages, 200), with_status(&pages, 409)), (1, 19));
        assert_eq!(owner.listed().len(), 1);
        assert_eq!(app.audited("api_key.created"), 1);
    }

    fn presses_in_many_windows_make_keys_of_different_names(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.set_policy(&Preset::KeyAndSecret.policy());
        let forms = (0..12)
            .map(|_| {
                let mut form = owner.get(CREATE).form_fields("#create");
                form.push(("one_click".to_owned(), "yes".to_owned()));
                (owner.clone(), CREATE, form)
            })
            .collect();
        let pages = at_once(forms);
        assert_eq!((with_status(&pages, 200), with_status(&pages, 422)), (10, 2), "the limit is 10");
        let mut names: Vec<_> = owner.listed().into_iter().map(|(name, _)| name).collect();
        names.dedup();
        assert_eq!(names.len(), 10);
    }

    fn a_system_key_that_many_delete_is_made_anew_exactly_once(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.set_policy(&Preset::PersonalDefault.policy());
        let mut owner = app.sign_in_as("owner@acme.example");
        for _ in 0..5 {
            let id = app.database.text("SELECT api_key_id AS text FROM system_api_keys");
            let path = format!("{CREATE}/{id}/deletion");
            let fields = vec![("csrf".to_owned(), owner.csrf())];
            let pages = at_once((0..8).map(|_| (owner.clone(), path.as_str(), fields.clone())).collect());
            assert_eq!((with_status(&pages, 303), with_status(&pages, 404)), (1, 7));
            assert_eq!(owner.listed().len(), 1);
            assert_eq!(app.database.count("SELECT count(*) AS count FROM system_api_keys"), 1);
        }
        assert_eq!((app.audited("api_key.created"), app.audited("api_key.deleted")), (6, 5));
    }

    fn delete_all_against_sign_ins_leaves_exactly_one_system_key(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut owner = app.sign_in_as("owner@acme.example");
        app.set_policy(&Preset::PersonalDefault.policy());
        for round in 0..6 {
            let made = owner.listed().len();
            let phrase = format!("delete {made} {}", if made == 1 { "key" } else { "keys" });
            let csrf = owner.csrf();
            let delete_all = vec![("phrase".to_owned(), phrase), ("csrf".to_owned(), csrf)];
            let mut forms = vec![(owner.clone(), "/settings/developers/api-keys/all-deletion", delete_all)];
            for _ in 0..4 {
                let mut visitor = app.visitor();
                let fields = [
                    ("email", "owner@acme.example"),
                    ("password", crate::support::PASSWORD),
                    ("csrf", &visitor.csrf()),
                ];
                let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
                forms.push((visitor, "/sign-in", fields));
            }
            let pages = at_once(forms);
            assert!(pages.iter().all(|page| [303, 409].contains(&page.status)), "round {round}: {}", pages[0].body);
            assert_eq!(owner.listed().len(), 1, "round {round}");
            assert_eq!(app.database.count("SELECT count(*) AS count FROM system_api_keys"), 1);
        }
        assert_eq!(app.audited("api_key.created") - app.audited("api_key.deleted"), 1);
    }
}
