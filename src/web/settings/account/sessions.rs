//! The list of your sessions.

pub mod all_deletion;
pub mod deletion;

use actix_web::HttpResponse;
use askama::Template;

use crate::{
    app::{self, sessions::TOUCH_INTERVAL},
    catalogue::Words,
    domain::Timestamp,
    store::sessions::SessionOfUser,
    web::{
        answer, browser,
        error::Error,
        labels::{self, Moment},
        page::{Section, Shell},
        request_context::RequestContext,
    },
};

pub const PATH: &str = "/settings/account/sessions";

#[derive(Template)]
#[template(path = "settings/account/sessions.html")]
struct SessionsPage {
    shell: Shell,
    rows: Vec<SessionRow>,
}

struct SessionRow {
    /// The digest of the cookie, which opens nothing.
    id: String,
    is_this_one: bool,
    browser: String,
    /// The browser's own name.
    agent: Option<String>,
    address: Option<String>,
    began: Moment,
    last_seen: Moment,
}

impl SessionRow {
    fn new(words: Words, session: SessionOfUser, own_id: &str, now: Timestamp) -> Self {
        let is_this_one = session.id_digest.as_str() == own_id;
        let seen = session.last_seen_at;
        // Within that time, last uses are not stored.
        let last_seen = if now.since(seen) < TOUCH_INTERVAL {
            Moment { text: words.say("session-lately").into(), ..labels::day(words, seen) }
        } else {
            labels::ago(words, seen, now)
        };
        Self {
            id: session.id_digest.as_str().to_owned(),
            is_this_one,
            browser: session
                .origin
                .agent
                .as_deref()
                .and_then(|agent| browser::name(words, agent))
                .unwrap_or_else(|| words.say("session-browser-unknown").into()),
            agent: session.origin.agent,
            address: session.origin.address,
            began: labels::ago(words, session.created_at, now),
            last_seen,
        }
    }
}

pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let now = request.now();
    let own = request.open_session().ok_or(Error::Forbidden)?.id_digest;
    let sessions = request.read(app::sessions::list).await?;
    let mut rows: Vec<SessionRow> =
        sessions.into_iter().map(|session| SessionRow::new(request.words(), session, own.as_str(), now)).collect();
    rows.sort_by_key(|row| !row.is_this_one);
    let shell = request.page(request.say("sessions-heading"), Section::Sessions, super::INNER_CRUMBS);
    answer::ok(&SessionsPage { shell, rows })
}
