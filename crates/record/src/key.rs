//! Keys: verifier keys, private keys, and the pair of both algorithms that one role has.
//!
//! A [`Vkey`] is a key that may be trusted to verify: its id is right, its length is right, and an
//! Ed25519 key of small order or in a second spelling never becomes one. Every note signature is made
//! and checked here, by type ([c2sp.org/signed-note](https://c2sp.org/signed-note),
//! [c2sp.org/tlog-cosignature](https://c2sp.org/tlog-cosignature), `docs/FORMATS.md` §3).

mod pair;
mod private;
mod strict;
mod vkey;

pub use pair::{KeyPair, Keyring, LogSigner, PartySigner, ReceiptSigner, WitnessSigner};
pub use private::{PrivateKey, SEED_BYTES, Seed};
pub use vkey::{BadSignature, KeyId, Vkey};

use crate::name::{NameError, Role};

/// A signature algorithm. Both start from a 32-byte seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// RFC 8032.
    Ed25519,
    /// FIPS 204, pure, with an empty context.
    MlDsa44,
}

/// What a signature line covers, told by the type byte of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureType {
    /// 0x01: Ed25519 over the note text.
    Ed25519,
    /// 0x04: Ed25519 over a time and the note text.
    Ed25519Cosignature,
    /// 0x06: ML-DSA-44 over the cosigner's name, a time and the checkpoint.
    MlDsa44Cosignature,
    /// 0xff, `chancery/ml-dsa-44/v1` (ours): ML-DSA-44 over the note text.
    MlDsa44Note,
}

/// The identifier behind the type byte 0xff.
const MLDSA44_NOTE_ID: &[u8] = b"chancery/ml-dsa-44/v1";

impl Algorithm {
    /// Its name in a private key file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::MlDsa44 => "ml-dsa-44",
        }
    }

    /// Bytes of a public key: 32 or 1,312.
    #[must_use]
    pub const fn public_key_bytes(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            Self::MlDsa44 => 1312,
        }
    }

    /// Bytes of a signature: 64 or 2,420.
    #[must_use]
    pub const fn signature_bytes(self) -> usize {
        match self {
            Self::Ed25519 => 64,
            Self::MlDsa44 => 2420,
        }
    }
}

impl SignatureType {
    /// What a key of this role and algorithm signs (`docs/FORMATS.md` §3).
    #[must_use]
    pub const fn of(role: Role, algorithm: Algorithm) -> Self {
        match (role, algorithm) {
            (Role::Log | Role::Party, Algorithm::Ed25519) => Self::Ed25519,
            (Role::Receipt | Role::Witness, Algorithm::Ed25519) => Self::Ed25519Cosignature,
            (Role::Log | Role::Receipt | Role::Witness, Algorithm::MlDsa44) => {
                Self::MlDsa44Cosignature
            }
            (Role::Party, Algorithm::MlDsa44) => Self::MlDsa44Note,
        }
    }

    /// The algorithm behind it.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Ed25519 | Self::Ed25519Cosignature => Algorithm::Ed25519,
            Self::MlDsa44Cosignature | Self::MlDsa44Note => Algorithm::MlDsa44,
        }
    }

    /// Whether a signature of this type begins with the time it was made.
    #[must_use]
    pub const fn is_timed(self) -> bool {
        matches!(self, Self::Ed25519Cosignature | Self::MlDsa44Cosignature)
    }

    /// The type byte, with the identifier that follows 0xff.
    const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Ed25519 => &[0x01],
            Self::Ed25519Cosignature => &[0x04],
            Self::MlDsa44Cosignature => &[0x06],
            Self::MlDsa44Note => b"\xffchancery/ml-dsa-44/v1",
        }
    }

    /// Takes the type off the front of a vkey's key material.
    fn split(material: &[u8]) -> Result<(Self, &[u8]), KeyError> {
        match material {
            [0x01, key @ ..] => Ok((Self::Ed25519, key)),
            [0x04, key @ ..] => Ok((Self::Ed25519Cosignature, key)),
            [0x06, key @ ..] => Ok((Self::MlDsa44Cosignature, key)),
            [0xff, key @ ..] => match key.strip_prefix(MLDSA44_NOTE_ID) {
                Some(key) => Ok((Self::MlDsa44Note, key)),
                None => Err(KeyError::UnknownType(0xff)),
            },
            [other, ..] => Err(KeyError::UnknownType(*other)),
            [] => Err(KeyError::Syntax),
        }
    }
}

/// Why something is not a key, or not one for this place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Its name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The text is not in the form of a key.
    #[error("not a key: the parts are not where they should be")]
    Syntax,
    /// The id in a vkey is not the one that its key has.
    #[error("key id {found} does not belong to this key, which has {expected}")]
    Id {
        /// As written.
        found: KeyId,
        /// As computed.
        expected: KeyId,
    },
    /// The type byte is none that we verify.
    #[error("signature type 0x{0:02x} is not supported")]
    UnknownType(u8),
    /// The algorithm of a private key is none of ours.
    #[error("algorithm {0:?} is not supported")]
    UnknownAlgorithm(String),
    /// The public key has a wrong length.
    #[error("a public key of {found} bytes, {algorithm:?} has {expected}")]
    Length {
        /// Which algorithm.
        algorithm: Algorithm,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// An Ed25519 key of small order verifies signatures that nobody made.
    #[error("an Ed25519 key of small order")]
    SmallOrder,
    /// An Ed25519 key in another spelling than RFC 8032 prescribes.
    #[error("an Ed25519 key that is not canonically encoded")]
    NotCanonical,
    /// The library refuses the key.
    #[error("the key is refused by the cryptographic library")]
    Refused,
    /// The key is for something else.
    #[error("key {name} is not a {expected} key")]
    Role {
        /// The name of the key.
        name: String,
        /// What was needed.
        expected: Role,
    },
    /// The name belongs to no role.
    #[error("key {0} belongs to no role")]
    NoRole(String),
    /// A pair needs one key of each algorithm.
    #[error("a {algorithm:?} key stands where the other algorithm belongs")]
    WrongAlgorithm {
        /// Which one stands there.
        algorithm: Algorithm,
    },
    /// The two keys of a pair have two names.
    #[error("one pair, two names: {0} and {1}")]
    TwoNames(String, String),
    /// One seed, or one public key, is used for two keys.
    #[error("one key is used twice, for {0} and for {1}")]
    UsedTwice(String, String),
    /// A name has a key of one algorithm only, or two of one.
    #[error("{name} has {found} {algorithm:?} keys, it needs one")]
    Incomplete {
        /// The name of the keys.
        name: String,
        /// Which algorithm.
        algorithm: Algorithm,
        /// How many there are.
        found: usize,
    },
}
