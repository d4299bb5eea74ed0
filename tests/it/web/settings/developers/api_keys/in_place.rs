//! Actions on a row that a script asks for: the answer swaps the row, and the page stays.

use latchkey::domain::Role;
use scraper::{Html, Selector};

use super::{OWNER, PATH};
use crate::{
    on_both_databases,
    support::{Client, Page, TestApp},
};

/// A person with a browser, and the server.
struct Scene<'a>(&'a TestApp, Client);

impl Scene<'_> {
    /// The answer to a script on the page at this address, which returns to `next`.
    fn send(&mut self, path: &str, page: &str, more: &[(&str, &str)]) -> Page {
        let (csrf, address) = (self.1.csrf(), format!("{}{page}", self.0.address));
        let headers = [("hx-request", "true"), ("hx-current-url", address.as_str())];
        self.1.post_raw(path, &headers, &[&[("csrf", csrf.as_str())], more].concat())
    }
}

fn swapped(page: &Page) -> (u16, &str, &str, &str) {
    (page.status, page.header("hx-retarget"), page.header("hx-reswap"), page.header("hx-trigger"))
}

/// The row in the answer. A parser takes it only inside a table.
fn status_in(page: &Page) -> String {
    let html = Html::parse_document(&format!("<table>{}</table>", page.body));
    let row = Selector::parse("tr").unwrap();
    html.select(&row).next().unwrap().attr("data-status").unwrap().to_owned()
}

on_both_databases! {
    fn the_row_is_swapped_and_the_message_is_not_displayed_again(app: &TestApp) {
        let mut owner = Scene(app, app.sign_in(Role::Owner));
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        app.insert_api_key(OWNER, "Another", |_| {});
        let target = format!("#{}", key.id);
        let list = format!("{PATH}?view=organization&status=active");
        for (act, status, told) in [
            ("disablement", "disabled", "is disabled"),
            ("enablement", "active", "is active again"),
            ("revocation", "revoked", "was revoked"),
        ] {
            let page = owner.send(&format!("{PATH}/{}/{act}", key.id), &list, &[]);
            assert_eq!(swapped(&page), (200, target.as_str(), "outerMorph show:none", "list-changed"), "{act}");
            assert_eq!(status_in(&page), status);
            assert!(page.body.contains(told), "{}", page.body);
            assert_eq!(page.body.contains("data-testid=\"undo\""), act != "revocation");
        }
        let page = owner.send(&format!("{PATH}/{}/deletion", key.id), &list, &[]);
        assert_eq!(swapped(&page), (200, target.as_str(), "delete show:none", "list-changed"));
        assert!(page.body.contains("was deleted") && !page.body.contains("<tr"));
        assert!(!owner.1.get(PATH).has("main > .message"));
        for event in ["disabled", "enabled", "revoked", "deleted"] {
            assert_eq!(app.audited(&format!("api_key.{event}")), 1, "{event}");
        }
    }

    // The page of an empty list is another one. A script that loaded it would lose the message.
    fn the_last_row_leads_to_the_empty_list_with_its_message(app: &TestApp) {
        let mut owner = Scene(app, app.sign_in(Role::Owner));
        let [alpha, _] = ["Alpha", "Bravo"].map(|name| app.insert_api_key(OWNER, name, |_| {}));
        let list = format!("{PATH}?sort=name&q=alpha");
        let page = owner.send(&format!("{PATH}/{}/deletion", alpha.id), &list, &[("next", &list)]);
        assert_eq!((page.status, page.header("hx-redirect"), page.header("hx-reswap")), (200, list.as_str(), ""));
        let page = owner.1.get(&list);
        assert!(page.test_id("flash-success").text.contains("Alpha"));
        assert!(!page.has("[data-testid=api-key-row]") && owner.1.listed().len() == 1);
    }

    fn from_any_other_page_and_for_browsers_the_answer_leads_on(app: &TestApp) {
        let mut owner = Scene(app, app.sign_in(Role::Owner));
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let details = format!("{PATH}/{}", key.id);
        let page = owner.send(&format!("{details}/disablement"), &details, &[("next", &details)]);
        assert_eq!((page.status, page.header("hx-redirect")), (200, details.as_str()));
        assert!(owner.1.get(&details).test_id("flash-success").text.contains("is disabled"));
        let page = owner.1.post(&format!("{details}/enablement"), &[("next", PATH)]);
        assert_eq!((page.status, page.header("location")), (303, PATH));
        let page = owner.send(&format!("{details}/deletion"), &details, &[("next", PATH)]);
        assert_eq!((page.status, page.header("hx-redirect"), page.header("hx-reswap")), (200, PATH, ""));
    }

    fn each_answer_brings_another_form_and_the_same_form_acts_once(app: &TestApp) {
        let mut owner = Scene(app, app.sign_in(Role::Owner));
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let path = format!("{PATH}/{}/disablement", key.id);
        let page = owner.1.get(PATH);
        let token = page.find_all("#row-act-token")[0].attribute("value").unwrap();
        for _ in 0..2 {
            let page = owner.send(&path, PATH, &[("form_token", &token)]);
            assert_eq!(status_in(&page), "disabled");
            assert!(!page.body.contains(&token));
            assert!(page.body.contains("id=\"row-act-token\""));
        }
        assert_eq!(app.audited("api_key.disabled"), 1);
    }

    fn who_may_not_act_swaps_nothing(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let key = app.insert_api_key(OWNER, "Deploy", |_| {});
        let mut support = Scene(app, app.sign_in(Role::Support));
        for act in ["disablement", "revocation", "deletion"] {
            let page = support.send(&format!("{PATH}/{}/{act}", key.id), &format!("{PATH}?view=organization"), &[]);
            assert_eq!((page.status, page.header("hx-retarget")), (403, "#dialog-slot"), "{act}");
        }
        let mut member = Scene(app, app.sign_in(Role::Member));
        let page = member.send(&format!("{PATH}/{}/disablement", key.id), PATH, &[]);
        assert_eq!((page.status, page.header("hx-retarget")), (403, "#dialog-slot"));
    }
}
