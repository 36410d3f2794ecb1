//! What the operator asks: how much is there, is it sound, how far is the backup.

use crate::position::{LogId, TrackId};

/// How much of each kind there is. Kept while writing; nothing is scanned for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Items by log and class; the class is `None` where it is withheld. Ordered by log, then class.
    pub items: Vec<(LogId, Option<u8>, u64)>,
    /// Excepted items by log; logs without any are left out.
    pub excepted: Vec<(LogId, u64)>,
    /// Arrivals by track and STIX type.
    pub objects: Vec<(TrackId, String, u64)>,
}

/// Bytes on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskUse {
    /// The database itself.
    pub database_bytes: u64,
    /// What is durable and not yet moved into it.
    pub wal_bytes: u64,
}

/// How far a backup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupProgress {
    /// Pages copied.
    pub pages_done: u64,
    /// Pages in all.
    pub pages_all: u64,
}

/// Something that the check found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: a table, a log, the file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}
