//! One node of the pair in a process of its own, so that its memory and its time are its own. It answers each line on
//! standard input with one line of JSON.

use std::{
    io::Write as _,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use node::{Node, home::Home};
use serde::{Deserialize, Serialize};
use store::{CosignatureKind, NewestCosigned, SignedKind};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio_util::sync::CancellationToken;

use super::{machine, machine::Usage, pair};

/// How often the receipt is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// How long the receipt may take from the one side to the other.
const HANDED_OVER_WITHIN: Duration = Duration::from_secs(60);

/// What a line on standard input may ask.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Open and serve; a [`Started`].
    Serve,
    /// Open, serve, and pull the sender's log, until the receipt for `size` entries is stored; a [`Pulled`].
    Pull {
        /// Entries that the receipt must cover.
        size: u64,
    },
    /// Wait until the receipt for `size` entries of the own log has come back; a [`Usage`].
    Receipted {
        /// Entries that the receipt must cover.
        size: u64,
    },
    /// What was used so far; a [`Usage`].
    Usage,
}

/// A node that serves.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Started {
    /// Opening it: keys, record, charters, tree of each own log.
    pub(crate) open_secs: f64,
    /// Until its listeners are bound.
    pub(crate) ready_secs: f64,
    /// Once it served.
    pub(crate) usage: Usage,
}

/// A log that was pulled.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Pulled {
    /// From before the first connection to the stored receipt.
    pub(crate) secs: f64,
    /// Before it.
    pub(crate) before: Usage,
    /// After it.
    pub(crate) after: Usage,
}

/// Answers until standard input ends, then stops the node.
pub(crate) async fn run(home: PathBuf) -> anyhow::Result<()> {
    let home = Home::at(home).existing()?;
    let stop = CancellationToken::new();
    let mut running = None;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Ask::Serve => {
                let begun = Instant::now();
                let node = pair::open(&home).await?;
                let open_secs = begun.elapsed().as_secs_f64();
                let serving = node.serve(stop.clone()).await?;
                let ready_secs = begun.elapsed().as_secs_f64();
                running = Some((node, serving));
                let usage = Usage::read()?;
                say(&Started {
                    open_secs,
                    ready_secs,
                    usage,
                })?;
            }
            Ask::Pull { size } => {
                let node = pair::open(&home).await?;
                machine::forget_peak()?;
                let before = Usage::read()?;
                let begun = Instant::now();
                let serving = node.serve(stop.clone()).await?;
                receipted(&node, size).await?;
                let secs = begun.elapsed().as_secs_f64();
                running = Some((node, serving));
                let after = Usage::read()?;
                say(&Pulled {
                    secs,
                    before,
                    after,
                })?;
            }
            Ask::Receipted { size } => {
                let (node, _) = running.as_ref().context("the node does not serve yet")?;
                tokio::time::timeout(HANDED_OVER_WITHIN, holds_receipt(node, size)).await??;
                say(&Usage::read()?)?;
            }
            Ask::Usage => say(&Usage::read()?)?,
        }
    }
    stop.cancel();
    if let Some((node, serving)) = running {
        serving.ended().await;
        node.stop().await;
    }
    Ok(())
}

/// Waits until another party's receipt for `size` entries of this node's log is stored here.
async fn holds_receipt(node: &Node, size: u64) -> anyhow::Result<()> {
    let directory = node.directory();
    let own = directory.logs().find(|log| log.mine);
    let log = own.context("no log of its own")?.id;
    loop {
        let newest = node.store().newest_cosigned(log).await?;
        let receipt = |each: &NewestCosigned| each.kind == CosignatureKind::Receipt;
        if newest.iter().any(|each| receipt(each) && each.size >= size) {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until this node has signed, and stored, that it holds `size` entries of the sender's log.
async fn receipted(node: &Node, size: u64) -> anyhow::Result<()> {
    let directory = node.directory();
    let theirs = directory.logs().find(|log| !log.mine);
    let origin = theirs.context("no log to pull")?.origin.clone();
    loop {
        let signed = node
            .sign_state()
            .load(SignedKind::Receipt, origin.as_str())
            .await?;
        if signed.is_some_and(|signed| signed.size >= size) {
            return Ok(());
        }
        let peers = node.store().peers().await?;
        if let Some((_, why)) = peers.into_iter().find_map(|peer| peer.last_error) {
            anyhow::bail!("the sender was not reached: {why}");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn say(answer: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, answer)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
