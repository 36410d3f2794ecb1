//! Receipts: "this node durably holds everything up to here" (RECORD.md §5, `docs/FORMATS.md` §5).
//!
//! A receipt is the note of a checkpoint with the log's own lines and the two lines of the receiver. It
//! covers the whole prefix. It does not say read, agreed, or true.

use crate::checkpoint::{
    CheckpointError, LogVerifier, ReceiptVerifier, VerifiedCheckpoint, VerifiedReceipt,
};
use crate::cosignature::SigningTime;
use crate::entry::Class;
use crate::head::MEDIA_NOTE;
use crate::key::ReceiptSigner;
use crate::note::{NoteError, SignedNote};
use crate::opening::Opened;

/// Countersigns a checkpoint. The caller has verified it consistent with all before it, and durably
/// holds (or has an exception entry for) every index below its size.
///
/// # Errors
/// [`NoteError::TooLarge`] (not with lines of the lengths that keys of ours make).
pub fn countersign(
    checkpoint: &VerifiedCheckpoint,
    signer: &ReceiptSigner,
    time: SigningTime,
) -> Result<SignedNote, NoteError> {
    checkpoint
        .own_note()
        .with_lines(signer.lines(checkpoint.checkpoint(), time))
}

/// A receipt whose checkpoint its log has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    checkpoint: VerifiedCheckpoint,
    receipt: VerifiedReceipt,
}

impl Receipt {
    /// Verifies the lines of the log and of the receiver.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(
        note: SignedNote,
        log: &LogVerifier,
        receiver: &ReceiptVerifier,
    ) -> Result<Self, CheckpointError> {
        let receipt = receiver.verify(&note)?;
        Ok(Self {
            checkpoint: log.verify(note)?,
            receipt,
        })
    }

    /// What is covered.
    #[must_use]
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }

    /// Who covers it, and since when.
    #[must_use]
    pub fn receipt(&self) -> &VerifiedReceipt {
        &self.receipt
    }
}

/// Whether an entry that a receipt newly covers deserves that the receipt becomes an entry of the
/// receiver's log. Receipts and heartbeats do not, or two nodes would answer each other for ever. What
/// cannot be told counts.
#[must_use]
pub fn deserves_entry(opened: &Opened) -> bool {
    match (opened.class(), opened.head()) {
        (Some(Class::Filler), _) => false,
        (Some(Class::Control), Some(head)) => head.media() != MEDIA_NOTE,
        _ => true,
    }
}
