//! In which order keys are listed, and where a page of the list begins.

use data_encoding::BASE64URL_NOPAD;

use crate::domain::{ApiKey, ApiKeyId, OrganizationId, ProjectId, Timestamp, UserId};

/// Which keys: those of one person or of a whole organization, and of these perhaps only some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub whose: Whose,
    pub project: Option<InProject>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Person(UserId),
    Organization(OrganizationId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InProject {
    /// In no project.
    None,
    This(ProjectId),
}

impl From<Whose> for Filter {
    fn from(whose: Whose) -> Self {
        Self { whose, project: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Created,
    Expires,
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
    #[error("not a place in this list")]
    Cursor,
}

impl Order {
    /// `name`, `created`, `expires`; with a minus in front for the other direction.
    pub fn parse(text: &str) -> Result<Self, ListingError> {
        let (descending, column) = text.strip_prefix('-').map_or((false, text), |column| (true, column));
        let column = match column {
            "name" => Column::Name,
            "created" => Column::Created,
            "expires" => Column::Expires,
            _ => return Err(ListingError::Order),
        };
        Ok(Self { column, descending })
    }

    pub fn as_text(self) -> String {
        let column = match self.column {
            Column::Name => "name",
            Column::Created => "created",
            Column::Expires => "expires",
        };
        format!("{}{column}", if self.descending { "-" } else { "" })
    }
}

/// A place between two keys of the list: just after the key with this value in the sorted column and this id.
/// It stays a place when that key is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub value: CursorValue,
    pub id: ApiKeyId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CursorValue {
    Name(String),
    /// None stands after every instant.
    Instant(Option<Timestamp>),
}

impl Cursor {
    pub fn of(api_key: &ApiKey, column: Column) -> Self {
        let value = match column {
            Column::Name => CursorValue::Name(api_key.name.folded()),
            Column::Created => CursorValue::Instant(Some(api_key.created_at)),
            Column::Expires => CursorValue::Instant(api_key.expires_at),
        };
        Self { value, id: api_key.id.clone() }
    }

    /// The place before this key in the default order.
    pub fn just_before(api_key: &ApiKey) -> Self {
        let instant = api_key.created_at.plus(time::Duration::MICROSECOND);
        Self { value: CursorValue::Instant(Some(instant)), id: api_key.id.clone() }
    }

    pub fn encode(&self) -> String {
        let value = match &self.value {
            CursorValue::Name(name) => name.clone(),
            CursorValue::Instant(Some(instant)) => instant.unix_micros().to_string(),
            CursorValue::Instant(None) => "never".to_owned(),
        };
        BASE64URL_NOPAD.encode(format!("{} {value}", self.id).as_bytes())
    }

    pub fn parse(text: &str, column: Column) -> Result<Self, ListingError> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| ListingError::Cursor)?;
        let text = String::from_utf8(bytes).map_err(|_| ListingError::Cursor)?;
        let (id, value) = text.split_once(' ').ok_or(ListingError::Cursor)?;
        let value = match column {
            // A NUL is no part of a name, and PostgreSQL takes none in text.
            Column::Name if value.contains('\0') => return Err(ListingError::Cursor),
            Column::Name => CursorValue::Name(value.to_owned()),
            Column::Expires if value == "never" => CursorValue::Instant(None),
            Column::Created | Column::Expires => {
                let micros = value.parse().map_err(|_| ListingError::Cursor)?;
                CursorValue::Instant(Some(Timestamp::from_unix_micros(micros)))
            }
        };
        Ok(Self { value, id: ApiKeyId::parse(id).map_err(|_| ListingError::Cursor)? })
    }
}

/// Which page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Position {
    #[default]
    First,
    After(Cursor),
    Before(Cursor),
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
        for text in ["name", "-name", "created", "-created", "expires", "-expires"] {
            assert_eq!(Order::parse(text).unwrap().as_text(), text);
        }
        for bad in ["", "-", "--name", "Name", "id", "name;drop"] {
            assert_eq!(Order::parse(bad), Err(ListingError::Order), "{bad}");
        }
    }

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        let id = ApiKeyId::generate(Timestamp::from_unix_micros(5), &mut StdRng::seed_from_u64(1));
        for (column, value) in [
            (Column::Name, CursorValue::Name("ключ с пробелом".into())),
            (Column::Created, CursorValue::Instant(Some(Timestamp::from_unix_micros(-7)))),
            (Column::Expires, CursorValue::Instant(None)),
        ] {
            let cursor = Cursor { value, id: id.clone() };
            assert_eq!(Cursor::parse(&cursor.encode(), column), Ok(cursor));
        }
        for bad in ["", "x", "AAAA", "ÿ", &BASE64URL_NOPAD.encode(b"key_x 1"), &BASE64URL_NOPAD.encode(&[255, 254])] {
            assert_eq!(Cursor::parse(bad, Column::Created), Err(ListingError::Cursor), "{bad}");
        }
    }
}
