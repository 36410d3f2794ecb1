//! Proofs of single items at random places of the sender's log: made from the store's tiles, checked as a stranger
//! does, with nothing but the file and a policy.

use std::{fmt::Write as _, time::Instant};

use anyhow::Context as _;
use node::{Node, held, keys, trees::Tiles};
use record::{
    hash::{LeafIndex, TreeSize},
    note::SignedNote,
    policy::Policy,
    proof::TlogProof,
    tree,
};
use serde::Serialize;
use store::Position;

use super::{items::Items, median, pair};

/// Items that are proved.
const PROOFS: usize = 500;

/// Medians for one item, microseconds.
#[derive(Debug, Serialize)]
pub(crate) struct ProofFigures {
    /// Leaves of the tree.
    pub(crate) size: u64,
    /// Hashes in the longest path.
    pub(crate) hashes: usize,
    /// The inclusion path alone, over tiles in the store.
    pub(crate) path_micros: f64,
    /// The whole file: item, path, checkpoint with its lines, as text.
    pub(crate) make_micros: f64,
    /// Reading and checking the file: path, commitments, four signatures.
    pub(crate) check_micros: f64,
    /// Length of a file, bytes.
    pub(crate) file_bytes: usize,
}

/// Proves and checks.
pub(crate) async fn measure(node: &Node) -> anyhow::Result<ProofFigures> {
    let track = node.directory().track(pair::TRACK);
    let track = track.map_err(anyhow::Error::msg)?;
    let log = node.own_log(&track).context("no log to prove from")?;
    let policy = Policy::parse(policy(node, &log.origin)?.as_bytes())?;
    let (size, _) = node
        .checkpoint_note(&log)
        .await?
        .context("nothing is published")?;
    let tree_size = TreeSize::new(size)?;
    let mut source = Items::new(0);
    let (mut paths, mut makes, mut checks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut file_bytes, mut longest) = (0, 0);
    for _ in 0..PROOFS {
        let index = 1 + source.below(size - 1);
        let leaf = LeafIndex::new(index)?;
        let begun = Instant::now();
        let hashes = Tiles::Held(&**node.store(), log.id)
            .compute(|known| tree::inclusion_proof(known, leaf, tree_size))
            .await?;
        paths.push(begun.elapsed().as_secs_f64() * 1e6);
        longest = longest.max(hashes.len());
        let position = Position::new(log.id, index).context("a position")?;
        let stored = node.store().item(position).await?.context("an item")?;
        let (_, note) = node.checkpoint_note(&log).await?.context("a checkpoint")?;
        let proof = TlogProof::of_item(
            held::from_store(&stored.item.opening)?,
            stored.item.opening.content().map(|content| &content[..]),
            leaf,
            hashes,
            SignedNote::parse(note.as_bytes())?,
        )?;
        let text = proof.to_text();
        makes.push(begun.elapsed().as_secs_f64() * 1e6);
        let begun = Instant::now();
        let proved = TlogProof::parse(text.as_bytes())?.verify(&policy, None)?;
        checks.push(begun.elapsed().as_secs_f64() * 1e6);
        anyhow::ensure!(proved.content().is_some(), "a proof without its content");
        file_bytes = text.len();
    }
    Ok(ProofFigures {
        size,
        hashes: longest,
        path_micros: median(paths),
        make_micros: median(makes),
        check_micros: median(checks),
        file_bytes,
    })
}

/// Both keys of the log, and both of every other party's receipts.
fn policy(node: &Node, origin: &record::name::Origin) -> anyhow::Result<String> {
    let mut text = String::new();
    for key in keys::read_log(node.home(), origin)?.vkeys() {
        writeln!(text, "log {key}")?;
    }
    let directory = node.directory();
    let (_, other) = directory
        .peers()
        .find(|(host, _)| *host != node.me())
        .context("no other party")?;
    for (name, key) in ["ed25519", "ml-dsa-44"]
        .iter()
        .zip(&other.card.card().receipt)
    {
        writeln!(text, "witness {name} {key}")?;
    }
    text.push_str("group receipt all ed25519 ml-dsa-44\nquorum receipt\n");
    Ok(text)
}
