//! Rows that a statement reads from one JSON value: the statement is the same for any number of them.

use serde_json::Value;

use super::{Conn, Error, sql::Sql};

/// Column and type, in SQL.
pub(super) type JsonColumn = (&'static str, &'static str);

/// `… AS new`, to stand after `FROM`. Each of `rows` is an object with the names of the columns.
pub(super) fn json_rows(conn: &Conn, columns: &[JsonColumn], rows: &[Value]) -> Result<Sql, Error> {
    let json = serde_json::to_string(rows).map_err(|_| Error::Corrupt("rows in JSON"))?;
    let list = |of: fn(&JsonColumn) -> String| columns.iter().map(of).collect::<Vec<_>>().join(", ");
    let text = match conn {
        Conn::Sqlite(_) => {
            let columns = list(|(name, _)| format!("value ->> '{name}' AS {name}"));
            format!("(SELECT {columns} FROM json_each(?)) AS new")
        }
        Conn::Postgres(_) => {
            let columns = list(|(name, kind)| format!("{name} {kind}"));
            format!("json_to_recordset(CAST(? AS json)) AS new ({columns})")
        }
    };
    Ok(Sql::new(text).with(json))
}
