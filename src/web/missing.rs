//! Explains a 404 of a key, member, invitation or session.

use super::{
    error::{Error, Missing},
    html_message::{HtmlMessage, Markup},
    labels,
    request_context::RequestContext,
    settings::{
        account::sessions,
        developers::api_keys::{self, ended_tokens::EndedTokenLine},
        members::{self, invitations},
    },
};
use crate::{
    app::api_keys::deleted::{self, DeletedApiKey, DeletedBy},
    catalogue::Words,
    domain::{ApiKeyId, InvitationId, Timestamp, UserId},
};

/// The heading of the page, and the text below.
pub fn heading_and_text(missing: &Missing, words: Words) -> (String, Markup) {
    let (heading, text) = match missing {
        Missing::ApiKey(Some(gone)) => return (words.say("error-api-key-gone").into(), say_who(words, gone)),
        Missing::ApiKey(None) => ("error-api-key-not-found", "error-api-key-not-found-text"),
        Missing::Member => ("error-member-not-found", "error-member-not-found-text"),
        Missing::Invitation => ("error-invitation-not-found", "error-invitation-not-found-text"),
        Missing::Session => ("error-session-not-found", "error-session-not-found-text"),
    };
    (words.say(heading).into(), words.say(text).into())
}

/// The list that the subject belonged to, and the message of its link.
pub fn back(missing: &Missing) -> (&'static str, &'static str) {
    match missing {
        Missing::ApiKey(_) => (api_keys::PATH, "error-back-to-api-keys"),
        Missing::Member | Missing::Invitation => (members::PATH, "error-back-to-members"),
        Missing::Session => (sessions::PATH, "error-back-to-sessions"),
    }
}

/// Who still presents tokens of a key that is missing.
pub fn ended_tokens(missing: &Missing, words: Words, now: Timestamp) -> Vec<EndedTokenLine> {
    match missing {
        Missing::ApiKey(Some(gone)) => EndedTokenLine::all(words, &gone.uses, now),
        _ => Vec::new(),
    }
}

fn say_who(words: Words, DeletedApiKey { name, at, by, .. }: &DeletedApiKey) -> Markup {
    let text = match by {
        DeletedBy::Actor => HtmlMessage::new(words.say("error-api-key-gone-by-you")),
        DeletedBy::Person(person) => HtmlMessage::new(words.say("error-api-key-gone-by")).verbatim("person", person),
        DeletedBy::System => HtmlMessage::new(words.say("error-api-key-gone-by-system")),
    };
    text.verbatim("name", name).with("at", labels::day(words, *at).title).into()
}

/// The error for an address whose subject was not found. None for other addresses.
pub async fn explain(request: &RequestContext) -> Option<Error> {
    let missing = if let Some(id) = named_below(request, api_keys::PATH) {
        let id = ApiKeyId::parse(id).ok()?;
        let found = request.read(move |conn, context, actor| deleted::find(conn, context, actor, &id)).await;
        // The key was not found in any case, whether or not the reason can be read.
        Missing::ApiKey(found.ok().flatten())
    } else if let Some(id) = named_below(request, invitations::PATH) {
        InvitationId::parse(id).ok().map(|_| Missing::Invitation)?
    } else if let Some(id) = named_below(request, members::PATH) {
        UserId::parse(id).ok().map(|_| Missing::Member)?
    } else {
        named_below(request, sessions::PATH).map(|_| Missing::Session)?
    };
    Some(Error::Missing(missing))
}

/// The segment after this path in the address: an id, or the name of a page.
fn named_below<'a>(request: &'a RequestContext, path: &str) -> Option<&'a str> {
    request.path.strip_prefix(path)?.strip_prefix('/')?.split('/').next()
}
