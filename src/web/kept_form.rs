//! A form that was sent after its session had ended. It is kept during the sign-in and then displayed again with what
//! was typed. Nothing is carried out.
//!
//! The form is in an encrypted cookie, because a visitor without a session writes nothing into the database. It is
//! given back only to the account that its CSRF token was issued to, so another site cannot prepare a form.

use actix_web::{
    HttpResponse,
    body::{self, BoxBody, MessageBody},
    cookie::{Cookie, CookieJar, Key, SameSite, time::Duration as CookieDuration},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::{csrf, filling, request_context::RequestContext};
use crate::{
    domain::{Timestamp, Token},
    http::form,
    state::State,
};

const COOKIE: &str = "kept-form";
const LIFETIME: Duration = Duration::minutes(30);
/// The largest cookie that is set, in bytes. Browsers accept 4,096 with name and attributes.
const LARGEST: usize = 3_800;
/// Fields with these words in their names are never kept.
const SECRETS: [&str; 3] = ["password", "token", "secret"];
/// Fields that nobody types.
const UNTYPED: [&str; 3] = ["csrf", "next", "username"];

#[derive(Clone, Serialize, Deserialize)]
pub struct KeptForm {
    /// Path and query of the page that displays the form.
    page: String,
    /// The page on which the form was a dialog.
    behind: Option<String>,
    action: String,
    /// None if they are too large for a cookie.
    fields: Option<Vec<(String, String)>>,
    /// The form's own token. It says to which account it was displayed.
    csrf: String,
    /// In microseconds since 1970.
    kept_at: i64,
}

impl KeptForm {
    /// None if nothing was typed.
    pub fn read(context: &RequestContext, body: &[u8], page: String) -> Option<Self> {
        let csrf = form::field(body, "csrf")?;
        let typed = |(name, value): &(String, String)| {
            let is_secret = SECRETS.iter().any(|word| name.contains(word)) || Token::parse(value.trim()).is_ok();
            !is_secret && !UNTYPED.contains(&name.as_str())
        };
        let fields: Vec<_> = url::form_urlencoded::parse(body).into_owned().filter(typed).collect();
        if fields.is_empty() {
            return None;
        }
        let behind = context.came_from.clone().filter(|behind| context.wants_fragment && path_of(behind) != page);
        let (action, kept_at) = (context.location(), context.now().unix_micros());
        Some(Self { page, behind, action, fields: Some(fields), csrf, kept_at })
    }

    /// Where to continue after the sign-in.
    pub fn return_path(&self) -> &str {
        self.behind.as_deref().unwrap_or(&self.page)
    }

    /// The encrypted cookie, without the fields if it would be too large.
    pub fn seal(&self, state: &State) -> Option<Cookie<'static>> {
        self.encrypt(state).or_else(|| Self { fields: None, ..self.clone() }.encrypt(state))
    }

    fn encrypt(&self, state: &State) -> Option<Cookie<'static>> {
        let name = state.site.cookie_name(COOKIE);
        let mut jar = CookieJar::new();
        jar.private_mut(&key(state)).add(Cookie::new(name.clone(), serde_json::to_string(self).ok()?));
        let value = jar.get(&name)?.value().to_owned();
        let lifetime = CookieDuration::seconds(LIFETIME.whole_seconds());
        (value.len() <= LARGEST).then(|| cookie(state, value, lifetime))
    }

    fn open(request: &ServiceRequest, context: &RequestContext) -> Option<Self> {
        let cookie = request.cookie(&context.state.site.cookie_name(COOKIE))?;
        let cookie = CookieJar::new().private(&key(&context.state)).decrypt(cookie)?;
        let form: Self = serde_json::from_str(cookie.value()).ok()?;
        let kept_at = Timestamp::from_unix_micros(form.kept_at);
        let owner = &context.account.as_ref()?.person.id;
        let is_own = csrf::is_of_account(&context.state.csrf_key, owner.as_str(), &form.csrf);
        (is_own && context.now().is_within(kept_at, kept_at.plus(LIFETIME))).then_some(form)
    }
}

/// What a signed-in person's request for a page has to do with a kept form.
pub enum Restoration {
    Nothing,
    /// The page has the form: it is filled in.
    Fill(KeptForm),
    /// The form was a dialog of the page, which opens it again.
    OpenDialog(KeptForm),
    /// It is too old or of another account.
    Forget,
}

impl Restoration {
    pub fn find(request: &ServiceRequest, context: &RequestContext) -> Self {
        let has_cookie = request.cookie(&context.state.site.cookie_name(COOKIE)).is_some();
        if !has_cookie || context.account.is_none() || request.method() != Method::GET {
            return Self::Nothing;
        }
        match KeptForm::open(request, context) {
            None => Self::Forget,
            Some(form) if path_of(&form.page) == context.path => Self::Fill(form),
            Some(form) if form.behind.as_deref().is_some_and(|behind| path_of(behind) == context.path) => {
                Self::OpenDialog(form)
            }
            Some(_) => Self::Nothing,
        }
    }

    /// Changes the page accordingly.
    pub async fn apply(self, response: ServiceResponse, context: &RequestContext) -> ServiceResponse {
        let (form, is_here) = match self {
            Self::Nothing => return response,
            Self::Forget => return forget(response, context),
            Self::Fill(form) => (form, true),
            Self::OpenDialog(form) => (form, false),
        };
        if response.status() != StatusCode::OK {
            return response;
        }
        let change = |page: &str| match (is_here, &form.fields) {
            (false, _) => opening(page, &form.page),
            (true, Some(fields)) => {
                filling::fill(page, &form.action, fields, &context.say("kept-form-note").to_string())
            }
            (true, None) => filling::note(page, &form.action, &context.say("kept-form-too-large").to_string()),
        };
        let response = rewrite(response, change).await;
        if is_here { forget(response, context) } else { response }
    }
}

/// Where the dialog belongs, with an element that makes htmx load it.
fn opening(page: &str, dialog: &str) -> Option<String> {
    const SLOT: &str = "<div id=\"dialog-slot\"";
    let dialog = filling::escape(dialog);
    let loader = format!(
        "<span hidden data-hx-get=\"{dialog}\" data-hx-target=\"#dialog-slot\" data-hx-trigger=\"load\"></span>\n"
    );
    page.contains(SLOT).then(|| page.replacen(SLOT, &format!("{loader}{SLOT}"), 1))
}

async fn rewrite(response: ServiceResponse, change: impl FnOnce(&str) -> Option<String>) -> ServiceResponse {
    let (request, response) = response.into_parts();
    let (head, content) = response.into_parts();
    let bytes = body::to_bytes(content).await.unwrap_or_default();
    let changed = std::str::from_utf8(&bytes).ok().and_then(change);
    let content = changed.map_or_else(|| bytes.boxed(), MessageBody::boxed);
    let response: HttpResponse<BoxBody> = head.set_body(content);
    ServiceResponse::new(request, response)
}

fn forget(mut response: ServiceResponse, context: &RequestContext) -> ServiceResponse {
    let gone = cookie(&context.state, String::new(), CookieDuration::ZERO);
    if let Ok(value) = HeaderValue::from_str(&gone.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn cookie(state: &State, value: String, lifetime: CookieDuration) -> Cookie<'static> {
    Cookie::build(state.site.cookie_name(COOKIE), value)
        .path("/")
        .secure(state.site.secure_cookies)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(lifetime)
        .finish()
}

fn key(state: &State) -> Key {
    Key::from(&state.cookie_key)
}

fn path_of(location: &str) -> &str {
    location.split('?').next().unwrap_or_default()
}
