//! Tokens.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{short, users};
use crate::accounts::{DEAD_TOKEN_KEPT_MICROS, NewToken, TOKEN_COLLECTIONS_MAX, TOKENS_MAX, Token};
use crate::error::StoreError;
use crate::sqlite::convert::{Fields, at_most, int};
use crate::store::BATCH_MAX;

pub(super) fn list(db: &Connection) -> Result<Vec<Token>, StoreError> {
    let mut scopes: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut statement = db.prepare_cached(include_str!("token_collections.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("token_collections", row);
        let of = scopes.entry(fields.unsigned(0)?).or_default();
        of.push(fields.text(1)?);
    }
    let mut statement = db.prepare_cached(include_str!("tokens.sql"))?;
    let mut rows = statement.query([])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("tokens", row);
        let id = fields.unsigned(0)?;
        let scoped: bool = fields.get(5)?;
        tokens.push(Token {
            id,
            token: NewToken {
                hash: fields.get(1)?,
                user: fields.text(2)?,
                name: fields.text(3)?,
                read_only: fields.get(4)?,
                // A token whose collections are gone is for none, not for all.
                collections: scoped.then(|| scopes.remove(&id).unwrap_or_default()),
                created: fields.get(6)?,
                expires: fields.get(7)?,
            },
            last_used: fields.get(8)?,
            revoked: fields.get(9)?,
        });
    }
    Ok(tokens)
}

pub(super) fn create(db: &Connection, token: &NewToken) -> Result<u64, StoreError> {
    if !users::exists(db, &token.user)? {
        return Err(users::no_such(&token.user));
    }
    short("bytes of a token's name", &token.name)?;
    let scope = token.collections.as_deref().unwrap_or_default();
    at_most(
        "collections of a token",
        scope.len() as u64,
        TOKEN_COLLECTIONS_MAX,
    )?;
    let forgotten = token.created.saturating_sub(DEAD_TOKEN_KEPT_MICROS);
    db.prepare_cached(include_str!("forget_tokens.sql"))?
        .execute([forgotten])?;
    let tokens: u64 = users::count(db, include_str!("count_tokens.sql"))?;
    at_most("tokens", tokens + 1, TOKENS_MAX)?;
    let id: i64 = db
        .prepare_cached(include_str!("insert_token.sql"))?
        .query_row(
            params![
                token.hash,
                token.user,
                token.name,
                token.read_only,
                token.collections.is_some(),
                token.created,
                token.expires
            ],
            |row| row.get(0),
        )?;
    let mut insert = db.prepare_cached(include_str!("insert_token_collection.sql"))?;
    for collection in scope {
        short("bytes of a collection's id", collection)?;
        insert.execute(params![id, collection])?;
    }
    Ok(id.cast_unsigned())
}

pub(super) fn revoke(db: &Connection, id: u64, at: i64) -> Result<(), StoreError> {
    let revoked = db
        .prepare_cached(include_str!("revoke_token.sql"))?
        .execute([int("token number", id)?, at])?;
    if revoked == 0 {
        return Err(StoreError::NoSuchToken { id });
    }
    Ok(())
}

pub(super) fn touch(db: &Connection, used: &[(u64, i64)]) -> Result<(), StoreError> {
    at_most("tokens in one call", used.len() as u64, BATCH_MAX as u64)?;
    let mut touch = db.prepare_cached(include_str!("touch_token.sql"))?;
    for (id, at) in used {
        touch.execute([int("token number", *id)?, *at])?;
    }
    Ok(())
}
