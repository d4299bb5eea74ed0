//! How services verify keys: snippets with the address of this server, and the meaning of the answers.
//!
//! Each snippet is a template in `templates/settings/developers/verification`. `tests/it/verify` runs them exactly as
//! the page displays them.

use std::fmt::Display;

use actix_web::HttpResponse;
use askama::Template;
use url::{Host, Url};

use crate::{
    app,
    catalogue::Words,
    domain::{
        Actor, ApiPermission, OrganizationId, Permission, Policy, TokenLabel,
        policy::{OfferedAttribute, token_pattern},
        verification::Code,
    },
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
    /// The permissions of the organization's own API.
    api_permissions: Vec<ApiPermission>,
    /// Without a choice of environments, the page says nothing about them.
    environments: Vec<NamedEnvironment>,
    /// "External ID and metadata", or what of it keys can have.
    attributes: Option<String>,
    /// A regular expression that finds the tokens of the organization.
    token_pattern: String,
    /// What a token of the organization begins with.
    token_label: String,
}

/// An environment, and what its tokens begin with.
struct NamedEnvironment {
    name: String,
    label: String,
}

/// The address of this server, and what the organization has configured that services ask about.
struct SnippetServer {
    /// Without a trailing slash.
    url: String,
    host: String,
    port: u16,
    is_https: bool,
    organization_id: String,
    /// What the tokens of the organization begin with, as a part of a regular expression.
    prefixes: String,
    /// A permission of the organization's API, to require in examples.
    permission: Option<String>,
    /// That of an example.
    environment: String,
    /// An example in JSON, if keys can have one.
    external_id: Option<&'static str>,
    metadata: Option<&'static str>,
    /// Whether keys can be limited, all or some of them.
    has_limits: bool,
    rate_limit: Option<SampleLimit>,
    quota: Option<SampleLimit>,
}

/// How often a key can be used, what is left of that, and the period.
type SampleLimit = (u32, u32, &'static str);

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
    /// Asks for a permission of the organization's API.
    permission: Option<Snippet>,
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
    let policy = request.policy();
    let names =
        |conn: &mut _, _: &_, actor: &Actor| app::api_permissions::list_names(conn, &actor.person.organization_id);
    let api_permissions = request.read(names).await?;
    let labels =
        |conn: &mut _, _: &_, actor: &Actor| app::policies::former_token_labels(conn, &actor.person.organization_id);
    let former = request.read(labels).await?;
    let organization_id = &request.actor()?.person.organization_id;
    let base_url = &request.state.site.base_url;
    let server = SnippetServer::new(base_url, organization_id, &policy, &former, &api_permissions);
    let attributes = match (server.external_id, server.metadata) {
        (Some(_), Some(_)) => Some(request.say("verification-attributes").into()),
        (Some(_), None) => Some(request.say("attribute-external-id").into()),
        (None, Some(_)) => Some(request.say("attribute-metadata").into()),
        (None, None) => None,
    };
    answer::ok(&VerificationPage {
        token_pattern: token_pattern::of_tokens(&policy, &former),
        token_label: policy.token_label(&policy.default_environment()).to_string(),
        shell: request.page(request.say("check-keys-from-your-service"), Section::Verification, &[HOME, SETTINGS]),
        is_address_unknown: request.state.site.is_address_unknown,
        snippets: Snippets::render(request.words(), &server)?,
        codes: Code::ALL
            .into_iter()
            .filter(|code| server.may_answer(*code, &policy))
            .map(|code| CodeRow::new(request.words(), code))
            .collect(),
        permissions: Permission::ALL.into_iter().map(Permission::as_str).collect(),
        api_permissions,
        environments: NamedEnvironment::all(&policy),
        attributes,
        server,
    })
}

impl NamedEnvironment {
    /// Empty if there is no choice.
    fn all(policy: &Policy) -> Vec<Self> {
        let all = if policy.has_environments() { policy.environments() } else { Vec::new() };
        let named =
            |environment| Self { label: policy.token_label(&environment).to_string(), name: environment.to_string() };
        all.into_iter().map(named).collect()
    }
}

impl SnippetServer {
    fn new(
        base_url: &Url,
        organization_id: &OrganizationId,
        policy: &Policy,
        former: &[TokenLabel],
        api_permissions: &[ApiPermission],
    ) -> Self {
        let limits = policy.key_limits();
        Self {
            prefixes: token_pattern::of_prefixes(policy, former),
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
            permission: example_of(api_permissions).map(|permission| permission.name.to_string()),
            environment: policy.default_environment().to_string(),
            external_id: policy.offers(OfferedAttribute::ExternalId).then_some("\"cus_9F3\""),
            metadata: policy.offers(OfferedAttribute::Metadata).then_some("{ \"plan\": \"pro\" }"),
            has_limits: !limits.is_empty() || policy.offers(OfferedAttribute::Limits),
            rate_limit: limits.rate.map(|rate| (rate.count.get(), rate.count.get() - 1, rate.period.as_str())),
            quota: limits.quota.map(|quota| (quota.count.get(), quota.count.get() - 1, quota.period.as_str())),
        }
    }

    /// Whether a key of the organization can get this code from a service that asks for what the page describes.
    fn may_answer(&self, code: Code, policy: &Policy) -> bool {
        match code {
            Code::BrowserNotAllowed => policy.refuse_browsers_with_server_keys,
            Code::EnvironmentNotAllowed => policy.has_environments(),
            Code::RateLimited | Code::QuotaExceeded => self.has_limits,
            _ => true,
        }
    }
}

/// Most services begin by reading.
fn example_of(api_permissions: &[ApiPermission]) -> Option<&ApiPermission> {
    let reads = |permission: &&ApiPermission| permission.name.as_str().ends_with(":read");
    api_permissions.iter().find(reads).or(api_permissions.first())
}

/// Renders a template as plain text, which the page escapes.
macro_rules! render {
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
            answer: Snippet::new(
                "answer",
                "",
                &answer,
                &render!("settings/developers/verification/answer.json", server)?,
            ),
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
            permission: match server.permission {
                Some(_) => Some(Snippet::new(
                    "permission",
                    "curl",
                    &shell,
                    &render!("settings/developers/verification/require.sh", server)?,
                )),
                None => None,
            },
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
