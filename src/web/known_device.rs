//! The cookie of a browser that has signed in before.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};

use super::visit::Visit;
use crate::app::known_devices::{KnownDevice, LIFETIME_DAYS};

/// The name of the cookie, without what depends on the site.
pub const COOKIE: &str = "device";

/// Whether this browser has signed in to the account with this address.
pub fn find(visit: &Visit, email: &str) -> Option<KnownDevice> {
    visit.state.device_key.find(&visit.device_cookie, email)
}

/// Lets the browser be known for this account from now on.
pub fn remember(visit: &Visit, email: &str, response: &mut HttpResponse) {
    let secure = visit.state.site.secure_cookies;
    let value = visit.state.device_key.remember(&visit.device_cookie, email, &mut (visit.state.rng)());
    let cookie = Cookie::build(visit.state.site.cookie_name(COOKIE), value)
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
