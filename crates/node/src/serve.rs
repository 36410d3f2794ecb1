//! A node that runs: listeners for parties, people and tools, rounds with the other parties, witnesses.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    feeds,
    listen::{self, Terms, Web},
    metrics::Metrics,
    node::Node,
    parties,
    settings::{WebLimits, WebSettings},
    sync::{engine, witness},
    tls::{KnownPins, Pin},
    web::tls::{CertificateError, OwnCertificate},
};

/// How often the files of the certificate are looked at.
const CERTIFICATE_PAUSE: Duration = Duration::from_secs(30);

/// Why a node cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address or socket cannot be used.
    #[error("{what} cannot be listened on{}", if_taken(source))]
    Listen {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// TLS between parties.
    #[error(transparent)]
    Tls(#[from] crate::tls::TlsError),
    /// The certificate for tools and people.
    #[error("the listener for tools and people: {0}")]
    Certificate(#[from] CertificateError),
    /// Plain HTTP where others listen.
    #[error(
        "{0} is no loopback address, and without TLS passwords and tokens would cross the network in the open: \
         set `web.cert` and `web.key`, or listen on 127.0.0.1, or name the reverse proxy that speaks TLS in `web.trusted_proxies`"
    )]
    Plain(SocketAddr),
    /// A certificate without its key, or the reverse.
    #[error("`web.cert` and `web.key` go together, and only one of them is set")]
    HalfACertificate,
}

/// What to do about an address that another program listens on.
fn if_taken(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "; another program does: name another address (`listen`, `web.listen`), or stop it"
        }
        _ => "",
    }
}

/// What a node knows of itself while it serves.
#[derive(Debug, Default)]
pub(crate) struct Running {
    metrics: Metrics,
    leaving: AtomicBool,
    certificate: Mutex<Option<Arc<OwnCertificate>>>,
}

impl Running {
    /// What it counts.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Whether it was asked to stop: it still finishes what is under way.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// The certificate for tools and people, if TLS is spoken to them.
    pub(crate) fn certificate(&self) -> Option<Arc<OwnCertificate>> {
        self.certificate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_certificate(&self, certificate: Option<Arc<OwnCertificate>>) {
        *self
            .certificate
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = certificate;
    }
}

/// A node that serves.
#[derive(Debug)]
pub struct Serving {
    parties: SocketAddr,
    web: Option<SocketAddr>,
    certificate: Option<Arc<OwnCertificate>>,
    socket: std::path::PathBuf,
    host: String,
    tasks: JoinSet<()>,
}

impl Serving {
    /// Where parties reach it.
    pub fn parties(&self) -> SocketAddr {
        self.parties
    }

    /// Where tools and people reach it, besides the socket.
    pub fn web(&self) -> Option<SocketAddr> {
        self.web
    }

    /// A sentence for the operator.
    pub fn says(&self) -> String {
        let scheme = match self.certificate {
            Some(_) => "https",
            None => "http",
        };
        let web = self
            .web
            .map(|web| format!(" and {scheme}://{web}"))
            .unwrap_or_default();
        format!(
            "{} serves the other parties on {} (mutual TLS) and its own people on {}{web}. Stop it with Ctrl-C.",
            self.host,
            self.parties,
            self.socket.display()
        )
    }

    /// Reads the certificate for tools and people again.
    ///
    /// # Errors
    /// [`CertificateError`]; the one that was there stays in use.
    pub fn reload(&self) -> Result<(), CertificateError> {
        self.certificate
            .as_ref()
            .map_or(Ok(()), |certificate| certificate.reload())
    }

    /// Waits until every task has ended, after the token given to [`Node::serve`] was cancelled.
    pub async fn ended(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Node {
    /// Serves until `stop`. Then the node says that it is not ready, takes no more connections, and finishes what is
    /// under way.
    ///
    /// # Errors
    /// [`ServeError`]; nothing runs then.
    pub async fn serve(&self, stop: CancellationToken) -> Result<Serving, ServeError> {
        let settings = self.settings();
        let failed = |what: String| move |source| ServeError::Listen { what, source };
        let parties = TcpListener::bind(settings.listen)
            .await
            .map_err(failed(settings.listen.to_string()))?;
        let tls = self
            .keys()
            .tls
            .server_config(Arc::new(Known(self.clone())))?;
        let path = self.home().socket();
        let socket = listen::bind_socket(&path).map_err(failed(path.display().to_string()))?;
        let web = match settings.web.listen {
            Some(address) => Some(bind_web(address, &settings.web).await?),
            None => None,
        };
        let failed = |source| ServeError::Listen {
            what: "the listener".to_owned(),
            source,
        };
        let certificate = web.as_ref().and_then(|(_, _, own)| own.clone());
        self.running().set_certificate(certificate.clone());
        let mut serving = Serving {
            parties: parties.local_addr().map_err(failed)?,
            web: web
                .as_ref()
                .map(|(listener, _, _)| listener.local_addr())
                .transpose()
                .map_err(failed)?,
            certificate: certificate.clone(),
            socket: path,
            host: self.me().to_string(),
            tasks: JoinSet::new(),
        };
        let terms = |connections, stop: &CancellationToken| Terms {
            limits: settings.web.limits.clone(),
            connections,
            stop: stop.clone(),
        };
        let for_parties = Terms {
            // Parties are few and known by their keys, and a proof or a bundle of theirs may take its time.
            limits: WebLimits {
                connections_per_address_max: settings.web.limits.connections_max,
                ..settings.web.limits.clone()
            },
            ..terms(self.metrics().connections("parties"), &stop)
        };
        let router = parties::router(self.clone());
        let tasks = &mut serving.tasks;
        tasks.spawn(listen::serve_parties(parties, tls, router, for_parties));
        let socket_terms = terms(self.metrics().connections("socket"), &stop);
        tasks.spawn(listen::serve_socket(socket, self.socket(), socket_terms));
        let refuse_more = CancellationToken::new();
        if let Some((listener, how, _)) = web {
            let terms = terms(self.metrics().connections("web"), &refuse_more);
            tasks.spawn(listen::serve_web(listener, how, self.web(), terms));
        }
        tasks.spawn(leave(self.clone(), stop.clone(), refuse_more));
        if let Some(certificate) = certificate {
            tasks.spawn(keep_fresh(certificate, stop.clone()));
        }
        tasks.spawn(engine::run(self.clone(), stop.clone()));
        tasks.spawn(feeds::run(self.clone(), stop.clone()));
        for settings in settings.witnesses.clone() {
            tasks.spawn(witness::run(self.clone(), settings, stop.clone()));
        }
        Ok(serving)
    }
}

/// Says that the node is not ready any more, and only then refuses connections: a balancer may look in between.
async fn leave(node: Node, stop: CancellationToken, refuse_more: CancellationToken) {
    stop.cancelled().await;
    node.running().leaving.store(true, Ordering::Relaxed);
    tokio::time::sleep(node.settings().web.limits.drain_time()).await;
    refuse_more.cancel();
}

async fn keep_fresh(certificate: Arc<OwnCertificate>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(CERTIFICATE_PAUSE) => {}
        }
        let looked = certificate.clone();
        let read =
            tokio::task::spawn_blocking(move || looked.is_changed().then(|| looked.reload()));
        match read.await {
            Ok(Some(Ok(()))) => tracing::info!("the certificate has changed and was read again"),
            Ok(Some(Err(error))) => {
                tracing::error!(
                    "the certificate has changed, and the one before stays in use: {error}"
                );
            }
            _ => {}
        }
    }
}

async fn bind_web(
    address: SocketAddr,
    settings: &WebSettings,
) -> Result<(TcpListener, Web, Option<Arc<OwnCertificate>>), ServeError> {
    let own = match (&settings.cert, &settings.key) {
        (Some(cert), Some(key)) => Some(Arc::new(OwnCertificate::load(cert, key)?)),
        (None, None) => None,
        _ => return Err(ServeError::HalfACertificate),
    };
    if own.is_none() && !address.ip().is_loopback() && settings.trusted_proxies.is_empty() {
        return Err(ServeError::Plain(address));
    }
    let tls = match &own {
        Some(own) => {
            let asks = settings.client_certificates;
            Some(Arc::new(own.clone().server_config(settings.tls12, asks)?))
        }
        None => None,
    };
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| ServeError::Listen {
        what: address.to_string(),
        source,
    })?;
    let web = Web {
        tls,
        trusted_proxies: settings.trusted_proxies.clone(),
    };
    Ok((listener, web, own))
}

/// Asks the directory on every handshake.
struct Known(Node);

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known")
    }
}

impl KnownPins for Known {
    fn knows(&self, pin: Pin) -> bool {
        self.0.directory().party_of(pin).is_some()
    }
}
