//! [`struct@Hash`], and the two numbers that must never be swapped: [`LeafIndex`] and [`TreeSize`].

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes of a [`struct@Hash`].
pub const HASH_BYTES: usize = 32;

/// The largest tree: 2^40 leaves (`docs/FORMATS.md` §10). RFC 6962 allows more; the store's
/// positions hold 40 bits.
pub const TREE_SIZE_MAX: u64 = 1 << 40;

/// A SHA-256 value. Prints as standard base64, as all C2SP texts do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

/// A text is not the base64 of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 44 characters of canonical base64")]
pub struct ParseHashError;

/// A number is beyond [`TREE_SIZE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is beyond the largest tree of {TREE_SIZE_MAX} leaves")]
pub struct SizeError(pub u64);

impl Hash {
    /// Takes the 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// SHA-256 of the bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::taken(&digest::digest(&digest::SHA256, bytes))
    }

    /// SHA-256 of the parts, one after the other.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            context.update(part);
        }
        Self::taken(&context.finish())
    }

    fn taken(digest: &digest::Digest) -> Self {
        Self(digest.as_ref().try_into().expect("SHA-256 gives 32 bytes"))
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// Lower-case hexadecimal, for paths.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads concatenated hashes, as a tile holds them; `None` if the length is no multiple of 32.
    #[must_use]
    pub fn split(bytes: &[u8]) -> Option<Vec<Self>> {
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        rest.is_empty()
            .then(|| hashes.iter().copied().map(Self).collect())
    }
}

impl From<[u8; HASH_BYTES]> for Hash {
    fn from(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        // The engine refuses line breaks, missing padding and stray bits.
        let mut bytes = [0; HASH_BYTES];
        match STANDARD.decode_slice(text, &mut bytes) {
            Ok(HASH_BYTES) => Ok(Self(bytes)),
            _ => Err(ParseHashError),
        }
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! bounded_number {
    ($(#[$doc:meta])* $name:ident, $max:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(try_from = "u64", into = "u64")]
        pub struct $name(u64);

        impl $name {
            /// The first one.
            pub const ZERO: Self = Self(0);

            /// Takes a number within the bound.
            ///
            /// # Errors
            /// [`SizeError`] beyond it.
            pub const fn new(number: u64) -> Result<Self, SizeError> {
                if number > $max { Err(SizeError(number)) } else { Ok(Self(number)) }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = SizeError;

            fn try_from(number: u64) -> Result<Self, SizeError> {
                Self::new(number)
            }
        }

        impl From<$name> for u64 {
            fn from(number: $name) -> u64 {
                number.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

bounded_number! {
    /// The zero-based position of a leaf; below [`TREE_SIZE_MAX`].
    LeafIndex, TREE_SIZE_MAX - 1
}

bounded_number! {
    /// The number of leaves in a tree; at most [`TREE_SIZE_MAX`].
    TreeSize, TREE_SIZE_MAX
}

impl LeafIndex {
    /// The size of the smallest tree that holds this leaf.
    #[must_use]
    pub const fn size_after(self) -> TreeSize {
        TreeSize(self.0 + 1)
    }
}

impl TreeSize {
    /// The size with `count` more leaves.
    ///
    /// # Errors
    /// [`SizeError`] beyond [`TREE_SIZE_MAX`].
    pub const fn grown(self, count: u64) -> Result<Self, SizeError> {
        Self::new(self.0.saturating_add(count))
    }

    /// The index that the next leaf would have.
    ///
    /// # Errors
    /// [`SizeError`] when the tree is full.
    pub const fn next_index(self) -> Result<LeafIndex, SizeError> {
        LeafIndex::new(self.0)
    }

    /// The index of the last leaf; `None` in the empty tree.
    #[must_use]
    pub const fn last_index(self) -> Option<LeafIndex> {
        match self.0.checked_sub(1) {
            Some(index) => Some(LeafIndex(index)),
            None => None,
        }
    }

    /// Whether a leaf of this index is in a tree of this size.
    #[must_use]
    pub const fn holds(self, index: LeafIndex) -> bool {
        index.0 < self.0
    }
}
