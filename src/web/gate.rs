//! Every request for a page passes here first. The gate identifies the account, checks its permission, and refuses
//! forged requests. It also turns every error into a page.

use std::{panic::AssertUnwindSafe, rc::Rc};

use actix_session::{Session, SessionExt as _};
use actix_web::{
    Error as ActixError, HttpMessage as _, HttpResponse,
    body::{BoxBody, MessageBody},
    cookie::{Cookie, SameSite},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, Uri,
        header::{self, Header as _, HeaderValue, Preference},
    },
    middleware::Next,
    web,
};
use futures_util::FutureExt as _;
use tracing_actix_web::RequestId;

use super::{
    ROUTES, appearance, csrf,
    error::Error,
    error_page,
    kept_form::{KeptForm, Restoration},
    known_device, missing, password_proof, preference_cookie,
    request_context::RequestContext,
    shortcuts,
};
use crate::{
    app,
    domain::{Language, UserAgent, UserId},
    http::{
        client, form, origin,
        routes::{self, Access},
        sessions::{ADDRESS, AGENT, UNAVAILABLE, USER_ID},
    },
    state::{State, security_log::SecurityEvent},
    store::{
        Reason,
        users::{Account, password_mark},
    },
};

/// The session entry for the seed of its form tokens.
const CSRF_SEED: &str = "csrf_seed";
/// The session entry that binds it to the password that it began with.
const PASSWORD_MARK: &str = "password_mark";
const CSRF_FIELD: &str = "csrf";

pub async fn pass<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let state = state_of(&request)?;
    let cookie = VisitorCookie::read(&request, &state);
    let account = find_account(&request, &state).await;
    let mut context = begin_context(&request, state, &cookie.seed);
    let admitted = match account {
        Ok(account) => {
            context.account = account.map(Rc::new);
            match admit(&mut request, &mut context, &cookie).await {
                Ok(()) if context.account.is_some() => password_proof::take_from_form(&mut context).await,
                admitted => admitted.map(|()| None),
            }
        }
        Err(error) => Err(error),
    };

    let restoration = Restoration::find(&request, &context);
    let mut response = match admitted {
        Ok(Some(answer)) => request.into_response(answer),
        Ok(None) => {
            request.extensions_mut().insert(context.clone());
            next.call(request).await?.map_into_boxed_body()
        }
        Err(error) => request.error_response(error),
    };
    let explained = explain(&response, &context).await;
    if let Some(page) = error_page(&response, &context, explained.as_ref()) {
        response = response.into_response(page);
    }
    response = restoration.apply(response, &context).await;
    finish(&mut response, &context, &cookie);
    Ok(response)
}

/// The answer for paths without a row.
pub async fn not_found() -> Result<HttpResponse, Error> {
    Err(Error::NotFound)
}

/// The last resort, outside of the sessions: an error that reaches it has no page yet.
pub async fn catch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => {
            tracing::error!(%error, "request failed outside a page");
            Err(InternalError::from_response(error, error_page::respond_bare(request_id)).into())
        }
        Err(_) => {
            tracing::error!("a handler panicked");
            let error = Error::Internal(anyhow::anyhow!("a handler panicked"));
            Err(InternalError::from_response(error, error_page::respond_bare(request_id)).into())
        }
    }
}

/// Signs a person in under a new cookie, so that an older one is no longer valid. `password_hash` is the hash that the
/// password matched, or the hash of a new password.
pub fn sign_in(context: &RequestContext, user_id: &UserId, password_hash: &str) -> Result<(), Error> {
    context.session.renew();
    // Nothing of the previous account may remain, above all no messages.
    context.session.clear();
    context.session.insert(USER_ID, user_id.as_str())?;
    context.session.insert(PASSWORD_MARK, password_mark(password_hash).as_str())?;
    context.session.insert(CSRF_SEED, csrf::seed(&mut (context.state.rng)()))?;
    context.session.insert(ADDRESS, &context.address)?;
    context.session.insert(AGENT, &context.agent)?;
    context.record_password_proof()
}

fn begin_context(request: &ServiceRequest, state: web::Data<State>, visitor_seed: &str) -> RequestContext {
    let session = request.get_session();
    let is = |name: &str| request.headers().get(name).is_some_and(|value| value == "true");
    let network = client::network(request.request());
    let device_cookie = request.cookie(&state.site.cookie_name(known_device::COOKIE));
    let device_cookie = device_cookie.map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let has_shortcuts = shortcuts::are_on(preference_cookie::read(request, &state.site, shortcuts::COOKIE).as_deref());
    let language = appearance::language(request, &state.site);
    let browser_theme = appearance::theme(request, &state.site);
    let csrf_seed = session.get(CSRF_SEED).ok().flatten().unwrap_or_else(|| visitor_seed.to_owned());
    RequestContext {
        state,
        session,
        account: None,
        csrf_seed,
        wants_fragment: is("hx-request") && !is("hx-history-restore-request"),
        browser_language: language.unwrap_or_else(|| browser_language(request)),
        browser_theme,
        address: client::address(request.request()).map(|address| address.to_string()),
        network: network.map(|network| network.to_string()).unwrap_or_default(),
        client: network,
        agent: agent(request),
        device_cookie,
        has_shortcuts,
        request_id: request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default(),
        came_from: came_from(request),
        path: request.path().to_owned(),
        is_safe: request.method().is_safe(),
        body: web::Bytes::new(),
        kept_form: None,
        query: request.query_string().to_owned(),
    }
}

/// The first preferred language of the browser (RFC 9110 §12.5.4) that the catalogue has.
fn browser_language(request: &ServiceRequest) -> Language {
    let Ok(accepted) = header::AcceptLanguage::parse(request) else { return Language::default() };
    let known = |tag: Preference<header::LanguageTag>| Language::parse(tag.item()?.primary_language());
    accepted.ranked().into_iter().find_map(known).unwrap_or_default()
}

/// The page that htmx reports, or else the browser (`Referer`, RFC 9110 §10.1.3). Only if it is on the host of this
/// request.
fn came_from(request: &ServiceRequest) -> Option<String> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let page: Uri = text("hx-current-url").or_else(|| text("referer"))?.parse().ok()?;
    let is_own = page.authority().is_some_and(|authority| Some(authority.as_str()) == text("host"));
    is_own.then(|| page.path_and_query().map(ToString::to_string)).flatten()
}

/// The browser's user agent, in one line.
fn agent(request: &ServiceRequest) -> Option<String> {
    let value = request.headers().get(header::USER_AGENT)?.as_bytes();
    UserAgent::from_header(value).map(|agent| agent.as_str().to_owned())
}

/// The current account, not as it was at sign-in.
async fn find_account(request: &ServiceRequest, state: &State) -> Result<Option<Account>, Error> {
    let session = request.get_session();
    if let Some(reason) = session.get::<String>(UNAVAILABLE).ok().flatten() {
        let reason = Reason::parse(&reason).unwrap_or(Reason::Away);
        return Err(Error::Unavailable(reason, "the session could not be read".to_owned()));
    }
    let Some(user_id) = user_id(&session) else { return Ok(None) };
    let account = state.read_briefly(move |conn| app::actors::find_active(conn, &user_id)).await?;
    // A sign-in with the old password may have been in progress while a new one was set. Its session then began after
    // all others were ended.
    let mark = session.get::<String>(PASSWORD_MARK).ok().flatten();
    let account = account.filter(|account| mark.as_deref() == Some(account.password_mark.as_str()));
    if account.is_none() {
        // Not purged: the session middleware would then ignore a sign-in by this request.
        session.clear();
    }
    Ok(account)
}

fn user_id(session: &Session) -> Option<UserId> {
    session.get::<String>(USER_ID).ok().flatten().and_then(|id| UserId::parse(&id).ok())
}

/// Reads the form, for both the CSRF guard and the handler.
async fn read_body(request: &mut ServiceRequest, limit: usize) -> Result<web::Bytes, Error> {
    if !request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Error::Malformed);
    }
    let payload = request.extract::<web::Payload>().await.map_err(|_| Error::Malformed)?;
    payload.to_bytes_limited(limit).await.map_err(|_| Error::TooLarge)?.map_err(|_| Error::Malformed)
}

async fn admit(
    request: &mut ServiceRequest,
    context: &mut RequestContext,
    cookie: &VisitorCookie,
) -> Result<(), Error> {
    let pattern = request.match_pattern().filter(|pattern| ROUTES.iter().any(|route| route.path == pattern));
    let Some(pattern) = pattern else { return Err(Error::NotFound) };
    let Some(route) = routes::find(ROUTES, request.method(), &pattern) else {
        return Err(Error::MethodNotAllowed { allow: routes::allowed(ROUTES, &pattern) });
    };
    if route.access != Access::Anyone && context.account.is_none() {
        let next = keep_form(request, context, &pattern, route.body_limit).await;
        return Err(Error::SignedOut { next: next.unwrap_or_else(|| return_path(request)) });
    }
    if !request.method().is_safe() {
        context.body = read_body(request, route.body_limit).await?;
        let token = form::field(&context.body, CSRF_FIELD).unwrap_or_default();
        let is_own = origin::is_own(request.headers(), &context.state.site.base_url);
        let is_valid = csrf::is_valid(&context.state.csrf_key, &context.csrf_seed, &token);
        if is_valid && !is_own && origin::is_hidden(request.headers()) {
            context.count_security_event(SecurityEvent::ForeignOrigin);
            return Err(Error::OriginHidden);
        }
        if !is_own || !is_valid {
            let has_no_cookie = context.account.is_none() && cookie.is_new && is_own;
            context.count_security_event(if is_own { SecurityEvent::ForgedForm } else { SecurityEvent::ForeignOrigin });
            return Err(if has_no_cookie { Error::NoCookie } else { Error::Forged });
        }
    }
    match (route.access, &context.account) {
        (Access::May(permission), Some(account)) if !account.actor().may(permission, &account.policy) => {
            Err(Error::Forbidden)
        }
        _ => Ok(()),
    }
}

/// Keeps a form that was sent without a session. Returns the page that displays it again after the sign-in.
async fn keep_form(
    request: &mut ServiceRequest,
    context: &mut RequestContext,
    pattern: &str,
    limit: usize,
) -> Option<String> {
    if request.method().is_safe() || !origin::is_own(request.headers(), &context.state.site.base_url) {
        return None;
    }
    let form = KeptForm::read(context, &read_body(request, limit).await.ok()?, form_page(request, pattern))?;
    context.kept_form = Some(form.seal(&context.state)?);
    Some(form.return_path().to_owned())
}

/// The page that displays the form of this address: the page of new things, the page at the same address, or else the
/// one that the browser came from.
fn form_page(request: &ServiceRequest, pattern: &str) -> String {
    let is_page = |path: &str| routes::find(ROUTES, &Method::GET, path).is_some();
    if is_page(&format!("{pattern}/new")) {
        return format!("{}/new", request.path());
    }
    if is_page(pattern) { request.path().to_owned() } else { return_path(request) }
}

/// Where to continue after signing in: the page, or the page of the form that was sent.
fn return_path(request: &ServiceRequest) -> String {
    if request.method() == Method::GET {
        return request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    }
    let referer = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok());
    let page = referer.and_then(|referer| url::Url::parse(referer).ok()).map(|page| page.path().to_owned());
    // Without JavaScript, a form may be displayed at an address that only accepts POST.
    let is_page = |path: &String| ROUTES.iter().any(|route| route.method == Some(Method::GET) && route.path == path);
    page.filter(is_page).unwrap_or_else(|| "/".to_owned())
}

/// A better error than the one of the response, if the subject was deleted.
async fn explain(response: &ServiceResponse, context: &RequestContext) -> Option<Error> {
    let is_not_found = matches!(response.response().error()?.as_error::<Error>()?, Error::NotFound);
    let pattern = response.request().match_pattern()?;
    let is_page = ROUTES.iter().any(|route| route.path == pattern);
    if is_not_found && is_page { missing::explain(context).await } else { None }
}

fn error_page(response: &ServiceResponse, context: &RequestContext, explained: Option<&Error>) -> Option<HttpResponse> {
    let error = response.response().error()?;
    let known = explained.or_else(|| error.as_error::<Error>());
    if known.is_some_and(|known| known.status().is_server_error()) {
        tracing::error!(%error, "request failed");
    }
    match known {
        Some(Error::Forbidden) => context.count_security_event(SecurityEvent::Forbidden),
        Some(Error::RateLimited { .. }) => context.count_security_event(SecurityEvent::RateLimited),
        _ => {}
    }
    // Errors of the library come from reading the request: it was malformed.
    Some(error_page::respond(known.unwrap_or(&Error::Malformed), context))
}

fn finish(response: &mut ServiceResponse, context: &RequestContext, cookie: &VisitorCookie) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("hx-request"));
    if cookie.is_new && context.account.is_none() {
        cookie.set(response, &context.state);
    }
    let kept = context.kept_form.as_ref().and_then(|cookie| HeaderValue::from_str(&cookie.to_string()).ok());
    if let Some(value) = kept {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn state_of(request: &ServiceRequest) -> Result<web::Data<State>, Error> {
    let state = request.app_data::<web::Data<State>>();
    state.cloned().ok_or_else(|| Error::Internal(anyhow::anyhow!("the application has no state")))
}

/// The cookie of visitors who are not signed in. It holds only the seed of their form tokens, so opening the sign-in
/// page writes nothing into the database.
struct VisitorCookie {
    seed: String,
    is_new: bool,
}

impl VisitorCookie {
    fn read(request: &ServiceRequest, state: &State) -> Self {
        let cookie = request.cookie(&state.site.cookie_name("visitor"));
        let seed = cookie.map(|cookie| cookie.value().to_owned()).filter(|seed| (32..=64).contains(&seed.len()));
        let is_new = seed.is_none();
        Self { seed: seed.unwrap_or_else(|| csrf::seed(&mut (state.rng)())), is_new }
    }

    fn set(&self, response: &mut ServiceResponse, state: &State) {
        let secure = state.site.secure_cookies;
        let cookie = Cookie::build(state.site.cookie_name("visitor"), self.seed.as_str())
            .path("/")
            .secure(secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .finish();
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}
