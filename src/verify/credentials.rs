//! The three ways to present a token: `Authorization: Bearer` (RFC 6750 §2.1), `X-API-Key`, and HTTP Basic (RFC 7617)
//! with the key's ID as user and its secret as password.

use actix_web::http::header::{self, HeaderMap, HeaderName};
use data_encoding::BASE64;

use super::Problem;
use crate::domain::{Token, token::PREFIX};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What a request presents.
#[derive(Debug, PartialEq, Eq)]
pub enum Presented {
    Nothing,
    /// Something that no key has: garbage, or a token with a typing error.
    NoToken,
    Token(Token),
}

impl Presented {
    /// Two credentials at once are refused: which one counts would be anybody's guess.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut all = headers.get_all(header::AUTHORIZATION).chain(headers.get_all(X_API_KEY));
        let Some(value) = all.next() else { return Ok(Self::Nothing) };
        if all.next().is_some() {
            return Err(Problem::Malformed("The request presents more than one credential."));
        }
        let Ok(text) = value.to_str() else { return Ok(Self::NoToken) };
        if headers.contains_key(X_API_KEY) {
            return Ok(Self::parse(text.trim()));
        }
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            Ok(Self::parse(rest.trim()))
        } else if scheme.eq_ignore_ascii_case("basic") {
            Ok(Self::parse_basic(rest.trim()))
        } else {
            Err(Problem::Malformed("The Authorization header must be of the scheme Bearer or Basic."))
        }
    }

    pub fn parse(text: &str) -> Self {
        Token::parse(text).map_or(Self::NoToken, Self::Token)
    }

    pub fn token(&self) -> Option<&Token> {
        match self {
            Self::Token(token) => Some(token),
            Self::Nothing | Self::NoToken => None,
        }
    }

    /// The user is the key's ID, with or without its prefix.
    fn parse_basic(encoded: &str) -> Self {
        let decoded = BASE64.decode(encoded.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((user, password)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) else {
            return Self::NoToken;
        };
        let lookup = user.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('_')).unwrap_or(user);
        Self::parse(&format!("{PREFIX}_{lookup}_{password}"))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> Result<Presented, String> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        Presented::read(&pairs.collect()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_token_is_read_from_each_of_three_places() {
        let token = Token::generate(&mut StdRng::seed_from_u64(1));
        let text = token.expose();
        let basic = |user: &str| format!("Basic {}", BASE64.encode(format!("{user}:{}", token.secret()).as_bytes()));
        let found = Ok(Presented::Token(token.clone()));
        assert_eq!(read(&[("authorization", &format!("Bearer {text}"))]), found);
        assert_eq!(read(&[("authorization", &format!("bEARER   {text}"))]), found);
        assert_eq!(read(&[("x-api-key", text)]), found);
        assert_eq!(read(&[("authorization", &basic(token.lookup()))]), found);
        assert_eq!(read(&[("authorization", &basic(&format!("lk_{}", token.lookup())))]), found);
    }

    #[test]
    fn abuse_is_no_token_or_refused() {
        assert_eq!(read(&[]), Ok(Presented::Nothing));
        for garbage in ["Bearer", "Bearer ", "Bearer x", "Basic", "Basic !!", "Basic OjpeOg==", "Bearer lk_é"] {
            assert_eq!(read(&[("authorization", garbage)]), Ok(Presented::NoToken), "{garbage}");
        }
        assert!(read(&[("authorization", "Digest x")]).is_err());
        assert!(read(&[("authorization", "Bearer x"), ("x-api-key", "y")]).is_err());
    }
}
