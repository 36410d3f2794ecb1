//! A node's directory: which file is where, and with which mode.
//!
//! ```text
//! node.toml             settings (crates/chancery/src/config.rs)
//! card                  this party's signed card
//! keys/                 one private key a file, mode 0600, one per role and algorithm; tls.crt, tls.key
//! feeds/                what feeds show to other servers, one file each, mode 0600
//! record.sqlite         the record
//! sign-state/           what was signed last; never part of a backup
//! lock                  held while a process has the node open
//! socket                the JSON API for this party's people, mode 0600
//! alarms/               evidence written for people to take away
//! ```

use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// The paths in a node's directory.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

/// What is wrong with a directory or a file in it.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// A file or directory cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A private key that others on the machine can read.
    #[error(
        "{path} has mode {mode:o}; a private key must be readable by its owner alone: chmod 600 {path}"
    )]
    Mode {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// There is a node already.
    #[error("{0} already holds a node; nothing was changed")]
    Exists(PathBuf),
    /// There is no node.
    #[error("{0} holds no node: make one with `chancery init`, or name another with --home")]
    Missing(PathBuf),
}

impl HomeError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl Home {
    /// The directory `dir`, whether or not there is a node in it.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Makes the directories of a new node, mode 0700.
    ///
    /// # Errors
    /// [`HomeError::Exists`] when there is a node already.
    pub fn create(dir: impl Into<PathBuf>) -> Result<Self, HomeError> {
        let home = Self::at(dir);
        if home.settings().exists() || home.record().exists() {
            return Err(HomeError::Exists(home.dir));
        }
        for dir in [home.dir.clone(), home.keys(), home.sign_state()] {
            fs::create_dir_all(&dir).map_err(HomeError::io(&dir))?;
            fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))
                .map_err(HomeError::io(&dir))?;
        }
        Ok(home)
    }

    /// Checks that there is a node.
    ///
    /// # Errors
    /// [`HomeError::Missing`].
    pub fn existing(self) -> Result<Self, HomeError> {
        if self.settings().exists() {
            Ok(self)
        } else {
            Err(HomeError::Missing(self.dir))
        }
    }

    /// The directory itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The settings file.
    pub fn settings(&self) -> PathBuf {
        self.dir.join("node.toml")
    }

    /// This party's card.
    pub fn card(&self) -> PathBuf {
        self.dir.join("card")
    }

    /// The directory of private keys.
    pub fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }

    /// The record.
    pub fn record(&self) -> PathBuf {
        self.dir.join("record.sqlite")
    }

    /// The directory of the sign-state.
    pub fn sign_state(&self) -> PathBuf {
        self.dir.join("sign-state")
    }

    /// The directory of what feeds show to other servers.
    pub fn feeds(&self) -> PathBuf {
        self.dir.join("feeds")
    }

    /// The socket of a running node.
    pub fn socket(&self) -> PathBuf {
        self.dir.join("socket")
    }

    /// Names of the key files, without `.key`, sorted.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn key_stems(&self) -> Result<Vec<String>, HomeError> {
        let dir = self.keys();
        let mut stems = Vec::new();
        for file in fs::read_dir(&dir).map_err(HomeError::io(&dir))? {
            let name = file.map_err(HomeError::io(&dir))?.file_name();
            if let Some(stem) = name.to_str().and_then(|name| name.strip_suffix(".key")) {
                stems.push(stem.to_owned());
            }
        }
        stems.sort();
        Ok(stems)
    }

    /// Reads a private key file.
    ///
    /// # Errors
    /// [`HomeError::Mode`] when anyone but the owner may read it.
    pub fn read_key(&self, stem: &str) -> Result<String, HomeError> {
        let path = self.keys().join(format!("{stem}.key"));
        let mode = fs::metadata(&path)
            .map_err(HomeError::io(&path))?
            .permissions()
            .mode()
            & 0o777;
        if mode & 0o077 != 0 {
            return Err(HomeError::Mode { path, mode });
        }
        fs::read_to_string(&path).map_err(HomeError::io(&path))
    }

    /// Writes a private key file that must not exist yet, mode 0600, synced.
    ///
    /// # Errors
    /// [`HomeError::Io`], `AlreadyExists` among others: a key is never overwritten.
    pub fn write_key(&self, stem: &str, text: &str) -> Result<(), HomeError> {
        let path = self.keys().join(format!("{stem}.key"));
        write_secret(&path, text.as_bytes()).map_err(HomeError::io(&path))
    }

    /// Removes a private key file, if it is there.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn remove_key(&self, stem: &str) -> Result<(), HomeError> {
        let path = self.keys().join(format!("{stem}.key"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed
                .and_then(|()| sync_dir(&path))
                .map_err(HomeError::io(&path)),
        }
    }

    /// Reads a file of the node as text.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn read(&self, path: &Path) -> Result<String, HomeError> {
        fs::read_to_string(path).map_err(HomeError::io(path))
    }

    /// Writes a file of the node that anyone on the machine may read, replacing it whole.
    ///
    /// # Errors
    /// [`HomeError::Io`]; the old file is there then.
    pub fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), HomeError> {
        let part = path.with_extension("part");
        let write = || {
            let mut file = fs::File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, path)?;
            sync_dir(path)
        };
        write().map_err(HomeError::io(path))
    }
}

/// Writes a file that must not exist yet, mode 0600, synced with its directory.
///
/// # Errors
/// Those of the operating system.
pub fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_dir(path)
}

fn sync_dir(path: &Path) -> io::Result<()> {
    match path.parent() {
        // A bare file name is in the present directory.
        Some(dir) if dir.as_os_str().is_empty() => fs::File::open(".")?.sync_all(),
        Some(dir) => fs::File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_secret_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::create(dir.path().join("node")).unwrap();
        home.write_key("party.ed25519", "one").unwrap();
        assert_eq!(home.read_key("party.ed25519").unwrap(), "one");
        assert!(matches!(
            home.write_key("party.ed25519", "two"),
            Err(HomeError::Io { .. })
        ));
        assert_eq!(home.key_stems().unwrap(), ["party.ed25519"]);
        home.write_key("log.1.ed25519", "three").unwrap();
        for _ in 0..2 {
            home.remove_key("log.1.ed25519").unwrap();
            assert_eq!(home.key_stems().unwrap(), ["party.ed25519"]);
        }

        let path = home.keys().join("party.ed25519.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            home.read_key("party.ed25519"),
            Err(HomeError::Mode { mode: 0o640, .. })
        ));
    }

    #[test]
    fn a_node_is_not_made_over_another() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::create(dir.path()).unwrap();
        home.write(&home.settings(), b"").unwrap();
        assert!(matches!(
            Home::create(dir.path()),
            Err(HomeError::Exists(_))
        ));
        assert!(matches!(
            Home::at(dir.path().join("none")).existing(),
            Err(HomeError::Missing(_))
        ));
    }
}
