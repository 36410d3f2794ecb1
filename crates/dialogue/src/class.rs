//! The class of an entry: what kind of thing it is, disclosed apart from its head and content.

use serde::Serialize;

/// The class byte of an entry (`docs/FORMATS.md` §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Class {
    /// Filler or heartbeat.
    Filler = 0,
    /// Charter, keys, receipts, release, track state.
    Control = 1,
    /// Plain STIX, and attachments.
    Information = 2,
    /// An inquiry.
    Inquiry = 3,
    /// An answer.
    Answer = 4,
    /// A proposal or an agreement.
    Proposal = 5,
    /// A meeting or a readout.
    Meeting = 6,
    /// A notice.
    Notice = 7,
    /// Sealed.
    Sealed = 8,
    /// A statement.
    Statement = 9,
    /// A commitment.
    Commitment = 10,
    /// A step or an attest.
    Step = 11,
    /// A ping or a signal.
    Ping = 12,
}

/// A class byte beyond those that are defined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("class is {0}, the classes are 0 to 12")]
pub struct UnknownClass(
    /// The byte.
    pub u8,
);

impl Class {
    const ALL: [Self; 13] = [
        Self::Filler,
        Self::Control,
        Self::Information,
        Self::Inquiry,
        Self::Answer,
        Self::Proposal,
        Self::Meeting,
        Self::Notice,
        Self::Sealed,
        Self::Statement,
        Self::Commitment,
        Self::Step,
        Self::Ping,
    ];

    /// The byte that is hashed into the entry.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl TryFrom<u8> for Class {
    type Error = UnknownClass;
    fn try_from(code: u8) -> Result<Self, UnknownClass> {
        Self::ALL
            .get(usize::from(code))
            .copied()
            .ok_or(UnknownClass(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_no_other() {
        for code in 0..=u8::MAX {
            match Class::try_from(code) {
                Ok(class) => assert_eq!(class.code(), code),
                Err(err) => assert!(code > 12 && err == UnknownClass(code)),
            }
        }
    }
}
