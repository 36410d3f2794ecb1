//! [`Canonical`]: bytes that went through the door.

use std::fmt;

/// A JSON text in RFC 8785 canonical form.
///
/// Only admission makes one, or [`Canonical::from_stored`] for bytes that were admitted before.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Canonical {
    /// UTF-8, always.
    text: String,
}

/// Stored bytes are not UTF-8, so they are not what was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored content is not UTF-8 at byte {offset}")]
pub struct NotUtf8 {
    /// The first byte that is not part of a UTF-8 sequence.
    pub offset: usize,
}

impl Canonical {
    /// Takes bytes back that an earlier admission made, from our own storage.
    ///
    /// Checks UTF-8 and nothing else; bytes that came from somebody else go through
    /// [`crate::admit_canonical`].
    ///
    /// # Errors
    /// [`NotUtf8`]: the storage returned something else than was put in.
    pub fn from_stored(bytes: Vec<u8>) -> Result<Self, NotUtf8> {
        String::from_utf8(bytes)
            .map(|text| Self { text })
            .map_err(|err| NotUtf8 {
                offset: err.utf8_error().valid_up_to(),
            })
    }

    /// What the grammar has walked; it was UTF-8 when it came in, and canonical spelling keeps it so.
    pub(crate) fn known(bytes: Vec<u8>) -> Self {
        let text = String::from_utf8(bytes).expect("the walked text and its rewriting are UTF-8");
        Self { text }
    }

    /// The canonical bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the bytes away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// Length in bytes; never 0, for an empty text is not JSON.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a JSON text is never empty")]
    pub fn len(&self) -> usize {
        self.text.len()
    }
}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Canonical({})", self.text)
    }
}

impl AsRef<[u8]> for Canonical {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}
