//! `chancery serve`: the node, until it is asked to stop.

use anyhow::Context as _;
use node::{Node, home::Home};
use tokio_util::sync::CancellationToken;

use crate::{args::Serve, config, say::Say};

/// Runs the node until SIGINT or SIGTERM.
pub(crate) async fn run(home: Home, out: Say, args: Serve) -> anyhow::Result<()> {
    let mut settings = config::load(&home)?;
    settings.listen = args.listen.unwrap_or(settings.listen);
    settings.api = args.api.or(settings.api);
    let node = Node::open(home, settings).await?;
    let stop = CancellationToken::new();
    let serving = node.serve(stop.clone()).await?;
    out.line(serving.says());
    signalled().await?;
    stop.cancel();
    serving.ended().await;
    node.stop().await;
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn signalled() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("no signal handler")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("no signal handler")?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
