//! PostgreSQL servers as they occur: settings, encodings, privileges, and servers that are down or hang.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use latchkey::{
    domain::Role,
    store::{Database, Error, Pool, Prepared, installation},
};

use crate::support::{Client, Kind, Network, PASSWORD, TestApp, TestDatabase, on_server, program::free_port};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";

fn name_of(url: &str) -> String {
    url.rsplit('/').next().unwrap().to_owned()
}

/// Where a PostgreSQL server listens, and its URL with another port.
fn server_of(url: &str) -> (SocketAddr, impl Fn(u16) -> String + use<>) {
    let url = url::Url::parse(url).unwrap();
    let server = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), url.port().unwrap());
    (server, move |port| {
        let mut other = url.clone();
        other.set_port(Some(port)).unwrap();
        other.into()
    })
}

#[test]
fn whatever_isolation_is_the_default_people_write_at_once() {
    for isolation in ["serializable", "repeatable read"] {
        let app = TestApp::start_with(Kind::Postgres, |config| {
            let Database::Postgres(server) = &config.database else { unreachable!() };
            let name = name_of(server.url());
            on_server(&format!("ALTER DATABASE {name} SET default_transaction_isolation = '{isolation}'"));
        });
        let owner = app.sign_in(Role::Owner);
        thread::scope(|scope| {
            for person in 0..4 {
                let mut client = owner.clone();
                scope.spawn(move || {
                    for key in 0..2 {
                        let (id, _) = client.create_confirmed_api_key(&format!("{person} {key}"));
                        let disabled = client.post(&format!("{PATH}/{id}/disablement"), &[]);
                        assert_eq!(disabled.status, 303, "{isolation}");
                    }
                });
            }
        });
        assert_eq!(app.audited("api_key.disabled"), 8);
    }
}

#[test]
fn a_database_whose_encoding_cannot_hold_all_names_is_refused() {
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let own = TestDatabase::create(Kind::Postgres);
        let name = format!("{}_encoding", name_of(&own.url()));
        on_server(&format!(
            "CREATE DATABASE {name} ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        ));
        let opened = Pool::open(&Database::parse(&format!("{}_encoding", own.url())).unwrap());
        on_server(&format!("DROP DATABASE {name} WITH (FORCE)"));
        let refused = opened.unwrap_err();
        assert!(matches!(&refused, Error::Unsuitable(why) if why.contains(encoding)), "{refused}");
    }
}

#[test]
fn a_role_that_may_not_change_tables_serves_finished_ones() {
    let app = TestApp::start(Kind::Postgres);
    app.create_user(Role::Owner, "owner");
    let role = format!("plain_{}", name_of(&app.database.url()));
    on_server(&format!("CREATE ROLE {role} LOGIN"));
    app.database.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"));
    app.database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let pool = Pool::open(&Database::parse(&app.database.url().replace("//app@", &format!("//{role}@"))).unwrap());
    let is_there = pool.and_then(|pool| pool.write(installation::exists));
    app.database.execute(&format!("DROP OWNED BY {role}"));
    on_server(&format!("DROP ROLE {role}"));
    assert!(is_there.unwrap());
}

#[test]
fn from_a_database_that_can_only_be_read_keys_are_verified_and_the_rest_says_why_not() {
    let app = TestApp::start(Kind::Postgres);
    app.create_user(Role::Owner, "owner");
    let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
    on_server(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", name_of(&app.database.url())));
    let standby = app.second_instance();
    let mut client = Client::new(&standby.address);
    assert_eq!(client.verify(token.expose()).1, "VALID");
    let ready = client.get("/readyz");
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready, but the database is read-only\n"));
    let page = client.post("/sign-in", &[("email", OWNER), ("password", PASSWORD)]);
    assert_eq!(page.status, 503);
    assert!(page.test_id("flash-error").text.contains("is read-only"), "{}", page.body);
}

#[test]
fn the_start_waits_for_a_server_that_is_not_up_yet_and_for_nothing_else() {
    let database = TestDatabase::create(Kind::Postgres);
    let (server, at) = server_of(&database.url());
    let port = free_port();
    let wait = Duration::from_secs(20);
    let later = Database::parse(&at(port)).unwrap().treated(Prepared::Auto, wait);
    assert!(Pool::open(&later).is_err(), "commands do not wait");
    thread::scope(|scope| {
        let opening = scope.spawn(|| Pool::open_when_up(&later).map(drop));
        thread::sleep(Duration::from_millis(100));
        assert!(!opening.is_finished(), "it waits");
        Network::listen(TcpListener::bind(("127.0.0.1", port)).unwrap(), server);
        opening.join().unwrap().unwrap();
    });

    let began = Instant::now();
    let wrong = Database::parse(&format!("{}_typo", database.url())).unwrap().treated(Prepared::Auto, wait);
    let refused = Pool::open_when_up(&wrong).unwrap_err();
    assert!(refused.to_string().contains("_typo") && began.elapsed() < Duration::from_secs(5), "{refused}");
}

#[test]
fn while_the_server_hangs_everybody_is_told_so_in_time_and_later_all_goes_on() {
    let mut network = None;
    let app = TestApp::start_with(Kind::Postgres, |config| {
        let Database::Postgres(server) = &config.database else { unreachable!() };
        let (server, at) = server_of(server.url());
        let between = network.insert(Network::to(server));
        config.database = Database::parse(&at(between.address.port())).unwrap();
        if let Database::Postgres(server) = &mut config.database {
            server.deadline = Duration::from_millis(700);
        }
    });
    let network = network.unwrap();
    let mut owner = app.sign_in(Role::Owner);
    assert_eq!(owner.get(PATH).status, 200);
    let mut visitor = app.visitor();
    visitor.get("/sign-in");

    network.is_frozen.store(true, Ordering::SeqCst);
    let answer = |client: &mut Client, path: &str| {
        let began = Instant::now();
        let page = match path {
            "/sign-in" => client.post(path, &[("email", OWNER), ("password", PASSWORD)]),
            _ => client.get(path),
        };
        assert_eq!(page.status, 503, "{path}");
        assert!(began.elapsed() < Duration::from_secs(4), "{path}: {:?}", began.elapsed());
        page
    };
    assert!(answer(&mut owner, PATH).test_id("flash-error").text.contains("did not answer in time"));
    answer(&mut visitor, "/sign-in");
    assert_eq!(answer(&mut owner, "/readyz").body, "the database is busy\n");
    // More than there are connections and threads.
    thread::scope(|scope| {
        for _ in 0..40 {
            let mut client = owner.clone();
            scope.spawn(move || assert_eq!(client.get(PATH).status, 503));
        }
    });

    network.is_frozen.store(false, Ordering::SeqCst);
    let began = Instant::now();
    while owner.get(PATH).status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "it never came back");
    }
    assert_eq!(owner.get("/readyz").status, 200);
    assert_eq!(visitor.post("/sign-in", &[("email", OWNER), ("password", PASSWORD)]).status, 303);
}
