//! Changing the password.

use latchkey::{
    app::{self, accounts, actors, own_account},
    domain::Role,
};

use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Client, Mails, PASSWORD, Page, TestApp},
};

const PATH: &str = "/settings/account/password";
const NEW: &str = "violin harbour plum";

fn change(client: &mut Client, current: &str, new: &str) -> Page {
    client.post(PATH, &[("current_password", current), ("password", new)])
}

on_both_databases! {
    fn a_new_password_ends_every_session_but_this_one_and_renews_this_one(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (mut stolen, mut elsewhere) = (owner.clone(), app.sign_in_as("owner@acme.example"));
        app.create_user(Role::Member, "bob");
        let mut bob = app.sign_in_as("bob@acme.example");
        let page = change(&mut owner, PASSWORD, NEW);
        assert_eq!((page.status, page.header("location")), (303, "/settings/account"));
        assert!(owner.get("/settings/account").test_id("flash-success").text.contains("signed out in all other browsers"));
        assert_eq!([stolen.get("/").status, elsewhere.get("/").status, bob.get("/").status], [303, 303, 200]);

        let sign_in = |password| app.visitor().post("/sign-in", &[("email", "owner@acme.example"), ("password", password)]);
        assert_eq!((sign_in(PASSWORD).status, sign_in(NEW).status), (422, 303));
        assert_eq!(app.audited("user.password_changed"), 1);
    }

    fn the_present_one_is_needed_and_the_rules_hold(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let page = owner.get(PATH);
        assert!(page.find_all("#hint-password")[0].text.contains("12 characters"), "the rules are stated before");
        for (current, new, errors) in [
            ("not the password", NEW, &["current_password"][..]),
            ("", NEW, &["current_password"]),
            (PASSWORD, "short", &["password"]),
            (PASSWORD, "password1234", &["password"]),
            (PASSWORD, "owner acme owner", &["password"]),
            ("not the password", "", &["current_password", "password"]),
        ] {
            let page = change(&mut owner, current, new);
            assert_eq!(page.status, 422);
            assert_eq!(page.find_all("p.error").len(), errors.len(), "{current} {new}");
            assert!(errors.iter().all(|field| page.has(&format!("#error-{field}"))), "{current} {new}");
            assert!(page.find_all("[type=password]").iter().all(|field| field.attribute("value").is_none()));
        }
        assert_eq!(app.audited("user.password_changed"), 0);
        app.sign_in_as("owner@acme.example");
    }

    fn a_link_for_a_new_password_that_was_made_before_is_dead(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let link = app.password_reset_link("owner@acme.example");
        change(&mut owner, PASSWORD, NEW);
        assert_eq!(app.visitor().get(&link).status, 410);
    }

    fn of_two_who_change_it_at_once_one_comes_too_late(app: &TestApp) {
        let email = app.create_user(Role::Owner, "owner");
        let pool = &app.state.pool;
        let account = pool.read(|conn| actors::find_active(conn, &app.user_id(&email))).unwrap().unwrap();
        let matched = pool.read(|conn| accounts::find_credentials(conn, &email)).unwrap().unwrap();
        let set = |hash: &str| {
            let mut context = app.state.context(std::sync::Arc::default(), None, None);
            pool.write(|conn| own_account::change_password(conn, &mut context, &account, &matched, hash))
        };
        assert!(set("the hash of the first").is_ok());
        assert!(matches!(set("the hash of the second"), Err(app::Failure::Refused(own_account::PasswordChanged))));
        assert_eq!(app.audited("user.password_changed"), 1);
    }

    fn a_session_that_began_with_an_older_password_is_worth_nothing(app: &TestApp) {
        // As if a sign-in had been in progress during the change, and its session was stored afterwards.
        let mut late = app.sign_in(Role::Owner);
        let mut hash = app.state.pool.read(|conn| accounts::find_credentials(conn, "owner@acme.example")).unwrap();
        let hash = hash.take().unwrap().password_hash;
        app.database.execute(&format!("UPDATE users SET password_hash = '{}x'", &hash[..hash.len() - 1]));
        assert_eq!(late.get("/").status, 303);
        app.database.execute(&format!("UPDATE users SET password_hash = '{hash}'"));
        assert_eq!(late.get("/").status, 303, "nor does it come back");
    }

    fn password_managers_find_the_page(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let page = app.visitor().get("/.well-known/change-password");
        assert_eq!((page.status, page.header("location")), (303, PATH));
        assert_eq!(app.visitor().get("/.well-known/anything-else").status, 404);
    }

    fn neither_password_is_in_the_database(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        change(&mut owner, PASSWORD, NEW);
        let stolen = app.database.stolen();
        let holds = |text: &str| stolen.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds("owner@acme.example") && !holds(PASSWORD) && !holds(NEW));
    }
}

on_both_databases_with_mails! {
    fn a_mail_tells_the_person(app: &TestApp, mails: &Mails) {
        let mut owner = app.sign_in(Role::Owner);
        change(&mut owner, PASSWORD, NEW);
        let letter = mails.next();
        assert_eq!(letter.to, "owner@acme.example");
        assert!(letter.subject.contains("password was changed"));
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("127.0.0.1") && !part.contains(NEW) && !part.contains(PASSWORD), "{part}");
        }
    }
}
