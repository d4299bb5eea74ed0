//! Uses by time, as the database keeps them for other servers and for the next start.

use std::fmt;

use time::Duration;

use crate::domain::Timestamp;

/// Each with the instant at or before which it was, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredUses(pub Vec<(Timestamp, u64)>);

impl StoredUses {
    pub fn sum(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// What is still in a window of this length.
    pub fn sum_within(&self, length: Duration, now: Timestamp) -> u64 {
        self.0.iter().filter(|(end, _)| end.plus(length) > now).map(|(_, count)| count).sum()
    }

    /// Reads the result of [`fmt::Display`].
    pub fn parse(text: &str) -> Option<Self> {
        let parts = text.split(' ').filter(|part| !part.is_empty());
        let part = |part: &str| {
            let (end, count) = part.split_once(':')?;
            Some((Timestamp::from_unix_micros(end.parse().ok()?), count.parse().ok()?))
        };
        parts.map(part).collect::<Option<_>>().map(Self)
    }
}

/// `MICROS:COUNT MICROS:COUNT`
impl fmt::Display for StoredUses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (end, count)) in self.0.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(f, "{space}{}:{count}", end.unix_micros())?;
        }
        Ok(())
    }
}
