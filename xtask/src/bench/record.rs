//! `cargo xtask bench record`: the parts in their order.

use std::io::Write as _;

use super::{Options, append, machine::Machine, pair, prove, pull, report::Report};

/// Measures everything and prints the report.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let dir = tempfile::Builder::new()
        .prefix("bench-")
        .disable_cleanup(options.keep)
        .tempdir_in(&options.dir)?;
    let machine = Machine::read(dir.path())?;
    progress("appends");
    let appends = append::measure(dir.path(), options.runs(), options.quick).await?;
    progress("two nodes, one filled");
    let pair = pair::make(dir.path(), options.items()).await?;
    // Entry 0 is the charter.
    let entries = options.items() + 1;
    progress("pull");
    let pull = pull::pull(&pair, entries).await?;
    progress("proofs");
    let sender = pair::open(&pair.sender).await?;
    let proofs = prove::measure(&sender).await?;
    sender.stop().await;
    progress("starts");
    let report = Report {
        machine,
        items: options.items(),
        runs: options.runs(),
        item_content_bytes: pair.filled.content_bytes as f64 / options.items() as f64,
        appends,
        fill_items_per_sec: options.items() as f64 / pair.filled.took.as_secs_f64(),
        pull,
        proofs,
        start_sender: pull::start(&pair.sender, options.runs()).await?,
        start_receiver: pull::start(&pair.receiver, options.runs()).await?,
    };
    let text = if options.json {
        serde_json::to_string_pretty(&report)?
    } else {
        report.to_string()
    };
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Tells the person who waits what is being measured.
fn progress(what: &str) {
    // Nobody may be reading; the figures are what counts.
    let _ = writeln!(std::io::stderr(), "measuring: {what}");
}
