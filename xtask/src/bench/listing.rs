//! `cargo xtask bench listing`: what a TAXII collection costs below TAXII. Objects in, through the sequencer, beside a
//! bare SQLite insert; pages out, as envelopes; single things among very many.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use node::sequencer::{Draft, ObjectVersion};
use record::{entry::Class, head::MEDIA_STIX};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::{SqliteStore, Store as _, StoreOptions, TrackId, VersionsWanted, Wanted};

use super::{append, items::Items, median};

/// Objects of a page, as in DESIGN §10.
const PAGE: usize = 1_000;
/// Objects of an envelope that is added.
const ENVELOPE: usize = 500;
/// Bytes of contents of a page.
const PAGE_BYTES_MAX: u64 = 64 << 20;
/// Questions of each kind.
const ASKED: usize = 2_000;
/// Seed of the objects among which single ones are looked for.
const SEED: u64 = 7;

/// How it is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// A STIX bundle to add and to crawl: ATT&CK.
    bundle: PathBuf,
    /// Objects in the collection in which single ones are looked for.
    #[arg(long, default_value_t = 1_000_000)]
    items: usize,
    /// Runs; the median is reported.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Where the temporary directory is made: the disk that is measured.
    #[arg(long, default_value = "target")]
    dir: PathBuf,
}

/// Measures everything and prints the report.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let dir = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&options.dir)?;
    let mut report = String::new();
    let drafts = bundle(&options.bundle)?;
    let bytes: usize = drafts.iter().map(|draft| draft.content.len()).sum();
    writeln!(
        report,
        "{} objects, {} bytes each on average",
        drafts.len(),
        bytes / drafts.len().max(1)
    )?;
    post(dir.path(), &drafts, options.runs, &mut report).await?;
    crawl(dir.path(), drafts, options.runs, &mut report).await?;
    if options.items > 0 {
        look(dir.path(), options.items, &mut report).await?;
    }
    Ok(std::io::stdout().write_all(report.as_bytes())?)
}

fn bundle(path: &Path) -> anyhow::Result<Vec<Draft>> {
    #[derive(Deserialize)]
    struct Bundle<'a> {
        #[serde(borrow)]
        objects: Vec<&'a RawValue>,
    }
    let text = std::fs::read_to_string(path).context("the bundle")?;
    let bundle: Bundle<'_> = serde_json::from_str(&text)?;
    bundle
        .objects
        .into_iter()
        .map(|object| {
            let object = stix::Object::admit(object.get().as_bytes())?;
            Ok(Draft {
                class: Class::Information,
                media: MEDIA_STIX,
                object: Some(ObjectVersion::of(&object)),
                content: object.into_bytes().into(),
                lang: None,
                office: None,
            })
        })
        .collect()
}

async fn post(
    dir: &Path,
    drafts: &[Draft],
    runs: usize,
    report: &mut String,
) -> anyhow::Result<()> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let place = tempfile::tempdir_in(dir)?;
        let batches: Vec<Vec<Draft>> = drafts.chunks(ENVELOPE).map(<[Draft]>::to_vec).collect();
        let contents = |batch: &Vec<Draft>| batch.iter().map(|each| each.content.clone()).collect();
        let contents: Vec<Vec<Bytes>> = batches.iter().map(contents).collect();
        bare.push(append::insert_bare(place.path(), &contents)?.as_secs_f64());
        ours.push(append::append(place.path(), batches).await?.as_secs_f64());
    }
    let (ours, bare) = (median(ours), median(bare));
    let rate = |secs: f64| drafts.len() as f64 / secs;
    writeln!(
        report,
        "add in {ENVELOPE}s: {:.0} objects/s, bare {:.0}, share {:.3}",
        rate(ours),
        rate(bare),
        bare / ours
    )?;
    Ok(())
}

/// A page as TAXII sends it.
fn envelope(contents: &[Bytes], more: bool, next: u64) -> Vec<u8> {
    let bytes: usize = contents.iter().map(|content| content.len() + 1).sum();
    let mut body = Vec::with_capacity(bytes + 64);
    if more {
        body.extend_from_slice(format!(r#"{{"more":true,"next":"{next}","#).as_bytes());
    } else {
        body.push(b'{');
    }
    body.extend_from_slice(br#""objects":["#);
    for (number, content) in contents.iter().enumerate() {
        if number > 0 {
            body.push(b',');
        }
        body.extend_from_slice(content);
    }
    body.extend_from_slice(b"]}");
    body
}

async fn crawl(
    dir: &Path,
    drafts: Vec<Draft>,
    runs: usize,
    report: &mut String,
) -> anyhow::Result<()> {
    let place = tempfile::tempdir_in(dir)?;
    let count = drafts.len();
    append::append(place.path(), vec![drafts]).await?;
    let (store, track) = open(place.path()).await?;
    let files = place.path().join("pages");
    std::fs::create_dir(&files)?;
    let (mut each, mut joined, mut read) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for _ in 0..runs.max(1) * 4 {
        each.push(crawl_each(&store, track).await?.as_secs_f64());
        let (mut after, mut rows, mut pages, mut spent) = (0, 0, 0, Duration::ZERO);
        bytes = 0;
        loop {
            let begun = Instant::now();
            let page = store
                .list_joined(track, Wanted::default(), after, PAGE, PAGE_BYTES_MAX)
                .await?;
            spent += begun.elapsed();
            let Some([_, last]) = page.ends else { break };
            after = last.arrival;
            std::fs::write(files.join(pages.to_string()), &page.contents)?;
            (rows, bytes, pages) = (rows + page.rows, bytes + page.contents.len(), pages + 1);
        }
        joined.push(spent.as_secs_f64());
        anyhow::ensure!(rows > 0 && rows <= count, "{rows} of {count} were listed");
        let begun = Instant::now();
        for page in 0..pages {
            std::hint::black_box(std::fs::read(files.join(page.to_string()))?);
        }
        read.push(begun.elapsed().as_secs_f64());
    }
    for (name, took) in [("rows", each), ("joined", joined), ("files", read)] {
        let took = median(took);
        writeln!(
            report,
            "crawl in {PAGE}s, {name}: {:.0} objects/s, {:.0} MB/s, {:.2} ms",
            count as f64 / took,
            bytes as f64 / took / 1e6,
            took * 1e3
        )?;
    }
    Ok(())
}

/// Page by page with all that is known of each row, and an envelope made of the contents.
async fn crawl_each(store: &SqliteStore, track: TrackId) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let mut after = 0;
    loop {
        let page = store
            .list_contents(track, Wanted::default(), after, PAGE, PAGE_BYTES_MAX)
            .await?;
        let Some((last, _)) = page.rows.last() else {
            return Ok(begun.elapsed());
        };
        after = last.arrival;
        let contents: Vec<Bytes> = page.rows.iter().map(|(_, bytes)| bytes.clone()).collect();
        std::hint::black_box(envelope(&contents, page.more, after));
    }
}

async fn open(dir: &Path) -> anyhow::Result<(SqliteStore, TrackId)> {
    let home = node::home::Home::at(dir.join("node"));
    let store = SqliteStore::open(&home.record(), StoreOptions::default())?;
    let log = store.logs().await?.pop().context("the log just written")?;
    Ok((store, log.track_id))
}

/// What is asked for, made from an object that is there.
type Question = Box<dyn Fn(&ObjectVersion) -> Wanted>;

async fn look(dir: &Path, items: usize, report: &mut String) -> anyhow::Result<()> {
    let place = tempfile::tempdir_in(dir)?;
    let mut source = Items::new(SEED);
    let mut known = Vec::new();
    let batches = items.div_ceil(4_096);
    // Made as they are wanted, so that a million of them are not in memory.
    let made = (0..batches).map(|n| {
        let batch = source.drafts(4_096.min(items - n * 4_096));
        let every = (batches / 500).max(1);
        if n % every == 0 {
            known.extend(batch.iter().step_by(1_000).filter_map(|d| d.object.clone()));
        }
        batch
    });
    let took = append::append(place.path(), made).await?;
    writeln!(
        report,
        "{items} objects: {:.0} objects/s",
        items as f64 / took.as_secs_f64()
    )?;
    let (store, track) = open(place.path()).await?;
    let exact = move |order: &str| VersionsWanted {
        last: false,
        exact: vec![order.to_owned()],
        ..VersionsWanted::default()
    };
    let kinds: [(&str, usize, Question); 4] = [
        (
            "id",
            10,
            Box::new(|object| Wanted {
                ids: vec![object.stix_id.clone()],
                ..Wanted::default()
            }),
        ),
        (
            "version",
            10,
            Box::new(move |object| Wanted {
                versions: exact(&object.order),
                ..Wanted::default()
            }),
        ),
        (
            "type, 100",
            100,
            Box::new(|_| Wanted {
                types: vec!["relationship".to_owned()],
                ..Wanted::default()
            }),
        ),
        ("any, 100", 100, Box::new(|_| Wanted::default())),
    ];
    for (name, limit, wanted) in kinds {
        let mut took = Vec::new();
        for (number, object) in known.iter().cycle().take(ASKED).enumerate() {
            let after = match limit {
                100 => (number * 7_919 % items) as u64,
                _ => 0,
            };
            let wanted = wanted(object);
            let begun = Instant::now();
            let page = store
                .list_contents(track, wanted, after, limit, PAGE_BYTES_MAX)
                .await?;
            took.push(begun.elapsed().as_secs_f64() * 1e6);
            anyhow::ensure!(
                !page.rows.is_empty() || after > 0,
                "{name}: nothing was found"
            );
        }
        took.sort_by(f64::total_cmp);
        writeln!(
            report,
            "one by {name}: median {:.0} us, p99 {:.0} us",
            took[took.len() / 2],
            took[took.len() * 99 / 100]
        )?;
    }
    Ok(())
}
