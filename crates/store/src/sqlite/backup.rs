//! The backup: SQLite's online copy, of one moment, under a name that appears only when it is whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::{self, sync_directory_of};
use crate::error::StoreError;
use crate::status::BackupProgress;
use crate::store::Progress;

/// Pages copied between two calls of the progress callback: 8 MiB.
const STEP_PAGES: i32 = 1024;

/// Page cache of the copying connection, in KiB; each page is read once.
const CACHE_KIB: u32 = 1 << 10;

/// Copies `source` to the new file `target`. Blocks.
pub(super) fn backup(
    source: &Path,
    target: &Path,
    progress: &mut Progress,
) -> Result<(), StoreError> {
    refuse_existing(target)?;
    let partial = partial_name(target);
    // What an earlier backup left when it was killed. None is under way: the store makes one at a time.
    remove(&partial)?;
    let copied = copy(source, &partial, progress).and_then(|()| {
        // Looked at again, for the copy may have taken long. A link would refuse an existing name in the
        // same step, but the file systems of memory sticks have none.
        refuse_existing(target)?;
        std::fs::rename(&partial, target)
            .map_err(|error| StoreError::backend("naming the backup", error))
    });
    if copied.is_err() {
        remove(&partial)?;
    }
    copied?;
    sync_directory_of(target)
}

fn refuse_existing(target: &Path) -> Result<(), StoreError> {
    match target.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(StoreError::PathExists {
            path: target.display().to_string(),
        }),
        Err(error) => Err(StoreError::backend("looking for the backup", error)),
    }
}

fn copy(source: &Path, partial: &Path, progress: &mut Progress) -> Result<(), StoreError> {
    let from = connection::open_reader(source, CACHE_KIB)?;
    let mut to = Connection::open_with_flags(
        partial,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // A transaction that has read pins one moment. Without it every write in between would make the copy
    // start again, and beside a busy writer it would never end.
    let moment = from.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    {
        let backup = Backup::new(&moment, &mut to)?;
        loop {
            let step = backup.step(STEP_PAGES)?;
            let now = backup.progress();
            let all = u64::try_from(now.pagecount).unwrap_or(0);
            let left = u64::try_from(now.remaining).unwrap_or(0);
            progress(BackupProgress {
                pages_done: all.saturating_sub(left),
                pages_all: all,
            });
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                // Both ends are ours alone, so neither can be busy or locked for long.
                _ => return Err(StoreError::Busy),
            }
        }
    }
    drop(moment);
    to.close().map_err(|(_, error)| error)?;
    File::open(partial)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::backend("syncing the backup", error))
}

fn partial_name(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::backend("removing a partial backup", error)),
    }
}
