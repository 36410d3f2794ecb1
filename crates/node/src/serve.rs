//! A node that runs: listeners for parties and people, rounds with the other parties, witnesses.

use std::{io, net::SocketAddr};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    listen,
    node::Node,
    parties,
    sync::{engine, witness},
    tls::{KnownPins, Pin},
};

/// Why a node cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address or socket cannot be used.
    #[error("{what} cannot be opened: {source}")]
    Listen {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// TLS.
    #[error(transparent)]
    Tls(#[from] crate::tls::TlsError),
}

/// A node that serves.
#[derive(Debug)]
pub struct Serving {
    parties: SocketAddr,
    web: Option<SocketAddr>,
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
        let web = self
            .web
            .map(|web| format!(" and http://{web}"))
            .unwrap_or_default();
        format!(
            "{} serves the other parties on {} (mutual TLS) and its own people on {}{web}. Stop it with Ctrl-C.",
            self.host,
            self.parties,
            self.socket.display()
        )
    }

    /// Waits until every task has ended, after the token given to [`Node::serve`] was cancelled.
    pub async fn ended(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Node {
    /// Serves until `stop`.
    ///
    /// # Errors
    /// [`ServeError`]; nothing runs then.
    pub async fn serve(&self, stop: CancellationToken) -> Result<Serving, ServeError> {
        let settings = self.settings();
        let failed = |what: String| move |source| ServeError::Listen { what, source };
        let parties = tokio::net::TcpListener::bind(settings.listen)
            .await
            .map_err(failed(settings.listen.to_string()))?;
        let tls = self
            .keys()
            .tls
            .server_config(std::sync::Arc::new(Known(self.clone())))?;
        let path = self.home().socket();
        let socket = listen::bind_socket(&path).map_err(failed(path.display().to_string()))?;
        let web = match settings.web.listen {
            Some(address) => Some(
                listen::bind_loopback(address)
                    .await
                    .map_err(failed(address.to_string()))?,
            ),
            None => None,
        };
        let failed = |source| ServeError::Listen {
            what: "the listener".to_owned(),
            source,
        };
        let mut serving = Serving {
            parties: parties.local_addr().map_err(failed)?,
            web: web
                .as_ref()
                .map(tokio::net::TcpListener::local_addr)
                .transpose()
                .map_err(failed)?,
            socket: path,
            host: self.me().to_string(),
            tasks: JoinSet::new(),
        };
        let router = parties::router(self.clone());
        serving
            .tasks
            .spawn(listen::serve_parties(parties, tls, router, stop.clone()));
        serving.tasks.spawn(listen::serve_socket(
            socket,
            self.api().merge(self.watched()),
            stop.clone(),
        ));
        if let Some(web) = web {
            serving
                .tasks
                .spawn(listen::serve_loopback(web, self.web(), stop.clone()));
        }
        serving.tasks.spawn(engine::run(self.clone(), stop.clone()));
        for settings in settings.witnesses.clone() {
            serving
                .tasks
                .spawn(witness::run(self.clone(), settings, stop.clone()));
        }
        Ok(serving)
    }
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
