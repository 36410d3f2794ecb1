//! `chancery serve`: the node, until it is asked to stop.

use std::time::Instant;

use anyhow::Context as _;
use node::{Node, OpenError, home::Home, settings::Settings};
use tokio_util::sync::CancellationToken;

use crate::{LOCK_PAUSE, LOCK_TIME_MAX, args::Serve, config, say::Say};

/// Runs the node until SIGINT or SIGTERM.
pub(crate) async fn run(home: Home, out: Say, args: Serve) -> anyhow::Result<()> {
    let mut settings = config::load(&home)?;
    settings.listen = args.listen.unwrap_or(settings.listen);
    settings.web.listen = args.web.or(settings.web.listen);
    settings.web.cert = args.web_cert.or(settings.web.cert);
    settings.web.key = args.web_key.or(settings.web.key);
    settings.web.url = args.web_url.or(settings.web.url);
    let node = open(&home, &settings).await?;
    let stop = CancellationToken::new();
    let serving = node.serve(stop.clone()).await?;
    out.line(serving.says());
    signalled().await?;
    stop.cancel();
    serving.ended().await;
    node.stop().await;
    Ok(())
}

/// Opens the node, waiting for a command that has it open to end; another running node is an error at once.
async fn open(home: &Home, settings: &Settings) -> Result<Node, OpenError> {
    let begun = Instant::now();
    loop {
        let held = match Node::open(home.clone(), settings.clone()).await {
            Err(error) if error.is_held() => error,
            opened => return opened,
        };
        let runs = tokio::net::UnixStream::connect(home.socket()).await.is_ok();
        if runs || begun.elapsed() > LOCK_TIME_MAX {
            return Err(held);
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
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
