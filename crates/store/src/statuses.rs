//! What became of requests to add objects: the status resources of TAXII 2.1 §4.3.

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::StoreError;

/// Most bytes of the details of one status: a request of 100,000 objects fits.
pub const STATUS_DETAILS_BYTES_MAX: u64 = 64 << 20;

/// A status as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatus {
    /// Its id, a UUID.
    pub id: [u8; 16],
    /// Who posted, by name; nobody else is shown it.
    pub owner: String,
    /// The id of the collection that was posted to, a UUID.
    pub collection: [u8; 16],
    /// When the request came, unix microseconds.
    pub requested: i64,
    /// How many objects were added at once.
    pub successes: u64,
    /// How many were refused at once.
    pub failures: u64,
    /// How many wait; each is settled later.
    pub pendings: u64,
    /// What became of each object at once, in the caller's own form.
    pub details: Bytes,
}

/// A status as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStatus {
    /// As it was written, the counts as they are now.
    pub status: NewStatus,
    /// What became of those that waited, by position.
    pub settled: Vec<Settlement>,
}

/// What became of an object that waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Where it stood in the request, from 0.
    pub position: u64,
    /// Whether it is in the collection now.
    pub success: bool,
    /// Why not, or what there is to say about it.
    pub message: Option<String>,
}

/// How long statuses are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusLimits {
    /// Settled before this, a status goes; unix microseconds.
    pub settled_before: i64,
    /// Settled before this, it goes if there are more than `count_max`; unix microseconds.
    pub crowded_before: i64,
    /// Statuses that may be kept.
    pub count_max: u64,
}

/// What became of requests to add objects: the status resources of TAXII 2.1 §4.3. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Statuses: Send + Sync {
    /// Stores statuses, all or none, at `at` (unix microseconds). One with nothing pending is settled at
    /// once; what was settled of one before it was stored counts.
    ///
    /// # Errors
    /// [`StoreError::StatusExists`]; [`StoreError::TooLarge`] beyond [`BATCH_MAX`](crate::BATCH_MAX) of
    /// them, [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX) of an owner, or [`STATUS_DETAILS_BYTES_MAX`].
    async fn add_statuses(&self, statuses: Vec<NewStatus>, at: i64) -> Result<(), StoreError>;

    /// The same for statuses that were told whole already, to whom they are of use: they outlive this process at once, but
    /// the machine only with the next write of anything else.
    ///
    /// # Errors
    /// Those of [`Statuses::add_statuses`].
    async fn add_told_statuses(&self, statuses: Vec<NewStatus>, at: i64) -> Result<(), StoreError>;

    /// Tells what became of objects that waited, at `at` (unix microseconds), and returns of how many that
    /// was not known yet. What was told first stands. The status need not be stored yet: an officer may be
    /// faster than the request that asks for one.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`BATCH_MAX`](crate::BATCH_MAX) of them, or
    /// [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX) of a message.
    async fn settle_status(
        &self,
        id: [u8; 16],
        settlements: Vec<Settlement>,
        at: i64,
    ) -> Result<u64, StoreError>;

    /// One status.
    async fn find_status(&self, id: [u8; 16]) -> Result<Option<StoredStatus>, StoreError>;

    /// Removes what is older than the limits say, and tells how many statuses that were. One with something
    /// pending stays, however old.
    async fn prune_statuses(&self, limits: StatusLimits) -> Result<u64, StoreError>;
}
