//! Your activity.

use latchkey::domain::Role;

use crate::{
    on_both_databases,
    support::{Page, TestApp},
};

const PATH: &str = "/settings/account/activity";
const KEYS: &str = "/settings/developers/api-keys";
const MAX: &str = "max@acme.example";

fn sentences(page: &Page) -> Vec<String> {
    page.find_all("[data-testid=event-sentence]").into_iter().map(|sentence| sentence.text).collect()
}

on_both_databases! {
    fn people_see_what_they_did_and_what_was_done_to_them_and_their_keys(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.create_user(Role::Member, "max");
        app.clock.advance(time::Duration::SECOND);
        let mut max = app.sign_in_as(MAX);
        let (kept, deleted) = (app.insert_api_key(MAX, "Kept", |_| {}).id, app.insert_api_key(MAX, "Gone", |_| {}).id);
        app.clock.advance(time::Duration::SECOND);
        owner.create_api_key("Of the owner");
        app.clock.advance(time::Duration::SECOND);
        assert_eq!(owner.get(&format!("{KEYS}/{kept}")).status, 200);
        app.clock.advance(time::Duration::SECOND);
        assert_eq!(owner.post(&format!("{KEYS}/{deleted}/deletion"), &[]).status, 303);
        app.clock.advance(time::Duration::SECOND);
        let page = max.get(PATH);
        assert_eq!(page.find_all("h1")[0].text, "Your activity");
        assert_eq!(sentences(&page), [
            "Deleted the key Gone",
            "Viewed the details of the key Kept",
            "Signed in with a new browser",
            "Created the account of max with the role Member",
        ]);
        let links: Vec<_> = page.find_all("[data-testid=event-sentence] a").into_iter().map(|link| link.attribute("href").unwrap()).collect();
        assert_eq!(links, [format!("{KEYS}/{kept}")], "not of members, and not of what is gone");
        assert!(sentences(&owner.get(PATH)).iter().any(|text| text == "Created the key Of the owner"));
        for bad in ["?actor=x", "?via=session", "?q=x", "?after=x", "?nothing=1"] {
            assert!([400, 404].contains(&max.get(&format!("{PATH}{bad}")).status), "{bad}");
        }
    }
}
