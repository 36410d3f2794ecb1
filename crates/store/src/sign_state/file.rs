//! Sign-state in its own SQLite file.

use std::path::Path;

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::{Mark, SignState, SignStateError, Signed, SignedKind, follows};
use crate::error::StoreError;
use crate::sqlite::connection::{self, Settings};
use crate::sqlite::convert::{Fields, int};
use crate::sqlite::schema;
use crate::sqlite::writer::Writer;

/// Name of the file in the data directory.
pub const SIGN_STATE_FILE: &str = "sign-state.sqlite";

/// A few rows: one page of cache is plenty, in KiB.
const CACHE_KIB: u32 = 64;

/// Pages of write-ahead log before they move into the file. Every advance writes one or two.
const WAL_PAGES: u32 = 128;

/// Sign-state in a file of its own, which no backup includes.
///
/// Reads take their turn with the writes: there are few, and each must see the last write.
#[derive(Debug)]
pub struct FileSignState {
    writer: Writer,
}

impl FileSignState {
    /// Opens [`SIGN_STATE_FILE`] in `directory`, empty if it is not there. Whether an empty one is right
    /// is for the caller to judge (R5). Blocks.
    ///
    /// # Errors
    /// As [`SqliteStore::open`](crate::SqliteStore::open).
    pub fn open(directory: &Path) -> Result<Self, SignStateError> {
        let path = directory.join(SIGN_STATE_FILE);
        let settings = Settings {
            cache_kib: CACHE_KIB,
            wal_pages: WAL_PAGES,
            pages_max: None,
        };
        let mut connection = connection::open_writer(&path, &settings)?;
        schema::migrate(&mut connection, &schema::SIGN_STATE)?;
        connection::sync_directory_of(&path)?;
        Ok(Self {
            writer: Writer::start(connection, "sign-state")?,
        })
    }
}

#[async_trait]
impl SignState for FileSignState {
    async fn load(&self, kind: SignedKind, origin: &str) -> Result<Option<Signed>, SignStateError> {
        let origin = origin.to_owned();
        self.writer
            .write("sign_state.load", move |db| load(db, kind, &origin))
            .await
    }

    async fn advance(
        &self,
        kind: SignedKind,
        origin: &str,
        previous: Option<Mark>,
        next: Signed,
    ) -> Result<(), SignStateError> {
        let origin = origin.to_owned();
        self.writer
            .write("sign_state.advance", move |db| {
                let found = load(db, kind, &origin)?.map(|signed| signed.mark());
                if found != previous {
                    return Err(SignStateError::Conflict { origin, found });
                }
                follows(&origin, found, &next)?;
                put(db, kind, &origin, &next)
            })
            .await
    }

    async fn all(&self) -> Result<Vec<(SignedKind, String, Signed)>, SignStateError> {
        self.writer.write("sign_state.all", |db| all(db)).await
    }
}

fn load(db: &Connection, kind: SignedKind, origin: &str) -> Result<Option<Signed>, SignStateError> {
    let mut statement = db
        .prepare_cached(include_str!("file/load.sql"))
        .map_err(StoreError::from)?;
    let mut rows = statement
        .query(params![kind_number(kind), origin])
        .map_err(StoreError::from)?;
    let row = rows.next().map_err(StoreError::from)?;
    row.map(|row| signed(&Fields::new("signed", row)))
        .transpose()
}

fn all(db: &Connection) -> Result<Vec<(SignedKind, String, Signed)>, SignStateError> {
    let mut statement = db
        .prepare_cached(include_str!("file/all.sql"))
        .map_err(StoreError::from)?;
    let mut rows = statement.query([]).map_err(StoreError::from)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let fields = Fields::new("signed", row);
        let kind = match fields.get::<i64>(4)? {
            0 => SignedKind::Checkpoint,
            1 => SignedKind::Receipt,
            other => return Err(fields.corrupt(format_args!("kind is {other}")).into()),
        };
        all.push((kind, fields.text(5)?, signed(&fields)?));
    }
    Ok(all)
}

fn put(
    db: &Connection,
    kind: SignedKind,
    origin: &str,
    next: &Signed,
) -> Result<(), SignStateError> {
    let (size, time) = (
        int("signed size", next.size)?,
        int("signed time", next.time)?,
    );
    db.prepare_cached(include_str!("file/put.sql"))
        .and_then(|mut statement| {
            let kind = kind_number(kind);
            statement.execute(params![kind, origin, size, next.root, time, next.note])
        })
        .map_err(StoreError::from)?;
    Ok(())
}

fn signed(fields: &Fields<'_, '_>) -> Result<Signed, SignStateError> {
    Ok(Signed {
        size: fields.unsigned(0)?,
        root: fields.get(1)?,
        time: fields.unsigned(2)?,
        note: fields.text(3)?,
    })
}

fn kind_number(kind: SignedKind) -> i64 {
    match kind {
        SignedKind::Checkpoint => 0,
        SignedKind::Receipt => 1,
    }
}
