//! `latchkey secret-key`, and servers whose master key is lost.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output, Stdio},
};

use latchkey::domain::{Role, policy::Viewable};

use crate::{
    on_both_databases,
    support::{Client, PASSWORD, TestApp},
};

/// Belongs to no server.
const OTHER_KEY: &str = "6d1f0c3a92be475880e4d7bb1c50a3f97e2864cd3b09f5a1e6d27c84501fb93e";
const OWNER: &str = "owner@acme.example";

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Starts a server that must refuse.
fn refused_start(app: &TestApp) -> String {
    let mut command = Command::new("timeout");
    command.args(["20", env!("CARGO_BIN_EXE_latchkey"), "serve", "--bind", "127.0.0.1:0"]);
    command.env("LATCHKEY_DATABASE_URL", app.database.url()).env("LATCHKEY_DATA_DIR", app.database.directory.path());
    let output = command.stdout(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    errors(&output)
}

on_both_databases! {
    fn a_rotation_keeps_the_file_for_its_owner_and_the_key_before_in_it(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let path = app.secret_key_file();
        let before = fs::read_to_string(path).unwrap();
        assert!(app.run(&["secret-key", "rotate"]).status.success());
        let after = fs::read_to_string(path).unwrap();
        let lines: Vec<_> = after.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("2:") && format!("{}\n", lines[1]) == before);
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(app.run(&["secret-key", "forget-retired"]).status.success());
        assert_eq!(fs::read_to_string(path).unwrap(), format!("{}\n", lines[0]));
        for output in [app.run(&["secret-key", "status"]), app.run(&["secret-key", "rotate"]), app.run(&["doctor"])] {
            let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), errors(&output));
            let secrets = fs::read_to_string(path).unwrap() + &after;
            assert!(secrets.lines().all(|line| !said.contains(line.split(':').nth(1).unwrap())), "{said}");
        }
    }

    fn a_server_without_its_master_key_does_not_start_and_loses_nothing(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let path = app.secret_key_file();
        let file = fs::read_to_string(path).unwrap();
        fs::remove_file(path).unwrap();
        let said = refused_start(app);
        for words in ["does not exist", "Restore the file", "replace --accept-loss", "create new ones"] {
            assert!(said.contains(words), "{said}");
        }
        assert!(!path.exists(), "none is made");

        fs::write(path, format!("{OTHER_KEY}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(refused_start(app).contains("a different master key 1"));
        let doctor = app.run(&["doctor"]);
        assert_eq!(doctor.status.code(), Some(1));
        assert!(!app.run(&["secret-key", "rotate"]).status.success(), "a wrong key is not rotated");
        let asked = app.run(&["secret-key", "replace"]);
        assert!(!asked.status.success() && errors(&asked).contains("--accept-loss"));

        fs::write(path, file).unwrap();
        let again = app.second_instance();
        assert_eq!(Client::new(&again.address).verify(token.expose()).1, "VALID");
        let unneeded = app.run(&["secret-key", "replace", "--accept-loss"]);
        assert!(!unneeded.status.success() && errors(&unneeded).contains("is correct"), "{}", errors(&unneeded));
    }

    fn a_backup_of_the_file_from_before_a_rotation_is_noticed(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let path = app.secret_key_file();
        let backup = fs::read_to_string(path).unwrap();
        assert!(app.run(&["secret-key", "rotate"]).status.success());
        let rotated = app.second_instance();
        assert_eq!(Client::new(&rotated.address).verify(token.expose()).1, "VALID");
        drop(rotated);
        // It stored the digest of the new key when it stopped.
        fs::write(path, backup).unwrap();
        let said = refused_start(app);
        assert!(said.contains("does not contain master key 2") && said.contains("older than the database"), "{said}");
    }

    fn after_an_accepted_loss_old_tokens_are_unknown_and_everything_else_goes_on(app: &TestApp) {
        let mut owner = app.sign_in(Role::Owner);
        app.change_policy(|policy| policy.viewable = Viewable::All);
        let (id, token) = owner.create_confirmed_api_key("Deploy");
        let path = app.secret_key_file();
        let lost = fs::read_to_string(path).unwrap();
        fs::remove_file(path).unwrap();
        let replaced = app.run(&["secret-key", "replace", "--accept-loss"]);
        let said = String::from_utf8_lossy(&replaced.stdout).into_owned();
        assert!(replaced.status.success(), "{}", errors(&replaced));
        assert!(said.contains("Master key 2 is now the current one") && said.contains("Master key 1 is lost: without it, 1 token cannot be verified"), "{said}");

        let second = app.second_instance();
        let mut owner = Client::new(&second.address);
        assert_eq!(owner.post("/sign-in", &[("email", OWNER), ("password", PASSWORD)]).status, 303);
        assert_eq!(owner.verify(&token), (200, "NOT_FOUND".to_owned()));
        assert_eq!(owner.listed().len(), 1);
        let shown = {
            let csrf = owner.csrf();
            let path = format!("/settings/developers/api-keys/{id}/token");
            owner.post_raw(&path, &[("hx-request", "true")], &[("csrf", &csrf)])
        };
        assert!(shown.status == 500 && shown.body.contains("master key") && !shown.body.contains(&token), "{}", shown.body);
        let (_, new_token) = owner.create_confirmed_api_key("New");
        assert_eq!(owner.verify(&new_token).1, "VALID");

        // The key was found again.
        let present = fs::read_to_string(path).unwrap();
        fs::write(path, format!("{present}{lost}")).unwrap();
        let third = app.second_instance();
        let mut client = Client::new(&third.address);
        assert_eq!([client.verify(&token).1, client.verify(&new_token).1], ["VALID", "VALID"]);
    }
}
