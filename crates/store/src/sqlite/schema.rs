//! Numbered migrations, each run once, in order, and refused when the file is ahead of us.

use rusqlite::{Connection, TransactionBehavior};

use super::objects;
use crate::error::StoreError;

/// One kind of file of ours: how it is told apart, and how it came to its present form.
pub(crate) struct Schema {
    /// In the header of the file, so that one file is not taken for another.
    application_id: i64,
    /// The first brings version 1, and so on. Never edited once released, only added to.
    migrations: &'static [Migration],
}

/// One step, whole or not at all.
struct Migration {
    sql: &'static str,
    /// What SQL alone cannot do, after it.
    then: fn(&Connection) -> Result<(), StoreError>,
}

const fn sql(sql: &'static str) -> Migration {
    Migration {
        sql,
        then: |_| Ok(()),
    }
}

/// The record. The id spells `ChRe`.
pub(crate) const STORE: Schema = Schema {
    application_id: 0x4368_5265,
    migrations: &[
        sql(include_str!("../../migrations/sqlite/0001_init.sql")),
        Migration {
            sql: include_str!("../../migrations/sqlite/0002_listing.sql"),
            then: objects::arrive_again,
        },
        sql(include_str!("../../migrations/sqlite/0003_accounts.sql")),
        sql(include_str!("../../migrations/sqlite/0004_statuses.sql")),
        sql(include_str!("../../migrations/sqlite/0005_outbox.sql")),
        sql(include_str!("../../migrations/sqlite/0006_feeds.sql")),
    ],
};

/// The sign-state. The id spells `ChSi`.
pub(crate) const SIGN_STATE: Schema = Schema {
    application_id: 0x4368_5369,
    migrations: &[sql(include_str!(
        "../../migrations/sign_state/0001_init.sql"
    ))],
};

/// Brings a file to the newest version; a new file to version 1 and on.
///
/// A crash between two migrations leaves a whole earlier version, from which the next start goes on.
pub(crate) fn migrate(connection: &mut Connection, schema: &Schema) -> Result<(), StoreError> {
    let known = i64::try_from(schema.migrations.len()).expect("a handful of migrations");
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let id: i64 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let empty = found == 0 && id == 0 && tables == 0;
        if !empty && id != schema.application_id {
            return Err(StoreError::ForeignFile {
                found: id,
                expected: schema.application_id,
            });
        }
        if found > known {
            return Err(StoreError::NewerSchema { found, known });
        }
        let Some(migration) = usize::try_from(found)
            .ok()
            .and_then(|version| schema.migrations.get(version))
        else {
            return Ok(());
        };
        transaction.execute_batch(migration.sql)?;
        (migration.then)(&transaction)?;
        transaction.pragma_update(None, "application_id", schema.application_id)?;
        transaction.pragma_update(None, "user_version", found + 1)?;
        transaction.commit()?;
    }
}
