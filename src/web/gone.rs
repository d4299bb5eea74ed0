//! What a page says of something that is no longer there.

use super::{
    error::{Error, Missing},
    settings::{
        account::sessions,
        developers::api_keys,
        members::{self, invitations},
    },
    visit::Visit,
    words,
};
use crate::{
    app::api_keys::gone::{self, By, Gone},
    catalogue::Words,
    domain::{ApiKeyId, InvitationId, UserId},
};

/// The heading of its page, and the text below.
pub fn heading_and_text(missing: &Missing, words: Words) -> (String, String) {
    let (heading, text) = match missing {
        Missing::ApiKey(Some(gone)) => return (words.say("error-api-key-gone").into(), say_who(words, gone)),
        Missing::ApiKey(None) => ("error-api-key-not-found", "error-api-key-not-found-text"),
        Missing::Member => ("error-member-not-found", "error-member-not-found-text"),
        Missing::Invitation => ("error-invitation-not-found", "error-invitation-not-found-text"),
        Missing::Session => ("error-session-not-found", "error-session-not-found-text"),
    };
    (words.say(heading).into(), words.say(text).into())
}

/// The page that lists what is left, and the message that names it.
pub fn back(missing: &Missing) -> (&'static str, &'static str) {
    match missing {
        Missing::ApiKey(_) => (api_keys::PATH, "error-back-to-api-keys"),
        Missing::Member | Missing::Invitation => (members::PATH, "error-back-to-members"),
        Missing::Session => (sessions::PATH, "error-back-to-sessions"),
    }
}

fn say_who(words: Words, Gone { name, at, by }: &Gone) -> String {
    let text = match by {
        By::Actor => words.say("error-api-key-gone-by-you"),
        By::Person(person) => words.say("error-api-key-gone-by").with("person", person),
        By::System => words.say("error-api-key-gone-by-system"),
    };
    text.with("name", name).with("at", words::day(words, *at).title).into()
}

/// The error for an address whose subject was not found. None for an address that names nothing of this kind.
pub async fn explain(visit: &Visit) -> Option<Error> {
    let missing = if let Some(id) = named_below(visit, api_keys::PATH) {
        let id = ApiKeyId::parse(id).ok()?;
        let found = visit.read(move |conn, context, actor| gone::find(conn, context, actor, &id)).await;
        // The key was not found in any case, whether or not the reason can be read.
        Missing::ApiKey(found.ok().flatten())
    } else if let Some(id) = named_below(visit, invitations::PATH) {
        InvitationId::parse(id).ok().map(|_| Missing::Invitation)?
    } else if let Some(id) = named_below(visit, members::PATH) {
        UserId::parse(id).ok().map(|_| Missing::Member)?
    } else {
        named_below(visit, sessions::PATH).map(|_| Missing::Session)?
    };
    Some(Error::Missing(missing))
}

/// What follows this path in the address: an id, or the name of a page.
fn named_below<'a>(visit: &'a Visit, path: &str) -> Option<&'a str> {
    visit.path.strip_prefix(path)?.strip_prefix('/')?.split('/').next()
}
