//! Searching, filtering and sorting the list, by its address.

use latchkey::{
    app::api_keys::search::find_by_token,
    domain::{Clock as _, Role, Scope},
};
use time::Duration;

use super::{OWNER, PATH, names};
use crate::{
    on_both_databases,
    support::{Client, TestApp, used_at, with_wrong_secret},
};

/// The names on the page with this query, in order.
fn listed(client: &mut Client, query: &str) -> String {
    let page = client.get(&format!("{PATH}?{query}"));
    assert_eq!(page.status, 200, "{query}");
    names(&page).join(" ")
}

fn keys_of_many_kinds(app: &TestApp) {
    let now = app.clock.now();
    app.insert_api_key(OWNER, "active", |key| {
        key.description = latchkey::domain::Description::parse("Nightly run").unwrap();
    });
    app.clock.advance(Duration::SECOND);
    app.insert_api_key(OWNER, "pending", |key| (key.confirmed_at, key.scope) = (None, Scope::Web));
    app.clock.advance(Duration::SECOND);
    app.insert_api_key(OWNER, "disabled", |key| key.disabled_at = Some(now));
    app.clock.advance(Duration::SECOND);
    app.insert_api_key(OWNER, "expired", |key| key.expires_at = Some(now));
    app.clock.advance(Duration::SECOND);
    app.insert_api_key(OWNER, "revoked", |key| key.revoked_at = Some(now));
    app.clock.advance(Duration::SECOND);
    app.insert_api_key(OWNER, "used", |key| {
        key.last_use = Some(used_at(now));
        key.created_at = now.minus(Duration::days(90));
        key.expires_at = Some(now.plus(Duration::days(5)));
    });
    app.insert_api_key(OWNER, "old", |key| {
        key.last_use = Some(used_at(now.minus(Duration::days(40))));
        key.created_at = now.minus(Duration::days(91));
    });
}

on_both_databases! {
    fn the_address_says_what_is_listed(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        keys_of_many_kinds(app);
        let mut client = app.sign_in_as(OWNER);
        for view in ["", "view=organization&"] {
            let mut listed = |query: &str| listed(&mut client, &format!("{view}sort=name&{query}"));
            assert_eq!(listed("status=active"), "active old used");
            for status in ["pending", "disabled", "expired", "revoked"] {
                assert_eq!(listed(&format!("status={status}")), status);
            }
            assert_eq!(listed("scope=web"), "pending");
            assert_eq!(listed("scope=mobile"), "");
            assert_eq!(listed("expires_within=5"), "used");
            assert_eq!(listed("expires_within=4"), "");
            assert_eq!(listed("unused_for=40"), "old");
            assert_eq!(listed("q=NIGHT"), "active");
            assert_eq!(listed("q=act&scope=server"), "active");
            assert_eq!(listed("q=%20&status=&scope=&expires_within=&unused_for=&owner=&project="),
                "active disabled expired old pending revoked used");
        }
        assert_eq!(listed(&mut client, "sort=-used"), "used old revoked expired disabled pending active");
        assert_eq!(listed(&mut client, "sort=status"), "pending old used active disabled expired revoked");
        assert_eq!(listed(&mut client, "sort=-status"), "revoked expired disabled active used old pending");
        assert_eq!(listed(&mut client, "sort=-scope&status=pending"), "pending");
    }

    fn how_many_were_found_is_said_and_the_filter_stays_in_every_link(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let project = app.insert_project(OWNER, "Shop");
        for number in 0..60 {
            app.insert_api_key(OWNER, &format!("deploy {number}"), |key| key.project_id = Some(project.id.clone()));
        }
        app.insert_api_key(OWNER, "other", |_| {});
        let mut client = app.sign_in_as(OWNER);
        let page = client.get(&format!("{PATH}?q=depl+%26&status=active&scope=server&expires_within=3650&sort=name"));
        assert_eq!(page.test_id("found-count").text, "60 keys found");
        let next = page.test_id("page-next").attribute("href").unwrap();
        let filters = "q=depl+%26&status=active&scope=server&expires_within=3650&sort=name";
        assert!(next.starts_with(&format!("{PATH}?{filters}&after=")), "{next}");
        let second = client.get(&next);
        assert_eq!(names(&second).len(), 10);
        let last = client.get(&format!("{PATH}?{filters}&position=last"));
        assert_eq!(names(&last).len(), 50);
        assert_eq!(names(&last).last(), names(&second).last());
        assert!(!last.has("[data-testid=page-next]"));
        let before = client.get(&last.test_id("page-previous").attribute("href").unwrap());
        assert_eq!(names(&before).len(), 10);
        assert_eq!(before.test_id("clear-filters").attribute("href").unwrap(), format!("{PATH}?sort=name"));
    }

    fn what_an_address_may_not_say_is_refused(app: &TestApp) {
        let mut client = app.sign_in(Role::Owner);
        for bad in [
            "status=paused", "status=Active", "scope=all", "expires_within=0", "expires_within=soon", "unused_for=-1",
            "unused_for=99999", "position=first", "position=", "position=last&after=x", "sort=owner", "sort=-",
        ] {
            assert_eq!(client.get(&format!("{PATH}?{bad}")).status, 400, "{bad}");
        }
        assert_eq!(client.get(&format!("{PATH}?q=%00%27%22%25_\\&sort=status")).status, 200);
        assert_eq!(client.get(&format!("{PATH}?view=organization&q=%00%27%22%25_\\&sort=status")).status, 200);
    }

    fn the_secret_of_a_token_that_is_searched_for_is_in_no_link(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.insert_project(OWNER, "Shop");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let mut client = app.sign_in_as(OWNER);
        let page = client.get(&format!("{PATH}?q={}", token.expose()));
        assert_eq!(names(&page), ["Deploy"]);
        assert!(!page.body.contains(&token.secret()[..10]));
    }

    fn a_token_finds_its_key_for_who_may_see_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Support, "support");
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let (key, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let (_, other) = app.insert_token(OWNER, "Other", |_| {});
        let found = |email: &str, text: &str| {
            let context = app.state.context(std::sync::Arc::default(), None, None);
            let find = |conn: &mut _| {
                let actor = latchkey::app::actors::find_active(conn, &app.user_id(email))?.unwrap().actor();
                find_by_token(conn, &context, &actor, &app.state.token_keys, text)
            };
            let found = app.state.pool.read(find).unwrap();
            found.map(|found| (found.api_key_id == key.id, found.has_its_secret))
        };
        for email in [OWNER, "support@acme.example"] {
            assert_eq!(found(email, &format!(" {}\n", token.expose())), Some((true, true)));
            assert_eq!(found(email, &with_wrong_secret(&token, &other)), Some((true, false)));
            assert_eq!(found(email, other.expose()), Some((false, true)));
            assert_eq!(found(email, &token.expose()[..60]), None);
        }
        for email in ["max@acme.example", "gwen@globex.example"] {
            assert_eq!(found(email, token.expose()), None, "{email}");
        }
    }
}
