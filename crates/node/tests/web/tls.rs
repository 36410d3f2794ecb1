//! TLS with the operator's own certificate.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc, time::Duration};

use node::{
    serve::ServeError,
    tls::{Pin, TlsIdentity},
    web::tls::CertificateError,
};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::server::{Server, refused};

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
    own: Option<&TlsIdentity>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(cert.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    match own {
        None => builder.with_no_client_auth(),
        Some(_) => {
            let (cert, key) = TlsIdentity::generate("client.example").unwrap();
            let cert = CertificateDer::from_pem_slice(cert.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![cert], key).unwrap()
        }
    }
}

async fn connect(server: &Server, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(server.address).await?;
    let name = "localhost".try_into().unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn ask(mut stream: TlsStream<TcpStream>, path: &str) -> String {
    let ask = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8(heard).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_1_3_and_1_2_only_if_it_is_asked_for() {
    let pair = Pair::new();
    let server = Server::start(|web| pair.set(web)).await;
    let stream = connect(&server, config(&pair.cert, &[&TLS13], None))
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
    let old = connect(&server, config(&pair.cert, &[&TLS12], None)).await;
    assert!(old.is_err_and(|error| error.to_string().contains("ProtocolVersion")));
    let server = Server::start(|web| {
        pair.set(web);
        web.tls12 = true;
    })
    .await;
    let stream = connect(&server, config(&pair.cert, &[&TLS12], None))
        .await
        .unwrap();
    assert!(
        ask(stream, "/health/live")
            .await
            .starts_with("HTTP/1.1 200")
    );
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
        connect(&server, config(cert, &[&TLS13], None))
            .await
            .is_ok()
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

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_asked_for_a_certificate_only_if_that_is_set_and_may_have_none() {
    let pair = Pair::new();
    let (cert, key) = TlsIdentity::generate("client.example").unwrap();
    let own = TlsIdentity::from_pem(&cert, &key).unwrap();
    let server = Server::start(|web| {
        pair.set(web);
        web.client_certificates = true;
    })
    .await;
    for own in [None, Some(&own)] {
        let stream = connect(&server, config(&pair.cert, &[&TLS13], own))
            .await
            .unwrap();
        assert!(
            ask(stream, "/health/live")
                .await
                .starts_with("HTTP/1.1 200")
        );
    }
    assert_ne!(own.pin(), Pin::from_bytes([0; 32]));
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
