//! The program itself, started as its users start it.

mod audit;
mod audit_stream;
mod deployment;
mod doctor;
mod health;
mod organization;
mod output;
mod policy;
mod secret_key;
mod stopping;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

use latchkey::domain::Role;
use tempfile::TempDir;

use crate::support::{Client, Kind, Mails, PASSWORD, TestApp, TestDatabase, program::free_port};

struct Program {
    directory: TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Program {
    fn new() -> Self {
        let environment = vec![("LATCHKEY_DRAIN_SECONDS", "0".to_owned())];
        Self { directory: tempfile::tempdir().unwrap(), environment }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(arguments).current_dir(self.directory.path()).env("LATCHKEY_BIND", "127.0.0.1:0");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn serve(&self, arguments: &[&str]) -> Serving {
        self.serve_logging(arguments, Stdio::null())
    }

    fn serve_logging(&self, arguments: &[&str], log: Stdio) -> Serving {
        Serving::start(self.command(arguments), log)
    }
}

struct Serving {
    child: Child,
    address: String,
    greeting: String,
    lines: Box<dyn Iterator<Item = String>>,
}

impl Serving {
    fn start(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the server says where it is").unwrap();
            greeting.push_str(&line);
            greeting.push('\n');
            if let Some(address) = line.strip_prefix("Latchkey is running at ") {
                break address.to_owned();
            }
        };
        // The rest of the greeting follows at once.
        greeting.push_str(&lines.next().unwrap().unwrap());
        greeting.push('\n');
        Self { child, address, greeting, lines: Box::new(lines.map(Result::unwrap)) }
    }

    /// Stops it as an operating system does, and waits until it has ended.
    fn terminate(&mut self) {
        let stopped = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(stopped.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn without_any_setting_it_serves_from_data_and_says_what_to_do() {
    let program = Program::new();
    let server = program.serve(&[]);
    assert!(server.greeting.contains("create the first account"), "{}", server.greeting);
    assert!(server.address.starts_with("http://127.0.0.1:"));
    assert_eq!(Client::new(&server.address).get("/registration").status, 200);
    assert_eq!(Client::new(&server.address).get("/healthz").body, "ok\n");
    for file in ["data/latchkey.db", "data/latchkey.db-wal", "data/secret.key"] {
        let mode = fs::metadata(program.directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file} is for its owner only");
    }
}

#[test]
fn every_wrong_setting_gets_a_line_of_its_own() {
    let program = Program::new().with("LATCHKEY_DATABASE_URL", "postgres:typo").with("LATCHKEY_BASE_URL", "keys");
    let output = program.run(&["serve"], "");
    assert!(!output.status.success());
    let errors = text(&output.stderr);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.contains("LATCHKEY_DATABASE_URL") && errors.contains("LATCHKEY_BASE_URL"), "{errors}");
    assert!(!program.directory.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_database_that_is_away_is_said_to_be_away() {
    let program = Program::new()
        .with("LATCHKEY_DATABASE_URL", "postgres://nobody:hunter2@127.0.0.1:1/none")
        .with("LATCHKEY_DATABASE_WAIT_SECONDS", "0");
    let output = program.run(&["serve"], "");
    let errors = text(&output.stderr);
    assert!(!output.status.success() && errors.contains("PostgreSQL") && errors.contains("refused"), "{errors}");
    assert!(!errors.contains("hunter2"), "{errors}");
}

#[test]
fn accounts_made_on_the_command_line_can_sign_in() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let program = Program::new().with("LATCHKEY_DATABASE_URL", &database.url());
        let user = ["user", "create", "--name", "Ada", "--password-stdin"];
        let without_organization = [&user[..], &["--email", "ada@acme.example", "--role", "owner"]].concat();
        let refused = program.run(&without_organization, PASSWORD);
        assert!(!refused.status.success() && text(&refused.stderr).contains("--organization"));

        let owner = [&without_organization[..], &["--organization", "Acme"]].concat();
        let made = program.run(&owner, &format!("{PASSWORD}\n"));
        assert!(made.status.success(), "{}", text(&made.stderr));
        let again = program.run(&owner, PASSWORD);
        assert!(!again.status.success() && text(&again.stderr).contains("already has an account"));
        let weak = [&user[..], &["--email", "weak@acme.example", "--role", "member"]].concat();
        assert!(!program.run(&weak, "password1234").status.success());

        let generated = ["user", "create", "--name", "Sam", "--email", "sam@acme.example", "--role", "support"];
        let output = text(&program.run(&generated, "").stdout);
        let password = output.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap().to_owned();

        let server = program.serve(&["serve"]);
        assert!(server.greeting.contains("sign in"), "{}", server.greeting);
        for (email, password) in [("ADA@acme.example", PASSWORD), ("sam@acme.example", &password)] {
            let page = Client::new(&server.address).post("/sign-in", &[("email", email), ("password", password)]);
            assert_eq!(page.status, 303, "{email}");
        }
    }
}

#[test]
fn an_account_is_made_in_the_organization_that_is_meant() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start(kind);
        app.create_user(Role::Owner, "owner");
        let acme = app.create_organization("Acme");
        app.create_organization("Brick");
        let user = ["user", "create", "--name", "Sam", "--email", "sam@acme.example", "--role", "member"];
        for command in [&user[..], &["policy", "show"], &["policy", "apply", "key-and-secret"]] {
            let named = |name: &str| app.run(&[command, &["--organization", name]].concat());
            let ambiguous = named("Acme");
            assert!(!ambiguous.status.success() && text(&ambiguous.stderr).contains(acme.as_str()), "{kind:?}");
            assert!(!app.run(command).status.success() && !named("acme").status.success());
            assert!(named(acme.as_str()).status.success(), "{kind:?} {command:?}");
        }
        let made = format!("SELECT COUNT(*) AS count FROM users WHERE organization_id = '{acme}'");
        assert_eq!(app.database.count(&made), 1, "{kind:?}");
    }
}

#[test]
fn who_can_be_reached_by_strangers_asks_for_the_setup_code() {
    let program = Program::new().with("LATCHKEY_BIND", "0.0.0.0:0");
    let server = program.serve(&["serve"]);
    let address = server.address.replace("localhost", "127.0.0.1");
    needs_the_setup_code(server, &address);
}

#[test]
fn behind_a_proxy_it_asks_for_the_setup_code_too() {
    // Any free port works, but the test must know it: the greeting displays the public address.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let bind = format!("127.0.0.1:{port}");
    let program = Program::new().with("LATCHKEY_BIND", &bind).with("LATCHKEY_BASE_URL", "https://keys.example.org");
    let server = program.serve(&["serve"]);
    assert_eq!(server.address, "https://keys.example.org");
    needs_the_setup_code(server, &format!("http://{bind}"));
}

fn needs_the_setup_code(mut server: Serving, address: &str) {
    let code = server.lines.next().unwrap().strip_prefix("Setup code for the first account: ").unwrap().to_owned();
    let mut visitor = Client::new(address);
    let mut register = |code: &str| {
        let fields = [
            ("organization_name", "Acme"),
            ("name", "Ada"),
            ("email", "ada@acme.example"),
            ("password", PASSWORD),
            ("setup_code", code),
        ];
        visitor.post("/registration", &fields)
    };
    let refused = register("guess");
    assert_eq!(refused.status, 422);
    assert!(refused.test_id("error-setup_code").text.contains("setup code"));
    assert_eq!(register(&code).status, 303);
}

#[test]
fn a_link_for_a_new_password_is_made_beside_a_running_server_and_no_log_holds_it() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let (mails, port) = (Mails::start(), free_port());
        let address = format!("127.0.0.1:{port}");
        let program =
            mails.variables().into_iter().fold(Program::new(), |program, (name, value)| program.with(name, &value));
        let program = program
            .with("LATCHKEY_DATABASE_URL", &database.url())
            .with("LATCHKEY_BIND", &address)
            .with("LATCHKEY_LOG", "trace");
        let log = program.directory.path().join("log");
        let mut server = program.serve_logging(&["serve"], fs::File::create(&log).unwrap().into());
        register(&server.address);

        let printed = program.run(&["user", "reset-password", "ADA@acme.example"], "");
        assert!(printed.status.success(), "{}", text(&printed.stderr));
        let printed_text = text(&printed.stdout);
        let link = printed_text.lines().find_map(|line| line.strip_prefix(&format!("http://{address}"))).unwrap();
        assert!(printed_text.contains("ada@acme.example"), "{printed_text}");
        let mut visitor = Client::new(&server.address);
        assert_eq!(visitor.get(link).status, 200);
        // The link by email replaces it.
        visitor.post("/password-reset", &[("email", "ada@acme.example")]);
        let mailed = mails.next().link(&server.address);
        assert_eq!((visitor.get(link).status, visitor.get(&mailed).status), (410, 200));
        let mailed_token = mailed.split_once("token=").unwrap().1;
        let fields = [("token", mailed_token), ("password", "violin harbour plum")];
        assert_eq!(visitor.post("/password-reset/new-password", &fields).status, 303);
        mails.next();

        let unknown = program.run(&["user", "reset-password", "nobody@acme.example"], "");
        assert!(!unknown.status.success() && text(&unknown.stderr).contains("no account"));
        server.terminate();
        let logged = text(&fs::read(&log).unwrap()) + &text(&printed.stderr);
        assert!(logged.contains("/password-reset/new-password"), "the log has the requests");
        for secret in [link.split_once("token=").unwrap().1, mailed_token, "violin harbour plum", PASSWORD] {
            assert!(!logged.contains(secret), "{kind:?}");
        }
    }
}

#[test]
fn the_demo_can_be_entered_by_every_role_and_leaves_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let program = Program::new().with("TMPDIR", &temporary.path().to_string_lossy());
    let mut server = program.serve(&["serve", "--demo"]);
    let listing: Vec<String> = (0..6).filter_map(|_| server.lines.next()).collect();
    let password = listing.last().unwrap().strip_prefix("with the password: ").unwrap().to_owned();
    for email in &listing[..5] {
        let mut client = Client::new(&server.address);
        let page = client.post("/sign-in", &[("email", email.trim()), ("password", &password)]);
        assert_eq!(page.status, 303, "{email}");
        assert_eq!(client.get("/settings/developers/api-keys").status, 200);
    }
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1, "its data is in a temporary directory");
    server.terminate();
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "which goes with it");
    assert!(!program.directory.path().join("data").exists());
}

/// The owner's keys, as a demo with these arguments has them.
fn keys_of_demo(arguments: &[&str]) -> (String, String) {
    let program = Program::new();
    let server = program.serve(&[&["serve", "--demo"], arguments].concat());
    let mut client = Client::new(&server.address);
    let fields = [("email", "owner@demo.example"), ("password", "look around the harbour")];
    assert_eq!(client.post("/sign-in", &fields).status, 303);
    let keys = client.get("/settings/developers/api-keys/export.json?view=organization").body;
    (keys, client.get("/?view=organization").test_id("usage-chart").text)
}

#[test]
fn the_same_seed_and_time_give_the_same_demo() {
    let first = keys_of_demo(&["--seed", "7", "--now", "2026-11-29T12:00:00Z"]);
    assert_eq!(first, keys_of_demo(&["--seed", "7", "--now", "2026-11-29T12:00:00Z"]));
    let (keys, chart) = keys_of_demo(&["--seed", "8", "--now", "2026-11-29T12:00:00Z"]);
    assert!(keys != first.0 && chart != first.1);
    assert!(first.0.contains("\"last_used_at\":\"2026-11-") && first.1.contains("29 Nov 2026"), "{}", first.1);
    let refused = Program::new().run(&["serve", "--seed", "7"], "");
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("--demo"));
}

#[test]
fn the_demo_counts_uses_against_quotas() {
    let program = Program::new();
    let server = program.serve(&["serve", "--demo", "--now", "2026-11-29T12:00:00Z"]);
    let mut client = Client::new(&server.address);
    let fields = [("email", "owner@demo.example"), ("password", "look around the harbour")];
    assert_eq!(client.post("/sign-in", &fields).status, 303);
    // Three days old, so that all of its uses are of this month.
    let list = client.get("/settings/developers/api-keys?view=organization&q=Harbour+Taxi");
    let page = client.get(&list.find_all("[data-testid=cell-name] a")[0].attribute("href").unwrap());
    let gauge = page.test_id("gauge-quota").text;
    let used = gauge.split(" of 50,000").next().unwrap().rsplit(' ').next().unwrap();
    let chart = page.test_id("usage-chart").text;
    assert!(used != "0" && chart.contains(&format!("Valid {used}")), "{gauge}: {chart}");
}

/// Registers and returns the browser that did.
fn register(address: &str) -> Client {
    let mut browser = Client::new(address);
    let fields =
        [("organization_name", "Acme"), ("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)];
    assert_eq!(browser.post("/registration", &fields).status, 303);
    browser
}

fn uses(database: &TestDatabase) -> i64 {
    database.count("SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS count FROM verification_counts")
}

#[test]
fn stopped_politely_it_has_written_down_every_use() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let program = Program::new().with("LATCHKEY_DATABASE_URL", &database.url());
        let mut server = program.serve(&["serve"]);
        let (_, token) = register(&server.address).create_confirmed_api_key("Deploy");
        let mut service = Client::new(&server.address);
        for _ in 0..25 {
            assert_eq!(service.verify(&token).1, "VALID");
        }
        server.terminate();
        assert_eq!(uses(&database), 25, "{kind:?}");
    }
}

#[test]
fn killed_it_loses_no_change_and_at_most_ten_seconds_of_use() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let program = Program::new().with("LATCHKEY_DATABASE_URL", &database.url());
        let mut server = program.serve(&["serve"]);
        let mut browser = register(&server.address);
        let (_, token) = browser.create_confirmed_api_key("early");
        let (deleted, deleted_token) = browser.create_confirmed_api_key("deleted");
        let mut service = Client::new(&server.address);
        for _ in 0..5 {
            assert_eq!(service.verify(&token).1, "VALID");
        }
        thread::sleep(Duration::from_millis(10_500));
        assert_eq!(service.verify(&token).1, "VALID");
        let (_, late_token) = browser.create_confirmed_api_key("late");
        assert_eq!(browser.post(&format!("/settings/developers/api-keys/{deleted}/deletion"), &[]).status, 303);
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        assert!((5..=6).contains(&uses(&database)), "{kind:?}: {}", uses(&database));

        let verified = program.run(&["audit", "verify"], "");
        assert!(verified.status.success(), "{}", text(&verified.stdout));
        let server = program.serve(&["serve"]);
        let mut service = Client::new(&server.address);
        assert_eq!(service.verify(&late_token).1, "VALID");
        assert_eq!(service.verify(&deleted_token).1, "NOT_FOUND");
    }
}
