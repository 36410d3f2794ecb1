//! Certificates: whose are believed, and to whom ours is shown.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use taxii::client::{Client, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap(), key)
    }
}

/// A server for `localhost` that wants a certificate of the same authority, and answers everything with `{}`.
async fn serve(authority: &Authority) -> String {
    let (certificate, key) = authority.issue("localhost");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.0.der().clone()).unwrap();
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\nconnection: close\r\n\r\n{\"title\":\"t\"}";
                let _ = stream.write_all(answer).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    format!("https://localhost:{port}/")
}

#[tokio::test]
async fn only_who_is_believed_is_asked_and_shown_our_certificate() {
    let (authority, other) = (Authority::new(), Authority::new());
    let url = serve(&authority).await;
    let (certificate, key) = authority.issue("client");
    let identity = format!("{}{}", certificate.pem(), key.serialize_pem());

    let client = Client::builder(&url)
        .trust_only(authority.pem().as_bytes())
        .client_certificate(identity.as_bytes())
        .build()
        .unwrap();
    assert_eq!(client.discovery().await.unwrap().title, "t");
    let client = Client::builder(&url)
        .trust_also(authority.pem().as_bytes())
        .client_certificate(identity.as_bytes())
        .build()
        .unwrap();
    assert_eq!(client.discovery().await.unwrap().title, "t");

    // Another authority, the machine's alone, and no certificate of ours.
    for builder in [
        Client::builder(&url).trust_only(other.pem().as_bytes()),
        Client::builder(&url),
        Client::builder(&url).trust_only(authority.pem().as_bytes()),
    ] {
        let error = builder.build().unwrap().discovery().await.unwrap_err();
        assert!(
            matches!(error, Error::Unreachable { .. } | Error::BrokenOff { .. }),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_certificate_is_refused() {
    let url = "https://taxii.example/";
    let error = Client::builder(url)
        .trust_only(b"nothing")
        .build()
        .unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error}");
    let error = Client::builder(url)
        .client_certificate(b"nothing")
        .build()
        .unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error}");
}
