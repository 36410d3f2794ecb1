//! Why a text is not admissible, and the bounds it is held to.

use thiserror::Error;

/// The deepest nesting of lists and objects.
pub const DEPTH_MAX: usize = 64;

/// The most values, member names included, in one text.
pub const NODES_MAX: usize = 1_000_000;

/// The longest text, in bytes.
pub const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Why and where a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fault} at byte {offset}")]
pub struct SyntaxError {
    /// Bytes from the beginning of the text.
    pub offset: usize,
    /// What is wrong there.
    pub fault: SyntaxFault,
}

/// A way a text can fail to be admissible JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SyntaxFault {
    /// The text exceeds [`TEXT_BYTES_MAX`].
    #[error("the text is {0} bytes, the limit is {TEXT_BYTES_MAX}")]
    TooLong(usize),
    /// The text has more than [`NODES_MAX`] values.
    #[error("the text has more than {NODES_MAX} values")]
    TooManyValues,
    /// Nesting exceeds [`DEPTH_MAX`].
    #[error("the text is nested deeper than {DEPTH_MAX}")]
    TooDeep,
    /// The text is not UTF-8.
    #[error("the text is not UTF-8")]
    Utf8,
    /// The text begins with a byte-order mark.
    #[error("the text begins with a byte-order mark")]
    ByteOrderMark,
    /// The text ends before the value does.
    #[error("the text ends inside a value")]
    Truncated,
    /// Something else stands where the grammar wants this.
    #[error("expected {0}")]
    Expected(&'static str),
    /// Something follows the value.
    #[error("something follows the value")]
    Trailing,
    /// An object has two members of one name.
    #[error("the member name {0:?} occurs twice")]
    DuplicateName(String),
    /// A control character stands unescaped in a string.
    #[error("a control character stands in a string")]
    ControlCharacter,
    /// An escape that JSON does not have.
    #[error("an unknown escape")]
    Escape,
    /// Half of a surrogate pair.
    #[error("a lone surrogate")]
    LoneSurrogate,
    /// An integer that a double does not hold exactly.
    #[error("an integer beyond ±(2^53−1)")]
    IntegerTooLarge,
    /// A number beyond the range of a double.
    #[error("a number beyond the range of a double")]
    NotFinite,
}

impl SyntaxFault {
    /// The stable name of the rule that is broken, as reports have it, and what says so. Limits
    /// begin with `limit.` and are ours.
    #[must_use]
    pub fn rule(&self) -> (&'static str, &'static str) {
        match self {
            Self::TooLong(_) => ("limit.object-bytes", ""),
            Self::TooManyValues => ("limit.values", ""),
            Self::TooDeep => ("limit.depth", ""),
            Self::Utf8 => ("json.utf-8", "RFC 7493 §2.1"),
            Self::ByteOrderMark => ("json.byte-order-mark", "RFC 8259 §8.1"),
            Self::DuplicateName(_) => ("json.duplicate-name", "RFC 7493 §2.3"),
            Self::LoneSurrogate => ("json.surrogate", "RFC 7493 §2.1"),
            Self::IntegerTooLarge | Self::NotFinite => ("json.number", "RFC 7493 §2.2"),
            Self::Truncated
            | Self::Expected(_)
            | Self::Trailing
            | Self::ControlCharacter
            | Self::Escape => ("json.syntax", "RFC 8259"),
        }
    }
}
