//! The snippets for proxies, run as the page displays them. Only the addresses of the service and of the proxy are
//! replaced, as the page asks, and the deadlines.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use latchkey::domain::{
    ApiKey, ChosenPermissions, KeyPermissions, Role, Token, TokenLabel,
    api_key::{
        attributes::{Environment, ExternalId},
        restrictions::Kind as Restriction,
    },
};
use url::Url;

use crate::support::{
    Answer, Asked, Backend, Client, Kind as Database, Page, Relay, TestApp, api_grants, limits,
    program::{Program, free_port},
};

const VERIFICATION: &str = "/settings/developers/verification";
const API_KEYS: &str = "/settings/developers/api-keys";
const OWNER: &str = "owner@acme.example";
const KNOWN: [&str; 12] = [
    "code",
    "key-id",
    "owner-id",
    "organization-id",
    "project-id",
    "role",
    "permissions",
    "environment",
    "external-id",
    "expires-at",
    "token",
    "token-ends-at",
];

/// Environment, customer and number of the invoices that the sample service has.
const INVOICES: [(&str, &str, &str); 4] = [
    ("live", "cus_9F3", "INV-1"),
    ("live", "Клиент 100%+", "INV-2"),
    ("test", "cus_9F3", "TEST-1"),
    ("test", "Клиент 100%+", "TEST-2"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nginx,
    Caddy,
}

/// A client on one side, a service and Latchkey on the other side of a proxy.
struct Scene {
    owner: Client,
    client: Client,
    /// Answers with `service_status` to everything.
    service: Backend,
    service_status: Arc<AtomicU16>,
    /// Whether the service allows an origin of its own.
    service_origin: Arc<AtomicBool>,
    /// Before Latchkey, where the proxy asks.
    relay: Option<Relay>,
    _proxy: Program,
    app: TestApp,
    kind: Kind,
}

impl Scene {
    fn new(kind: Kind) -> Self {
        Self::with(kind, str::to_owned)
    }

    /// `change` is what somebody changes in the snippet before they use it.
    fn with(kind: Kind, change: impl Fn(&str) -> String) -> Self {
        let service_status = Arc::new(AtomicU16::new(200));
        let service_origin = Arc::new(AtomicBool::new(false));
        let (status, origin) = (service_status.clone(), service_origin.clone());
        let own = vec![("Access-Control-Allow-Origin".to_owned(), "*".to_owned())];
        let scene = Self::serving(kind, change, move |_| Answer {
            status: status.load(Ordering::SeqCst),
            body: "at your service".into(),
            headers: if origin.load(Ordering::SeqCst) { own.clone() } else { Vec::new() },
        });
        Self { service_status, service_origin, ..scene }
    }

    /// With a condition in the address that the proxy asks.
    fn requiring(kind: Kind, condition: &str) -> Self {
        Self::with(kind, |snippet| {
            let plain = if kind == Kind::Nginx { "/v1/forward-auth?" } else { "uri /v1/forward-auth?" };
            assert_eq!(snippet.matches(plain).count(), 1);
            snippet.replace(plain, &format!("{plain}{condition}&"))
        })
    }

    /// With a service of another kind.
    fn serving(
        kind: Kind,
        change: impl Fn(&str) -> String,
        answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let (app, relay) = Relay::start();
        let mut owner = app.sign_in(Role::Owner);
        let snippet = change(&owner.get(VERIFICATION).test_id(&format!("snippet-{}", kind.name())).text);
        let service = Backend::start(answer);
        let port = free_port();
        let proxy = kind.start(&kind.with_patience(&snippet), port, service.authority());
        let client = Client::new(&format!("http://127.0.0.1:{port}"));
        let scene = Self {
            owner,
            client,
            service,
            service_status: Arc::default(),
            service_origin: Arc::default(),
            relay: Some(relay),
            _proxy: proxy,
            app,
            kind,
        };
        scene.forget();
        scene
    }

    fn forget(&self) {
        self.service.take();
        if let Some(relay) = &self.relay {
            relay.backend.take();
        }
    }

    fn relay(&self) -> &Relay {
        self.relay.as_ref().unwrap()
    }

    fn get(&mut self, headers: &[(&str, &str)]) -> Page {
        self.client.request("GET", "/orders?permission=nonsense&page=2", headers, None)
    }

    /// Expects that the request reaches the service, and gives it as the service sees it.
    fn passes(&mut self, headers: &[(&str, &str)]) -> Asked {
        let page = self.get(headers);
        assert_eq!((page.status, page.body.as_str()), (200, "at your service"));
        let mut asked = self.service.take();
        assert_eq!(asked.len(), 1);
        asked.remove(0)
    }

    /// Expects that the service sees nothing of the request, and that the client gets what the page promises.
    fn is_refused(&mut self, headers: &[(&str, &str)], row: usize) {
        let page = self.get(headers);
        assert!(self.service.take().is_empty(), "{headers:?} reached the service");
        assert_eq!(page.status.to_string(), self.promised(row), "row {row}, {headers:?}");
    }

    /// A cell of the table on the page.
    fn promised(&mut self, row: usize) -> String {
        let column = self.kind.name();
        let page = self.app.sign_in_as(OWNER).get(VERIFICATION);
        let cells = page.find_all(&format!("[data-testid=proxy-answers] td[data-label={column} i]"));
        assert_eq!(cells.len(), 7);
        cells[row].text.clone()
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
        }
    }

    /// Beside many other tests an answer can take longer than a proxy should wait.
    fn with_patience(self, snippet: &str) -> String {
        match self {
            Self::Nginx => {
                assert_eq!(snippet.matches("_timeout 2s;").count(), 2);
                snippet.replace("_timeout 2s;", "_timeout 30s;")
            }
            Self::Caddy => {
                assert_eq!(snippet.matches("_timeout 2s\n").count(), 4);
                snippet.replace("_timeout 2s\n", "_timeout 30s\n")
            }
        }
    }

    fn start(self, snippet: &str, port: u16, service: &str) -> Program {
        self.start_trusting(None, snippet, port, service)
    }

    /// A file of certificates takes the place of the machine's own.
    fn start_trusting(self, authorities: Option<&str>, snippet: &str, port: u16, service: &str) -> Program {
        let put = |text: &str, old: &str, new: &str| {
            assert_eq!(text.matches(old).count(), 1, "{old} in {text}");
            text.replace(old, new)
        };
        let snippet = put(snippet, "127.0.0.1:3000", service);
        match self {
            Self::Nginx => {
                let mut snippet = put(&snippet, "listen 80;", &format!("listen 127.0.0.1:{port};"));
                if let Some(authorities) = authorities {
                    snippet = put(&snippet, "/etc/ssl/certs/ca-certificates.crt", authorities);
                }
                let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
                let paths = paths.map(|name| format!("{name}_temp_path {name};\n")).concat();
                let text = format!(
                    "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\n\
                     http {{\naccess_log off;\n{paths}{snippet}\n}}\n"
                );
                Program::serve(&["nginx", "-p", ".", "-c", "nginx.conf", "-e", "stderr"], "nginx.conf", &text, port)
            }
            Self::Caddy => {
                let snippet = put(&snippet, "api.example.org", &format!("http://127.0.0.1:{port}"));
                serve_caddy("auto_https off", &snippet, port, authorities)
            }
        }
    }
}

fn serve_caddy(options: &str, sites: &str, port: u16, authorities: Option<&str>) -> Program {
    let command = ["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"];
    let variables: Vec<_> = authorities.map(|file| ("SSL_CERT_FILE", file)).into_iter().collect();
    let text = format!("{{\nadmin off\n{options}\n}}\n{sites}\n");
    Program::serve_with(&variables, &command, "Caddyfile", &text, port)
}

/// A service that knows about its caller only what the headers say: which of its invoices the caller may see, or
/// for whom an invoice is written.
fn answer_about_invoices(asked: &Asked) -> Answer {
    let needed = if asked.method == "GET" { "invoices:read" } else { "invoices:write" };
    let may = asked.value("x-latchkey-permissions").split(' ').any(|name| name == needed);
    let environment = asked.value("x-latchkey-environment");
    let customer = percent_decoded(asked.value("x-latchkey-external-id"));
    let is_of_caller = |invoice: &&(&str, &str, &str)| invoice.0 == environment && invoice.1 == customer;
    let numbers = || INVOICES.iter().filter(is_of_caller).map(|(.., number)| *number).collect::<Vec<_>>().join(" ");
    let (status, body) = match asked.method.as_str() {
        _ if !may => (403, "not with this key".to_owned()),
        "GET" => (200, numbers()),
        _ => (200, format!("written: {environment} {customer}")),
    };
    Answer { status, body, headers: Vec::new() }
}

fn percent_decoded(text: &str) -> String {
    // In a form, a plus is a space.
    let form = format!("value={}", text.replace('+', "%2B"));
    let decoded = url::form_urlencoded::parse(form.as_bytes()).map(|(_, value)| value.into_owned()).next();
    decoded.unwrap_or_default()
}

/// Makes two tests of each function.
macro_rules! through_each_proxy {
    ($(fn $name:ident($kind:ident: Kind) $body:block)*) => {
        $(mod $name {
            use super::*;

            fn check($kind: Kind) $body

            #[test]
            fn nginx() {
                check(Kind::Nginx);
            }

            #[test]
            fn caddy() {
                check(Kind::Caddy);
            }
        })*
    };
}

through_each_proxy! {
    fn a_good_key_passes_and_the_service_learns_whose_it_is(kind: Kind) {
        let mut scene = Scene::new(kind);
        let project = scene.app.insert_project(OWNER, "Mobile app");
        let (key, token) = scene.app.insert_token(OWNER, "Deploy", |key| key.project_id = Some(project.id.clone()));
        let (bearer, parts) = (format!("Bearer {}", token.expose()), format!("{}:{}", token.lookup(), token.secret()));
        let basic = format!("Basic {}", data_encoding::BASE64.encode(parts.as_bytes()));
        for presented in [("x-api-key", token.expose()), ("authorization", &bearer), ("authorization", &basic)] {
            let asked = scene.passes(&[presented]);
            assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/orders?permission=nonsense&page=2"));
            assert_eq!(asked.value("x-latchkey-key-id"), key.id.as_str());
            assert_eq!(asked.value("x-latchkey-owner-id"), key.owner_id.as_str());
            assert_eq!(asked.value("x-latchkey-organization-id"), key.organization_id.as_str());
            assert_eq!(asked.value("x-latchkey-project-id"), project.id.as_str());
            assert_eq!(asked.value("x-latchkey-role"), "owner");
            assert!(asked.value("x-latchkey-permissions").starts_with("api_keys.see_own api_keys.create "));
            assert_eq!(asked.value("x-latchkey-environment"), "live");
            assert_eq!(asked.value("x-latchkey-external-id"), "");
            assert_eq!(asked.value("x-latchkey-code"), "");
            let end = if kind == Kind::Nginx { key.expires_at.unwrap().to_string() } else { String::new() };
            assert_eq!(asked.value("x-latchkey-expires-at"), end);
            assert_eq!(asked.value("x-latchkey-token"), "current");
            assert_eq!(asked.values("x-latchkey-token-ends-at").concat(), "");
            assert!(asked.values("authorization").is_empty() && asked.values("x-api-key").is_empty());
            assert!(!format!("{asked:?}").contains(token.secret()), "the service need not see the token");
        }
    }

    fn who_presents_no_good_key_does_not_reach_the_service(kind: Kind) {
        let mut scene = Scene::new(kind);
        let now = scene.app.state.clock.now();
        let unknown = Token::generate(&TokenLabel::default(), &mut (scene.app.state.rng)());
        let (_, pending) = scene.app.insert_token(OWNER, "pending", |key| key.confirmed_at = None);
        let (_, disabled) = scene.app.insert_token(OWNER, "disabled", |key| key.disabled_at = Some(now));
        let (_, expired) = scene.app.insert_token(OWNER, "expired", |key| key.expires_at = Some(now));
        let (_, revoked) = scene.app.insert_token(OWNER, "revoked", |key| key.revoked_at = Some(now));
        let stranger = scene.app.create_user_of("Globex", Role::Owner, "stranger");
        let (_, strangers) = scene.app.insert_token(&stranger, "strangers", |_| {});
        for token in [&unknown, &pending, &disabled, &expired, &revoked, &strangers] {
            scene.is_refused(&[("x-api-key", token.expose())], 0);
            scene.is_refused(&[("authorization", &format!("Bearer {}", token.expose()))], 0);
        }
        for headers in [&[][..], &[("x-api-key", "")], &[("x-api-key", "garbage")], &[("authorization", "Bearer")]] {
            scene.is_refused(headers, 0);
        }
        let refused = scene.get(&[]);
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
        // The proxy's own way to Latchkey is closed to others.
        let inner = scene.client.get("/_latchkey");
        assert_eq!(inner.status, if kind == Kind::Nginx { 404 } else { 401 });
        assert!(scene.service.take().is_empty());
    }

    fn a_key_that_lacks_the_permission_is_refused(kind: Kind) {
        let mut scene = Scene::requiring(kind, "permission=api_keys.manage_all");
        scene.app.create_user(Role::Support, "sam");
        let (_, lacking) = scene.app.insert_token("sam@acme.example", "Deploy", |_| {});
        let (_, enough) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        // The client's own query, which asks for nonsense, makes no difference.
        scene.is_refused(&[("x-api-key", lacking.expose())], 1);
        scene.passes(&[("x-api-key", enough.expose())]);
    }

    fn a_key_that_lacks_a_permission_of_the_api_is_refused(kind: Kind) {
        let mut scene = Scene::requiring(kind, "permission=invoices:read&permission=invoices:write");
        scene.app.create_user(Role::Support, "sam");
        scene.app.insert_api_permissions(OWNER, "invoices:read invoices:write");
        scene.app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        scene.app.grant_to_role(OWNER, Role::Support, "invoices:read");
        let (_, lacking) = scene.app.insert_token("sam@acme.example", "Deploy", |_| {});
        let (_, enough) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        scene.is_refused(&[("x-api-key", lacking.expose())], 1);
        let asked = scene.passes(&[("x-api-key", enough.expose())]);
        assert_eq!(asked.value("x-latchkey-permissions"), "invoices:read invoices:write");
    }

    fn an_invoices_service_knows_its_callers_from_the_headers(kind: Kind) {
        let mut scene = Scene::serving(kind, str::to_owned, answer_about_invoices);
        scene.app.insert_api_permissions(OWNER, "invoices:read invoices:write orders:read");
        scene.app.grant_to_role(OWNER, Role::Owner, "invoices:*");
        for (name, permissions, environment, customer, encoded, seen) in [
            ("reads", "invoices:read", "live", "cus_9F3", "cus_9F3", "INV-1"),
            ("reads test", "invoices:read", "test", "cus_9F3", "cus_9F3", "TEST-1"),
            ("encoded", "invoices:*", "live", "Клиент 100%+", "%D0%9A%D0%BB%D0%B8%D0%B5%D0%BD%D1%82%20100%25+", "INV-2"),
            ("no customer", "invoices:*", "live", "", "", ""),
            ("writes test", "invoices:write", "test", "cus_9F3", "cus_9F3", "403"),
            ("nothing", "", "live", "cus_9F3", "cus_9F3", "403"),
            ("not granted", "orders:*", "live", "cus_9F3", "cus_9F3", "403"),
        ] {
            let (_, token) = scene.app.insert_token(OWNER, name, |key| {
                let chosen = ChosenPermissions { api: api_grants(permissions), ..ChosenPermissions::default() };
                key.permissions = KeyPermissions::Only(chosen);
                key.attributes.environment = Environment::parse(environment).unwrap();
                key.attributes.external_id = ExternalId::parse(customer).unwrap();
            });
            let names = match permissions {
                "invoices:*" => "invoices:read invoices:write",
                "orders:*" => "",
                names => names,
            };
            let may_write = names.contains("invoices:write");
            let written = if may_write { format!("written: {environment} {customer}") } else { "403".to_owned() };
            let forged = [
                ("X-Latchkey-Permissions", "invoices:read invoices:write"),
                ("X-Latchkey-Environment", "live"),
                ("X-Latchkey-External-Id", "cus_9F3"),
            ];
            // With headers of the client's own, the answer is the same.
            for forged in [&[][..], &forged] {
                let headers = [&[("x-api-key", token.expose())][..], forged].concat();
                for (method, expected) in [("GET", seen), ("POST", written.as_str())] {
                    let body = (method == "POST").then_some("{}");
                    let page = scene.client.request(method, "/invoices", &headers, body);
                    let status = if expected == "403" { 403 } else { 200 };
                    assert_eq!(page.status, status, "{name}, {method}");
                    let body = if status == 403 { "not with this key" } else { expected };
                    assert_eq!(page.body, body, "{name}, {method}, {} forged", forged.len());
                    let asked = scene.service.take().remove(0);
                    assert_eq!(asked.value("x-latchkey-permissions"), names, "{name}");
                    assert_eq!(asked.value("x-latchkey-environment"), environment, "{name}");
                    assert_eq!(asked.value("x-latchkey-external-id"), encoded, "{name}");
                }
                let page = scene.client.request("GET", "/invoices", forged, None);
                assert_eq!((page.status, scene.service.take().len()), (401, 0), "headers are no key");
            }
        }
    }

    fn a_key_of_another_environment_is_refused_before_the_service(kind: Kind) {
        let mut scene = Scene::requiring(kind, "environment=live");
        let (_, live) = scene.app.insert_token(OWNER, "live", |_| {});
        let test = |key: &mut ApiKey| key.attributes.environment = Environment::parse("test").unwrap();
        let (_, test) = scene.app.insert_token(OWNER, "test", test);
        scene.passes(&[("x-api-key", live.expose())]);
        scene.is_refused(&[("x-api-key", test.expose())], 1);
        scene.is_refused(&[("x-api-key", test.expose()), ("x-latchkey-environment", "live")], 1);
    }

    fn clients_of_an_invoices_service_learn_when_to_come_again(kind: Kind) {
        let mut scene = Scene::serving(kind, str::to_owned, answer_about_invoices);
        scene.app.insert_api_permissions(OWNER, "invoices:read invoices:write");
        scene.app.grant_to_role(OWNER, Role::Owner, "invoices:read");
        let (_, token) = scene.app.insert_token(OWNER, "Billing", |key| {
            key.attributes.external_id = ExternalId::parse("cus_9F3").unwrap();
            key.attributes.limits = limits("3/minute", "100/month");
        });
        let key = [("x-api-key", token.expose())];
        let mut ask = |method| {
            let page = scene.client.request(method, "/invoices", &key, None);
            let left = page.header("ratelimit").to_owned();
            let policy = page.header("ratelimit-policy").to_owned();
            (page.status, page.body.clone(), left, page.header("retry-after").to_owned(), policy)
        };
        let read = ask("GET");
        assert_eq!((read.0, read.1.as_str()), (200, "INV-1"));
        let written = ask("DELETE");
        assert_eq!((written.0, written.1.as_str()), (403, "not with this key"), "the service decides");
        // Caddy copies fields of an answer that lets a request pass to the service only.
        assert_eq!(written.2.contains("\"rate\";r=1"), kind == Kind::Nginx, "{}", written.2);
        assert_eq!(ask("GET").0, 200);
        let refused = ask("GET");
        assert_eq!((refused.0, refused.3.as_str()), (429, "61"));
        assert!(refused.2.contains("\"rate\";r=0;t=61") && refused.2.contains("\"quota\";r=97"), "{}", refused.2);
        assert!(refused.4.contains("\"rate\";q=3;w=60") && refused.4.contains("\"quota\";q=100"), "{}", refused.4);
        assert_eq!(scene.service.take().len(), 3, "what is refused never reaches the service");
        scene.app.clock.advance(time::Duration::seconds(61));
        assert_eq!(scene.client.request("GET", "/invoices", &key, None).status, 200);
    }

    fn a_restricted_key_passes_from_where_it_is_for_and_from_nowhere_else(kind: Kind) {
        let mut scene = Scene::new(kind);
        let certificate = "ab".repeat(32);
        let app = format!("com.example.app {certificate}");
        let (_, web) = scene.app.insert_restricted(OWNER, Restriction::TrustedDomains, "app.example.com");
        let (_, mobile) = scene.app.insert_restricted(OWNER, Restriction::AppIdentifiers, &app);
        let (web, mobile) = (("x-api-key", web.expose()), ("x-api-key", mobile.expose()));
        let package = ("x-android-package", "com.example.app");
        scene.passes(&[web, ("origin", "https://app.example.com")]);
        scene.passes(&[web, ("referer", "https://app.example.com/orders")]);
        scene.passes(&[mobile, package, ("x-android-cert", &certificate)]);
        scene.passes(&[mobile, ("x-app-identifier", &app)]);
        for elsewhere in [&[web][..], &[web, ("origin", "https://evil.org")], &[mobile], &[mobile, package],
            &[mobile, ("x-ios-bundle-identifier", "com.example.app")]]
        {
            scene.is_refused(elsewhere, 1);
        }
    }

    fn forged_headers_do_not_reach_the_service(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (_, token) = scene.app.insert_token(OWNER, "Deploy", |key| key.expires_at = None);
        for form in ["x-latchkey-", "X-LATCHKEY-", "x_latchkey_", "x-latchkey_"] {
            let names = KNOWN.map(|name| format!("{form}{name}").replace("_-", "_"));
            let underscored = names.clone().map(|name| if form.ends_with('_') { name.replace('-', "_") } else { name });
            for names in [names, underscored] {
                let mut headers: Vec<_> = names.iter().map(|name| (name.as_str(), "forged")).collect();
                headers.push(("x-api-key", token.expose()));
                let asked = scene.passes(&headers);
                assert!(!format!("{:?}", asked.headers).contains("forged"), "{:?}", asked.headers);
                assert_eq!(asked.value("x-latchkey-role"), "owner");
                assert_eq!(asked.value("x-latchkey-token"), "current");
                assert_eq!(asked.values("x-latchkey-token-ends-at").concat(), "", "it is the current one");
                assert_eq!(asked.values("x-latchkey-expires-at"), [""; 0], "the key never expires");
                assert_eq!(asked.value("x-latchkey-project-id"), "", "the key is in no project");
                assert_eq!(asked.value("x-latchkey-external-id"), "", "the key is no customer's");
                assert_eq!(asked.value("x-latchkey-environment"), "live");
            }
        }
    }

    fn a_deleted_key_stops_at_the_very_next_request(kind: Kind) {
        let mut scene = Scene::new(kind);
        for round in 0..5 {
            let (id, token) = scene.owner.create_confirmed_api_key(&format!("key {round}"));
            scene.passes(&[("x-api-key", &token)]);
            assert_eq!(scene.owner.post(&format!("{API_KEYS}/{id}/deletion"), &[]).status, 303);
            scene.is_refused(&[("x-api-key", &token)], 0);
        }
    }

    fn bodies_reach_the_service_and_latchkey_sees_only_what_it_needs(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (key, token) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        for length in [10, 200_000] {
            let body = "b".repeat(length);
            let headers = [
                ("x-api-key", token.expose()),
                ("cookie", "session=private"),
                ("x-forwarded-for", "203.0.113.9"),
                ("content-type", "text/plain"),
            ];
            let page = scene.client.request("POST", "/orders?page=2", &headers, Some(&body));
            assert_eq!(page.status, 200);
            let [to_service] = &scene.service.take()[..] else { panic!("one request") };
            assert_eq!((to_service.method.as_str(), to_service.path.as_str()), ("POST", "/orders?page=2"));
            assert_eq!(to_service.body, body.as_bytes());
            assert_eq!(to_service.value("cookie"), "session=private");

            let asked = format!("/v1/forward-auth?organization={}", key.organization_id);
            let [to_latchkey] = &scene.relay().backend.take()[..] else { panic!("one question") };
            assert_eq!((to_latchkey.method.as_str(), to_latchkey.path.as_str()), ("GET", asked.as_str()));
            assert!(to_latchkey.body.is_empty() && to_latchkey.value("content-length").len() < 2);
            assert_eq!(to_latchkey.value("cookie"), "");
            assert_eq!(to_latchkey.value("x-forwarded-for"), "127.0.0.1", "the client cannot make it up");
        }
    }

    fn when_latchkey_cannot_tell_nobody_passes(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (_, token) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        let headers = [("x-api-key", token.expose())];
        scene.passes(&headers);
        let (_, other) = scene.app.insert_token(OWNER, "Other", |_| {});
        let bearer = format!("Bearer {}", other.expose());
        scene.is_refused(&[headers[0], ("authorization", &bearer)], 2);
        scene.is_refused(&[("authorization", "Digest username=x")], 0);
        for (status, row) in [(429, 3), (503, 4)] {
            scene.relay().refuse(status, "7");
            scene.is_refused(&headers, row);
            assert_eq!(scene.get(&headers).header("retry-after"), "7", "{status}");
        }
        for status in [302, 400, 404, 500] {
            scene.relay().say(status, "");
            let page = scene.get(&headers);
            assert!(page.status >= 300 && scene.service.take().is_empty(), "{status}");
        }
        scene.relay().pass_to(&scene.app);
        scene.passes(&headers);
        scene.relay = None;
        scene.is_refused(&headers, 5);
        assert_eq!(scene.get(&headers).header("retry-after"), "");
    }

    fn when_latchkey_hangs_the_client_is_refused_in_time(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (_, token) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        // The kernel accepts connections, and nobody answers.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let snippet = scene.owner.get(VERIFICATION).test_id(&format!("snippet-{}", kind.name())).text;
        let base_url = scene.app.state.site.base_url.origin().ascii_serialization();
        let snippet = snippet.replace(&base_url, &format!("http://{}", silent.local_addr().unwrap()));
        let port = free_port();
        let _proxy = kind.start(&snippet, port, scene.service.authority());
        let began = Instant::now();
        scene.client = Client::new(&format!("http://127.0.0.1:{port}"));
        scene.is_refused(&[("x-api-key", token.expose())], 6);
        let waited = began.elapsed();
        assert!(waited >= Duration::from_secs(2) && waited < Duration::from_secs(20), "{waited:?}");
    }

    fn pages_of_trusted_domains_may_call_the_service(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (key, web) = scene.app.insert_restricted(OWNER, Restriction::TrustedDomains, "shop.example");
        let (_, server) = scene.app.insert_token(OWNER, "Server", |_| {});
        let shop = ("origin", "https://shop.example");
        let asks = |origin| [("origin", origin), ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "x-api-key"), ("cookie", "session=private")];
        for (origin, status, allowed) in [(shop.1, 204, shop.1), ("https://evil.example", 403, "")] {
            let page = scene.client.request("OPTIONS", "/orders?permission=x&page=2", &asks(origin), None);
            assert_eq!((page.status, page.header("access-control-allow-origin")), (status, allowed));
            assert_eq!(page.header("access-control-allow-methods"), if status == 204 { "PUT" } else { "" });
            assert!(scene.service.take().is_empty(), "the service need not answer preflights");
            let [to_latchkey] = &scene.relay().backend.take()[..] else { panic!("one question") };
            let path = format!("/v1/forward-auth?organization={}", key.organization_id);
            assert_eq!((to_latchkey.method.as_str(), to_latchkey.path.as_str()), ("OPTIONS", path.as_str()));
            assert_eq!(to_latchkey.value("cookie"), "");
            assert_eq!(to_latchkey.value("x-forwarded-for"), "127.0.0.1");
        }
        // Without what makes it a preflight it needs a key like every request.
        for headers in [&[shop][..], &[("access-control-request-method", "PUT")], &[]] {
            assert_eq!(scene.client.request("OPTIONS", "/orders", headers, None).status, 401, "{headers:?}");
        }
        assert!(scene.service.take().is_empty());
        let keyed = [&asks(shop.1)[..], &[("x-api-key", server.expose())]].concat();
        assert_eq!(scene.client.request("OPTIONS", "/orders", &keyed, None).body, "at your service");
        scene.service.take();

        let web = ("x-api-key", web.expose());
        scene.service_origin.store(true, Ordering::SeqCst);
        for (headers, status, readable) in [
            (&[web, shop][..], 200, shop.1),
            (&[shop], 401, shop.1),
            (&[web, ("origin", "https://evil.example")], 403, ""),
        ] {
            let page = scene.get(headers);
            let allowed: Vec<_> = page.headers.get_all("access-control-allow-origin").iter().collect();
            assert_eq!(page.status, status, "{headers:?}");
            assert!(allowed.len() < 2, "{allowed:?}");
            assert_eq!(page.header("access-control-allow-origin"), readable, "{headers:?}");
            assert_eq!(page.headers.get_all("vary").iter().any(|vary| vary == "Origin"), !readable.is_empty() || kind == Kind::Nginx);
        }
        let asked = scene.service.take();
        assert!(!format!("{asked:?}").contains("llow-Origin"), "{asked:?}");

        // A page can read that a key is used up.
        let (_, limited) = scene.app.insert_token(OWNER, "limited", |limited| {
            (limited.scope, limited.restrictions) = (key.scope, key.restrictions.clone());
            limited.attributes.limits = limits("1/minute", "");
        });
        for status in [200, 429] {
            let page = scene.get(&[("x-api-key", limited.expose()), shop]);
            assert_eq!((page.status, page.header("access-control-allow-origin")), (status, shop.1));
            // Caddy does not say on a request that passes what is left.
            if status == 429 || kind == Kind::Nginx {
                assert!(page.header("access-control-expose-headers").contains("RateLimit, "), "{status}");
                assert!(!page.header("ratelimit").is_empty(), "{status}");
            }
        }
    }

    fn the_services_own_errors_stay_its_own(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (_, token) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        for status in [401, 403, 429, 500, 503] {
            scene.service_status.store(status, Ordering::SeqCst);
            let page = scene.get(&[("x-api-key", token.expose())]);
            assert_eq!((page.status, page.body.as_str()), (status, "at your service"));
        }
    }

    fn an_application_keeps_its_own_authorization_beside_the_key(kind: Kind) {
        let mut scene = Scene::new(kind);
        let (key, token) = scene.app.insert_token(OWNER, "Deploy", |_| {});
        let (same, tokens) = (format!("Bearer {}", token.expose()), ("x-api-key", token.expose()));
        for own in ["Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Basic eDp5", "Digest username=x"] {
            let asked = scene.passes(&[tokens, ("authorization", own)]);
            assert_eq!((asked.value("authorization"), asked.value("x-latchkey-key-id")), (own, key.id.as_str()));
            assert!(asked.values("x-api-key").is_empty());
        }
        let asked = scene.passes(&[tokens, ("authorization", &same)]);
        assert!(asked.values("authorization").is_empty(), "the service need not see the token");
        let in_basic = format!("Basic {}", data_encoding::BASE64.encode(format!("x:{}", token.expose()).as_bytes()));
        let asked = scene.passes(&[("authorization", &in_basic)]);
        assert!(asked.values("authorization").is_empty());
        assert_eq!(asked.value("x-latchkey-key-id"), key.id.as_str());
    }

    fn over_https_latchkey_has_to_prove_who_it_is(kind: Kind) {
        // Each has a certificate authority of its own, which nobody else trusts.
        let encrypt = |port: u16, to: &str| {
            let site = format!("https://localhost:{port} {{\ntls internal\nreverse_proxy {to}\n}}");
            serve_caddy("skip_install_trust\nauto_https disable_redirects", &site, port, None)
        };
        let root = |program: &Program| {
            let path = program.path(".local/share/caddy/pki/authorities/local/root.crt");
            assert!(path.exists(), "{}", program.log());
            path.to_str().unwrap().to_owned()
        };
        let (port, other_port) = (free_port(), free_port());
        let app = TestApp::start_with(Database::Sqlite, |config| {
            config.base_url = Some(Url::parse(&format!("https://localhost:{port}")).unwrap());
        });
        let (latchkey, other) = (encrypt(port, &app.address), encrypt(other_port, &app.address));
        let service = Backend::start(|_| Answer { status: 200, ..Answer::default() });
        app.create_user(Role::Owner, "owner");
        let (_, token) = app.insert_token(OWNER, "Deploy", |_| {});
        let snippet = app.sign_in(Role::Member).get(VERIFICATION).test_id(&format!("snippet-{}", kind.name())).text;

        let ask = |port: u16, token: &str| {
            let mut client = Client::new(&format!("http://127.0.0.1:{port}"));
            client.request("GET", "/", &[("x-api-key", token)], None).status
        };
        let port = free_port();
        let _proxy = kind.start_trusting(Some(&root(&latchkey)), &snippet, port, service.authority());
        let began = Instant::now();
        // It listens before it has its certificate.
        while ask(port, token.expose()) != 200 {
            assert!(began.elapsed() < Duration::from_secs(30), "{}", latchkey.log());
        }
        assert_eq!(ask(port, "garbage"), 401);
        service.take();
        let port = free_port();
        let _proxy = kind.start_trusting(Some(&root(&other)), &snippet, port, service.authority());
        assert_eq!(ask(port, token.expose()), if kind == Kind::Nginx { 503 } else { 502 });
        assert!(service.take().is_empty());
    }
}
