//! `cargo xtask`: everything the project runs on itself.

mod bench;

use clap::Parser;

#[derive(Parser)]
#[command(about = "Everything the project runs on itself")]
enum Task {
    /// Measure what the design promises figures for (DESIGN §10).
    Bench(bench::Bench),
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Bench(bench) => bench::run(bench),
    }
}
