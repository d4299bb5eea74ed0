//! The list of your sessions.

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, PASSWORD, TestApp},
};

const PATH: &str = "/settings/account/sessions";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

/// Signs in with a browser of this user agent.
fn sign_in_with(app: &TestApp, email: &str, agent: &str) -> Client {
    let mut client = app.visitor();
    let csrf = client.csrf();
    let fields = [("email", email), ("password", PASSWORD), ("csrf", csrf.as_str())];
    assert_eq!(client.post_raw("/sign-in", &[("user-agent", agent)], &fields).status, 303);
    client
}

/// The ids of the sessions, the current one first.
fn ids(client: &mut Client) -> Vec<String> {
    let rows = client.get(PATH).find_all("[data-testid=session-row]");
    rows.iter().map(|row| row.attribute("data-session-id").unwrap()).collect()
}

on_both_databases! {
    fn each_session_says_where_it_is_and_when_it_was_seen(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut firefox = sign_in_with(app, "owner@acme.example", FIREFOX);
        app.clock.advance(Duration::minutes(4));
        let mut other = sign_in_with(app, "owner@acme.example", "<script>alert(1)</script>/1");
        let page = other.get(PATH);
        assert_eq!(page.find_all("[data-testid=session-row]").len(), 2);
        assert!(page.find_all("tr:first-child [data-testid=this-session]").len() == 1 && !page.body.contains("<script>alert"));
        let row = &page.find_all("[data-testid=session-row]")[1].text;
        for said in ["Firefox on Linux", FIREFOX, "127.0.0.1", "4 minutes ago", "In the last 5 minutes"] {
            assert!(row.contains(said), "{said}: {row}");
        }
        app.clock.advance(Duration::minutes(8));
        assert!(other.get(PATH).find_all("[data-testid=session-row]")[1].text.contains("12 minutes ago"));
        assert_eq!(firefox.get(PATH).find_all("tr:first-child .c-name")[0].text.split_whitespace().next(), Some("Firefox"));
    }

    fn one_session_is_ended_and_its_cookie_opens_nothing(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut lost = app.sign_in_as("owner@acme.example");
        let mut kept = app.sign_in_as("owner@acme.example");
        let id = ids(&mut lost).remove(0);
        let page = owner.post(&format!("{PATH}/{id}/deletion"), &[]);
        assert_eq!((page.status, page.header("location")), (303, PATH));
        assert!(owner.get(PATH).test_id("flash-success").text.contains("session was ended"));
        assert_eq!((lost.get("/").status, kept.get("/").status, owner.get("/").status), (303, 200, 200));
        assert_eq!(app.audited("session.ended"), 1);
        assert_eq!(owner.post(&format!("{PATH}/{id}/deletion"), &[]).status, 404, "it is gone");
    }

    fn a_session_of_somebody_else_is_not_there(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut member = app.sign_in(Role::Member);
        app.create_user_of("Other", Role::Owner, "eve");
        let mut eve = app.sign_in_as("eve@other.example");
        let id = ids(&mut member).remove(0);
        for who in [&mut owner, &mut eve] {
            assert_eq!(ids(who).len(), 1);
            assert_eq!(who.post(&format!("{PATH}/{id}/deletion"), &[]).status, 404);
            assert_eq!(who.post(&format!("{PATH}/nonsense/deletion"), &[]).status, 404);
            assert_eq!(who.post(&format!("{PATH}/all-deletion"), &[]).status, 303);
        }
        assert_eq!(member.get("/").status, 200);
        assert_eq!(app.audited("session.ended"), 0);
    }

    fn ending_this_one_is_signing_out(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut stolen = owner.clone();
        let id = ids(&mut owner).remove(0);
        let page = owner.post(&format!("{PATH}/{id}/deletion"), &[]);
        assert_eq!((page.status, page.header("location")), (303, "/sign-in?signed_out=1"));
        assert_eq!(stolen.get("/").status, 303);
    }

    fn all_others_are_ended_at_once(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        assert!(!owner.get(PATH).has("[data-testid=end-other-sessions]"), "there are no others");
        let mut others = [app.sign_in_as("owner@acme.example"), app.sign_in_as("owner@acme.example")];
        assert_eq!(owner.get(PATH).test_id("end-other-sessions").text, "Sign out everywhere else");
        assert_eq!(owner.post(&format!("{PATH}/all-deletion"), &[]).status, 303);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("2 other sessions"));
        assert_eq!(others.each_mut().map(|other| other.get("/").status), [303, 303]);
        assert_eq!(ids(&mut owner).len(), 1);
        assert_eq!(app.audited("session.ended"), 1);
        owner.post(&format!("{PATH}/all-deletion"), &[]);
        assert_eq!(app.audited("session.ended"), 1, "there was nothing to end");
    }

    fn what_is_over_is_not_listed_and_not_counted(app: &TestApp) {
        let _idle = app.sign_in(Role::Owner);
        app.clock.advance(Duration::hours(8));
        let mut owner = app.sign_in_as("owner@acme.example");
        assert_eq!(ids(&mut owner).len(), 1);
        owner.post(&format!("{PATH}/all-deletion"), &[]);
        assert!(owner.get(PATH).test_id("flash-success").text.contains("no other sessions"));
    }

    fn the_id_of_a_session_is_no_cookie(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let id = ids(&mut owner).remove(0);
        assert!(!owner.cookies.values().any(|value| value.contains(&id)));
        let mut thief = app.visitor();
        thief.cookies.insert(app.state.site.cookie_name("session"), id);
        assert_eq!(thief.get("/").status, 303);
    }
}
