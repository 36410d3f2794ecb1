//! One process per data directory.
//!
//! Two processes over one directory would be two writers of one log, which the record forbids (R4).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Name of the lock file in the data directory.
const LOCK_FILE: &str = "lock";

/// Bytes of a lock file that are read: a process id is far shorter.
const PID_BYTES_MAX: u64 = 32;

/// Why a data directory could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process works there.
    #[error("{} is in use by {}", .directory.display(), holder(.pid))]
    Held {
        /// The directory.
        directory: PathBuf,
        /// Its process id, unless it has only just begun and not yet written it.
        pid: Option<u32>,
    },
    /// The lock file could not be opened or written.
    #[error("{} cannot be locked", .path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

fn holder(pid: &Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

/// An exclusive lock on a data directory, held until it is dropped or the process ends, however it
/// ends: the kernel lets go of it, so a stale file never stands in the way.
#[derive(Debug)]
pub struct DirectoryLock {
    file: File,
}

impl DirectoryLock {
    /// Locks `directory`, which must exist, and writes this process's id into the lock file.
    ///
    /// # Errors
    /// [`LockError::Held`] at once, without waiting; [`LockError::Io`].
    pub fn acquire(directory: &Path) -> Result<Self, LockError> {
        let path = directory.join(LOCK_FILE);
        let io = |source| LockError::Io {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held {
                    directory: directory.to_owned(),
                    pid: read_pid(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Self { file })
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // Only so that nobody reads an old id; closing the file is what unlocks. The file itself stays:
        // removing it would let a third process lock a new one while a second waits on this one.
        if let Err(error) = self.file.set_len(0) {
            tracing::debug!(%error, "the lock file keeps an old process id");
        }
    }
}

/// The id that the holder wrote; `None` if it is not there yet.
fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(PID_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_and_names_the_holder() {
        let directory = tempfile::tempdir().unwrap();
        let held = DirectoryLock::acquire(directory.path()).unwrap();
        let refused = DirectoryLock::acquire(directory.path()).unwrap_err();
        let this = std::process::id();
        assert!(matches!(refused, LockError::Held { pid: Some(pid), .. } if pid == this));
        assert!(
            refused
                .to_string()
                .ends_with(&format!("is in use by process {this}"))
        );
        drop(held);
        DirectoryLock::acquire(directory.path()).unwrap();
    }

    #[test]
    fn a_missing_directory_is_an_io_error_with_the_path() {
        let directory = tempfile::tempdir().unwrap();
        let refused = DirectoryLock::acquire(&directory.path().join("absent")).unwrap_err();
        assert!(matches!(refused, LockError::Io { path, .. } if path.ends_with("absent/lock")));
    }
}
