//! Who presented tokens of a key after their end.

use super::impact::CallerLine;
use crate::{catalogue::Words, domain::Timestamp, store::ended_token_uses::KnownUse};

/// A place, and the token that it presented.
pub struct EndedTokenLine {
    pub place: CallerLine,
    /// The last characters of the token. None if it is no longer known.
    pub hint: Option<String>,
    pub today: String,
}

impl EndedTokenLine {
    pub fn all(words: Words, uses: &[KnownUse], now: Timestamp) -> Vec<Self> {
        let line = |known: &KnownUse| Self {
            place: CallerLine::new(words, &known.ended.place.caller, now),
            hint: known.hint.clone(),
            today: words.number(known.ended.place.count_on(now.start_of_day())),
        };
        uses.iter().map(line).collect()
    }
}
