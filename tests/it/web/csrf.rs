//! Forged requests: every route that changes something, under every shape of attack.

use actix_web::http::Method;
use latchkey::{domain::Role, web::ROUTES};

use crate::{on_both_databases, support::TestApp};

/// A name, the headers, and the token.
type Attack<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

on_both_databases! {
    fn every_unsafe_route_refuses_every_forgery(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let key = app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        let good = owner.csrf();
        let others = app.sign_in(Role::Administrator).csrf();
        let visitors = app.visitor().csrf();
        let unsafe_routes: Vec<_> = ROUTES.iter().filter(|route| route.method != Some(Method::GET)).collect();
        assert!(unsafe_routes.len() >= 8);
        for route in unsafe_routes {
            let path = route.path.replace("{id}", key.id.as_str());
            let attacks: [Attack; 9] = [
                ("no token", &[], ""),
                ("another session's token", &[], &others),
                ("a visitor's token", &[], &visitors),
                ("a damaged token", &[], &good[1..]),
                ("from another site", &[("sec-fetch-site", "cross-site")], &good),
                ("from another host of this domain", &[("sec-fetch-site", "same-site")], &good),
                ("with another origin", &[("origin", "https://evil.example")], &good),
                ("with no origin to tell", &[("origin", "null")], &good),
                ("by a frame of another site", &[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe")], &good),
            ];
            for (attack, headers, token) in attacks {
                let fields = [
                    ("csrf", token), ("id", key.id.as_str()), ("phrase", "delete 1 key"), ("copied", "yes"),
                ];
                let page = owner.post_raw(&path, headers, &fields);
                assert_eq!(page.status, 403, "{path} {attack}");
                // And not for another reason, such as a closed registration.
                let is_hidden = attack == "with no origin to tell";
                let heading = if is_hidden { "hides where this form comes from" } else { "This form has expired" };
                assert!(page.body.contains(heading), "{path} {attack}");
            }
            let plain = owner.request("POST", &path, &[("content-type", "text/plain")], Some(&format!("csrf={good}")));
            assert_eq!(plain.status, 400, "{path} as text/plain");
        }
        assert_eq!(owner.listed(), [("Deploy".to_owned(), "active".to_owned())], "nothing was changed");
    }

    fn a_form_without_the_cookie_of_its_page_is_told_so(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let mut visitor = app.visitor();
        let csrf = visitor.csrf();
        visitor.cookies.clear();
        let page = visitor.post_raw("/sign-in", &[], &[("csrf", &csrf)]);
        assert!(page.status == 403 && page.body.contains("did not keep a cookie"));
    }

    fn the_pages_own_forms_pass_from_every_kind_of_browser(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let own = app.address.clone();
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin"), ("origin", own.as_str())],
            &[("origin", own.as_str())],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        ] {
            let csrf = owner.csrf();
            let page = owner.post_raw("/settings/developers/api-keys/bulk-deletion", headers, &[("csrf", &csrf)]);
            assert_eq!(page.status, 303, "{headers:?}");
        }
    }
}
