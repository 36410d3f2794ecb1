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
                    "{} ended with {} entries; its keys are removed and believed no more.\n\
                     {} goes on with new keys. Proofs made before keep verifying with their own policy.\n\
                     Items keep their names: those of the log that ended are {}/INDEX as before, those of the new one {}/INDEX.",
                    rotated.ended, rotated.size, rotated.successor, rotated.ended_address, rotated.address
                ));
            })
        }
    }
}
