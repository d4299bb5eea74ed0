//! Registration, sign-in, accounts, members, projects, and their emails.

use latchkey::{
    domain::{Language, Role},
    store::users,
};
use time::Duration;

use super::expect_russian;
use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Client, Mails, PASSWORD, Page, TestApp, used_at},
};

const ASKS: (&str, &str) = ("accept-language", "ru-RU, en;q=0.8");
const MAX: &str = "max@acme.example";
const OWNER: &str = "owner@acme.example";

fn choose(app: &TestApp, email: &str, language: Language) {
    let id = app.user_id(email);
    app.state.pool.write(|conn| users::update_language(conn, &id, Some(language))).unwrap();
}

/// A person who selected Russian, whatever their browser prefers.
fn russian_owner(app: &TestApp) -> Client {
    let owner = app.sign_in(Role::Owner);
    choose(app, OWNER, Language::Russian);
    owner
}

fn ask(visitor: &mut Client, path: &str) -> Page {
    visitor.request("GET", path, &[ASKS], None)
}

fn send(visitor: &mut Client, path: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = visitor.csrf();
    let mut fields = fields.to_vec();
    fields.push(("csrf", &csrf));
    visitor.post_raw(path, &[ASKS], &fields)
}

fn invite(owner: &mut Client, email: &str, form_token: &str) -> Page {
    let fields = [("email", email), ("role", "support"), ("form_token", form_token)];
    owner.post("/settings/members/invitations", &fields)
}

fn invitation_id(page: &Page) -> String {
    let start = page.body.find("inv_").unwrap();
    page.body[start..start + "inv_".len() + 26].to_owned()
}

on_both_databases! {
    fn strangers_get_the_language_of_their_browser(app: &TestApp) {
        let mut visitor = app.visitor();
        expect_russian(&ask(&mut visitor, "/registration"), 200);
        expect_russian(&send(&mut visitor, "/registration", &[("email", "x"), ("password", "short")]), 422);
        let mut owner = app.sign_in(Role::Owner);
        let link = invite(&mut owner, MAX, "one").test_id("invitation-link").text;
        for path in [
            link.strip_prefix(&app.address).unwrap(),
            "/sign-in",
            "/sign-in?signed_out=1",
            "/sign-in?registered=1",
            "/sign-in?password_set=1",
            "/sign-in?next=/settings",
            "/password-reset",
            &app.password_reset_link(OWNER),
        ] {
            expect_russian(&ask(&mut visitor, path), 200);
        }
        let wrong = [("email", OWNER), ("password", "wrong")];
        expect_russian(&send(&mut visitor, "/sign-in", &wrong), 422);
        let throttled = (0..30).map(|_| send(&mut visitor, "/sign-in", &wrong)).find(|page| page.status == 429);
        expect_russian(&throttled.unwrap(), 429);
        assert!(visitor.get("/sign-in").body.contains("<html lang=\"en\""));
    }

    fn ones_account_is_in_ones_own_language(app: &TestApp) {
        let mut owner = russian_owner(app);
        app.sign_in_as(OWNER);
        app.clock.advance(Duration::hours(1));
        app.sign_in_as(OWNER);
        let account = "/settings/account";
        for path in ["", "/email", "/password"] {
            expect_russian(&owner.get(&format!("{account}{path}")), 200);
            expect_russian(&owner.post(&format!("{account}{path}"), &[]), 422);
        }
        expect_russian(&owner.post("/settings/account/theme", &[("theme", "pink")]), 422);
        expect_russian(&owner.get("/password-proof?next=/"), 200);
        expect_russian(&owner.post("/password-proof", &[("password", "wrong")]), 422);
        let mut sessions = owner.get("/settings/account/sessions");
        assert_eq!(sessions.find_all("[data-testid=session-row]").len(), 3);
        // The user agent of these tests.
        sessions.body = sessions.body.replace("ureq", "");
        expect_russian(&sessions, 200);
    }

    fn members_and_invitations_are_in_russian(app: &TestApp) {
        let mut owner = russian_owner(app);
        app.create_user(Role::Member, "max");
        // Otherwise an Owner could not give up the role.
        app.create_user(Role::Owner, "second");
        let members = "/settings/members";
        let (max, own) = (app.user_id(MAX), app.user_id(OWNER));
        let now = app.state.clock.now();
        for name in ["one", "two"] {
            app.insert_api_key(MAX, name, |key| key.last_use = Some(used_at(now)));
            for path in ["", "?q=max", "?q=nobody", "/invitations/new"] {
                expect_russian(&owner.get(&format!("{members}{path}")), 200);
            }
            for path in [format!("{max}/role"), format!("{own}/role"), format!("{max}/disablement"), format!("{max}/removal")] {
                expect_russian(&owner.get(&format!("{members}/{path}")), 200);
            }
        }
        expect_russian(&owner.post(&format!("{members}/{max}/role"), &[("role", "king")]), 422);
        expect_russian(&owner.post(&format!("{members}/{max}/removal"), &[("heir", "nobody")]), 422);
        expect_russian(&invite(&mut owner, "x", "zero"), 422);

        let ann = "ann@acme.example";
        let reveal = invite(&mut owner, ann, "one");
        expect_russian(&reveal, 200);
        expect_russian(&invite(&mut owner, ann, "two"), 200);
        expect_russian(&invite(&mut owner, ann, "two"), 409);
        let again = invite(&mut owner, ann, "three");
        let id = invitation_id(&again);
        expect_russian(&owner.get(&format!("{members}/invitations/{id}/revocation")), 200);
        expect_russian(&owner.post(&format!("{members}/invitations/{id}/confirmation"), &[]), 422);
        owner.post(&format!("{members}/{max}/disablement"), &[]);
        expect_russian(&owner.get(members), 200);
    }

    fn projects_are_in_russian(app: &TestApp) {
        let mut owner = russian_owner(app);
        let path = "/settings/projects";
        expect_russian(&owner.get(path), 200);
        expect_russian(&owner.get("/settings/projects/new"), 200);
        expect_russian(&owner.post(path, &[]), 422);
        let id = app.insert_project(OWNER, "Проект").id;
        for name in ["one", "two"] {
            expect_russian(&owner.get(&format!("{path}/{id}/name")), 200);
            expect_russian(&owner.get(&format!("{path}/{id}/archival")), 200);
            app.insert_api_key(OWNER, name, |key| key.project_id = Some(id.clone()));
        }
        expect_russian(&owner.get(&format!("{path}/{id}/archival")), 200);
        expect_russian(&owner.post(&format!("{path}/{id}/name"), &[]), 422);
        expect_russian(&owner.get(path), 200);
        owner.post(&format!("{path}/{id}/archival"), &[]);
        expect_russian(&owner.get(path), 200);
    }
}

on_both_databases_with_mails! {
    fn a_mail_speaks_the_language_that_its_reader_chose_else_that_of_the_visit(app: &TestApp, mails: &Mails) {
        app.create_user(Role::Owner, "owner");
        let mut visitor = app.visitor();
        expect_russian(&ask(&mut visitor, "/password-reset"), 200);
        expect_russian(&send(&mut visitor, "/password-reset", &[("email", "x")]), 422);
        let sent = send(&mut visitor, "/password-reset", &[("email", OWNER)]);
        expect_russian(&ask(&mut visitor, sent.header("location")), 200);
        let letter = mails.next();
        assert_eq!(letter.subject, "Сброс пароля в Latchkey");
        assert!(letter.text.contains("до 21 ноября 2026 г., 13:00 UTC") && letter.html.contains("<html lang=\"ru\">"));

        choose(app, OWNER, Language::English);
        let page = ask(&mut visitor, &letter.link(&app.address));
        let token = page.find_all("[name=token]")[0].attribute("value").unwrap();
        let fields = [("token", token.as_str()), ("password", "violin harbour plum")];
        assert_eq!(send(&mut visitor, "/password-reset/new-password", &fields).status, 303);
        let told = mails.next();
        assert_eq!(told.subject, "Your Latchkey password was changed");
        assert!(told.text.contains("12:00 UTC, from the IP address 127.0.0.1.\r\n"), "{}", told.text);
    }

    fn who_is_invited_reads_the_language_of_who_invites_and_both_addresses_of_a_change_ones_own(app: &TestApp, mails: &Mails) {
        let mut owner = russian_owner(app);
        expect_russian(&owner.get("/settings/members/invitations/new"), 200);
        let reveal = invite(&mut owner, MAX, "one");
        expect_russian(&reveal, 200);
        let path = format!("/settings/members/invitations/{}/confirmation", invitation_id(&reveal));
        expect_russian(&owner.post(&path, &[]), 422);
        let letter = mails.next();
        assert_eq!(letter.subject, "owner приглашает вас в организацию «Acme» — Latchkey");
        letter.link(&app.address);

        for path in ["/settings/account/email", "/settings/account/password"] {
            expect_russian(&owner.get(path), 200);
        }
        let fields = [("email", "new@acme.example"), ("current_password", PASSWORD)];
        assert_eq!(owner.post("/settings/account/email", &fields).status, 303);
        let letter = mails.next();
        assert_eq!(letter.subject, "Адрес почты вашей учётной записи в Latchkey изменён");
        assert!(letter.text.contains("изменена на new@acme.example"), "{}", letter.text);
        assert!(letter.text.starts_with("21 ноября 2026 г., 12:00 UTC с IP-адреса 127.0.0.1"), "{}", letter.text);
    }
}
