//! How services verify keys: snippets with the address of this server, and the meaning of the answers.
//!
//! Each snippet is a template in `templates/settings/developers/verification`. `tests/it/verify` runs them exactly as
//! the page displays them.

use std::fmt::Display;

use actix_web::HttpResponse;
use askama::Template;
use url::{Host, Url};

use crate::{
    catalogue::Words,
    domain::{OrganizationId, Permission, Policy, policy::token_pattern, verification::Code},
    web::{
        answer,
        error::Error,
        labels,
        page::{Section, Shell},
        request_context::RequestContext,
        settings::{HOME, SETTINGS},
    },
};

#[derive(Template)]
#[template(path = "settings/developers/verification.html")]
struct VerificationPage {
    shell: Shell,
    is_address_unknown: bool,
    server: SnippetServer,
    snippets: Snippets,
    codes: Vec<CodeRow>,
    permissions: Vec<&'static str>,
    /// A regular expression that finds the tokens of the organization.
    token_pattern: String,
    /// What a token of the organization begins with.
    token_label: String,
}

/// The address of this server, and the organization that services must name.
struct SnippetServer {
    /// Without a trailing slash.
    url: String,
    host: String,
    port: u16,
    is_https: bool,
    organization_id: String,
    /// What the tokens of the organization begin with, as a part of a regular expression.
    prefixes: String,
}

struct Snippets {
    curl: Snippet,
    answer: Snippet,
    nginx: Snippet,
    caddy: Snippet,
    traefik: Snippet,
    envoy: Snippet,
    node: Snippet,
    python: Snippet,
    go: Snippet,
    introspection: Snippet,
}

struct Snippet {
    name: &'static str,
    /// A file name, or a description of the text.
    title: String,
    /// The program or language of the snippet.
    program: &'static str,
    lines: Vec<SnippetLine>,
}

struct SnippetLine {
    text: String,
    is_comment: bool,
}

/// The meaning of a code, and the answer of each endpoint.
struct CodeRow {
    code: &'static str,
    meaning: String,
    verify: u16,
    forward_auth: u16,
    introspection: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let server =
        SnippetServer::at(&request.state.site.base_url, &request.actor()?.person.organization_id, &request.policy());
    let policy = request.policy();
    answer::ok(&VerificationPage {
        token_pattern: token_pattern::of_tokens(&policy),
        token_label: policy.token_label(&policy.default_environment()).to_string(),
        shell: request.page(request.say("check-keys-from-your-service"), Section::Verification, &[HOME, SETTINGS]),
        is_address_unknown: request.state.site.is_address_unknown,
        snippets: Snippets::render(request.words(), &server)?,
        server,
        codes: Code::ALL.into_iter().map(|code| CodeRow::new(request.words(), code)).collect(),
        permissions: Permission::ALL.into_iter().map(Permission::as_str).collect(),
    })
}

impl SnippetServer {
    fn at(base_url: &Url, organization_id: &OrganizationId, policy: &Policy) -> Self {
        Self {
            prefixes: token_pattern::of_prefixes(policy),
            url: base_url.as_str().trim_end_matches('/').to_owned(),
            host: match base_url.host() {
                // Without the brackets of a URL.
                Some(Host::Ipv6(address)) => address.to_string(),
                Some(host) => host.to_string(),
                None => String::new(),
            },
            port: base_url.port_or_known_default().unwrap_or(443),
            is_https: base_url.scheme() == "https",
            organization_id: organization_id.to_string(),
        }
    }
}

/// Renders a template as plain text, which the page escapes.
macro_rules! render {
    ($path:tt) => {{
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct SnippetText;
        SnippetText.render()
    }};
    ($path:tt, $server:expr) => {{
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct SnippetText<'a> {
            server: &'a SnippetServer,
        }
        SnippetText { server: $server }.render()
    }};
}

impl Snippets {
    fn render(words: Words, server: &SnippetServer) -> askama::Result<Self> {
        let (shell, answer) = (words.say("verification-title-shell"), words.say("verification-title-answer"));
        let (traefik, envoy) = (words.say("verification-title-traefik"), words.say("verification-title-envoy"));
        Ok(Self {
            curl: Snippet::new("curl", "curl", &shell, &render!("settings/developers/verification/verify.sh", server)?),
            answer: Snippet::new("answer", "", &answer, &render!("settings/developers/verification/answer.json")?),
            nginx: Snippet::new(
                "nginx",
                "nginx",
                &"nginx.conf",
                &render!("settings/developers/verification/nginx.conf", server)?,
            ),
            caddy: Snippet::new(
                "caddy",
                "Caddy",
                &"Caddyfile",
                &render!("settings/developers/verification/Caddyfile", server)?,
            ),
            traefik: Snippet::new(
                "traefik",
                "Traefik",
                &traefik,
                &render!("settings/developers/verification/traefik.yml", server)?,
            ),
            envoy: Snippet::new(
                "envoy",
                "Envoy",
                &envoy,
                &render!("settings/developers/verification/envoy.yml", server)?,
            ),
            node: Snippet::new(
                "node",
                "Node.js",
                &"server.mjs",
                &render!("settings/developers/verification/server.mjs", server)?,
            ),
            python: Snippet::new(
                "python",
                "Python",
                &"server.py",
                &render!("settings/developers/verification/server.py", server)?,
            ),
            go: Snippet::new("go", "Go", &"server.go", &render!("settings/developers/verification/server.go", server)?),
            introspection: Snippet::new(
                "introspection",
                "curl",
                &shell,
                &render!("settings/developers/verification/introspect.sh", server)?,
            ),
        })
    }
}

impl Snippet {
    fn new(name: &'static str, program: &'static str, title: &dyn Display, text: &str) -> Self {
        let line = |text: &str| {
            let start = text.trim_start();
            SnippetLine { text: text.to_owned(), is_comment: start.starts_with("# ") || start.starts_with("//") }
        };
        Self { name, title: title.to_string(), program, lines: text.lines().map(line).collect() }
    }
}

impl CodeRow {
    fn new(words: Words, code: Code) -> Self {
        let (verify, forward_auth, introspection) = match code {
            Code::Valid => (200, 200, "active"),
            Code::NotFound
            | Code::KeyNotConfirmed
            | Code::Disabled
            | Code::Expired
            | Code::Revoked
            | Code::OwnerInactive => (200, 401, "not active"),
            // Introspection requests do not say from where a key was presented.
            Code::OriginNotAllowed | Code::NetworkNotAllowed | Code::AppNotAllowed => (200, 403, "not active"),
            // Introspection requests require no permission and no environment, and come from no browser.
            Code::BrowserNotAllowed | Code::EnvironmentNotAllowed | Code::InsufficientPermissions => {
                (200, 403, "active")
            }
            // Introspection takes nothing from limits.
            Code::RateLimited | Code::QuotaExceeded => (200, 429, "active"),
        };
        let introspection = match introspection {
            "active" => words.say("verification-active").into(),
            "not active" => words.say("verification-not-active").into(),
            status => status.to_owned(),
        };
        Self { code: code.as_str(), meaning: labels::code(words, code), verify, forward_auth, introspection }
    }
}
