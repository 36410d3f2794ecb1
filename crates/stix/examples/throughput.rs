//! How many objects are checked in a second, on one core, and how many bytes.
//!
//! `cargo run --release --example throughput -- FILE…`

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use stix::{BundleLimits, BundleReader, CheckOptions, Checker};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let reader = BundleReader::new(open(&path)?, BundleLimits::default());
        let mut objects = Vec::new();
        let mut arena = stix::tree::Arena::default();
        for piece in reader {
            // Canonical, as it comes from admission.
            objects.push(arena.parse(&piece?.bytes)?.root().to_canonical());
        }
        let bytes: usize = objects.iter().map(String::len).sum();
        let mut checker = Checker::new(CheckOptions::default());
        let count = objects.len() as f64;
        let rate = |time: Duration| count / time.as_secs_f64();
        let parse = best(|| {
            for object in &objects {
                black_box(
                    arena
                        .parse(object.as_bytes())
                        .map(|tree| tree.root().len())
                        .ok(),
                );
            }
        });
        let check = best(|| {
            for object in &objects {
                let found = checker
                    .check(object.as_bytes())
                    .map(|checked| checked.findings().len());
                black_box(found.ok());
            }
        });
        let report = best(|| {
            for object in &objects {
                black_box(checker.report(object.as_bytes()));
            }
        });
        writeln!(
            io::stdout(),
            "{path}: {} objects, {bytes} bytes; per second: parsed {:.0}, checked {:.0} ({:.0} MB/s), \
             reported {:.0}",
            objects.len(),
            rate(parse),
            rate(check),
            bytes as f64 / 1e6 / check.as_secs_f64(),
            rate(report),
        )?;
    }
    Ok(())
}

/// The fastest of several runs.
fn best(mut run: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn open(path: &str) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    Ok(if path.ends_with(".zst") {
        Box::new(zstd::Decoder::new(file)?)
    } else {
        Box::new(file)
    })
}
