//! The contenders in Rust: the crate `stix` in three ways, and the crate rstix.

use std::{fs::File, hint::black_box, io::BufReader, path::PathBuf, time::Instant};

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use serde_json::Value;
use stix::{
    BundleLimits, BundleReader, CheckOptions, Checker, Report,
    check::BundleCheck,
    pattern::{MatchLimits, Matcher, Observed, Pattern},
};

use super::{super::machine::Usage, Figure};

/// What a process does.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Job {
    /// Judges a bundle as it is read from its file, as `chancery validate` does.
    Judge,
    /// Judges objects in memory.
    Check,
    /// Judges objects in memory and puts every finding into words.
    Report,
    /// Has rstix judge the bundle, all its checks on.
    Rstix,
    /// Matches patterns against observations.
    Match,
}

impl Job {
    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Judge => "judge",
            Self::Check => "check",
            Self::Report => "report",
            Self::Rstix => "rstix",
            Self::Match => "match",
        }
    }
}

/// Does a job over and over for `secs` seconds of processor time.
pub(super) fn run(job: Job, secs: f64, files: &[PathBuf]) -> anyhow::Result<Figure> {
    let file = files.first().context("no file")?;
    match job {
        Job::Judge => rounds("stix: read, judged, whole bundle", secs, || judge(file)),
        Job::Check => {
            let objects = objects(file)?;
            let mut checker = Checker::new(CheckOptions::default());
            rounds("stix: objects in memory", secs, || {
                let check = |text: &Vec<u8>| Ok(checker.check(text)?.findings().len() as u64);
                let found = objects.iter().map(check).sum::<anyhow::Result<u64>>()?;
                Ok((objects.len() as u64, found))
            })
        }
        Job::Report => {
            let objects = objects(file)?;
            let mut checker = Checker::new(CheckOptions::default());
            rounds("stix: objects in memory, reports in words", secs, || {
                let report = |text: &Vec<u8>| black_box(checker.report(text)).problems().count();
                Ok((
                    objects.len() as u64,
                    objects.iter().map(report).sum::<usize>() as u64,
                ))
            })
        }
        Job::Rstix => {
            let validator = rstix::validate::Validator::producer_strict();
            // ATT&CK has types and properties of its own.
            let options = rstix::validate::ParseOptions {
                allow_custom: true,
                ..Default::default()
            };
            rounds("rstix 0.21: read, judged, whole bundle", secs, || {
                let text = std::fs::read_to_string(file)?;
                let bundle = rstix::model::Bundle::parse_with_options(&text, &options)?;
                let report = validator.validate_bundle(&bundle);
                Ok((bundle.objects().len() as u64, report.len() as u64))
            })
        }
        Job::Match => matching(secs, file, files.get(1).context("no observations")?),
    }
}

/// Repeats `round`, which says how much it did and found, and measures; a first round does not count.
fn rounds(
    what: &str,
    secs: f64,
    mut round: impl FnMut() -> anyhow::Result<(u64, u64)>,
) -> anyhow::Result<Figure> {
    let (_, found) = round()?;
    let before = Usage::read()?.cpu_secs;
    let begun = Instant::now();
    let mut count = 0;
    let spent = loop {
        count += round()?.0;
        let spent = Usage::read()?.cpu_secs - before;
        // Processor time comes in hundredths of a second; and a stopped clock must not mean for ever.
        if spent >= secs || begun.elapsed().as_secs_f64() > secs * 100.0 {
            break spent;
        }
    };
    Ok(Figure {
        what: what.to_owned(),
        count,
        secs: spent,
        peak_mib: Usage::read()?.peak_mib,
        found,
    })
}

fn judge(file: &PathBuf) -> anyhow::Result<(u64, u64)> {
    let mut checker = Checker::new(CheckOptions::default());
    let mut check = BundleCheck::new();
    let mut reader = BundleReader::new(File::open(file)?, BundleLimits::default());
    let mut found = 0;
    for piece in reader.by_ref() {
        found += check.check(&mut checker, &piece?.bytes)?.findings().len() as u64;
    }
    let whole: Report = check.finish(&mut checker, reader.splitter(), reader.container())?;
    Ok((check.objects(), found + whole.problems().count() as u64))
}

fn objects(file: &PathBuf) -> anyhow::Result<Vec<Vec<u8>>> {
    let reader = BundleReader::new(File::open(file)?, BundleLimits::default());
    reader.map(|piece| Ok(piece?.bytes)).collect()
}

/// Matches every pattern against every observation alone, and against all of them together.
fn matching(secs: f64, patterns: &PathBuf, bundle: &PathBuf) -> anyhow::Result<Figure> {
    let patterns: Vec<String> = serde_json::from_reader(BufReader::new(File::open(patterns)?))?;
    let bundle: Value = serde_json::from_reader(BufReader::new(File::open(bundle)?))?;
    let objects = bundle["objects"].as_array().context("no objects")?;
    let by_id: std::collections::HashMap<_, _> = objects
        .iter()
        .filter_map(|object| Some((object["id"].as_str()?, object)))
        .collect();
    let observed = objects
        .iter()
        .filter(|object| object["type"] == "observed-data");
    let observed = observed
        .map(|object| Observed::from_observed_data(object, |id| by_id.get(id).copied()))
        .collect::<Result<Vec<_>, _>>()?;
    let matchers = patterns
        .iter()
        .map(|text| {
            Ok(Matcher::new(
                &text.parse::<Pattern>()?,
                MatchLimits::default(),
            )?)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(!observed.is_empty(), "no observations");
    rounds("stix: patterns ready, each observation alone", secs, || {
        let mut found = 0;
        for matcher in &matchers {
            for each in &observed {
                found += u64::from(matcher.matches(std::slice::from_ref(each))?);
            }
        }
        Ok(((matchers.len() * observed.len()) as u64, found))
    })
}
