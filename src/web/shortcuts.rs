//! Keyboard shortcuts: the list of them, and whether this browser uses them (WCAG 2.1.4). A cookie says so, since a
//! keyboard belongs to a machine, not to an account.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::{
    answer,
    error::Error,
    flash::Flash,
    page::{Section, Shell},
    preference_cookie,
    request_context::RequestContext,
};

/// The name of the cookie, without the part that depends on the site. Its value counts only if it is [`OFF`].
pub const COOKIE: &str = "shortcuts";
const OFF: &str = "off";
const PATH: &str = "/shortcuts";

#[derive(Template)]
#[template(path = "shortcuts.html")]
struct ShortcutsPage {
    shell: Shell,
    are_on: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ShortcutsForm {
    shortcuts: String,
}

/// Whether a browser with this cookie uses them.
pub fn are_on(cookie: Option<&str>) -> bool {
    cookie != Some(OFF)
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let frame = if request.wants_fragment { RequestContext::dialog } else { RequestContext::page };
    let shell = frame(&request, request.say("shortcuts-heading"), Section::None, &[]);
    answer::ok(&ShortcutsPage { shell, are_on: request.has_shortcuts })
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let ShortcutsForm { shortcuts } = request.form()?;
    let is_off = match shortcuts.as_str() {
        "on" => false,
        OFF => true,
        _ => return Err(Error::Malformed),
    };
    request.set_flash(if is_off { Flash::ShortcutsOff } else { Flash::ShortcutsOn })?;
    let mut response = request.redirect(PATH);
    preference_cookie::set(&mut response, &request.state.site, COOKIE, Some(&shortcuts));
    Ok(response)
}
