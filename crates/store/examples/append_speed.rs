//! How close an append comes to a bare SQLite insert of the same bytes.
//!
//! Both write batches of 4,096 items of 2 KiB with `synchronous=FULL` on the same disk, in turns, so that
//! what else the machine does falls on both. Prints items a second of each and the ratio; then what a
//! start and a few reads cost on the file that came of it.
//!
//! ```text
//! cargo run --release -p chancery-store --example append_speed [batches]
//! ```
#![expect(clippy::print_stdout, reason = "it reports to a terminal")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rusqlite::Connection;
use store::{
    Append, Dialogue, DialogueState, Item, ItemState, LogId, NewLog, NewObject, NewTile, Opening,
    ReadLimits, SqliteStore, Store, StoreOptions, TileAt, VersionKey, VersionsWanted, Wanted,
};

const BATCH: u64 = 4096;
const CONTENT_BYTES: usize = 2048;
const HEAD_BYTES: usize = 400;

/// A small generator: the bytes must not compress or repeat, and need no more than that.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len + 8);
        while bytes.len() < len {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(&self.bytes(N));
        array
    }
}

fn batch(noise: &mut Noise, log: LogId, first: u64) -> Append {
    let mut items = Vec::new();
    let mut objects = Vec::new();
    for seq in first..first + BATCH {
        items.push(Item {
            entry: noise.array(),
            opening: Opening::Content {
                class: 2,
                salt_e: noise.array(),
                salt_h: noise.array(),
                salt_c: noise.array(),
                head: Bytes::from(noise.bytes(HEAD_BYTES)),
                content: Some(Bytes::from(noise.bytes(CONTENT_BYTES))),
            },
            state: ItemState::Whole,
            content_c: None,
        });
        let (high, low) = (noise.next(), noise.next());
        // Of any moment of a year, as in an import of what others made.
        let order = format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
            1 + low % 12,
            1 + (low >> 8) % 28,
            (low >> 16) % 24,
            (low >> 24) % 60,
            (low >> 32) % 60,
            100 + (low >> 40) % 899
        );
        objects.push(NewObject {
            seq,
            stix_id: format!("indicator--{high:016x}{low:020x}"),
            version: format!("{order}Z"),
            order,
            spec: 21,
            content_hash: noise.array(),
        });
    }
    let tiles = (first / 256..(first + BATCH) / 256)
        .map(|index| NewTile {
            at: TileAt { level: 0, index },
            hashes: Bytes::from(noise.bytes(8192)),
        })
        .collect();
    Append {
        log,
        expected_size: first,
        items,
        tiles,
        objects,
        checkpoint: None,
        at: 0,
    }
}

/// The same bytes, one blob a row.
fn rows(append: &Append) -> Vec<Vec<u8>> {
    let mut rows: Vec<Vec<u8>> = append
        .items
        .iter()
        .zip(&append.objects)
        .map(|(item, object)| {
            let mut row = item.entry.to_vec();
            row.extend([0; 3 * 32]);
            row.extend(item.opening.head().into_iter().flatten());
            row.extend(item.opening.content().into_iter().flatten());
            row.extend(object.content_hash);
            row.extend(object.stix_id.as_bytes());
            row.extend(object.version.as_bytes());
            row
        })
        .collect();
    rows.extend(append.tiles.iter().map(|tile| tile.hashes.to_vec()));
    rows
}

fn bare(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -32768;
         CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
    )?;
    Ok(connection)
}

fn insert(connection: &mut Connection, rows: &[Vec<u8>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached("INSERT INTO bare (bytes) VALUES (?1)")?;
        for row in rows {
            statement.execute([row])?;
        }
    }
    transaction.commit()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let batches: u64 = std::env::args()
        .nth(1)
        .map_or(Ok(32), |text| text.parse())?;
    let directory = tempfile::tempdir_in(".")?;
    let path = directory.path().join("store.sqlite");
    let store = SqliteStore::open(&path, StoreOptions::default())?;
    let dialogue = Dialogue {
        id: "dialogue-charter--1".to_owned(),
        charter: Bytes::from_static(b"{}"),
        state: DialogueState::InForce,
        created: 0,
    };
    store.create_dialogue(dialogue.clone()).await?;
    let log = store
        .open_log(NewLog {
            origin: "a.example/chancery/0000000000000000".to_owned(),
            origin_sha256: "00".repeat(32),
            dialogue: dialogue.id,
            track: "cyber".to_owned(),
            party: "a.example".to_owned(),
            mine: true,
            predecessor: None,
            created: 0,
        })
        .await?;
    let mut bare = bare(&directory.path().join("bare.sqlite"))?;

    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    let mut sample = Vec::new();
    for n in 0..batches {
        let append = batch(&mut noise, log, n * BATCH);
        let rows = rows(&append);
        sample.extend(append.objects.iter().step_by(64).map(|object| VersionKey {
            stix_id: object.stix_id.clone(),
            order: object.order.clone(),
        }));
        let start = Instant::now();
        insert(&mut bare, &rows)?;
        theirs += start.elapsed();
        let start = Instant::now();
        store.append(append).await?;
        ours += start.elapsed();
    }
    let items = batches * BATCH;
    let rate = |time: Duration| items as f64 / time.as_secs_f64();
    println!("bare insert   {:>9.0} items/s", rate(theirs));
    println!("store.append  {:>9.0} items/s", rate(ours));
    println!(
        "ratio         {:>9.2}",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
    println!("disk use      {:?}", store.disk_use().await?);

    let track = store.log(log).await?.ok_or("the log is there")?.track_id;
    let keys = sample.len();
    let keys_asked = sample.clone();
    let start = Instant::now();
    store.lookup_objects(track, sample).await?;
    println!(
        "lookup        {:>9.1} us a key of {keys}",
        micros(start) / keys as f64
    );
    let start = Instant::now();
    store.entries(log, 0..256).await?;
    println!("256 entries   {:>9.1} us", micros(start));
    let start = Instant::now();
    store.items(log, 256..512, ReadLimits::default()).await?;
    println!("256 items     {:>9.1} us", micros(start));

    let id = |key: &VersionKey| Wanted {
        ids: vec![key.stix_id.clone()],
        ..Wanted::default()
    };
    let version = |key: &VersionKey| Wanted {
        versions: VersionsWanted {
            last: false,
            exact: vec![key.order.clone()],
            ..VersionsWanted::default()
        },
        ..Wanted::default()
    };
    let of_type = |_: &VersionKey| Wanted {
        types: vec!["indicator".to_owned()],
        ..Wanted::default()
    };
    let any = |_: &VersionKey| Wanted::default();
    let asked: [(&str, usize, &Question); 5] = [
        ("one by id", 10, &id),
        ("by version", 10, &version),
        ("100 of a type", 100, &of_type),
        ("100 of any", 100, &any),
        ("1,000 of any", 1_000, &any),
    ];
    for (name, limit, wanted) in asked {
        let mut took = Vec::new();
        for (n, key) in (0..).zip(keys_asked.iter().cycle().take(500)) {
            let after = if limit < 100 { 0 } else { n * 7_919 % items };
            let wanted = wanted(key);
            let start = Instant::now();
            let page = store
                .list_joined(track, wanted, after, limit, 1 << 30)
                .await?;
            took.push(micros(start));
            if page.rows == 0 && after == 0 {
                return Err(format!("{name}: nothing was found").into());
            }
        }
        took.sort_by(f64::total_cmp);
        let (median, p99) = (took[250], took[495]);
        println!("{name:<14}{median:>9.1} us, p99 {p99:.1} us");
    }

    drop(store);
    let start = Instant::now();
    let store = SqliteStore::open(&path, StoreOptions::default())?;
    let counts = store.counts().await?;
    println!(
        "start         {:>9.1} us, {} log and class",
        micros(start),
        counts.items.len()
    );
    Ok(())
}

/// What is asked for, made from a version that is there.
type Question = dyn Fn(&VersionKey) -> Wanted;

fn micros(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e6
}
