//! The index of words: rows of `api_key_words`, and `search_text` of a key.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};

use super::row::{ApiKeyRow, COLUMNS};
use crate::{
    domain::{ApiKey, api_key::search},
    store::{
        Conn, Error,
        schema::{api_key_words, api_keys},
    },
};

/// Replaces the words of a key. Called in each transaction that changes its name, description or token. Deleting a key
/// deletes its words.
pub fn replace(conn: &mut Conn, api_key: &ApiKey) -> Result<(), Error> {
    let words = search::words_of(api_key);
    diesel::update(api_keys::table.find(api_key.id.as_str()))
        .set(api_keys::search_text.eq(search_text(&words)))
        .execute(conn)?;
    diesel::delete(api_key_words::table.filter(api_key_words::api_key_id.eq(api_key.id.as_str()))).execute(conn)?;
    insert(conn, api_key, &words)
}

/// Indexes keys of earlier versions, and returns how many: fewer than `limit` if there are no others. Skips keys that
/// somebody is changing, since they may get a new name.
pub fn index_missing(conn: &mut Conn, limit: i64) -> Result<usize, Error> {
    // Not a bound value: the index of such keys is partial.
    let has_none = sql::<Bool>("search_text = ''");
    let without = api_keys::table.filter(has_none).order(api_keys::id).limit(limit).select(COLUMNS);
    let rows: Vec<ApiKeyRow> = match conn {
        Conn::Sqlite(sqlite) => without.load(sqlite)?,
        Conn::Postgres(postgres) => without.for_update().skip_locked().load(postgres)?,
    };
    let keys = rows.into_iter().map(ApiKey::try_from).collect::<Result<Vec<_>, _>>()?;
    for api_key in &keys {
        replace(conn, api_key)?;
    }
    Ok(keys.len())
}

pub(super) fn insert(conn: &mut Conn, api_key: &ApiKey, words: &[String]) -> Result<(), Error> {
    let row = |word: &String| {
        (
            api_key_words::api_key_id.eq(api_key.id.as_str().to_owned()),
            api_key_words::word.eq(word.clone()),
            api_key_words::organization_id.eq(api_key.organization_id.as_str().to_owned()),
            api_key_words::created_at.eq(api_key.created_at.unix_micros()),
        )
    };
    match conn {
        Conn::Postgres(postgres) => {
            let rows: Vec<_> = words.iter().map(row).collect();
            diesel::insert_into(api_key_words::table).values(&rows).execute(postgres)?;
        }
        Conn::Sqlite(sqlite) => {
            for word in words {
                diesel::insert_into(api_key_words::table).values(row(word)).execute(sqlite)?;
            }
        }
    }
    Ok(())
}

/// Puts a space on both sides of each word, so that ` pay` matches the beginning of a word.
pub(super) fn search_text(words: &[String]) -> String {
    format!(" {} ", words.join(" "))
}
