//! Lists of keys: filters, orders, and the cursors of pages.

mod filter;

use data_encoding::BASE64URL_NOPAD;
use time::Duration;

pub use filter::{Criteria, Days, ExternalIdFilter, Filter, InProject, Whose};

use super::{Scope, Status};
use crate::domain::{ApiKey, ApiKeyId, Timestamp};

/// A count that may have stopped at a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Exactly(i64),
    MoreThan(i64),
}

impl Default for Count {
    fn default() -> Self {
        Self::Exactly(0)
    }
}

impl Count {
    /// `counted` were found when counting stopped one above `limit`.
    pub fn up_to(counted: i64, limit: i64) -> Self {
        if counted > limit { Self::MoreThan(limit) } else { Self::Exactly(counted) }
    }

    pub fn at_least(self) -> i64 {
        match self {
            Self::Exactly(count) => count,
            Self::MoreThan(count) => count + 1,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Created,
    Expires,
    /// Keys that were never used come before all others.
    Used,
    /// In the order of [`Status::ALL`], and by creation.
    Status,
    /// In the order of [`Scope::ALL`], and by creation.
    Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub column: Column,
    pub descending: bool,
}

/// Newest first.
impl Default for Order {
    fn default() -> Self {
        Self { column: Column::Created, descending: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    #[error("not an order of this list")]
    Order,
    #[error("not a cursor of this list")]
    Cursor,
    #[error("not a number of days")]
    Days,
}

impl Column {
    pub const ALL: [Self; 6] = [Self::Name, Self::Created, Self::Expires, Self::Used, Self::Status, Self::Scope];

    fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Created => "created",
            Self::Expires => "expires",
            Self::Used => "used",
            Self::Status => "status",
            Self::Scope => "scope",
        }
    }
}

impl Order {
    /// The name of a column; with a minus in front for the other direction.
    pub fn parse(text: &str) -> Result<Self, ListingError> {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let column = Column::ALL.into_iter().find(|column| column.as_str() == name).ok_or(ListingError::Order)?;
        Ok(Self { column, descending })
    }

    pub fn as_text(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column.as_str())
    }
}

/// A position between two keys of a list: after the key with this value in the sorted column and this id. It stays valid
/// if that key is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub value: CursorValue,
    pub id: ApiKeyId,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CursorValue {
    Name(String),
    Instant(Timestamp),
    /// The last use. None sorts before all times.
    Use(Option<Timestamp>),
    /// The expiry. `End::Never` sorts after all times.
    End(End),
    /// The number of the status or scope, and the time of creation.
    Group(usize, Timestamp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    At(Timestamp),
    Never,
}

const NEVER: &str = "never";

impl Cursor {
    pub fn of(api_key: &ApiKey, column: Column, now: Timestamp) -> Self {
        let created = api_key.created_at;
        let value = match column {
            Column::Name => CursorValue::Name(api_key.name.folded()),
            Column::Created => CursorValue::Instant(created),
            Column::Expires => CursorValue::End(api_key.expires_at.map_or(End::Never, End::At)),
            Column::Used => CursorValue::Use(api_key.last_use.as_ref().map(|last| last.at)),
            Column::Status => CursorValue::Group(number_of(&Status::ALL, &api_key.status(now)), created),
            Column::Scope => CursorValue::Group(number_of(&Scope::ALL, &api_key.scope), created),
        };
        Self { value, id: api_key.id.clone() }
    }

    /// The cursor before this key in the default order.
    pub fn just_before(api_key: &ApiKey) -> Self {
        let instant = api_key.created_at.plus(Duration::MICROSECOND);
        Self { value: CursorValue::Instant(instant), id: api_key.id.clone() }
    }

    pub fn encode(&self) -> String {
        let value = match &self.value {
            CursorValue::Name(name) => name.clone(),
            CursorValue::Instant(instant) | CursorValue::Use(Some(instant)) | CursorValue::End(End::At(instant)) => {
                instant.unix_micros().to_string()
            }
            CursorValue::Use(None) | CursorValue::End(End::Never) => NEVER.to_owned(),
            CursorValue::Group(group, instant) => format!("{group}:{}", instant.unix_micros()),
        };
        BASE64URL_NOPAD.encode(format!("{} {value}", self.id).as_bytes())
    }

    pub fn parse(text: &str, column: Column) -> Result<Self, ListingError> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| ListingError::Cursor)?;
        let text = String::from_utf8(bytes).map_err(|_| ListingError::Cursor)?;
        let (id, value) = text.split_once(' ').ok_or(ListingError::Cursor)?;
        let value = match column {
            // Names have no NUL, and PostgreSQL does not accept one in text.
            Column::Name if value.contains('\0') => return Err(ListingError::Cursor),
            Column::Name => CursorValue::Name(value.to_owned()),
            Column::Created => CursorValue::Instant(instant(value)?),
            Column::Expires if value == NEVER => CursorValue::End(End::Never),
            Column::Expires => CursorValue::End(End::At(instant(value)?)),
            Column::Used if value == NEVER => CursorValue::Use(None),
            Column::Used => CursorValue::Use(Some(instant(value)?)),
            Column::Status => group(value, Status::ALL.len())?,
            Column::Scope => group(value, Scope::ALL.len())?,
        };
        Ok(Self { value, id: ApiKeyId::parse(id).map_err(|_| ListingError::Cursor)? })
    }
}

fn number_of<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or_default()
}

fn instant(text: &str) -> Result<Timestamp, ListingError> {
    text.parse().map(Timestamp::from_unix_micros).map_err(|_| ListingError::Cursor)
}

fn group(text: &str, groups: usize) -> Result<CursorValue, ListingError> {
    let (number, created) = text.split_once(':').ok_or(ListingError::Cursor)?;
    let number = number.parse().ok().filter(|number| *number < groups).ok_or(ListingError::Cursor)?;
    Ok(CursorValue::Group(number, instant(created)?))
}

/// Which page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Position {
    #[default]
    First,
    After(Cursor),
    Before(Cursor),
    Last,
}

/// A page of keys, and whether there are more on either side of it.
#[derive(Clone, Debug)]
pub struct Page {
    pub api_keys: Vec<ApiKey>,
    pub has_previous: bool,
    pub has_next: bool,
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn an_order_reads_back_as_it_is_written() {
        for column in Column::ALL {
            for descending in [false, true] {
                let order = Order { column, descending };
                assert_eq!(Order::parse(&order.as_text()), Ok(order));
            }
        }
        for bad in ["", "-", "--name", "Name", "id", "name;drop"] {
            assert_eq!(Order::parse(bad), Err(ListingError::Order), "{bad}");
        }
    }

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        let id = ApiKeyId::generate(Timestamp::from_unix_micros(5), &mut StdRng::seed_from_u64(1));
        let instant = Timestamp::from_unix_micros(-7);
        for (column, value) in [
            (Column::Name, CursorValue::Name("ключ с пробелом".into())),
            (Column::Created, CursorValue::Instant(instant)),
            (Column::Expires, CursorValue::End(End::Never)),
            (Column::Expires, CursorValue::End(End::At(instant))),
            (Column::Used, CursorValue::Use(None)),
            (Column::Used, CursorValue::Use(Some(instant))),
            (Column::Status, CursorValue::Group(4, instant)),
            (Column::Scope, CursorValue::Group(3, instant)),
        ] {
            let cursor = Cursor { value, id: id.clone() };
            assert_eq!(Cursor::parse(&cursor.encode(), column), Ok(cursor));
        }
        for bad in ["", "x", "AAAA", "ÿ", &BASE64URL_NOPAD.encode(b"key_x 1"), &BASE64URL_NOPAD.encode(&[255, 254])] {
            assert_eq!(Cursor::parse(bad, Column::Created), Err(ListingError::Cursor), "{bad}");
        }
        for bad in ["5", "5:1", "-1:1", "1:", "1:x", "never"] {
            let text = BASE64URL_NOPAD.encode(format!("{id} {bad}").as_bytes());
            assert_eq!(Cursor::parse(&text, Column::Status), Err(ListingError::Cursor), "{bad}");
        }
    }

    #[test]
    fn cursors_stand_in_the_order_of_the_list() {
        let (early, late) = (Timestamp::from_unix_micros(1), Timestamp::from_unix_micros(2));
        assert!(CursorValue::Use(None) < CursorValue::Use(Some(early)));
        assert!(CursorValue::End(End::At(late)) < CursorValue::End(End::Never));
        assert!(CursorValue::Group(0, late) < CursorValue::Group(1, early));
    }

    #[test]
    fn a_count_says_when_it_stopped() {
        assert_eq!(Count::up_to(10, 10), Count::Exactly(10));
        assert_eq!(Count::up_to(11, 10), Count::MoreThan(10));
        assert_eq!(Count::MoreThan(10).at_least(), 11);
    }
}
