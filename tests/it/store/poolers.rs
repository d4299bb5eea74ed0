//! Behind a pooler that gives each transaction another session of the server.

use std::{fs, os::unix::fs::MetadataExt as _, thread};

use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};
use latchkey::{
    domain::Role,
    store::{Database, Pool, Prepared, START_WAIT},
};

use crate::support::{
    Client, Kind, TestApp, TestDatabase,
    program::{Program, free_port},
};

const OWNER: &str = "owner@acme.example";
const PATH: &str = "/settings/developers/api-keys";

/// `PgBouncer` in transaction mode, with fewer sessions than this program opens connections.
struct Pooler {
    port: u16,
    program: Program,
}

impl Pooler {
    fn start(database: &str) -> Self {
        let server = url::Url::parse(database).unwrap();
        let port = free_port();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=app\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\n\
             unix_socket_dir =\nmax_client_conn = 200\n",
            server.port().unwrap()
        );
        // It does not run as root.
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let command: &[&str] =
            if is_root { &["pgbouncer", "-u", "nobody", "pooler.ini"] } else { &["pgbouncer", "pooler.ini"] };
        Self { port, program: Program::serve(command, "pooler.ini", &settings, port) }
    }

    fn url(&self, database: &str) -> String {
        let mut url = url::Url::parse(database).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.into()
    }
}

#[test]
fn many_connections_through_a_pooler_get_the_answers_to_their_own_statements() {
    for prepared in [Prepared::Auto, Prepared::Off] {
        let mut pooler = None;
        let app = TestApp::start_with(Kind::Postgres, |config| {
            let Database::Postgres(server) = &config.database else { unreachable!() };
            let pooler = pooler.insert(Pooler::start(server.url()));
            let url = Database::parse(&pooler.url(server.url())).unwrap();
            config.database = url.treated(prepared, START_WAIT);
        });
        // Its statements have other numbers than those of the first.
        let second = app.second_instance();
        let owner = app.sign_in(Role::Owner);
        let tokens: Vec<_> = (0..4).map(|number| app.insert_token(OWNER, &format!("key {number}"), |_| {}).1).collect();
        thread::scope(|scope| {
            for (number, token) in tokens.iter().enumerate() {
                let (mut owner, address) = (owner.clone(), [&app.address, &second.address][number % 2]);
                let mut service = Client::new(address);
                scope.spawn(move || {
                    for round in 0..6 {
                        assert_eq!(service.verify(token.expose()), (200, "VALID".to_owned()), "{prepared:?}");
                        let made = owner.create_api_key(&format!("made {number} {round}"));
                        assert_eq!(made.status, 200, "{prepared:?}: {}", made.body);
                        assert!(owner.get(PATH).has("[data-testid=api-key-row]"));
                        let path = format!("{PATH}/{}/deletion", made.api_key_id());
                        assert_eq!(owner.post(&path, &[]).status, 303);
                    }
                });
            }
        });
        let left = app.database.count(
            "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() \
             AND state = 'idle in transaction (aborted)'",
        );
        assert_eq!(left, 0, "{}", pooler.unwrap().program.log());
    }
}

#[test]
fn no_setting_is_left_in_a_session_that_others_get_and_prepared_statements_are_refused_there() {
    let database = TestDatabase::create(Kind::Postgres);
    let pooler = Pooler::start(&database.url());
    let url = pooler.url(&database.url());
    Pool::open(&Database::parse(&url).unwrap()).unwrap();
    assert_eq!([statement_timeout(&url), statement_timeout(&url)], [0, 0]);

    let refused = Pool::open(&Database::parse(&url).unwrap().treated(Prepared::On, START_WAIT)).unwrap_err();
    assert!(refused.to_string().contains("LATCHKEY_DATABASE_PREPARED=off"), "{refused}");
    Pool::open(&Database::parse(&database.url()).unwrap().treated(Prepared::On, START_WAIT)).unwrap();
}

/// In milliseconds, in a session of the pooler.
fn statement_timeout(url: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        milliseconds: i64,
    }
    let query = "SELECT setting::bigint AS milliseconds FROM pg_settings WHERE name = 'statement_timeout'";
    let row: Row = sql_query(query).get_result(&mut PgConnection::establish(url).unwrap()).unwrap();
    row.milliseconds
}
