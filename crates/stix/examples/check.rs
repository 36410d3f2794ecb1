//! Checks files of STIX and prints one line of JSON for each object, and one, whose index is null,
//! for the bundle itself.
//!
//! `cargo run --example check -- FILE…`; files ending in `.zst` are unpacked on the way. With
//! `--count` it prints how often each rule was found instead.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};

use stix::{BundleLimits, CheckOptions, Checker, Report, check_bundle};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let count_only = arguments.first().is_some_and(|first| first == "--count");
    if count_only {
        arguments.remove(0);
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut counts: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    for path in &arguments {
        let mut print = |index: Option<u64>, report: &Report| -> io::Result<()> {
            for problem in report.problems() {
                *counts.entry((path.clone(), problem.rule)).or_default() += 1;
            }
            if count_only {
                return Ok(());
            }
            let report = serde_json::to_string(report).map_err(io::Error::other)?;
            let index = index.map_or("null".to_owned(), |index| index.to_string());
            writeln!(
                out,
                r#"{{"file":{path:?},"index":{index},"report":{report}}}"#
            )
        };
        let mut checker = Checker::new(CheckOptions::default());
        let mut failed = Ok(());
        if path.trim_end_matches(".zst").ends_with(".jsonl") {
            for (index, line) in BufReader::new(open(path)?).lines().enumerate() {
                print(Some(index as u64), &checker.report(line?.as_bytes()))?;
            }
            continue;
        }
        let whole = check_bundle(
            &mut checker,
            open(path)?,
            BundleLimits::default(),
            |piece, report| {
                if failed.is_ok() {
                    failed = print(Some(piece.index), &report);
                }
            },
        )?;
        failed?;
        print(None, &whole)?;
    }
    for ((path, rule), count) in counts.iter().filter(|_| count_only) {
        writeln!(out, "{count:8} {rule:32} {path}")?;
    }
    Ok(())
}

fn open(path: &str) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    Ok(if path.ends_with(".zst") {
        Box::new(zstd::Decoder::new(file)?)
    } else {
        Box::new(file)
    })
}
