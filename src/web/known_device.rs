//! The cookie of a browser that has signed in before.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};

use super::request_context::RequestContext;
use crate::app::known_devices::{KnownDevice, LIFETIME_DAYS};

/// The name of the cookie, without the part that depends on the site.
pub const COOKIE: &str = "device";

/// The proof that this browser has signed in to the account with this address.
pub fn find(request: &RequestContext, email: &str) -> Option<KnownDevice> {
    request.state.device_key.find(&request.device_cookie, email)
}

/// Makes the browser known for this account from now on.
pub fn remember(request: &RequestContext, email: &str, response: &mut HttpResponse) {
    let secure = request.state.site.secure_cookies;
    let value = request.state.device_key.remember(&request.device_cookie, email, &mut (request.state.rng)());
    let cookie = Cookie::build(request.state.site.cookie_name(COOKIE), value)
        .path("/")
        .secure(secure)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(LIFETIME_DAYS))
        .finish();
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::warn!(%error, "the cookie that identifies a known browser could not be set");
    }
}
