//! Accepting connections: mutual TLS for parties, a Unix socket and a loopback address for the party's own people
//! and tools. Every wait has a limit, and stopping waits for what is under way.

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tracing::{debug, warn};

use crate::{tls::Pin, web::remote::Peer};

/// Connections served at once on one listener; more wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 512;
/// How long a TLS handshake may take.
pub const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// How long the head of a request may take to arrive.
pub const REQUEST_HEAD_TIME_MAX: Duration = Duration::from_secs(15);
/// How long requests under way may take once the node was asked to stop.
pub const STOP_TIME_MAX: Duration = Duration::from_secs(10);

/// The key of the party at the other end of a TLS connection; an extension of every request it makes.
#[derive(Debug, Clone, Copy)]
pub struct PeerPin(pub Pin);

/// Serves `router` to parties over mutual TLS until `stop`.
pub async fn serve_parties(
    listener: TcpListener,
    tls: rustls::ServerConfig,
    router: Router,
    stop: CancellationToken,
) {
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let serving = Serving::new(stop);
    while let Some((stream, permit)) = serving
        .next(|| async { Ok(listener.accept().await?.0) })
        .await
    {
        let _ = stream.set_nodelay(true);
        let (acceptor, router, serving) = (acceptor.clone(), router.clone(), serving.clone());
        tokio::spawn(async move {
            let _permit = permit;
            let handshake = tokio::time::timeout(HANDSHAKE_TIME_MAX, acceptor.accept(stream));
            let stream = match handshake.await {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return debug!("TLS handshake refused: {error}"),
                Err(_) => return debug!("TLS handshake took over {HANDSHAKE_TIME_MAX:?}"),
            };
            let pin = stream
                .get_ref()
                .1
                .peer_certificates()
                .and_then(<[_]>::first);
            let Some(pin) = pin.and_then(|certificate| Pin::of_certificate(certificate).ok())
            else {
                return debug!("TLS peer without a readable certificate");
            };
            let router = router.layer(axum::Extension(PeerPin(pin)));
            serving.connection(stream, router).await;
        });
    }
    serving.drain().await;
}

/// Serves `router` on a Unix socket until `stop`. The socket's file mode decides who may connect.
pub async fn serve_socket(listener: UnixListener, router: Router, stop: CancellationToken) {
    serve_plain(|| async { Ok(listener.accept().await?.0) }, router, stop).await;
}

/// Serves `router` on a plain TCP address until `stop`.
pub async fn serve_loopback(listener: TcpListener, router: Router, stop: CancellationToken) {
    let serving = Serving::new(stop);
    while let Some(((stream, from), permit)) = serving.next(|| listener.accept()).await {
        let peer = Peer {
            ip: from.ip(),
            certificate: None,
            tls: false,
        };
        let (router, serving) = (router.clone().layer(axum::Extension(peer)), serving.clone());
        tokio::spawn(async move {
            let _permit = permit;
            serving.connection(stream, router).await;
        });
    }
    serving.drain().await;
}

async fn serve_plain<S, F>(accept: impl Fn() -> F, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = io::Result<S>>,
{
    let serving = Serving::new(stop);
    while let Some((stream, permit)) = serving.next(&accept).await {
        let (router, serving) = (router.clone(), serving.clone());
        tokio::spawn(async move {
            let _permit = permit;
            serving.connection(stream, router).await;
        });
    }
    serving.drain().await;
}

/// Binds the Unix socket at `path`, readable and writable by the owner alone. A socket left behind by a
/// node that was killed is replaced; the caller holds the lock of the data directory.
///
/// # Errors
/// Those of the operating system; paths over about 100 bytes are refused by it.
pub fn bind_socket(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt as _;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Binds a plain TCP listener for the JSON API.
///
/// # Errors
/// `PermissionDenied` for an address that is not loopback: without TLS nothing else is served.
pub async fn bind_loopback(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "{address} is not a loopback address, and nothing is served over a network without TLS: give --web-cert and --web-key"
            ),
        ));
    }
    TcpListener::bind(address).await
}

/// What all listeners share: the limit on connections, and stopping gracefully.
#[derive(Clone)]
struct Serving {
    stop: CancellationToken,
    places: Arc<Semaphore>,
}

impl Serving {
    fn new(stop: CancellationToken) -> Self {
        Self {
            stop,
            places: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
        }
    }

    /// The next connection and its place, or `None` when the node stops.
    async fn next<S, F>(
        &self,
        accept: impl Fn() -> F,
    ) -> Option<(S, tokio::sync::OwnedSemaphorePermit)>
    where
        F: Future<Output = io::Result<S>>,
    {
        let one = async {
            loop {
                let permit = self.places.clone().acquire_owned().await.ok()?;
                match accept().await {
                    Ok(stream) => return Some((stream, permit)),
                    Err(error) => {
                        // Out of file descriptors, mostly: wait a little rather than spin.
                        warn!("a connection could not be accepted: {error}");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        };
        tokio::select! {
            () = self.stop.cancelled() => None,
            accepted = one => accepted,
        }
    }

    async fn connection<S>(&self, stream: S, router: Router)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(REQUEST_HEAD_TIME_MAX);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(Some(Duration::from_secs(30)));
        let service = TowerToHyperService::new(router.map_request(
            |request: hyper::Request<hyper::body::Incoming>| request.map(axum::body::Body::new),
        ));
        let graceful = GracefulShutdown::new();
        let connection = graceful.watch(
            builder
                .serve_connection(TokioIo::new(stream), service)
                .into_owned(),
        );
        let stop = self.stop.clone();
        let stopping = async move {
            stop.cancelled().await;
            let _ = tokio::time::timeout(STOP_TIME_MAX, graceful.shutdown()).await;
        };
        tokio::select! {
            served = connection => if let Err(error) = served { debug!("connection ended: {error}") },
            () = stopping => {}
        }
    }

    /// Waits until every connection gave its place back, or the time is up.
    async fn drain(&self) {
        let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(STOP_TIME_MAX, self.places.acquire_many(all)).await;
    }
}
