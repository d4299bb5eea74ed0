//! The only answer with a token: after the creation of a key, and after the start of a rotation.

use actix_web::HttpResponse;
use askama::Template;

use super::{API_KEYS, HOME, PATH, SETTINGS};
use crate::{
    domain::{ApiKey, ApiKeyTokenId, Token},
    web::{
        answer,
        error::Error,
        labels::{self, Moment},
        page::{Section, Shell},
        request_context::RequestContext,
    },
};

/// Holds the token: it is rendered and dropped, and has no `Debug`.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/reveal.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact that the page words")]
struct ApiKeyRevealPage {
    shell: Shell,
    name: String,
    token: String,
    lookup: String,
    secret: String,
    expires: Option<Moment>,
    /// It does not work before its owner confirms that the token is copied.
    needs_confirmation: bool,
    /// Its owner can see the token again.
    is_viewable: bool,
    is_disabled: bool,
    /// Key ID and secret are what the reader needs, not the whole token.
    shows_parts: bool,
    curl: String,
    /// Where the page asks whether the token is valid.
    try_address: String,
    /// Whether the token takes over from another one.
    is_rotation: bool,
    /// The new token of a rotation. Empty for a key's first token.
    token_id: String,
    confirmation: String,
    /// The target of the form that discards the token.
    discard: String,
    /// Where to go without confirming.
    back: String,
}

/// What the page has to know of a rotation.
pub struct RotatedToken<'a> {
    pub id: &'a ApiKeyTokenId,
    /// The key worked before, with another token.
    pub has_former: bool,
}

/// `rotated` for a token that is not the key's first.
pub fn show(
    request: &RequestContext,
    api_key: &ApiKey,
    token: &Token,
    rotated: Option<&RotatedToken<'_>>,
) -> Result<HttpResponse, Error> {
    let try_address = format!("/v1/verify?organization={}", api_key.organization_id);
    let path = format!("{PATH}/{}", api_key.id);
    let is_rotation = rotated.is_some_and(|rotated| rotated.has_former);
    let heading = if is_rotation { "rotation-reveal-heading" } else { "api-key-reveal-heading" };
    answer::ok(&ApiKeyRevealPage {
        shell: request.dialog(request.say(heading), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        name: api_key.name.as_str().to_owned(),
        token: token.expose().to_owned(),
        lookup: token.key_id().to_owned(),
        secret: token.secret().to_owned(),
        expires: api_key.expires_at.map(|end| labels::last_day(request.words(), end)),
        needs_confirmation: is_rotation || api_key.confirmed_at.is_none(),
        is_viewable: request.actor()?.owns(api_key) && request.policy().keeps_token_of(api_key.scope),
        is_disabled: api_key.disabled_at.is_some(),
        shows_parts: request.policy().one_click_creation,
        curl: format!(
            "curl -X POST -H 'Authorization: Bearer {}' '{}{try_address}'",
            token.expose(),
            request.state.site.base_url.as_str().trim_end_matches('/'),
        ),
        try_address,
        is_rotation,
        token_id: rotated.map(|rotated| rotated.id.to_string()).unwrap_or_default(),
        confirmation: format!("{path}/confirmation"),
        discard: format!("{path}/{}", if is_rotation { "rotation/cancellation" } else { "deletion" }),
        back: if is_rotation { path } else { PATH.to_owned() },
    })
}
