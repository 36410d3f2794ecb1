//! `cargo xtask`: everything the project runs on itself.

mod bench;
mod ci;

use clap::Parser;

#[derive(Parser)]
#[command(about = "Everything the project runs on itself")]
enum Task {
    /// Run everything the gate runs, stopping at the first thing that fails.
    Ci,
    /// Measure what the design promises figures for (DESIGN §10).
    Bench(bench::Bench),
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Ci => ci::run(),
        Task::Bench(bench) => bench::run(bench),
    }
}
