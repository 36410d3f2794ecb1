//! Why a text is not admitted. One variant for each way of being wrong.

use std::fmt;

use crate::{Limits, place};

/// Where in the text: the byte, and the member or element it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Byte offset from the start of the text.
    pub offset: usize,
    /// JSON Pointer (RFC 6901) of the value or container at that byte; empty at the root.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}", self.offset)?;
        if !self.path.is_empty() {
            write!(f, " ({})", self.path)?;
        }
        Ok(())
    }
}

/// Why a JSON text is refused (`docs/FORMATS.md` §1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionError {
    /// The bytes are not UTF-8.
    #[error("not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// The first byte that is not part of a UTF-8 sequence.
        offset: usize,
    },
    /// The text starts with U+FEFF.
    #[error("a byte-order mark before the text")]
    ByteOrderMark,
    /// An object has two members of one name, after escapes are resolved.
    #[error("duplicate member {name:?} {place}")]
    DuplicateMember {
        /// The name, decoded.
        name: String,
        /// Of the second one.
        place: Place,
    },
    /// A `\u` escape is half of a surrogate pair.
    #[error("lone surrogate escape {place}")]
    LoneSurrogate {
        /// Of the escape.
        place: Place,
    },
    /// A number that canonical spelling writes as an integer lies beyond ±(2^53 − 1).
    #[error("integer beyond ±{max} {place}", max = crate::INTEGER_MAX)]
    IntegerTooLarge {
        /// Of the number.
        place: Place,
    },
    /// A number is larger than any finite binary64.
    #[error("number is not finite {place}")]
    NotFinite {
        /// Of the number.
        place: Place,
    },
    /// Arrays and objects are nested too deeply.
    #[error("nested deeper than {depth_max} {place}")]
    TooDeep {
        /// The limit that was passed.
        depth_max: usize,
        /// Of the bracket that is too much.
        place: Place,
    },
    /// The text, or its canonical form, is too long.
    #[error("text is {bytes} bytes, the limit is {bytes_max}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit that was passed.
        bytes_max: usize,
    },
    /// The text is not JSON.
    #[error("expected {expected} {place}")]
    Syntax {
        /// What RFC 8259 allows there.
        expected: &'static str,
        /// Of the byte that is something else.
        place: Place,
    },
    /// Something follows the value.
    #[error("trailing bytes after the value, from byte {offset}")]
    Trailing {
        /// The first of them that is not white space.
        offset: usize,
    },
    /// Admissible as far as it was read, but not in canonical spelling.
    #[error("not canonical {place}")]
    NotCanonical {
        /// Of the token that canonical spelling would have otherwise.
        place: Place,
    },
}

/// Why one of our own types has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The type cannot be written as JSON.
    #[error("cannot be written as JSON: {0}")]
    Serialize(String),
    /// What it wrote is not admissible.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
}

/// What the walk found wrong, before anybody asked where; the path is only worked out for an error
/// that leaves the crate.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    pub(crate) kind: Kind,
}

/// The reasons that the walk can give.
#[derive(Debug)]
pub(crate) enum Kind {
    Duplicate(String),
    LoneSurrogate,
    IntegerTooLarge,
    NotFinite,
    TooDeep,
    Syntax(&'static str),
    Trailing,
    NotCanonical,
}

impl Kind {
    pub(crate) fn at(self, offset: usize) -> Fault {
        Fault { offset, kind: self }
    }
}

impl Fault {
    /// The text may be admissible in another spelling.
    pub(crate) fn is_spelling(&self) -> bool {
        matches!(self.kind, Kind::NotCanonical)
    }

    pub(crate) fn locate(self, text: &str, limits: &Limits) -> AdmissionError {
        let offset = self.offset;
        let mut place = Place {
            offset,
            path: place::path_at(text, offset),
        };
        match self.kind {
            Kind::Duplicate(name) => {
                place::push(&mut place.path, &name);
                AdmissionError::DuplicateMember { name, place }
            }
            Kind::LoneSurrogate => AdmissionError::LoneSurrogate { place },
            Kind::IntegerTooLarge => AdmissionError::IntegerTooLarge { place },
            Kind::NotFinite => AdmissionError::NotFinite { place },
            Kind::TooDeep => AdmissionError::TooDeep {
                depth_max: limits.depth_max,
                place,
            },
            Kind::Syntax(expected) => AdmissionError::Syntax { expected, place },
            Kind::Trailing => AdmissionError::Trailing { offset },
            Kind::NotCanonical => AdmissionError::NotCanonical { place },
        }
    }
}
