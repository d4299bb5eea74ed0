//! Reads the token of a request from `X-API-Key`, `Authorization: Bearer` (RFC 6750 §2.1) or HTTP Basic (RFC 7617).
//! HTTP Basic carries the key's ID as user and its secret as password, or the whole token as either.

use std::borrow::Cow;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use data_encoding::BASE64_NOPAD;

use super::problem::Problem;
use crate::domain::{Token, TokenLabel};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The credentials of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    Nothing,
    /// Something that is not a token: garbage, or a token with a typing error.
    NoToken,
    Token(Token),
}

impl Presented {
    /// Reads the headers of a request.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        Self::read_beside(Self::Nothing, headers)
    }

    /// Reads the headers of a request whose body carries `in_body`. Body and `X-API-Key` are meant for Latchkey.
    /// `Authorization` may be meant for the application behind it, so there only a Latchkey token counts. Two different
    /// tokens are refused, because either could be wrong.
    pub fn read_beside(in_body: Self, headers: &HeaderMap) -> Result<Self, Problem> {
        let explicit = headers.get_all(X_API_KEY).map(Self::parse_header).try_fold(in_body, Self::and)?;
        let mut authorization = Self::Nothing;
        for value in headers.get_all(header::AUTHORIZATION) {
            authorization = match (authorization, Self::parse_authorization(value)?) {
                (known @ Self::Token(_), Self::NoToken) => known,
                (Self::NoToken, new @ Self::Token(_)) => new,
                (known, new) => known.and(new)?,
            };
        }
        match authorization {
            Self::NoToken if explicit != Self::Nothing => Ok(explicit),
            authorization => explicit.and(authorization),
        }
    }

    /// White space around a token comes from the file or shell that it was stored in.
    pub fn parse(text: &str) -> Self {
        Token::parse(text.trim()).map_or(Self::NoToken, Self::Token)
    }

    /// A user and a password, or the id and secret of an OAuth client. Either one is a whole token, or the password is
    /// a secret and the user its key ID or any text.
    pub fn parse_pair(user: &str, password: &str) -> Result<Self, Problem> {
        let (user, password) = (decode(user.trim()), decode(password.trim()));
        // A lookup alone belongs to a token that begins as by default.
        let key_id = if user.contains('_') { user.to_string() } else { format!("{}_{user}", TokenLabel::default()) };
        let joined = Self::parse(&format!("{key_id}_{password}"));
        let tokens = [joined, Self::parse(&user), Self::parse(&password)].into_iter();
        let found = tokens.filter(|part| *part != Self::NoToken).try_fold(Self::Nothing, Self::and)?;
        Ok(if found == Self::Nothing { Self::NoToken } else { found })
    }

    pub fn token(&self) -> Option<&Token> {
        match self {
            Self::Token(token) => Some(token),
            Self::Nothing | Self::NoToken => None,
        }
    }

    /// Combines both, which may be the same.
    pub fn and(self, other: Self) -> Result<Self, Problem> {
        match (self, other) {
            (Self::Nothing, only) | (only, Self::Nothing) => Ok(only),
            (one, other) if one == other => Ok(one),
            _ => Err(Problem::Malformed("The request has more than one credential. Send one.")),
        }
    }

    fn parse_header(value: &HeaderValue) -> Self {
        match text_of(value).map(str::trim) {
            Some("") => Self::Nothing,
            Some(text) => Self::parse(text),
            None => Self::NoToken,
        }
    }

    /// Other schemes carry nothing for Latchkey.
    fn parse_authorization(value: &HeaderValue) -> Result<Self, Problem> {
        let Some(text) = text_of(value).map(str::trim) else { return Ok(Self::NoToken) };
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            Ok(Self::parse(rest))
        } else if scheme.eq_ignore_ascii_case("basic") {
            Self::parse_basic(rest.trim())
        } else {
            Ok(Self::Nothing)
        }
    }

    fn parse_basic(encoded: &str) -> Result<Self, Problem> {
        let Ok(pair) = BASE64_NOPAD.decode(encoded.trim_end_matches('=').as_bytes()) else { return Ok(Self::NoToken) };
        // The user may be in another encoding.
        let pair = String::from_utf8_lossy(&pair);
        let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
        Self::parse_pair(user, password)
    }
}

/// The value, if it is ASCII. `HeaderValue::to_str` does the same more slowly, and credentials are long.
fn text_of(value: &HeaderValue) -> Option<&str> {
    str::from_utf8(value.as_bytes()).ok().filter(|text| text.is_ascii())
}

/// OAuth clients encode both parts like a form (RFC 6749 §2.3.1). Some of them encode the underscore, too. No encoder
/// touches the other characters of a token.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('%') { Cow::Owned(text.replace("%5F", "_").replace("%5f", "_")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> Result<Presented, String> {
        read_beside(Presented::Nothing, pairs)
    }

    fn read_beside(in_body: Presented, pairs: &[(&'static str, &str)]) -> Result<Presented, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        Presented::read_beside(in_body, &headers).map_err(|problem| problem.to_string())
    }

    fn basic(pair: impl AsRef<[u8]>) -> String {
        format!("Basic {}", BASE64.encode(pair.as_ref()))
    }

    fn token(seed: u64) -> Token {
        Token::generate(&TokenLabel::default(), &mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn a_token_is_read_from_each_of_three_places() {
        let token = token(1);
        let (text, lookup, secret) = (token.expose(), token.lookup(), token.secret());
        let found = Ok(Presented::Token(token.clone()));
        for bearer in [format!("Bearer {text}"), format!("bEARER   {text}"), format!("Bearer {text}  ")] {
            assert_eq!(read(&[("authorization", &bearer)]), found, "{bearer}");
        }
        assert_eq!(read(&[("x-api-key", text)]), found);
        let latin = [b"J\xfcrgen:", text.as_bytes()].concat();
        assert_eq!(read(&[("authorization", &basic(latin))]), found);
        for pair in [
            format!("{lookup}:{secret}"),
            format!("lk_{lookup}:{secret}"),
            // As sent by `curl -u` and git: the token is the user or the password.
            format!("{text}:"),
            text.to_owned(),
            format!("{text}:x-oauth-basic"),
            format!(":{text}"),
            format!("x:{text}"),
            format!("max@acme.example:{text}"),
            format!("{lookup}:{text}"),
            format!("{text}:{text}"),
            format!("x:{text}\n"),
            // As encoded by openid-client.
            format!("key%5F1:{}", text.replace('_', "%5F")),
            format!("lk%5f{lookup}:{secret}"),
        ] {
            assert_eq!(read(&[("authorization", &basic(&pair))]), found, "{pair}");
            assert_eq!(read(&[("authorization", basic(&pair).trim_end_matches('='))]), found, "{pair}");
        }
        let own = Token::parse(&format!("acme_live{}", &text[2..])).unwrap();
        let found = Ok(Presented::Token(own.clone()));
        for pair in [
            format!("{}:{secret}", own.key_id()),
            format!("acme%5Flive%5F{lookup}:{secret}"),
            format!("{}:", own.expose()),
            format!("x:{}", own.expose()),
        ] {
            assert_eq!(read(&[("authorization", &basic(&pair))]), found, "{pair}");
        }
    }

    #[test]
    fn abuse_is_no_token_or_refused() {
        assert_eq!(read(&[]), Ok(Presented::Nothing));
        for garbage in ["Bearer", "Bearer ", "Bearer x", "Basic", "Basic !!", "Basic OjpeOg==", "Bearer lk_é"] {
            assert_eq!(read(&[("authorization", garbage)]), Ok(Presented::NoToken), "{garbage}");
        }
        for nothing in [("authorization", "Digest x"), ("authorization", ""), ("x-api-key", ""), ("x-api-key", "  ")] {
            assert_eq!(read(&[nothing]), Ok(Presented::Nothing), "{nothing:?}");
        }
        assert_eq!(read(&[("x-api-key", "y")]), Ok(Presented::NoToken));
        let both = format!("{}:{}", token(1).expose(), token(2).expose());
        assert!(read(&[("authorization", &basic(both))]).is_err(), "which one counts?");
    }

    #[test]
    fn the_explicit_header_wins_over_what_the_application_has_in_authorization() {
        let (token, other) = (token(1), token(2));
        let (found, key) = (Ok(Presented::Token(token.clone())), ("x-api-key", token.expose()));
        let (same, different) = (format!("Bearer {}", token.expose()), format!("Bearer {}", other.expose()));
        let foreign = [
            "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
            "Bearer lk_live_of_another_vendor",
            "Bearer",
            "Basic eDp5",
            "Basic !!",
            "Digest username=x",
            "Negotiate é",
            "AWS4-HMAC-SHA256 Credential=x",
            "",
        ];
        for foreign in foreign.map(|value| ("authorization", value)) {
            assert_eq!(read(&[key, foreign]), found, "{foreign:?}");
            assert_eq!(read(&[foreign, key]), found, "{foreign:?}");
            assert_eq!(read(&[("authorization", &same), foreign]), found, "{foreign:?}");
            assert_eq!(read(&[("x-api-key", ""), ("authorization", &same), foreign]), found, "{foreign:?}");
            assert_eq!(read_beside(Presented::Token(token.clone()), &[foreign]), found, "{foreign:?}");
        }
        let in_basic = basic(format!("{}:", token.expose()));
        for again in [&[key, key][..], &[key, ("authorization", &same)], &[key, ("authorization", &in_basic)]] {
            assert_eq!(read(again), found, "the same token twice is one token: {again:?}");
            assert_eq!(read_beside(Presented::Token(token.clone()), again), found);
            assert!(read_beside(Presented::Token(other.clone()), again).is_err());
            assert!(read_beside(Presented::NoToken, again).is_err());
        }
        let (other_key, garbage) = (("x-api-key", other.expose()), ("x-api-key", "garbage"));
        let different = ("authorization", different.as_str());
        for two in [[key, different], [key, other_key], [key, garbage], [garbage, different]] {
            assert!(read(&two).is_err(), "{two:?}");
        }
    }
}
