//! The private keys of a node: made once, kept one a file, loaded together and refused if one key has two roles.

use record::{
    key::{
        Algorithm, KeyError, KeyPair, Keyring, LogSigner, PartySigner, PrivateKey, ReceiptSigner,
        Seed, WitnessSigner,
    },
    name::{Host, KeyName, Origin},
};

use crate::{
    clock::Random,
    home::{Home, HomeError},
    tls::{TlsError, TlsIdentity},
};

/// What can be wrong with a node's keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// A key that cannot be read, is incomplete, or stands in two places.
    #[error("{file}: {source}")]
    Key {
        /// The file's name, or what the keys are together.
        file: String,
        /// Why.
        source: KeyError,
    },
    /// The TLS identity.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl KeysError {
    fn key(file: &str) -> impl FnOnce(KeyError) -> Self + '_ {
        move |source| Self::Key {
            file: file.to_owned(),
            source,
        }
    }
}

/// Everything this node signs with, but for its logs.
#[derive(Debug)]
pub struct Keys {
    /// Signs cards, declarations and acceptances.
    pub party: PartySigner,
    /// Countersigns what the others' logs hold here.
    pub receipt: ReceiptSigner,
    /// Cosigns as an ordinary C2SP witness.
    pub witness: WitnessSigner,
    /// Both ends of TLS.
    pub tls: TlsIdentity,
}

const TLS_CERTIFICATE: &str = "tls.crt";
const TLS_KEY: &str = "tls";
const PARTY: &str = "party";
const RECEIPT: &str = "receipt";
const WITNESS: &str = "witness";

impl Keys {
    /// Makes every key of a new node and writes it.
    ///
    /// # Errors
    /// [`KeysError::Home`] when a file is there already, among others.
    pub fn create(home: &Home, host: &Host, random: &dyn Random) -> Result<Self, KeysError> {
        for (stem, name) in [
            (PARTY, host.party_key()),
            (RECEIPT, host.receipt_key()),
            (WITNESS, host.witness_key()),
        ] {
            create_pair(home, stem, &name, random)?;
        }
        let (certificate, key) = TlsIdentity::generate(host.as_str())?;
        home.write_key(TLS_KEY, &key)?;
        home.write(&home.keys().join(TLS_CERTIFICATE), certificate.as_bytes())?;
        Self::load(home)
    }

    /// Loads the keys of a node, those of its logs included, to see that no key stands in two places.
    ///
    /// # Errors
    /// [`KeysError::Key`]; [`HomeError::Mode`] when others on the machine can read one.
    pub fn load(home: &Home) -> Result<Self, KeysError> {
        let mut keys = Vec::new();
        for stem in home.key_stems()?.iter().filter(|stem| *stem != TLS_KEY) {
            keys.push(read_key(home, stem)?);
        }
        Keyring::load(keys).map_err(KeysError::key("the keys"))?;
        let certificate = home.read(&home.keys().join(TLS_CERTIFICATE))?;
        let signer = |stem| KeysError::key(stem);
        Ok(Self {
            party: PartySigner::new(read_pair(home, PARTY)?).map_err(signer(PARTY))?,
            receipt: ReceiptSigner::new(read_pair(home, RECEIPT)?).map_err(signer(RECEIPT))?,
            witness: WitnessSigner::new(read_pair(home, WITNESS)?).map_err(signer(WITNESS))?,
            tls: TlsIdentity::from_pem(&certificate, &home.read_key(TLS_KEY)?)?,
        })
    }
}

/// Makes the keys of a new log and writes them before anything is signed with them.
///
/// # Errors
/// [`KeysError::Home`].
pub fn create_log(home: &Home, host: &Host, random: &dyn Random) -> Result<LogSigner, KeysError> {
    let origin = Origin::new(host, random.bytes());
    create_pair(home, &log_stem(&origin), origin.key_name(), random)?;
    read_log(home, &origin)
}

/// Loads the keys of one log.
///
/// # Errors
/// [`KeysError::Home`] when they are not there: a node restored from a backup has none.
pub fn read_log(home: &Home, origin: &Origin) -> Result<LogSigner, KeysError> {
    let stem = log_stem(origin);
    LogSigner::new(read_pair(home, &stem)?).map_err(KeysError::key(&stem))
}

/// Whether the keys of a log are here.
pub fn has_log(home: &Home, origin: &Origin) -> bool {
    let file = format!("{}.key", file_stem(&log_stem(origin), Algorithm::Ed25519));
    home.keys().join(file).exists()
}

/// `log.` and the sixteen digits of the origin.
fn log_stem(origin: &Origin) -> String {
    let digits = origin.as_str().rsplit('/').next().unwrap_or_default();
    format!("log.{digits}")
}

fn file_stem(stem: &str, algorithm: Algorithm) -> String {
    format!("{stem}.{}", algorithm.as_str())
}

fn create_pair(
    home: &Home,
    stem: &str,
    name: &KeyName,
    random: &dyn Random,
) -> Result<(), KeysError> {
    for algorithm in [Algorithm::Ed25519, Algorithm::MlDsa44] {
        let seed = Seed::new(random.bytes());
        let key =
            PrivateKey::from_seed(name.clone(), algorithm, seed).map_err(KeysError::key(stem))?;
        home.write_key(&file_stem(stem, algorithm), &key.to_file())?;
    }
    Ok(())
}

fn read_pair(home: &Home, stem: &str) -> Result<KeyPair, KeysError> {
    let ed25519 = read_key(home, &file_stem(stem, Algorithm::Ed25519))?;
    let ml_dsa_44 = read_key(home, &file_stem(stem, Algorithm::MlDsa44))?;
    KeyPair::new(ed25519, ml_dsa_44).map_err(KeysError::key(stem))
}

fn read_key(home: &Home, file: &str) -> Result<PrivateKey, KeysError> {
    home.read_key(file)?.parse().map_err(KeysError::key(file))
}
