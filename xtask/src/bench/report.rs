//! The figures as one value, which prints as a table or as JSON.

use std::fmt;

use serde::Serialize;

use super::{
    append::AppendFigures,
    machine::Machine,
    prove::ProofFigures,
    pull::{PullFigures, StartFigures},
};

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Where.
    pub(crate) machine: Machine,
    /// Items in the log that is pulled.
    pub(crate) items: u64,
    /// Runs behind each median.
    pub(crate) runs: usize,
    /// Mean content of those items, bytes.
    pub(crate) item_content_bytes: f64,
    /// Appends by batch size.
    pub(crate) appends: Vec<AppendFigures>,
    /// Filling the sender's log in batches of 4,096, at its full size.
    pub(crate) fill_items_per_sec: f64,
    /// The pull.
    pub(crate) pull: PullFigures,
    /// Proofs.
    pub(crate) proofs: ProofFigures,
    /// Start of the node that wrote the log.
    pub(crate) start_sender: StartFigures,
    /// Start of the node that pulled it.
    pub(crate) start_receiver: StartFigures,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        writeln!(f, "{} items, {} runs", self.items, self.runs)?;
        writeln!(f, "\nAppends, items/s, durable and signed")?;
        writeln!(f, " batch     sequencer   bare SQLite   share")?;
        for row in &self.appends {
            writeln!(f, "{}", row.row())?;
        }
        writeln!(
            f,
            "filling to {} items: {:.0} items/s",
            self.items, self.fill_items_per_sec
        )?;
        let pull = &self.pull;
        writeln!(
            f,
            "\nPull of {} entries of {:.0} bytes content\n\
             {:.1} s, {:.0} items/s\n\
             processor time for each item: receiver {:.1} us, sender {:.1} us\n\
             memory at most: receiver {:.0} MiB, sender {:.0} MiB",
            pull.entries,
            self.item_content_bytes,
            pull.secs,
            pull.items_per_sec,
            pull.receiver_cpu_micros,
            pull.sender_cpu_micros,
            pull.receiver_peak_mib,
            pull.sender_peak_mib
        )?;
        let proofs = &self.proofs;
        writeln!(
            f,
            "\nProof of one item at {} entries (up to {} hashes, {} bytes)\n\
             path {:.0} us, file made {:.0} us, checked {:.0} us",
            proofs.size,
            proofs.hashes,
            proofs.file_bytes,
            proofs.path_micros,
            proofs.make_micros,
            proofs.check_micros
        )?;
        writeln!(f, "\nStart")?;
        for (whose, start) in [
            ("sender", &self.start_sender),
            ("receiver", &self.start_receiver),
        ] {
            writeln!(
                f,
                "{whose}: open {:.3} s, ready {:.3} s, idle {:.0} MiB",
                start.open_secs, start.ready_secs, start.idle_mib
            )?;
        }
        Ok(())
    }
}
