//! The program in containers, under orchestrators, and shared by several people on one machine.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::Command,
};

use latchkey::{config::variables, domain::Role};

use super::{Program, Serving, register, text};
use crate::support::{Client, Kind, TestApp};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The log of a server until it has answered `ask`.
fn logged(program: &Program, ask: impl FnOnce(&str)) -> String {
    let log = program.directory.path().join("log");
    let mut server = program.serve_logging(&["serve"], fs::File::create(&log).unwrap().into());
    ask(&server.address);
    server.terminate();
    fs::read_to_string(log).unwrap()
}

#[test]
fn a_variable_that_is_set_to_nothing_is_not_set() {
    let program = Program::new();
    let mut doctor = program.command(&["doctor"]);
    doctor.envs(variables::known().iter().map(|name| (name, "")));
    let output = doctor.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("all settings are valid"), "{}", text(&output.stdout));
}

#[test]
fn a_misspelt_variable_is_told_of_and_what_kubernetes_sets_is_not() {
    let program = Program::new()
        .with("LATCHKEY_BASEURL", "https://keys.example.org")
        .with("LATCHKEY_SERVICE_HOST", "10.0.0.7")
        .with("LATCHKEY_PORT", "tcp://10.0.0.7:8080")
        .with("LATCHKEY_PORT_8080_TCP_ADDR", "10.0.0.7");
    let log = logged(&program, |address| assert_eq!(Client::new(address).get("/healthz").status, 200));
    assert!(log.contains("LATCHKEY_BASEURL") && log.contains("did you mean LATCHKEY_BASE_URL?"), "{log}");
    assert!(!log.contains("LATCHKEY_PORT") && !log.contains("LATCHKEY_SERVICE"), "{log}");
    let doctor = text(&program.run(&["doctor"], "").stdout);
    assert!(doctor.lines().any(|line| line.starts_with("warning") && line.contains("LATCHKEY_BASEURL")), "{doctor}");
}

#[test]
fn the_limit_of_open_files_is_raised_as_far_as_it_goes_and_what_is_missing_is_told() {
    for (most, is_enough) in [("4096", true), ("700", false)] {
        let program = Program::new().with("LATCHKEY_MAX_CONNECTIONS", "1000");
        let serve = program.command(&["serve"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -S -n 256; ulimit -H -n $1; exec \"$0\" serve"]).arg(serve.get_program()).arg(most);
        shell
            .envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(program.directory.path());
        let log = program.directory.path().join("log");
        let mut server = Serving::start(shell, fs::File::create(&log).unwrap().into());
        let limits = fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
        let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
        assert_eq!(files.split_whitespace().collect::<Vec<_>>(), [most, most, "files"]);
        server.terminate();
        let log = fs::read_to_string(log).unwrap();
        assert_eq!(!log.contains("LATCHKEY_MAX_CONNECTIONS"), is_enough, "{log}");
    }
}

#[test]
fn every_address_of_a_machine_is_none_to_send_people_to() {
    for bind in ["0.0.0.0:0", "[::]:0"] {
        let program = Program::new().with("LATCHKEY_BIND", bind);
        let owner = ["user", "create", "--name", "Ada", "--email", "ada@acme.example", "--role", "owner"];
        assert!(program.run(&[&owner[..], &["--organization", "Acme"]].concat(), "").status.success());
        let log = logged(&program, |address| assert!(address.starts_with("http://localhost:"), "{address}"));
        assert!(log.contains("LATCHKEY_BASE_URL is not set"), "{log}");
        let reset = text(&program.run(&["user", "reset-password", "ada@acme.example"], "").stdout);
        assert!(reset.contains("\nhttp://localhost") && reset.contains("set LATCHKEY_BASE_URL"), "{reset}");
    }
}

#[test]
fn snippets_say_when_nobody_has_said_where_the_server_is() {
    let app = TestApp::start_with(Kind::Sqlite, |config| config.bind = "0.0.0.0:0".parse().unwrap());
    let mut owner = Client::new(&app.address.replace("localhost", "127.0.0.1"));
    app.create_user(Role::Owner, "owner");
    let fields = [("email", "owner@acme.example"), ("password", crate::support::PASSWORD)];
    assert_eq!(owner.post("/sign-in", &fields).status, 303);
    assert!(owner.cookies.keys().all(|name| !name.starts_with("__Host-")), "other machines come by plain http");
    let page = owner.get("/settings/developers/verification");
    assert!(page.test_id("address-unknown").text.contains("LATCHKEY_BASE_URL"));
    assert!(page.body.contains("http://localhost:") && !page.body.contains("0.0.0.0"));

    let known = TestApp::start(Kind::Sqlite);
    let page = known.sign_in(Role::Owner).get("/settings/developers/verification");
    assert!(!page.body.contains("address-unknown"));
}

#[test]
fn two_servers_on_one_host_leave_each_others_sessions_alone() {
    let (one, other) = (TestApp::start(Kind::Sqlite), TestApp::start(Kind::Sqlite));
    let mut browser = one.sign_in(Role::Owner);
    let mut elsewhere = other.visitor();
    // Browsers send the cookies of a host to each of its ports.
    elsewhere.cookies.clone_from(&browser.cookies);
    other.create_user(Role::Owner, "owner");
    let fields = [("email", "owner@acme.example"), ("password", crate::support::PASSWORD)];
    assert_eq!(elsewhere.post("/sign-in", &fields).status, 303);
    browser.cookies.clone_from(&elsewhere.cookies);
    assert_eq!((browser.get("/settings").status, elsewhere.get("/settings").status), (200, 200));
    browser.post("/sign-out", &[]);
    elsewhere.cookies.clone_from(&browser.cookies);
    assert_eq!((browser.get("/settings").status, elsewhere.get("/settings").status), (303, 200));
    // Servers of one database know each other's, also after a restart.
    let second = one.second_instance();
    assert_eq!(second.state.site.cookie_name("session"), one.state.site.cookie_name("session"));
}

#[test]
fn by_the_usual_port_the_cookie_is_called_as_ever() {
    for url in ["https://keys.example.org", "https://keys.example.org:443"] {
        let app = TestApp::start_with(Kind::Sqlite, |config| config.base_url = Some(url.parse().unwrap()));
        assert_eq!(app.state.site.cookie_name("session"), "__Host-latchkey-session", "{url}");
    }
}

#[test]
fn a_proxy_that_is_not_configured_leaves_one_hint() {
    let program = Program::new();
    let log = logged(&program, |address| {
        for _ in 0..3 {
            let headers = [("x-forwarded-for", "203.0.113.9")];
            assert_eq!(Client::new(address).request("GET", "/healthz", &headers, None).status, 200);
        }
    });
    assert_eq!(log.matches("X-Forwarded-For from this address is ignored").count(), 1, "{log}");
}

#[test]
fn a_mounted_secret_is_taken_and_one_that_everybody_can_read_is_told_of() {
    let program = Program::new();
    register(&program.serve(&["serve"]).address);
    let key = program.directory.path().join("data/secret.key");
    for (mode, is_told) in [(0o440, false), (0o640, false), (0o444, true)] {
        set_mode(&key, mode);
        let log = logged(&program, |address| assert_eq!(Client::new(address).get("/healthz").status, 200));
        assert_eq!(log.contains("can be read by every account"), is_told, "{mode:o}: {log}");
    }
    for mode in [0o460, 0o446] {
        set_mode(&key, mode);
        let refused = program.run(&["serve"], "");
        assert!(
            !refused.status.success() && text(&refused.stderr).contains("can be changed by other accounts"),
            "{mode:o}"
        );
    }
}

#[test]
fn a_key_that_anybody_can_guess_is_refused() {
    let program = Program::new();
    let key = program.directory.path().join("guessable.key");
    fs::write(&key, "0".repeat(64)).unwrap();
    set_mode(&key, 0o600);
    let program = program.with("LATCHKEY_SECRET_KEY_FILE", "guessable.key");
    for command in ["serve", "doctor"] {
        let refused = program.run(&[command], "");
        let said = text(&refused.stderr) + &text(&refused.stdout);
        assert!(!refused.status.success() || command == "doctor" && said.contains("fault"), "{said}");
        assert!(said.contains("easy to guess") && said.contains("openssl rand -hex 32"), "{said}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_refused_and_not_followed() {
    let serve = ["serve"].as_slice();
    let all = [serve, &["migrate"], &["policy", "show"]];
    for (variable, file, commands) in
        [("LATCHKEY_SECRET_KEY_FILE", "here", &[serve][..]), ("LATCHKEY_DATABASE_URL", "sqlite:here", &all)]
    {
        let program = Program::new().with(variable, file);
        symlink("there", program.directory.path().join("here")).unwrap();
        for command in commands {
            let refused = program.run(command, "");
            let said = text(&refused.stderr);
            assert!(
                !refused.status.success() && said.contains("link to a file that does not exist"),
                "{command:?} {said}"
            );
        }
        assert!(!program.directory.path().join("there").exists());
        let doctor = text(&program.run(&["doctor"], "").stdout);
        assert!(doctor.lines().any(|line| line.starts_with("fault") && line.contains("is a link to")), "{doctor}");
    }
}

#[test]
fn a_database_that_others_can_read_is_closed_and_an_open_folder_is_reported() {
    let program = Program::new();
    register(&program.serve(&["serve"]).address);
    let data = program.directory.path().join("data");
    set_mode(&data, 0o777);
    for file in ["latchkey.db", "latchkey.db-wal"] {
        set_mode(&data.join(file), 0o666);
    }
    let doctor = text(&program.run(&["doctor"], "").stdout);
    for words in ["is open to every account", "run chmod 700"] {
        assert!(doctor.lines().any(|line| line.starts_with("warning") && line.contains(words)), "{doctor}");
    }
    assert_eq!(mode(&data.join("latchkey.db")), 0o666, "doctor changes nothing");
    let log = logged(&program, |address| assert_eq!(Client::new(address).get("/healthz").status, 200));
    assert!(log.contains("open to every account") && log.contains("can replace files"), "{log}");
    assert_eq!(mode(&data.join("latchkey.db")), 0o660, "what the group may do is somebody's decision");
    assert_eq!(mode(&data), 0o777, "a folder may be somebody else's");
}

#[test]
fn a_password_on_standard_input_is_one_line() {
    let program = Program::new();
    let user =
        ["user", "create", "--name", "Ada", "--email", "ada@acme.example", "--role", "owner", "--password-stdin"];
    let command = [&user[..], &["--organization", "Acme"]].concat();
    for input in ["violin harbour plum\nsecond line\n", "violin harbour\0plum\n"] {
        let refused = program.run(&command, input);
        assert!(!refused.status.success() && text(&refused.stderr).contains("password on standard input"), "{input:?}");
    }
    assert!(program.run(&command, "\u{feff}violin harbour plum\r\n").status.success());
    let server = program.serve(&["serve"]);
    let fields = [("email", "ada@acme.example"), ("password", "violin harbour plum")];
    assert_eq!(Client::new(&server.address).post("/sign-in", &fields).status, 303);
}
