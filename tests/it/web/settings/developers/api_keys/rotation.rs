//! Rotation: a new token takes over, and the former one works until the end of the overlap.

use actix_web::rt::System;
use latchkey::domain::{Role, policy::Viewable};
use time::Duration;

use super::{OWNER, PATH};
use crate::{
    on_both_databases, on_both_databases_with_mails,
    support::{Client, Mails, PASSWORD, Page, TestApp},
};

const HOUR: Duration = Duration::HOUR;

fn code(app: &TestApp, token: &str) -> String {
    app.visitor().verify(token).1
}

fn rotation(id: &str) -> String {
    format!("{PATH}/{id}/rotation")
}

/// A rotation in its first half: the answer with the new token.
fn start(client: &mut Client, id: &str, overlap: &str) -> Page {
    let form_token =
        client.get(&rotation(id)).form_fields("section form").into_iter().find(|(name, _)| name == "form_token");
    client.post(&rotation(id), &[("form_token", &form_token.unwrap().1), ("overlap", overlap)])
}

fn token_of(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    page.test_id("key-token").text
}

fn token_id_of(page: &Page) -> String {
    page.find_all("input[name=token_id]")[0].attribute("value").unwrap()
}

fn confirm(client: &mut Client, id: &str, reveal: &Page) -> Page {
    client.post(&format!("{PATH}/{id}/confirmation"), &[("token_id", &token_id_of(reveal)), ("copied", "yes")])
}

fn tokens(app: &TestApp, id: &str) -> i64 {
    app.database.count(&format!("SELECT count(*) AS count FROM api_key_tokens WHERE api_key_id = '{id}'"))
}

fn purge(app: &TestApp) {
    System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
}

on_both_databases! {
    fn the_new_token_takes_over_once_it_is_confirmed_and_the_former_one_ends_after_the_overlap(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        let question = owner.get(&rotation(&id));
        assert_eq!(question.find_all("h1")[0].text, "Rotate “Deploy”?");
        assert_eq!(question.find_all("option[selected]")[0].text, "24 hours");
        assert!(!owner.get(&format!("{PATH}/{id}")).has("[data-testid=tokens]"));

        let reveal = start(&mut owner, &id, "24");
        let new = token_of(&reveal);
        assert_eq!(reveal.find_all("h1")[0].text, "Copy the new token");
        assert_eq!((code(app, &former).as_str(), code(app, &new).as_str()), ("VALID", "KEY_NOT_CONFIRMED"));
        let unticked = owner.post(&format!("{PATH}/{id}/confirmation"), &[("token_id", &token_id_of(&reveal))]);
        assert_eq!(unticked.status, 422);
        assert_eq!(token_id_of(&unticked), token_id_of(&reveal), "nothing is lost");
        assert_eq!(code(app, &former), "VALID");

        app.clock.advance(HOUR);
        let done = confirm(&mut owner, &id, &reveal);
        assert_eq!((done.status, done.header("location")), (303, format!("{PATH}/{id}").as_str()));
        assert_eq!((code(app, &former).as_str(), code(app, &new).as_str()), ("VALID", "VALID"));
        let details = owner.get(&format!("{PATH}/{id}"));
        assert!(details.test_id("flash-success").text.starts_with("API key “Deploy” has a new token."));
        assert!(details.has("[data-testid=current-token]") && details.has("[data-testid=former-token]"));
        assert!(!details.body.contains(&new) && !details.body.contains(&former));
        assert_eq!(owner.listed(), [("Deploy".to_owned(), "active".to_owned())]);
        let (_, hint) = new.split_at(new.len() - 4);
        assert!(details.test_id("current-token").text.contains(hint));

        System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        let details = owner.get(&format!("{PATH}/{id}"));
        assert!(details.test_id("former-token").text.contains("from 127.0.0.1"));
        let of_today: Vec<_> = details.find_all("[data-testid=token-uses-today]").into_iter().map(|uses| uses.text).collect();
        assert_eq!(of_today, ["1", "3"]);
        let notice = details.test_id("overlap-notice");
        assert!(notice.text.contains("from 127.0.0.1") && !notice.attribute("class").unwrap().contains("warn"));

        app.clock.advance(HOUR * 24 - Duration::SECOND);
        assert_eq!(code(app, &former), "VALID");
        System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        let warned = app.sign_in_as(OWNER).get(&format!("{PATH}/{id}"));
        assert!(warned.test_id("overlap-notice").attribute("class").unwrap().contains("warn"));
        app.clock.advance(Duration::SECOND);
        assert_eq!((code(app, &former).as_str(), code(app, &new).as_str()), ("EXPIRED", "VALID"));
        assert_eq!(app.audited("api_key.rotation_started") + app.audited("api_key.rotated"), 2);
        let mut owner = app.sign_in_as(OWNER);
        assert!(owner.get(&format!("{PATH}/{id}")).has("[data-testid=former-token]"), "it is remembered");
        let again = start(&mut owner, &id, "0");
        assert_eq!(confirm(&mut owner, &id, &again).status, 303);
        assert_eq!((code(app, &new).as_str(), code(app, &token_of(&again)).as_str()), ("EXPIRED", "VALID"));
    }

    fn leaving_the_page_loses_the_new_token_only(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        let left = start(&mut owner, &id, "0");
        assert!(owner.get(&format!("{PATH}/{id}")).has("[data-testid=pending-token]"));
        assert!(owner.get(&rotation(&id)).has("[data-testid=rotation-waiting]"));
        app.clock.advance(HOUR * 24 - Duration::SECOND);
        purge(app);
        assert_eq!(tokens(app, &id), 2);
        app.clock.advance(Duration::SECOND * 2);
        purge(app);
        assert_eq!((tokens(app, &id), app.audited("api_key.rotation_discarded")), (1, 1));
        assert_eq!((code(app, &former).as_str(), code(app, &token_of(&left)).as_str()), ("VALID", "NOT_FOUND"));
        let late = confirm(&mut app.sign_in_as(OWNER), &id, &left);
        assert_eq!(late.status, 409);
        assert!(late.has("[data-testid=token-replaced]"));
        assert_eq!(code(app, &former), "VALID");
    }

    fn the_new_token_can_be_discarded(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        let reveal = start(&mut owner, &id, "24");
        for _ in 0..2 {
            let path = format!("{}/cancellation", rotation(&id));
            let discarded = owner.post(&path, &[("token_id", &token_id_of(&reveal))]);
            assert_eq!((discarded.status, discarded.header("location")), (303, format!("{PATH}/{id}").as_str()));
        }
        assert_eq!((tokens(app, &id), app.audited("api_key.rotation_discarded")), (1, 1));
        assert_eq!(confirm(&mut owner, &id, &reveal).status, 409);
        assert_eq!(code(app, &former), "VALID");
        assert_eq!(owner.post(&format!("{}/cancellation", rotation(&id)), &[("token_id", "x")]).status, 400);
    }

    fn a_form_that_is_sent_twice_makes_one_token(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        let fields = [("form_token", "one form"), ("overlap", "24")];
        let first = owner.post(&rotation(&id), &fields);
        let second = owner.post(&rotation(&id), &fields);
        assert_eq!((second.status, app.audited("api_key.rotation_started")), (409, 1));
        assert!(second.has("[data-testid=form-used]") && !second.has("[data-testid=key-token]"));
        for _ in 0..2 {
            assert_eq!(confirm(&mut owner, &id, &first).status, 303);
        }
        assert_eq!((app.audited("api_key.rotated"), tokens(app, &id)), (1, 2));
        assert_eq!((code(app, &former).as_str(), code(app, &token_of(&first)).as_str()), ("VALID", "VALID"));
    }

    fn of_two_tabs_the_later_one_counts(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        let (first, second) = (start(&mut owner, &id, "24"), start(&mut owner, &id, "24"));
        assert_eq!((tokens(app, &id), confirm(&mut owner, &id, &first).status), (2, 409));
        assert_eq!(code(app, &token_of(&first)), "NOT_FOUND");
        assert_eq!(confirm(&mut owner, &id, &second).status, 303);
        assert_eq!((code(app, &former).as_str(), code(app, &token_of(&second)).as_str()), ("VALID", "VALID"));
    }

    fn a_key_has_two_tokens_at_most_until_somebody_ends_the_overlap(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, former) = owner.create_confirmed_api_key("Deploy");
        let reveal = start(&mut owner, &id, "168");
        confirm(&mut owner, &id, &reveal);
        let refused = owner.get(&rotation(&id));
        assert!(refused.has("[data-testid=overlapping]") && !refused.has("[data-testid=confirm-action]"));
        let refused = owner.post(&rotation(&id), &[("form_token", "other"), ("overlap", "0")]);
        assert_eq!((refused.status, tokens(app, &id)), (409, 2));

        let completion = format!("{}/completion", rotation(&id));
        let details = owner.get(&format!("{PATH}/{id}"));
        assert_eq!(details.test_id("end-overlap").attribute("href").unwrap(), completion);
        let question = owner.get(&completion);
        assert_eq!(question.find_all("h1")[0].text, "End the former token of “Deploy”?");
        for _ in 0..2 {
            let ended = owner.post(&completion, &[]);
            assert_eq!((ended.status, ended.header("location")), (303, format!("{PATH}/{id}").as_str()));
        }
        assert_eq!((code(app, &former).as_str(), code(app, &token_of(&reveal)).as_str()), ("EXPIRED", "VALID"));
        assert_eq!(app.audited("api_key.overlap_ended"), 1);
        assert_eq!(owner.get(&completion).status, 303, "there is nothing to end");
        assert!(start(&mut owner, &id, "24").has("[data-testid=key-token]"));
    }

    fn what_ends_the_key_ends_both_tokens_and_the_rotation(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for (noun, code_after, confirmation) in
            [("revocation", "REVOKED", 409), ("deletion", "NOT_FOUND", 404), ("disablement", "DISABLED", 303)]
        {
            let (id, former) = owner.create_confirmed_api_key(noun);
            let reveal = start(&mut owner, &id, "24");
            assert_eq!(owner.post(&format!("{PATH}/{id}/{noun}"), &[]).status, 303);
            assert_eq!(confirm(&mut owner, &id, &reveal).status, confirmation, "{noun}");
            assert_eq!(code(app, &former), code_after);
            assert_ne!(code(app, &token_of(&reveal)), "VALID");

            let (id, former) = owner.create_confirmed_api_key(&format!("{noun} during the overlap"));
            let reveal = start(&mut owner, &id, "24");
            assert_eq!(confirm(&mut owner, &id, &reveal).status, 303);
            assert_eq!(owner.post(&format!("{PATH}/{id}/{noun}"), &[]).status, 303);
            assert_eq!((code(app, &former).as_str(), code(app, &token_of(&reveal)).as_str()), (code_after, code_after));
            if noun == "revocation" {
                let details = owner.get(&format!("{PATH}/{id}"));
                assert!(details.has("[data-testid=former-token]"), "when it was last used is still there");
                let of_overlap = ["end-overlap", "overlap-notice", "token-ends"];
                assert!(of_overlap.iter().all(|part| !details.has(&format!("[data-testid={part}]"))));
            }
        }
    }

    fn an_ended_key_has_no_rotation(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let now = app.state.clock.now();
        let revoked = app.insert_api_key(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let expired = app.insert_api_key(OWNER, "expired", |key| key.expires_at = Some(now));
        for key in [revoked, expired] {
            let id = key.id.as_str();
            assert_eq!(owner.get(&rotation(id)).status, 409);
            assert_eq!(owner.post(&rotation(id), &[("form_token", id), ("overlap", "24")]).status, 409);
            assert!(!owner.get(&format!("{PATH}/{id}")).has("[data-testid=rotate-key]"));
        }
        assert_eq!(app.audited("api_key.rotation_started"), 0);
    }

    fn a_key_that_nobody_confirmed_gets_another_token(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let first = owner.create_api_key("Deploy");
        let id = first.api_key_id();
        let question = owner.get(&rotation(&id));
        assert!(!question.has("#overlap"));
        let reveal = start(&mut owner, &id, "");
        assert_eq!(tokens(app, &id), 1);
        let stale = owner.post(&format!("{PATH}/{id}/confirmation"), &[("copied", "yes")]);
        assert_eq!((stale.status, owner.listed()[0].1.as_str()), (409, "pending"));
        assert_eq!(code(app, &token_of(&first)), "NOT_FOUND");
        let done = confirm(&mut owner, &id, &reveal);
        assert_eq!((done.status, done.header("location")), (303, PATH));
        assert_eq!((code(app, &token_of(&reveal)).as_str(), owner.listed()[0].1.as_str()), ("VALID", "active"));
        assert_eq!((app.audited("api_key.confirmed"), app.audited("api_key.rotated")), (1, 0));
    }

    fn a_kept_token_is_that_of_the_rotation_and_the_former_one_is_erased_at_its_end(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (id, _) = owner.create_confirmed_api_key("Deploy");
        let kept = || app.database.count("SELECT count(*) AS count FROM api_key_tokens WHERE sealed IS NOT NULL");
        let reveal = start(&mut owner, &id, "1");
        confirm(&mut owner, &id, &reveal);
        assert_eq!(kept(), 2);
        app.clock.advance(HOUR - Duration::SECOND);
        purge(app);
        assert_eq!(kept(), 2);
        app.clock.advance(Duration::SECOND);
        purge(app);
        assert_eq!(kept(), 1);
        owner.post("/password-proof", &[("password", PASSWORD), ("next", PATH)]);
        let shown = owner.post(&format!("{PATH}/{id}/token"), &[("form_token", "look")]);
        assert_eq!(shown.test_id("key-token").text, token_of(&reveal));
        for overlap in ["0", "24"] {
            let reveal = start(&mut owner, &id, overlap);
            confirm(&mut owner, &id, &reveal);
            owner.post(&format!("{}/completion", rotation(&id)), &[]);
            assert_eq!(kept(), 1, "{overlap}");
        }
    }

    fn the_policy_bounds_the_overlap(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let (id, _) = owner.create_confirmed_api_key("Deploy");
        app.change_policy(|policy| (policy.rotation_overlap_hours, policy.max_rotation_overlap_hours) = (1, 12));
        let question = owner.get(&rotation(&id));
        let offered: Vec<_> = question.find_all("#overlap option").into_iter().map(|option| option.text).collect();
        assert_eq!(offered, ["No time: it ends as soon as you confirm", "1 hour", "12 hours"]);
        let refused = start(&mut owner, &id, "13");
        assert_eq!(refused.status, 422);
        assert!(refused.test_id("error-overlap").text.contains("The longest one is: 12 hours."));
        for bad in ["-1", "x", "1.5", "99999999999999999999", "100001"] {
            assert_eq!(start(&mut owner, &id, bad).status, 400, "{bad}");
        }
        let unnamed = owner.post(&rotation(&id), &[("overlap", "1")]);
        assert_eq!((unnamed.status, app.audited("api_key.rotation_started")), (400, 0));
        assert_eq!(start(&mut owner, &id, "12").status, 200);
    }

    fn nobody_gets_a_token_of_somebody_who_got_more_permissions_since_the_start(app: &TestApp) {
        let mut administrator = app.sign_in(Role::Administrator);
        app.create_user(Role::Member, "mia");
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (key, former) = app.insert_token("mia@acme.example", "Deploy", |_| {});
        let id = key.id.as_str();
        let reveal = start(&mut administrator, id, "24");
        assert!(!reveal.body.contains("select Show"), "only the owner can see it again");
        app.change_users_beside("UPDATE users SET role = 'owner' WHERE email = 'mia@acme.example'");
        assert_eq!(confirm(&mut administrator, id, &reveal).status, 403);
        assert_eq!((code(app, former.expose()).as_str(), code(app, &token_of(&reveal)).as_str()), ("VALID", "KEY_NOT_CONFIRMED"));
    }

    fn somebody_else_rotates_a_key_only_with_all_that_the_key_may_do(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        let mut administrator = app.sign_in(Role::Administrator);
        app.create_user(Role::Member, "mia");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let (owners, _) = owner.create_confirmed_api_key("of the Owner");
        let (members, former) = app.insert_token("mia@acme.example", "of a Member", |_| {});
        let strangers = app.insert_api_key("gwen@globex.example", "strange", |_| {});
        assert_eq!(administrator.get(&rotation(&owners)).status, 403, "the Owner may do more");
        assert!(!administrator.get(&format!("{PATH}/{owners}/actions?view=organization")).has("[data-testid=rotate-key]"));
        assert_eq!(administrator.post(&rotation(&owners), &[("form_token", "a"), ("overlap", "0")]).status, 403);
        assert_eq!(administrator.get(&rotation(strangers.id.as_str())).status, 404);

        let id = members.id.as_str();
        let reveal = start(&mut administrator, id, "24");
        assert_eq!(confirm(&mut owner, id, &reveal).status, 403, "only who has seen the token can confirm");
        assert_eq!(confirm(&mut administrator, id, &reveal).status, 303);
        assert_eq!((code(app, former.expose()).as_str(), code(app, &token_of(&reveal)).as_str()), ("VALID", "VALID"));
        assert!(owner.get(&format!("{PATH}/{id}")).test_id("current-token").text.contains("administrator"));
        let mut support = app.sign_in(Role::Support);
        assert_eq!(support.get(&rotation(id)).status, 403);
        assert_eq!(support.post(&format!("{}/completion", rotation(id)), &[]).status, 403);
        assert!(!support.get(&format!("{PATH}/{id}")).has("[data-testid=end-overlap]"));
    }
}

on_both_databases_with_mails! {
    fn the_owner_learns_that_somebody_else_has_a_new_token_of_their_key(app: &TestApp, mails: &Mails) {
        let mut administrator = app.sign_in(Role::Administrator);
        app.create_user(Role::Member, "mia");
        let (key, _) = app.insert_token("mia@acme.example", "Deploy", |_| {});
        let id = key.id.as_str();
        let reveal = start(&mut administrator, id, "24");
        for _ in 0..2 {
            assert_eq!(confirm(&mut administrator, id, &reveal).status, 303);
        }
        let letter = mails.next();
        assert_eq!(letter.to, "mia@acme.example");
        assert_eq!(letter.subject, "API key “Deploy” has a new token");
        let text = letter.text.replace('\n', " ");
        assert!(text.contains("administrator rotated your API key “Deploy”") && text.contains(&key.hint), "{text}");
        assert!(!text.contains(&token_of(&reveal)));
    }
}
