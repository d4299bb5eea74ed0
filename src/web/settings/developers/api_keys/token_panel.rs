//! The tokens of a key on its page, while there is more than one.

use super::PATH;
use crate::{
    app::api_keys::details::Details,
    catalogue::Words,
    domain::{ApiKeyToken, Status, Timestamp, api_key::Overlap},
    web::{
        labels::{self, Moment},
        page::OwnerName,
    },
};

pub struct TokenPanel {
    /// What the reader should do about the overlap. Empty for nothing.
    pub notice: String,
    /// The overlap ends soon and the former token is in use.
    pub is_warning: bool,
    pub cards: Vec<TokenCard>,
}

pub struct TokenCard {
    pub test_id: &'static str,
    pub is_pending: bool,
    /// Message ids of the catalogue, here and below.
    pub label: &'static str,
    /// The last characters.
    pub hint: String,
    pub made: Moment,
    /// Who made it by a rotation.
    pub made_by: Option<OwnerName>,
    pub ends: Option<Moment>,
    pub ends_label: &'static str,
    pub last_used: Option<Moment>,
    /// Address and user agent of the last use.
    pub used_from: Option<String>,
    pub used_by: Option<String>,
    /// Successful requests of today, in words. None for a token that never worked.
    pub uses_today: Option<String>,
    /// Where the reader can end it.
    pub end_overlap: Option<String>,
}

impl TokenPanel {
    /// None for a key that was never rotated.
    pub fn new(words: Words, details: &Details, now: Timestamp) -> Option<Self> {
        let tokens = &details.tokens;
        if tokens.pending.is_none() && tokens.previous.is_none() {
            return None;
        }
        // With a key that has ended, no token works any longer.
        let has_ended = matches!(details.api_key.status(now), Status::Revoked | Status::Expired);
        let overlap = tokens.overlap(now).filter(|_| !has_ended);
        let card = |test_id, label, token: &ApiKeyToken| TokenCard {
            test_id,
            is_pending: false,
            label,
            hint: token.hint.clone(),
            made: labels::minute(words, token.created_at),
            made_by: details
                .token_creators
                .iter()
                .find(|one| Some(&one.id) == token.created_by.as_ref())
                .map(OwnerName::from),
            ends: token.ends_at.filter(|end| !has_ended || *end <= now).map(|end| labels::minute(words, end)),
            ends_label: if overlap.is_some() { "token-ends" } else { "token-ended" },
            last_used: token.last_use.as_ref().map(|last| labels::ago(words, last.at, now)),
            used_from: token.last_use.as_ref().and_then(|last| last.address).map(|address| address.to_string()),
            used_by: token.last_use.as_ref().and_then(|last| last.agent.as_ref()).map(ToString::to_string),
            uses_today: token.confirmed_at.map(|_| words.number(token.uses_today(now))),
            end_overlap: None,
        };
        let end_overlap = (details.may_manage && overlap.is_some())
            .then(|| format!("{PATH}/{}/rotation/completion", details.api_key.id));
        let former = tokens
            .previous
            .as_ref()
            .map(|token| TokenCard { end_overlap, ..card("former-token", "token-former", token) });
        let pending = tokens
            .pending
            .as_ref()
            .map(|token| TokenCard { is_pending: true, ..card("pending-token", "token-pending", token) });
        let current = card("current-token", "token-current", &tokens.current);
        let is_warning = overlap.is_some_and(|overlap| overlap.ends_in_use(now));
        Some(Self {
            notice: overlap.map(|overlap| notice(words, details, overlap, now)).unwrap_or_default(),
            is_warning,
            cards: pending.into_iter().chain([current]).chain(former).collect(),
        })
    }
}

fn notice(words: Words, details: &Details, overlap: Overlap, now: Timestamp) -> String {
    if overlap.is_quiet(now) {
        return words.say("token-quiet").into();
    }
    let last_use = details.tokens.previous.as_ref().and_then(|token| token.last_use.as_ref());
    let Some(used) = last_use.filter(|last| last.at >= overlap.began_at) else { return String::new() };
    let (ago, until) = (labels::ago(words, used.at, now).text, labels::minute(words, overlap.ends_at).text);
    match used.address {
        None => words.say("token-still-used").with("ago", ago).with("until", until).into(),
        Some(address) => {
            let text = words.say("token-still-used-from").with("address", address.to_string());
            text.with("ago", ago).with("until", until).into()
        }
    }
}
