//! The pages about keys and about verification.

use actix_web::rt::System;
use latchkey::{
    domain::{Language, LastUse, Role, UserAgent},
    store,
};
use scraper::{Html, node::Element};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, Page, TestApp, used_at},
};

const PATH: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";
const RUSSIAN: [(&str, &str); 1] = [("accept-language", "ru-RU,ru;q=0.9,en;q=0.8")];
/// Names of programs, files and schemes, and names from the tests.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "Latchkey", "nginx", "Caddy", "Traefik", "Envoy", "Node.js", "Python", "Go", "Caddyfile", "nginx.conf", "server.mjs",
    "server.py", "server.go", "/v1/verify", "/v1/forward-auth", "/oauth2/introspect", "Acme", "owner", "support", "max",
];
/// Attributes that are spoken, shown, or said by a script.
#[rustfmt::skip]
const SPOKEN: &[&str] = &[
    "aria-label", "title", "placeholder", "alt", "data-label", "data-copied", "data-refused", "data-said", "data-selected",
    "data-keep-open", "data-no-answer", "data-went-wrong",
];

/// Text outside of code and fields, and attributes for people.
fn said(page: &Page) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let mut said = Vec::new();
    for node in html.tree.nodes() {
        if let Some(text) = node.value().as_text() {
            let is_code = |name: &str| ["code", "kbd", "noscript", "pre", "textarea"].contains(&name);
            let is_same = |above: &Element| is_code(above.name()) || above.attr("translate") == Some("no");
            if !node.ancestors().any(|above| above.value().as_element().is_some_and(is_same)) {
                said.push(text.trim().to_owned());
            }
        } else if let Some(element) = node.value().as_element() {
            said.extend(SPOKEN.iter().filter_map(|name| element.attr(name)).map(str::to_owned));
        }
    }
    said
}

fn is_cyrillic(character: char) -> bool {
    matches!(character, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

/// It has no Russian word though it has a word, or four English ones in a row.
fn is_foreign(text: &str) -> bool {
    let is_word = |word: &&str| word.chars().any(|character| character.is_ascii_alphabetic());
    let is_named = |word: &&str| NAMES.contains(word) || word.starts_with("lk_") || word.starts_with("key_");
    let is_plain =
        |word: &&str| word.trim_matches(|sign: char| !sign.is_alphabetic()).chars().all(|c| c.is_ascii_alphabetic());
    let words: Vec<&str> = text.split_whitespace().filter(is_word).collect();
    let without_russian = !text.contains(is_cyrillic) && !words.iter().all(is_named);
    let all: Vec<&str> = text.split_whitespace().collect();
    let in_a_row = all.windows(4).any(|four| four.iter().all(|word| is_word(word) && is_plain(word)));
    without_russian || in_a_row
}

fn assert_russian(page: &Page, status: u16, what: &str) {
    assert_eq!(page.status, status, "{what}: {}", page.body);
    // A dialog that a script asked for is a piece of a page in that language.
    assert!(page.body.contains("<html lang=\"ru\""), "{what}");
    let foreign: Vec<_> = said(page).into_iter().filter(|text| is_foreign(text)).collect();
    assert!(foreign.is_empty(), "{what} says {foreign:#?}");
}

fn get(client: &mut Client, path: &str, what: &str) -> Page {
    let page = client.request("GET", path, &RUSSIAN, None);
    assert_russian(&page, 200, what);
    page
}

/// A person who selected Russian, whatever the browser prefers.
fn sign_in(app: &TestApp, role: Role) -> Client {
    let client = app.sign_in(role);
    let id = app.user_id(&format!("{role}@acme.example"));
    app.state.pool.write(|conn| store::users::update_language(conn, &id, Some(Language::Russian))).unwrap();
    client
}

#[test]
fn english_is_noticed() {
    for text in ["Delete", "Create key", "ключ which nobody has confirmed", "All of them", "21 Nov 2026"] {
        assert!(is_foreign(text), "{text}");
    }
    for text in ["Удалить", "Latchkey", "12", "", "фрагменты для curl, nginx, Caddy, Node.js и Python", "nginx.conf"]
    {
        assert!(!is_foreign(text), "{text}");
    }
}

on_both_databases! {
    fn the_list_is_russian_in_every_state(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        for view in ["", "?view=organization"] {
            get(&mut owner, &format!("{PATH}{view}"), "empty");
        }
        let mut support = sign_in(app, Role::Support);
        get(&mut support, PATH, "without the right to create");
        app.create_user(Role::Member, "max");
        let now = app.state.clock.now();
        let (new, old) = (app.insert_project(OWNER, "Сайт"), app.insert_project(OWNER, "Архив"));
        app.database.execute("UPDATE projects SET archived_at = 1 WHERE name = 'Архив'");
        app.insert_api_key("max@acme.example", "Чужой", |key| key.project_id = Some(old.id));
        app.insert_api_key(OWNER, "Ждёт", |key| key.confirmed_at = None);
        app.insert_api_key(OWNER, "Истёк", |key| key.expires_at = Some(now));
        app.insert_api_key(OWNER, "Скоро", |key| key.expires_at = Some(now.plus(Duration::days(2))));
        app.insert_api_key(OWNER, "Отключён", |key| key.disabled_at = Some(now));
        app.insert_api_key(OWNER, "Отозван", |key| key.revoked_at = Some(now));
        app.insert_api_key(OWNER, "Вечный", |key| {
            key.expires_at = None;
            key.project_id = Some(new.id);
            key.last_use = Some(LastUse {
                at: now.minus(Duration::minutes(4)),
                address: Some("203.0.113.9".parse().unwrap()),
                agent: UserAgent::from_header(b"curl/8"),
            });
        });
        app.change_users_beside("UPDATE users SET removed_at = 1 WHERE email = 'max@acme.example'");
        get(&mut owner, PATH, "one's own");
        let all = get(&mut owner, &format!("{PATH}?view=organization"), "all");
        assert!(all.body.contains("7 ключей"), "{}", all.body);
        assert!(all.body.contains("Архив (в архиве)"));
        get(&mut support, &format!("{PATH}?view=organization"), "all, seen only");
        let found = get(&mut owner, &format!("{PATH}?project=none"), "filtered");
        assert_eq!(found.test_id("found-count").text, "Найдено: 5 ключей");
        let nothing = format!("{PATH}?view=organization&project=none&owner={}", app.user_id("support@acme.example"));
        assert!(get(&mut owner, &nothing, "nothing found").has("[data-testid=filtered-empty]"));
        for number in 0..60 {
            app.insert_api_key(OWNER, &format!("Ещё {number}"), |_| {});
        }
        let first = get(&mut owner, PATH, "at the limit, first page");
        let next = first.test_id("page-next").attribute("href").unwrap();
        assert!(get(&mut owner, &next, "second page").has("[data-testid=page-previous]"));
    }

    fn editing_and_renaming_a_key_is_russian(app: &TestApp) {
        let mut owner = sign_in(app, Role::Owner);
        app.insert_project(OWNER, "Сайт");
        let now = app.state.clock.now();
        let max = app.create_user(Role::Member, "max");
        let key = app.insert_api_key(OWNER, "Сборка", |key| {
            key.created_by = Some(app.user_id(&max));
            (key.disabled_at, key.disabled_until) = (Some(now), Some(now.plus(Duration::HOUR)));
        });
        let at = |noun: &str| format!("{PATH}/{}{noun}", key.id);
        get(&mut owner, &at(""), "details");
        get(&mut owner, &at("/name"), "name");
        assert_russian(&owner.post(&at("/name"), &[("name", "")]), 422, "name refused");
        get(&mut owner, &at("/edit"), "edit");
        assert_russian(&owner.post(&at("/edit"), &[("name", ""), ("allowed_networks", "10.0.0.0/33")]), 422, "edit refused");
        let conflict = owner.post(&at("/edit"), &[("name", "Сайт"), ("edits", "9"), ("permissions", "chosen")]);
        assert_russian(&conflict, 409, "conflict");
        assert_eq!(owner.post(&at("/name"), &[("name", "Выпуск")]).status, 303);
        get(&mut owner, &at(""), "renamed");
        assert_eq!(owner.post(&at("/revocation"), &[("reason", "утёк")]).status, 303);
        get(&mut owner, &at(""), "revoked");
        assert_russian(&owner.get(&at("/edit")), 409, "too late");
    }

    fn creating_a_key_is_russian(app: &TestApp) {
        let mut owner = sign_in(app, Role::Owner);
        app.insert_project(OWNER, "Сайт");
        get(&mut owner, &format!("{PATH}/new"), "form");
        let token = owner.get(&format!("{PATH}/new")).form_fields("form");
        let token = token.iter().find(|(name, _)| name == "form_token").unwrap().1.clone();
        assert_russian(&owner.post(PATH, &[("form_token", &token), ("expires_on", "2020-02-30")]), 422, "refused");
        let reveal = owner.create_api_key("Сборка");
        assert_russian(&reveal, 200, "reveal");
        let confirmation = format!("{PATH}/{}/confirmation", reveal.api_key_id());
        assert_russian(&owner.post(&confirmation, &[]), 422, "not confirmed");

        let fields = [("form_token", "once"), ("name", "Ещё"), ("expires_on", "2026-12-31"), ("project", "")];
        let id = owner.post(PATH, &fields).api_key_id();
        assert_russian(&owner.post(PATH, &fields), 409, "sent twice");
        assert_eq!(owner.post(&format!("{PATH}/{id}/confirmation"), &[("copied", "yes")]).status, 303);
        get(&mut owner, PATH, "confirmed");
        assert_russian(&owner.post(PATH, &fields), 409, "sent twice, confirmed");
        owner.post(&format!("{PATH}/{id}/deletion"), &[]);
        assert_russian(&owner.post(PATH, &fields), 409, "sent twice, deleted");
        for number in 0..10 {
            app.insert_api_key(OWNER, &format!("Ещё {number}"), |_| {});
        }
        get(&mut owner, &format!("{PATH}/new"), "at the limit");
        assert_russian(&owner.post(PATH, &[("form_token", "two"), ("name", "Ещё"), ("expires_on", "2026-12-31")]), 422, "limit");
    }

    fn all_about_one_key_is_russian(app: &TestApp) {
        let mut owner = sign_in(app, Role::Owner);
        let mut support = sign_in(app, Role::Support);
        let (key, token) = app.insert_token(OWNER, "Сборка", |_| {});
        let path = format!("{PATH}/{}", key.id);
        get(&mut owner, &path, "unused");
        app.visitor().verify(token.expose());
        System::new().block_on(latchkey::tasks::write_usage(&app.state)).unwrap();
        get(&mut support, &path, "of somebody else");
        let used = get(&mut owner, &path, "used");
        assert!(used.has("[data-testid=usage-table]") && used.has("[data-testid=history-table]"));
        assert!(used.test_id("detail-last-used").text.contains("с адреса 127.0.0.1"));
        get(&mut owner, &format!("{path}/deletion"), "deletion");
        let pending = app.insert_api_key(OWNER, "Ждёт", |key| {
            key.confirmed_at = None;
            key.expires_at = None;
        });
        get(&mut owner, &format!("{PATH}/{}", pending.id), "pending");
        get(&mut owner, &format!("{PATH}/{}/deletion", pending.id), "deletion of a pending one");
    }

    fn deleting_several_is_russian(app: &TestApp) {
        let mut owner = sign_in(app, Role::Owner);
        app.create_user(Role::Member, "max");
        let now = app.state.clock.now();
        let one = app.insert_api_key(OWNER, "Один", |key| key.last_use = Some(used_at(now)));
        let all = format!("{PATH}/all-deletion");
        for view in ["", "?view=organization"] {
            get(&mut owner, &format!("{all}{view}"), "the only key");
        }
        let two = app.insert_api_key("max@acme.example", "Два", |_| {});
        app.insert_api_key(OWNER, "Три", |_| {});
        app.change_users_beside("UPDATE users SET removed_at = 1 WHERE email = 'max@acme.example'");
        get(&mut owner, &format!("{PATH}/bulk-deletion?id={}", one.id), "one selected");
        let both = format!("{PATH}/bulk-deletion?view=organization&id={}&id={}", one.id, two.id);
        assert_eq!(get(&mut owner, &both, "two selected").find_all("h1")[0].text, "Удалить 2 ключа?");
        for (view, count) in [("", 2), ("?view=organization", 3)] {
            let path = format!("{all}{view}");
            get(&mut owner, &path, "all");
            assert_russian(&owner.post(&path, &[("phrase", "удалить")]), 422, "another phrase");
            let end = if view.is_empty() { "" } else { " организации" };
            let another = format!("удалить {} ключей{end}", count + 1);
            assert_russian(&owner.post(&path, &[("phrase", &another)]), 409, "another number");
        }
    }

    fn all_keys_go_by_the_phrase_of_the_page_or_the_english_one(app: &TestApp) {
        let mut owner = sign_in(app, Role::Owner);
        let path = format!("{PATH}/all-deletion");
        for (name, phrase) in [("Один", "Удалить  1 ключ"), ("Два", "delete 1 key")] {
            app.insert_api_key(OWNER, name, |_| {});
            assert!(owner.get(&path).test_id("confirm-dialog").text.contains("«удалить 1 ключ»"));
            assert_eq!(owner.post(&path, &[("phrase", phrase)]).status, 303, "{phrase}");
            assert_russian(&owner.get(PATH), 200, "deleted");
        }
        app.insert_api_key(OWNER, "Три", |_| {});
        let path = format!("{path}?view=organization");
        assert_eq!(owner.post(&path, &[("phrase", "удалить 1 ключ")]).status, 422, "it is about the organization's");
        assert_eq!(owner.post(&path, &[("phrase", "удалить 1 ключ организации")]).status, 303);
        assert_eq!(app.audited("api_key.deleted"), 3);
    }

    fn how_to_check_keys_is_told_in_russian(app: &TestApp) {
        let mut support = app.sign_in(Role::Support);
        let page = get(&mut support, "/settings/developers/verification", "verification");
        assert!(page.find_all("main p").len() > 20);
    }
}
