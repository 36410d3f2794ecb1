//! A line to a node: an address that stays, behind which the node may move, and which can be cut.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// A line to one node. Dropping it takes it down.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    target: Option<SocketAddr>,
    /// Cancelled when the line is cut: every connection over it ends.
    up: Option<CancellationToken>,
}

impl Line {
    /// Lays a line that leads nowhere yet.
    pub async fn lay() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(Mutex::new(State {
            target: None,
            up: Some(CancellationToken::new()),
        }));
        let task = tokio::spawn(forward(listener, state.clone()));
        Self {
            address,
            state,
            task,
        }
    }

    /// Its near end: what a card says.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads it to a node, or nowhere.
    pub fn lead_to(&self, target: Option<SocketAddr>) {
        self.state().target = target;
    }

    /// Cuts it: what is under way breaks off, and nobody gets through.
    pub fn cut(&self) {
        if let Some(up) = self.state().up.take() {
            up.cancel();
        }
    }

    /// Mends it.
    pub fn mend(&self) {
        self.state().up.get_or_insert_with(CancellationToken::new);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.cut();
        self.task.abort();
    }
}

async fn forward(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let (target, up) = {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            (state.target, state.up.clone())
        };
        let (Some(target), Some(up)) = (target, up) else {
            continue;
        };
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(target).await else {
                return;
            };
            tokio::select! {
                () = up.cancelled() => {}
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
            }
        });
    }
}
