//! A list of rules as people type it: one per line, or separated by commas.

use std::fmt;

use super::{AppIdentifierError, TrustedDomainError};
use crate::domain::text;

/// One entry of a list. Its `Display` is its canonical spelling, which parses to itself.
pub trait Rule: Sized + PartialEq + fmt::Display {
    /// The most entries in one list.
    const MAX: usize;
    fn parse(text: &str) -> Result<Self, EntryError>;
}

/// Without duplicates, in the order in which they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(Vec<T>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    #[error("not for keys of this scope")]
    OtherScope,
    #[error("more than {max} entries")]
    TooMany { max: usize },
    /// The first wrong entry, with the number of its line, from 1.
    #[error("line {line}: {entry:?}: {reason}")]
    Entry { line: usize, entry: String, reason: EntryError },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error(transparent)]
    TrustedDomain(#[from] TrustedDomainError),
    #[error(transparent)]
    AppIdentifier(#[from] AppIdentifierError),
    #[error("neither an IP address nor a network in CIDR notation")]
    Network,
}

/// How many characters of a wrong entry the error message repeats.
const EXCERPT: usize = 60;

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Rule> List<T> {
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let mut rules = Vec::new();
        for (line, entry) in entries(text) {
            let entry_error = |reason| ListError::Entry { line, entry: text::excerpt(entry, EXCERPT), reason };
            let rule = T::parse(entry).map_err(entry_error)?;
            if rules.contains(&rule) {
                continue;
            }
            if rules.len() == T::MAX {
                return Err(ListError::TooMany { max: T::MAX });
            }
            rules.push(rule);
        }
        Ok(Self(rules))
    }
}

impl<T> List<T> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// Whether the list is empty, or the known value matches one of the rules.
    pub fn admits<C>(&self, known: Option<&C>, matches: impl Fn(&T, &C) -> bool) -> bool {
        self.0.is_empty() || known.is_some_and(|known| self.0.iter().any(|rule| matches(rule, known)))
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// One per line, as it is stored.
impl<T: fmt::Display> fmt::Display for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rule) in self.0.iter().enumerate() {
            write!(f, "{}{rule}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// Each with the number of its line.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().flat_map(|(index, line)| line.split(',').map(move |entry| (index + 1, entry)));
    lines.map(|(line, entry)| (line, entry.trim())).filter(|(_, entry)| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{
        super::{AppIdentifier, Network, TrustedDomain},
        *,
    };

    #[test]
    fn lines_and_commas_separate_and_duplicates_are_one() {
        let list = List::<Network>::parse(" 10.0.0.0/8 ,\r\n\r\n10.1.2.3/8, 192.0.2.1\n192.0.2.1/32\n").unwrap();
        assert_eq!(list.to_string(), "10.0.0.0/8\n192.0.2.1");
        assert_eq!(List::<Network>::parse(&list.to_string()), Ok(list));
        assert_eq!(List::<Network>::parse("\n , \r\n").unwrap().to_string(), "");
    }

    #[test]
    fn the_line_that_is_wrong_is_named() {
        let wrong = List::<TrustedDomain>::parse("example.com\n\na.example,*, b.example");
        let reason = EntryError::TrustedDomain(TrustedDomainError::Wildcard);
        assert_eq!(wrong, Err(ListError::Entry { line: 3, entry: "*".to_owned(), reason }));
        let long = "ü".repeat(100_000);
        let Err(ListError::Entry { entry, .. }) = List::<AppIdentifier>::parse(&long) else { panic!("taken") };
        assert_eq!(entry.chars().count(), EXCERPT);
    }

    #[test]
    fn a_list_has_an_end() {
        let networks = |count: usize| (0..count).map(|last| format!("10.0.0.{last}\n")).collect::<Vec<_>>().concat();
        assert_eq!(List::<Network>::parse(&networks(100)).unwrap().iter().count(), 100);
        assert_eq!(List::<Network>::parse(&networks(101)), Err(ListError::TooMany { max: 100 }));
        let twice = networks(100).repeat(2);
        assert!(List::<Network>::parse(&twice).is_ok(), "counted without duplicates");
        let domains =
            |count: usize| (0..count).map(|number| format!("a{number}.example,")).collect::<Vec<_>>().concat();
        assert!(List::<TrustedDomain>::parse(&domains(50)).is_ok());
        assert_eq!(List::<TrustedDomain>::parse(&domains(51)), Err(ListError::TooMany { max: 50 }));
    }
}
