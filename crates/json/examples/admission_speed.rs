//! Measures admission on a file: `cargo run --release -p chancery-json --example admission_speed FILE`.
#![expect(clippy::print_stdout, reason = "a measurement is for reading")]

use std::time::Instant;

use json::{Limits, admit, is_canonical};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: admission_speed FILE")?;
    let input = std::fs::read(path)?;
    let limits = Limits {
        bytes_max: usize::MAX,
        ..Limits::default()
    };
    let canonical = admit(&input, &limits)?;
    let rounds = 1 + 200_000_000 / input.len().max(1);
    let measure = |name: &str, bytes: usize, work: &dyn Fn() -> bool| {
        let start = Instant::now();
        let fine = (0..rounds).all(|_| work());
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{name}: {:.0} MB/s ({fine})",
            (bytes * rounds) as f64 / seconds / 1e6
        );
    };
    measure("admit, as received", input.len(), &|| {
        admit(&input, &limits).is_ok()
    });
    measure("admit, canonical", canonical.len(), &|| {
        admit(canonical.as_bytes(), &limits).is_ok()
    });
    measure("is_canonical", canonical.len(), &|| {
        is_canonical(canonical.as_bytes(), &limits).is_ok()
    });
    Ok(())
}
