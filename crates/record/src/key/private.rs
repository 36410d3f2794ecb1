//! [`PrivateKey`]: a seed with its name and algorithm, and the file it is kept in.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
use zeroize::Zeroizing;

use super::vkey::message;
use super::{Algorithm, KeyError, SignatureType, Vkey};
use crate::base64;
use crate::cosignature::SigningTime;
use crate::name::{Host, KeyName, Role};
use crate::note::SignatureLine;

/// Bytes of a [`Seed`].
pub const SEED_BYTES: usize = 32;

const FILE_PREFIX: &str = "PRIVATE+CHANCERY+";

/// What a key pair is derived from, wiped when dropped and never shown.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; SEED_BYTES]>);

impl Seed {
    /// Takes 32 bytes from a cryptographic random number generator.
    #[must_use]
    pub fn new(bytes: [u8; SEED_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// A key that signs, for the role that its name says.
pub struct PrivateKey {
    seed: Seed,
    role: Role,
    host: Host,
    vkey: Vkey,
    signer: Signer,
}

enum Signer {
    Ed25519(Box<Ed25519KeyPair>),
    MlDsa44(Box<PqdsaKeyPair>),
}

impl PrivateKey {
    /// Derives the key of a role from a seed.
    ///
    /// # Errors
    /// [`KeyError::NoRole`] when the name is none of `docs/FORMATS.md` §3.
    pub fn from_seed(name: KeyName, algorithm: Algorithm, seed: Seed) -> Result<Self, KeyError> {
        let Some((host, role)) = name.role() else {
            return Err(KeyError::NoRole(name.as_str().to_owned()));
        };
        let (signer, public) = match algorithm {
            Algorithm::Ed25519 => {
                let pair = Ed25519KeyPair::from_seed_unchecked(seed.0.as_slice())
                    .map_err(|_| KeyError::Refused)?;
                let public = pair.public_key().as_ref().to_vec();
                (Signer::Ed25519(Box::new(pair)), public)
            }
            Algorithm::MlDsa44 => {
                let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, seed.0.as_slice())
                    .map_err(|_| KeyError::Refused)?;
                let public = pair.public_key().as_ref().to_vec();
                (Signer::MlDsa44(Box::new(pair)), public)
            }
        };
        let vkey = Vkey::new(name, SignatureType::of(role, algorithm), &public)?;
        Ok(Self {
            seed,
            role,
            host,
            vkey,
            signer,
        })
    }

    /// What the key is for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whose it is.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.vkey.kind().algorithm()
    }

    /// Its public half.
    #[must_use]
    pub fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// The one line of its file, with the line feed (`docs/FORMATS.md` §3).
    #[must_use]
    pub fn to_file(&self) -> Zeroizing<String> {
        let algorithm = self.algorithm().as_str();
        let seed = Zeroizing::new(base64::encode(self.seed.0.as_slice()));
        let name = self.vkey.name();
        Zeroizing::new(format!(
            "{FILE_PREFIX}{algorithm}+{name}+{}\n",
            seed.as_str()
        ))
    }

    /// Whether two keys come from one seed; takes the same time wherever they differ.
    pub(super) fn same_seed(&self, other: &Self) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(
            self.seed.0.as_slice(),
            other.seed.0.as_slice(),
        )
        .is_ok()
    }

    /// Signs a note text; `None` when the key signs checkpoints and the text is none.
    pub(super) fn sign(&self, text: &str, time: Option<SigningTime>) -> Option<SignatureLine> {
        let kind = self.vkey.kind();
        let time = time.map_or(0, SigningTime::get);
        let message = message(kind, self.vkey.name(), text, time)?;
        let mut blob = Vec::new();
        if kind.is_timed() {
            blob.extend_from_slice(&time.to_be_bytes());
        }
        match &self.signer {
            Signer::Ed25519(pair) => blob.extend_from_slice(pair.sign(&message).as_ref()),
            Signer::MlDsa44(pair) => {
                let mut signature = vec![0; Algorithm::MlDsa44.signature_bytes()];
                pair.sign(&message, &mut signature)
                    .expect("the buffer has the length of a signature, and memory suffices");
                blob.extend_from_slice(&signature);
            }
        }
        Some(SignatureLine::new(
            self.vkey.name().clone(),
            self.vkey.id(),
            blob,
        ))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?})", self.vkey)
    }
}

impl FromStr for PrivateKey {
    type Err = KeyError;

    /// Reads a private key file: one line, with or without its line feed.
    fn from_str(file: &str) -> Result<Self, KeyError> {
        let line = file.strip_suffix('\n').unwrap_or(file);
        let mut parts = line
            .strip_prefix(FILE_PREFIX)
            .ok_or(KeyError::Syntax)?
            .splitn(3, '+');
        let (Some(algorithm), Some(name), Some(seed)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyError::Syntax);
        };
        let algorithm = [Algorithm::Ed25519, Algorithm::MlDsa44]
            .into_iter()
            .find(|known| known.as_str() == algorithm)
            .ok_or_else(|| KeyError::UnknownAlgorithm(algorithm.to_owned()))?;
        let decoded = Zeroizing::new(base64::decode(seed).ok_or(KeyError::Syntax)?);
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        if decoded.len() != SEED_BYTES {
            return Err(KeyError::Syntax);
        }
        seed.copy_from_slice(&decoded);
        Self::from_seed(name.parse()?, algorithm, Seed(seed))
    }
}
