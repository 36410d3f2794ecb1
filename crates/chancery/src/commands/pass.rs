//! `chancery pass`: STIX from files onto a track, in batches, with a progress bar. Running it again after it was
//! interrupted passes only what is missing: a version the track already holds is a success and passes nothing.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use http::Method;
use indicatif::{ProgressBar, ProgressStyle};
use node::view::{PassOutcome, PassReport};
use serde::Serialize;

use crate::{
    args::Pass,
    connect::Connection,
    exit::{NotProved, Refused},
    file, say,
    say::Say,
};

/// Objects in one request.
const BATCH_OBJECTS: usize = 1_000;
/// Bytes of one request, about.
const BATCH_BYTES: usize = 4 << 20;
/// Pause before asking again whether the window has room.
const WINDOW_PAUSE: Duration = Duration::from_millis(500);

/// What came of all files together.
#[derive(Debug, Default, Serialize)]
struct Total {
    passed: u64,
    already_held: u64,
    pending: u64,
    refused: u64,
    size: u64,
    refusals: Vec<PassOutcome>,
}

/// Passes every object of the files.
///
/// # Errors
/// [`NotProved`] when some objects were refused; the others are on the record then.
pub(crate) async fn run(connection: &Connection, out: Say, args: Pass) -> anyhow::Result<()> {
    let mut objects = Vec::new();
    for path in &args.files {
        let bytes = file::read(path)?;
        let read = node::intake::objects(&bytes).with_context(|| path.display().to_string())?;
        objects.extend(read);
    }
    let bar = progress(objects.len() as u64, out);
    let mut total = Total::default();
    let mut first = 0;
    for batch in batches(&objects) {
        let path = format!("/api/v1/pass?track={}", say::encode(&args.track));
        let report = send(
            connection,
            &path,
            batch,
            Duration::from_secs(args.wait),
            &bar,
        )
        .await?;
        total.passed += report.passed;
        total.already_held += report.already_held;
        total.pending += report.pending;
        total.refused += report.refused;
        total.size = report.size;
        for mut outcome in report.outcomes {
            outcome.position += first;
            total.refusals.push(outcome);
        }
        first += batch.len();
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    out.show(&total, |total| {
        say::line(format!(
            "{} passed, {} already held, {} refused; the log's signed size is {}.",
            total.passed, total.already_held, total.refused, total.size
        ));
        if total.pending > 0 {
            say::line(format!(
                "{} for clearance in the outbox; nothing of that has left (`chancery outbox`).",
                say::counted(total.pending, "object waits", "objects wait")
            ));
        }
        for refusal in &total.refusals {
            say::line(format!(
                "  object {} ({}): {}",
                refusal.position + 1,
                refusal.id.as_deref().unwrap_or("no id"),
                refusal.reason.as_deref().unwrap_or("refused")
            ));
        }
    })?;
    if total.refused > 0 {
        return Err(NotProved(say::counted(
            total.refused,
            "object was refused",
            "objects were refused",
        ))
        .into());
    }
    Ok(())
}

/// One request; waits while the other side has not receipted enough.
async fn send(
    connection: &Connection,
    path: &str,
    batch: &[Vec<u8>],
    wait: Duration,
    bar: &ProgressBar,
) -> anyhow::Result<PassReport> {
    let body = node::intake::list(batch);
    let begun = Instant::now();
    loop {
        let request = Some(("application/json", body.clone()));
        match connection.send(Method::POST, path, request).await {
            Ok(answer) => {
                return serde_json::from_slice(&answer).context("the node's answer cannot be read");
            }
            Err(error) => {
                let full = error
                    .downcast_ref::<Refused>()
                    .is_some_and(|refused| refused.error.code == "window_full");
                if !full || begun.elapsed() > wait {
                    return Err(error);
                }
                bar.set_message(format!("waiting: {error}"));
                tokio::time::sleep(WINDOW_PAUSE).await;
            }
        }
    }
}

fn batches(objects: &[Vec<u8>]) -> impl Iterator<Item = &[Vec<u8>]> {
    let mut rest = objects;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take(BATCH_OBJECTS)
            .take_while(|object| {
                bytes += object.len();
                bytes <= BATCH_BYTES
            })
            .count()
            .max(1);
        let (batch, after) = rest.split_at(fitting);
        rest = after;
        Some(batch)
    })
}

fn progress(total: u64, out: Say) -> ProgressBar {
    if out.json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} objects, {per_sec} {msg}");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
