//! Displays the token of your own key again for a minute, if the policy keeps tokens. Requires a recently typed
//! password.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::Path,
};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, PATH, SETTINGS, parse_id};
use crate::{
    app::{
        self, NotShown,
        api_keys::token::{self, Shown},
    },
    web::{
        answer, csrf,
        error::Error,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

/// In seconds.
const SHOWN_FOR: i64 = 60;

/// The page without JavaScript, also after the password was typed.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/token.html")]
struct TokenPage {
    shell: Shell,
    action: String,
    back: String,
    form_token: String,
}

#[derive(Template)]
#[template(path = "settings/developers/api_keys/token_shown.html")]
struct TokenShownPage {
    shell: Shell,
    token: String,
    lookup: String,
    secret: String,
    back: String,
    /// Without a script the page waits for a click: browsers copy nothing on pages that were just loaded.
    is_copied: bool,
    seconds: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenQuery {
    /// Not empty: copies the token at once.
    copy: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenForm {
    /// Unique for each page that a browser can send again, that is, without a script.
    form_token: String,
}

/// A form that displays or copies a token.
pub struct TokenControl {
    pub action: String,
    /// A message id of the catalogue.
    pub label: &'static str,
    pub test_id: &'static str,
    pub form_token: String,
}

impl TokenControl {
    /// Both forms, for a key whose token can be displayed.
    pub fn both(request: &RequestContext, id: &str) -> Vec<Self> {
        let control = |query, label, test_id| Self {
            action: format!("{PATH}/{id}/token{query}"),
            label,
            test_id,
            form_token: csrf::seed(&mut (request.state.rng)()),
        };
        vec![control("", "token-show", "show-token"), control("?copy=1", "token-copy", "copy-token")]
    }
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let is_copied = is_copied(&request)?;
    let key = request.read(move |conn, context, actor| token::find_viewable(conn, context, actor, &id)).await?;
    request.require_proof()?;
    let title = Title::naming(|| request.say("token-show-heading"), "name", key.name.as_str());
    answer::ok(&TokenPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        action: path(key.id.as_str(), is_copied),
        back: format!("{PATH}/{}", key.id),
        form_token: csrf::seed(&mut (request.state.rng)()),
    })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let is_copied = is_copied(&request)?;
    let form_token = request.form::<TokenForm>()?.form_token;
    if form_token.len() > 64 {
        return Err(Error::Malformed);
    }
    let asked = id.clone();
    request.read(move |conn, context, actor| token::find_viewable(conn, context, actor, &asked)).await?;
    request.require_proof()?;
    // A script never sends a form again by itself. A page without its own token, such as the list, opens the page
    // first.
    let form_token = (!request.wants_fragment).then_some(form_token);
    if form_token.as_deref() == Some("") {
        return Ok(request.redirect(&path(id.as_str(), is_copied)));
    }
    let keys = request.state.current_token_keys().await?;
    let asked = id.clone();
    let shown = request
        .write(move |conn, context, actor| token::show(conn, context, actor, &keys, &asked, form_token.as_deref()));
    match shown.await {
        Err(app::Error::TokenNotShown(NotShown::FormUsed)) => Ok(request.redirect(&path(id.as_str(), is_copied))),
        shown => render(&request, &shown?, is_copied),
    }
}

fn render(request: &RequestContext, Shown { api_key, token }: &Shown, is_copied: bool) -> Result<HttpResponse, Error> {
    let back = format!("{PATH}/{}", api_key.id);
    let title = Title::naming(|| request.say("token-shown-heading"), "name", api_key.name.as_str());
    let page = TokenShownPage {
        shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        token: token.expose().to_owned(),
        lookup: token.key_id().to_owned(),
        secret: token.secret().to_owned(),
        back: back.clone(),
        is_copied,
        seconds: SHOWN_FOR,
    };
    let mut response = answer::render(StatusCode::OK, &page)?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    if !request.wants_fragment
        && let Ok(refresh) = header::HeaderValue::from_str(&format!("{SHOWN_FOR};url={back}"))
    {
        // Hides the token after a minute without a script.
        headers.insert(header::REFRESH, refresh);
    }
    Ok(response)
}

fn is_copied(request: &RequestContext) -> Result<bool, Error> {
    Ok(!request.query::<TokenQuery>()?.copy.is_empty())
}

fn path(id: &str, is_copied: bool) -> String {
    format!("{PATH}/{id}/token{}", if is_copied { "?copy=1" } else { "" })
}
