//! `cargo xtask bench stix`: judging ATT&CK Enterprise and matching patterns, beside stix2-validator, python stix2, the
//! crate rstix and stix2-matcher, in one run on one core each. Each contender is a process of its own, so that its
//! time and its memory are its own; time is processor time, so that whatever else runs does not count.

use std::{fmt, fs, path::PathBuf, process::Command};

use anyhow::{Context as _, bail};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::machine::Machine;

mod observations;
mod peers;
mod work;

pub(super) use work::Job;

/// ATT&CK Enterprise 18.1, as the tests of the crate `stix` have it.
const BUNDLE: &str = "crates/stix/tests/data/attack/enterprise-attack-18.1.rebuilt.json.zst";

/// How it is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// Fewer objects for the slow ones and one second for the fast ones: a smoke test, not a figure.
    #[arg(long)]
    quick: bool,
    /// Where the bundle is unpacked, and the Python environment of the peers is made.
    #[arg(long, default_value = "target/bench-stix")]
    dir: PathBuf,
    /// The folder `schemas` of oasis-open/cti-stix2-json-schemas, which stix2-validator lacks [default: that of
    /// ../shared/data, if it is there].
    #[arg(long, env = "STIX_SCHEMAS")]
    schemas: Option<PathBuf>,
    /// Leave the peers written in Python out.
    #[arg(long)]
    alone: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// What one contender did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Figure {
    /// Who, and what it did.
    pub(super) what: String,
    /// How many objects it judged, or pairs of pattern and observation it matched, in all rounds.
    pub(super) count: u64,
    /// Processor time for that, in seconds.
    pub(super) secs: f64,
    /// The most memory its process held, in MiB.
    pub(super) peak_mib: f64,
    /// What it found, to see that it did look.
    pub(super) found: u64,
}

impl Figure {
    fn rate(&self) -> f64 {
        self.count as f64 / self.secs
    }
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    bundle_bytes: u64,
    /// Ours first.
    judging: Vec<Figure>,
    matching: Vec<Figure>,
    /// Why a contender is not there.
    absent: Vec<String>,
}

/// Measures.
#[expect(clippy::print_stdout, reason = "the report is what is asked for")]
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    fs::create_dir_all(&options.dir)?;
    let machine = Machine::read(&options.dir)?;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let bundle = options.dir.join("enterprise-attack.json");
    let packed = fs::read(root.join(BUNDLE)).context(BUNDLE)?;
    fs::write(&bundle, zstd::decode_all(&packed[..])?)?;
    let observed = options.dir.join("observations.json");
    let patterns = options.dir.join("patterns.json");
    let count = if options.quick { 100 } else { 1_000 };
    fs::write(&observed, observations::bundle(count))?;
    fs::write(&patterns, serde_json::to_vec(observations::PATTERNS)?)?;
    let secs = if options.quick { "1" } else { "5" };
    let mut absent = Vec::new();
    let ours = |job: Job, files: &[&PathBuf]| {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "stix-work", job.name(), secs]);
        figure(command.args(files))
    };
    let mut judging = vec![
        ours(Job::Judge, &[&bundle])?,
        ours(Job::Check, &[&bundle])?,
        ours(Job::Report, &[&bundle])?,
        ours(Job::Rstix, &[&bundle])?,
    ];
    let mut matching = vec![ours(Job::Match, &[&patterns, &observed])?];
    if options.alone {
        absent.push("the peers in Python: left out".to_owned());
    } else {
        let peers = peers::Peers::make(&options.dir, options.schemas.as_deref())?;
        judging.push(peers.parse(&bundle, options.quick)?);
        match peers.validate(&bundle, options.quick) {
            Ok(validated) => judging.push(validated),
            Err(error) => absent.push(format!("stix2-validator: {error}")),
        }
        matching.push(peers.matches(&patterns, &observed, options.quick)?);
    }
    let report = Report {
        machine,
        bundle_bytes: fs::metadata(&bundle)?.len(),
        judging,
        matching,
        absent,
    };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(())
}

/// Does one job in this process and prints its figure.
#[expect(
    clippy::print_stdout,
    reason = "the process that started this one reads it"
)]
pub(crate) fn work(job: Job, secs: f64, files: &[PathBuf]) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(&work::run(job, secs, files)?)?);
    Ok(())
}

/// Runs a contender and reads its figure.
fn figure(command: &mut Command) -> anyhow::Result<Figure> {
    let output = command.output().context("a contender cannot be run")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().context("a contender said nothing")?;
    Ok(serde_json::from_str(line)?)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}; processor time of one core", self.machine)?;
        let bytes = self.bundle_bytes as f64 / 1e6;
        writeln!(
            f,
            "\nJudging ATT&CK Enterprise 18.1 ({bytes:.1} MB), objects"
        )?;
        table(f, &self.judging)?;
        writeln!(f, "\nMatching, pairs of pattern and observation")?;
        table(f, &self.matching)?;
        for absent in &self.absent {
            writeln!(f, "absent: {absent}")?;
        }
        Ok(())
    }
}

/// The figures, each beside how often ours is faster.
fn table(f: &mut fmt::Formatter<'_>, figures: &[Figure]) -> fmt::Result {
    let ours = figures.first().map_or(0.0, Figure::rate);
    writeln!(
        f,
        "{:<46} {:>12} {:>9} {:>10} {:>10}",
        "", "per second", "ours ×", "peak MiB", "found"
    )?;
    for figure in figures {
        writeln!(
            f,
            "{:<46} {:>12.0} {:>9.1} {:>10.1} {:>10}",
            figure.what,
            figure.rate(),
            ours / figure.rate(),
            figure.peak_mib,
            figure.found
        )?;
    }
    Ok(())
}
