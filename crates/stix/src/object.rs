//! A STIX object: the canonical bytes it arrived as, beside a thin typed view of them.
//!
//! The bytes are what is hashed, stored and sent; nothing in here ever writes them anew. The view
//! holds what every reader asks first: identity, version, creator, markings. It makes no
//! judgement beyond that: an object that breaks a rule of its type is still an object, and
//! the checker says what is wrong with it.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::tree::{Arena, SyntaxError};

mod view;

pub(crate) use view::spec_version_of;
pub use view::{View, ViewError};

/// The version of the STIX specification an object is written in (STIX 2.1 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// STIX 2.0: a domain object without `spec_version`.
    V20,
    /// STIX 2.1.
    V21,
}

impl SpecVersion {
    /// As it is written in `spec_version`: `2.0` or `2.1`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V20 => "2.0",
            Self::V21 => "2.1",
        }
    }
}

/// A STIX object, whole.
#[derive(Debug, Clone)]
pub struct Object {
    bytes: Vec<u8>,
    view: View,
}

/// Why bytes could not be taken as a STIX object.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ObjectError {
    /// The bytes are not admissible JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The text was not admitted.
    #[error(transparent)]
    Admission(#[from] json::AdmissionError),
    /// The JSON is not an object with the properties that make it a STIX object.
    #[error(transparent)]
    View(#[from] ViewError),
}

impl Object {
    /// Takes an object from a text as it was received: admission makes it canonical, once.
    ///
    /// ```
    /// let object = stix::Object::admit(br#"{ "value": "198.51.100.3", "type": "ipv4-addr",
    ///     "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" }"#)?;
    /// assert!(object.bytes().starts_with(br#"{"id":"ipv4-addr--28bb3599"#));
    /// # Ok::<(), stix::ObjectError>(())
    /// ```
    ///
    /// # Errors
    /// [`ObjectError::Admission`] if the text is not admissible, else as
    /// [`from_canonical`](Self::from_canonical).
    pub fn admit(text: &[u8]) -> Result<Self, ObjectError> {
        Self::from_canonical(json::admit(text, &json::Limits::default())?.into_bytes())
    }

    /// Takes an object from its canonical bytes (RFC 8785), which are kept as they are.
    ///
    /// That they are canonical is the caller's word; they come from admission, which made them.
    ///
    /// # Errors
    /// [`ObjectError`] if the bytes are not a JSON object with a type, an identifier that begins
    /// with it, and common properties of the right form.
    pub fn from_canonical(bytes: Vec<u8>) -> Result<Self, ObjectError> {
        Self::from_canonical_in(&mut Arena::default(), bytes)
    }

    /// [`from_canonical`](Self::from_canonical) with buffers to reuse, for those who take many.
    ///
    /// # Errors
    /// As [`from_canonical`](Self::from_canonical).
    pub fn from_canonical_in(arena: &mut Arena, bytes: Vec<u8>) -> Result<Self, ObjectError> {
        let tree = arena.parse(&bytes)?;
        let view = View::of(tree.root())?;
        Ok(Self { bytes, view })
    }

    /// Joins bytes with the view that was read from them.
    pub(crate) fn from_parts(bytes: Vec<u8>, view: View) -> Self {
        Self { bytes, view }
    }

    /// The canonical bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("what was parsed is UTF-8")
    }

    /// The canonical bytes, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The object as a value to look into, for what the view does not have.
    ///
    /// [`Graph`](crate::graph::Graph), [`similarity`](crate::equivalence::similarity) and
    /// [`Observed`](crate::pattern::Observed) read such values too.
    ///
    /// ```
    /// let object: stix::Object = r#"{"type":"mutex","name":"__CLEANSWEEP__",
    ///     "id":"mutex--84f64f3e-9bd8-5b2c-8b3c-7d0a4d5a3e5c"}"#.parse()?;
    /// assert_eq!(object.to_json()["name"], "__CLEANSWEEP__");
    /// # Ok::<(), stix::ObjectError>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).expect("what was parsed is JSON")
    }

    /// The typed view.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }
}

/// Takes an object from a text, as [`Object::admit`].
impl FromStr for Object {
    type Err = ObjectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::admit(text.as_bytes())
    }
}

/// Takes an object out of a larger JSON text, as [`Object::admit`]; only `serde_json` can give it.
impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::admit(raw.get().as_bytes()).map_err(serde::de::Error::custom)
    }
}

/// Prints the canonical text.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Two objects are equal when they say the same: their canonical bytes are.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Object {}

/// Serialises as the JSON object that it is, every byte of it.
impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.as_str()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl std::ops::Deref for Object {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

#[cfg(test)]
mod tests;
