//! Inviting people, and using the link.

use latchkey::{config::Registration, domain::Role};
use time::Duration;

use super::{PATH, listed, path_of};
use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Client, Kind, Mails, PASSWORD, Page, TestApp},
};

const ANN: &str = "ann@acme.example";

fn invite(client: &mut Client, email: &str, role: &str) -> Page {
    let form = client.get(&format!("{PATH}/invitations/new")).form_fields("form");
    let form_token = form.iter().find(|(name, _)| name == "form_token").map_or("none", |(_, value)| value);
    client.post(&format!("{PATH}/invitations"), &[("email", email), ("role", role), ("form_token", form_token)])
}

/// The path and the token of the displayed link.
fn link(page: &Page) -> (String, String) {
    assert_eq!(page.status, 200, "{}", page.body);
    let link = page.test_id("invitation-link").text;
    let path = url::Url::parse(&link).unwrap();
    let token = path.query_pairs().find(|(name, _)| name == "invitation").unwrap().1.into_owned();
    (format!("{}?{}", path.path(), path.query().unwrap()), token)
}

/// The id in the addresses of this answer's forms.
fn id(page: &Page) -> String {
    let start = page.body.find("inv_").unwrap();
    page.body[start..start + "inv_".len() + 26].to_owned()
}

fn accept(client: &mut Client, token: &str, changes: &[(&str, &str)]) -> Page {
    let mut fields = vec![("invitation", token), ("name", "Ann"), ("password", PASSWORD)];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend_from_slice(changes);
    client.post("/registration", &fields)
}

/// Expects the one answer for every link that is not valid.
fn expect_not_valid(app: &TestApp, token: &str) -> String {
    let page = app.visitor().get(&format!("/registration?invitation={token}"));
    let sent = accept(&mut app.visitor(), token, &[]);
    for page in [&page, &sent] {
        assert_eq!(page.status, 404, "{}", page.body);
        assert!(page.body.contains("This invitation is not valid"), "{}", page.body);
    }
    page.test_id("flash-error").text
}

on_both_databases! {
    fn whoever_invites_has_typed_their_password_lately(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.clock.advance(Duration::minutes(11));
        let page = owner.get(&format!("{PATH}/invitations/new"));
        let proof = "/password-proof?next=%2Fsettings%2Fmembers%2Finvitations%2Fnew";
        assert_eq!((page.status, page.header("location")), (303, proof));
        assert!(invite(&mut owner, ANN, "owner").has("[data-testid=password-proof] [name=email]"), "what was typed is kept");
        assert_eq!(app.audited("member.invited"), 0);
    }

    fn invitations_of_one_organization_have_an_end(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let statuses: Vec<_> =
            (0..101).map(|number| invite(&mut owner, &format!("ann{number}@acme.example"), "member").status).collect();
        assert!(statuses[..100].iter().all(|status| *status == 200));
        assert_eq!(statuses[100], 429);
    }

    fn the_answer_carries_the_link_once_and_it_lets_one_person_in(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let form = owner.get(&format!("{PATH}/invitations/new"));
        assert!(form.test_id("invite-dialog").text.contains("Can view only their own API keys"));
        let reveal = invite(&mut owner, " Ann@acme.example ", "support");
        assert_eq!(reveal.header("cache-control"), "no-store");
        let (path, token) = link(&reveal);
        assert!(reveal.test_id("invitation-link").text.starts_with(&app.address));
        assert_eq!(token.len(), 43);
        assert!(reveal.test_id("finish-invite").text == "Done" && reveal.has("[data-testid=copy-link]"));

        let page = owner.get(PATH);
        let row = page.test_id("invitation-row");
        assert_eq!(row.attribute("data-email").unwrap(), "Ann@acme.example");
        assert!(row.text.contains("Support") && row.text.contains("owner") && row.text.contains("28 Nov 2026"));
        assert!(!page.body.contains(&token));
        assert!(!String::from_utf8_lossy(&app.database.stolen()).contains(&token), "only its digest is kept");

        let mut ann = app.visitor();
        let form = ann.get(&path);
        assert_eq!(form.status, 200);
        let said = form.test_id("invitation").text;
        assert!(said.contains("owner") && said.contains("Acme") && said.contains("Support"), "{said}");
        assert!(!form.has("[name=organization_name]") && !form.has("[name=email]"));
        let email = &form.find_all("#email")[0];
        assert!(email.attribute("value").unwrap() == "Ann@acme.example" && email.attribute("readonly").is_some());

        let refused = accept(&mut ann, &token, &[("password", "short")]);
        assert_eq!(refused.status, 422);
        assert!(refused.has("[data-testid=error-password]") && refused.body.contains(&token), "try again");
        // Fields that the form does not have are ignored.
        for forged in [("role", "owner"), ("organization_id", "x")] {
            assert_eq!(accept(&mut ann, &token, &[forged]).status, 400);
        }
        let more = [("organization_name", "Evil"), ("email", "eve@evil.example")];
        let done = accept(&mut ann, &token, &more);
        assert_eq!((done.status, done.header("location")), (303, "/sign-in?registered=1"));
        assert!(ann.get("/sign-in?registered=1").body.contains("If this email address had no account"));
        app.sign_in_as(ANN);
        assert!(listed(&mut owner).contains(&("Ann@acme.example".into(), "support".into(), "active".into())));
        assert!(!owner.get(PATH).has("[data-testid=invitation-row]"));
        for (action, count) in [("member.invited", 1), ("invitation.accepted", 1), ("user.created", 2)] {
            assert_eq!(app.audited(action), count, "{action}");
        }
        expect_not_valid(app, &token);
    }

    fn every_link_that_is_not_good_gets_the_same_answer(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let unknown = expect_not_valid(app, &"A".repeat(43));
        assert_eq!(unknown, expect_not_valid(app, "x"));
        assert_eq!(unknown, expect_not_valid(app, "%00"));

        let revoked = invite(&mut owner, ANN, "member");
        let revocation = format!("{PATH}/invitations/{}/revocation", id(&revoked));
        assert!(owner.get(&revocation).test_id("confirm-dialog").text.contains(ANN));
        for _ in 0..2 {
            assert_eq!(owner.post(&revocation, &[]).status, 303);
        }
        assert!(owner.get(PATH).test_id("flash-success").text.contains("revoked"));
        assert_eq!(unknown, expect_not_valid(app, &link(&revoked).1));
        assert_eq!(app.audited("invitation.revoked"), 1, "twice is one event");

        let expiring = invite(&mut owner, ANN, "member");
        let (path, token) = link(&expiring);
        app.clock.advance(Duration::days(7) - Duration::MICROSECOND);
        assert_eq!(app.visitor().get(&path).status, 200);
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!(unknown, expect_not_valid(app, &token));
        assert_eq!(app.audited("user.created"), 1);
    }

    fn a_form_that_was_sent_before_makes_no_second_invitation_and_shows_no_link(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let form = owner.get(&format!("{PATH}/invitations/new"));
        let form_token = form.find_all("[name=form_token]")[0].attribute("value").unwrap();
        let fields = [("email", ANN), ("role", "member"), ("form_token", form_token.as_str())];
        let path = format!("{PATH}/invitations");
        let first = owner.post(&path, &fields);
        let (path_of_link, token) = link(&first);
        let again = owner.post(&path, &fields);
        assert_eq!(again.status, 409);
        assert!(again.test_id("flash-error").text.contains(ANN) && !again.body.contains(&token));
        assert_eq!(app.visitor().get(&path_of_link).status, 200, "the first link is good");
        assert_eq!(app.audited("member.invited"), 1);
        // A form token for keys is not one for invitations.
        let fields = [("name", "x"), ("expires_on", "2026-12-01"), ("form_token", form_token.as_str())];
        assert_eq!(owner.post("/settings/developers/api-keys", &fields).status, 200);
        for bad in ["", &"x".repeat(65)] {
            assert_eq!(owner.post(&path, &[("email", ANN), ("role", "member"), ("form_token", bad)]).status, 400);
        }
    }

    fn a_second_invitation_for_an_address_replaces_the_first(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let first = invite(&mut owner, ANN, "member");
        assert!(!first.body.contains("earlier invitation"));
        let second = invite(&mut owner, "ANN@acme.example", "support");
        assert!(second.body.contains("earlier invitation"));
        assert_eq!(owner.get(PATH).find_all("[data-testid=invitation-row]").len(), 1);
        expect_not_valid(app, &link(&first).1);
        assert_eq!(accept(&mut app.visitor(), &link(&second).1, &[]).status, 303);
        assert_eq!((app.audited("member.invited"), app.audited("invitation.revoked")), (2, 1));
    }

    fn a_member_is_not_invited_and_whether_others_know_the_address_is_told_to_nobody(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "ann");
        let known = app.create_user_of("Globex", Role::Owner, "eve");
        let page = invite(&mut owner, "ANN@acme.example", "member");
        assert_eq!(page.status, 422);
        assert!(page.test_id("error-email").text.contains("A member with this email address already exists"));
        for (email, role, field) in [("", "member", "email"), ("ann", "member", "email"), ("b@acme.example", "", "role")] {
            let page = invite(&mut owner, email, role);
            assert_eq!(page.status, 422, "{email} {role}");
            assert!(page.has(&format!("[data-testid=error-{field}]")));
            assert_eq!(page.find_all("#email")[0].attribute("value").unwrap(), email, "kept");
        }

        let unknown = "unk@globex.example";
        let answer = |page: &Page, email: &str| {
            let (text, id) = (page.test_id("reveal-dialog").text, id(page));
            text.replace(email, "EMAIL").replace(&link(page).1, "TOKEN").replace(&id, "ID")
        };
        let (to_known, to_unknown) = (invite(&mut owner, &known, "member"), invite(&mut owner, unknown, "member"));
        assert_eq!(answer(&to_known, &known), answer(&to_unknown, unknown));
        // Accepting does not reveal it either, and both links are used up.
        let before = app.database.count("SELECT count(*) AS count FROM users");
        for page in [&to_known, &to_unknown] {
            let done = accept(&mut app.visitor(), &link(page).1, &[]);
            assert_eq!((done.status, done.header("location"), done.body.as_str()), (303, "/sign-in?registered=1", ""));
            expect_not_valid(app, &link(page).1);
        }
        assert!(!owner.get(PATH).has("[data-testid=invitation-row]"));
        assert_eq!(app.database.count("SELECT count(*) AS count FROM users"), before + 1);
        assert_eq!(listed(&mut app.sign_in_as(&known)).len(), 1, "who was there is where they were");
        app.sign_in_as(unknown);
    }

    fn an_invitation_is_worth_what_who_made_it_may_offer_now(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        let (path, token) = link(&invite(&mut administrator, ANN, "administrator"));
        let change = |role: &str| {
            let path = path_of(app, "administrator@acme.example", "role");
            assert_eq!(app.sign_in_as("owner@acme.example").post(&path, &[("role", role)]).status, 303);
        };
        change("member");
        expect_not_valid(app, &token);
        assert!(owner.get(PATH).test_id("invitation-row").text.contains("This invitation no longer works"));
        change("administrator");
        assert_eq!(app.visitor().get(&path).status, 200);
        owner.post(&path_of(app, "administrator@acme.example", "disablement"), &[]);
        expect_not_valid(app, &token);
        owner.post(&path_of(app, "administrator@acme.example", "enablement"), &[]);
        owner.post(&path_of(app, "administrator@acme.example", "removal"), &[]);
        expect_not_valid(app, &token);
        assert!(owner.get(PATH).test_id("invitation-row").text.contains("Somebody who was removed"));
        assert_eq!(app.audited("invitation.accepted"), 0);
    }

    fn administrators_offer_no_owner_and_others_invite_nobody(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let offered = invite(&mut owner, ANN, "owner");
        let revocation = format!("{PATH}/invitations/{}/revocation", id(&offered));
        let mut administrator = app.sign_in(Role::Administrator);
        assert_eq!(invite(&mut administrator, "bob@acme.example", "owner").status, 403);
        assert!(!administrator.get(&format!("{PATH}/invitations/new")).has("[value=owner]"));
        assert!(!administrator.get(PATH).has("[data-testid=revoke-invitation]"));
        assert_eq!(administrator.post(&revocation, &[]).status, 403);
        assert_eq!(invite(&mut administrator, ANN, "member").status, 403, "it would replace the Owner's");
        for role in [Role::Support, Role::Analytics, Role::Member] {
            let mut client = app.sign_in(role);
            assert_eq!(client.get(&format!("{PATH}/invitations/new")).status, 403, "{role}");
            assert_eq!(invite(&mut client, "bob@acme.example", "member").status, 403, "{role}");
            assert_eq!(client.post(&revocation, &[]).status, 403, "{role}");
        }
        let stranger = app.create_user_of("Globex", Role::Owner, "eve");
        let mut eve = app.sign_in_as(&stranger);
        assert_eq!((eve.get(&revocation).status, eve.post(&revocation, &[]).status), (404, 404));
        assert!(!eve.get(PATH).body.contains(ANN));
        let confirmation = format!("{PATH}/invitations/{}/confirmation", id(&offered));
        assert_eq!(eve.post(&confirmation, &[("copied", "yes")]).status, 404);
        assert_eq!(accept(&mut app.visitor(), &link(&offered).1, &[]).status, 303);
        assert_eq!(owner.post(&revocation, &[]).status, 409, "accepted already");
    }

    fn done_wants_the_tick(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let reveal = invite(&mut owner, ANN, "member");
        let path = format!("{PATH}/invitations/{}/confirmation", id(&reveal));
        for fields in [&[][..], &[("copied", "no")]] {
            let page = owner.post(&path, fields);
            assert_eq!(page.status, 422);
            assert!(page.test_id("error-copied").text.contains("copied the link"));
            assert!(!page.body.contains(&link(&reveal).1), "never shown again");
        }
        let done = owner.post(&path, &[("copied", "yes")]);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        assert!(owner.get(PATH).test_id("flash-success").text.contains("ann@acme.example was invited"));
        owner.post(&format!("{PATH}/invitations/{}/revocation", id(&reveal)), &[]);
        owner.get(PATH);
        owner.post(&path, &[("copied", "yes")]);
        assert!(owner.get(PATH).test_id("flash-error").text.contains("has ended"));
    }

    fn accepting_beside_another_account_leads_to_the_sign_in(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (_, token) = link(&invite(&mut owner, ANN, "member"));
        let done = accept(&mut owner, &token, &[]);
        assert_eq!(done.header("location"), "/sign-in?registered=1");
        assert!(owner.get("/sign-in?registered=1").has("[name=password]"));
        assert_eq!(owner.get("/sign-in").status, 303);
    }
}

#[test]
fn where_registration_is_closed_nobody_is_invited_and_no_invitation_works() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start_with(kind, |config| config.registration = Registration::Closed);
        let mut owner = app.sign_in(Role::Owner);
        let page = owner.get(PATH);
        assert!(page.body.contains("Registration is closed on this server"));
        assert_eq!(page.test_id("invite-member").attribute("aria-disabled").unwrap(), "true");
        assert_eq!(owner.get(&format!("{PATH}/invitations/new")).status, 403);
        assert_eq!(invite(&mut owner, ANN, "member").status, 403);
        assert_eq!(app.audited("member.invited"), 0);
        let page = app.visitor().get("/registration?invitation=x");
        assert!(page.status == 403 && page.body.contains("Registration is closed"));
    }
}

on_both_databases_with_mails! {
    fn the_invitation_comes_by_mail_and_its_link_works(app: &TestApp, mails: &Mails) {
        let mut owner = app.sign_in(Role::Owner);
        let reveal = invite(&mut owner, ANN, "analytics");
        let (shown, _) = link(&reveal);
        let letter = mails.next();
        assert_eq!((letter.to.as_str(), letter.from.as_str()), (ANN, "keys@acme.example"));
        assert_eq!(letter.subject, "owner invited you to Acme on Latchkey");
        assert!(letter.text.contains("28 November 2026, 12:00 UTC") && letter.html.contains("role will be Analytics"));
        // Only the email has the link that proves the mailbox.
        let mailed = letter.link(&app.address);
        assert_ne!(mailed, shown);
        assert_eq!((app.visitor().get(&shown).status, app.visitor().get(&mailed).status), (200, 200));
        let token = mailed.split_once("invitation=").unwrap().1;
        assert_eq!(accept(&mut app.visitor(), token, &[]).status, 303);
        assert_eq!(app.visitor().get(&shown).status, 404, "both are used up");
        app.sign_in_as(ANN);
    }

    fn an_address_with_letters_beyond_ascii_in_its_domain_gets_the_mail(app: &TestApp, mails: &Mails) {
        let mut owner = app.sign_in(Role::Owner);
        let (shown, _) = link(&invite(&mut owner, "ann@почта.example", "member"));
        let letter = mails.next();
        assert_eq!(letter.to, "ann@xn--80a1acny.example");
        let mailed = letter.link(&app.address);
        assert!(mailed.starts_with("/registration?invitation=") && mailed != shown, "{mailed}: it proves the mailbox");
        assert!(owner.get(PATH).body.contains("ann@почта.example"));
    }

    fn a_mail_that_the_server_refuses_is_reported_on_the_page(app: &TestApp, mails: &Mails) {
        let mut owner = app.sign_in(Role::Owner);
        link(&invite(&mut owner, "unknown@acme.example", "member"));
        link(&invite(&mut owner, ANN, "member"));
        assert_eq!(mails.next().to, ANN, "others are delivered");
        let began = std::time::Instant::now();
        while app.audited("invitation.mail_failed") == 0 {
            assert!(began.elapsed().as_secs() < 20, "nothing was recorded");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let page = owner.get(PATH);
        assert!(page.has("[data-email='unknown@acme.example'] [data-testid=mail-failed]"), "{}", page.body);
        assert_eq!(page.find_all("[data-testid=mail-failed]").len(), 1);
    }
}
