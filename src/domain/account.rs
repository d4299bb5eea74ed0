//! What people type about themselves: email address, names, password.

use std::fmt;

use validator::ValidateEmail;
use zxcvbn::{Score, zxcvbn};

use super::text::{self, TextError};

macro_rules! line_of_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// In characters (Unicode scalar values).
            pub const MAX_LENGTH: usize = 100;

            pub fn parse(input: &str) -> Result<Self, TextError> {
                text::line(input, Self::MAX_LENGTH).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

line_of_text!(OrganizationName);
line_of_text!(PersonName);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an email address")]
pub struct EmailAddressError;

impl EmailAddress {
    /// As the HTML Living Standard defines a valid email address, and at most 254 bytes (RFC 5321 §4.5.3.1.3).
    pub fn parse(input: &str) -> Result<Self, EmailAddressError> {
        let address = input.trim();
        if address.len() <= 254 && address.validate_email() {
            Ok(Self(address.to_owned()))
        } else {
            Err(EmailAddressError)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two accounts may not share this: mailboxes that differ in case only are the same person in practice.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

/// A new password that satisfies the rules. What is typed at sign-in needs no parsing.
#[derive(Clone)]
pub struct Password(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("shorter than {min} characters")]
    TooShort { min: usize },
    #[error("longer than {max} characters")]
    TooLong { max: usize },
    #[error("easy to guess")]
    Guessable(Guessable),
}

/// Why a password is easy to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessable {
    /// It is on the list of the most used passwords, or close to one that is.
    Common,
    /// It is made of the person's own name, address or organization.
    Personal,
    /// Repetitions, sequences, dates, keyboard rows.
    Pattern,
}

impl Password {
    /// In characters, as is the maximum; it is taken verbatim: neither trimmed nor normalized.
    pub const MIN_LENGTH: usize = 12;
    pub const MAX_LENGTH: usize = 256;

    /// `personal` are the words that an attacker would try first: name, address, organization.
    pub fn parse(input: &str, personal: &[&str]) -> Result<Self, PasswordError> {
        let length = input.chars().count();
        if length < Self::MIN_LENGTH {
            return Err(PasswordError::TooShort { min: Self::MIN_LENGTH });
        }
        if length > Self::MAX_LENGTH {
            return Err(PasswordError::TooLong { max: Self::MAX_LENGTH });
        }
        let personal: Vec<String> = personal.iter().map(|text| text::fold(text)).collect();
        let parts = personal.iter().flat_map(|text| text.split([' ', '@', '.'])).filter(|word| word.len() > 2);
        let words: Vec<&str> = parts.chain(["latchkey"]).collect();
        if is_made_of(input, &words) {
            return Err(PasswordError::Guessable(Guessable::Personal));
        }
        let beginning: String = input.chars().take(ESTIMATED_LENGTH).collect();
        let estimate = zxcvbn(&beginning, &words);
        if estimate.score() < Score::Three {
            return Err(PasswordError::Guessable(why_guessable(&estimate)));
        }
        Ok(Self(input.to_owned()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// How many characters are looked at to tell how easily a password is guessed. More make it only harder to guess, but
/// take time that grows with their square.
const ESTIMATED_LENGTH: usize = 64;

/// Little is left of it once `words` are taken out.
fn is_made_of(input: &str, words: &[&str]) -> bool {
    let folded = text::fold(input);
    let rest = words.iter().fold(folded.clone(), |rest, word| rest.replace(word, ""));
    rest.len() < folded.len() && rest.chars().count() < Password::MIN_LENGTH / 2
}

fn why_guessable(estimate: &zxcvbn::Entropy) -> Guessable {
    use zxcvbn::feedback::Warning as W;
    match estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning) {
        Some(
            W::ThisIsATop10Password
            | W::ThisIsATop100Password
            | W::ThisIsACommonPassword
            | W::ThisIsSimilarToACommonlyUsedPassword
            | W::AWordByItselfIsEasyToGuess
            | W::NamesAndSurnamesByThemselvesAreEasyToGuess
            | W::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Guessable::Common,
        _ => Guessable::Pattern,
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(input: &str) -> Result<(), PasswordError> {
        Password::parse(input, &["Ada Lovelace", "ada@engine.example", "Analytical Engines"]).map(|_| ())
    }

    #[test]
    fn a_long_unpredictable_password_is_taken_verbatim() {
        assert_eq!(Password::parse(" correct staple horse ", &[]).unwrap().expose(), " correct staple horse ");
        assert!(password("пароль из шести разных слов").is_ok());
    }

    #[test]
    fn short_long_common_personal_and_patterned_passwords_are_refused() {
        assert_eq!(password("Tr0ub4dor&3"), Err(PasswordError::TooShort { min: 12 }));
        assert_eq!(password(&"x7#".repeat(100)), Err(PasswordError::TooLong { max: 256 }));
        assert_eq!(password("password1234"), Err(PasswordError::Guessable(Guessable::Common)));
        assert_eq!(password("adalovelace1"), Err(PasswordError::Guessable(Guessable::Personal)));
        assert_eq!(password("abcabcabcabcabc"), Err(PasswordError::Guessable(Guessable::Pattern)));
    }

    #[test]
    fn an_email_address_needs_a_mailbox_and_a_host() {
        assert_eq!(EmailAddress::parse(" Ada@Engine.example ").unwrap().folded(), "ada@engine.example");
        for bad in [
            "",
            "ada",
            "ada@",
            "@x",
            "a b@x.example",
            "a@x.example\r\nBcc: y",
            &format!("{}@x.example", "a".repeat(250)),
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        assert_eq!(format!("{:?}", Password::parse("correct staple horse", &[]).unwrap()), "Password(..)");
    }
}
