//! CORS (Fetch Standard §3.2), for web pages that call services of other origins. A browser first sends a preflight,
//! which carries no key. It lets a page read only those answers that allow it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web,
};

use super::{X_CODE, accepted};
use crate::{
    app::trusted_origins::OriginQuestion,
    domain::{
        Organizations, Scope,
        api_key::restrictions::{Origin, TrustedDomain},
        verification::{Code, PresentedKey},
    },
    http::{api_headers, authentication::read_in_time, problem::Problem, throttle::Throttle},
    state::State,
};

const X_FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
const X_ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
/// How many seconds browsers remember the answer to a preflight. It grants nothing: the key is verified each time.
const MAX_AGE: &str = "600";
/// What pages can read beside the headers that browsers show to all of them.
const EXPOSED_HEADERS: &str = "RateLimit, RateLimit-Policy, Retry-After, X-Latchkey-Code";
const VARY: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// What a browser asks before it sends a page's request.
#[derive(Debug)]
pub struct Preflight<'a> {
    origin: &'a HeaderValue,
    method: &'a HeaderValue,
    headers: Option<&'a HeaderValue>,
}

impl<'a> Preflight<'a> {
    /// None if the request is not a preflight. If a proxy only asks about a preflight, its method is in a header. It is
    /// then refused like every request without a key: a positive answer would let it pass to the service.
    pub fn read(request: &'a HttpRequest) -> Option<Self> {
        let headers = request.headers();
        let is_asked_about = headers.contains_key(X_FORWARDED_METHOD) || headers.contains_key(X_ORIGINAL_METHOD);
        if request.method() != Method::OPTIONS || is_asked_about {
            return None;
        }
        Some(Self {
            origin: headers.get(header::ORIGIN)?,
            method: headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?,
            headers: headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS),
        })
    }

    /// A page that may use a key may use every method and header: the service decides which ones exist. Cookies are not
    /// allowed, because keys need none.
    pub fn allow(&self) -> HttpResponse {
        let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
        let headers = response.headers_mut();
        api_headers::append(headers);
        headers.append(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        headers.append(header::ACCESS_CONTROL_ALLOW_METHODS, self.method.clone());
        headers.append(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
        headers.append(header::VARY, HeaderValue::from_static(VARY));
        if let Some(names) = self.headers {
            headers.append(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
        response
    }

    pub fn refusal() -> HttpResponse {
        let mut response = HttpResponse::new(StatusCode::FORBIDDEN);
        let headers = response.headers_mut();
        api_headers::append(headers);
        headers.append(X_CODE, HeaderValue::from_static(Code::OriginNotAllowed.as_str()));
        headers.append(header::VARY, HeaderValue::from_static(VARY));
        response
    }
}

/// Lets the page read the answer to its request, and in it what is left of the limits and why a key was refused.
pub fn expose(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.append(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.append(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// The origin of the page that presents this Web key, if the key allows it.
pub fn origin_of_page<'a>(request: &'a HttpRequest, subject: &PresentedKey) -> Option<&'a HeaderValue> {
    if subject.scope != Scope::Web {
        return None;
    }
    let (value, origin) = read_origin(request)?;
    let admits = |origin| match &subject.restrictions {
        Some(restrictions) => restrictions.trusted_domains.admits(Some(origin), TrustedDomain::matches),
        None => true,
    };
    admits(&origin).then_some(value)
}

/// The origin of the calling page, if some Web key allows it.
pub async fn trusted_origin<'a>(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &'a HttpRequest,
    named: Option<Organizations>,
) -> Result<Option<&'a HeaderValue>, Problem> {
    let Some((value, origin)) = read_origin(request) else { return Ok(None) };
    let organizations = accepted(state, throttle, request, named).await?;
    let question = OriginQuestion { origin, organizations };
    let mut is_trusted = state.trusted_origins.remember(&question, &state.verification_cache);
    if !is_trusted {
        let (origins, now) = (state.trusted_origins.clone(), state.clock.now());
        let load = read_in_time(state, throttle, request, move |conn| origins.load(conn, question, now));
        is_trusted = Box::pin(load).await?;
    }
    Ok(is_trusted.then_some(value))
}

/// The header, if it occurs exactly once.
fn read_origin(request: &HttpRequest) -> Option<(&HeaderValue, Origin)> {
    let mut all = request.headers().get_all(header::ORIGIN);
    let value = all.next()?;
    if all.next().is_some() {
        return None;
    }
    Some((value, Origin::parse(value.to_str().ok()?)?))
}
