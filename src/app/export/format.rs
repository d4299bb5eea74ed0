//! The formats of an export.

use serde::{Serialize, Serializer};

use super::Cell;

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

    /// Writes a part of the file. The first part includes the beginning; a part without rows is the end.
    pub fn write(self, columns: &[&str], rows: Vec<Vec<Cell>>, is_first: bool) -> Result<Vec<u8>, FormatError> {
        match self {
            Self::Csv => write_csv(columns, rows, is_first),
            Self::Json => write_json(columns, rows, is_first),
        }
    }
}

/// Rows of RFC 4180, with a header in the first part.
fn write_csv(columns: &[&str], rows: Vec<Vec<Cell>>, is_first: bool) -> Result<Vec<u8>, FormatError> {
    let mark = if is_first { BYTE_ORDER_MARK } else { "" };
    let terminator = csv::Terminator::CRLF;
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(mark.as_bytes().to_vec());
    if is_first {
        writer.write_record(columns)?;
    }
    for row in rows {
        writer.write_record(row.into_iter().map(text_of).map(harmless))?;
    }
    writer.into_inner().map_err(|error| FormatError::Csv(error.into_error().into()))
}

fn text_of(cell: Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) | Cell::Json(text) => text,
    }
}

/// Keeps a spreadsheet from running a cell as a formula (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

/// A part of one array. A part without rows ends it.
fn write_json(columns: &[&str], rows: Vec<Vec<Cell>>, is_first: bool) -> Result<Vec<u8>, FormatError> {
    let is_empty = rows.is_empty();
    let objects: Result<Vec<_>, _> =
        rows.into_iter().map(|cells| serde_json::to_string(&Row { columns, cells })).collect();
    let objects = objects?.join(",\n");
    let begin = if is_first { "[\n" } else { "" };
    let text = match (is_first, is_empty) {
        (_, true) => format!("{begin}\n]\n"),
        (true, false) => format!("{begin}{objects}"),
        (false, false) => format!(",\n{objects}"),
    };
    Ok(text.into_bytes())
}

/// An object whose members are in the order of the columns.
struct Row<'a> {
    columns: &'a [&'a str],
    cells: Vec<Cell>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(&self.cells))
    }
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
