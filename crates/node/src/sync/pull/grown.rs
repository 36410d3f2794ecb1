//! What a signed tree has beyond what is held: the hashes of whole runs, fetched and checked before any entry, so that
//! each run of 256 stands by itself.

use record::{
    append::Edge,
    checkpoint::VerifiedCheckpoint,
    hash::{Hash, TreeSize},
    tile::{TILE_HEIGHT, TILE_WIDTH, TileId},
    tree::Frontier,
};
use store::Checkpoint;

use crate::{
    directory::LogEntry,
    node::Node,
    resource::Resource,
    source::Source,
    sync::fork::{self},
    trees::{self},
};

use super::PullError;

/// What the signed tree has from the first run that is not complete here: checked hashes, run by run.
pub(super) struct Grown {
    pub(super) first: u64,
    pub(super) runs: Vec<Expected>,
}

/// What the entries of a run must hash to.
pub(super) enum Expected {
    /// The root of a whole run.
    Root(Hash),
    /// The leaves of a run that is partial, or was partly held.
    Leaves(Vec<Hash>),
}

impl Grown {
    /// Fetches and checks the hashes between the size held and the size signed.
    pub(super) async fn fetch(
        node: &Node,
        log: &LogEntry,
        source: &dyn Source,
        before: u64,
        offered: &VerifiedCheckpoint,
        held: Option<&Checkpoint>,
    ) -> Result<Self, PullError> {
        let edge = trees::edge(&**node.store(), log.id, before).await?;
        let size = offered.size();
        let grown = grow(source, log, &edge, size).await;
        let (runs, root, fits) = match grown {
            Ok((runs, frontier, fits)) => (runs, frontier.root(), fits),
            Err(PullError::Altered { .. }) if held.is_some() => {
                (Vec::new(), Hash::new([0; 32]), false)
            }
            Err(error) => return Err(error),
        };
        if fits && root == *offered.root() {
            return Ok(Self {
                first: before / TILE_WIDTH,
                runs,
            });
        }
        // Either the source gave wrong hashes, or the party signed a tree that did not grow out of this one.
        if let Some(held) = held
            && let Some(words) = fork::grown(node, log, source, held, offered).await?
        {
            return Err(PullError::Fork(words));
        }
        Err(PullError::Altered {
            source_name: source.name(),
            what: format!("its tiles do not lead to the root signed at size {size}"),
        })
    }
}

/// The hashes of every run from the first incomplete one on, the frontier they lead to, and whether the leaves that
/// are held already are among them.
async fn grow(
    source: &dyn Source,
    log: &LogEntry,
    edge: &Edge,
    size: TreeSize,
) -> Result<(Vec<Expected>, Frontier, bool), PullError> {
    let before = edge.size().get();
    let end = size.get();
    let mut frontier = edge.frontier().clone();
    let mut runs = Vec::new();
    let mut fits = true;
    let overflow = |what: &dyn std::fmt::Display| PullError::Altered {
        source_name: source.name(),
        what: what.to_string(),
    };
    let mut at = before;
    while at < end {
        let run = at / TILE_WIDTH;
        let whole = at.is_multiple_of(TILE_WIDTH) && at + TILE_WIDTH <= end;
        if whole {
            // One tile of level 1 has the roots of 256 runs.
            let level1 = TileId::covering(1, run / TILE_WIDTH, size);
            let level1 = level1.ok_or_else(|| overflow(&"there is no such tile"))?;
            let roots = fetch_tile(source, log, level1).await?;
            for root in roots
                .iter()
                .skip(usize::try_from(run % TILE_WIDTH).unwrap_or(usize::MAX))
            {
                frontier
                    .push_subtree(TILE_HEIGHT as u8, *root)
                    .map_err(|error| overflow(&error))?;
                runs.push(Expected::Root(*root));
                at += TILE_WIDTH;
            }
            continue;
        }
        let level0 =
            TileId::covering(0, run, size).ok_or_else(|| overflow(&"there is no such tile"))?;
        let leaves = fetch_tile(source, log, level0).await?;
        let known = usize::try_from(at % TILE_WIDTH).unwrap_or(0);
        // Only the first run can be partly held; a partial one at the end begins with nothing known.
        fits &= at > before
            || leaves.get(..known).is_some_and(|old| {
                old.iter()
                    .flat_map(Hash::as_bytes)
                    .eq(edge.partial_leaves())
            });
        for leaf in leaves.iter().skip(known) {
            frontier.push(*leaf).map_err(|error| overflow(&error))?;
            at += 1;
        }
        runs.push(Expected::Leaves(leaves));
    }
    Ok((runs, frontier, fits))
}

async fn fetch_tile(
    source: &dyn Source,
    log: &LogEntry,
    id: TileId,
) -> Result<Vec<Hash>, PullError> {
    let bytes = source.fetch(&Resource::Tile(log.hash, id)).await?;
    bytes
        .filter(|bytes| bytes.len() == usize::from(id.width()) * 32)
        .and_then(|bytes| Hash::split(&bytes))
        .ok_or_else(|| PullError::Altered {
            source_name: source.name(),
            what: format!("tile {id} is missing or has the wrong length"),
        })
}
