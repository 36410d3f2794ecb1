//! The operator's own certificate: TLS for tools and people, whose clients go by certificate authorities and names.
//! It is read again when its files change, so a renewed certificate needs no restart.

use std::{
    fmt, fs, io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use jiff::Timestamp;
use rustls::{
    DigitallySignedStruct, DistinguishedName, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{WebPkiSupportedAlgorithms, aws_lc_rs},
    server::{
        ClientHello, ResolvesServerCert,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _};

use crate::tls::Pin;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No certificate in the file.
    #[error("{path} is no PEM file with a certificate: {why}")]
    Certificate {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// No private key in the file.
    #[error("{path} is no PEM file with a private key: {why}")]
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Everybody on the machine can read the key.
    #[error(
        "{path} has mode {mode:o}; everybody on this machine can read the private key: chmod o= {path}"
    )]
    Mode {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The two do not belong together.
    #[error("the key in {key} does not belong to the certificate in {cert}")]
    Pair {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// rustls refuses it.
    #[error("TLS cannot be configured: {0}")]
    Config(#[from] rustls::Error),
}

/// The certificate and key of the listener for tools and people, as they are in their files.
pub struct OwnCertificate {
    cert: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<Loaded>>,
    seen: Mutex<Option<Stamp>>,
}

struct Loaded {
    certified: Arc<CertifiedKey>,
    not_after: Timestamp,
    not_before: Timestamp,
}

/// What changes when a file is replaced: inode, length, time of the last change.
type Stamp = [(u64, u64, i64, i64); 2];

impl OwnCertificate {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn load(cert: &Path, key: &Path) -> Result<Self, CertificateError> {
        let stamp = stamp(cert, key).ok();
        Ok(Self {
            cert: cert.to_owned(),
            key: key.to_owned(),
            current: RwLock::new(Arc::new(Loaded::read(cert, key)?)),
            seen: Mutex::new(stamp),
        })
    }

    /// Reads both again. Whoever is connected stays so; new connections get the new one.
    ///
    /// # Errors
    /// [`CertificateError`]; the one that was there stays in use.
    pub fn reload(&self) -> Result<(), CertificateError> {
        // Taken first: what is written while we read is seen as a change the next time.
        let stamp = stamp(&self.cert, &self.key).ok();
        let loaded = Loaded::read(&self.cert, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
        Ok(())
    }

    /// Whether the files are others than those that were read last.
    pub fn is_changed(&self) -> bool {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        stamp(&self.cert, &self.key).is_ok_and(|now| seen != Some(now))
    }

    /// From when to when the certificate may be used.
    pub fn validity(&self) -> (Timestamp, Timestamp) {
        let loaded = self.loaded();
        (loaded.not_before, loaded.not_after)
    }

    fn loaded(&self) -> Arc<Loaded> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How TLS is spoken with it: 1.3, and 1.2 if `tls12`; clients are asked for a certificate if `asks`.
    ///
    /// # Errors
    /// [`CertificateError::Config`].
    pub fn server_config(
        self: Arc<Self>,
        tls12: bool,
        asks: bool,
    ) -> Result<rustls::ServerConfig, CertificateError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let algorithms = provider.signature_verification_algorithms;
        let versions: &[_] = match tls12 {
            true => &[&rustls::version::TLS13, &rustls::version::TLS12],
            false => &[&rustls::version::TLS13],
        };
        let builder = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)?;
        let builder = match asks {
            true => builder.with_client_cert_verifier(Arc::new(AnyKey { algorithms })),
            false => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(self);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl Loaded {
    fn read(cert: &Path, key: &Path) -> Result<Self, CertificateError> {
        let chain = read_chain(cert)?;
        let private = read_key(key)?;
        let unreadable = |why: String| CertificateError::Certificate {
            path: cert.to_owned(),
            why,
        };
        let (_, parsed) = x509_parser::parse_x509_certificate(&chain[0])
            .map_err(|error| unreadable(error.to_string()))?;
        let at = |time: x509_parser::time::ASN1Time| {
            Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX)
        };
        let (not_before, not_after) = (
            at(parsed.validity().not_before),
            at(parsed.validity().not_after),
        );
        let signer = aws_lc_rs::sign::any_supported_type(&private).map_err(|error| {
            CertificateError::Key {
                path: key.to_owned(),
                why: error.to_string(),
            }
        })?;
        let certified = CertifiedKey::new(chain, signer);
        match certified.keys_match() {
            Ok(()) => {}
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                return Err(CertificateError::Pair {
                    cert: cert.to_owned(),
                    key: key.to_owned(),
                });
            }
            // A key that cannot show its public half is tried in the first handshake.
            Err(rustls::Error::InconsistentKeys(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Self {
            certified: Arc::new(certified),
            not_after,
            not_before,
        })
    }
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let unreadable = |why: String| CertificateError::Certificate {
        path: path.to_owned(),
        why,
    };
    let pem = fs::read(path).map_err(|source| CertificateError::Io {
        path: path.to_owned(),
        source,
    })?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let chain = chain.map_err(|error| unreadable(error.to_string()))?;
    if chain.is_empty() {
        return Err(unreadable("there is none in it".to_owned()));
    }
    Ok(chain)
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let failed = |source| CertificateError::Io {
        path: path.to_owned(),
        source,
    };
    // A group may read it: that is how renewal tools hand a key on.
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        return Err(CertificateError::Mode {
            path: path.to_owned(),
            mode,
        });
    }
    let pem = fs::read(path).map_err(failed)?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|error| CertificateError::Key {
        path: path.to_owned(),
        why: error.to_string(),
    })
}

fn stamp(cert: &Path, key: &Path) -> io::Result<Stamp> {
    let of = |path: &Path| {
        let about = fs::metadata(path)?;
        io::Result::Ok((about.ino(), about.len(), about.mtime(), about.mtime_nsec()))
    };
    Ok([of(cert)?, of(key)?])
}

impl ResolvesServerCert for OwnCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.loaded().certified.clone())
    }
}

impl fmt::Debug for OwnCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnCertificate")
            .field("cert", &self.cert)
            .finish_non_exhaustive()
    }
}

/// Takes any certificate whose key the client proves to hold; whether that key is anybody's is asked later, by its
/// pin. As between parties, names, dates and issuers in it do not count.
#[derive(Debug)]
struct AnyKey {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for AnyKey {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Pin::of_certificate(certificate)
            .map(|_| ClientCertVerified::assertion())
            .map_err(|error| rustls::Error::General(error.to_string()))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
