//! Feeds from and to foreign TAXII servers, and how far each has come.

use async_trait::async_trait;

use crate::error::StoreError;
use crate::position::TrackId;

/// Refusals kept of each feed: the newest.
pub const REFUSALS_KEPT_MAX: usize = 1_000;

/// A version of an object, as it is remembered where it came from: a hash over id and version.
pub type FeedKey = [u8; 16];

/// What a feed is. Times are unix microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// Its name.
    pub name: String,
    /// The track it goes into or comes out of.
    pub track: TrackId,
    /// Whether it goes out; it comes in otherwise.
    pub push: bool,
    /// The other server's API root or discovery URL.
    pub url: String,
    /// The collection there: id, alias or title.
    pub collection: String,
    /// Scheme, host and port of the other server: where objects come from, for [`Feeds::came_from`].
    pub remote: String,
    /// The kind of its credentials; they themselves are not in the store.
    pub auth: String,
    /// From one round to the next, in seconds, at least 1.
    pub interval_secs: u32,
    /// Objects at a time, at least 1.
    pub page_size: u32,
    /// STIX types; empty for all. None has a space in it.
    pub types: Vec<String>,
    /// Every version of each object, not the last alone.
    pub all_versions: bool,
    /// Of a push feed: the strictest marking that leaves, by name.
    pub ceiling: Option<String>,
    /// Of a push feed: objects without such a marking leave too.
    pub unmarked: bool,
    /// Plain HTTP may leave the machine.
    pub insecure_http: bool,
    /// When it was made; it is due at once.
    pub created: i64,
    /// Where it begins.
    pub begins: FeedCursor,
}

/// How far a feed has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedCursor {
    /// Pull: the other server's token for the next page.
    pub next: Option<String>,
    /// Pull: everything added there later than this, unix microseconds; everything, when absent.
    pub added_after: Option<i64>,
    /// Pull: the latest date met since the crawl began, unix microseconds.
    pub seen_to: Option<i64>,
    /// Push: everything up to this arrival in the track was dealt with.
    pub arrival: u64,
}

/// Numbers of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedCounts {
    /// Taken in, or taken by the other server.
    pub moved: u64,
    /// There already.
    pub held: u64,
    /// Waiting for clearance on one side when last heard of.
    pub pending: u64,
    /// Refused by one side.
    pub refused: u64,
    /// Not pushed.
    pub kept_back: u64,
}

/// A feed as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// What it is; `begins` is how far it has come.
    pub feed: NewFeed,
    /// Whether it rests.
    pub paused: bool,
    /// Not before this, unix microseconds.
    pub due: i64,
    /// Rounds that failed since the last that did not.
    pub failures: u32,
    /// The last round began, unix microseconds.
    pub last_attempt: Option<i64>,
    /// The last round that ended well, unix microseconds.
    pub last_success: Option<i64>,
    /// The last that did not, unix microseconds, and why. Stays after a success, which is then the later of the two.
    pub last_error: Option<(i64, String)>,
    /// All objects so far.
    pub counts: FeedCounts,
}

/// An object that was refused or kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRefusal {
    /// Its id, empty where it says none.
    pub stix_id: String,
    /// Its version, empty where it says none.
    pub version: String,
    /// Why.
    pub reason: String,
    /// When, unix microseconds.
    pub at: i64,
}

/// One step of a round: what one page or envelope came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedStep {
    /// How far the feed has come with it.
    pub cursor: FeedCursor,
    /// Added to the feed's counts.
    pub counts: FeedCounts,
    /// Pull: what came from the other server.
    pub came: Vec<FeedKey>,
    /// Added to the feed's refusals, of which the oldest go.
    pub refusals: Vec<FeedRefusal>,
}

/// How a round ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRound {
    /// When it began, unix microseconds.
    pub began: i64,
    /// When it ended, unix microseconds.
    pub ended: i64,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// When the next is due, unix microseconds.
    pub due: i64,
}

/// Feeds from and to foreign TAXII servers, and how far each has come. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// Makes a feed.
    ///
    /// # Errors
    /// [`StoreError::FeedExists`], [`StoreError::TooLarge`].
    async fn add_feed(&self, feed: NewFeed) -> Result<(), StoreError>;

    /// Every feed, by name.
    async fn feeds(&self) -> Result<Vec<Feed>, StoreError>;

    /// One feed.
    async fn feed(&self, name: &str) -> Result<Option<Feed>, StoreError>;

    /// Lets a feed rest, or go on.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFeed`].
    async fn pause_feed(&self, name: &str, paused: bool) -> Result<(), StoreError>;

    /// Puts a feed elsewhere, forgets its failures and makes it due at `at`, unix microseconds.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFeed`].
    async fn reset_feed(&self, name: &str, cursor: FeedCursor, at: i64) -> Result<(), StoreError>;

    /// Forgets a feed and its refusals. What came from its server is still known to have.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFeed`].
    async fn remove_feed(&self, name: &str) -> Result<(), StoreError>;

    /// Moves a feed on by one step, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFeed`], [`StoreError::TooLarge`].
    async fn advance_feed(&self, name: &str, step: FeedStep) -> Result<(), StoreError>;

    /// Notes how a round ended: a failure adds to the failures in a row, anything else ends them.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFeed`].
    async fn end_feed_round(&self, name: &str, round: FeedRound) -> Result<(), StoreError>;

    /// The newest refusals of a feed, newest first, at most `limit`.
    async fn feed_refusals(&self, name: &str, limit: usize)
    -> Result<Vec<FeedRefusal>, StoreError>;

    /// Which of these versions were pulled from a server (its scheme, host and port), by any feed there ever was.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`BATCH_MAX`](crate::BATCH_MAX) keys.
    async fn came_from(&self, remote: &str, keys: Vec<FeedKey>) -> Result<Vec<bool>, StoreError>;
}
