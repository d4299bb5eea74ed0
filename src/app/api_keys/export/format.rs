//! The formats of an export, and its columns.

use serde_json::{Map, Value, json};

use super::Exported;
use crate::domain::{Timestamp, token};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// In the order of the list. The names are the same in every language.
const COLUMNS: [&str; 16] = [
    "id",
    "name",
    "description",
    "key_id",
    "last4",
    "scope",
    "project",
    "owner",
    "status",
    "created_at",
    "expires_at",
    "rotation_due_at",
    "last_used_at",
    "last_used_address",
    "revoked_at",
    "revocation_reason",
];

/// Spreadsheets need it to read non-ASCII letters.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Format {
    /// The extension of file names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    /// Writes a part of the file. The first part includes the beginning; a part without keys is the end.
    pub fn write(self, keys: &[Exported], now: Timestamp, is_first: bool) -> Result<Vec<u8>, FormatError> {
        match self {
            Self::Csv => write_csv(keys, now, is_first),
            Self::Json => write_json(keys, now, is_first),
        }
    }
}

/// In the order of [`COLUMNS`]. Times in the format of RFC 3339.
fn cells(
    Exported { api_key, owner, rotation_due_at, project }: &Exported,
    now: Timestamp,
) -> [Option<String>; COLUMNS.len()] {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let last = api_key.last_use.as_ref();
    [
        Some(api_key.id.to_string()),
        Some(api_key.name.as_str().to_owned()),
        Some(api_key.description.as_str().to_owned()),
        Some(format!("{}_{}", token::PREFIX, api_key.lookup)),
        Some(api_key.hint.clone()),
        Some(api_key.scope.as_str().to_owned()),
        project.clone(),
        Some(owner.clone()),
        Some(api_key.status(now).as_str().to_owned()),
        time(Some(api_key.created_at)),
        time(api_key.expires_at),
        time(*rotation_due_at),
        time(last.map(|last| last.at)),
        last.and_then(|last| last.address).map(|address| address.to_string()),
        time(api_key.revoked_at),
        api_key.revocation_reason.as_ref().map(|reason| reason.as_str().to_owned()),
    ]
}

/// Rows of RFC 4180, with a header in the first part.
fn write_csv(keys: &[Exported], now: Timestamp, is_first: bool) -> Result<Vec<u8>, FormatError> {
    let mark = if is_first { BYTE_ORDER_MARK } else { "" };
    let terminator = csv::Terminator::CRLF;
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(mark.as_bytes().to_vec());
    if is_first {
        writer.write_record(COLUMNS)?;
    }
    for key in keys {
        let row = cells(key, now).map(|cell| harmless(cell.unwrap_or_default()));
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| FormatError::Csv(error.into_error().into()))
}

/// Keeps a spreadsheet from running a cell as a formula (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

/// A part of one array. A part without keys ends it.
fn write_json(keys: &[Exported], now: Timestamp, is_first: bool) -> Result<Vec<u8>, FormatError> {
    let object = |key: &Exported| -> Value {
        let fields = COLUMNS.into_iter().zip(cells(key, now));
        fields.map(|(name, cell)| (name.to_owned(), json!(cell))).collect::<Map<_, _>>().into()
    };
    let objects: Result<Vec<_>, _> = keys.iter().map(|key| serde_json::to_string(&object(key))).collect();
    let objects = objects?.join(",\n");
    let begin = if is_first { "[\n" } else { "" };
    let text = match (is_first, keys.is_empty()) {
        (_, true) => format!("{begin}\n]\n"),
        (true, false) => format!("{begin}{objects}"),
        (false, false) => format!(",\n{objects}"),
    };
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(bad.to_owned()), format!("'{bad}"));
        }
        for good in ["", "CI", "a=1", " =1", "'=1"] {
            assert_eq!(harmless(good.to_owned()), good);
        }
    }
}
