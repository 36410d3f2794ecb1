//! `cargo xtask bench taxii`: a node as a TAXII server, beside other servers, a bare insert and files on nginx, all in one
//! run with the same objects and the same client. The servers are started by `conformance/peers`.

mod bare;
mod connection;
mod crawl;
mod data;
mod ingest;
mod latency;
mod lookup;
mod nginx;
mod report;
mod server;

use std::{io::Write as _, path::PathBuf, process::Command};

use anyhow::{Context as _, ensure};
use clap::Args;

use self::{
    crawl::Crawl,
    data::Data,
    ingest::Ingest,
    report::{Measured, Report},
    server::Server,
};
use super::machine::Machine;

/// Objects in an envelope that is posted.
const ENVELOPE: usize = 500;
/// Objects on a page of a crawl.
const PAGE: usize = 1_000;
/// Where a lookup is measured first: its time must not grow with what is held.
const SMALL: usize = 10_000;

/// How it is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// A STIX bundle, as JSON or `.xz` or `.zst`: ATT&CK enterprise for figures. Without it, the small sample of the repository.
    #[arg(long)]
    attack: Option<PathBuf>,
    /// Objects given to our node; the bundle is repeated with other ids.
    #[arg(long, default_value_t = 1_000_000)]
    objects: usize,
    /// Objects given to the other servers, which are slower by orders of magnitude; what is compared is the rate.
    #[arg(long, default_value_t = 5_000)]
    peer_objects: usize,
    /// Connections that post, and crawls at once in the second crawl.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Our node alone.
    #[arg(long)]
    without_peers: bool,
    /// 4,000 objects, 1,000 for the others: a smoke test, not a figure.
    #[arg(long)]
    quick: bool,
    /// The program; built for release if it is not given.
    #[arg(long)]
    chancery: Option<PathBuf>,
    /// Where the temporary directory is made: the disk that is measured.
    #[arg(long, default_value = "target")]
    dir: PathBuf,
    /// Keep the temporary directory, to look into it.
    #[arg(long)]
    keep: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Options {
    fn objects(&self) -> usize {
        if self.quick { 4_000 } else { self.objects }
    }

    fn peer_objects(&self) -> usize {
        if self.quick { 1_000 } else { self.peer_objects }
    }
}

/// Measures everything and prints the report.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let chancery = match &options.chancery {
        Some(path) => path.canonicalize().context("--chancery")?,
        None => built()?,
    };
    let dir = tempfile::Builder::new()
        .prefix("bench-taxii-")
        .disable_cleanup(options.keep)
        .tempdir_in(&options.dir)?;
    let place = dir.path().canonicalize()?;
    let machine = Machine::read(&place)?;
    let data = Data::read(options.attack.as_deref())?;

    let mut others = Vec::new();
    if !options.without_peers {
        for name in ["medallion", "opentaxii"] {
            progress(&format!("{name}, {} objects", options.peer_objects()));
            let server = Server::start(name, &place.join(name), &chancery).await?;
            let ingest = ingest::measure(
                &server,
                data.envelopes(options.peer_objects(), ENVELOPE),
                options.connections,
            )
            .await?;
            let crawl = crawl::measure(&server, PAGE, 1).await?;
            let memory_peak_mib = server.memory_peak_mib()?;
            others.push(Measured {
                name: name.to_owned(),
                ingest,
                crawl,
                memory_peak_mib,
            });
        }
    }

    progress("a bare SQLite insert of the same bytes");
    let bare = bare::measure(&place, &data, options.objects(), ENVELOPE)?;

    progress(&format!("our node, {} objects", options.objects()));
    let server = Server::start("chancery", &place.join("chancery"), &chancery).await?;
    let idle_mib = server.memory_peak_mib()?;
    let small = SMALL.min(options.objects() / 2);
    let mut envelopes = data.envelopes(options.objects(), ENVELOPE);
    let rest = envelopes.split_off(small / ENVELOPE);
    let first = ingest::measure(&server, envelopes, options.connections).await?;
    let lookups_small = lookup::measure(&server, &data).await?;
    let ingest = ingest::measure(&server, rest, options.connections)
        .await?
        .after(&first);
    let lookups_full = lookup::measure(&server, &data).await?;
    progress("crawls of our node");
    let crawl = crawl::measure(&server, PAGE, 1).await?;
    ensure!(
        crawl.objects == ingest.objects,
        "{} objects were posted, {} came back",
        ingest.objects,
        crawl.objects
    );
    let crawl_parallel = crawl::measure(&server, PAGE, options.connections).await?;
    let memory_peak_mib = server.memory_peak_mib()?;
    progress("the same pages as files on nginx");
    let files = nginx::measure(&place, &server, PAGE, options.connections).await?;
    let large = large_post(&server, &data, options.quick).await?;

    let report = Report {
        machine,
        objects: options.objects(),
        connections: options.connections,
        object_bytes: ingest.bytes as f64 / ingest.objects as f64,
        bare,
        ours: Measured {
            name: "chancery".to_owned(),
            ingest,
            crawl,
            memory_peak_mib,
        },
        crawl_parallel,
        nginx: files,
        lookups_small_at: small,
        lookups_small,
        lookups_full,
        idle_mib,
        large,
        others,
    };
    let text = if options.json {
        serde_json::to_string_pretty(&report)?
    } else {
        report.to_string()
    };
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Bytes of the one large POST, unless the node takes no more than less.
const LARGE_POST: usize = 100 << 20;

/// What one POST of a large envelope takes of memory.
async fn large_post(
    server: &Server,
    data: &Data,
    quick: bool,
) -> anyhow::Result<Option<report::LargePost>> {
    let size = if quick { 4 << 20 } else { LARGE_POST };
    let size = size.min(server.body_bytes_max().await?);
    let envelope = data.large(size);
    server.forget_memory_peak()?;
    let before = server.memory_peak_mib()?;
    let bytes = envelope.body.len();
    let posted = ingest::measure(server, vec![envelope], 1).await?;
    Ok(Some(report::LargePost {
        mib: bytes as f64 / f64::from(1 << 20),
        secs: posted.secs,
        grew_mib: server.memory_peak_mib()? - before,
    }))
}

/// The program of this working tree, built for release.
fn built() -> anyhow::Result<PathBuf> {
    progress("building the program for release");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let status = Command::new("cargo")
        .args(["build", "--release", "--package", "chancery"])
        .current_dir(&root)
        .status()?;
    ensure!(status.success(), "cargo build failed");
    Ok(root.join("target/release/chancery").canonicalize()?)
}

/// Tells the person who waits what is being measured.
fn progress(what: &str) {
    // Nobody may be reading; the figures are what counts.
    let _ = writeln!(std::io::stderr(), "measuring: {what}");
}
