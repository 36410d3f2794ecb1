//! The state of each dialogue, folded once and then kept up to date: only what came since is read.

use std::{
    collections::{BTreeMap, HashMap, VecDeque, btree_map::Entry},
    sync::Arc,
};

use dialogue::{Act, Class, Content, FoldError, ItemAt, Passed, Receipt, State, Succession};
use jiff::Timestamp;
use record::{
    name::{Host, KeyName},
    note::SignedNote,
};
use serde::Deserialize;
use store::{
    CosignatureKind, LogId, NewestCosigned, Opening, ReadLimits, Store, StoreError, StoredItem,
};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::{
    directory::{Directory, LogEntry, TrackEntry},
    node::Node,
};

/// Items read at once, heads alone.
const PAGE_ITEMS: usize = 4_096;
/// Acts read at once, contents and all.
const PAGE_ACTS: usize = 256;
/// Heads or contents read at once, bytes.
const PAGE_BYTES: u64 = 32 << 20;
/// Checkpoints read at once.
const PAGE_CHECKPOINTS: usize = 1_024;

/// The folded states, by dialogue.
#[derive(Default)]
pub(crate) struct States(Mutex<BTreeMap<String, Folded>>);

/// One dialogue.
pub(crate) struct Folded {
    /// Its state.
    pub(crate) state: State,
    /// What people read of its inquiries and answers: the first authentic words.
    words: BTreeMap<ItemAt, String>,
    /// The receipts that have been folded of each log.
    receipts: BTreeMap<LogId, Vec<NewestCosigned>>,
}

/// Why a dialogue could not be folded. None of it is anybody's doing at the desk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FoldingError {
    /// There is no such dialogue in force.
    #[error("{0} is no dialogue in force")]
    NotInForce(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record is not one of this dialogue, even when folded from the beginning.
    #[error("the record of the dialogue does not fold: {0}")]
    Fold(#[from] FoldError),
    /// A name in the store is none.
    #[error("a name in the record is none: {0}")]
    Name(#[from] dialogue::NameError),
    /// A row that is not what was stored.
    #[error("item {seq} of {origin} cannot be read back: {why}")]
    Row {
        /// The log.
        origin: String,
        /// The index.
        seq: u64,
        /// Why.
        why: String,
    },
}

impl Folded {
    fn new(directory: &Directory, dialogue: &str) -> Result<Self, FoldingError> {
        let charter = directory
            .dialogue(dialogue)
            .and_then(|each| each.in_force.clone())
            .ok_or_else(|| FoldingError::NotInForce(dialogue.to_owned()))?;
        Ok(Self {
            state: State::new(charter),
            words: BTreeMap::new(),
            receipts: BTreeMap::new(),
        })
    }

    /// The first authentic words of an inquiry or answer.
    pub(crate) fn words(&self, item: &ItemAt) -> Option<&str> {
        self.words.get(item).map(String::as_str)
    }
}

impl Node {
    /// Has a dialogue folded from the beginning next time: items in its past, folded as withheld, are held now.
    pub(crate) async fn refold(&self, dialogue: &str) {
        self.desk().states.0.lock().await.remove(dialogue);
    }

    /// The state of a dialogue, with all that is on the record now. Held until the guard is dropped, so no caller
    /// keeps it over anything that waits.
    pub(crate) async fn folded(
        &self,
        dialogue: &str,
    ) -> Result<MappedMutexGuard<'_, Folded>, FoldingError> {
        let directory = self.directory();
        let mut states = self.desk().states.0.lock().await;
        let folded = match states.entry(dialogue.to_owned()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Folded::new(&directory, dialogue)?),
        };
        let folding = Folding {
            store: &**self.store(),
            directory: &directory,
            dialogue,
        };
        if let Err(error) = folding.go_on(folded).await {
            let FoldingError::Fold(error) = error else {
                return Err(error);
            };
            // A closed log of another party grew after its successor had begun: the order has changed.
            tracing::info!(dialogue, "folding from the beginning: {error}");
            *folded = Folded::new(&directory, dialogue)?;
            folding.go_on(folded).await?;
        }
        MutexGuard::try_map(states, |states| states.get_mut(dialogue))
            .map_err(|_| FoldingError::NotInForce(dialogue.to_owned()))
    }
}

/// One round of folding.
struct Folding<'a> {
    store: &'a dyn Store,
    directory: &'a Directory,
    dialogue: &'a str,
}

impl Folding<'_> {
    async fn go_on(&self, folded: &mut Folded) -> Result<(), FoldingError> {
        let logs = self.logs();
        for log in &logs {
            succeed(folded, log)?;
        }
        let sizes: HashMap<LogId, u64> = self
            .store
            .logs()
            .await?
            .into_iter()
            .map(|log| (log.id, log.size))
            .collect();
        for log in &logs {
            self.items(folded, log, sizes.get(&log.id).copied().unwrap_or(0))
                .await?;
        }
        for log in &logs {
            self.receipts(folded, log).await?;
        }
        Ok(())
    }

    /// Every log of the dialogue, each party's predecessors before their successors.
    fn logs(&self) -> Vec<Arc<LogEntry>> {
        let tracks = self.directory.tracks();
        let ours = tracks
            .iter()
            .filter(|track| track.dialogue == self.dialogue);
        ours.flat_map(|track| {
            let parties = track.terms.parties().iter();
            parties
                .filter_map(|party| party.as_str().parse::<Host>().ok())
                .flat_map(|party| self.directory.chain(track, &party))
        })
        .collect()
    }

    async fn items(
        &self,
        folded: &mut Folded,
        log: &LogEntry,
        size: u64,
    ) -> Result<(), FoldingError> {
        let (name, origin) = (log.track.terms.name(), log.origin.as_str().parse()?);
        let mut acts = Acts::default();
        loop {
            let from = folded.state.log_size(name, &origin).unwrap_or(size);
            if from >= size {
                return Ok(());
            }
            let limits = ReadLimits {
                items_max: PAGE_ITEMS,
                content_bytes_max: 0,
                total_bytes_max: PAGE_BYTES,
            };
            let page = self.store.items(log.id, from..size, limits).await?;
            if page.is_empty() {
                return Ok(());
            }
            for item in &page {
                let passed = self.passed(log, &origin, item, &mut acts).await?;
                folded.state.apply(&passed.passed)?;
                if let Some(words) = words(&passed.passed.content) {
                    let (log, seq) = (origin.clone(), passed.passed.seq);
                    folded.words.insert(ItemAt { log, seq }, words);
                }
                if let Some(note) = passed.receipt {
                    self.receipt_entry(folded, log, &note);
                }
            }
        }
    }

    async fn passed(
        &self,
        log: &LogEntry,
        origin: &dialogue::Origin,
        item: &StoredItem,
        acts: &mut Acts,
    ) -> Result<Read, FoldingError> {
        let seq = item.position.seq();
        let row = |why: String| FoldingError::Row {
            origin: log.origin.to_string(),
            seq,
            why,
        };
        let opening = &item.item.opening;
        // What is withheld is folded as sealed: only its place is known.
        let class = opening
            .class()
            .map_or(Some(Class::Sealed), Class::from_byte);
        let class = class.ok_or_else(|| row("its class is none".to_owned()))?;
        let (sent, media) = match opening.head() {
            Some(head) => brief(head).map_err(row)?,
            None => (Timestamp::UNIX_EPOCH, String::new()),
        };
        let held = matches!(opening, Opening::Content { .. }) && item.content_bytes.is_some();
        let mut receipt = None;
        let content = match class {
            _ if !held => Content::Withheld,
            Class::Information | Class::Filler => Content::read(class, &media, &[]),
            _ => {
                let bytes = acts.content(self.store, log.id, seq).await?;
                let bytes = bytes.ok_or_else(|| row("its content is gone".to_owned()))?;
                let content = Content::read(class, &media, &bytes);
                if content == Content::Receipt {
                    receipt = Some(bytes);
                }
                content
            }
        };
        Ok(Read {
            passed: Passed {
                track: log.track.terms.name().clone(),
                party: log.party.as_str().parse()?,
                origin: origin.clone(),
                seq,
                sent,
                class,
                content,
            },
            receipt,
        })
    }

    /// A receipt that its signer put into its own log says earlier than the checkpoint, whose lines are replaced,
    /// when the receiver first held what it covers.
    fn receipt_entry(&self, folded: &mut Folded, log: &LogEntry, note: &[u8]) {
        let Some(peer) = self.directory.peer(&log.party) else {
            return;
        };
        let Ok(note) = SignedNote::parse(note) else {
            return;
        };
        let Ok(receipt) = peer.receipts.verify(&note) else {
            return;
        };
        let checkpoint = receipt.checkpoint();
        if let Some(of) = self.directory.log_of(checkpoint.origin().as_str()) {
            fold_receipt(
                folded,
                of,
                &log.party,
                checkpoint.size().get(),
                receipt.time(),
            );
        }
    }

    async fn receipts(&self, folded: &mut Folded, log: &LogEntry) -> Result<(), FoldingError> {
        let mut newest = self.store.newest_cosigned(log.id).await?;
        newest.retain(|each| each.kind == CosignatureKind::Receipt);
        let known = folded.receipts.get(&log.id).cloned().unwrap_or_default();
        let changed: Vec<&NewestCosigned> =
            newest.iter().filter(|each| !known.contains(each)).collect();
        let Some(end) = changed.iter().map(|each| each.size).max() else {
            return Ok(());
        };
        let before = |each: &&NewestCosigned| {
            let before = known.iter().find(|known| known.name == each.name);
            before.map_or(0, |before| before.size)
        };
        let mut from = changed.iter().map(before).min().unwrap_or(0);
        while from <= end {
            let page = self
                .store
                .checkpoints(log.id, from..end + 1, PAGE_CHECKPOINTS)
                .await?;
            let Some(last) = page.last() else { break };
            from = last.checkpoint.size + 1;
            for held in &page {
                for cosignature in &held.cosignatures {
                    if cosignature.kind != CosignatureKind::Receipt {
                        continue;
                    }
                    let Some(by) = receiver(&cosignature.name) else {
                        continue;
                    };
                    let time = cosignature.lines.iter().map(|line| line.time).max();
                    fold_receipt(
                        folded,
                        log,
                        &by,
                        held.checkpoint.size,
                        time.unwrap_or_default(),
                    );
                }
            }
        }
        folded.receipts.insert(log.id, newest);
        Ok(())
    }
}

/// An item as the fold takes it, and the note where it is a receipt.
struct Read {
    passed: Passed,
    receipt: Option<bytes::Bytes>,
}

/// Contents of acts, read ahead: a log of a million objects has few of them.
#[derive(Default)]
struct Acts(VecDeque<StoredItem>);

impl Acts {
    async fn content(
        &mut self,
        store: &dyn Store,
        log: LogId,
        seq: u64,
    ) -> Result<Option<bytes::Bytes>, StoreError> {
        while self.0.front().is_some_and(|item| item.position.seq() < seq) {
            self.0.pop_front();
        }
        if self.0.is_empty() {
            let limits = ReadLimits {
                items_max: PAGE_ACTS,
                content_bytes_max: u64::MAX,
                total_bytes_max: PAGE_BYTES,
            };
            self.0 = store.acts_of_log(log, seq, limits).await?.into();
        }
        let next = self.0.front().filter(|item| item.position.seq() == seq);
        Ok(next.and_then(|item| item.item.opening.content().cloned()))
    }
}

fn succeed(folded: &mut Folded, log: &LogEntry) -> Result<(), FoldingError> {
    let Some(predecessor) = &log.predecessor else {
        return Ok(());
    };
    let succession = Succession {
        track: log.track.terms.name().clone(),
        party: log.party.as_str().parse()?,
        origin: log.origin.as_str().parse()?,
        predecessor: predecessor.as_str().parse()?,
    };
    if folded
        .state
        .log_size(&succession.track, &succession.origin)
        .is_none()
    {
        folded.state.succeed(&succession)?;
    }
    Ok(())
}

fn fold_receipt(folded: &mut Folded, log: &LogEntry, by: &Host, size: u64, time: u64) {
    let at = i64::try_from(time).ok().map(Timestamp::from_second);
    let (Ok(party), Ok(origin), Some(Ok(at))) =
        (by.as_str().parse(), log.origin.as_str().parse(), at)
    else {
        return;
    };
    let track = log.track.terms.name().clone();
    let receipt = Receipt {
        track,
        party,
        origin,
        size,
        at,
    };
    // A receipt for a log of another track, or for one's own, is no fact of this dialogue.
    if let Err(error) = folded.state.receive(&receipt) {
        tracing::debug!("a receipt is not counted: {error}");
    }
}

/// The party behind the key name of a receipt.
pub(crate) fn receiver(name: &str) -> Option<Host> {
    let name: KeyName = name.parse().ok()?;
    name.role().map(|(host, _)| host)
}

/// The two members of a head that a fold needs. Heads were verified when they were stored.
fn brief(head: &[u8]) -> Result<(Timestamp, String), String> {
    #[derive(Deserialize)]
    struct Brief {
        sent: Timestamp,
        media: String,
    }
    let brief: Brief = serde_json::from_slice(head).map_err(|error| error.to_string())?;
    Ok((brief.sent, brief.media))
}

fn words(content: &Content) -> Option<String> {
    let Content::Act(act) = content else {
        return None;
    };
    let texts = match &**act {
        Act::Inquiry(inquiry) => Some(inquiry.question()),
        Act::Answer(answer) => answer.text().or(answer.reason()),
        _ => None,
    }?;
    let mut authentic = texts.iter().filter(|text| text.authentic());
    authentic.next().map(|text| text.text().to_owned())
}

/// The track of a log, as the fold knows it.
pub(crate) fn place(
    track: &TrackEntry,
    log: &LogEntry,
) -> Result<(dialogue::TrackName, dialogue::Origin), FoldingError> {
    Ok((track.terms.name().clone(), log.origin.as_str().parse()?))
}
