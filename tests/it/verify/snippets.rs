//! The snippets for services, run as the page displays them.

use latchkey::domain::{Role, Token, TokenLabel, api_key::restrictions::Kind as Restriction};
use serde_json::Value;
use url::Url;
use yaml_rust2::{Yaml, YamlLoader};

use crate::support::{
    Client, Kind, Page, Relay, TestApp, limits,
    program::{self, Program, free_port},
};

const OWNER: &str = "owner@acme.example";

fn page(app: &TestApp) -> Page {
    app.sign_in_as(OWNER).get("/settings/developers/verification")
}

fn snippet(app: &TestApp, name: &str) -> String {
    page(app).test_id(&format!("snippet-{name}")).text
}

/// What a snippet for the shell prints.
fn shell(text: &str, variables: &[(&str, &str)]) -> Value {
    let output = program::run(&["sh", "-euc", text], variables);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}: tests/run installs curl, or install it by hand");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn curl_gets_the_answer_that_the_page_shows() {
    let (app, _relay) = Relay::start();
    app.create_user(Role::Owner, "owner");
    let project = app.insert_project(OWNER, "Mobile app");
    let (key, token) = app.insert_token(OWNER, "Nightly export", |key| key.project_id = Some(project.id.clone()));
    let curl = snippet(&app, "curl");
    let answer = shell(&curl, &[("TOKEN", token.expose())]);
    assert_eq!(answer["valid"], true);
    assert_eq!(answer["key"]["id"], key.id.as_str());

    let shown: Value = serde_json::from_str(&snippet(&app, "answer")).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&answer), names(&shown));
    let has_id = |value: &Value| value["id"].is_string();
    for (name, value) in shown.as_object().unwrap().iter().filter(|(_, value)| has_id(value)) {
        assert_eq!(names(&answer[name]), names(value));
        let prefix = value["id"].as_str().unwrap().trim_end_matches('…');
        assert!(answer[name]["id"].as_str().unwrap().starts_with(prefix), "{name}");
    }

    app.insert_api_permissions(OWNER, "invoices:read");
    let required = snippet(&app, "permission");
    let lacking = shell(&required, &[("TOKEN", token.expose())]);
    assert_eq!(lacking["code"], "INSUFFICIENT_PERMISSIONS");
    app.grant_to_role(OWNER, Role::Owner, "invoices:read");
    assert_eq!(shell(&required, &[("TOKEN", token.expose())])["code"], "VALID");

    let unknown = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
    let refused = shell(&curl, &[("TOKEN", unknown.expose())]);
    assert_eq!(refused.to_string(), r#"{"code":"NOT_FOUND","valid":false}"#);
    let stranger = app.create_user_of("Globex", Role::Owner, "stranger");
    let (_, strangers) = app.insert_token(&stranger, "Deploy", |_| {});
    assert_eq!(shell(&curl, &[("TOKEN", strangers.expose())]), refused);
}

#[test]
fn every_snippet_says_whose_keys_it_accepts() {
    let (app, _relay) = Relay::start();
    app.create_user(Role::Owner, "owner");
    let own = app.create_organization("Globex");
    let stranger = app.create_user_of("Globex", Role::Owner, "stranger");
    let page = app.sign_in_as(&stranger).get("/settings/developers/verification");
    let snippets = page.find_all("[data-testid^=snippet-]");
    assert!(snippets.len() > 8, "{}", page.body);
    for snippet in snippets {
        let name = snippet.attribute("data-testid").unwrap();
        // What a service gets, and what a client sends.
        let asks = !["snippet-answer", "snippet-scanner"].contains(&name.as_str());
        assert_eq!(snippet.text.contains(own.as_str()), asks, "{name}: {}", snippet.text);
    }
}

#[test]
fn introspection_tells_good_from_bad() {
    let (app, _relay) = Relay::start();
    app.create_user(Role::Owner, "owner");
    let (_, own) = app.insert_token(OWNER, "gateway", |_| {});
    let (key, token) = app.insert_token(OWNER, "asked", |_| {});
    let unknown = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
    let text = snippet(&app, "introspection");
    let ask = |token: &Token| shell(&text, &[("OWN_TOKEN", own.expose()), ("TOKEN", token.expose())]);
    assert_eq!(ask(&token)["client_id"], key.id.as_str());
    assert_eq!(ask(&unknown).to_string(), r#"{"active":false}"#);
    let stranger = app.create_user_of("Globex", Role::Owner, "stranger");
    assert_eq!(ask(&app.insert_token(&stranger, "Deploy", |_| {}).1).to_string(), r#"{"active":false}"#);
}

/// Starts the program that the page prints, at any port, and asks it.
fn check_program(name: &str, command: &[&str]) {
    let (app, relay) = Relay::start();
    app.create_user(Role::Owner, "owner");
    app.create_user(Role::Support, "sam");
    let now = app.state.clock.now();
    let (_, good) = app.insert_token(OWNER, "Nightly export", |_| {});
    let (_, lacking) = app.insert_token("sam@acme.example", "Deploy", |_| {});
    let (_, disabled) = app.insert_token(OWNER, "disabled", |key| key.disabled_at = Some(now));
    let (_, strangers) = app.insert_token(&app.create_user_of("Globex", Role::Owner, "stranger"), "strangers", |_| {});
    let unknown = Token::generate(&TokenLabel::default(), &mut (app.state.rng)());
    let text = snippet(&app, name);
    let start = |text: &str| {
        let port = free_port();
        assert_eq!(text.matches("3000").count(), 1);
        let program =
            Program::serve(command, command[command.len() - 1], &text.replace("3000", &port.to_string()), port);
        (program, Client::new(&format!("http://127.0.0.1:{port}")))
    };

    let (running, mut client) = start(&text);
    let mut get = |headers: &[(&str, &str)]| client.request("GET", "/", headers, None);
    let key = |token: &Token| [("x-api-key", token.expose().to_owned())];
    let bearer = format!("Bearer {}", good.expose());
    for headers in [("x-api-key", good.expose()), ("authorization", &bearer)] {
        let page = get(&[headers]);
        assert_eq!((page.status, page.body.as_str()), (200, "Hello, Nightly export!\n"), "{}", running.log());
    }
    for token in [&unknown, &disabled, &strangers] {
        assert_eq!(get(&[("x-api-key", &key(token)[0].1)]).status, 401);
    }
    for headers in
        [&[][..], &[("authorization", "Bearer")], &[("authorization", "Basic eDp5")], &[("x-api-key", "é\"")]]
    {
        assert_eq!(get(headers).status, 401, "{headers:?}");
    }
    assert_eq!(get(&[("x-api-key", lacking.expose())]).status, 200);
    // Who is allowed elsewhere, and not here.
    let (_, web) = app.insert_restricted(OWNER, Restriction::TrustedDomains, "shop.example");
    let (_, near) = app.insert_restricted(OWNER, Restriction::AllowedNetworks, "127.0.0.0/8");
    let (_, far) = app.insert_restricted("sam@acme.example", Restriction::AllowedNetworks, "203.0.113.0/24");
    let mut status_of = |token: &Token, origin: &str| get(&[("x-api-key", token.expose()), ("origin", origin)]).status;
    assert_eq!(
        ["https://shop.example", "https://evil.example", ""].map(|origin| status_of(&web, origin)),
        [200, 403, 403]
    );
    assert_eq!([near, far].map(|token| status_of(&token, "")), [200, 403]);

    for status in [302, 400, 404, 429, 500, 503] {
        relay.say(status, r#"{"valid":true,"code":"VALID","key":{"id":"key_x","name":"nobody's"}}"#);
        assert_eq!(get(&[("x-api-key", good.expose())]).status, 503, "{status}");
    }
    for body in ["", "{}", r#"{"valid":"#] {
        relay.say(200, body);
        assert_ne!(get(&[("x-api-key", good.expose())]).status, 200, "{body}");
    }
    relay.say(200, r#"{"valid":"yes","code":"VALID","key":{"id":"key_x","name":"nobody's"}}"#);
    assert_ne!(get(&[("x-api-key", good.expose())]).status, 200);
    relay.pass_to(&app);
    assert_eq!(get(&[("x-api-key", good.expose())]).status, 200);
    assert!(!running.log().contains(good.secret()), "the token is not logged");

    // Once the organization has permissions and limits, the program knows about them.
    app.insert_api_permissions(OWNER, "invoices:read");
    app.grant_to_role(OWNER, Role::Owner, "invoices:*");
    app.change_policy(|policy| policy.rate_limit = Some(1_000));
    let text = snippet(&app, name);
    assert!(text.contains("call verify(token, caller, \"invoices:read\")"), "{text}");
    let with_permission = text.replace("verify(token, caller) ", "verify(token, caller, \"invoices:read\") ");
    assert_ne!(with_permission, text);
    let (_running, mut client) = start(&with_permission);
    let (_, rate) = app.insert_token(OWNER, "rate", |key| key.attributes.limits = limits("1/minute", "100/day"));
    let (_, quota) = app.insert_token(OWNER, "quota", |key| key.attributes.limits = limits("100/minute", "1/day"));
    for (token, wait) in [(rate, "61"), (quota, "43200")] {
        let [passed, refused] = [(); 2].map(|()| client.request("GET", "/", &[("x-api-key", token.expose())], None));
        assert_eq!((passed.status, refused.status, refused.header("retry-after")), (200, 429, wait));
    }
    assert_eq!(client.request("GET", "/", &[("x-api-key", lacking.expose())], None).status, 403);
    assert_eq!(client.request("GET", "/", &[("x-api-key", good.expose())], None).status, 200);
    drop(relay);
    assert_eq!(client.request("GET", "/", &[("x-api-key", good.expose())], None).status, 503);
}

#[test]
fn the_program_for_node_lets_good_keys_pass_and_no_others() {
    check_program("node", &["node", "server.mjs"]);
}

#[test]
fn the_program_for_python_lets_good_keys_pass_and_no_others() {
    check_program("python", &["python3", "server.py"]);
}

/// A request as Envoy makes it: the prefix that the snippet names, and then path and query of the request in its hands.
#[test]
fn the_path_that_envoy_appends_makes_no_difference() {
    let (app, _relay) = Relay::start();
    app.create_user(Role::Owner, "owner");
    app.create_user(Role::Member, "max");
    app.insert_api_permissions(OWNER, "invoices:read orders:read");
    app.grant_to_role(OWNER, Role::Member, "invoices:*");
    let (_, token) = app.insert_token("max@acme.example", "Deploy", |_| {});
    let text = snippet(&app, "envoy");
    assert!(text.contains("add ;permission=invoices:read."));
    let prefix = text.lines().find_map(|line| line.trim().strip_prefix("path_prefix: ")).unwrap();
    for path in [
        "/",
        "/?organization=any",
        "/orders/1?permission=nonsense&page=2",
        "/a&permission=api_keys.manage_all",
        "/;permission=api_keys.manage_all/",
        "/%zz?path=%",
    ] {
        let ask = |method, prefix: &str| {
            app.visitor().request(method, &format!("{prefix}{path}"), &[("x-api-key", token.expose())], None)
        };
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            let page = ask(method, prefix);
            assert_eq!((page.status, page.header("x-latchkey-role")), (200, "member"), "{path}");
        }
        for required in [";permission=api_keys.manage_all", ";permission=orders:read", ";environment=test"] {
            assert_eq!(ask("GET", &format!("{prefix}{required}")).status, 403, "{path}");
        }
        assert_eq!(ask("GET", &format!("{prefix};permission=invoices:read;environment=live")).status, 200);
    }
}

/// A header that a snippet forgets is one that its users do not get, or one that their clients can forge.
#[test]
fn every_header_of_an_answer_is_in_the_snippets_of_proxies() {
    let (app, _relay) = Relay::start();
    app.create_user(Role::Owner, "owner");
    let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
    let answer = app.visitor().request("GET", "/v1/forward-auth", &[("x-api-key", token.expose())], None);
    let names: Vec<_> = answer.headers.keys().filter(|name| name.as_str().starts_with("x-latchkey-")).collect();
    assert!(names.len() > 11, "{names:?}");
    let [nginx, caddy, envoy] = ["nginx", "caddy", "envoy"].map(|name| snippet(&app, name).to_ascii_lowercase());
    let copied = caddy.split_once("copy_headers ").unwrap().1.lines().next().unwrap();
    for name in names {
        assert!(nginx.contains(&format!("proxy_set_header {name} ")), "{name}");
        assert!(envoy.contains(&format!("- remove: {name}\n")), "{name}");
        // Caddy would copy the name of a header that is absent.
        let is_copied = !["x-latchkey-code", "x-latchkey-expires-at"].contains(&name.as_str());
        assert_eq!(copied.split(' ').any(|known| known == name.as_str()), is_copied, "{name}");
    }
}

/// Neither program is available here. The test checks that the text is YAML with the right values.
#[test]
fn the_snippets_for_traefik_and_envoy_are_yaml() {
    for base in ["http://127.0.0.1:8080", "https://keys.example.net"] {
        let app = TestApp::start_with(Kind::Sqlite, |config| config.base_url = Some(Url::parse(base).unwrap()));
        app.create_user(Role::Owner, "owner");
        let traefik = YamlLoader::load_from_str(&snippet(&app, "traefik")).unwrap();
        let middleware = &traefik[0]["http"]["middlewares"]["latchkey"]["forwardAuth"];
        let organization_id = page(&app).test_id("organization-id").text;
        let address = format!("{base}/v1/forward-auth?organization={organization_id}");
        assert_eq!(middleware["address"].as_str().unwrap(), address);
        assert_eq!(middleware["authResponseHeadersRegex"].as_str().unwrap(), "(?i)^x[-_]latchkey[-_]");
        let middlewares = traefik[0]["http"]["routers"]["api"]["middlewares"].as_vec().unwrap();
        let middlewares: Vec<_> = middlewares.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(middlewares, ["cors", "latchkey"]);
        let cors = &traefik[0]["http"]["middlewares"]["cors"]["headers"];
        assert_eq!(cors["accessControlAllowOriginList"][0].as_str().unwrap(), "https://app.example.com");

        let envoy = YamlLoader::load_from_str(&snippet(&app, "envoy")).unwrap();
        let [listener, cluster] = &envoy[..] else { panic!("two documents") };
        let filters: Vec<_> = listener["http_filters"].as_vec().unwrap().iter().collect();
        let types = filters.iter().map(|filter| filter["typed_config"]["@type"].as_str().unwrap());
        let types: Vec<_> = types.map(|name| name.rsplit('.').next().unwrap()).collect();
        assert_eq!(types, ["HeaderMutation", "ExtAuthz", "Router"]);
        let removed = filters[0]["typed_config"]["mutations"]["request_mutations"].as_vec().unwrap();
        assert_eq!(removed.len(), 12);
        let service = &filters[1]["typed_config"]["http_service"];
        assert_eq!(service["server_uri"]["uri"].as_str().unwrap(), base);
        assert_eq!(service["server_uri"]["cluster"], cluster["name"]);
        assert_eq!(filters[1]["typed_config"]["failure_mode_allow"], Yaml::Boolean(false));
        let address = &cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]["address"];
        let address = &address["socket_address"];
        let url = Url::parse(base).unwrap();
        assert_eq!(address["address"].as_str(), url.host_str());
        assert_eq!(address["port_value"].as_i64(), url.port_or_known_default().map(i64::from));
        assert_eq!(cluster["transport_socket"].is_badvalue(), url.scheme() == "http");
    }
}
