//! Credentials of feeds: one file each in the node's directory, mode 0600.
//!
//! Not in the store, because the store is copied: a backup is carried around, a database may be another machine's. Who
//! restores a node makes its feeds anew, as the keys of its logs are made anew.

use std::{fmt, fs, io, os::unix::fs::PermissionsExt as _, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::definition::{Credentials, FeedName};
use crate::home::{self, Home};

/// Most bytes of a credentials file: certificates fit.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What a feed shows and believes. `Debug` prints nothing of it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) credentials: Credentials,
    /// Certificate authorities (PEM) that are believed, instead of the machine's.
    pub(super) authorities: Option<String>,
}

/// Why the credentials of a feed cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// They are not there.
    #[error(
        "the credentials of feed `{0}` are not in this node's directory (no backup has them): remove the feed and add it again"
    )]
    Missing(FeedName),
    /// Somebody else can read them.
    #[error(
        "{path} has mode {mode:o}; credentials must be readable by their owner alone: chmod 600 {path}"
    )]
    Mode {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// They are not as they were written.
    #[error("{path} is not a file of credentials as this node writes it")]
    Malformed {
        /// Which file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Secret {
    /// Reads the file of a feed.
    pub(super) fn read(home: &Home, name: &FeedName) -> Result<Self, SecretError> {
        let path = path(home, name);
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => SecretError::Missing(name.clone()),
            _ => SecretError::Io {
                path: path.clone(),
                source,
            },
        };
        let metadata = fs::metadata(&path).map_err(failed)?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretError::Mode { path, mode });
        }
        if metadata.len() > FILE_BYTES_MAX {
            return Err(SecretError::Malformed { path });
        }
        let text = fs::read(&path).map_err(failed)?;
        serde_json::from_slice(&text).map_err(|_| SecretError::Malformed { path })
    }

    /// Writes the file of a new feed, in place of one that a feed of this name left behind.
    pub(super) fn write(&self, home: &Home, name: &FeedName) -> Result<(), SecretError> {
        let path = path(home, name);
        let write = || {
            let dir = home.feeds();
            fs::create_dir_all(&dir)?;
            fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
            remove_file(&path)?;
            let text = serde_json::to_vec(self).map_err(io::Error::other)?;
            home::write_secret(&path, &text)
        };
        write().map_err(|source| SecretError::Io {
            path: path.clone(),
            source,
        })
    }

    /// Removes the file of a feed, if it is there.
    pub(super) fn remove(home: &Home, name: &FeedName) -> Result<(), SecretError> {
        let path = path(home, name);
        remove_file(&path).map_err(|source| SecretError::Io { path, source })
    }
}

fn path(home: &Home, name: &FeedName) -> PathBuf {
    home.feeds().join(format!("{name}.json"))
}

fn remove_file(path: &std::path::Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_for_the_owner_alone_and_never_printed() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let name: FeedName = "osint".parse().unwrap();
        assert!(matches!(
            Secret::read(&home, &name),
            Err(SecretError::Missing(_))
        ));
        let secret = Secret {
            credentials: Credentials::Basic {
                user: "u".to_owned(),
                password: "open sesame".to_owned(),
            },
            authorities: None,
        };
        secret.write(&home, &name).unwrap();
        secret.write(&home, &name).unwrap();
        let read = Secret::read(&home, &name).unwrap();
        assert!(
            matches!(&read.credentials, Credentials::Basic { password, .. } if password == "open sesame")
        );
        assert!(!format!("{read:?} {:?}", read.credentials).contains("sesame"));

        let path = path(&home, &name);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
        let refused = Secret::read(&home, &name).unwrap_err();
        assert!(matches!(refused, SecretError::Mode { mode: 0o604, .. }));
        Secret::remove(&home, &name).unwrap();
        Secret::remove(&home, &name).unwrap();
        assert!(!path.exists());
    }
}
