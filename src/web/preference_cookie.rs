//! Cookies that keep what a person prefers in one browser, without an account.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    dev::ServiceRequest,
};

use crate::state::Site;

/// Browsers keep no cookie longer (RFC 6265bis §5.5).
const LIFETIME: Duration = Duration::days(400);

pub fn read(request: &ServiceRequest, site: &Site, name: &str) -> Option<String> {
    request.cookie(&site.cookie_name(name)).map(|cookie| cookie.value().to_owned())
}

/// Without a value, the browser forgets the cookie.
pub fn set(response: &mut HttpResponse, site: &Site, name: &str, value: Option<&str>) {
    let cookie = Cookie::build(site.cookie_name(name), value.unwrap_or_default())
        .path("/")
        .secure(site.secure_cookies)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(if value.is_some() { LIFETIME } else { Duration::ZERO })
        .finish();
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::warn!(%error, name, "the cookie for a preference could not be set");
    }
}
