//! TLS 1.3 between parties: each side shows a self-signed certificate, and is believed when the
//! SHA-256 of its public key is pinned in a charter in force. No certificate authority takes part; names
//! and dates inside the certificates are not looked at, because the charter decides who a key is.
//!
//! Key exchange prefers X25519MLKEM768 (post-quantum hybrid), so recorded traffic stays closed later.

use std::{fmt, sync::Arc};

use rustls::{
    DigitallySignedStruct, DistinguishedName, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime, pem::PemObject,
};

/// The SHA-256 of a certificate's SubjectPublicKeyInfo: what a card pins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pin([u8; 32]);

impl Pin {
    /// The pin in the 32 bytes of a card's `tls` member.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The pin of a certificate.
    ///
    /// # Errors
    /// [`TlsError::Certificate`] when the bytes are not an X.509 certificate.
    pub fn of_certificate(certificate: &CertificateDer<'_>) -> Result<Self, TlsError> {
        let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
            .map_err(|error| TlsError::Certificate(error.to_string()))?;
        Ok(Self(
            *record::hash::Hash::of(parsed.public_key().raw).as_bytes(),
        ))
    }
}

impl Pin {
    /// The pin of the first certificate of a PEM file.
    ///
    /// # Errors
    /// [`TlsError::Certificate`].
    pub fn of_pem(pem: &[u8]) -> Result<Self, TlsError> {
        let certificate = CertificateDer::from_pem_slice(pem)
            .map_err(|error| TlsError::Certificate(error.to_string()))?;
        Self::of_certificate(&certificate)
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pin({})", hex::encode(self.0))
    }
}

/// What can be wrong with a node's TLS identity or configuration.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate cannot be read.
    #[error("the TLS certificate cannot be read: {0}")]
    Certificate(String),
    /// The private key cannot be read.
    #[error("the TLS private key cannot be read: {0}")]
    Key(String),
    /// rustls refuses the combination.
    #[error("TLS cannot be configured: {0}")]
    Config(#[from] rustls::Error),
    /// A certificate could not be made.
    #[error("a TLS certificate cannot be made: {0}")]
    Generate(#[from] rcgen::Error),
}

/// A node's certificate and private key.
#[derive(Clone)]
pub struct TlsIdentity {
    certificate: CertificateDer<'static>,
    key: Arc<PrivateKeyDer<'static>>,
    pin: Pin,
}

impl TlsIdentity {
    /// Makes a key (ECDSA P-256) and a self-signed certificate for `host`; returns both as PEM.
    ///
    /// # Errors
    /// [`TlsError::Generate`] when `host` is no valid name for a certificate.
    pub fn generate(host: &str) -> Result<(String, String), TlsError> {
        let name = host.split(':').next().unwrap_or(host).to_owned();
        let key = rcgen::KeyPair::generate()?;
        let mut params = rcgen::CertificateParams::new(vec![name.clone()])?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        let certificate = params.self_signed(&key)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }

    /// Reads what [`TlsIdentity::generate`] wrote, or any PEM pair of the operator's own.
    ///
    /// # Errors
    /// [`TlsError::Certificate`] and [`TlsError::Key`] when a PEM is not what it should be.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, TlsError> {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|error| TlsError::Certificate(error.to_string()))?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes())
            .map_err(|error| TlsError::Key(error.to_string()))?;
        let pin = Pin::of_certificate(&certificate)?;
        Ok(Self {
            certificate,
            key: Arc::new(PrivateKeyDer::Pkcs8(key)),
            pin,
        })
    }

    /// What others pin.
    pub fn pin(&self) -> Pin {
        self.pin
    }

    /// The server side: refuses every client whose key `known` does not know.
    ///
    /// # Errors
    /// [`TlsError::Config`] when key and certificate do not belong together.
    pub fn server_config(
        &self,
        known: Arc<dyn KnownPins>,
    ) -> Result<rustls::ServerConfig, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(PinnedPeers::new(&provider, known));
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// The client side: refuses every server whose key is not among `pins`.
    ///
    /// # Errors
    /// [`TlsError::Config`] when key and certificate do not belong together.
    pub fn client_config(&self, pins: Vec<Pin>) -> Result<rustls::ClientConfig, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(PinnedPeers::new(&provider, Arc::new(pins)));
        Ok(rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_auth_cert(vec![self.certificate.clone()], self.key.clone_key())?)
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity")
            .field("pin", &self.pin)
            .finish_non_exhaustive()
    }
}

/// Which pins may speak now. Asked on every handshake, so a charter takes effect without a restart.
pub trait KnownPins: Send + Sync + fmt::Debug {
    /// Whether a key with this pin is expected.
    fn knows(&self, pin: Pin) -> bool;
}

impl KnownPins for Vec<Pin> {
    fn knows(&self, pin: Pin) -> bool {
        self.contains(&pin)
    }
}

/// Accepts exactly the pinned keys, on both sides of the connection.
#[derive(Debug)]
struct PinnedPeers {
    known: Arc<dyn KnownPins>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinnedPeers {
    fn new(provider: &CryptoProvider, known: Arc<dyn KnownPins>) -> Self {
        Self {
            known,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), rustls::Error> {
        match Pin::of_certificate(certificate) {
            Ok(pin) if self.known.knows(pin) => Ok(()),
            Ok(pin) => Err(rustls::Error::General(format!(
                "the key {} is not pinned in any charter in force",
                hex::encode(pin.0)
            ))),
            Err(error) => Err(rustls::Error::General(error.to_string())),
        }
    }

    fn verify_tls13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }
}

const NO_TLS12: &str = "only TLS 1.3 is spoken between parties";

impl ServerCertVerifier for PinnedPeers {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.check(end_entity)
            .map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General(NO_TLS12.to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_tls13(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for PinnedPeers {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.check(end_entity)
            .map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General(NO_TLS12.to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_tls13(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
