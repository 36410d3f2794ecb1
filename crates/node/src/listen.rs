//! Accepting connections: mutual TLS for parties, a Unix socket for the party's own people, and the listener for tools
//! and people over a network. Every wait has a limit, and stopping waits for what is under way.

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::Router;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::{
    listen::{
        connection::serve_connection,
        places::{Place, Places},
    },
    metrics::{Connections, Refusal},
    settings::WebLimits,
    tls::Pin,
    web::remote::{Peer, is_one_of},
};

pub(crate) mod activity;
pub(crate) mod connection;
pub(crate) mod pace;
mod places;
mod stream;

pub use connection::{
    HEAD_BYTES_MAX, HEADER_LIST_BYTES_MAX, HEADERS_MAX, RESETS_PENDING_MAX, STREAMS_MAX,
};

/// How long the node waits after a connection could not be accepted: out of file descriptors, mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The key of the party at the other end of a TLS connection; an extension of every request it makes.
#[derive(Debug, Clone, Copy)]
pub struct PeerPin(pub Pin);

/// What all listeners are given: limits, what is counted, and when to stop.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How much and how long.
    pub limits: WebLimits,
    /// What is counted of connections.
    pub connections: Connections,
    /// Cancelled when no more connections are taken, and those there are end in good order.
    pub stop: CancellationToken,
}

impl Terms {
    /// The terms of a listener that is counted nowhere.
    pub fn new(limits: WebLimits, stop: CancellationToken) -> Self {
        let connections = Connections::default();
        Self {
            limits,
            connections,
            stop,
        }
    }
}

/// How the listener for tools and people takes connections.
#[derive(Debug, Clone)]
pub struct Web {
    /// TLS with the operator's certificate; plain HTTP without.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Reverse proxies, whose connections are not counted by address.
    pub trusted_proxies: Vec<IpNet>,
}

/// Serves `router` to parties over mutual TLS until told to stop.
pub async fn serve_parties(
    listener: TcpListener,
    tls: rustls::ServerConfig,
    router: Router,
    terms: Terms,
) {
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let places = Places::of(&terms);
    while let Some((stream, from, place)) = next_tcp(&listener, &places, &terms, &[]).await {
        let (acceptor, router, terms) = (acceptor.clone(), router.clone(), terms.clone());
        tokio::spawn(async move {
            let _place = place;
            let Some(stream) = shake_hands(&acceptor, stream, &terms).await else {
                return;
            };
            let Some(pin) = certificate(&stream) else {
                return debug!("TLS peer {from} without a readable certificate");
            };
            serve_connection(stream, router, PeerPin(pin), &terms).await;
        });
    }
    places.all_left(terms.limits.stop_time_max()).await;
}

/// Serves `router` to tools and people until told to stop. Every request carries a [`Peer`].
pub async fn serve_web(listener: TcpListener, web: Web, router: Router, terms: Terms) {
    let acceptor = web.tls.map(TlsAcceptor::from);
    let places = Places::of(&terms);
    let proxies = web.trusted_proxies;
    while let Some((stream, from, place)) = next_tcp(&listener, &places, &terms, &proxies).await {
        let (acceptor, router, terms) = (acceptor.clone(), router.clone(), terms.clone());
        tokio::spawn(async move {
            let _place = place;
            let mut peer = Peer {
                ip: from.ip().to_canonical(),
                certificate: None,
                tls: acceptor.is_some(),
            };
            let Some(acceptor) = acceptor else {
                return serve_connection(stream, router, peer, &terms).await;
            };
            if let Some(stream) = shake_hands(&acceptor, stream, &terms).await {
                peer.certificate = certificate(&stream);
                serve_connection(stream, router, peer, &terms).await;
            }
        });
    }
    places.all_left(terms.limits.stop_time_max()).await;
}

/// Serves `router` on a Unix socket until told to stop. The socket's file mode decides who may connect.
pub async fn serve_socket(listener: UnixListener, router: Router, terms: Terms) {
    let places = Places::of(&terms);
    loop {
        let accepted = tokio::select! {
            () = terms.stop.cancelled() => break,
            accepted = async { (places.take().await, listener.accept().await) } => accepted,
        };
        let (place, stream) = match accepted {
            (place, Ok((stream, _))) => (place, stream),
            (_, Err(error)) => {
                warn!("a connection to the socket could not be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (router, terms) = (router.clone(), terms.clone());
        tokio::spawn(async move {
            let _place = place;
            serve_connection(stream, router, (), &terms).await;
        });
    }
    places.all_left(terms.limits.stop_time_max()).await;
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

/// The next connection with its place, or `None` when the node stops.
async fn next_tcp(
    listener: &TcpListener,
    places: &Places,
    terms: &Terms,
    uncounted: &[IpNet],
) -> Option<(TcpStream, SocketAddr, Place)> {
    loop {
        let (place, accepted) = tokio::select! {
            () = terms.stop.cancelled() => return None,
            accepted = async { (places.take().await, listener.accept().await) } => accepted,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        if is_one_of(uncounted, from.ip()) {
            return Some((stream, from, place));
        }
        match place.counted(from.ip()) {
            Some(place) => return Some((stream, from, place)),
            None => {
                terms.connections.refused(Refusal::Address);
                debug!("a connection of {from} was closed: it has too many open");
            }
        }
    }
}

async fn shake_hands(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
    terms: &Terms,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    let time_max = terms.limits.handshake_time_max();
    let handshake = tokio::time::timeout(time_max, acceptor.accept(stream));
    let shaken = tokio::select! {
        () = terms.stop.cancelled() => return None,
        shaken = handshake => shaken,
    };
    match shaken {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => debug!("TLS handshake refused: {error}"),
        Err(_) => debug!("TLS handshake took over {time_max:?}"),
    }
    terms.connections.refused(Refusal::Handshake);
    None
}

fn certificate(stream: &tokio_rustls::server::TlsStream<TcpStream>) -> Option<Pin> {
    let shown = stream.get_ref().1.peer_certificates()?.first()?;
    Pin::of_certificate(shown).ok()
}
