//! `cargo xtask bench`: the figures of `docs/BENCH.md`, made anew. Everything lies in a temporary directory that goes
//! away with the process; only the report leaves it, on standard output.

mod append;
mod child;
mod items;
mod listing;
mod machine;
mod pair;
mod prove;
mod pull;
mod record;
mod report;
mod stix;
mod taxii;

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What is measured.
#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The record: appends, proofs, pull between two nodes, start, memory.
    Record(Options),
    /// TAXII: posts, crawls and lookups, beside other servers, SQLite alone and nginx alone.
    Taxii(taxii::Options),
    /// A collection below TAXII: adding, crawling, looking for one among many.
    Listing(listing::Options),
    /// STIX: judging and matching, beside the peers.
    Stix(stix::Options),
    /// One contender of `stix`: a process of its own, which does its job and prints its figure.
    #[command(hide = true)]
    StixWork {
        /// What it does.
        job: stix::Job,
        /// For how many seconds of processor time.
        secs: f64,
        /// With what.
        files: Vec<PathBuf>,
    },
    /// One node of the pair: a process of its own, started by `record`, which speaks to it line by line.
    #[command(hide = true)]
    Node {
        /// Its directory.
        home: PathBuf,
    },
}

/// How it is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// Items in the log that is pulled and proved from.
    #[arg(long, default_value_t = 1_000_000)]
    items: u64,
    /// 20,000 items and one run of each: a smoke test, not a figure.
    #[arg(long, conflicts_with = "items")]
    quick: bool,
    /// Runs of what is cheap to repeat; the median is reported.
    #[arg(long, default_value_t = 3)]
    runs: usize,
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
    fn items(&self) -> u64 {
        if self.quick { 20_000 } else { self.items }
    }

    fn runs(&self) -> usize {
        if self.quick { 1 } else { self.runs.max(1) }
    }
}

/// Runs it on a runtime of its own.
pub(crate) fn run(bench: Bench) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    match bench.what {
        What::Listing(options) => runtime.block_on(listing::run(&options)),
        What::Stix(options) => stix::run(&options),
        What::StixWork { job, secs, files } => stix::work(job, secs, &files),
        What::Record(options) => runtime.block_on(record::run(&options)),
        What::Taxii(options) => runtime.block_on(taxii::run(&options)),
        What::Node { home } => runtime.block_on(child::run(home)),
    }
}

/// The middle one of some measurements; 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
