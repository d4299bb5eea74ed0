//! New passwords for people who forgot theirs.

use std::{net::TcpListener, time::Instant};

use latchkey::{
    app::password_resets::{LIFETIME_BY_COMMAND, create},
    domain::Role,
};
use time::Duration;
use ureq::http::HeaderValue;

use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Client, Kind, Mails, PASSWORD, Page, TestApp, mails},
};

const PATH: &str = "/password-reset";
const SET: &str = "/password-reset/new-password";
const NEW: &str = "violin harbour plum";

/// Opens the link and sends its form.
fn follow(client: &mut Client, link: &str, password: &str) -> Page {
    let page = client.get(link);
    if page.status != 200 {
        return page;
    }
    let token = page.find_all("[name=token]")[0].attribute("value").unwrap();
    client.post(SET, &[("token", &token), ("password", password)])
}

/// Everything in an answer that may differ between two people: not its time, its request id, and its form token.
fn seen(page: &Page) -> (u16, Vec<String>, String) {
    let header = |(name, value): (_, &HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
    let mut headers: Vec<String> = page.headers.iter().map(header).collect();
    headers.retain(|header| !header.starts_with("date:") && !header.starts_with("x-request-id:"));
    headers.sort();
    let token = page.find_all("[name=csrf]").first().and_then(|field| field.attribute("value"));
    (page.status, headers, page.body.replace(&token.unwrap_or("no form".to_owned()), ""))
}

fn signs_in(app: &TestApp, email: &str, password: &str) -> bool {
    app.visitor().post("/sign-in", &[("email", email), ("password", password)]).status == 303
}

on_both_databases! {
    fn the_link_sets_a_password_once_and_ends_every_session(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let link = app.password_reset_link("owner@acme.example");
        let mut visitor = app.visitor();
        for _ in 0..3 {
            assert_eq!(visitor.get(&link).status, 200, "opening it uses nothing up");
        }
        let page = follow(&mut visitor, &link, NEW);
        assert_eq!((page.status, page.header("location")), (303, "/sign-in?password_set=1"));
        assert!(visitor.get(page.header("location")).body.contains("Your password was changed"));
        assert!(!signs_in(app, "owner@acme.example", PASSWORD) && signs_in(app, "owner@acme.example", NEW));
        assert_eq!(owner.get("/").status, 303);

        let again = follow(&mut visitor, &link, "another quiet lantern");
        assert_eq!(again.status, 410);
        assert!(again.find_all("h1")[0].text.contains("no longer works"));
        let token = link.split_once("token=").unwrap().1;
        assert_eq!(visitor.post(SET, &[("token", token), ("password", "another quiet lantern")]).status, 410);
        assert!(signs_in(app, "owner@acme.example", NEW));
        assert_eq!((app.audited("user.password_reset_requested"), app.audited("user.password_reset")), (1, 1));
    }

    fn a_newer_link_replaces_an_older_one(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let older = app.password_reset_link("owner@acme.example");
        let newer = app.password_reset_link("OWNER@acme.example");
        assert_eq!(follow(&mut app.visitor(), &older, NEW).status, 410);
        assert_eq!(follow(&mut app.visitor(), &newer, NEW).status, 303);
    }

    fn a_link_by_command_line_is_good_for_a_day(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let link = app.password_reset_link("owner@acme.example");
        app.clock.advance(Duration::hours(24) - Duration::seconds(1));
        let mut visitor = app.visitor();
        let page = visitor.get(&link);
        assert_eq!(page.status, 200);
        app.clock.advance(Duration::seconds(1));
        assert_eq!(visitor.get(&link).status, 410);
        let token = page.find_all("[name=token]")[0].attribute("value").unwrap();
        assert_eq!(visitor.post(SET, &[("token", &token), ("password", NEW)]).status, 410);
        assert!(signs_in(app, "owner@acme.example", PASSWORD));
    }

    fn a_disabled_or_removed_person_gets_none_and_an_earlier_one_is_dead(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for (name, change) in [("bob", "disabled_at = 1"), ("eve", "removed_at = 1")] {
            let email = app.create_user(Role::Member, name);
            let link = app.password_reset_link(&email);
            let token = link.split_once("token=").unwrap().1;
            app.change_users_beside(&format!("UPDATE users SET {change} WHERE email = '{email}'"));
            assert_eq!(app.visitor().get(&link).status, 410);
            assert_eq!(app.visitor().post(SET, &[("token", token), ("password", NEW)]).status, 410);
            let mut context = app.state.context(std::sync::Arc::default(), None, None);
            let made = app.state.pool.write(|conn| create(conn, &mut context, &email, LIFETIME_BY_COMMAND));
            assert!(made.unwrap().is_none());
        }
        assert_eq!((app.audited("user.password_reset_requested"), app.audited("user.password_reset")), (2, 0));
    }

    fn a_link_does_not_come_back_with_the_person_who_is_enabled_again(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let email = app.create_user(Role::Member, "bob");
        let link = app.password_reset_link(&email);
        let member = format!("/settings/members/{}", app.user_id(&email));
        assert_eq!(app.visitor().get(&link).status, 200);
        for act in ["disablement", "enablement"] {
            assert_eq!(owner.post(&format!("{member}/{act}"), &[]).status, 303, "{act}");
        }
        app.sign_in_as(&email);
        assert_eq!(app.visitor().get(&link).status, 410);
    }

    fn a_bad_link_is_one_clear_page(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        for link in [SET, "/password-reset/new-password?token=", "/password-reset/new-password?token=guessed"] {
            let page = app.visitor().get(link);
            assert_eq!(page.status, 410);
            assert!(page.has("a[href='/password-reset']") && page.test_id("flash-error").text.contains("has been used"));
        }
    }

    fn the_rules_for_passwords_hold_and_the_link_stays_good(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let link = app.password_reset_link("owner@acme.example");
        let mut visitor = app.visitor();
        for bad in ["", "short", "password1234", "owner acme owner"] {
            let page = follow(&mut visitor, &link, bad);
            assert_eq!(page.status, 422);
            assert!(page.has("#error-password") && page.has("[name=token]") && (bad.is_empty() || !page.body.contains(&format!("\"{bad}\""))));
        }
        assert_eq!(follow(&mut visitor, &link, NEW).status, 303);
    }

    fn of_two_who_use_a_link_at_once_one_succeeds(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let link = app.password_reset_link("owner@acme.example");
        let token = link.split_once("token=").unwrap().1;
        let passwords = [NEW, "another quiet lantern"];
        let mut answers: Vec<u16> = std::thread::scope(|scope| {
            let threads = passwords.map(|password| {
                scope.spawn(move || {
                    let mut client = app.visitor();
                    client.csrf();
                    client.post(SET, &[("token", token), ("password", password)]).status
                })
            });
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        answers.sort_unstable();
        assert_eq!(answers, [303, 410]);
        assert_eq!(passwords.iter().filter(|password| signs_in(app, "owner@acme.example", password)).count(), 1);
        assert_eq!(app.audited("user.password_reset"), 1);
    }

    fn two_links_made_at_once_are_no_error_and_one_is_left(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let links: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| app.password_reset_link("owner@acme.example"))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(links.iter().filter(|link| app.visitor().get(link).status == 200).count(), 1);
    }

    fn the_database_does_not_hold_the_link(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let link = app.password_reset_link("owner@acme.example");
        let token = link.split_once("token=").unwrap().1;
        let stolen = app.database.stolen();
        assert!(!stolen.windows(16).any(|window| window == &token.as_bytes()[..16]));
    }

    fn without_a_mail_server_the_page_says_who_can_help(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        assert!(!app.visitor().get("/sign-in").body.contains("Forgot"));
        let page = app.visitor().get(PATH);
        assert!(page.status == 200 && page.body.contains("latchkey user reset-password"));
        assert!(!page.has("[name=email]"));
        let page = app.visitor().post(PATH, &[("email", "owner@acme.example")]);
        assert_eq!((page.status, page.header("location")), (303, PATH));
        assert_eq!(app.audited("user.password_reset_requested"), 0);
    }
}

on_both_databases_with_mails! {
    fn the_link_comes_by_mail_is_good_for_an_hour_and_the_change_is_told(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        let mut visitor = app.visitor();
        assert!(visitor.get("/sign-in").has("a[href='/password-reset']"));
        let page = visitor.post(PATH, &[("email", " Owner@acme.example ")]);
        assert_eq!((page.status, page.header("location")), (303, "/password-reset?requested=1"));
        let letter = mails.next();
        assert_eq!((letter.to.as_str(), letter.from.as_str()), ("owner@acme.example", "keys@acme.example"));
        assert!(letter.text.contains("21 November 2026, 13:00 UTC") && letter.html.contains("13:00 UTC"));
        let link = letter.link(&app.address);
        assert_eq!(app.audited("user.password_reset_requested"), 1);

        app.clock.advance(Duration::hours(1) - Duration::seconds(1));
        assert_eq!(follow(&mut visitor, &link, NEW).status, 303);
        let told = mails.next();
        assert_eq!(told.to, "owner@acme.example");
        assert!(told.subject.contains("password was changed") && !told.text.contains(NEW));

        visitor.post(PATH, &[("email", "owner@acme.example")]);
        let link = mails.next().link(&app.address);
        app.clock.advance(Duration::hours(1));
        assert_eq!(visitor.get(&link).status, 410);
    }

    fn known_unknown_and_disabled_addresses_get_the_same_answer(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "bob");
        app.change_users_beside("UPDATE users SET disabled_at = 1 WHERE role = 'member'");
        let mut answers = Vec::new();
        for email in ["nobody@acme.example", "bob@acme.example", "owner@acme.example"] {
            let mut visitor = app.visitor();
            let page = visitor.post(PATH, &[("email", email)]);
            let then = visitor.get(page.header("location"));
            assert!(then.status == 200 && !then.body.contains(email));
            answers.push((seen(&page), seen(&then)));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        assert_eq!(mails.next().to, "owner@acme.example", "and nobody else gets one");
        assert_eq!(app.audited("user.password_reset_requested"), 1);
    }

    fn the_answer_does_not_wait_for_the_work(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        let mut visitor = app.visitor();
        let ask = |visitor: &mut Client| visitor.post(PATH, &[("email", "owner@acme.example")]).status;
        app.database.execute("ALTER TABLE password_resets RENAME TO elsewhere");
        assert_eq!(ask(&mut visitor), 303, "although no link can be made");
        app.database.execute("ALTER TABLE elsewhere RENAME TO password_resets");
        assert_eq!(ask(&mut visitor), 303);
        assert_eq!(mails.next().to, "owner@acme.example");
    }

    fn what_is_no_address_is_said_at_the_field(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        for email in ["", "owner", "owner@acme.example\r\nBcc: all@acme.example"] {
            let page = app.visitor().post(PATH, &[("email", email)]);
            assert!(page.status == 422 && page.has("#error-email"), "{email}");
        }
        // The next email is the first one.
        app.visitor().post(PATH, &[("email", "owner@acme.example")]);
        assert_eq!(mails.next().to, "owner@acme.example");
        assert_eq!(app.audited("user.password_reset_requested"), 1);
    }
}

/// Nobody listens there, or a server that never answers.
#[test]
fn a_mail_server_that_is_down_delays_and_breaks_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [closed, silent.local_addr().unwrap()] {
        let app = TestApp::start_with(Kind::Sqlite, |config| config.mail_server = mails::at(address));
        let mut owner = app.sign_in(Role::Owner);
        let began = Instant::now();
        let fields = [("current_password", PASSWORD), ("password", NEW)];
        assert_eq!(owner.post("/settings/account/password", &fields).status, 303);
        assert_eq!(app.visitor().post(PATH, &[("email", "owner@acme.example")]).status, 303);
        assert_eq!(owner.get("/").status, 200);
        assert!(signs_in(&app, "owner@acme.example", NEW));
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    }
}
