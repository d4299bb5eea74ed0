//! Go to: finds keys by name and pages by title. The text is sent by POST, so that a pasted token stays out of
//! addresses, logs and history.

use actix_web::{HttpResponse, http::Method};
use askama::{Template, filters::HtmlSafe};
use serde::Deserialize;

use super::{
    ROUTES, answer,
    error::Error,
    flash::Flash,
    page::{ApiKeyDisplay, Section, Shell},
    request_context::RequestContext,
    settings::developers::api_keys::PATH as API_KEYS,
};
use crate::{
    app::api_keys::{View, list_query::ListQuery, listing, search::find_by_token},
    domain::{
        Permission,
        api_key::{
            listing::{Column, Criteria, Order},
            search::{Search, token_in},
        },
    },
    http::routes::{self, Access},
};

const PATH: &str = "/go-to";
const MOST_KEYS: usize = 8;
/// The pages, each with its title as a message of the catalogue.
const PAGES: [(&str, &str); 11] = [
    ("/", "home"),
    (API_KEYS, "api-keys"),
    ("/settings/developers/verification", "check-keys-from-your-service"),
    ("/settings/members", "members"),
    ("/settings/projects", "projects"),
    ("/settings/policy", "policy-heading"),
    ("/settings/audit-log", "audit-log"),
    ("/settings/account", "your-account"),
    ("/settings/account/sessions", "sessions-heading"),
    ("/settings/account/activity", "activity-heading"),
    ("/shortcuts", "shortcuts-heading"),
];

#[derive(Template)]
#[template(path = "go_to.html")]
struct GoToPage {
    shell: Shell,
    results: GoToResults,
}

/// What the text matches. A script puts it under the field while somebody types.
#[derive(Template)]
#[template(path = "go_to/results.html")]
struct GoToResults {
    shell: Shell,
    /// The text, without the secrets of tokens.
    text: String,
    keys: Vec<ApiKeyDisplay>,
    pages: Vec<(&'static str, String)>,
}

/// The template escapes what it displays.
impl HtmlSafe for GoToResults {}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GoToQuery {
    q: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let GoToQuery { q } = request.query()?;
    let results = find(&request, &q).await?;
    let frame = if request.wants_fragment { RequestContext::dialog } else { RequestContext::page };
    let shell = frame(&request, request.say("go-to"), Section::None, &[]);
    answer::ok(&GoToPage { shell, results })
}

/// A script gets the results. A form leads to the only result, or to the one with exactly this name.
pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let GoToQuery { q } = request.form()?;
    if request.wants_fragment {
        return answer::ok(&find(&request, &q).await?);
    }
    if token_in(&q).is_some() {
        return find_key_of_token(&request, q).await;
    }
    let results = find(&request, &q).await?;
    Ok(request.redirect(&results.destination()))
}

async fn find_key_of_token(request: &RequestContext, text: String) -> Result<HttpResponse, Error> {
    let keys = request.state.current_token_keys().await?;
    let found = request.read(move |conn, context, actor| find_by_token(conn, context, actor, &keys, &text)).await?;
    let Some(found) = found else {
        request.set_flash(Flash::TokenNotFound)?;
        return Ok(request.redirect(PATH));
    };
    request.set_flash(if found.has_its_secret { Flash::TokenFound } else { Flash::TokenOfOtherSecret })?;
    Ok(request.redirect(&format!("{API_KEYS}/{}", found.api_key_id)))
}

/// Keys and pages for this text; without a text, the last used keys and all pages.
async fn find(request: &RequestContext, text: &str) -> Result<GoToResults, Error> {
    let search = Search::parse(text);
    let text = search.as_ref().map(|search| search.as_str().to_owned()).unwrap_or_default();
    let (now, policy, words) = (request.now(), request.policy(), request.words());
    let sees_all = request.actor()?.may(Permission::SeeAllApiKeys, &policy);
    let order = if search.is_some() { Order::default() } else { Order { column: Column::Used, descending: true } };
    let query = ListQuery {
        view: if sees_all { View::Organization } else { View::Mine },
        criteria: Criteria { search, ..Criteria::default() },
        order,
        ..ListQuery::default()
    };
    let keys =
        request.read(move |conn, context, actor| listing::list_first(conn, context, actor, &query, MOST_KEYS)).await?;
    let mut keys: Vec<_> = keys.iter().map(|key| ApiKeyDisplay::new(words, key, now, policy.soon())).collect();
    let folded = text.to_lowercase();
    keys.sort_by_key(|key| !key.name.to_lowercase().starts_with(&folded));
    let pages = PAGES.into_iter().map(|(path, label)| (path, request.say(label).to_string()));
    let pages = pages.filter(|(path, label)| label.to_lowercase().contains(&folded) && may_open(request, path));
    let pages = pages.collect();
    Ok(GoToResults { shell: request.dialog(request.say("go-to"), Section::None, &[]), text, keys, pages })
}

/// Whether the route of this page lets the signed-in person pass.
fn may_open(request: &RequestContext, path: &str) -> bool {
    let access = routes::find(ROUTES, &Method::GET, path).map(|route| route.access);
    match (access, request.actor()) {
        (Some(Access::May(permission)), Ok(actor)) => actor.may(permission, &request.policy()),
        (access, _) => access.is_some(),
    }
}

impl GoToResults {
    fn destination(&self) -> String {
        let folded = self.text.to_lowercase();
        let named = self.keys.iter().filter(|key| key.name.to_lowercase() == folded);
        let mut links: Vec<_> = self.keys.iter().map(|key| format!("{API_KEYS}/{}", key.id)).collect();
        if let [key] = named.collect::<Vec<_>>()[..] {
            links = vec![format!("{API_KEYS}/{}", key.id)];
        } else {
            links.extend(self.pages.iter().map(|(path, _)| (*path).to_owned()));
        }
        match &links[..] {
            [only] if !self.text.is_empty() => only.clone(),
            _ => {
                let query: String = url::form_urlencoded::byte_serialize(self.text.as_bytes()).collect();
                format!("{PATH}?q={query}")
            }
        }
    }
}
