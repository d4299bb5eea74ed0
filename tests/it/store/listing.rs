//! Lists of keys, compared with the rule of the domain: every filter in every order, page by page, forwards and
//! backwards, on every access path.

use std::collections::BTreeSet;

use latchkey::{
    domain::{
        ApiKey, ApiKeyId, ApiKeyName, Clock as _, Description, KeyAttributes, LastUse, MasterKey, OrganizationId,
        Person, Project, ProjectId, ProjectName, Role, RotationState, Scope, Status, Timestamp, Token, TokenDigestKey,
        TokenLabel,
        api_key::{
            attributes::{Environment, ExternalId},
            listing::{
                Column, Count, Criteria, Cursor, Days, ExternalIdFilter, Filter, InProject, Order, Position, Whose,
            },
            search::Search,
        },
    },
    store::{
        self, Conn,
        api_keys::{Limits, ReadOptions},
    },
};
use rand::{RngExt as _, SeedableRng, rngs::StdRng};
use time::Duration;

use crate::{on_both_databases, support::TestApp};

const KEYS: usize = 240;
const WORDS: [&str; 12] =
    ["Deploy", "deployment", "Payments", "payroll", "CI", "Straße", "ключ", "Отчёт", "x", "***", "shop-2", "Ω"];

struct World {
    keys: Vec<ApiKey>,
    organization_id: OrganizationId,
    owners: Vec<Person>,
    projects: Vec<ProjectId>,
    marked: BTreeSet<ApiKeyId>,
    now: Timestamp,
}

fn pick<'a, T>(rng: &mut StdRng, all: &'a [T]) -> &'a T {
    &all[rng.random_range(0..all.len())]
}

fn words(rng: &mut StdRng) -> String {
    (0..rng.random_range(1..4)).map(|_| *pick(rng, &WORDS)).collect::<Vec<_>>().join(" ")
}

/// A key with any status, with times that coincide.
fn random_key(
    rng: &mut StdRng,
    number: usize,
    owner: &Person,
    projects: &[ProjectId],
    now: Timestamp,
) -> (ApiKey, Token) {
    let token = Token::generate(&TokenLabel::default(), rng);
    let is_confirmed = rng.random_bool(0.85);
    // The server purges keys that were not confirmed for a day.
    let age = if is_confirmed {
        Duration::days(rng.random_range(0..40) * 10)
    } else {
        Duration::hours(rng.random_range(0..20))
    };
    let created = now.minus(age);
    let name = ApiKeyName::parse(&format!("{} {number}", words(rng))).unwrap();
    let base = ApiKey::pending(ApiKeyId::generate(created, rng), owner, name, &token, created);
    let mut after = |share: f64| rng.random_bool(share).then(|| created.plus(Duration::days(1)));
    let (disabled_at, revoked_at, used) = (after(0.2), after(0.1), after(0.6));
    let rotated_at = after(0.3).filter(|_| is_confirmed).map(|at| at.plus(Duration::days(9)));
    let marked_for = rng.random_bool(0.15).then(|| now.plus(Duration::days(rng.random_range(-4..12) * 10)));
    let key = ApiKey {
        description: Description::parse(if rng.random_bool(0.5) { "Nightly export" } else { "" }).unwrap(),
        scope: *pick(rng, &Scope::ALL),
        project_id: rng.random_bool(0.6).then(|| pick(rng, projects).clone()),
        confirmed_at: is_confirmed.then(|| created.plus(Duration::days(1))),
        disabled_at,
        disabled_until: disabled_at
            .filter(|_| rng.random_bool(0.5))
            .map(|_| now.plus(Duration::hours(rng.random_range(-2..3)))),
        expires_at: rng.random_bool(0.8).then(|| now.plus(Duration::days(rng.random_range(-10..10) * 7))),
        revoked_at,
        rotate_every_days: rng.random_bool(0.2).then(|| rng.random_range(1..40) * 10),
        rotated_at,
        rotation_marked_for: marked_for.filter(|_| is_confirmed),
        last_use: used.map(|at| LastUse {
            at: at.plus(Duration::days(rng.random_range(0..5))),
            address: None,
            agent: None,
        }),
        attributes: KeyAttributes {
            environment: Environment::parse(if rng.random_bool(0.3) { "test" } else { "live" }).unwrap(),
            external_id: rng
                .random_bool(0.5)
                .then(|| ExternalId::parse(&format!("cus_{}", rng.random_range(1..20))).unwrap())
                .flatten(),
            ..KeyAttributes::default()
        },
        ..base
    };
    (key, token)
}

fn world(app: &TestApp, conn: &mut Conn) -> World {
    let rng = &mut StdRng::seed_from_u64(4);
    let now = app.clock.now();
    let digest_key = TokenDigestKey::derive(&MasterKey::parse(&"01".repeat(32)).unwrap());
    let actor = |email: &str, conn: &mut Conn| {
        let id = app.user_id(email);
        latchkey::app::actors::find_active(conn, &id).unwrap().unwrap().person
    };
    let owners = ["owner@acme.example", "max@acme.example"].map(|email| actor(email, conn)).to_vec();
    let stranger = actor("gwen@globex.example", conn);
    let mut project = |owner: &Person, name: &str, conn: &mut Conn| {
        let project = Project {
            id: ProjectId::generate(now, rng),
            organization_id: owner.organization_id.clone(),
            name: ProjectName::parse(name).unwrap(),
            created_at: now,
            archived_at: None,
        };
        store::projects::insert(conn, &project).unwrap();
        project.id
    };
    let projects = vec![project(&owners[0], "A", conn), project(&owners[0], "B", conn)];
    let foreign = vec![project(&stranger, "A", conn)];
    let mut keys = Vec::new();
    for number in 0..KEYS {
        let (owner, projects) = if number % 8 == 0 { (&stranger, &foreign) } else { (pick(rng, &owners), &projects) };
        let (key, token) = random_key(rng, number, owner, projects, now);
        let digest = digest_key.digest(&token, &key.id, &key.organization_id);
        store::api_keys::insert(conn, &key, &digest).unwrap();
        keys.push(key);
    }
    let marks: Vec<_> = keys.iter().map(|key| (key, rng.random_bool(0.4))).collect();
    store::unused_permission_marks::replace(conn, &marks).unwrap();
    let marked = marks.iter().filter(|(_, is_marked)| *is_marked).map(|(key, _)| key.id.clone()).collect();
    World { keys, organization_id: owners[0].organization_id.clone(), owners, projects, marked, now }
}

/// Each part of a filter occasionally, so that most filters have one or two.
fn random_filter(rng: &mut StdRng, world: &World) -> Filter {
    let whose = if rng.random_bool(0.75) {
        Whose::Organization(world.organization_id.clone())
    } else {
        Whose::Person(pick(rng, &world.owners).id.clone())
    };
    let rarely = 0.3;
    let query = match rng.random_range(0..8) {
        0 => pick(rng, &world.keys).lookup[..rng.random_range(3..13)].to_owned(),
        1 => pick(rng, &world.keys).hint.clone(),
        2 => "**".to_owned(),
        3 => words(rng),
        4 => "nightly".to_owned(),
        _ => pick(rng, &WORDS).chars().take(rng.random_range(1..5)).collect(),
    };
    let days = |text: &str| Days::parse(text).unwrap();
    let in_project =
        if rng.random_bool(0.3) { InProject::None } else { InProject::This(pick(rng, &world.projects).clone()) };
    let criteria = Criteria {
        project: rng.random_bool(rarely).then_some(in_project),
        scope: rng.random_bool(rarely).then(|| *pick(rng, &Scope::ALL)),
        status: rng.random_bool(rarely).then(|| *pick(rng, &Status::ALL)),
        expires_within: rng.random_bool(0.15).then(|| days(pick::<&str>(rng, &["1", "30", "3650"]))),
        unused_for: rng.random_bool(0.15).then(|| days(pick::<&str>(rng, &["1", "30", "200"]))),
        environment: rng.random_bool(0.15).then(|| Environment::parse(pick::<&str>(rng, &["live", "test"])).unwrap()),
        external_id: rng
            .random_bool(0.15)
            .then(|| ExternalIdFilter::parse(pick::<&str>(rng, &["cus_1", "cus_1*", "cus_*", "*", "x"])).unwrap()),
        has_unused_permissions: rng.random_bool(0.2),
        rotation: rng.random_bool(0.25).then(|| *pick(rng, &RotationState::ALL)),
        search: rng.random_bool(rarely).then(|| Search::parse(&query)).flatten(),
    };
    let policy_rotation_days = rng.random_bool(0.6).then(|| rng.random_range(1..30) * 10);
    Filter { whose, criteria, policy_rotation_days }
}

/// The ids in order, according to the rule.
fn expected(world: &World, filter: &Filter, order: Order, now: Timestamp) -> Vec<ApiKeyId> {
    let mut passing: Vec<_> =
        world.keys.iter().filter(|key| filter.passes(key, world.marked.contains(&key.id), now)).collect();
    passing.sort_by_key(|key| Cursor::of(key, order.column, now));
    if order.descending {
        passing.reverse();
    }
    passing.into_iter().map(|key| key.id.clone()).collect()
}

fn all_pages(conn: &mut Conn, filter: &Filter, order: Order, options: ReadOptions, backwards: bool) -> Vec<ApiKeyId> {
    const SIZE: usize = 13;
    let mut ids = Vec::new();
    let mut position = if backwards { Position::Last } else { Position::First };
    loop {
        let page = store::api_keys::page(conn, filter, order, &position, SIZE, options).unwrap();
        let is_first = matches!(position, Position::First | Position::Last);
        let (behind, ahead) =
            if backwards { (page.has_next, page.has_previous) } else { (page.has_previous, page.has_next) };
        assert_eq!(behind, !is_first);
        let mut of_page: Vec<_> = page.api_keys.iter().map(|key| key.id.clone()).collect();
        let last = if backwards { page.api_keys.first() } else { page.api_keys.last() };
        if backwards {
            of_page.reverse();
        }
        ids.extend(of_page);
        match last.filter(|_| ahead) {
            None => break,
            Some(key) => {
                let cursor = Cursor::of(key, order.column, options.now);
                position = if backwards { Position::Before(cursor) } else { Position::After(cursor) };
            }
        }
    }
    if backwards {
        ids.reverse();
    }
    ids
}

/// Limits under which lists are scanned, fetched, or both; and the real ones.
const LIMITS: [Limits; 6] = [
    Limits { fetch: -1, fetch_combined: -1, word_rows: -1, index_rows: -1, count: 10_000, sample: 20, rare: 0 },
    Limits { fetch: -1, fetch_combined: -1, word_rows: 1_000, index_rows: 1_000, count: 10, sample: 1_000, rare: 0 },
    Limits { fetch: -1, fetch_combined: 20, word_rows: -1, index_rows: -1, count: 50, sample: 3, rare: 2 },
    Limits { fetch: 6, fetch_combined: 12, word_rows: 40, index_rows: 40, count: 20, sample: 60, rare: 5 },
    Limits { fetch: -1, fetch_combined: 1_000, word_rows: -1, index_rows: -1, count: 1_000, sample: 1_000, rare: 0 },
    Limits {
        fetch: 2_000,
        fetch_combined: 7_000,
        word_rows: 15_000,
        index_rows: 6_000,
        count: 1_000,
        sample: 1_000,
        rare: 150,
    },
];

fn compare(conn: &mut Conn, world: &World, filter: &Filter, order: Order, now: Timestamp, all_limits: &[Limits]) {
    let expected = expected(world, filter, order, now);
    let found = i64::try_from(expected.len()).unwrap();
    for &limits in all_limits {
        let options = ReadOptions { now, limits };
        let what = format!("{filter:?} {order:?} {limits:?}");
        for backwards in [false, true] {
            assert_eq!(all_pages(conn, filter, order, options, backwards), expected, "{what}");
        }
        let some = store::api_keys::list_ids(conn, filter, order, 7, options).unwrap();
        assert_eq!(some, expected[..expected.len().min(7)], "{what}");
        let position = if found % 2 == 0 { Position::First } else { Position::Last };
        let (page, beside) = store::api_keys::page_and_count(conn, filter, order, &position, 13, options).unwrap();
        assert_eq!(page.api_keys.len(), expected.len().min(13), "{what}");
        for count in [store::api_keys::count_up_to(conn, filter, options).unwrap(), beside] {
            match count {
                Count::Exactly(count) => assert_eq!(count, found, "{what}"),
                Count::MoreThan(count) => assert!(found > count, "{found} > {count}: {what}"),
            }
        }
    }
}

fn people(app: &TestApp) {
    app.create_user(Role::Owner, "owner");
    app.create_user(Role::Member, "max");
    app.create_user_of("Globex", Role::Owner, "gwen");
}

on_both_databases! {
    fn every_filter_in_every_order_follows_the_rule(app: &TestApp) {
        people(app);
        let world = app.state.pool.write(|conn| Ok::<_, store::Error>(world(app, conn))).unwrap();
        let rng = &mut StdRng::seed_from_u64(9);
        let mut seen = BTreeSet::new();
        for round in 0..260 {
            let filter = if round == 0 { Whose::Organization(world.organization_id.clone()).into() } else { random_filter(rng, &world) };
            let order = Order { column: *pick(rng, &Column::ALL), descending: rng.random_bool(0.5) };
            // Half of it after the expired keys were marked, some before and some long after.
            let now = world.now.plus(Duration::days([0, 0, 9][round % 3]));
            if round == 100 {
                app.state.pool.write(|conn| store::api_keys::mark_expired(conn, &world.organization_id, world.now, 1_000)).unwrap();
            }
            // Two limits each time, so that each meets a third of the filters: all with all takes minutes.
            let first = 2 * (round / 3 % 3);
            let all_limits = &LIMITS[first..first + 2];
            app.state.pool.read(|conn| { compare(conn, &world, &filter, order, now, all_limits); Ok::<_, store::Error>(()) }).unwrap();
            seen.insert(expected(&world, &filter, order, now).len().min(60) / 20);
        }
        assert_eq!(seen.len(), 4, "filters that find few and such that find many");
    }

    fn every_filter_alone_follows_the_rule_in_every_order(app: &TestApp) {
        people(app);
        let world = app.state.pool.write(|conn| Ok::<_, store::Error>(world(app, conn))).unwrap();
        let whole = Filter::from(Whose::Organization(world.organization_id.clone()));
        let days = |text: &str| Days::parse(text).ok();
        let with = |criteria| Filter { criteria, ..whole.clone() };
        let due = |policy_rotation_days, criteria| Filter { criteria, policy_rotation_days, ..whole.clone() };
        let mut filters = vec![whole.clone()];
        filters.extend(Status::ALL.map(|status| with(Criteria { status: Some(status), ..Criteria::default() })));
        filters.extend([
            with(Criteria { scope: Some(Scope::Web), ..Criteria::default() }),
            with(Criteria { project: Some(InProject::None), ..Criteria::default() }),
            with(Criteria { project: Some(InProject::This(world.projects[0].clone())), ..Criteria::default() }),
            with(Criteria { expires_within: days("30"), ..Criteria::default() }),
            with(Criteria { unused_for: days("100"), ..Criteria::default() }),
            with(Criteria { has_unused_permissions: true, ..Criteria::default() }),
            with(Criteria { has_unused_permissions: true, scope: Some(Scope::Web), ..Criteria::default() }),
            with(Criteria { has_unused_permissions: true, search: Search::parse("pay"), ..Criteria::default() }),
            with(Criteria { rotation: Some(RotationState::DueSoon), ..Criteria::default() }),
            due(Some(90), Criteria { rotation: Some(RotationState::DueSoon), ..Criteria::default() }),
            due(Some(90), Criteria { rotation: Some(RotationState::Overdue), ..Criteria::default() }),
            due(Some(200), Criteria { rotation: Some(RotationState::Overdue), scope: Some(Scope::Web), ..Criteria::default() }),
            with(Criteria { search: Search::parse("pay"), ..Criteria::default() }),
            with(Criteria { search: Search::parse("night x"), ..Criteria::default() }),
            with(Criteria { search: Search::parse("nightly export deploy"), ..Criteria::default() }),
            with(Criteria { search: Search::parse("nightly"), scope: Some(Scope::Web), ..Criteria::default() }),
            with(Criteria { search: Search::parse("deploy pay"), unused_for: days("30"), ..Criteria::default() }),
        ]);
        for filter in &filters {
            for column in Column::ALL {
                let order = Order { column, descending: column == Column::Created };
                app.state.pool.read(|conn| { compare(conn, &world, filter, order, world.now, &LIMITS); Ok::<_, store::Error>(()) }).unwrap();
            }
        }
    }

    fn a_cursor_stays_valid_when_its_key_is_deleted(app: &TestApp) {
        people(app);
        let world = app.state.pool.write(|conn| Ok::<_, store::Error>(world(app, conn))).unwrap();
        let filter = Filter::from(Whose::Organization(world.organization_id.clone()));
        for column in Column::ALL {
            let order = Order { column, descending: false };
            let mut ids = expected(&world, &filter, order, world.now);
            app.state.pool.write(|conn| {
                let first = store::api_keys::page(conn, &filter, order, &Position::First, 10, world.now)?;
                let cursor = Cursor::of(&first.api_keys[9], column, world.now);
                ids.retain(|id| store::api_keys::find(conn, id).unwrap().is_some());
                store::api_keys::delete(conn, &first.api_keys[9].id, app.clock.now())?;
                let next = store::api_keys::page(conn, &filter, order, &Position::After(cursor.clone()), 3, world.now)?;
                assert_eq!(next.api_keys.iter().map(|key| key.id.clone()).collect::<Vec<_>>(), ids[10..13]);
                let before = store::api_keys::page(conn, &filter, order, &Position::Before(cursor), 3, world.now)?;
                assert_eq!(before.api_keys.iter().map(|key| key.id.clone()).collect::<Vec<_>>(), ids[6..9]);
                Ok::<_, store::Error>(())
            }).unwrap();
        }
    }

    fn words_follow_their_key_and_go_with_it(app: &TestApp) {
        people(app);
        let key = app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        let count = || app.database.count("SELECT count(*) AS count FROM api_key_words");
        let filter = |query: &str| Filter {
            criteria: Criteria { search: Search::parse(query), ..Criteria::default() },
            ..Filter::from(Whose::Organization(key.organization_id.clone()))
        };
        let found = |query: &str| {
            app.state.pool.read(|conn| store::api_keys::count_up_to(conn, &filter(query), app.clock.now())).unwrap()
        };
        assert_eq!((count(), found("depl")), (3, Count::Exactly(1)));
        let renamed = ApiKey { name: ApiKeyName::parse("Payments of today").unwrap(), ..key.clone() };
        app.state.pool.write(|conn| store::api_keys::search_index::replace(conn, &renamed)).unwrap();
        assert_eq!((count(), found("depl"), found("today pay")), (5, Count::Exactly(0), Count::Exactly(1)));
        app.state.pool.write(|conn| store::api_keys::delete(conn, &key.id, app.clock.now())).unwrap();
        assert_eq!(count(), 0);
    }

    fn keys_of_an_earlier_version_are_made_searchable(app: &TestApp) {
        people(app);
        let key = app.insert_api_key("owner@acme.example", "Deploy", |_| {});
        app.insert_api_key("owner@acme.example", "Other", |_| {});
        app.database.execute("DELETE FROM api_key_words");
        app.database.execute("UPDATE api_keys SET search_text = ''");
        let fill = || app.state.pool.write(|conn| store::api_keys::search_index::index_missing(conn, 1)).unwrap();
        // The server may be doing the same.
        while fill() > 0 {}
        let filter = Filter {
            criteria: Criteria { search: Search::parse("deploy"), ..Criteria::default() },
            ..Filter::from(Whose::Organization(key.organization_id.clone()))
        };
        let order = Order::default();
        let ids = app.state.pool.read(|conn| store::api_keys::list_ids(conn, &filter, order, 10, app.clock.now()));
        assert_eq!(ids.unwrap(), [key.id]);
    }
}
