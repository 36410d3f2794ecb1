//! [`Vkey`]: a verifier key, printed as `<name>+<hex id>+<base64 of type and key>`.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, ML_DSA_44, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Algorithm, KeyError, SignatureType, strict};
use crate::base64;
use crate::checkpoint::Checkpoint;
use crate::cosignature::{self, TIME_MAX};
use crate::hash::Hash;
use crate::name::KeyName;

/// Names a key together with its [`KeyName`]; no strong hash, and not meant to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

/// A public key that signatures may be verified with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vkey {
    name: KeyName,
    id: KeyId,
    kind: SignatureType,
    key: Box<[u8]>,
}

/// A line of a known key does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The signature has a wrong length.
    #[error("a signature of {found} bytes, it must have {expected}")]
    Length {
        /// How many bytes there are, the time included.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// The time is 0 or beyond 2^63 − 1.
    #[error("signed at {0}, which is no time")]
    Time(u64),
    /// The type signs checkpoints, and the note is none.
    #[error("the type of the signature is for checkpoints, and the note is none")]
    NotACheckpoint,
    /// The R of an Ed25519 signature has small order or a second spelling.
    #[error("an Ed25519 signature with a weak point")]
    WeakPoint,
    /// The signature is not one by this key over this text.
    #[error("the signature does not verify")]
    Forged,
}

impl KeyId {
    /// Takes the 4 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The 4 bytes, big-endian.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl Vkey {
    /// Takes a public key.
    ///
    /// # Errors
    /// [`KeyError::Length`]; for Ed25519 [`KeyError::SmallOrder`] and [`KeyError::NotCanonical`].
    pub fn new(name: KeyName, kind: SignatureType, key: &[u8]) -> Result<Self, KeyError> {
        let algorithm = kind.algorithm();
        let expected = algorithm.public_key_bytes();
        if key.len() != expected {
            return Err(KeyError::Length {
                algorithm,
                found: key.len(),
                expected,
            });
        }
        if let (Algorithm::Ed25519, Ok(key)) = (algorithm, key.try_into()) {
            strict::check(key)?;
        }
        // signed-note: key ID = SHA-256(key name || 0x0A || signature type || public key)[:4]
        let hash = Hash::of_parts(&[name.as_str().as_bytes(), b"\n", kind.prefix(), key]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        Ok(Self {
            name,
            id: KeyId([a, b, c, d]),
            kind,
            key: key.into(),
        })
    }

    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What its signatures cover.
    #[must_use]
    pub fn kind(&self) -> SignatureType {
        self.kind
    }

    /// The bytes of the public key, without the type.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.key
    }

    /// Verifies what stands behind the key id in a signature line. Gives the time it states, in POSIX
    /// seconds, for the types that state one.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, text: &str, signature: &[u8]) -> Result<Option<u64>, BadSignature> {
        let algorithm = self.kind.algorithm();
        let time_bytes = if self.kind.is_timed() {
            size_of::<u64>()
        } else {
            0
        };
        let expected = time_bytes + algorithm.signature_bytes();
        if signature.len() != expected {
            return Err(BadSignature::Length {
                found: signature.len(),
                expected,
            });
        }
        let (time, signature) = signature.split_at(time_bytes);
        let time = time.try_into().ok().map(u64::from_be_bytes);
        if let Some(time) = time.filter(|time| !(1..=TIME_MAX).contains(time)) {
            return Err(BadSignature::Time(time));
        }
        let message = message(self.kind, &self.name, text, time.unwrap_or(0))
            .ok_or(BadSignature::NotACheckpoint)?;
        let verified = match algorithm {
            Algorithm::Ed25519 => {
                // The library compares R byte by byte, so a second spelling never fits; small order
                // it would let through. It refuses S from the group order upwards.
                if let Some(r) = signature.first_chunk() {
                    strict::check(r).map_err(|_| BadSignature::WeakPoint)?;
                }
                UnparsedPublicKey::new(&ED25519, &self.key).verify(&message, signature)
            }
            Algorithm::MlDsa44 => {
                UnparsedPublicKey::new(&ML_DSA_44, &self.key).verify(&message, signature)
            }
        };
        verified.map(|()| time).map_err(|_| BadSignature::Forged)
    }
}

/// The bytes that a key of this type and name signs for a note text; `None` when the type is for
/// checkpoints and the text is none.
pub(super) fn message(
    kind: SignatureType,
    name: &KeyName,
    text: &str,
    time: u64,
) -> Option<Vec<u8>> {
    match kind {
        SignatureType::Ed25519 => Some(text.as_bytes().to_vec()),
        SignatureType::Ed25519Cosignature => {
            // It would sign any text; a cosignature is one of a checkpoint.
            Checkpoint::parse(text).ok()?;
            Some(cosignature::cosignature_v1(text, time))
        }
        SignatureType::MlDsa44Cosignature => {
            let checkpoint = Checkpoint::parse(text).ok()?;
            Some(cosignature::checkpoint_v1(name, &checkpoint, time))
        }
        SignatureType::MlDsa44Note => Some([b"chancery/note/v1\0", text.as_bytes()].concat()),
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = [self.kind.prefix(), &self.key].concat();
        write!(f, "{}+{}+{}", self.name, self.id, base64::encode(&material))
    }
}

impl fmt::Debug for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vkey({}+{} {:?})", self.name, self.id, self.kind)
    }
}

impl FromStr for Vkey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // The name has no plus sign; the base64 may.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(material)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyError::Syntax);
        };
        let lower_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if id.len() != 8 || !id.bytes().all(lower_hex) {
            return Err(KeyError::Syntax);
        }
        let found = u32::from_str_radix(id, 16).map_err(|_| KeyError::Syntax)?;
        let found = KeyId(found.to_be_bytes());
        let material = base64::decode(material).ok_or(KeyError::Syntax)?;
        let (kind, key) = SignatureType::split(&material)?;
        let vkey = Self::new(name.parse()?, kind, key)?;
        if vkey.id != found {
            return Err(KeyError::Id {
                found,
                expected: vkey.id,
            });
        }
        Ok(vkey)
    }
}

impl Serialize for Vkey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Vkey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
