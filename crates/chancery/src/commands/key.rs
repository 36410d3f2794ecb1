//! `chancery key rotate`.

use node::{request::RotateKeys, view::RotatedView};

use crate::{args::Key, connect::Connection, say, say::Say};

/// Runs a subcommand of `key`.
pub(crate) async fn run(connection: &Connection, out: Say, command: Key) -> anyhow::Result<()> {
    match command {
        Key::Rotate { track } => {
            let request = RotateKeys { track };
            let rotated: RotatedView = connection.post("/api/v1/keys", &request).await?;
            out.show(&rotated, |rotated| {
                say::line(format!(
                    "{0} ended with {1} entries; its keys are removed and believed no more.\n\
                     {2} goes on with new keys. Proofs made before keep verifying with their own policy.\n\
                     Items of the log that ended are named {0}#INDEX from now on; TRACK/PARTY/INDEX names those of the new one.",
                    rotated.ended, rotated.size, rotated.successor
                ));
            })
        }
    }
}
