//! `chancery fsck`, `doctor`, `backup` and `restore`.

use http::Method;
use node::{
    home::Home,
    view::{Finding, FsckView},
};
use serde_json::json;

use crate::{args, connect::Connection, exit::NotProved, file, say, say::Say};

/// Reads everything again.
///
/// # Errors
/// [`NotProved`] when something does not hold.
pub(crate) async fn fsck(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let result: FsckView = connection.post("/api/v1/fsck", &()).await?;
    out.show(&result, say::fsck)?;
    if result.clean {
        Ok(())
    } else {
        Err(NotProved("the record does not hold".to_owned()).into())
    }
}

/// Looks at everything an operator can put right.
///
/// # Errors
/// [`NotProved`] when there is a fault.
pub(crate) async fn doctor(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let findings: Vec<Finding> = connection.get("/api/v1/doctor").await?;
    out.show(&findings, |findings| {
        for finding in findings {
            say::line(format!(
                "{:<8} {}: {}",
                finding.level, finding.subject, finding.says
            ));
        }
    })?;
    match findings
        .iter()
        .filter(|finding| finding.level == "fault")
        .count()
    {
        0 => Ok(()),
        faults => Err(NotProved(say::counted(faults as u64, "fault", "faults")).into()),
    }
}

/// Writes a backup.
pub(crate) async fn backup(
    connection: &Connection,
    out: Say,
    args: args::Backup,
) -> anyhow::Result<()> {
    let body = Some(("application/json", b"null".to_vec()));
    let backup = connection
        .send(Method::POST, "/api/v1/backup", body)
        .await?;
    node::home::write_secret(&args.out, &backup)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => anyhow::anyhow!(
                "{} is there already, and no backup is written over another file: name another with --out",
                args.out.display()
            ),
            _ => anyhow::anyhow!("{} cannot be written: {error}", args.out.display()),
        })?;
    let written = json!({ "backup": args.out, "bytes": backup.len() });
    out.show(&written, |_| {
        say::line(format!(
            "{} holds the backup, {} bytes, with this party's keys: keep it as you keep keys.\n\
             A node restored from it closes its logs and opens successors, and the others see why.",
            args.out.display(),
            backup.len()
        ));
    })
}

/// Makes a node from a backup.
pub(crate) fn restore(
    home: &std::path::Path,
    out: Say,
    args: &args::Restore,
) -> anyhow::Result<()> {
    let bytes = file::read(&args.file)?;
    let home = Home::create(home)?;
    node::backup::restore(&home, &bytes)?;
    out.show(&json!({ "home": home.dir() }), |_| {
        say::line(format!(
            "Restored into {0}. Start it with `chancery --home {0} serve`: its logs are closed then, successors are \
             opened, and what the other parties hold of the old logs is fetched from them.",
            home.dir().display()
        ));
    })
}
