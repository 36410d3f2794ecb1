//! `chancery status` and `chancery sync`.

use node::view::{StatusView, SyncReport};

use crate::{
    connect::Connection,
    exit::{NotProved, Unreachable},
    say,
    say::Say,
};

/// What is due, who is reachable.
pub(crate) async fn status(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let status: StatusView = connection.get("/api/v1/status").await?;
    out.show(&status, say::status)
}

/// One round of fetching.
///
/// # Errors
/// [`NotProved`] when the round met a record that does not hold; [`Unreachable`] when all that failed is that nobody
/// answered.
pub(crate) async fn sync(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let report: SyncReport = connection.post("/api/v1/sync", &()).await?;
    out.show(&report, say::sync)?;
    let failed: Vec<_> = report
        .logs
        .iter()
        .filter(|line| line.error.is_some())
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let says = format!(
        "{} of {} logs could not be brought up to date",
        failed.len(),
        report.logs.len()
    );
    if failed.iter().all(|line| line.unreachable) {
        return Err(Unreachable::party(&says).into());
    }
    Err(NotProved(says).into())
}
