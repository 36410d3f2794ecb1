//! Appends through the real sequencer, on disk, beside a bare SQLite insert of the same bytes in the same run.

use std::{path::Path, sync::Arc, time::Duration, time::Instant};

use anyhow::Context as _;
use bytes::Bytes;
use node::{
    clock::{Clock as _, OsRandom, SystemClock},
    home::Home,
    keys,
    sequencer::{Draft, Outcome, Parts, Sequencer},
};
use record::name::Host;
use rusqlite::Connection;
use serde::Serialize;
use store::{
    Dialogue, DialogueState, FileSignState, NewLog, SqliteStore, Store as _, StoreOptions,
};
use tokio_util::sync::CancellationToken;

use super::{
    items::{self, Items},
    median,
};

/// Batch sizes, and how many batches of each are appended in one run.
const BATCHES: [(usize, usize); 4] = [(1, 400), (16, 200), (256, 100), (4_096, 20)];
/// Where a smoke test takes this part of the batches.
const QUICK_PART: usize = 10;

/// One batch size.
#[derive(Debug, Serialize)]
pub(crate) struct AppendFigures {
    /// Items in a batch.
    batch: usize,
    /// Items appended in one run.
    items: usize,
    /// Mean content, bytes.
    content_bytes: f64,
    /// Through the sequencer: sealed, stored, synced, signed, the signature synced.
    pub(crate) items_per_sec: f64,
    /// The bare insert of the same contents.
    bare_items_per_sec: f64,
    /// The first by the second.
    share_of_bare: f64,
}

impl AppendFigures {
    /// As the table has it.
    pub(crate) fn row(&self) -> String {
        format!(
            "{:>6}  {:>12.0}  {:>12.0}  {:>6.2}",
            self.batch, self.items_per_sec, self.bare_items_per_sec, self.share_of_bare
        )
    }
}

/// Every batch size, each `runs` times, ours and the bare insert taking turns.
pub(crate) async fn measure(
    dir: &Path,
    runs: usize,
    quick: bool,
) -> anyhow::Result<Vec<AppendFigures>> {
    let mut figures = Vec::new();
    for (batch, batches) in BATCHES {
        let batches = if quick {
            batches.div_ceil(QUICK_PART)
        } else {
            batches
        };
        let (mut ours, mut bare, mut bytes) = (Vec::new(), Vec::new(), 0);
        for run in 0..runs {
            let mut source = Items::new(((batch as u64) << 32) | run as u64);
            let drafts: Vec<Vec<Draft>> = (0..batches).map(|_| source.drafts(batch)).collect();
            bytes = drafts.iter().map(|batch| items::content_bytes(batch)).sum();
            let contents: Vec<Vec<Bytes>> = drafts
                .iter()
                .map(|batch| batch.iter().map(|draft| draft.content.clone()).collect())
                .collect();
            let place = tempfile::tempdir_in(dir)?;
            bare.push(insert_bare(place.path(), &contents)?.as_secs_f64());
            ours.push(append(place.path(), drafts).await?.as_secs_f64());
        }
        let count = batch * batches;
        let (ours, bare) = (median(ours), median(bare));
        figures.push(AppendFigures {
            batch,
            items: count,
            content_bytes: bytes as f64 / count as f64,
            items_per_sec: count as f64 / ours,
            bare_items_per_sec: count as f64 / bare,
            share_of_bare: bare / ours,
        });
    }
    Ok(figures)
}

/// One table, the store's own PRAGMAs, one transaction a batch.
pub(crate) fn insert_bare(dir: &Path, batches: &[Vec<Bytes>]) -> anyhow::Result<Duration> {
    let mut db = Connection::open(dir.join("bare.sqlite"))?;
    db.execute_batch(
        "PRAGMA page_size = 8192;
         PRAGMA journal_mode = wal;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 8192;
         CREATE TABLE items (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;",
    )?;
    let begun = Instant::now();
    for batch in batches {
        let transaction = db.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO items (content) VALUES (?1)")?;
            for content in batch {
                insert.execute([&content[..]])?;
            }
        }
        transaction.commit()?;
    }
    Ok(begun.elapsed())
}

/// A log of one party, its sequencer, and one submission after the other.
pub(super) async fn append(
    dir: &Path,
    batches: impl IntoIterator<Item = Vec<Draft>>,
) -> anyhow::Result<Duration> {
    let home = Home::create(dir.join("node"))?;
    let host: Host = "bench.example".parse()?;
    let signer = keys::create_log(&home, &host, &OsRandom)?;
    let origin = signer.origin();
    let store = SqliteStore::open(&home.record(), StoreOptions::default())?;
    let created = SystemClock.now().as_microsecond();
    let dialogue = "dialogue-charter--00000000-0000-4000-8000-000000000000".to_owned();
    store
        .create_dialogue(Dialogue {
            id: dialogue.clone(),
            charter: Bytes::from_static(b"{}"),
            state: DialogueState::InForce,
            created,
        })
        .await?;
    let log = store
        .open_log(NewLog {
            origin: origin.as_str().to_owned(),
            origin_sha256: origin.path_hash(),
            dialogue,
            track: "bench".to_owned(),
            party: host.to_string(),
            mine: true,
            predecessor: None,
            created,
        })
        .await?;
    let track = store
        .log(log)
        .await?
        .context("the log just opened")?
        .track_id;
    let stop = CancellationToken::new();
    let parts = Parts {
        log,
        track,
        signer,
        store: Arc::new(store),
        sign_state: Arc::new(FileSignState::open(&home.sign_state())?),
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        seen: node::sequencer::Seen::default(),
        heartbeat: Duration::from_secs(3_600),
    };
    let (sequencer, task) = Sequencer::start(parts, stop.clone()).await?;
    let mut took = Duration::ZERO;
    for batch in batches {
        let begun = Instant::now();
        let appended = sequencer.submit(batch).await?;
        took += begun.elapsed();
        let passed = |each: &Outcome| matches!(each, Outcome::Passed(_));
        anyhow::ensure!(appended.outcomes.iter().all(passed), "an item was not new");
    }
    stop.cancel();
    task.await?;
    Ok(took)
}
