//! TLS with the operator's own certificate.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc, time::Duration};

use axum::body::Body;
use http::Request;
use node::{
    serve::ServeError,
    tls::{Pin, TlsIdentity},
    web::tls::CertificateError,
};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, SignatureScheme, SupportedProtocolVersion,
    client::{ResolvesClientCert, Resumption, WantsClientCert},
    crypto::aws_lc_rs,
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::ServiceExt as _;

use crate::server::{Server, bundle, owner_asks, refused};

/// Writes a certificate for `localhost` and its key, and returns the certificate.
fn write_pair(dir: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let cert = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let cert = cert.self_signed(&key).unwrap();
    write_key(&dir.join("key.pem"), &key.serialize_pem(), 0o640);
    fs::write(dir.join("cert.pem"), cert.pem()).unwrap();
    cert.der().clone()
}

fn write_key(path: &Path, pem: &str, mode: u32) {
    fs::write(path, pem).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

struct Pair {
    dir: tempfile::TempDir,
    cert: CertificateDer<'static>,
}

impl Pair {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let cert = write_pair(dir.path());
        Self { dir, cert }
    }

    fn set(&self, web: &mut node::settings::WebSettings) {
        web.cert = Some(self.dir.path().join("cert.pem"));
        web.key = Some(self.dir.path().join("key.pem"));
    }
}

fn config(
    cert: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    builder(cert, versions).with_no_client_auth()
}

fn builder(
    cert: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(cert.clone()).unwrap();
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
}

/// A client's certificate, the key that belongs to it, and what a user is pinned by.
struct Own {
    cert: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pin: Pin,
}

impl Own {
    fn new() -> Self {
        let (cert, key) = TlsIdentity::generate("client.example").unwrap();
        Self {
            cert: CertificateDer::from_pem_slice(cert.as_bytes()).unwrap(),
            key: PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
            pin: Pin::of_pem(cert.as_bytes()).unwrap(),
        }
    }

    /// How a client connects that shows it.
    fn config(
        &self,
        server: &CertificateDer<'static>,
        version: &'static SupportedProtocolVersion,
    ) -> ClientConfig {
        let chain = vec![self.cert.clone()];
        builder(server, &[version])
            .with_client_auth_cert(chain, self.key.clone_key())
            .unwrap()
    }
}

/// Shows a certificate and signs with a key that may be another's.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

async fn connect(
    server: &Server,
    config: impl Into<Arc<ClientConfig>>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(server.address).await?;
    let name = "localhost".try_into().unwrap();
    TlsConnector::from(config.into())
        .connect(name, stream)
        .await
}

async fn ask(stream: TlsStream<TcpStream>, path: &str) -> String {
    taxii(stream, "GET", path, "", "").await
}

/// The last request on a connection, and everything that is heard from then on.
async fn taxii(
    mut stream: TlsStream<TcpStream>,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> String {
    let headers = format!("connection: close\r\n{headers}");
    let words = head(method, path, &headers, body);
    // Whoever is turned away may be so while still speaking.
    let _ = stream.write_all(words.as_bytes()).await;
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8(heard).unwrap()
}

fn head(method: &str, path: &str, headers: &str, body: &str) -> String {
    let (media, length) = ("application/taxii+json;version=2.1", body.len());
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_1_3_and_1_2_unless_it_is_turned_off() {
    let pair = Pair::new();
    let server = Server::start(|web| pair.set(web)).await;
    let stream = connect(&server, config(&pair.cert, &[&TLS13]))
        .await
        .unwrap();
    let group = stream.get_ref().1.negotiated_key_exchange_group().unwrap();
    assert_eq!(
        group.name(),
        rustls::NamedGroup::X25519MLKEM768,
        "safe from what is recorded now"
    );
    assert!(
        ask(stream, "/health/live")
            .await
            .starts_with("HTTP/1.1 200")
    );
    // TAXII 2.1 §8.2.2: a server MUST accept TLS 1.2, and SHOULD NOT with a suite of the list in RFC 7540, all of which
    // lack forward secrecy or AEAD.
    let stream = connect(&server, config(&pair.cert, &[&TLS12]))
        .await
        .unwrap();
    let suite = stream.get_ref().1.negotiated_cipher_suite().unwrap();
    let suite = format!("{:?}", suite.suite());
    assert!(
        suite.starts_with("TLS_ECDHE_") && (suite.contains("GCM") || suite.contains("POLY1305")),
        "{suite}"
    );
    assert!(
        ask(stream, "/health/live")
            .await
            .starts_with("HTTP/1.1 200")
    );
    let server = Server::start(|web| {
        pair.set(web);
        web.tls12 = false;
    })
    .await;
    let old = connect(&server, config(&pair.cert, &[&TLS12])).await;
    assert!(old.is_err_and(|error| error.to_string().contains("ProtocolVersion")));
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_agreed_in_the_handshake() {
    let pair = Pair::new();
    let server = Server::start(|web| pair.set(web)).await;
    let certificate = reqwest::Certificate::from_der(&pair.cert).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([certificate])
        .resolve("localhost", server.address)
        .no_proxy()
        .build()
        .unwrap();
    let url = format!("https://localhost:{}/health/live", server.address.port());
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_taken_and_a_broken_one_is_not() {
    let pair = Pair::new();
    let server = Server::start(|web| pair.set(web)).await;
    let serves = async |cert: &CertificateDer<'static>| {
        connect(&server, config(cert, &[&TLS13])).await.is_ok()
    };
    assert!(serves(&pair.cert).await);
    let renewed = write_pair(pair.dir.path());
    assert!(!serves(&renewed).await, "not before it is read");
    server.serving.reload().unwrap();
    assert!(serves(&renewed).await);
    assert!(!serves(&pair.cert).await);
    fs::write(pair.dir.path().join("cert.pem"), "no certificate").unwrap();
    assert!(matches!(
        server.serving.reload(),
        Err(CertificateError::Certificate { .. })
    ));
    assert!(serves(&renewed).await, "the one before stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_has_its_time() {
    let pair = Pair::new();
    let server = Server::start(|web| {
        pair.set(web);
        web.limits.handshake_secs = 1;
    })
    .await;
    let mut raw = server.connect().await;
    // The head of a TLS record that promises more than will come.
    raw.say(&[0x16, 0x03, 0x01, 0x20, 0x00]).await.unwrap();
    let (heard, after) = raw.drip(Duration::from_millis(100)).await;
    assert_eq!(heard, "");
    assert!(after < Duration::from_secs(4), "{after:?}");
}

/// A server that asks for certificates, with the user `splunk` who has this one and no password.
async fn with_user(pair: &Pair, own: &Own) -> Server {
    let server = Server::start(|web| {
        pair.set(web);
        web.client_certificates = true;
    })
    .await;
    let pin = own.pin.to_hex();
    let user = json!({ "name": "splunk", "role": "analyst", "certificates": [pin] });
    owner_asks(&server.node, "users", user.to_string()).await;
    let grant = json!({ "user": "splunk", "scope": "*", "read": true, "write": true });
    owner_asks(&server.node, "grants", grant.to_string()).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_certificate_logs_its_user_in() {
    let (pair, own) = (Pair::new(), Own::new());
    let server = with_user(&pair, &own).await;
    let objects = "/taxii2/local/collections/watch/objects/";
    for version in [&TLS13, &TLS12] {
        let stream = connect(&server, own.config(&pair.cert, version)).await;
        let answer = taxii(stream.unwrap(), "GET", "/taxii2/", "", "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(
            answer.contains("https://localhost/taxii2/local/"),
            "{answer}"
        );
        let stream = connect(&server, own.config(&pair.cert, version)).await;
        let answer = taxii(stream.unwrap(), "POST", objects, "", &bundle(3)).await;
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        assert!(answer.contains(r#""success_count":3"#), "{answer}");
    }
    assert_eq!(server.passed().await, 3);
    // What is said counts before what is shown.
    let wrong = "authorization: Bearer chy_x\r\n";
    let stream = connect(&server, own.config(&pair.cert, &TLS13)).await;
    let answer = taxii(stream.unwrap(), "GET", objects, wrong, "").await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_certificate_and_a_strangers_are_nobodys() {
    let (pair, own) = (Pair::new(), Own::new());
    let server = with_user(&pair, &own).await;
    let strangers = Own::new().config(&pair.cert, &TLS13);
    for config in [config(&pair.cert, &[&TLS13]), strangers] {
        let config = Arc::new(config);
        let stream = connect(&server, config.clone()).await.unwrap();
        let live = ask(stream, "/health/live").await;
        assert!(live.starts_with("HTTP/1.1 200"), "{live}");
        let stream = connect(&server, config).await.unwrap();
        let answer = taxii(stream, "GET", "/taxii2/", "", "").await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_without_its_key_is_no_login() {
    let (pair, own) = (Pair::new(), Own::new());
    let server = with_user(&pair, &own).await;
    // Certificates are no secret: whoever heard a handshake of TLS 1.2 has one.
    let signer = aws_lc_rs::sign::any_supported_type(&Own::new().key).unwrap();
    let stolen = Arc::new(CertifiedKey::new(vec![own.cert.clone()], signer));
    for version in [&TLS13, &TLS12] {
        let builder = builder(&pair.cert, &[version]);
        let config = builder.with_client_cert_resolver(Arc::new(Shows(stolen.clone())));
        // In TLS 1.3 the client learns of the refusal only with what it reads next.
        let heard = match connect(&server, config).await {
            Ok(stream) => taxii(stream, "GET", "/taxii2/", "", "").await,
            Err(_) => String::new(),
        };
        assert_eq!(heard, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_taken_away_logs_nobody_in_any_more() {
    let (pair, own) = (Pair::new(), Own::new());
    let server = with_user(&pair, &own).await;
    let mut config = own.config(&pair.cert, &TLS13);
    config.resumption = Resumption::in_memory_sessions(8);
    let config = Arc::new(config);
    let mut stream = connect(&server, config.clone()).await.unwrap();
    let words = head("GET", "/taxii2/", "", "");
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut heard = vec![0; 12];
    stream.read_exact(&mut heard).await.unwrap();
    assert_eq!(heard, b"HTTP/1.1 200");
    let request = json!({ "remove_certificates": [own.pin.to_hex()] });
    let request = Request::patch("/api/v1/users/splunk").body(Body::from(request.to_string()));
    let done = server.node.api().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(done.status(), 200);
    let answer = taxii(stream, "GET", "/taxii2/", "", "").await;
    assert!(answer.contains("HTTP/1.1 401"), "{answer}");
    // A session that is taken up again brings its certificate along.
    let stream = connect(&server, config).await.unwrap();
    let answer = taxii(stream, "GET", "/taxii2/", "", "").await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_files_is_said() {
    let pair = Pair::new();
    let (cert, key) = (
        pair.dir.path().join("cert.pem"),
        pair.dir.path().join("key.pem"),
    );
    let says = async || match refused(|web| pair.set(web)).await {
        ServeError::Certificate(error) => error
            .to_string()
            .replace(pair.dir.path().to_str().unwrap(), "DIR"),
        other => panic!("{other}"),
    };
    let own = fs::read_to_string(&key).unwrap();
    write_key(&key, &own, 0o644);
    insta::assert_snapshot!(says().await, @"DIR/key.pem has mode 644; everybody on this machine can read the private key: chmod o= DIR/key.pem");
    write_key(&key, &KeyPair::generate().unwrap().serialize_pem(), 0o600);
    insta::assert_snapshot!(says().await, @"the key in DIR/key.pem does not belong to the certificate in DIR/cert.pem");
    write_key(&key, "none", 0o600);
    insta::assert_snapshot!(says().await, @"DIR/key.pem is no PEM file with a private key: no items found");
    fs::remove_file(&key).unwrap();
    insta::assert_snapshot!(says().await, @"DIR/key.pem cannot be read: No such file or directory (os error 2)");
    write_key(&key, &own, 0o600);
    fs::write(&cert, own).unwrap();
    insta::assert_snapshot!(says().await, @"DIR/cert.pem is no PEM file with a certificate: there is none in it");
}
