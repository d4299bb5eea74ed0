//! An app: the bundle identifier of an iOS app, or the package of an Android app with its signing certificate.

use std::fmt;

use data_encoding::HEXUPPER_PERMISSIVE;

use super::{EntryError, Rule};

/// `com.example.app`, for Android better `com.example.app FINGERPRINT`, because any app can use a package name. White
/// space or a semicolon separates the two. Names are case sensitive, as on both systems.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppIdentifier {
    name: String,
    /// SHA-256 of the signing certificate, as `keytool -list` and Play Console display it.
    fingerprint: Option<[u8; FINGERPRINT]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppIdentifierError {
    #[error("not a name of an app such as com.example.app")]
    Name,
    #[error("not a SHA-256 fingerprint of 64 hexadecimal digits")]
    Fingerprint,
}

/// In bytes.
const FINGERPRINT: usize = 32;
/// In characters. App Store Connect allows 155, Google Play 255.
const MAX_NAME: usize = 255;

impl AppIdentifier {
    /// Joins a package or bundle and a fingerprint that arrive in two headers.
    pub fn of_parts(name: &str, fingerprint: Option<&str>) -> Result<Self, AppIdentifierError> {
        let fingerprint = fingerprint.map(|text| parse_fingerprint(text).ok_or(AppIdentifierError::Fingerprint));
        if !is_name(name) {
            return Err(AppIdentifierError::Name);
        }
        Ok(Self { name: name.to_owned(), fingerprint: fingerprint.transpose()? })
    }

    pub fn parse(text: &str) -> Result<Self, AppIdentifierError> {
        let is_separator = |character: char| character.is_ascii_whitespace() || character == ';';
        match text.trim().split_once(is_separator) {
            Some((name, fingerprint)) => Self::of_parts(name, Some(fingerprint.trim_start_matches(is_separator))),
            None => Self::of_parts(text.trim(), None),
        }
    }

    /// Whether `presented` is this app. Without a fingerprint, any caller that sends the name is admitted.
    pub fn admits(&self, presented: &Self) -> bool {
        self.name == presented.name && (self.fingerprint.is_none() || self.fingerprint == presented.fingerprint)
    }
}

impl Rule for AppIdentifier {
    const MAX: usize = 50;

    fn parse(text: &str) -> Result<Self, EntryError> {
        Ok(Self::parse(text)?)
    }
}

/// At least two parts between dots, of characters that both systems allow.
fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= MAX_NAME && text.contains('.') && text.split('.').all(is_part)
}

/// With a colon between every two bytes, or without any.
fn parse_fingerprint(text: &str) -> Option<[u8; FINGERPRINT]> {
    let digits = if text.contains(':') {
        let bytes: Vec<&str> = text.split(':').collect();
        bytes.iter().all(|byte| byte.len() == 2).then(|| bytes.concat())?
    } else {
        text.to_owned()
    };
    HEXUPPER_PERMISSIVE.decode(digits.as_bytes()).ok()?.try_into().ok()
}

impl fmt::Display for AppIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, byte) in self.fingerprint.iter().flatten().enumerate() {
            write!(f, "{}{byte:02X}", if index == 0 { ' ' } else { ':' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colons(byte: &str) -> String {
        [byte; FINGERPRINT].join(":")
    }

    #[test]
    fn an_app_is_spelled_in_one_way() {
        let canonical = format!("com.example.app {}", colons("AB"));
        for typed in [
            canonical.clone(),
            format!("  com.example.app \t {} ", colons("ab")),
            format!("com.example.app;{}", colons("aB")),
            format!("com.example.app; {}", "aB".repeat(32)),
        ] {
            assert_eq!(AppIdentifier::parse(&typed).unwrap().to_string(), canonical, "{typed}");
        }
        assert_eq!(AppIdentifier::parse("com.Example-1.my_app").unwrap().to_string(), "com.Example-1.my_app");
    }

    #[test]
    fn what_is_no_app_is_refused() {
        let long = format!("com.{}", "a".repeat(252));
        for bad in
            ["", "app", ".", "com.", ".com", "com..app", "com.exämple", "com.example/app", "*.example", "com.*", &long]
        {
            assert_eq!(AppIdentifier::parse(bad), Err(AppIdentifierError::Name), "{bad}");
        }
        for bad in
            ["AB", &"AB".repeat(20), &"AB".repeat(33), &"ABC:".repeat(16), &colons("GG"), &format!("{}:", colons("AB"))]
        {
            let app = AppIdentifier::parse(&format!("com.example.app {bad}"));
            assert_eq!(app, Err(AppIdentifierError::Fingerprint), "{bad}");
        }
    }

    #[test]
    fn who_signed_the_app_counts_when_the_rule_says_so() {
        let [signed, other] = ["AB", "AC"].map(|byte| format!("com.example.app {}", colons(byte)));
        for (rule, presented, is_admitted) in [
            ("com.example.app", "com.example.app", true),
            ("com.example.app", signed.as_str(), true),
            ("com.example.app", "com.example.app2", false),
            ("com.example.app", "com.example.App", false),
            ("com.example.app", "com.example", false),
            ("com.example.app", "com.example.app.debug", false),
            (&signed, &signed, true),
            (&signed, &other, false),
            (&signed, "com.example.app", false),
        ] {
            let [rule, presented] = [rule, presented].map(|text| AppIdentifier::parse(text).unwrap());
            assert_eq!(rule.admits(&presented), is_admitted, "{rule} {presented}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_the_canonical_spelling_is_read_back(
            text in "\\PC{0,60}|[a-z]{1,3}\\.[a-z.]{1,9}([ ;]([0-9a-fA-F]{64}|([0-9a-f]{2}:){31}[0-9a-f]{2}|[0-9A-F:]{0,99}))?"
        ) {
            if let Ok(app) = AppIdentifier::parse(&text) {
                prop_assert_eq!(AppIdentifier::parse(&app.to_string()), Ok(app));
            }
        }
    }
}
