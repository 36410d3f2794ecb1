//! The line between two nodes, as something that can be cut: a forwarder on loopback. The nodes speak TLS through it end
//! to end and know nothing of it.

use std::net::SocketAddr;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A forwarder from one address to another.
pub(super) struct Line {
    whole: watch::Sender<bool>,
}

impl Line {
    /// Forwards what arrives at `from` to `to`, until dropped.
    pub(super) async fn lay(from: SocketAddr, to: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(from).await?;
        let (whole, state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut state = state.clone();
                if !*state.borrow_and_update() {
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(to).await else {
                        return;
                    };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        // Cut, or the demo is over.
                        _ = state.changed() => {}
                    }
                });
            }
        });
        Ok(Self { whole })
    }

    /// Cuts it: connections break, new ones are dropped.
    pub(super) fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Mends it.
    pub(super) fn mend(&self) {
        self.whole.send_replace(true);
    }
}
