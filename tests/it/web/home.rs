//! The home page.

use latchkey::domain::Role;
use time::Duration;

use crate::{
    on_both_databases,
    support::{TestApp, used_at},
};

on_both_databases! {
    fn it_counts_and_names_what_expires_soon(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        app.insert_api_key("owner@acme.example", "soon", |key| key.expires_at = Some(now.plus(Duration::days(5))));
        app.insert_api_key("owner@acme.example", "used", |key| key.last_use = Some(used_at(now)));
        app.insert_api_key("owner@acme.example", "waiting", |key| key.confirmed_at = None);
        let page = owner.get("/");
        assert_eq!(page.status, 200);
        for (name, is_there) in [("soon", true), ("used", true), ("waiting", false)] {
            assert_eq!(page.find_all("main li, main tr").iter().any(|row| row.text.contains(name)), is_there, "{name}");
        }
        assert!(page.body.contains("Expires in 5 days"));
    }

    fn a_key_whose_pause_is_over_counts_as_one_that_works(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        app.insert_api_key("owner@acme.example", "paused", |key| {
            key.disabled_at = Some(now);
            key.disabled_until = Some(now.plus(Duration::hours(1)));
        });
        // All, active, not confirmed.
        let mut counts = || owner.get("/").find_all("main dd").iter().map(|count| count.text.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(counts(), ["1", "0", "0"]);
        app.clock.advance(Duration::hours(1));
        assert_eq!(counts(), ["1", "1", "0"]);
    }

    fn its_links_lead_to_the_key_on_whichever_page_it_is(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let old = app.insert_api_key("owner@acme.example", "old", |key| {
            key.created_at = now.minus(Duration::days(360));
            key.expires_at = Some(now.plus(Duration::days(5)));
        });
        for number in 0..70 {
            app.insert_api_key("owner@acme.example", &format!("key {number}"), |_| {});
        }
        let href = owner.get("/").find_all("main li a")[0].attribute("href").unwrap();
        let (path, id) = href.split_once('#').unwrap();
        assert_eq!(id, old.id.as_str());
        assert_eq!(owner.get(path).find_all("[data-testid=api-key-row]")[0].attribute("id").unwrap(), id);
    }
}
