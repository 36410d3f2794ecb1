//! Backups: the record, the settings and this party's long-lived keys. Never the keys of logs nor the sign-state: a node
//! restored from a backup does not know what it has signed since, so it must not be able to sign on (RECORD R5).
//!
//! A tar, in this order: `backup` (canonical JSON: what it is, whose, of when), `card`, `keys/…`, `record.sqlite`, and last
//! `node.toml`, which is what makes a directory a node. Without it the file is cut short.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Seek as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use store::Checkpoint;

use crate::{
    desk::when::rfc3339,
    error::ApiError,
    home::{Home, HomeError, write_secret},
    node::Node,
};

/// The format.
const BACKUP_FORMAT: &str = "chancery/backup/v1";
/// The first file.
const ABOUT: &str = "backup";
/// The files that a backup has, besides keys.
const CARD: &str = "card";
const RECORD: &str = "record.sqlite";
const SETTINGS: &str = "node.toml";
const KEYS: &str = "keys/";
/// The key files that a node cannot be without.
const KEYS_NEEDED: [&str; 8] = [
    "party.ed25519.key",
    "party.ml-dsa-44.key",
    "receipt.ed25519.key",
    "receipt.ml-dsa-44.key",
    "witness.ed25519.key",
    "witness.ml-dsa-44.key",
    "tls.key",
    "tls.crt",
];
/// Most bytes of any file but the record.
const SMALL_BYTES_MAX: u64 = 1 << 20;

/// What a backup says of itself.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    v: u64,
    backup: String,
    host: String,
    made: String,
}

/// Why a backup cannot be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It is no backup.
    #[error("this is no backup of a node")]
    NotABackup,
    /// It is one of another version.
    #[error("this is a backup of the format {0}, this program reads {BACKUP_FORMAT}")]
    Format(String),
    /// The tar is damaged.
    #[error("the backup is damaged or cut short: {0}")]
    Damaged(io::Error),
    /// A file is missing: it was cut short.
    #[error("the backup is cut short: {0} is missing")]
    Missing(String),
    /// A file that a backup does not have.
    #[error("the backup holds {0:?}, which is no part of a backup; nothing was restored")]
    Unexpected(String),
    /// Writing.
    #[error(transparent)]
    Home(#[from] HomeError),
}

impl Node {
    /// Writes a backup into a file without a name, and gives it open at its beginning.
    pub(crate) async fn backup(&self) -> Result<File, ApiError> {
        let part = |name: &str| {
            let file = format!("backup.{}.{name}.part", self.random().uuid());
            self.home().dir().join(file)
        };
        let (record, tar) = (part("sqlite"), part("tar"));
        self.keep_published().await?;
        self.store().backup(&record, Box::new(|_| {})).await?;
        let about = About {
            v: 1,
            backup: BACKUP_FORMAT.to_owned(),
            host: self.me().to_string(),
            made: rfc3339(self.clock().now()),
        };
        let home = self.home().clone();
        let written = tokio::task::spawn_blocking(move || {
            let written = write(&home, &about, &record, &tar);
            // Whatever came of it, the copy of the record is not needed any more.
            let removed = fs::remove_file(&record);
            written.and_then(|file| removed.map(|()| file))
        });
        written
            .await
            .map_err(ApiError::internal)?
            .map_err(ApiError::internal)
    }
}

impl Node {
    /// Puts what was signed last beside the logs it is of. Sign-state stays out of backups, so without this the logs of a
    /// restored node that nobody else has receipted would have no signature at all.
    async fn keep_published(&self) -> Result<(), ApiError> {
        let directory = self.directory();
        for log in directory.logs().filter(|log| log.mine) {
            let published = self.published(log.id).and_then(|it| it.borrow().clone());
            if let Some(published) = published {
                let checkpoint = Checkpoint {
                    size: published.size,
                    root: *published.root.as_bytes(),
                    time: published.time,
                    note: published.note.to_string(),
                };
                self.store().put_checkpoint(log.id, checkpoint).await?;
            }
        }
        Ok(())
    }
}

fn write(home: &Home, about: &About, record: &Path, path: &Path) -> io::Result<File> {
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)?;
    fs::remove_file(path)?;
    let mut tar = tar::Builder::new(file);
    let text = json::canonical(about).map_err(io::Error::other)?;
    append(&mut tar, ABOUT, text.len() as u64, text.as_bytes())?;
    let mut add = |name: &str, path: &Path| {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        append(&mut tar, name, bytes, file)
    };
    add(CARD, &home.card())?;
    for name in KEYS_NEEDED {
        add(&format!("{KEYS}{name}"), &home.keys().join(name))?;
    }
    add(RECORD, record)?;
    add(SETTINGS, &home.settings())?;
    let mut file = tar.into_inner()?;
    file.rewind()?;
    Ok(file)
}

fn append(
    tar: &mut tar::Builder<File>,
    name: &str,
    bytes: u64,
    content: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(0);
    tar.append_data(&mut header, name, content)
}

/// Makes a node of a backup, in a directory that has just been made for it.
///
/// # Errors
/// [`RestoreError`]; without `node.toml`, written last, the directory is no node.
pub fn restore(home: &Home, backup: &[u8]) -> Result<(), RestoreError> {
    let files = read(backup)?;
    for (name, content) in &files {
        let write = |path: PathBuf| {
            write_secret(&path, content).map_err(|source| HomeError::Io { path, source })
        };
        match name.as_str() {
            ABOUT | SETTINGS => {}
            CARD => home.write(&home.card(), content)?,
            RECORD => write(home.record())?,
            key => write(home.dir().join(key))?,
        }
    }
    let settings = files.get(SETTINGS).copied().unwrap_or_default();
    Ok(home.write(&home.settings(), settings)?)
}

/// Every file of a backup, none written yet.
fn read(backup: &[u8]) -> Result<BTreeMap<String, &[u8]>, RestoreError> {
    if backup.get(257..262) != Some(b"ustar") {
        return Err(RestoreError::NotABackup);
    }
    let mut files: BTreeMap<String, &[u8]> = BTreeMap::new();
    let mut archive = tar::Archive::new(backup);
    for entry in archive.entries().map_err(RestoreError::Damaged)? {
        let entry = entry.map_err(RestoreError::Damaged)?;
        let name = entry
            .path()
            .map_err(RestoreError::Damaged)?
            .to_string_lossy()
            .into_owned();
        let key = name
            .strip_prefix(KEYS)
            .is_some_and(|name| KEYS_NEEDED.contains(&name));
        let known = key || [ABOUT, CARD, RECORD, SETTINGS].contains(&name.as_str());
        let small = name == RECORD || entry.size() <= SMALL_BYTES_MAX;
        if !known || !small || !entry.header().entry_type().is_file() || files.contains_key(&name) {
            return Err(RestoreError::Unexpected(name));
        }
        let content = usize::try_from(entry.raw_file_position())
            .ok()
            .zip(usize::try_from(entry.size()).ok());
        let content = content.and_then(|(at, bytes)| backup.get(at..at.checked_add(bytes)?));
        let content = content.ok_or_else(|| RestoreError::Missing(format!("the end of {name}")))?;
        if name == ABOUT {
            let about: About =
                serde_json::from_slice(content).map_err(|_| RestoreError::NotABackup)?;
            if about.backup != BACKUP_FORMAT {
                return Err(RestoreError::Format(about.backup));
            }
        }
        files.insert(name, content);
    }
    let keys = KEYS_NEEDED.iter().map(|name| format!("{KEYS}{name}"));
    let needed = [ABOUT, CARD, RECORD]
        .map(str::to_owned)
        .into_iter()
        .chain(keys)
        .chain([SETTINGS.to_owned()]);
    for name in needed {
        if !files.contains_key(&name) {
            return Err(if name == ABOUT {
                RestoreError::NotABackup
            } else {
                RestoreError::Missing(name)
            });
        }
    }
    Ok(files)
}
