//! The outbox: what waits for clearance before it may leave.
//!
//! ```text
//! waits ──► cleared (by as many officers as it needs) ──► passed (on the record)
//!   └──► refused (by one of them)        └──► refused (the record holds the version with other bytes)
//! ```

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::StoreError;
use crate::item::Hash;
use crate::position::{Position, TrackId};

/// Most items that wait at once, of all tracks together.
pub const OUTBOX_ITEMS_MAX: u64 = 200_000;
/// Most bytes of them.
pub const OUTBOX_BYTES_MAX: u64 = 1 << 30;
/// Most items that are decided in one call.
pub const DECIDE_MAX: usize = 100_000;
/// Most decided items that one call of [`Outbox::forget_outbox`] removes.
pub const FORGET_MAX: usize = 10_000;

/// Something that is to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWaiting {
    /// The track it is to be passed on.
    pub track: TrackId,
    /// How many officers have to clear it; at least one.
    pub officers: u8,
    /// What it is.
    pub item: WaitingItem,
    /// Its canonical bytes.
    pub content: Bytes,
    /// Who posted it.
    pub post: Post,
}

/// What waits, but for its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingItem {
    /// The class of the entry it is to become.
    pub class: u8,
    /// Its media type.
    pub media: String,
    /// Its language, BCP 47.
    pub lang: Option<String>,
    /// The office that sends it.
    pub office: Option<String>,
    /// The id of the object.
    pub stix_id: String,
    /// Its version as it says it; empty when it has none.
    pub version: String,
    /// Text that sorts as the instant of its version; empty when it has none.
    pub order: String,
    /// 20 or 21.
    pub spec: u8,
    /// SHA-256 of its bytes.
    pub content_hash: Hash,
}

/// That somebody posted something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Who.
    pub by: String,
    /// When, unix microseconds.
    pub at: i64,
    /// The status resource that waits for the outcome: the bytes of its UUID.
    pub status: Option<[u8; 16]>,
    /// Where it stood in what was posted, from 0.
    pub place: u64,
}

/// What came of something that was to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// It waits, under this number.
    Waiting(u64),
    /// The same bytes wait already, under this number.
    Same(u64),
    /// The same version waits with other bytes, under this number; nothing was stored.
    Conflict(u64),
}

/// Where an item in the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutboxState {
    /// It waits for officers.
    Waiting,
    /// All have cleared it, and it is on its way to the record.
    Cleared,
    /// It is on the record.
    Passed,
    /// It was refused.
    Refused,
}

/// An item in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub id: u64,
    /// The track.
    pub track: TrackId,
    /// What it is.
    pub item: WaitingItem,
    /// The length of its content, bytes.
    pub bytes: u64,
    /// Where it stands.
    pub state: OutboxState,
    /// How many officers have to clear it.
    pub officers: u8,
    /// Who posted it, the first first.
    pub posts: Vec<Post>,
    /// What officers decided, by name.
    pub decisions: Vec<Decision>,
    /// When it was passed or refused, unix microseconds.
    pub settled: Option<i64>,
    /// The item it became.
    pub position: Option<Position>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// What an officer decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who.
    pub officer: String,
    /// Whether it may leave.
    pub clears: bool,
    /// Why; empty when nothing was said.
    pub reason: String,
    /// When, unix microseconds.
    pub at: i64,
}

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// There is nothing of that number.
    Unknown,
    /// It was decided before.
    Settled(OutboxState),
    /// Who posts something cannot clear it.
    OwnPost,
    /// The officer has cleared it before.
    Again,
    /// It counts, and so many more officers are needed.
    Counted(u8),
    /// It counts, and was the last that was needed.
    Cleared,
    /// It is refused.
    Refused,
}

/// How something that was cleared came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It is on the record, as this item.
    Passed(Position),
    /// It cannot be put there.
    Refused(String),
}

/// A status resource that does not know yet how an item came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The number of the post, for [`Outbox::told`].
    pub post: u64,
    /// The bytes of the UUID of the status.
    pub status: [u8; 16],
    /// Where the item stood in what was posted.
    pub place: u64,
    /// How it came out.
    pub settled: Settled,
}

/// Which items are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxWanted {
    /// Those on these tracks; of all when absent.
    pub tracks: Option<Vec<TrackId>>,
    /// Those that stand here.
    pub state: Option<OutboxState>,
    /// Those that are to become entries of this class.
    pub class: Option<u8>,
    /// Those of these numbers.
    pub ids: Option<Vec<u64>>,
    /// Those of one request, by its status.
    pub status: Option<[u8; 16]>,
    /// Those with a larger number.
    pub after: u64,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxLoad {
    /// Items.
    pub items: u64,
    /// Bytes of their contents.
    pub bytes: u64,
}

/// The outbox: what waits for clearance before it may leave. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Lets items wait, all or none of them, in order; one result for each. An item whose version waits already with
    /// the same bytes is not stored again: the post is noted with the first.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`OUTBOX_ITEMS_MAX`] or [`OUTBOX_BYTES_MAX`] of what would wait then.
    async fn wait(&self, items: Vec<NewWaiting>) -> Result<Vec<Queued>, StoreError>;

    /// Notes what an officer decided of each of these items, in order. The decision of one does not hang on that of
    /// another.
    ///
    /// An item is cleared when as many officers as it needs have cleared it, and refused as soon as one refuses. Who
    /// posted it cannot clear it, and may refuse it. A refusal drops its content.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`DECIDE_MAX`] items, or [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX) of words.
    async fn decide(&self, items: Vec<u64>, decision: Decision)
    -> Result<Vec<Decided>, StoreError>;

    /// What all have cleared on a track and is not on the record yet, with contents, the oldest first; at least one
    /// if there is any, then as many as the limits allow.
    async fn cleared(
        &self,
        track: TrackId,
        items_max: usize,
        bytes_max: u64,
    ) -> Result<Vec<(Waiting, Bytes)>, StoreError>;

    /// The tracks on which something is cleared and not on the record yet.
    async fn cleared_tracks(&self) -> Result<Vec<TrackId>, StoreError>;

    /// Notes how cleared items came out, and drops their contents. Of an item that is not [`OutboxState::Cleared`]
    /// nothing changes: what was noted first stands.
    async fn settle_outbox(&self, items: Vec<(u64, Settled)>, at: i64) -> Result<(), StoreError>;

    /// Status resources that do not know yet how an item came out, at most `limit`.
    async fn untold(&self, limit: usize) -> Result<Vec<Untold>, StoreError>;

    /// Notes that the status resources of these posts know.
    async fn told(&self, posts: Vec<u64>) -> Result<(), StoreError>;

    /// Items by number, at most `limit`.
    async fn outbox(&self, wanted: OutboxWanted, limit: usize) -> Result<Vec<Waiting>, StoreError>;

    /// One item, with its content while it is held.
    async fn outbox_item(&self, id: u64) -> Result<Option<(Waiting, Option<Bytes>)>, StoreError>;

    /// How much waits.
    async fn outbox_load(&self) -> Result<OutboxLoad, StoreError>;

    /// Removes what was decided before a time, at most [`FORGET_MAX`] items; says how many.
    async fn forget_outbox(&self, before: i64) -> Result<u64, StoreError>;
}
