//! What people type about themselves: email address, names, password.

use std::fmt;

use validator::ValidateEmail;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use super::text::{self, TextError};

macro_rules! line_of_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// In Unicode scalar values.
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
    /// The HTML Living Standard's definition of a valid address, and at most 254 bytes (RFC 5321 §4.5.3.1.3).
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

    /// Unique among accounts: in practice, mailboxes that differ only in case belong to the same person.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

/// A new password that satisfies the rules. A password typed at sign-in needs no parsing.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

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
    /// One of the most used passwords, or close to one.
    Common,
    /// Made of the person's name, address or organization.
    Personal,
    /// Repetitions, sequences, dates, keyboard rows.
    Pattern,
}

impl Password {
    /// In Unicode scalar values, like the maximum. Passwords are neither trimmed nor normalized.
    pub const MIN_LENGTH: usize = 12;
    pub const MAX_LENGTH: usize = 256;

    /// `personal`: words that an attacker would try first, such as name, address and organization.
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
        let estimate = zxcvbn(&with_few_look_alikes(beginning), &words);
        if estimate.score() < Score::Three {
            return Err(PasswordError::Guessable(why_guessable(&estimate)));
        }
        Ok(Self(Zeroizing::new(input.to_owned())))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Characters that the strength estimate reads. More would only make the password harder to guess, and the time grows
/// with their square.
const ESTIMATED_LENGTH: usize = 64;

/// The letters that zxcvbn tries in place of look-alike characters (its `L33T_TABLE`).
const LOOK_ALIKES: [(char, &str); 12] = [
    ('a', "4@"),
    ('b', "8"),
    ('c', "({[<"),
    ('e', "3"),
    ('g', "69"),
    ('i', "1!|"),
    ('l', "1|7"),
    ('o', "0"),
    ('s', "$5"),
    ('t', "+7"),
    ('x', "%"),
    ('z', "2"),
];
/// How many readings of a password are looked up in all dictionaries. "P@$$w0rd123!" has 4.
const MAX_READINGS: usize = 16;

/// Bounds the time of zxcvbn. It tries every combination of look-alikes: hundreds, at a millisecond each. A password
/// with very many is read in one way only, which still finds its words.
fn with_few_look_alikes(input: String) -> String {
    let mut seen = String::new();
    let readings = LOOK_ALIKES.iter().map(|(_, look_alikes)| {
        let present = look_alikes.chars().filter(|character| input.contains(*character));
        let count: usize = present.map(|character| if seen.contains(character) { 2 } else { 1 }).sum();
        seen.push_str(look_alikes);
        count.max(1)
    });
    if readings.product::<usize>() <= MAX_READINGS {
        return input;
    }
    let letter = |character: char| LOOK_ALIKES.iter().find(|(_, look_alikes)| look_alikes.contains(character));
    input.chars().map(|character| letter(character).map_or(character, |(letter, _)| *letter)).collect()
}

/// Whether little is left of it without `words`.
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
    use std::time::Duration;

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

    /// What this thread has had of a processor so far: what else runs on the machine does not count.
    fn processor_time() -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.try_into().expect("processor time is not negative")
    }

    /// Processor time of the cheapest of three runs.
    fn cost(input: &str) -> Duration {
        let measure = |_| {
            let began = processor_time();
            let _ = password(input);
            processor_time().saturating_sub(began)
        };
        (0..3).map(measure).min().expect("three runs")
    }

    #[test]
    fn no_password_takes_much_longer_to_estimate_than_an_ordinary_one_as_long() {
        let ordinary = cost("seven quiet lanterns and eleven loud trumpets in a dark old barn");
        let look_alikes = "a4@b8c({[<e3g69i1!|l7o0s5$t+x%z2";
        for nasty in [
            look_alikes.repeat(2),
            "4@({[<69".repeat(8),
            "1|71|7$5+7".repeat(7),
            "4@(6".repeat(16),
            "p4@ss1!w0rd$5".repeat(5),
            "abab".repeat(16),
            "aabbaabbccaabbaabb".repeat(4),
            "qwerty".repeat(11),
            "11223344".repeat(8),
            "1.1.1990".repeat(8),
            "ß".repeat(64),
            "👩‍👩‍👧".repeat(13),
            "x".repeat(64),
            "0123456789".repeat(7),
        ] {
            let cost = cost(&nasty);
            assert!(cost < ordinary * 30, "{nasty} takes {cost:?}, an ordinary one {ordinary:?}");
        }
    }

    #[test]
    fn words_are_found_behind_many_look_alikes() {
        assert_eq!(with_few_look_alikes("P@$$w0rd123!".to_owned()), "P@$$w0rd123!");
        assert_eq!(with_few_look_alikes("({[<4@69 p4ssw0rd 1!|7$5+".to_owned()), "ccccaagg password iiilsst");
        assert!(password("({[<4@691!|7$5+%208x#w&Kq)").is_ok());
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
