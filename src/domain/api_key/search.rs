//! Search: the words of a key, and the terms that match them.

use std::ops::Range;

use crate::domain::{ApiKey, ApiKeyId, Token, TokenLabel, api_key::attributes::ExternalId, text, token::LOOKUP_LENGTH};

/// Words of a key that are indexed. A description of 500 characters hardly has more.
const WORDS: usize = 64;
/// Characters of a word that are compared.
const WORD_LENGTH: usize = 40;
/// Terms of a search. Others are ignored.
const TERMS: usize = 8;
/// Characters of a term from which it also matches lookups: with fewer, too many begin with it by chance.
const LEAST_OF_LOOKUP: usize = 4;
const HINT_LENGTH: usize = 4;
/// Characters from which something in the middle of a word counts as a token.
const LEAST_OF_TOKEN: usize = 30;
/// Characters from which something after a lookup counts as a secret.
const LEAST_OF_SECRET: usize = 20;
/// How tokens begin by default.
const LK: &str = "lk_";
/// Mark a lookup and a hint among the words. No word contains them.
pub const LOOKUP_MARK: char = '#';
pub const HINT_MARK: char = '=';

/// A search for the id of a key, or for terms. Every term must match the beginning of a word of name, description or
/// external id, the beginning of the lookup, or the hint. Upper and lower case match each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    text: String,
    terms: Terms,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terms {
    /// A search that is the id of a key and nothing else.
    Id(ApiKeyId),
    /// Folded, at least one, none twice.
    Words(Vec<Term>),
    /// A search without letters and digits, such as "***": the beginning of the folded name.
    NameBeginning(String),
}

/// Letters and digits only, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String);

impl Search {
    const MAX_LENGTH: usize = 200;

    /// Returns None for an empty search. Keeps only the lookup of a token.
    pub fn parse(input: &str) -> Option<Self> {
        let visible = text::excerpt(&without_secrets(input), Self::MAX_LENGTH);
        let pieces: Vec<&str> = visible.split(' ').filter(|piece| !piece.is_empty()).collect();
        let text = pieces.join(" ");
        if text.is_empty() {
            return None;
        }
        if let Ok(id) = ApiKeyId::parse(&text) {
            return Some(Self { text, terms: Terms::Id(id) });
        }
        let mut terms: Vec<Term> = Vec::new();
        for piece in pieces {
            let searched = lookup_of(piece).unwrap_or(piece);
            for word in words(searched) {
                let term = Term(word);
                if terms.len() < TERMS && !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        let terms = if terms.is_empty() { Terms::NameBeginning(text::fold(&text)) } else { Terms::Words(terms) };
        Some(Self { text, terms })
    }

    /// The text as typed, without the secrets of tokens.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn matches(&self, api_key: &ApiKey) -> bool {
        match &self.terms {
            Terms::Id(id) => api_key.id == *id,
            Terms::NameBeginning(beginning) => api_key.name.folded().starts_with(beginning),
            Terms::Words(terms) => {
                let words = words_of(api_key);
                let begins = |beginning: &str| words.iter().any(|word| word.starts_with(beginning));
                terms.iter().all(|term| {
                    begins(term.word())
                        || term.lookup().is_some_and(|lookup| begins(&lookup))
                        || term.hint().is_some_and(|hint| words.contains(&hint))
                })
            }
        }
    }
}

impl Term {
    pub fn word(&self) -> &str {
        &self.0
    }

    /// The beginning of a lookup, with its mark.
    pub fn lookup(&self) -> Option<String> {
        (self.0.chars().count() >= LEAST_OF_LOOKUP).then(|| format!("{LOOKUP_MARK}{}", self.0))
    }

    /// The whole hint, with its mark.
    pub fn hint(&self) -> Option<String> {
        (self.0.chars().count() == HINT_LENGTH).then(|| format!("{HINT_MARK}{}", self.0))
    }
}

/// The distinct words of name, description and external id, and lookup and hint with their marks.
pub fn words_of(api_key: &ApiKey) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let external_id = api_key.attributes.external_id.as_ref().map_or("", ExternalId::as_str);
    let texts = [api_key.name.as_str(), external_id, api_key.description.as_str()];
    for word in texts.into_iter().flat_map(words) {
        if found.len() < WORDS && !found.contains(&word) {
            found.push(word);
        }
    }
    found.push(format!("{LOOKUP_MARK}{}", text::fold(&api_key.lookup)));
    found.push(format!("{HINT_MARK}{}", text::fold(&api_key.hint)));
    found
}

/// Splits at everything that is neither a letter nor a digit.
fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = text::fold(text);
    let words: Vec<String> = folded
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_LENGTH).collect())
        .collect();
    words.into_iter()
}

/// Returns the lookup of a token or of its beginning, or the hint after an ellipsis.
fn lookup_of(piece: &str) -> Option<&str> {
    let of_default = piece.strip_prefix(LK).and_then(|rest| rest.split('_').next());
    let of_own = || {
        let (label, lookup) = piece.rsplit_once('_')?;
        let is_whole = lookup.len() == LOOKUP_LENGTH && lookup.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_whole && TokenLabel::is_one(label)).then_some(lookup)
    };
    let of_hint = || piece.rsplit_once('…').map(|(_, hint)| hint);
    of_default.or_else(of_own).or_else(of_hint).filter(|lookup| !lookup.is_empty())
}

/// Finds the first whole token in a text: in quotes, after the name of a variable or of a header.
pub fn token_in(text: &str) -> Option<Token> {
    spans(text).into_iter().find_map(|span| Token::parse(&text[span]).ok())
}

/// Reduces everything that looks like a token to label and lookup, as a word.
fn without_secrets(text: &str) -> String {
    let mut left = String::new();
    let mut end = 0;
    for span in spans(text) {
        let found = &text[span.clone()];
        // Of the default prefix also without a lookup or a secret.
        let parts = if found.to_ascii_lowercase().starts_with(LK) { 2 } else { found.matches('_').count() };
        let public = found.split('_').take(parts).collect::<Vec<_>>().join("_");
        left.push_str(&text[end..span.start]);
        left.extend([" ", &public, " "]);
        end = span.end;
    }
    left + &text[end..]
}

/// Finds what looks like a token, in order: the default prefix with what follows it, and any label with a lookup and
/// the beginning of a secret.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let is_between = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    let mut next = 0;
    for piece in text.split_inclusive(is_between) {
        let (start, word) = (next, piece.trim_end_matches(is_between));
        next += piece.len();
        let found = span_of_default(text, start, word).or_else(|| span_of_label(word));
        spans.extend(found.map(|span| start + span.start..start + span.end));
    }
    spans
}

/// In the middle of a word only if it is long: `talk_show` is no token.
fn span_of_default(text: &str, start: usize, word: &str) -> Option<Range<usize>> {
    word.to_ascii_lowercase().match_indices(LK).map(|(at, _)| at).find_map(|at| {
        let begins = !text[..start + at].ends_with(|letter: char| letter.is_alphanumeric());
        (begins || word.len() - at >= LEAST_OF_TOKEN).then_some(at..word.len())
    })
}

fn span_of_label(word: &str) -> Option<Range<usize>> {
    let parts: Vec<&str> = word.split('_').collect();
    let lookup = (1..parts.len().saturating_sub(1))
        .find(|part| parts[*part].len() == LOOKUP_LENGTH && parts[part + 1].len() >= LEAST_OF_SECRET)?;
    let start_of = |part: usize| parts[..part].iter().map(|part| part.len() + 1).sum::<usize>();
    let ends = start_of(lookup + 2) - 1;
    let labels = [lookup.checked_sub(2), Some(lookup - 1)].into_iter().flatten().map(start_of);
    let mut starts = labels.filter(|start| TokenLabel::is_one(&word[*start..start_of(lookup) - 1]));
    starts.next().map(|start| start..ends)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{ApiKeyId, ApiKeyName, Description, OrganizationId, Person, Role, Timestamp, UserId};

    #[test]
    fn a_token_is_found_wherever_it_stands_and_its_secret_is_kept_nowhere() {
        let (_, token) = key("CI", "");
        let whole = token.expose();
        let forms = [
            whole.to_owned(),
            format!("LATCHKEY_TOKEN={whole}"),
            format!("{{\"token\":\"{whole}\"}}"),
            format!("X-API-Key:{whole}"),
            format!("({whole}), thanks"),
            format!("\\n{whole}"),
        ];
        for text in forms {
            assert_eq!(token_in(&text).map(|token| token.expose().to_owned()).as_deref(), Some(whole), "{text}");
            let search = Search::parse(&text).unwrap();
            assert!(!search.as_str().contains(&token.secret()[..8]), "{}", search.as_str());
            assert!(search.as_str().contains(token.lookup()));
        }
        for label in ["acme", "acme_live"] {
            let own = format!("{label}{}", &whole[2..]);
            for text in [own.clone(), format!("T={own};"), format!("MY_{own}"), format!("Authorization: Bearer {own}")]
            {
                assert_eq!(token_in(&text).unwrap().lookup(), token.lookup(), "{text}");
                let search = Search::parse(&text).unwrap();
                assert!(!search.as_str().contains(&token.secret()[..8]), "{}", search.as_str());
                assert!(search.as_str().contains(&format!("{label}_{}", token.lookup())), "{}", search.as_str());
            }
            let cut_off = Search::parse(&own[..own.len() - 20]).unwrap();
            assert!(!cut_off.as_str().contains(&token.secret()[..8]), "{}", cut_off.as_str());
        }
        let cut_off = &whole[..whole.len() - 3];
        assert!(token_in(cut_off).is_none());
        assert!(!Search::parse(&format!("KEY={cut_off}")).unwrap().as_str().contains(&token.secret()[..8]));
        assert_eq!(Search::parse("talk_show bulk_mail").unwrap().as_str(), "talk_show bulk_mail");
    }

    fn key(name: &str, description: &str) -> (ApiKey, Token) {
        let (rng, now) = (&mut StdRng::seed_from_u64(1), Timestamp::from_unix_micros(0));
        let owner = Person {
            id: UserId::generate(now, rng),
            organization_id: OrganizationId::generate(now, rng),
            role: Role::Member,
        };
        let token = Token::generate(&TokenLabel::default(), rng);
        let name = ApiKeyName::parse(name).unwrap();
        let key = ApiKey::pending(ApiKeyId::generate(now, rng), &owner, name, &token, now);
        (ApiKey { description: Description::parse(description).unwrap(), ..key }, token)
    }

    fn finds(query: &str, key: &ApiKey) -> bool {
        Search::parse(query).unwrap().matches(key)
    }

    #[test]
    fn every_word_must_begin_a_word_of_name_or_description() {
        let (key, _) = key("CI/Deploy-Bot Straße", "Nightly export\nfor Ключи");
        for query in ["ci", "DEPLOY bot", "dep night", "strass", "ключ", "ci/dep", "bot ci", "Export"] {
            assert!(finds(query, &key), "{query}");
        }
        for query in ["eploy", "ci weekly", "botx", "tly", "ci/bot/x"] {
            assert!(!finds(query, &key), "{query}");
        }
    }

    #[test]
    fn a_key_is_found_by_the_beginning_of_its_lookup_and_by_its_whole_hint() {
        let (key, token) = key("x", "");
        let lookup = token.lookup();
        for query in [
            lookup,
            &lookup[..4],
            &lookup.to_lowercase(),
            token.hint(),
            &format!("lk_{lookup}"),
            &format!("lk_{}", &lookup[..5]),
            &format!("acme_{lookup}"),
            &format!("acme_live_{lookup}"),
            &format!("acme_live_…{}", token.hint()),
        ] {
            assert!(finds(query, &key), "{query}");
        }
        for query in [&lookup[..3], &lookup[1..], &token.hint()[..3], &token.hint()[1..]] {
            assert!(!finds(query, &key), "{query}");
        }
    }

    #[test]
    fn a_key_is_found_by_its_whole_id_alone() {
        let (key, _) = key("CI", "");
        let id = key.id.as_str();
        for query in [id, &format!(" {id}\n")] {
            assert!(finds(query, &key), "{query}");
        }
        for query in [&id[..id.len() - 1], &id[4..], &format!("{id} CI")] {
            assert!(!finds(query, &key), "{query}");
        }
    }

    #[test]
    fn the_secret_of_a_token_is_not_kept() {
        let (key, token) = key("x", "");
        let search = Search::parse(&format!(" whose is {} ? ", token.expose())).unwrap();
        assert_eq!(search.as_str(), format!("whose is lk_{} ?", token.lookup()));
        assert!(!format!("{search:?}").contains(&token.secret()[..6]));
        assert!(finds(token.expose(), &key));
    }

    #[test]
    fn nothing_is_searched_for_by_blanks_and_a_name_of_signs_by_its_beginning() {
        assert_eq!(Search::parse(" \t\u{200b} "), None);
        let (key, _) = key("*** !", "");
        assert!(finds("**", &key) && finds("*** !", &key) && !finds("!", &key));
    }

    #[test]
    fn words_are_few_and_short() {
        let long = format!("{} {}", "я".repeat(60), "b".repeat(3));
        let many = (0..120).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        let (key, _) = key(&long, &many);
        let words = words_of(&key);
        assert_eq!(words.len(), WORDS + 2);
        assert_eq!(words[0].chars().count(), WORD_LENGTH);
        assert!(finds(&"я".repeat(60), &key));
    }
}
