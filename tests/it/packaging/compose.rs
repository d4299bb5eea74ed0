//! packaging/compose.yml and packaging/Caddyfile.

use yaml_rust2::{Yaml, YamlLoader};

use super::read;
use crate::support::{
    Client, Kind, TestApp,
    program::{self, free_port},
};

fn compose() -> Yaml {
    YamlLoader::load_from_str(&read("packaging/compose.yml")).unwrap().remove(0)
}

#[test]
fn the_compose_file_holds_no_secret_and_every_service_is_watched() {
    let compose = compose();
    for (name, service) in compose["services"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        assert_eq!(service["restart"].as_str(), Some("unless-stopped"), "{name}");
        assert!(
            service["security_opt"][0].as_str().is_some_and(|option| option.contains("no-new-privileges")),
            "{name}"
        );
        // The image of Latchkey brings its own.
        assert!(name == "latchkey" || service["healthcheck"]["test"][0].as_str() == Some("CMD"), "{name}");
        for (variable, value) in service["environment"].as_hash().unwrap() {
            let (variable, value) = (variable.as_str().unwrap(), value.as_str().unwrap());
            assert!(!variable.contains("PASSWORD") || value.starts_with("${"), "{variable}: {value}");
            let user = value.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map_or("", |(user, _)| user);
            assert!(!user.contains(':'), "{variable} holds a password: {value}");
        }
    }
}

#[test]
fn latchkey_has_time_to_stop_and_believes_only_caddy() {
    let compose = compose();
    let (latchkey, caddy) = (&compose["services"]["latchkey"], &compose["services"]["caddy"]);
    let patience = latchkey["stop_grace_period"].as_str().and_then(|text| text.strip_suffix('s')).unwrap();
    assert!(patience.parse::<u32>().unwrap() > 10, "the server drains for 7 seconds and then finishes");
    assert_eq!(latchkey["read_only"].as_bool(), Some(true));
    let address = caddy["networks"]["front"]["ipv4_address"].as_str();
    assert!(address.is_some() && address == latchkey["environment"]["LATCHKEY_TRUSTED_PROXIES"].as_str());
    assert_eq!(compose["networks"]["back"]["internal"].as_bool(), Some(true));
}

#[test]
fn caddy_sends_visitors_on_and_latchkey_believes_it() {
    let app = TestApp::start_with(Kind::Sqlite, |config| {
        config.trusted_proxies = latchkey::config::TrustedProxies::parse("127.0.0.1").unwrap();
    });
    let (port, admin) = (free_port(), free_port());
    let domain = format!("http://127.0.0.1:{port}");
    let upstream = app.address.strip_prefix("http://").unwrap();
    let site = read("packaging/Caddyfile").replace("latchkey:8080", upstream);
    let text = format!("{{\n\tadmin 127.0.0.1:{admin}\n}}\n{site}");
    let command = ["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"];
    let _caddy = program::Program::serve_with(&[("LATCHKEY_DOMAIN", &domain)], &command, "Caddyfile", &text, port);
    let answer = Client::new(&domain).get("/healthz");
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
}
