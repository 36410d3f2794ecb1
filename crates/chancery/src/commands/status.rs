//! `chancery status` and `chancery sync`.

use node::view::{StatusView, SyncReport};

use crate::{connect::Connection, exit::NotProved, say, say::Say};

/// What is due, who is reachable.
pub(crate) async fn status(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let status: StatusView = connection.get("/api/v1/status").await?;
    out.show(&status, say::status)
}

/// One round of fetching.
///
/// # Errors
/// [`NotProved`] when the round met a record that does not hold.
pub(crate) async fn sync(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let report: SyncReport = connection.post("/api/v1/sync", &()).await?;
    out.show(&report, say::sync)?;
    match report
        .logs
        .iter()
        .filter(|line| line.error.is_some())
        .count()
    {
        0 => Ok(()),
        failed => Err(NotProved(format!(
            "{failed} of {} logs could not be brought up to date",
            report.logs.len()
        ))
        .into()),
    }
}
