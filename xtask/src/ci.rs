//! `cargo xtask ci`: everything the gate runs, in one command, stopping at the first thing that fails.

use std::{process::Command, time::Instant};

use anyhow::{Context as _, ensure};

/// What is run, in the order in which it fails fastest.
const STEPS: &[(&str, &str, &[&str])] = &[
    ("formatting", "cargo", &["fmt", "--all", "--check"]),
    (
        "lints",
        "cargo",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    ),
    (
        "documentation",
        "cargo",
        &["doc", "--workspace", "--no-deps"],
    ),
    (
        "foreign verifiers on their own sample",
        "verifiers/run",
        &["--sample"],
    ),
    // Tests start real nodes, real witnesses and the foreign verifiers on what nodes export.
    ("tests", "cargo", &["test", "--workspace"]),
    // The program is built by then, and starts on a directory of its own.
    (
        "the TAXII suite on a node",
        "conformance/peers/run",
        &["chancery", "--shoulds", "--slow", "--brief"],
    ),
    (
        "a fuzzer on a node's TAXII endpoints",
        "conformance/fuzz",
        &["--examples", "100"],
    ),
    (
        "benchmarks, once and small",
        "cargo",
        &[
            "run",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
            "record",
            "--quick",
        ],
    ),
    (
        "TAXII, once and small",
        "cargo",
        &[
            "run",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
            "taxii",
            "--quick",
            // OpenTAXII answers 500 to several at once.
            "--connections",
            "1",
        ],
    ),
];

/// Runs every step.
#[expect(clippy::print_stdout, reason = "the gate tells what it runs")]
pub(crate) fn run() -> anyhow::Result<()> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (what, program, args) in STEPS {
        println!("\n== {what}: {program} {}", args.join(" "));
        let begun = Instant::now();
        let status = Command::new(program)
            .args(*args)
            .current_dir(&root)
            .env("RUSTDOCFLAGS", "-D warnings")
            .status()
            .with_context(|| format!("{program} cannot be run"))?;
        ensure!(status.success(), "{what} failed");
        println!("== {what}: {:.0} s", begun.elapsed().as_secs_f64());
    }
    println!("\nEverything holds.");
    Ok(())
}
