//! Only a proven address counts: an unproven registration does not keep out the owner of the mailbox.

use latchkey::{config::Registration, domain::Role};

use crate::support::{Client, Kind, Mails, PASSWORD, Page, TestApp};

const ANN: &str = "ann@mailbox.example";

/// Invites Ann into "Acme". Returns the token that the page displays and the one in the email.
fn invite(app: &TestApp, mails: &Mails) -> (String, String) {
    let mut owner = app.sign_in_as("owner@acme.example");
    let form = owner.get("/settings/members/invitations/new").form_fields("form");
    let form_token = form.iter().find(|(name, _)| name == "form_token").unwrap().1.clone();
    let fields = [("email", ANN), ("role", "member"), ("form_token", form_token.as_str())];
    let page = owner.post("/settings/members/invitations", &fields);
    let token = |text: &str| {
        let start = text.find("invitation=").unwrap() + "invitation=".len();
        text[start..start + 43].to_owned()
    };
    let shown = token(&page.test_id("invitation-link").text);
    let mailed = token(&mails.next().text);
    assert_ne!(shown, mailed);
    (shown, mailed)
}

fn accept(client: &mut Client, token: &str) -> Page {
    client.post("/registration", &[("invitation", token), ("name", "Ann"), ("password", "eleven loud trumpets")])
}

/// A person without Ann's mailbox registers her address.
fn squat(app: &TestApp) {
    let fields = [("organization_name", "Squatters"), ("name", "Eve"), ("email", ANN), ("password", PASSWORD)];
    assert_eq!(app.visitor().post("/registration", &fields).status, 303);
}

fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    app.visitor().post("/sign-in", &[("email", email), ("password", password)]).status
}

fn with_each(test: impl Fn(&TestApp, &Mails)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mails = Mails::start();
        let app = TestApp::start_with(kind, |config| {
            config.registration = Registration::Open;
            mails.configure(config);
        });
        app.create_user(Role::Owner, "owner");
        test(&app, &mails);
    }
}

#[test]
fn an_unproven_address_yields_to_an_invitation_opened_from_the_mailbox() {
    with_each(|app, mails| {
        squat(app);
        let mut eve = app.sign_in_as(ANN);
        let (_, mailed) = invite(app, mails);
        let page = app.visitor().get(&format!("/registration?invitation={mailed}"));
        assert!(page.test_id("address-unproven").text.contains("another organization"), "{}", page.body);
        assert_eq!(accept(&mut app.visitor(), &mailed).status, 303);

        assert_eq!(sign_in(app, ANN, "eleven loud trumpets"), 303);
        assert_eq!(sign_in(app, ANN, PASSWORD), 422);
        assert_eq!(eve.get("/settings").status, 303, "her session has ended");
        assert_eq!((app.audited("user.email_released"), app.audited("invitation.accepted")), (1, 1));
        // Ann is proven now, and nobody can take her address away.
        let proven =
            format!("SELECT count(*) AS count FROM users WHERE email = '{ANN}' AND email_proven_at IS NOT NULL");
        assert_eq!(app.database.count(&proven), 1);
        // The account still exists, so the server's operator can return it.
        let id = app.database.count("SELECT count(*) AS count FROM users WHERE email LIKE 'user_%@released.invalid'");
        assert_eq!(id, 1);
    });
}

#[test]
fn the_link_that_the_page_shows_proves_nothing_and_takes_no_address_away() {
    with_each(|app, mails| {
        squat(app);
        let (shown, mailed) = invite(app, mails);
        assert!(!app.visitor().get(&format!("/registration?invitation={shown}")).has("[data-testid=address-unproven]"));
        assert_eq!(accept(&mut app.visitor(), &shown).header("location"), "/sign-in?registered=1");
        assert_eq!((sign_in(app, ANN, PASSWORD), app.audited("user.email_released")), (303, 0));
        assert_eq!(app.visitor().get(&format!("/registration?invitation={mailed}")).status, 404, "used up");
    });
}

#[test]
fn a_proven_address_stays_where_it_is_and_the_mailbox_is_told_so() {
    with_each(|app, mails| {
        squat(app);
        // A person who opens a link for a new password from the mailbox has proven the address.
        app.visitor().post("/password-reset", &[("email", ANN)]);
        let reset = mails.next().text;
        let start = reset.find("token=").unwrap() + "token=".len();
        let fields = [("token", &reset[start..start + 43]), ("password", "nine green bottles standing")];
        assert_eq!(app.visitor().post("/password-reset/new-password", &fields).status, 303);
        mails.next();

        let (_, mailed) = invite(app, mails);
        let page = app.visitor().get(&format!("/registration?invitation={mailed}"));
        assert!(page.status == 409 && page.body.contains("already has an account"), "{}", page.body);
        for _ in 0..2 {
            assert_eq!(accept(&mut app.visitor(), &mailed).status, 409, "and the invitation is not used up");
        }
        assert_eq!(sign_in(app, ANN, "nine green bottles standing"), 303);
        assert_eq!(app.audited("user.email_released"), 0);
    });
}

#[test]
fn an_operator_vouches_for_an_address_by_a_command() {
    with_each(|app, mails| {
        squat(app);
        let done = app.run(&["user", "confirm-email", ANN]);
        assert!(done.status.success(), "{done:?}");
        assert_eq!(app.audited("user.email_confirmed"), 1);
        let (_, mailed) = invite(app, mails);
        assert_eq!(app.visitor().get(&format!("/registration?invitation={mailed}")).status, 409);
        let unknown = app.run(&["user", "confirm-email", "nobody@acme.example"]);
        assert!(!unknown.status.success());
        // A person who changes their address must prove the new one.
        let mut ann = app.sign_in_as(ANN);
        let fields = [("email", "victim@acme.example"), ("current_password", PASSWORD)];
        assert_eq!(ann.post("/settings/account/email", &fields).status, 303);
        let unproven =
            "SELECT count(*) AS count FROM users WHERE email_proven_at IS NULL AND email = 'victim@acme.example'";
        assert_eq!(app.database.count(unproven), 1);
    });
}
