use bytes::Bytes;
use serde::Deserialize;

/// The text of one JSON object, exactly as it came: braces balance and its length and depth are within the
/// [`Limits`](super::Limits), nothing else is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawObject(Bytes);

impl RawObject {
    pub(super) fn new(text: Vec<u8>) -> Self {
        Self(text.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its bytes, without a copy.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Reads it as a `T`.
    ///
    /// # Errors
    /// Those of [`serde_json`], for a text that is no JSON among them.
    pub fn parse<'t, T: Deserialize<'t>>(&'t self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.0)
    }
}
