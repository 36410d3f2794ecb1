//! Both keys of one role, the four kinds of signer, and the keyring that a node loads.

use std::collections::BTreeMap;

use super::{Algorithm, KeyError, PrivateKey, Seed, Vkey};
use crate::checkpoint::Checkpoint;
use crate::cosignature::SigningTime;
use crate::name::{Host, KeyName, Origin, Role};
use crate::note::{NoteError, SignatureLine, SignedNote};

/// The Ed25519 and the ML-DSA-44 key of one name.
#[derive(Debug)]
pub struct KeyPair {
    ed25519: PrivateKey,
    ml_dsa_44: PrivateKey,
}

impl KeyPair {
    /// Joins two keys of one name.
    ///
    /// # Errors
    /// [`KeyError::WrongAlgorithm`], [`KeyError::TwoNames`], or [`KeyError::UsedTwice`] when both come
    /// from one seed.
    pub fn new(ed25519: PrivateKey, ml_dsa_44: PrivateKey) -> Result<Self, KeyError> {
        for (key, expected) in [
            (&ed25519, Algorithm::Ed25519),
            (&ml_dsa_44, Algorithm::MlDsa44),
        ] {
            if key.algorithm() != expected {
                return Err(KeyError::WrongAlgorithm {
                    algorithm: key.algorithm(),
                });
            }
        }
        let names = [&ed25519, &ml_dsa_44].map(|key| key.vkey().name());
        if names[0] != names[1] {
            let [a, b] = names.map(|name| name.as_str().to_owned());
            return Err(KeyError::TwoNames(a, b));
        }
        if ed25519.same_seed(&ml_dsa_44) {
            let name = names[0].as_str().to_owned();
            return Err(KeyError::UsedTwice(name.clone(), name));
        }
        Ok(Self { ed25519, ml_dsa_44 })
    }

    /// Makes both keys of a name; the role is the one that the name says.
    ///
    /// # Errors
    /// [`KeyError::NoRole`] for a name of no role, [`KeyError::UsedTwice`] when the seeds are the same.
    pub fn from_seeds(name: &KeyName, ed25519: Seed, ml_dsa_44: Seed) -> Result<Self, KeyError> {
        Self::new(
            PrivateKey::from_seed(name.clone(), Algorithm::Ed25519, ed25519)?,
            PrivateKey::from_seed(name.clone(), Algorithm::MlDsa44, ml_dsa_44)?,
        )
    }

    /// The name of both keys.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        self.ed25519.vkey().name()
    }

    /// What both keys are for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.ed25519.role()
    }

    /// Whose they are.
    #[must_use]
    pub fn host(&self) -> &Host {
        self.ed25519.host()
    }

    /// Both public halves, Ed25519 first.
    #[must_use]
    pub fn vkeys(&self) -> [Vkey; 2] {
        [self.ed25519.vkey().clone(), self.ml_dsa_44.vkey().clone()]
    }

    /// Both keys, Ed25519 first, to write their files.
    #[must_use]
    pub fn keys(&self) -> [&PrivateKey; 2] {
        [&self.ed25519, &self.ml_dsa_44]
    }

    fn with_role(self, expected: Role) -> Result<Self, KeyError> {
        if self.role() == expected {
            Ok(self)
        } else {
            Err(KeyError::Role {
                name: self.name().as_str().to_owned(),
                expected,
            })
        }
    }

    fn lines(&self, text: &str, time: Option<SigningTime>) -> Option<[SignatureLine; 2]> {
        Some([
            self.ed25519.sign(text, time)?,
            self.ml_dsa_44.sign(text, time)?,
        ])
    }

    fn checkpoint_lines(&self, checkpoint: &Checkpoint, time: SigningTime) -> [SignatureLine; 2] {
        self.lines(&checkpoint.to_text(), Some(time))
            .expect("a checkpoint prints as one")
    }
}

macro_rules! signer {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(KeyPair);

        impl $name {
            /// Takes the keys of this role.
            ///
            /// # Errors
            /// [`KeyError::Role`] when they are for another one.
            pub fn new(pair: KeyPair) -> Result<Self, KeyError> {
                pair.with_role($role).map(Self)
            }

            /// Both keys.
            #[must_use]
            pub fn keys(&self) -> &KeyPair {
                &self.0
            }

            /// Both public halves, Ed25519 first.
            #[must_use]
            pub fn vkeys(&self) -> [Vkey; 2] {
                self.0.vkeys()
            }

            /// Whose it is.
            #[must_use]
            pub fn host(&self) -> &Host {
                self.0.host()
            }
        }
    };
}

signer! {
    /// Signs the checkpoints of one log.
    LogSigner, Role::Log
}

signer! {
    /// Countersigns checkpoints: "this node durably holds everything up to here".
    ReceiptSigner, Role::Receipt
}

signer! {
    /// Countersigns checkpoints: "this is consistent with all I have seen of that log".
    WitnessSigner, Role::Witness
}

signer! {
    /// Signs what the party says of itself: cards, declarations, acceptances.
    PartySigner, Role::Party
}

impl LogSigner {
    /// The log whose checkpoints it signs.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::try_from(self.0.name()).expect("the name of a log key is an origin")
    }

    /// Signs a checkpoint of this log with both keys.
    ///
    /// # Errors
    /// [`KeyError::Role`] when the checkpoint is of another log.
    pub fn sign(&self, checkpoint: &Checkpoint, time: SigningTime) -> Result<SignedNote, KeyError> {
        if checkpoint.origin() != self.0.name() {
            let name = self.0.name().as_str().to_owned();
            return Err(KeyError::Role {
                name,
                expected: Role::Log,
            });
        }
        let lines = self.0.checkpoint_lines(checkpoint, time);
        Ok(SignedNote::new(checkpoint.to_text(), lines.to_vec())
            .expect("a checkpoint with two lines is a note"))
    }
}

impl ReceiptSigner {
    /// The two receipt lines for a checkpoint. That everything below it is durable is for the caller
    /// to know ([`crate::receipt`]).
    #[must_use]
    pub fn lines(&self, checkpoint: &Checkpoint, time: SigningTime) -> [SignatureLine; 2] {
        self.0.checkpoint_lines(checkpoint, time)
    }
}

impl WitnessSigner {
    /// The two witness lines for a checkpoint.
    #[must_use]
    pub fn lines(&self, checkpoint: &Checkpoint, time: SigningTime) -> [SignatureLine; 2] {
        self.0.checkpoint_lines(checkpoint, time)
    }
}

impl PartySigner {
    /// Signs a note text with both keys.
    ///
    /// # Errors
    /// As [`SignedNote::new`].
    pub fn sign(&self, text: String) -> Result<SignedNote, NoteError> {
        let lines = self.0.lines(&text, None).expect("party keys sign any text");
        SignedNote::new(text, lines.to_vec())
    }
}

/// All private keys of a node, each used for one thing only.
#[derive(Debug)]
pub struct Keyring {
    /// The logs it can write, by origin.
    logs: BTreeMap<Origin, LogSigner>,
    receipt: Option<ReceiptSigner>,
    witness: Option<WitnessSigner>,
    party: Option<PartySigner>,
}

impl Keyring {
    /// Sorts keys by name and joins them in pairs.
    ///
    /// # Errors
    /// [`KeyError::UsedTwice`] when two keys come from one seed, whatever they are for;
    /// [`KeyError::Incomplete`] when a name has not one key of each algorithm;
    /// [`KeyError::TwoNames`] when two parties' keys are mixed.
    pub fn load(keys: Vec<PrivateKey>) -> Result<Self, KeyError> {
        for (at, a) in keys.iter().enumerate() {
            if let Some(b) = keys[..at].iter().find(|b| a.same_seed(b)) {
                let [b, a] = [b, a].map(|key| key.vkey().name().as_str().to_owned());
                return Err(KeyError::UsedTwice(b, a));
            }
            if a.host() != keys[0].host() {
                let [a, b] = [&keys[0], a].map(|key| key.vkey().name().as_str().to_owned());
                return Err(KeyError::TwoNames(a, b));
            }
        }
        let mut names: BTreeMap<KeyName, [Vec<PrivateKey>; 2]> = BTreeMap::new();
        for key in keys {
            let slot = match key.algorithm() {
                Algorithm::Ed25519 => 0,
                Algorithm::MlDsa44 => 1,
            };
            names.entry(key.vkey().name().clone()).or_default()[slot].push(key);
        }
        let mut ring = Self {
            logs: BTreeMap::new(),
            receipt: None,
            witness: None,
            party: None,
        };
        for (name, [ed25519, ml_dsa_44]) in names {
            let pair = KeyPair::new(
                only(&name, Algorithm::Ed25519, ed25519)?,
                only(&name, Algorithm::MlDsa44, ml_dsa_44)?,
            )?;
            match pair.role() {
                Role::Log => {
                    let signer = LogSigner::new(pair)?;
                    ring.logs.insert(signer.origin(), signer);
                }
                // One host, so one name for each of these.
                Role::Receipt => ring.receipt = Some(ReceiptSigner::new(pair)?),
                Role::Witness => ring.witness = Some(WitnessSigner::new(pair)?),
                Role::Party => ring.party = Some(PartySigner::new(pair)?),
            }
        }
        Ok(ring)
    }

    /// The signer of one log.
    #[must_use]
    pub fn log(&self, origin: &Origin) -> Option<&LogSigner> {
        self.logs.get(origin)
    }

    /// The signers of all logs.
    pub fn logs(&self) -> impl Iterator<Item = &LogSigner> {
        self.logs.values()
    }

    /// The receipt signer.
    #[must_use]
    pub fn receipt(&self) -> Option<&ReceiptSigner> {
        self.receipt.as_ref()
    }

    /// The witness signer.
    #[must_use]
    pub fn witness(&self) -> Option<&WitnessSigner> {
        self.witness.as_ref()
    }

    /// The party signer.
    #[must_use]
    pub fn party(&self) -> Option<&PartySigner> {
        self.party.as_ref()
    }
}

fn only(
    name: &KeyName,
    algorithm: Algorithm,
    mut keys: Vec<PrivateKey>,
) -> Result<PrivateKey, KeyError> {
    match (keys.len(), keys.pop()) {
        (1, Some(key)) => Ok(key),
        (found, _) => Err(KeyError::Incomplete {
            name: name.as_str().to_owned(),
            algorithm,
            found,
        }),
    }
}
