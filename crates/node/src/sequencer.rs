//! One writer per log: takes what is to be passed, batches it, appends, signs, publishes, in crash-safe order.
//!
//! ```text
//! 1 look up what the track already holds     nothing has changed
//!   Store::relist what it no longer lists    durable: no part of the log
//! 2 seal                                     nothing has changed
//! 3 Store::append                            durable, unsigned: R1
//! 4 sign, SignState::advance                 durable, signed: R2
//! 5 publish                                  served, hinted
//! 6 reply
//! ```
//! Crash points, each tested with the step not persisted and with the step persisted but reported failed
//! (`tests/faults.rs`):
//! - before 3: the sender gets an error or no answer, and passes again.
//! - between 3 and 4: after a restart, or before the next batch, the log is read back and the checkpoint that covers
//!   it is signed. Passing the same objects again finds them held.
//! - between 4 and 5: what was signed is published from sign-state at the start.
//!
//! After any error of 3 or 4 the state in memory is not believed any more: it is read back, at once and then every
//! [`REPAIR_PAUSE`], so that what is durable does not wait for the next batch to be signed.
//!
//! A log whose last entry is `closed` takes nothing any more: the writer puts that entry last in its batch, and one that
//! reads it back signs what is not signed yet and ends.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::Duration,
};

use bytes::Bytes;
use record::{
    append::Edge, checkpoint::Checkpoint, cosignature::SigningTime, entry::Class, hash::Hash,
    head::Seen as HeadSeen, key::LogSigner,
};
use store::{
    Append, LogId, NewObject, Relist, SignState, Signed, SignedKind, Store, TrackId, VersionKey,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use crate::{
    clock::{Clock, Random, posix_seconds, utc_time},
    end, trees,
};

mod sealing;
mod version;

pub use version::ObjectVersion;

use sealing::Sealing;

/// Most items of one batch.
pub const BATCH_ITEMS_MAX: usize = 4_096;
/// Most content bytes of one batch; a single larger item still goes.
pub const BATCH_BYTES_MAX: usize = 32 << 20;
/// How long after a failed write the log is read back again.
pub const REPAIR_PAUSE: Duration = Duration::from_secs(1);
/// Submissions that may wait; more are held back at the door.
pub const QUEUE_MAX: usize = 64;

/// One thing to be passed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its class.
    pub class: Class,
    /// Its media type.
    pub media: &'static str,
    /// Its bytes: canonical, where they are JSON.
    pub content: Bytes,
    /// Which version of which object it is. A version that the track holds already is not passed again.
    pub object: Option<ObjectVersion>,
    /// Its language, BCP 47.
    pub lang: Option<String>,
    /// The office that sends it.
    pub office: Option<String>,
}

/// What came of one draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the log, at this index.
    Passed(u64),
    /// The track already holds the same version with the same bytes, and lists it.
    AlreadyHeld,
    /// The track held the same version with the same bytes, but did not list it any more: now it does again. No entry
    /// was added.
    ListedAgain,
    /// The track holds the same version with other bytes.
    Conflict,
}

/// What came of a submission.
#[derive(Debug, Clone)]
pub struct Appended {
    /// One for each draft, in order.
    pub outcomes: Vec<Outcome>,
    /// The size that the signed checkpoint covers.
    pub size: u64,
}

/// Why a submission was not confirmed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SequenceError {
    /// The store or the sign-state failed. The items may or may not be in the log; passing them again finds out.
    #[error("it is not certain whether this was put on the record ({0}); pass it again")]
    Uncertain(String),
    /// Nothing was appended.
    #[error("nothing was put on the record: {0}")]
    Nothing(String),
    /// The log takes nothing any more.
    #[error("this log is closed")]
    Closed,
}

/// The newest signed checkpoint of an own log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// When it was signed, POSIX seconds.
    pub time: u64,
    /// The signed note, with the log's lines alone.
    pub note: Arc<str>,
}

impl From<&Signed> for Published {
    fn from(signed: &Signed) -> Self {
        Self {
            size: signed.size,
            root: Hash::new(signed.root),
            time: signed.time,
            note: signed.note.as_str().into(),
        }
    }
}

/// The last verified checkpoints of the others' logs in the track: what `seen` of a head says.
pub type Seen = Arc<RwLock<HeadSeen>>;

/// What a sequencer works with.
pub struct Parts {
    /// The log's number in the store.
    pub log: LogId,
    /// Its track's.
    pub track: TrackId,
    /// Its keys.
    pub signer: LogSigner,
    /// The store.
    pub store: Arc<dyn Store>,
    /// What was signed last.
    pub sign_state: Arc<dyn SignState>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Salts.
    pub random: Arc<dyn Random>,
    /// The others' checkpoints.
    pub seen: Seen,
    /// A checkpoint is signed at least this often.
    pub heartbeat: Duration,
}

/// A handle to a running sequencer.
#[derive(Debug, Clone)]
pub struct Sequencer {
    submissions: mpsc::Sender<Submission>,
    published: watch::Receiver<Option<Published>>,
}

#[derive(Debug)]
struct Submission {
    drafts: Vec<Draft>,
    /// Nothing comes after it.
    ends: bool,
    reply: oneshot::Sender<Result<Appended, SequenceError>>,
}

impl Sequencer {
    /// Reads the log back, signs what is not signed yet, and starts the writer. The task ends with `stop`.
    ///
    /// # Errors
    /// [`SequenceError`] when the log cannot be read or signed.
    pub async fn start(
        parts: Parts,
        stop: CancellationToken,
    ) -> Result<(Self, tokio::task::JoinHandle<()>), SequenceError> {
        let (submissions, queue) = mpsc::channel(QUEUE_MAX);
        let (publish, published) = watch::channel(None);
        let mut writer = Writer {
            parts,
            tree: None,
            signed: None,
            ended: false,
            publish,
        };
        writer.ready().await?;
        let task = tokio::spawn(writer.run(queue, stop));
        Ok((
            Self {
                submissions,
                published,
            },
            task,
        ))
    }

    /// Passes drafts, waiting for its turn.
    ///
    /// # Errors
    /// [`SequenceError`].
    pub async fn submit(&self, drafts: Vec<Draft>) -> Result<Appended, SequenceError> {
        self.send(drafts, false).await
    }

    /// Ends the log with its `closed` entry. What was submitted before it is in the log; what comes after is refused.
    ///
    /// # Errors
    /// [`SequenceError::Closed`] when it has ended already, and its last checkpoint is signed.
    pub async fn close(&self, closed: Draft) -> Result<Appended, SequenceError> {
        self.send(vec![closed], true).await
    }

    async fn send(&self, drafts: Vec<Draft>, ends: bool) -> Result<Appended, SequenceError> {
        let (reply, answer) = oneshot::channel();
        self.submissions
            .send(Submission {
                drafts,
                ends,
                reply,
            })
            .await
            .map_err(|_| SequenceError::Closed)?;
        answer
            .await
            .map_err(|_| SequenceError::Uncertain("the node is stopping".to_owned()))?
    }

    /// The newest published checkpoint, and news of the next.
    pub fn published(&self) -> watch::Receiver<Option<Published>> {
        self.published.clone()
    }
}

/// What a batch is made of.
struct Selected {
    /// One for each draft, in order.
    outcomes: Vec<Outcome>,
    fresh: Vec<(Draft, Option<NewObject>)>,
    /// What is to be listed again, and which of the outcomes it is.
    unlisted: Vec<(usize, Relist)>,
}

struct Writer {
    parts: Parts,
    /// `None` after an error: to be read back.
    tree: Option<Edge>,
    signed: Option<Signed>,
    /// The last entry is `closed`, and signed.
    ended: bool,
    publish: watch::Sender<Option<Published>>,
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Submission>, stop: CancellationToken) {
        let mut heartbeat = tokio::time::interval(self.parts.heartbeat.max(Duration::from_secs(1)));
        heartbeat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        heartbeat.tick().await;
        while !self.ended {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = heartbeat.tick() => {
                    if let Err(error) = self.heartbeat().await {
                        error!("no heartbeat was signed: {error}");
                    }
                }
                first = queue.recv() => {
                    let Some(first) = first else { break };
                    let batch = gather(first, &mut queue);
                    self.batch(batch).await;
                    self.repair().await;
                }
                () = tokio::time::sleep(REPAIR_PAUSE), if self.tree.is_none() => self.repair().await,
            }
        }
        if self.ended {
            queue.close();
            while let Some(late) = queue.recv().await {
                let _ = late.reply.send(Err(SequenceError::Closed));
            }
        }
    }

    /// Reads the log back if need be, and signs what is not signed yet.
    async fn ready(&mut self) -> Result<(), SequenceError> {
        if self.tree.is_some() {
            return Ok(());
        }
        let nothing = |error: &dyn std::fmt::Display| SequenceError::Nothing(error.to_string());
        let parts = &self.parts;
        let origin = parts.signer.origin();
        let log = parts
            .store
            .log(parts.log)
            .await
            .map_err(|error| nothing(&error))?;
        let size = log.map_or(0, |log| log.size);
        let tree = trees::edge(&*parts.store, parts.log, size)
            .await
            .map_err(|error| nothing(&error))?;
        let signed = parts
            .sign_state
            .load(SignedKind::Checkpoint, origin.as_str())
            .await;
        self.signed = signed.map_err(|error| nothing(&error))?;
        let closed = end::closed(&*parts.store, parts.log, size).await;
        let closed = closed.map_err(|error| nothing(&error))?;
        self.tree = Some(tree);
        // Crash between 3 and 4: entries are durable that no checkpoint covers. A new log signs the empty tree before
        // its first entry, so that entries without sign-state always mean a restored node (RECORD R5).
        let covered = self.signed.as_ref().map(|signed| signed.size);
        if covered.is_none_or(|covered| covered < size) {
            if let Err(error) = self.sign().await {
                // Not known to be ready: nothing may follow a `closed` entry because its signature failed.
                self.tree = None;
                return Err(error);
            }
        } else {
            self.publish_signed();
        }
        self.ended = closed.is_some();
        Ok(())
    }

    async fn repair(&mut self) {
        if let Err(error) = self.ready().await {
            self.tree = None;
            error!("the log cannot be read back and signed: {error}");
        }
    }

    async fn batch(&mut self, batch: Vec<Submission>) {
        let mut drafts = Vec::with_capacity(batch.iter().map(|each| each.drafts.len()).sum());
        let mut replies = Vec::with_capacity(batch.len());
        let ends = batch.iter().any(|each| each.ends);
        for submission in batch {
            replies.push((submission.drafts.len(), submission.reply));
            drafts.extend(submission.drafts);
        }
        let result = self.append(drafts).await;
        match result {
            Ok(_) => self.ended = ends,
            Err(_) => self.tree = None,
        }
        let mut outcomes = match &result {
            Ok(appended) => appended.outcomes.as_slice(),
            Err(_) => &[],
        };
        for (count, reply) in replies {
            let answer = match &result {
                Ok(appended) => {
                    let (own, rest) = outcomes.split_at(count);
                    outcomes = rest;
                    Ok(Appended {
                        outcomes: own.to_vec(),
                        size: appended.size,
                    })
                }
                Err(error) => Err(error.clone()),
            };
            // A sender that went away finds its items held when it passes them again.
            let _ = reply.send(answer);
        }
    }

    async fn append(&mut self, drafts: Vec<Draft>) -> Result<Appended, SequenceError> {
        self.ready().await?;
        if self.ended {
            return Err(SequenceError::Closed);
        }
        // 1 What the track holds already is a success and passes nothing (RECORD.md R4).
        let Selected {
            mut outcomes,
            fresh,
            unlisted,
        } = self.select(drafts).await?;
        if !unlisted.is_empty() {
            self.relist(unlisted, &mut outcomes).await?;
        }
        if !fresh.is_empty() {
            // 2 and 3.
            self.extend(fresh).await?;
            // 4 and 5.
            self.sign().await?;
        }
        let size = self.signed.as_ref().map_or(0, |signed| signed.size);
        Ok(Appended { outcomes, size })
    }

    /// Tells the drafts that are new from those that the track, or this batch, has already.
    async fn select(&self, drafts: Vec<Draft>) -> Result<Selected, SequenceError> {
        let parts = &self.parts;
        let keys: Vec<VersionKey> = drafts
            .iter()
            .filter_map(|draft| draft.object.as_ref().map(ObjectVersion::key))
            .collect();
        // Contents are hashed while the store looks.
        let contents: Vec<Bytes> = drafts.iter().map(|draft| draft.content.clone()).collect();
        let hashing = tokio::task::spawn_blocking(move || {
            let hash = |content: &Bytes| *Hash::of(content).as_bytes();
            contents.iter().map(hash).collect::<Vec<_>>()
        });
        let held = parts.store.lookup_objects(parts.track, keys).await;
        let nothing = |error: &dyn std::fmt::Display| SequenceError::Nothing(error.to_string());
        let mut held = held.map_err(|error| nothing(&error))?.into_iter();
        let hashes = hashing.await.map_err(|error| nothing(&error))?;
        let mut next = self.tree.as_ref().map_or(0, |tree| tree.size().get());
        let mut in_batch: HashMap<VersionKey, [u8; 32]> = HashMap::new();
        let mut selected = Selected {
            outcomes: Vec::with_capacity(drafts.len()),
            fresh: Vec::with_capacity(drafts.len()),
            unlisted: Vec::new(),
        };
        for (mut draft, content_hash) in drafts.into_iter().zip(hashes) {
            let Some(object) = draft.object.take() else {
                selected.outcomes.push(Outcome::Passed(next));
                selected.fresh.push((draft, None));
                next += 1;
                continue;
            };
            let before = held.next().unwrap_or_default();
            let same = before
                .iter()
                .any(|version| version.content_hash == content_hash);
            let listed = before.iter().any(|version| version.listed);
            let key = object.key();
            let earlier = in_batch.get(&key);
            let outcome = if same && (listed || earlier.is_some()) {
                Outcome::AlreadyHeld
            } else if same {
                let version = key.clone();
                let relist = Relist {
                    version,
                    content_hash,
                };
                selected.unlisted.push((selected.outcomes.len(), relist));
                in_batch.insert(key, content_hash);
                Outcome::ListedAgain
            } else if earlier == Some(&content_hash) {
                Outcome::AlreadyHeld
            } else if !before.is_empty() || earlier.is_some() {
                Outcome::Conflict
            } else {
                in_batch.insert(key, content_hash);
                let object = object.in_item(next, content_hash);
                selected.fresh.push((draft, Some(object)));
                next += 1;
                Outcome::Passed(next - 1)
            };
            selected.outcomes.push(outcome);
        }
        Ok(selected)
    }

    /// Lists again what is held and was taken out of the view. Nothing of it is part of the log, so whatever fails
    /// here, the tree stays as it is.
    async fn relist(
        &self,
        unlisted: Vec<(usize, Relist)>,
        outcomes: &mut [Outcome],
    ) -> Result<(), SequenceError> {
        let (places, versions): (Vec<_>, Vec<_>) = unlisted.into_iter().unzip();
        let at = self.parts.clock.now().as_microsecond();
        let listed = self
            .parts
            .store
            .relist(self.parts.track, versions, at)
            .await
            .map_err(|error| SequenceError::Uncertain(error.to_string()))?;
        for (place, listed) in places.into_iter().zip(listed) {
            // Another log of the track brought it meanwhile.
            if !listed {
                outcomes[place] = Outcome::AlreadyHeld;
            }
        }
        Ok(())
    }

    async fn extend(
        &mut self,
        fresh: Vec<(Draft, Option<NewObject>)>,
    ) -> Result<(), SequenceError> {
        let nothing = |error: &dyn std::fmt::Display| SequenceError::Nothing(error.to_string());
        let now = self.parts.clock.now();
        let tree = self.tree.clone().ok_or(SequenceError::Closed)?;
        let expected_size = tree.size().get();
        let sealing = Sealing {
            origin: self.parts.signer.origin(),
            sent: utc_time(now),
            seen: self
                .parts
                .seen
                .read()
                .map(|seen| seen.clone())
                .unwrap_or_default(),
            random: self.parts.random.clone(),
        };
        let sealed = tokio::task::spawn_blocking(move || sealing.seal(&tree, fresh));
        let (items, objects, appended) = sealed
            .await
            .map_err(|error| nothing(&error))?
            .map_err(|error| nothing(&error))?;
        let append = Append {
            log: self.parts.log,
            expected_size,
            items,
            tiles: appended.tiles.into_iter().map(trees::to_store).collect(),
            objects,
            checkpoint: None,
            at: now.as_microsecond(),
        };
        // Crash point 3: until this returns, nothing has changed that a restart would see; if it fails, it may
        // have changed, and the tree is read back before anything else happens.
        self.parts
            .store
            .append(append)
            .await
            .map_err(|error| SequenceError::Uncertain(error.to_string()))?;
        self.tree = Some(appended.edge);
        Ok(())
    }

    /// Signs the tree as it is, makes the signature durable, publishes it.
    async fn sign(&mut self) -> Result<(), SequenceError> {
        let uncertain = |error: &dyn std::fmt::Display| SequenceError::Uncertain(error.to_string());
        let Some(tree) = &self.tree else {
            return Err(SequenceError::Closed);
        };
        let (size, root) = (tree.size(), tree.root());
        let origin = self.parts.signer.origin();
        let last = self.signed.as_ref().map_or(0, |signed| signed.time);
        // A clock that went back must not stop the log; the last time signed stands until it catches up.
        let now = posix_seconds(self.parts.clock.now()).max(last);
        let time = SigningTime::new(now, last).map_err(|error| uncertain(&error))?;
        let checkpoint = Checkpoint::new(origin.key_name().clone(), size, root)
            .map_err(|error| uncertain(&error))?;
        let note = self
            .parts
            .signer
            .sign(&checkpoint, time)
            .map_err(|error| uncertain(&error))?;
        let next = Signed {
            size: size.get(),
            root: *root.as_bytes(),
            time: time.get(),
            note: note.as_str().to_owned(),
        };
        let previous = self.signed.as_ref().map(Signed::mark);
        // Crash point 4: a signature that is not durable has not left this function, so another one for the same
        // tree may follow; after this line the note may be seen by anyone.
        self.parts
            .sign_state
            .advance(
                SignedKind::Checkpoint,
                origin.as_str(),
                previous,
                next.clone(),
            )
            .await
            .map_err(|error| uncertain(&error))?;
        self.signed = Some(next);
        self.publish_signed();
        Ok(())
    }

    fn publish_signed(&self) {
        let published = self.signed.as_ref().map(Published::from);
        debug!(
            tree.size = published.as_ref().map(|each| each.size),
            "published checkpoint"
        );
        self.publish.send_replace(published);
    }

    /// Signs the same tree again with a later time, so that silence and a cut line look different.
    async fn heartbeat(&mut self) -> Result<(), SequenceError> {
        // A tree that is not believed is read back first, which signs anew.
        if self.tree.is_none() || self.ended {
            return Ok(());
        }
        let now = posix_seconds(self.parts.clock.now());
        let last = self.signed.as_ref().map_or(0, |signed| signed.time);
        if now.saturating_sub(last) < self.parts.heartbeat.as_secs().max(1) {
            return Ok(());
        }
        let signed = self.sign().await;
        if signed.is_err() {
            self.tree = None;
        }
        signed
    }
}

/// Takes what else waits, up to the limits of a batch.
fn gather(first: Submission, queue: &mut mpsc::Receiver<Submission>) -> Vec<Submission> {
    let weight = |each: &Submission| {
        (
            each.drafts.len(),
            each.drafts
                .iter()
                .map(|draft| draft.content.len())
                .sum::<usize>(),
        )
    };
    let (mut items, mut bytes) = weight(&first);
    let mut ends = first.ends;
    let mut batch = vec![first];
    while !ends && items < BATCH_ITEMS_MAX && bytes < BATCH_BYTES_MAX {
        let Ok(next) = queue.try_recv() else { break };
        ends = next.ends;
        let (more_items, more_bytes) = weight(&next);
        items += more_items;
        bytes += more_bytes;
        batch.push(next);
    }
    batch
}
