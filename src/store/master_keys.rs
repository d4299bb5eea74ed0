//! The master keys that were ever used, and what depends on each.

use diesel::{
    dsl::{count_star, exists, select},
    prelude::*,
};

use super::{
    Conn, Error,
    schema::{api_key_tokens, api_keys, master_keys},
};
use crate::domain::{ApiKeyTokenId, MasterKey, Timestamp, TokenDigest};

/// Version and fingerprint of each, oldest first.
pub fn list(conn: &mut Conn) -> Result<Vec<(i32, String)>, Error> {
    let columns = (master_keys::version, master_keys::fingerprint);
    Ok(master_keys::table.order(master_keys::version).select(columns).load(conn)?)
}

/// [`Error::Duplicate`] if this version exists.
pub fn insert(conn: &mut Conn, key: &MasterKey, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(master_keys::table)
        .values((
            master_keys::version.eq(key.version()),
            master_keys::fingerprint.eq(key.fingerprint()),
            master_keys::first_used_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Records the loss: the key is no longer expected.
pub fn delete(conn: &mut Conn, version: i32) -> Result<(), Error> {
    diesel::delete(master_keys::table.find(version)).execute(conn)?;
    Ok(())
}

pub fn has_api_keys(conn: &mut Conn) -> Result<bool, Error> {
    Ok(api_keys::table.select(api_keys::id).limit(1).get_result::<String>(conn).optional()?.is_some())
}

/// Whether a digest or a sealed token depends on this master key.
pub fn is_needed(conn: &mut Conn, version: i32) -> Result<bool, Error> {
    let sealed = api_key_tokens::table.filter(api_key_tokens::sealed_version.eq(version));
    let digests = api_key_tokens::table.filter(api_key_tokens::digest_version.eq(version));
    Ok(select(exists(sealed)).get_result(conn)? || select(exists(digests)).get_result(conn)?)
}

/// The number of digests that are not bound to their API key, as earlier versions made them.
pub fn count_unbound_digests(conn: &mut Conn) -> Result<i64, Error> {
    Ok(api_key_tokens::table.filter(api_key_tokens::digest.not_like("2:%")).count().get_result(conn)?)
}

/// The number of digests by master key.
pub fn count_digests(conn: &mut Conn) -> Result<Vec<(i32, i64)>, Error> {
    Ok(api_key_tokens::table
        .group_by(api_key_tokens::digest_version)
        .select((api_key_tokens::digest_version, count_star()))
        .order(api_key_tokens::digest_version)
        .load(conn)?)
}

/// Replaces the digest of a token by another one of the same token, unless it was replaced already. The key must be
/// locked.
pub fn update_digest(conn: &mut Conn, id: &ApiKeyTokenId, from: &TokenDigest, to: &TokenDigest) -> Result<(), Error> {
    let columns = (api_key_tokens::digest, api_key_tokens::digest_version);
    let is_unchanged = columns.1.eq(from.version()).and(columns.0.eq(from.to_stored()));
    diesel::update(api_key_tokens::table.find(id.as_str()).filter(is_unchanged))
        .set((columns.0.eq(to.to_stored()), columns.1.eq(to.version())))
        .execute(conn)?;
    Ok(())
}
